//! Who goes next, and who rests.
//!
//! A [`Pool`] holds members that can do the same work. [`Pool::attempts`] yields [`Lease`]s, best
//! member first; each lease gives one [`Verdict`] back, and verdicts move the member's [`Gate`].
//! The pool knows no HTTP and no vendor: what a verdict is made of is its caller's matter.
//!
//! Layout, from the outside in:
//! - [`pool`]: [`Pool`], the handle that requests, checks and the user share;
//! - [`attempts`]: [`Attempts`], one request's way through the members; [`Want`], what it asks for;
//! - [`lease`]: [`Lease`], the right to send one request through one member;
//! - [`verdict`]: [`Verdict`], what a finished attempt says about its member;
//! - [`gate`]: [`Gate`], who may be asked and until when not, as it is shown;
//! - [`seen`]: [`Seen`], a member as a snapshot shows it;
//! - [`exhausted`]: [`Exhausted`], why nobody is left;
//! - [`policy`]: [`Policy`], the numbers;
//! - [`member`]: [`Member`], what a pool is made of.
//!
//! Inside:
//! - `roster`: what the pool's lock guards; every change of a member ends there;
//! - `occupant`: a member with its state, and where that puts it;
//! - `select`: who goes next: a due trial, the conversation's home, the turn;
//! - `order`: the ordered sets behind it, and virtual time, by which turns are shared;
//! - `breaker`: what moves a member from state to state; `state`: the states;
//! - `models`: the models that rest on a member; `witness`: what a verdict can know;
//! - `affinity`: who served which conversation.

#![forbid(unsafe_code)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests"
    )
)]

mod affinity;
mod breaker;
mod models;
mod occupant;
mod order;
mod roster;
mod select;
mod state;
mod witness;

pub mod attempts;
pub mod exhausted;
pub mod gate;
pub mod lease;
pub mod member;
pub mod policy;
pub mod pool;
pub mod seen;
pub mod verdict;

pub use attempts::{Attempts, Session, Want};
pub use exhausted::Exhausted;
pub use gate::Gate;
pub use lease::Lease;
pub use member::{Member, Start};
pub use policy::Policy;
pub use pool::Pool;
pub use seen::{RestingModel, Seen};
pub use verdict::{Scope, Verdict};
