//! What the fake says, in both dialects; the shapes are those of the vendors' public API references.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::bench::ask::{Ask, since_epoch};

/// What the client reads to learn when a paced chunk was written: nanoseconds since 1970, after this mark.
pub(crate) const STAMP: &str = "sent:";

/// The dialect that a path speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Spoken {
    Chat,
    Messages,
}

impl Spoken {
    /// The dialect of a path, if an answer is made for it.
    pub(super) fn of_path(path: &[u8]) -> Option<Self> {
        let path = path.split(|byte| *byte == b'?').next().unwrap_or(path);
        if path.ends_with(b"/chat/completions") {
            Some(Self::Chat)
        } else if path.ends_with(b"/messages") {
            Some(Self::Messages)
        } else {
            None
        }
    }

    /// The events before the first content.
    pub(super) fn opening(self) -> Vec<String> {
        match self {
            Self::Chat => vec![chat_event(
                r#"[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]"#,
                "null",
            )],
            Self::Messages => vec![
                messages_event(
                    "message_start",
                    r#""message":{"id":"msg_bench","type":"message","role":"assistant","model":"bench","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":180,"output_tokens":1}}"#,
                ),
                messages_event(
                    "content_block_start",
                    r#""index":0,"content_block":{"type":"text","text":""}"#,
                ),
            ],
        }
    }

