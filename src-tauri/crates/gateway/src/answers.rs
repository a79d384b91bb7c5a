//! Failures and answers turned into responses: the one place that writes statuses and Millpond's headers.

use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::faults::Failure;
use crate::form::Form;
use crate::record::RequestId;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const INSTANCE: HeaderName = HeaderName::from_static("x-millpond-instance");
const ATTEMPTS: HeaderName = HeaderName::from_static("x-millpond-attempts");
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache");

/// What every answer bears.
#[derive(Debug, Clone)]
pub struct Stamp {
    /// The request's id.
    pub id: HeaderValue,
    /// Who served, or was asked last; `None` where nobody was.
    pub instance: Option<HeaderValue>,
    /// Upstream calls.
    pub attempts: u32,
}

impl Stamp {
    fn on(self, headers: &mut HeaderMap) {
        headers.insert(REQUEST_ID, self.id);
        headers.insert(
            INSTANCE,
            self.instance.unwrap_or(HeaderValue::from_static("none")),
        );
        headers.insert(ATTEMPTS, count(self.attempts));
    }
}

/// A count as a header's value. Nearly all are small, and need no memory of their own.
fn count(number: u32) -> HeaderValue {
    const SMALL: [&str; 4] = ["0", "1", "2", "3"];
    let small = usize::try_from(number).ok().and_then(|at| SMALL.get(at));
    small.map_or_else(
        || HeaderValue::from(number),
        |text| HeaderValue::from_static(text),
    )
}

/// A request's id as a header's value.
pub fn id_header(id: RequestId) -> HeaderValue {
    HeaderValue::from_str(id.text().as_str()).unwrap_or(HeaderValue::from_static("unknown"))
}

/// A whole JSON answer, with what of the upstream's headers is passed on.
pub fn whole(stamp: Stamp, passed: HeaderMap, body: Bytes) -> Response {
    respond(stamp, passed, Body::from(body), Some(JSON))
}

/// A stream.
pub fn stream(stamp: Stamp, passed: HeaderMap, body: Body, form: Form) -> Response {
    let mut response = respond(stamp, passed, body, Some(form.content_type()));
    response
        .headers_mut()
        .entry(CACHE_CONTROL)
        .or_insert(NO_CACHE);
    response
}

fn respond(
    stamp: Stamp,
    passed: HeaderMap,
    body: Body,
    content_type: Option<HeaderValue>,
) -> Response {
    let mut response = Response::new(body);
    *response.headers_mut() = passed;
    let headers = response.headers_mut();
    if let Some(value) = content_type {
        headers.entry(CONTENT_TYPE).or_insert(value);
    }
    stamp.on(headers);
    response
}

/// An error in the form that the client takes.
pub fn failed(stamp: Stamp, form: Form, mut failure: Failure) -> Response {
    failure.fault.request_id = stamp.id.to_str().unwrap_or_default().to_owned();
    let body = failure
        .body
        .unwrap_or_else(|| Bytes::from(form.error(&failure.fault)));
    let mut response = respond(stamp, HeaderMap::new(), Body::from(body), Some(JSON));
    *response.status_mut() =
        StatusCode::from_u16(failure.fault.status).unwrap_or(StatusCode::BAD_GATEWAY);
    if let Some(wait) = failure.retry_after {
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from(whole_seconds(wait)));
    }
    response
}

/// `Retry-After` has no fractions, and a client that comes a moment early would be refused again.
fn whole_seconds(wait: Duration) -> u64 {
    let up = u64::from(wait.subsec_nanos() > 0);
    wait.as_secs().saturating_add(up).max(1)
}
