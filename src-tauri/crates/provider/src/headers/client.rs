//! Which headers of a client go up. A closed list: whatever is not on it stays here.

use http::header::{HeaderMap, HeaderValue};

use super::BETA;

/// How far a client's header goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Passing {
    /// To every upstream.
    Always,
    /// Where the request goes up as it came: it says who the client is, and relays look at it.
    Verbatim,
    /// Where the request goes up as it came, to an Anthropic upstream.
    Anthropic,
    /// Not at all.
    Never,
}

/// The rule for a header by its name.
///
/// - `idempotency-key`: an attempt through another instance bears the same one; none is invented.
/// - `user-agent`, `x-app`, `x-goog-api-client`, `x-stainless-*`: some relays take certain clients only. A translated request is Millpond's
///   own work and says so.
/// - `anthropic-version`, `anthropic-beta`: they say what the body means, so they go where the body goes untouched.
/// - `openai-organization`, `openai-project` belong to the client's own account and would be refused with another
///   one's key: an instance names its own in `HEADERS`.
fn passing(name: &str) -> Passing {
    match name {
        "idempotency-key" => Passing::Always,
        "user-agent" | "x-app" | "openai-beta" | "x-goog-api-client" => Passing::Verbatim,
        "anthropic-version" | "anthropic-beta" | "anthropic-dangerous-direct-browser-access" => {
            Passing::Anthropic
        }
        _ if name.starts_with("x-stainless-") => Passing::Verbatim,
        _ => Passing::Never,
    }
}

/// Writes into `up` what passes of a client's headers.
pub(super) fn pass(client: &HeaderMap, verbatim: bool, anthropic: bool, up: &mut HeaderMap) {
    for (name, value) in client {
        let goes = match passing(name.as_str()) {
            Passing::Always => true,
            Passing::Verbatim => verbatim,
            Passing::Anthropic => verbatim && anthropic,
            Passing::Never => false,
        };
        if !goes {
            continue;
        }
        if name == BETA {
            join_beta(up, value);
        } else {
            up.insert(name.clone(), value.clone());
        }
    }
}

/// Adds a beta that the account needs, unless it is there.
pub(super) fn add_beta(up: &mut HeaderMap, beta: &'static str) {
    let there = up
        .get(&BETA)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|list| list.split(',').any(|one| one.trim() == beta));
    if !there {
        join_beta(up, &HeaderValue::from_static(beta));
    }
}

/// The list may come in several headers and goes up in one.
fn join_beta(up: &mut HeaderMap, more: &HeaderValue) {
    let joined = match up.get(&BETA) {
        None => more.clone(),
        Some(before) => {
            let list = [before.as_bytes(), b",", more.as_bytes()].concat();
            match HeaderValue::from_bytes(&list) {
                Ok(list) => list,
                // Two values joined by a comma are a value; the first one stays if that should ever fail.
                Err(_) => return,
            }
        }
    };
    up.insert(BETA, joined);
}
