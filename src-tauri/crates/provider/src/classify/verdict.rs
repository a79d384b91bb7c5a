//! Status and markers to a cause.

use dialect::Dialect;

use super::markers::Words;
use super::page::Page;
use super::signed_in;
use crate::kind::ProviderType;
use crate::refusal::{Cause, Scope};

/// All that a cause is told by.
pub(super) struct Case<'a> {
    pub(super) kind: ProviderType,
    /// From 400.
    pub(super) status: u16,
    pub(super) page: Page,
    pub(super) words: &'a Words,
    /// Whether the answer says how long to wait.
    pub(super) names_a_wait: bool,
}

/// What went wrong, and what rests for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) cause: Cause,
    pub(super) scope: Scope,
}

impl Verdict {
    pub(super) fn of(case: &Case<'_>) -> Self {
        if let Some(verdict) = signed_in::verdict(case) {
            return verdict;
        }
        let words = case.words;
        if words.no_channel() {
            // One channel of a relay is down: its key and its other models are sound.
            return Self::model(Cause::Transient);
        }
        if case.is_about_money() {
            return Self::instance(Cause::OutOfMoney);
        }
        if matches!(case.status, 400 | 404) && words.other_call() {
            return Self::model(Cause::OtherCall);
        }
        if case.is_about_a_missing_model() {
            return Self::model(Cause::ModelMissing);
        }
        match case.status {
            400 | 413 | 422 => Self::instance(case.client_fault()),
            401 => Self::instance(Cause::KeyDead),
            403 => Self::instance(case.forbidden()),
            404 | 405 if case.page != Page::Json || words.missing_path() => {
                Self::instance(Cause::WrongUrl)
            }
            404 => Self::model(Cause::ModelMissing),
            429 if words.overloaded_code() => case.overloaded(),
            429 if case.is_google() && words.quota_of_none() => Self::model(Cause::ModelMissing),
            429 if case.limits_the_model() => Self::model(Cause::RateLimited),
            429 => Self::instance(Cause::RateLimited),
            503 | 529 => case.overloaded(),
            500.. if words.overloaded() => case.overloaded(),
            _ => Self::instance(Cause::Transient),
        }
    }

    pub(super) const fn instance(cause: Cause) -> Self {
        Self {
            cause,
            scope: Scope::Instance,
        }
    }

    pub(super) const fn model(cause: Cause) -> Self {
        Self {
            cause,
            scope: Scope::Model,
        }
    }
}

impl Case<'_> {
    /// A code says it at any status. Words count where upstreams are known to say it, and "quota" alone only where it
    /// cannot be a limit that passes: Google answers "exceeded your current quota" to a rate limit, with a wait.
    fn is_about_money(&self) -> bool {
        let words = self.words;
        match self.status {
            402 => true,
            403 => words.money() || words.quota(),
            400 | 413 | 422 => words.money() || words.current_quota(),
            // Google says the same of every limit.
            429 if self.is_google() => words.money(),
            429 => words.money() || (words.current_quota() && !self.names_a_wait),
            _ => words.money_code(),
        }
    }

    fn is_about_a_missing_model(&self) -> bool {
        let words = self.words;
        match self.status {
            400 | 404 | 422 => words.missing_model_code() || words.missing_model(),
            403 => words.missing_model_code() || words.closed_model(),
            _ => self.status < 500 && words.missing_model_code(),
        }
    }

    fn client_fault(&self) -> Cause {
        if self.words.region() {
            Cause::Forbidden
        } else if self.words.dead_key() {
            Cause::KeyDead
        } else {
            Cause::BadRequest
        }
    }

    /// A web page is a firewall's, whatever it says.
    fn forbidden(&self) -> Cause {
        if self.page == Page::Html || self.words.region() {
            Cause::Forbidden
        } else if self.words.dead_key() || self.words.permission() {
            Cause::KeyDead
        } else {
            Cause::Forbidden
        }
    }

    /// Google counts most limits per model, and says so where it does not; others say so where it is one model's.
    fn limits_the_model(&self) -> bool {
        if self.is_google() {
            !self.words.quotas.of_account()
        } else {
            self.words.names_a_models_limit()
        }
    }

    /// Google's models have their own capacity each.
    fn overloaded(&self) -> Verdict {
        if self.is_google() {
            Verdict::model(Cause::Overloaded)
        } else {
            Verdict::instance(Cause::Overloaded)
        }
    }

    fn is_google(&self) -> bool {
        self.kind.dialect() == Dialect::Gemini
    }
}
