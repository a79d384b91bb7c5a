//! Which of OpenAI's two APIs for conversations an upstream has: Chat Completions, Responses, or both.
//!
//! Nothing is asked for that alone: a refusal teaches it, and the same request goes on by the other API.

use std::collections::BTreeMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use provider::Refusal;
use provider::endpoint::Api;
use provider::refusal::Cause;

/// By which API a conversation goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Talk {
    /// By the client's own, where it speaks one of the two, else by Chat Completions.
    #[default]
    Either,
    /// By Chat Completions.
    Chat,
    /// By Responses.
    Responses,
}

/// What a refusal teaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lesson {
    /// The upstream lacks the API; this one is left.
    Upstream(Talk),
    /// The model, or what was asked of it, is served by this API alone.
    Model(Talk),
}

/// What is known of one upstream.
#[derive(Debug, Default)]
pub struct Talks(ArcSwap<Known>);

#[derive(Debug, Clone, Default)]
struct Known {
    all: Talk,
    /// Models, by the upstream's names, that one API alone serves.
    models: BTreeMap<String, Talk>,
}

impl Lesson {
    /// What the refusal of this call teaches, if anything.
    pub fn of(api: Api, refusal: &Refusal) -> Option<Self> {
        let lacking = refusal.cause == Cause::WrongUrl || matches!(refusal.status, Some(405 | 501));
        let other = match api {
            Api::ChatCompletions => Talk::Responses,
            Api::Responses => Talk::Chat,
            _ => return None,
        };
        if refusal.cause == Cause::OtherCall {
            Some(Self::Model(other))
        } else {
            lacking.then_some(Self::Upstream(other))
        }
    }

    /// By which API to go on.
    pub const fn talk(self) -> Talk {
        match self {
            Self::Upstream(talk) | Self::Model(talk) => talk,
        }
    }
}

impl Talks {
    /// By which API this model, in the upstream's name, is asked.
    pub fn of(&self, model: &str) -> Talk {
        let known = self.0.load();
        known.models.get(model).copied().unwrap_or(known.all)
    }

    /// Takes a lesson to heart.
    pub fn learn(&self, lesson: Lesson, model: &str) {
        self.0.rcu(|known| {
            let mut known = Known::clone(known);
            match lesson {
                Lesson::Upstream(talk) => known.all = talk,
                Lesson::Model(talk) => {
                    known.models.insert(model.to_owned(), talk);
                }
            }
            known
        });
    }

    /// Forgets all: what was learned does not hold.
    pub fn forget(&self) {
        self.0.store(Arc::default());
    }

    /// Takes over what the same upstream taught before.
    pub fn inherit(&self, before: &Self) {
        self.0.store(before.0.load_full());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lesson(api: Api, cause: Cause, status: u16) -> Option<Lesson> {
        let mut refusal = Refusal::new(cause, "why");
        refusal.status = Some(status);
        Lesson::of(api, &refusal)
    }

    #[test]
    fn h4_a_missing_api_is_the_upstreams_and_a_model_of_responses_alone_is_the_models() {
        let chat = Api::ChatCompletions;
        let to_chat = Some(Lesson::Upstream(Talk::Chat));
        let to_responses = Some(Lesson::Upstream(Talk::Responses));
        assert_eq!(lesson(Api::Responses, Cause::WrongUrl, 404), to_chat);
        assert_eq!(lesson(Api::Responses, Cause::Transient, 501), to_chat);
        assert_eq!(lesson(chat, Cause::WrongUrl, 404), to_responses);
        let model = Lesson::Model(Talk::Responses);
        assert_eq!(lesson(chat, Cause::OtherCall, 404), Some(model));
        assert_eq!(lesson(chat, Cause::ModelMissing, 404), None);
        assert_eq!(lesson(Api::Embeddings, Cause::WrongUrl, 404), None);
        let talks = Talks::default();
        talks.learn(model, "codex");
        assert_eq!(talks.of("codex"), Talk::Responses);
        assert_eq!(talks.of("gpt-x"), Talk::Either);
    }

    #[test]
    fn h3_what_was_learned_wrong_is_forgotten() {
        let talks = Talks::default();
        talks.learn(Lesson::Upstream(Talk::Responses), "gpt-x");
        assert_eq!(talks.of("gpt-x"), Talk::Responses);
        talks.forget();
        assert_eq!(talks.of("gpt-x"), Talk::Either);
    }
}
