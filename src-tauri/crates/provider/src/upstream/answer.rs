//! An answer on its way in: read until it says something, or to its end.

use bytes::Bytes;
use dialect::{Dialect, Ending, Progress, ReplyFacts, Tap, code_assist, read_facts};
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, Response};
use http_body_util::BodyExt;
use jiff::Timestamp;
use tokio::time::{Instant, timeout, timeout_at};

use super::silent;
use crate::classify::{self, not_an_api, refusal_from_error};
use crate::hop::HopBody;
use crate::instance::Limits;
use crate::kind::ProviderType;
use crate::pieces::Pieces;
use crate::refusal::{Cause, Refusal};

/// The most of an answer that is held in memory at once.
const MOST_WHOLE: usize = 64 << 20;
/// The most that a stream may say before its first content.
const MOST_HELD: usize = 1 << 20;
/// The most of a refusal's body that is read.
const MOST_OF_REFUSAL: usize = 256 << 10;

/// What a call brought.
#[derive(Debug)]
pub enum Answer {
    /// A stream whose first content is there.
    Stream(Box<Opened>),
    /// A whole answer.
    Whole(Box<Whole>),
}

/// How a stream is made of pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Server-sent events.
    Events,
    /// Gemini's other form: one JSON array, which has the type of a whole answer.
    Array,
    /// That, made of events.
    ArrayOfEvents,
}

/// A stream that has begun.
#[derive(Debug)]
pub struct Opened {
    /// The upstream's headers.
    pub headers: HeaderMap,
    /// What came so far, the first content included.
    pub held: Vec<Bytes>,
    /// The rest.
    pub body: HopBody,
    /// What it has read of `held`; whoever relays the rest shows it the rest.
    pub tap: Tap,
}

/// A whole answer.
#[derive(Debug)]
pub struct Whole {
    /// The upstream's headers.
    pub headers: HeaderMap,
    /// The body, a complete JSON object of the dialect.
    pub body: Bytes,
    /// Its usage.
    pub facts: ReplyFacts,
}

/// Reads a stream until its first content. An error, an end or silence before that is a refusal.
pub(super) async fn open(
    kind: ProviderType,
    (dialect, form): (Dialect, Form),
    response: Response<HopBody>,
    deadline: Instant,
    limits: &Limits,
) -> Result<Answer, Refusal> {
    if form != Form::Array && is_whole(response.headers()) {
        // Some relays answer a stream's request with a whole body when they fail.
        whole((kind, false), dialect, response, deadline, limits).await?;
        return Err(broken(
            "the upstream answered whole where a stream was asked for",
        ));
    }
    readable(kind, &response)?;
    let (head, mut body) = response.into_parts();
    let mut tap = Tap::new(dialect);
    let mut held = Vec::with_capacity(4);
    let mut size = 0;
    loop {
        let next = timeout_at(deadline, body.frame()).await;
        let frame = next.map_err(|_| silent(limits.first_content))?;
        let Some(frame) = frame else {
            return ended_early(kind, tap, head.headers, held, body);
        };
        let frame = frame.map_err(|error| broken(&error.to_string()))?;
        let Ok(chunk) = frame.into_data() else {
            continue;
        };
        let progress = tap.scan(&chunk);
        if let Some(error) = tap.error()
            && progress == Progress::Lifecycle
        {
            return Err(refusal_from_error(kind, error, None, Timestamp::now()));
        }
        size += chunk.len();
        held.push(chunk);
        if progress >= Progress::Content {
            break;
        }
        if size > MOST_HELD {
            return Err(broken("the upstream sent a megabyte without any content"));
        }
    }
    Ok(opened(head.headers, held, body, tap))
}

fn opened(headers: HeaderMap, held: Vec<Bytes>, body: HopBody, tap: Tap) -> Answer {
    Answer::Stream(Box::new(Opened {
        headers,
        held,
        body,
        tap,
    }))
}

