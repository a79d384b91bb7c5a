//! A status for tests: fourteen instances, as in the mock-up.

use gateway::settings::look::Language;
use gateway::state::State;
use gateway::status::{InstanceStatus, PoolStatus, Status};
use jiff::Timestamp;
use provider::ProviderType;
use serde_json::json;
use uuid::Uuid;

/// Half past nine on a November morning, in UTC.
pub(crate) fn now() -> Timestamp {
    "2026-11-25T09:30:00Z".parse().unwrap()
}

/// An instance.
pub(crate) fn instance(
    number: u128,
    kind: ProviderType,
    name: &str,
    state: State,
) -> InstanceStatus {
    let value = json!({
        "uuid": Uuid::from_u128(number), "name": name, "provider": kind, "state": state,
        "reason": null, "since": null, "until": null, "failures": 0, "in_flight": 0,
        "resting_models": [], "used": 0, "failed": 0, "last_used": null, "last_failed": null,
        "models": null, "base_url": null, "key_hint": null, "checking": false, "last_check": null, "quota": [],
    });
    serde_json::from_value(value).unwrap()
}

/// A pool of these.
pub(crate) fn pool(kind: ProviderType, instances: Vec<InstanceStatus>) -> PoolStatus {
    PoolStatus {
        provider: kind,
        name: kind.plain_name().to_owned(),
        ready: instances
            .iter()
            .filter(|one| one.state == State::Ready)
            .count(),
        fallback: Vec::new(),
        instances,
    }
}

/// A running Millpond with these pools.
pub(crate) fn status(pools: Vec<PoolStatus>) -> Status {
    let mut status = Status::unknown();
    status.endpoint = Some("http://127.0.0.1:6455".to_owned());
    status.key_hint = "mp-••••3f9c".to_owned();
    status.look.language = Language::En;
    status.pools = pools;
    status
}

/// The mock-up's.
pub(crate) fn fourteen() -> Status {
    use ProviderType::{ClaudeCustom, GeminiCliOauth, KiroOauth, OpenaiCustom};
    let at = |clock: &str| format!("2026-11-25T{clock}:00Z").parse().ok();
    let mut work = instance(1, ClaudeCustom, "anthropic-work", State::Ready);
    work.in_flight = 2;
    let mut side = instance(3, ClaudeCustom, "anthropic-side", State::Cooling);
    side.until = at("09:44");
    let mut relay = instance(4, ClaudeCustom, "relay-frankfurt", State::Unhealthy);
    relay.until = at("09:46");
    let mut lab = instance(11, GeminiCliOauth, "fieldlab", State::Ready);
    lab.resting_models = serde_json::from_value(json!([
        {"model": "gemini-2.5-pro", "until": "2026-11-25T11:40:00Z", "reason": "quota", "absent": false}
    ]))
    .unwrap();
    let mut private = instance(12, GeminiCliOauth, "private", State::Refused);
    private.reason = Some("ended by Google".to_owned());
    let mut build = instance(13, KiroOauth, "kiro-build", State::Ready);
    build.quota = serde_json::from_value(json!([
        {"name": "credits", "percent_left": 34.2, "left": "342 of 1000", "resets": null, "at": "2026-11-25T09:00:00Z"}
    ]))
    .unwrap();
    let mut home = instance(14, KiroOauth, "kiro-home", State::NeedsLogin);
    home.reason = Some("the refresh token is no longer valid".to_owned());
    let keys = (5..9).map(|n| instance(n, OpenaiCustom, &format!("key-{n}"), State::Ready));
    let off = instance(9, OpenaiCustom, "key-off", State::Disabled);
    status(vec![
        pool(
            ClaudeCustom,
            vec![
                work,
                instance(2, ClaudeCustom, "anthropic-batch", State::Ready),
                side,
                relay,
            ],
        ),
        pool(OpenaiCustom, keys.chain([off]).collect()),
        pool(
            GeminiCliOauth,
            vec![
                instance(10, GeminiCliOauth, "northgate", State::Ready),
                lab,
                private,
            ],
        ),
        pool(KiroOauth, vec![build, home]),
    ])
}
