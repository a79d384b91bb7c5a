//! The running proxy.
//!
//! The way of a request, from the outside in:
//! - [`server`]: the socket; [`proxy`]: who may come in and what is asked; [`guard`]: key, `Host`, `Origin`;
//! - [`routes`]: which pool; [`way`]: verbatim or translated; [`talk`]: by which of OpenAI's APIs; `exchange`: leases, best
//!   first; [`verdict`]: what a refusal says about its instance;
//! - `relay`: a stream on its way back; `early`: one that was opened before anybody had answered;
//! - [`answers`], [`faults`]: everything turned into responses; [`form`]: how a client takes a stream; [`record`]: what is remembered; [`ledger`], [`flights`]: while it lasts;
//! - `listing`: health and model lists.
//!
//! What requests read: [`table`], made of [`settings`] and [`roster`]; [`seat`]: one instance; [`names`]: globs.
//!
//! [`store`]: answers that clients go on from by their ids; `thread`: a request that does.
//!
//! What is known of it: [`books`]: where records go, [`stats`], [`metrics`]; [`checks`]: are instances well; [`state`]: the
//! words for how one is; [`status`]: everything at a glance, as the [`board`] shows it; [`control`]: commands;
//! [`door`]: both over HTTP.
//!
//! [`sign_ins`]: accounts on their way in; [`logins`]: those that are in, kept alive.
//!
//! What holds it together: [`house`]; [`listening`]: where it can be reached; [`stop`]: what ends it; [`engine`];
//! [`home`]: the folder; `keeper`: counters on their way back into the pools file; [`demo`]: upstreams without an account;
//! [`log`]: lines on standard error; [`document`]: JSON edited in place; [`complaint`]: what in it cannot be meant.

#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod blocking;
mod early;
mod exchange;
mod holder;
mod keeper;
mod listing;
mod relay;
mod thread;

pub mod answers;
pub mod board;
pub mod books;
pub mod checks;
pub mod complaint;
pub mod control;
pub mod demo;
pub mod document;
pub mod door;
pub mod engine;
pub mod faults;
pub mod flights;
pub mod form;
pub mod guard;
pub mod home;
pub mod house;
pub mod ledger;
pub mod listening;
pub mod log;
pub mod logins;
pub mod metrics;
pub mod names;
pub mod proxy;
pub mod record;
pub mod roster;
pub mod routes;
pub mod seat;
pub mod server;
pub mod settings;
pub mod sign_ins;
pub mod state;
pub mod stats;
pub mod status;
pub mod stop;
pub mod store;
pub mod table;
pub mod talk;
pub mod verdict;
pub mod way;

#[cfg(test)]
mod typescript;

pub use engine::{Engine, Opening};
pub use home::Home;
pub use house::House;
pub use ledger::Meter;
pub use metrics::Metrics;
pub use proxy::Proxy;
pub use record::{Attempt, Outcome, Record, RequestId};
pub use stats::Stats;
