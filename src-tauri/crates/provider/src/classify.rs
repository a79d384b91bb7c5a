//! What an upstream's refusal means: an answer, or an error inside a stream, becomes a [`Refusal`].
//!
//! Statuses and error types are those of OpenAI (npm `openai`, `core/error.js`) and Anthropic
//! (platform.claude.com, `/docs/en/api/errors`); relays mix both, so status, type, code and words are looked at together.
//!
//! - `google`: limits by their ids.
//! - `markers`: the codes and words by which a cause shows.
//! - `page`: what kind of body an answer has.
//! - `signed_in`: ways of their own that services have which are signed in to.
//! - `verdict`: status and markers to a cause.
//! - `wording`: the upstream's words, fit for people.

mod google;
mod markers;
mod page;
mod signed_in;
mod verdict;
mod wording;

use bytes::Bytes;
use dialect::{UpstreamError, read_error};
use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;

pub use page::not_an_api;
pub use wording::{one_line, without_key};

use crate::kind::ProviderType;
use crate::limits;
use crate::refusal::{Cause, Refusal};
use markers::Words;
use page::Page;
use verdict::{Case, Verdict};

/// An upstream's answer that is no success.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// HTTP status.
    pub status: u16,
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// Its body, or as much of it as was read.
    pub body: &'a [u8],
}

/// What an answer means that brings no content: any status from 300, and a 2xx that holds an error or a web page.
pub fn refusal(kind: ProviderType, answer: Answer<'_>, now: Timestamp) -> Refusal {
    let page = Page::of(answer.headers.get(CONTENT_TYPE), answer.body);
    let error = match page {
        Page::Html | Page::Empty => None,
        Page::Json | Page::Text => read_error(answer.body),
    };
    if answer.status < 400 {
        return match error {
            Some(error) => {
                let mut refusal = refusal_from_error(kind, &error, Some(answer.status), now);
                if refusal.cause == Cause::RateLimited {
                    refusal.wait = limits::retry_after(answer.headers, now).or(refusal.wait);
                }
                keep_body(&mut refusal, page, answer.body);
                refusal
            }
            None => without_error(answer, page),
        };
    }
    let said = String::from_utf8_lossy(&answer.body[..answer.body.len().min(MOST_READ)]);
    let words = match &error {
        Some(error) => Words::of(error),
        None if page == Page::Text => Words::plain(&said),
        None => Words::default(),
    };
    let asked_wait = limits::wait(answer.headers, &said, now);
    let verdict = Verdict::of(&Case {
        kind,
        status: answer.status,
        page,
        words: &words,
        names_a_wait: asked_wait.is_some(),
    });
    let wait = match verdict.cause {
        Cause::RateLimited => words
            .quotas
            .wait(now)
            .or(asked_wait)
            .or_else(|| signed_in::wait(kind, &words, now)),
        Cause::Overloaded | Cause::Transient => limits::retry_after(answer.headers, now),
        Cause::OutOfMoney => words.money_returns(now),
        _ => None,
    };
    let mut refusal = Refusal {
        scope: verdict.scope,
        wait,
        status: Some(answer.status),
        ..Refusal::new(
            verdict.cause,
            message(error.as_ref(), page, &said, answer.status),
        )
    };
    keep_body(&mut refusal, page, answer.body);
    refusal
}

/// What an error means that came without a status of its own: in the body of a 200, or as an event of a stream.
///
/// The status is taken from `status_hint` where that is an error's, else from a numeric code, else from the error's
/// type; an error that names none of them may pass.
pub fn refusal_from_error(
    kind: ProviderType,
    error: &UpstreamError,
    status_hint: Option<u16>,
    now: Timestamp,
) -> Refusal {
    let words = Words::of(error);
    let status = status_hint
        .filter(|hint| *hint >= 400)
        .or_else(|| words.status());
    let asked_wait = limits::wait(&HeaderMap::new(), words.text(), now);
    let verdict = Verdict::of(&Case {
        kind,
        // Without any sign it is the upstream's fault, and may pass.
        status: status.unwrap_or(500),
        page: Page::Json,
        words: &words,
        names_a_wait: asked_wait.is_some(),
    });
    let wait = match verdict.cause {
        Cause::RateLimited => words
            .quotas
            .wait(now)
            .or(asked_wait)
            .or_else(|| signed_in::wait(kind, &words, now)),
        Cause::OutOfMoney => words.money_returns(now),
        _ => None,
    };
    let text = message(Some(error), Page::Json, "", status.unwrap_or(500));
    Refusal {
        scope: verdict.scope,
        wait,
        status,
        ..Refusal::new(verdict.cause, text)
    }
}

/// Bytes of a body that are looked through for words.
const MOST_READ: usize = 16 * 1024;

/// Only a fault of the client's own is handed on as it came, and only what an API's client can read.
fn keep_body(refusal: &mut Refusal, page: Page, body: &[u8]) {
    if refusal.cause == Cause::BadRequest && page == Page::Json {
        refusal.body = Some(Bytes::copy_from_slice(body));
    }
}

/// A 2xx or 3xx without an error in it.
fn without_error(answer: Answer<'_>, page: Page) -> Refusal {
    let (cause, message) = if (300..400).contains(&answer.status) {
        (Cause::WrongUrl, redirected(answer.headers))
    } else if page == Page::Html {
        let said = String::from_utf8_lossy(answer.body);
        (Cause::WrongUrl, page::described(&said))
    } else {
        (
            Cause::BrokenAnswer,
            "the answer is not that of an API".to_owned(),
        )
    };
    Refusal {
        status: Some(answer.status),
        ..Refusal::new(cause, message)
    }
}

/// Redirects are not followed: the key would go to a host that nobody set.
fn redirected(headers: &HeaderMap) -> String {
    let target = headers
        .get(LOCATION)
        .and_then(|value| value.to_str().ok())
        // What follows may be a token.
        .and_then(|location| location.split(['?', '#']).next());
    match target {
        Some(target) => one_line(&format!("the address leads to {target}; set that one")),
        None => "the address leads elsewhere".to_owned(),
    }
}

/// The upstream's words, else what kind of answer it gave.
fn message(error: Option<&UpstreamError>, page: Page, said: &str, status: u16) -> String {
    let words = match (error, page) {
        (Some(error), _) => one_line(&error.message),
        (None, Page::Html) => page::described(said),
        (None, Page::Text) => one_line(said),
        (None, Page::Json | Page::Empty) => String::new(),
    };
    if !words.is_empty() {
        return words;
    }
    let named = error.and_then(|error| error.code.as_deref().or(error.kind.as_deref()));
    let reason = StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason());
    match named.or(reason) {
        Some(named) => one_line(&format!("status {status}, {named}, and no message")),
        None => format!("status {status} and no message"),
    }
}

#[cfg(test)]
mod tests;
