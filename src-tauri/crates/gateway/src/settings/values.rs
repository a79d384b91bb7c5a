//! Values as people write them: a number in quotes is a number, an empty text is none.

use std::time::Duration;

use provider::ProviderType;
use provider::endpoint;
use serde_json::Value;
use url::Url;

/// A text that is not empty.
pub(crate) fn text(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// `true`, `false`, or one of them in quotes.
pub(crate) fn switch(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(yes) => Some(*yes),
        Value::String(text) => text.trim().to_ascii_lowercase().parse().ok(),
        _ => None,
    }
}

/// A whole number from `least` to `most`.
pub(crate) fn whole(value: &Value, least: u64, most: u64) -> Option<u64> {
    let number = match value {
        Value::Number(number) => number.as_u64().or_else(|| integral(number.as_f64()?))?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    (least..=most).contains(&number).then_some(number)
}

/// `3.0` is 3; beyond 2^53 a float no longer says which number is meant.
fn integral(float: f64) -> Option<u64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let whole = float.fract() == 0.0 && (0.0..=EXACT).contains(&float);
    // In this range the text of a whole float is the number's.
    whole.then(|| format!("{float:.0}").parse().ok())?
}

/// A provider type.
pub(crate) fn kind(value: &Value) -> Option<ProviderType> {
    value.as_str()?.trim().parse().ok()
}

/// Milliseconds, from one to a day.
pub(crate) fn millis(value: &Value) -> Option<Duration> {
    whole(value, 1, 86_400_000).map(Duration::from_millis)
}

/// A base address that calls can be joined to.
pub(crate) fn base_url(value: &Value) -> Option<String> {
    let base = text(value)?;
    endpoint::check(&base).ok()?;
    Some(base)
}

/// An address as it is.
pub(crate) fn address(value: &Value) -> Option<String> {
    let address = text(value)?;
    let url = Url::parse(&address).ok()?;
    let spoken = matches!(url.scheme(), "http" | "https") && url.host().is_some();
    (spoken && url.username().is_empty() && url.password().is_none()).then_some(address)
}

/// A proxy's address, which may carry a password; `none` is no proxy.
pub(crate) fn proxy(value: &Value) -> Option<String> {
    let proxy = text(value)?;
    if proxy.eq_ignore_ascii_case("none") {
        return Some("none".to_owned());
    }
    let url = Url::parse(&proxy).ok()?;
    let spoken = matches!(url.scheme(), "http" | "socks5" | "socks5h");
    (spoken && url.host().is_some()).then_some(proxy)
}

/// An address without the user name and password it may carry.
pub(crate) fn without_password(address: &str) -> String {
    match (address.find("://"), address.rfind('@')) {
        (Some(scheme), Some(at)) if scheme < at => {
            format!("{}••••{}", &address[..scheme + 3], &address[at..])
        }
        (None, Some(at)) => format!("••••{}", &address[at..]),
        _ => address.to_owned(),
    }
}