    /// One event of content.
    pub(super) fn content(self, text: &str) -> String {
        match self {
            Self::Chat => chat_event(
                &format!(r#"[{{"index":0,"delta":{{"content":"{text}"}},"finish_reason":null}}]"#),
                "null",
            ),
            Self::Messages => messages_event(
                "content_block_delta",
                &format!(r#""index":0,"delta":{{"type":"text_delta","text":"{text}"}}"#),
            ),
        }
    }

    /// One event of content that says when it was written.
    pub(super) fn stamped(self) -> String {
        self.content(&format!("{STAMP}{} ", since_epoch().as_nanos()))
    }

    /// The events after the last content.
    pub(super) fn closing(self, chunks: u32) -> Vec<String> {
        match self {
            Self::Chat => vec![
                chat_event(r#"[{"index":0,"delta":{},"finish_reason":"stop"}]"#, "null"),
                chat_event(
                    "[]",
                    &format!(
                        r#"{{"prompt_tokens":180,"completion_tokens":{chunks},"total_tokens":{}}}"#,
                        180 + chunks
                    ),
                ),
                "data: [DONE]\n\n".to_owned(),
            ],
            Self::Messages => vec![
                messages_event("content_block_stop", r#""index":0"#),
                messages_event(
                    "message_delta",
                    &format!(
                        r#""delta":{{"stop_reason":"end_turn","stop_sequence":null}},"usage":{{"output_tokens":{chunks}}}"#
                    ),
                ),
                messages_event("message_stop", ""),
            ],
        }
    }

    fn whole(self) -> String {
        let words = "The mill stands where two brooks meet; its wheel is dry. ".repeat(12);
        match self {
            Self::Chat => format!(
                r#"{{"id":"chatcmpl-bench","object":"chat.completion","created":1785000000,"model":"bench","choices":[{{"index":0,"message":{{"role":"assistant","content":"{words}","refusal":null}},"logprobs":null,"finish_reason":"stop"}}],"usage":{{"prompt_tokens":180,"completion_tokens":156,"total_tokens":336,"prompt_tokens_details":{{"cached_tokens":0}},"completion_tokens_details":{{"reasoning_tokens":0}}}}}}"#
            ),
            Self::Messages => format!(
                r#"{{"id":"msg_bench","type":"message","role":"assistant","model":"bench","content":[{{"type":"text","text":"{words}"}}],"stop_reason":"end_turn","stop_sequence":null,"usage":{{"input_tokens":180,"output_tokens":156}}}}"#
            ),
        }
    }
}

/// Answers made once and written as they are.
pub(super) struct Answers {
    /// The model list.
    pub(super) models: Vec<u8>,
    /// The answer of an instance that fails.
    pub(super) unavailable: Vec<u8>,
    /// The answer to a path that nothing is made for.
    pub(super) unknown: Vec<u8>,
    chat: Vec<u8>,
    messages: Vec<u8>,
    streams: Mutex<Streams>,
}

/// Streams by dialect and number of content chunks.
type Streams = HashMap<(Spoken, u32), Arc<[u8]>>;

impl Answers {
    pub(super) fn new() -> Self {
        let models = Ask::ALL.map(|id| {
            format!(r#"{{"id":"{id}","object":"model","created":1785000000,"owned_by":"bench"}}"#)
        });
        Self {
            models: json(
                "200 OK",
                &format!(r#"{{"object":"list","data":[{}]}}"#, models.join(",")),
            ),
            unavailable: json(
                "503 Service Unavailable",
                r#"{"error":{"message":"This instance fails on purpose.","type":"server_error","param":null,"code":null}}"#,
            ),
            unknown: json(
                "404 Not Found",
                r#"{"error":{"message":"No such path.","type":"invalid_request_error","param":null,"code":null}}"#,
            ),
            chat: json("200 OK", &Spoken::Chat.whole()),
            messages: json("200 OK", &Spoken::Messages.whole()),
            streams: Mutex::default(),
        }
    }

    /// A whole answer.
    pub(super) fn whole(&self, spoken: Spoken) -> &[u8] {
        match spoken {
            Spoken::Chat => &self.chat,
            Spoken::Messages => &self.messages,
        }
    }

    /// A whole stream of that many content chunks, head and chunk frames included.
    pub(super) fn stream(&self, spoken: Spoken, chunks: u32) -> Arc<[u8]> {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        let made = streams
            .entry((spoken, chunks))
            .or_insert_with(|| whole_stream(spoken, chunks).into());
        made.clone()
    }
}

/// The head of every stream.
pub(super) const STREAM_HEAD: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n";

/// What ends every stream.
pub(super) const STREAM_END: &[u8] = b"0\r\n\r\n";

/// An event as one HTTP chunk.
pub(super) fn framed(event: &str) -> Vec<u8> {
    format!("{:x}\r\n{event}\r\n", event.len()).into_bytes()
}

fn whole_stream(spoken: Spoken, chunks: u32) -> Vec<u8> {
    let contents = (0..chunks).map(|_| spoken.content("seven words that a model might say "));
    let events = spoken
        .opening()
        .into_iter()
        .chain(contents)
        .chain(spoken.closing(chunks));
    let mut bytes = STREAM_HEAD.to_vec();
    for event in events {
        bytes.extend(framed(&event));
    }
    bytes.extend(STREAM_END);
    bytes
}

fn chat_event(choices: &str, usage: &str) -> String {
    format!(
        "data: {{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1785000000,\"model\":\"bench\",\"choices\":{choices},\"usage\":{usage}}}\n\n"
    )
}

fn messages_event(name: &str, fields: &str) -> String {
    let comma = if fields.is_empty() { "" } else { "," };
    format!("event: {name}\ndata: {{\"type\":\"{name}\"{comma}{fields}}}\n\n")
}

fn json(status: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::bench::wire::{EventLines, Malformed, Reply};

    fn data_of(bytes: &[u8]) -> Result<Vec<String>, Malformed> {
        let mut reply = Reply::new();
        let mut lines = EventLines::default();
        let mut seen = Vec::new();
        let used = reply.feed(bytes, |piece| {
            lines.feed(piece, |data| {
                seen.push(String::from_utf8_lossy(data).into_owned());
            });
        })?;
        assert!(reply.is_over());
        assert_eq!(used, bytes.len());
        Ok(seen)
    }

    #[test]
    fn a_chat_stream_has_the_events_that_the_load_expects() -> Result<(), Malformed> {
        let mut seen = data_of(&Answers::new().stream(Spoken::Chat, 100))?;
        assert_eq!(seen.len() as u64, Ask::Stream(100).chat_events());
        assert_eq!(seen.pop().as_deref(), Some("[DONE]"));
        for data in seen {
            assert!(serde_json::from_str::<Value>(&data).is_ok(), "{data}");
        }
        Ok(())
    }

    #[test]
    fn every_other_body_is_json() -> Result<(), Malformed> {
        for data in data_of(&Answers::new().stream(Spoken::Messages, 3))? {
            assert!(serde_json::from_str::<Value>(&data).is_ok(), "{data}");
        }
        for spoken in [Spoken::Chat, Spoken::Messages] {
            let body = spoken.whole();
            assert!((800..1400).contains(&body.len()), "{}", body.len());
            assert!(serde_json::from_str::<Value>(&body).is_ok(), "{body}");
        }
        Ok(())
    }
}