/// A stream that ended before any content: complete (it had nothing to say) or broken.
fn ended_early(
    kind: ProviderType,
    mut tap: Tap,
    headers: HeaderMap,
    held: Vec<Bytes>,
    body: HopBody,
) -> Result<Answer, Refusal> {
    let ending = tap.finish();
    if let Some(error) = tap.error() {
        return Err(refusal_from_error(kind, error, None, Timestamp::now()));
    }
    if ending == Ending::Complete {
        return Ok(opened(headers, held, body, tap));
    }
    Err(broken("the stream ended before any content"))
}

/// Reads an answer to its end, and takes it out of Code Assist's envelope where it is in one.
pub(super) async fn whole(
    (kind, in_envelope): (ProviderType, bool),
    dialect: Dialect,
    response: Response<HopBody>,
    deadline: Instant,
    limits: &Limits,
) -> Result<Answer, Refusal> {
    readable(kind, &response)?;
    let status = response.status().as_u16();
    let (head, mut body) = response.into_parts();
    let first = timeout_at(deadline, body.frame()).await;
    let mut next = first.map_err(|_| silent(limits.first_content))?;
    let mut all = Pieces::default();
    while let Some(frame) = next {
        let frame = frame.map_err(|error| broken(&error.to_string()))?;
        if let Ok(chunk) = frame.into_data() {
            all.push(chunk);
        }
        if all.len() > MOST_WHOLE {
            return Err(broken("the answer is over 64 MB"));
        }
        let wait = timeout(limits.idle, body.frame()).await;
        next = wait.map_err(|_| stalled(limits))?;
    }
    let mut body = all.join();
    if in_envelope {
        body = code_assist::unwrap_reply(&body);
    }
    let facts = match read_facts(dialect, &body) {
        Ok(facts) => facts,
        Err(malformed) => {
            let answer = classify::Answer {
                status,
                headers: &head.headers,
                body: &body,
            };
            let refusal = classify::refusal(kind, answer, Timestamp::now());
            return Err(match refusal.cause {
                Cause::BrokenAnswer => broken(&malformed.to_string()),
                _ => refusal,
            });
        }
    };
    if let Some(error) = &facts.error {
        return Err(refusal_from_error(
            kind,
            error,
            Some(status),
            Timestamp::now(),
        ));
    }
    Ok(Answer::Whole(Box::new(Whole {
        headers: head.headers,
        body,
        facts,
    })))
}

/// As much of a refusal's body as comes in time.
pub(super) async fn some_of(mut body: HopBody, deadline: Instant) -> Bytes {
    let mut all = Pieces::default();
    while all.len() < MOST_OF_REFUSAL {
        match timeout_at(deadline, body.frame()).await {
            Ok(Some(Ok(frame))) => {
                if let Ok(chunk) = frame.into_data() {
                    all.push(chunk);
                }
            }
            _ => break,
        }
    }
    all.join()
}

/// A stream's idle limit has passed.
pub(crate) fn stalled(limits: &Limits) -> Refusal {
    let text = format!(
        "nothing more within {} ms (IDLE_TIMEOUT_MS)",
        limits.idle.as_millis()
    );
    Refusal::new(Cause::IdleTimeout, text)
}

fn broken(text: &str) -> Refusal {
    Refusal::new(Cause::BrokenAnswer, classify::one_line(text))
}

fn is_whole(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).map(|value| value.as_bytes());
    value.is_some_and(|value| value.starts_with(b"application/json"))
}

fn readable(kind: ProviderType, response: &Response<HopBody>) -> Result<(), Refusal> {
    let headers = response.headers();
    if not_an_api(headers.get(CONTENT_TYPE)) {
        let answer = classify::Answer {
            status: response.status().as_u16(),
            headers,
            body: b"",
        };
        return Err(classify::refusal(kind, answer, Timestamp::now()));
    }
    match headers.get(CONTENT_ENCODING) {
        Some(coding) if coding != "identity" => Err(broken(
            "the upstream compressed its answer although it was asked not to",
        )),
        _ => Ok(()),
    }
}
