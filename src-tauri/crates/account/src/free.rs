//! Calls that cost nothing: whose an account is, what it may do, and what is left of its quota.
//!
//! - [`gemini`]: Code Assist's tiers, projects and quotas; whose a token is.
//! - [`kiro`]: profiles, usage limits and models.

pub mod gemini;
pub mod kiro;

use jiff::Timestamp;

use crate::web::{Trouble, Unheard};

/// What is left of a quota.
#[derive(Debug, Clone, PartialEq)]
pub struct Quota {
    /// Of what: a model, or credits.
    pub name: String,
    /// Percent left, 0 to 100.
    pub percent_left: Option<f64>,
    /// In the service's own units.
    pub left: Option<String>,
    /// When it is full again.
    pub resets: Option<Timestamp>,
}

/// Why a free call brought nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// Nothing came back.
    #[error(transparent)]
    Unheard(#[from] Unheard),
    /// Something else came back.
    #[error(transparent)]
    Trouble(#[from] Trouble),
}
