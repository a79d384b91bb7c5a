//! Fakes of the upstreams. They are strict: what the real service refuses they refuse, in its words
//! and with its status, so that a request which passes here would have passed there.
//!
//! ```text
//! let fake = openai::start().await;                 // 127.0.0.1, a free port
//! fake.accept(["sk-a", "sk-b"]);                    // the keys it knows
//! fake.on("sk-a", Script::status(503));             // what each key meets from now on
//! fake.on(ANY, Script::text("Hi").pace(millis(5))); // what all others meet
//! …
//! assert_eq!(fake.count("sk-b"), 1);
//! ```
//!
//! A request goes through `server` (recorded, searched for leaks), then the vendor's rules
//! ([`openai`], [`anthropic`], [`gemini`]), then meets its [`Script`]. A leak of the local key or of a hop header
//! is a violation: the fake panics with it when it is dropped at the end of the test.

pub mod accounts;
pub mod anthropic;
mod connection;
pub mod gemini;
mod ledger;
pub mod openai;
mod received;
mod script;
mod server;
mod shape;
mod vendor;
mod view;
mod write;

pub use received::Received;
pub use script::{Break, Piece, Point, Reply, Script, Usage};
pub use server::{ANY, Fake, closed_address, silent_address};
pub use vendor::{Ask, Kind, Known, Refusal, Rendered, Turn, Vendor};
