//! How each upstream wants to be spoken to: where it is, what it wants to hear, what its refusals mean.
//!
//! - [`kind`]: the closed list of provider types.
//! - [`instance`]: one account and where to reach it, as the hot path wants it.
//! - [`login`]: an account that was signed in to.
//! - [`hop`]: connections to upstreams, driven by the task that waits for them.
//! - [`upstream`]: one instance, ready to be asked; puts the others together.
//! - [`refusal`]: why an attempt failed; cause, whose side, may it be tried elsewhere, until when.
//! - [`classify`]: an upstream's status, headers and text read as a refusal.
//! - [`endpoint`]: base address and API call joined to a URL.
//! - [`headers`]: what goes up besides the body, and what never does.
//! - [`limits`]: rate-limit headers and waiting times.
//! - [`pieces`]: a body's pieces, joined.
//! - [`models`]: model lists, in every shape they arrive in.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod classify;
pub mod endpoint;
pub mod headers;
pub mod hop;
pub mod instance;
pub mod kind;
pub mod limits;
pub mod login;
pub mod models;
pub mod pieces;
pub mod refusal;
pub mod upstream;

pub use instance::Instance;
pub use kind::ProviderType;
pub use login::Login;
pub use refusal::Refusal;
pub use upstream::{Answer, Call, Hops, Opened, Quotas, Upstream, Whole};
