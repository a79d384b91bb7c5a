//! Records made to order.

use std::sync::Arc;
use std::time::Duration;

use chat::{Dialect, Usage};
use jiff::Timestamp;
use provider::ProviderType;
use provider::endpoint::Api;
use provider::refusal::Cause;
use uuid::Uuid;

use crate::record::{Attempt, Outcome, Record, RequestId};
use crate::stats::Stats;
use crate::stats::figures::{By, Question, Summary};

pub(super) const ALICE: Uuid = Uuid::from_u128(0xa11ce);
pub(super) const BOB: Uuid = Uuid::from_u128(0xb0b);

/// A request that `instance` served at once.
pub(super) fn served(instance: Uuid) -> Record {
    Record {
        id: RequestId::random(),
        at: Timestamp::now(),
        dialect: Dialect::OpenaiChat,
        api: Api::ChatCompletions,
        model: Arc::from("gpt-x"),
        stream: true,
        client: None,
        route: "the pool known to serve it",
        attempts: vec![attempt(instance)],
        outcome: Outcome::Served,
        status: 200,
        error: None,
        usage: Some(Usage {
            input: 100,
            output: 10,
            cache_read: 50,
            ..Usage::default()
        }),
        first_content: Some(Duration::from_micros(210_500)),
        total: Duration::from_millis(900),
        losses: Vec::new(),
    }
}

/// A request that failed on the first and was served by the second.
pub(super) fn elsewhere(failing: Uuid, serving: Uuid) -> Record {
    let mut record = served(serving);
    record
        .attempts
        .insert(0, refused(failing, Cause::RateLimited));
    record
}

/// A request that every one of these refused.
pub(super) fn failed(instances: &[Uuid]) -> Record {
    Record {
        attempts: instances
            .iter()
            .map(|&i| refused(i, Cause::Transient))
            .collect(),
        outcome: Outcome::Failed,
        status: 503,
        error: Some("nobody is left".to_owned()),
        usage: None,
        first_content: None,
        ..served(ALICE)
    }
}

pub(super) fn refused(instance: Uuid, cause: Cause) -> Attempt {
    Attempt {
        status: Some(429),
        refused: Some((cause, "input tokens per minute used up".to_owned())),
        ..attempt(instance)
    }
}

/// The same request, as if it had come at another time.
pub(super) fn at(time: Timestamp, record: Record) -> Record {
    Record {
        id: RequestId::at(time),
        at: time,
        ..record
    }
}

fn attempt(instance: Uuid) -> Attempt {
    Attempt {
        instance,
        name: Arc::from(if instance == ALICE { "alice" } else { "bob" }),
        provider: if instance == ALICE {
            ProviderType::OpenaiCustom
        } else {
            ProviderType::ClaudeCustom
        },
        model: Arc::from("gpt-x"),
        dialect: Dialect::OpenaiChat,
        calls: 1,
        started: Duration::from_millis(1),
        took: Duration::from_millis(100),
        status: Some(200),
        refused: None,
        affine: false,
        trial: false,
    }
}

pub(super) fn since_ever(by: &[By]) -> Question {
    Question {
        from: Timestamp::UNIX_EPOCH,
        until: None,
        by: by.to_vec(),
        instance: None,
        provider: None,
        model: None,
        client: None,
    }
}

pub(super) async fn sums(stats: &Stats, by: &[By]) -> Summary {
    stats.summary(since_ever(by)).await.unwrap()
}
