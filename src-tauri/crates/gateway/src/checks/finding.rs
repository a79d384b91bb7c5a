//! What a check found.

use jiff::Timestamp;
use provider::models::Model;
use provider::refusal::Cause;
use provider::{ProviderType, Refusal};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::seat::Seat;
use crate::state::State;

/// The result of a check, for people and programs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Checked {
    /// Which instance.
    pub instance: Uuid,
    /// Its name.
    pub name: String,
    /// Its pool.
    #[cfg_attr(test, ts(type = "ProviderType"))]
    pub provider: ProviderType,
    /// What was found.
    pub found: Found,
    /// The state it is in now.
    pub state: State,
    /// Milliseconds the check took.
    pub millis: f64,
    /// Why, where it is not simply good.
    pub reason: Option<String>,
    /// How many models its list has, where it has one.
    pub models: Option<usize>,
    /// Whether a token was asked for.
    pub billed: bool,
    /// When it was over.
    #[cfg_attr(test, ts(as = "String"))]
    pub at: Timestamp,
}

/// What a check found, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Found {
    /// The account works.
    Good,
    /// Nothing was proven: the upstream has no model list, or may not show it.
    Unclear,
    /// It does not work.
    Bad,
    /// It cannot be asked: not signed in, no key, a bad address.
    Unasked,
}

/// Who is being checked, and how far the checks by hand have come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Progress {
    /// Instances that are being asked now.
    pub running: Vec<Uuid>,
    /// Instances that were to be checked by hand.
    pub total: usize,
    /// How many of them are done.
    pub done: usize,
}

impl Progress {
    /// A check by hand begins. While another is under way they count together.
    pub(super) fn begin(&mut self, count: usize) {
        if self.done >= self.total {
            self.total = 0;
            self.done = 0;
        }
        self.total += count;
    }

    pub(super) fn one_done(&mut self) {
        self.done += 1;
    }
}

/// What a check found, for the pool.
#[derive(Debug, Default)]
pub(super) struct Finding {
    /// The list, where there is one.
    pub(super) models: Option<Vec<Model>>,
    /// Why it was refused.
    pub(super) refusal: Option<Refusal>,
    /// Whether that says something about the account.
    pub(super) is_clear: bool,
    /// Whether the account was seen to work.
    pub(super) served: bool,
    /// The model that was asked for a token.
    pub(super) model: Option<String>,
    /// Whether it could be asked at all.
    pub(super) asked: bool,
}

impl Finding {
    pub(super) fn unasked() -> Self {
        Self::default()
    }

    /// The answer to the question for a list.
    pub(super) fn of_list(answer: Result<Option<Vec<Model>>, Refusal>) -> Self {
        let asked = Self {
            asked: true,
            ..Self::default()
        };
        match answer {
            Ok(models) => Self {
                served: models.is_some(),
                models,
                ..asked
            },
            Err(refusal) => Self {
                is_clear: says_something(&refusal),
                refusal: Some(refusal),
                ..asked
            },
        }
    }

    /// And then the answer to the request for a token.
    pub(super) fn and_token(self, model: String, answer: Result<(), Refusal>) -> Self {
        let refusal = answer.err();
        // An upstream that dislikes so small a request has let it in.
        let taken = refusal
            .as_ref()
            .is_none_or(|r| r.cause == Cause::BadRequest);
        Self {
            served: taken,
            is_clear: !taken,
            refusal,
            model: Some(model),
            ..self
        }
    }

    pub(super) fn told(&self, seat: &Seat, state: Option<State>, millis: f64) -> Checked {
        let found = match (&self.refusal, self.asked) {
            (_, false) => Found::Unasked,
            (Some(_), _) if self.is_clear => Found::Bad,
            _ if self.served => Found::Good,
            _ => Found::Unclear,
        };
        let reason = match (&self.refusal, found) {
            (Some(refusal), _) => Some(refusal.message.clone()),
            (None, Found::Unasked) => Some("it cannot be asked: see its state".to_owned()),
            (None, Found::Unclear) => {
                Some("it answers, but has no model list; only requests will show more".to_owned())
            }
            (None, _) => None,
        };
        Checked {
            instance: seat.uuid,
            name: seat.name.clone(),
            provider: seat.kind,
            found,
            state: state.unwrap_or(State::Disabled),
            millis,
            reason,
            models: self.models.as_ref().map(Vec::len),
            billed: self.model.is_some(),
            at: Timestamp::now(),
        }
    }
}

/// Many a relay shows a page where the list should be, and keys may be allowed to chat and not to list.
fn says_something(refusal: &Refusal) -> bool {
    !matches!(
        refusal.cause,
        Cause::WrongUrl
            | Cause::Forbidden
            | Cause::BadRequest
            | Cause::ModelMissing
            | Cause::OtherCall
            | Cause::NoNetwork
            | Cause::Cancelled
    )
}
