//! Signing in: one state machine that window and command line both drive.
//!
//! ```text
//!             ┌────────── Open: an address, and a pasted one may come back ──┐
//! Starting ───┤                      │ the portal says: by code              ├─► Finishing ─► Done
//!             └────────── Code: a page, a code, a countdown ◄────────────────┘        │
//!                                                                 Verify ◄────────────┘
//! from anywhere ─► Failed: a cause that has a name
//! ```
//!
//! - [`step`]: what is shown; [`way`]: how somebody wants to sign in, and what can be chosen;
//! - [`failure`]: every cause by which a sign-in ends without success;
//! - [`flow`]: one that runs; `stage`: what it plays on; `gemini`, `qwen`, `kiro`: the plays;
//! - `loopback`: a port for the browser's answer; [`returned`]: the answer; `device`: waiting for a code; `proof`: state and PKCE.

mod device;
pub mod failure;
pub mod flow;
mod gemini;
mod kiro;
mod loopback;
mod proof;
mod qwen;
pub mod returned;
mod stage;
pub mod step;
pub mod way;

pub use failure::{Failure, FailureCause};
pub use flow::{Flow, Keep, NewLogin};
pub use returned::BadPaste;
pub use stage::Means;
pub use step::{SignIn, SignedIn, Step};
pub use way::{KiroMethod, Offer, Standing, Way, offers};
