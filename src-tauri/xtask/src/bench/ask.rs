//! What is asked of the upstream, said by the model's name: `bench`, `bench-100`, `bench-100-20ms`.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// How an answer is made. Its text form is a model name, because that passes through every proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub(crate) enum Ask {
    /// One JSON body of about 1 kB.
    Whole,
    /// A stream of that many content chunks, as fast as the socket takes them.
    Stream(u32),
    /// The same, one write a chunk, with that time between two.
    Paced(u32, Duration),
}

impl Ask {
    /// A stream as fast as it goes.
    pub(crate) const FAST: Self = Self::Stream(100);
    /// A stream at the pace of a quick model: two seconds of it.
    pub(crate) const STEADY: Self = Self::Paced(100, Duration::from_millis(20));
    /// A stream that stays open for longer than anybody looks at it.
    pub(crate) const LONG: Self = Self::Paced(400, Duration::from_millis(250));
    /// Everything that is asked for: the fake's model list.
    pub(crate) const ALL: [Self; 4] = [Self::Whole, Self::FAST, Self::STEADY, Self::LONG];

    /// Reads a model name; a name without a length asks for a whole answer.
    pub(crate) fn of_model(name: &str) -> Self {
        let mut words = name.split('-').skip(1);
        let Some(chunks) = words.next().and_then(|word| word.parse().ok()) else {
            return Self::Whole;
        };
        let millis = words
            .next()
            .and_then(|word| word.strip_suffix("ms"))
            .and_then(|word| word.parse().ok());
        match millis {
            Some(millis) => Self::Paced(chunks, Duration::from_millis(millis)),
            None => Self::Stream(chunks),
        }
    }

    /// How many `data:` events a Chat client gets: the role, the content, the finish, the usage and `[DONE]`.
    pub(crate) fn chat_events(self) -> u64 {
        match self {
            Self::Whole => 0,
            Self::Stream(chunks) | Self::Paced(chunks, _) => u64::from(chunks) + 4,
        }
    }

    /// Whether the answer is a stream.
    pub(crate) fn is_stream(self) -> bool {
        self != Self::Whole
    }
}

impl fmt::Display for Ask {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => write!(out, "bench"),
            Self::Stream(chunks) => write!(out, "bench-{chunks}"),
            Self::Paced(chunks, pace) => write!(out, "bench-{chunks}-{}ms", pace.as_millis()),
        }
    }
}

impl From<Ask> for String {
    fn from(ask: Ask) -> Self {
        ask.to_string()
    }
}

impl From<String> for Ask {
    fn from(name: String) -> Self {
        Self::of_model(&name)
    }
}

/// A Chat request in its bytes, each copy a conversation of its own.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    bytes: Vec<u8>,
    number_at: usize,
}

const DIGITS: usize = 16;

/// The turns of this process. They begin where the clock stands, so that no two processes open the same conversation.
static TURN: AtomicU64 = AtomicU64::new(0);

impl Request {
    /// A request of about 1 kB to `path`, with the local key where the peer wants one.
    pub(crate) fn new(ask: Ask, path: &str, key: Option<&str>) -> Self {
        let stream = if ask.is_stream() {
            r#","stream":true,"stream_options":{"include_usage":true}"#
        } else {
            ""
        };
        let number = "0".repeat(DIGITS);
        let words = "Name the rivers that feed the pond, from the spring to the mill. ".repeat(10);
        let body = format!(
            r#"{{"model":"{ask}","messages":[{{"role":"system","content":"Answer in short sentences."}},{{"role":"user","content":"{number} {words}"}}],"max_tokens":256{stream}}}"#
        );
        let key = key.map_or(String::new(), |key| {
            format!("authorization: Bearer {key}\r\n")
        });
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{key}content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let number_at = head.len() + body.find(&number).unwrap_or_default();
        Self {
            bytes: [head, body].concat().into_bytes(),
            number_at,
        }
    }

    /// The bytes of the next conversation. A pool that keeps a conversation where it began would otherwise
    /// send everything to one instance.
    pub(crate) fn next(&mut self) -> &[u8] {
        let mut turn = TURN.fetch_add(1, Ordering::Relaxed);
        if turn == 0 {
            turn = since_epoch().as_millis() as u64 * 1_000;
            TURN.store(turn + 1, Ordering::Relaxed);
        }
        for at in (self.number_at..self.number_at + DIGITS).rev() {
            self.bytes[at] = b'0' + (turn % 10) as u8;
            turn /= 10;
        }
        &self.bytes
    }
}

/// The wall clock: the one clock that two processes read alike without unsafe code.
pub(crate) fn since_epoch() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_name_says_what_is_asked_and_is_read_back() {
        for ask in Ask::ALL {
            assert_eq!(Ask::of_model(&ask.to_string()), ask);
        }
    }

    #[test]
    fn two_requests_differ_in_their_opening_and_in_nothing_else() {
        let mut request = Request::new(Ask::Whole, "/v1/chat/completions", Some("k"));
        let first = request.next().to_vec();
        let second = request.next().to_vec();
        let differing = first
            .iter()
            .zip(&second)
            .enumerate()
            .filter(|(_, (a, b))| a != b)
            .map(|(at, _)| at)
            .collect::<Vec<_>>();
        assert!(!differing.is_empty());
        assert!(
            differing
                .iter()
                .all(|at| (request.number_at..request.number_at + DIGITS).contains(at))
        );
    }
}
