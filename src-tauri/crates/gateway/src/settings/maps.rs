//! The keys whose values have parts: each part that can be meant is taken, and the others are named.

use std::path::Path;
use std::time::Duration;

use provider::ProviderType;
use serde_json::{Map, Value, json};

use super::keys::Taken;
use super::values::{kind, switch, text, whole};
use super::{ModelTarget, Settings};
use crate::complaint::shown;

/// What `modelAliases` and `modelFallbackMapping` take.
pub(super) const TARGETS: &str =
    "{model: {\"targetProviderType\": provider type (optional), \"targetModel\": model}}";

/// What `SCHEDULED_HEALTH_CHECK` takes.
pub(super) const HEALTH_CHECK: &str = "true, false, minutes (1 to 999), milliseconds (1000 to 86400000), or {\"enabled\": true, \"interval\": milliseconds}";

const EVERY: Duration = Duration::from_secs(600);
const MOST_MINUTES: u64 = 999;
const LEAST_MILLIS: u64 = 1_000;
const MOST_MILLIS: u64 = 86_400_000;
const NO_TYPE: &str = "no provider type that this version knows";

/// Reads how often instances are checked: what the seed's configuration has (`{enabled, interval}`), a switch, or a number, which
/// means minutes below 1000 and milliseconds from there on. 0 is never.
#[expect(
    clippy::option_option,
    reason = "the outer one says whether it could be read"
)]
pub(super) fn health_check(value: &Value) -> Option<Option<Duration>> {
    if let Some(on) = switch(value) {
        return Some(on.then_some(EVERY));
    }
    let Value::Object(fields) = value else {
        return match whole(value, 0, MOST_MILLIS)? {
            0 => Some(None),
            minutes @ 1..=MOST_MINUTES => Some(Some(Duration::from_secs(minutes * 60))),
            millis => Some(Some(Duration::from_millis(millis))),
        };
    };
    let on = fields.get("enabled").map_or(Some(true), switch)?;
    let every = match fields.get("interval") {
        None | Some(Value::Null) => EVERY,
        Some(millis) => Duration::from_millis(whole(millis, LEAST_MILLIS, MOST_MILLIS)?),
    };
    Some(on.then_some(every))
}

pub(super) fn shown_health_check(settings: &Settings) -> Value {
    match settings.health_check {
        None => json!(false),
        Some(every) => json!({
            "enabled": true,
            "interval": u64::try_from(every.as_millis()).unwrap_or(MOST_MILLIS),
        }),
    }
}

/// `PROXY_ENABLED_PROVIDERS`. A type that is not known uses no proxy and no connection either.
pub(super) fn proxy_enabled(settings: &mut Settings, value: &Value, _: &Path) -> Taken {
    let mut wrong = Vec::new();
    match kinds(value, "", &mut wrong) {
        None => Taken::Nothing,
        Some(kinds) => {
            settings.proxy_enabled = Some(kinds);
            partly(wrong)
        }
    }
}

/// `providerFallbackChain`.
pub(super) fn fallback_chain(settings: &mut Settings, value: &Value, _: &Path) -> Taken {
    let Value::Object(chains) = value else {
        return Taken::Nothing;
    };
    let mut wrong = Vec::new();
    let mut read = Vec::new();
    for (from, to) in chains {
        let Ok(from_kind) = from.parse::<ProviderType>() else {
            wrong.push((
                format!(".{from}"),
                format!("names {NO_TYPE}; this chain is left out"),
            ));
            continue;
        };
        match kinds(to, &format!(".{from}"), &mut wrong) {
            Some(to) => read.push((from_kind, to)),
            None => wrong.push((
                format!(".{from}"),
                format!("is {}; expected a list of provider types", shown(to)),
            )),
        }
    }
    settings.fallback_chain = read;
    partly(wrong)
}

pub(super) fn shown_chain(settings: &Settings) -> Value {
    let chains = settings.fallback_chain.iter();
    Value::Object(
        chains
            .map(|(from, to)| (from.to_string(), json!(to)))
            .collect(),
    )
}

/// `modelAliases` and `modelFallbackMapping`. A model's name alone is short for a target of that name.
pub(super) fn targets(value: &Value, into: &mut Vec<(String, ModelTarget)>) -> Taken {
    let Value::Object(all) = value else {
        return Taken::Nothing;
    };
    let mut wrong = Vec::new();
    let mut read = Vec::new();
    for (name, value) in all {
        match target(value) {
            Ok(target) => read.push((name.clone(), target)),
            Err(problem) => wrong.push((format!(".{name}"), problem)),
        }
    }
    *into = read;
    partly(wrong)
}

fn target(value: &Value) -> Result<ModelTarget, String> {
    if let Some(model) = text(value) {
        return Ok(ModelTarget {
            provider: None,
            model,
        });
    }
    let expected = || format!("is {}; expected {TARGETS}", shown(value));
    let fields = value.as_object().ok_or_else(expected)?;
    let model = fields.get("targetModel").and_then(text).ok_or_else(|| {
        "has no targetModel; expected the model to ask for in its place".to_owned()
    })?;
    let provider = match fields.get("targetProviderType") {
        None | Some(Value::Null) => None,
        Some(value) => Some(kind(value).ok_or_else(|| {
            format!(
                "has targetProviderType {}, {NO_TYPE}; this entry is left out",
                shown(value)
            )
        })?),
    };
    Ok(ModelTarget { provider, model })
}

pub(super) fn shown_targets(targets: &[(String, ModelTarget)]) -> Value {
    let shown = targets.iter().map(|(name, target)| {
        let mut fields = Map::new();
        if let Some(kind) = target.provider {
            fields.insert("targetProviderType".to_owned(), json!(kind));
        }
        fields.insert("targetModel".to_owned(), json!(target.model));
        (name.clone(), Value::Object(fields))
    });
    Value::Object(shown.collect())
}

/// A list of provider types, or one of them alone.
fn kinds(
    value: &Value,
    place: &str,
    wrong: &mut Vec<(String, String)>,
) -> Option<Vec<ProviderType>> {
    let items = match value {
        Value::Array(items) => items.as_slice(),
        Value::String(_) => std::slice::from_ref(value),
        _ => return None,
    };
    let mut kinds = Vec::new();
    for (n, item) in items.iter().enumerate() {
        match kind(item) {
            Some(kind) if kinds.contains(&kind) => {}
            Some(kind) => kinds.push(kind),
            None => wrong.push((
                format!("{place}[{n}]"),
                format!("is {}, {NO_TYPE}; it is left out", shown(item)),
            )),
        }
    }
    Some(kinds)
}

fn partly(wrong: Vec<(String, String)>) -> Taken {
    if wrong.is_empty() {
        Taken::Whole
    } else {
        Taken::Partly(wrong)
    }
}
