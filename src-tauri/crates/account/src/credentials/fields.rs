//! Names and forms of tokens and times.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::Service;

pub(super) const ACCESS: &[&str] = &["access_token", "accessToken"];
pub(super) const REFRESH: &[&str] = &["refresh_token", "refreshToken"];
const EXPIRY: &[&str] = &[
    "expiry_date",
    "expiresAt",
    "expires_at",
    "expiry",
    "expired",
    "expire",
];
const PROFILE: &[&str] = &["profileArn", "profile_arn"];
const RESOURCE: &[&str] = &["resource_url", "resourceUrl"];

/// From here on a number counts milliseconds; in seconds it would be the year 5138.
const MILLIS_FROM: f64 = 1e11;

/// How a document writes what is renewed.
pub(super) struct Form {
    pub(super) access: &'static str,
    pub(super) refresh: &'static str,
    expiry: &'static str,
    time: TimeForm,
}

/// How a time is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TimeForm {
    Millis,
    Seconds,
    /// A number in quotes.
    SecondsText,
    MillisText,
    /// RFC 3339 in UTC, to the millisecond.
    Text,
}

pub(super) fn has_token(value: &Value) -> bool {
    let Value::Object(object) = value else {
        return false;
    };
    text(object, ACCESS).is_some() || text(object, REFRESH).is_some()
}

/// The first of these fields that holds a text.
pub(super) fn text(object: &Map<String, Value>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| {
        let text = object.get(*name)?.as_str()?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    })
}

pub(super) fn time(object: &Map<String, Value>, names: &[&str]) -> Option<Timestamp> {
    names.iter().find_map(|name| read_time(object.get(*name)?))
}

pub(super) fn expiry(object: &Map<String, Value>) -> Option<Timestamp> {
    time(object, EXPIRY)
}

fn read_time(value: &Value) -> Option<Timestamp> {
    match value {
        Value::Number(number) => of_number(number.as_f64()?),
        Value::String(text) => {
            let text = text.trim();
            let number = || of_number(text.parse().ok()?);
            // Some write no zone, and mean UTC.
            let bare = || format!("{text}Z").parse().ok();
            text.parse().ok().or_else(number).or_else(bare)
        }
        _ => None,
    }
}

fn of_number(number: f64) -> Option<Timestamp> {
    if !number.is_finite() || number <= 0.0 {
        return None;
    }
    let millis = if number < MILLIS_FROM {
        number * 1_000.0
    } else {
        number
    };
    // A float of this size is cut to a whole number without loss that matters; beyond the range it saturates.
    Timestamp::from_millisecond(millis as i64).ok()
}

/// Sets the field that the document has of these, else the one of that name.
pub(super) fn put(object: &mut Map<String, Value>, names: &[&str], name: &str, value: Value) {
    let there = names.iter().find(|name| object.contains_key(**name));
    object.insert(there.map_or(name, |name| *name).to_owned(), value);
}

/// The other names that a field has elsewhere.
pub(super) fn names_of(name: &str) -> &'static [&'static str] {
    match name {
        "profileArn" => PROFILE,
        "resource_url" => RESOURCE,
        _ => &[],
    }
}

impl Form {
    /// The form of a document; where it does not show, that of the service's own program.
    pub(super) fn of(tokens: &Map<String, Value>, service: Service) -> Self {
        let found =
            |names: &[&'static str]| names.iter().copied().find(|n| tokens.contains_key(*n));
        let (access, refresh, expiry, time) = match service {
            Service::Kiro => ("accessToken", "refreshToken", "expiresAt", TimeForm::Text),
            Service::Gemini | Service::Qwen => (
                "access_token",
                "refresh_token",
                "expiry_date",
                TimeForm::Millis,
            ),
        };
        let own = found(EXPIRY);
        let written = own.and_then(|name| TimeForm::of(tokens.get(name)?));
        let default = match own {
            Some("expiry_date") | None => time,
            Some(_) => TimeForm::Text,
        };
        Self {
            access,
            refresh,
            expiry: own.unwrap_or(expiry),
            time: written.unwrap_or(default),
        }
    }

    pub(super) fn put_expiry(&self, tokens: &mut Map<String, Value>, expires: Timestamp) {
        tokens.insert(self.expiry.to_owned(), self.time.write(expires));
    }
}

impl TimeForm {
    fn of(value: &Value) -> Option<Self> {
        let by_size = |number: f64, small, large| if number < MILLIS_FROM { small } else { large };
        match value {
            Value::Number(number) => Some(by_size(number.as_f64()?, Self::Seconds, Self::Millis)),
            Value::String(text) => Some(match text.trim().parse() {
                Ok(number) => by_size(number, Self::SecondsText, Self::MillisText),
                Err(_) => Self::Text,
            }),
            _ => None,
        }
    }

    fn write(self, time: Timestamp) -> Value {
        match self {
            Self::Millis => time.as_millisecond().into(),
            Self::Seconds => time.as_second().into(),
            Self::SecondsText => time.as_second().to_string().into(),
            Self::MillisText => time.as_millisecond().to_string().into(),
            Self::Text => time.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string().into(),
        }
    }
}
