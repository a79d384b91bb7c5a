//! Content blocks, written: of requests and of answers.

use std::borrow::Cow;

use chat::{Cache, Media};
use serde_json::{Map, Value};

use super::json::{List, Object, write};
use super::media::Lowered;

/// A block as it will be written; everything that cannot be said is gone.
#[derive(Debug)]
pub(super) enum Piece<'a> {
    Text {
        text: Cow<'a, str>,
        cache: Option<&'a Cache>,
        /// Citations and what else is the dialect's own.
        extra: Option<&'a Map<String, Value>>,
    },
    Image(Lowered<'a>, &'a Media),
    Document(Lowered<'a>, &'a Media),
    Thinking {
        text: &'a str,
        signature: Cow<'a, str>,
    },
    Redacted(Cow<'a, str>),
    Call {
        id: Cow<'a, str>,
        name: &'a str,
        input: Input<'a>,
        cache: Option<&'a Cache>,
        /// Who called, and what else is the dialect's own.
        extra: Option<&'a Map<String, Value>>,
    },
    Result {
        id: Cow<'a, str>,
        content: Vec<Piece<'a>>,
        is_error: bool,
        cache: Option<&'a Cache>,
    },
    Foreign(&'a Value),
}

/// The arguments of a call.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Input<'a> {
    /// A JSON object, as its text.
    Object(&'a str),
    /// Some other JSON, as its text, under a key.
    Json(&'static str, &'a str),
    /// Text under a key.
    Text(&'static str, &'a str),
}

impl<'a> Input<'a> {
    /// The key under which arguments travel that are no object.
    pub(super) const WRAPPED: &'static str = "arguments";

    /// What a function was called with; says whether it had to be wrapped.
    pub(super) fn of(arguments: &'a str) -> (Self, bool) {
        let text = arguments.trim();
        if text.is_empty() {
            return (Self::Object("{}"), false);
        }
        match serde_json::from_str::<serde::de::IgnoredAny>(text) {
            Ok(_) if text.starts_with('{') => (Self::Object(text), false),
            Ok(_) => (Self::Json(Self::WRAPPED, text), true),
            Err(_) => (Self::Text(Self::WRAPPED, arguments), true),
        }
    }

    pub(super) fn write(self, out: &mut Vec<u8>) {
        match self {
            Self::Object(text) => out.extend_from_slice(text.as_bytes()),
            Self::Json(key, text) => {
                let mut object = Object::open(out);
                object.at(key).extend_from_slice(text.as_bytes());
                object.close();
            }
            Self::Text(key, text) => {
                let mut object = Object::open(out);
                object.put(key, text);
                object.close();
            }
        }
    }
}

impl Piece<'_> {
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        if let Self::Foreign(value) = self {
            return write(out, value);
        }
        let mut object = Object::open(out);
        match self {
            Self::Text { text, cache, extra } => {
                object.put("type", "text");
                object.put("text", text);
                mark(&mut object, *cache);
                if let Some(extra) = extra {
                    object.put_all(extra, &["type", "text", "cache_control"]);
                }
            }
            Self::Image(source, media) => write_media(&mut object, "image", source, media),
            Self::Document(source, media) => write_media(&mut object, "document", source, media),
            Self::Thinking { text, signature } => {
                object.put("type", "thinking");
                object.put("thinking", text);
                object.put("signature", signature);
            }
            Self::Redacted(data) => {
                object.put("type", "redacted_thinking");
                object.put("data", data);
            }
            Self::Call {
                id,
                name,
                input,
                cache,
                extra,
            } => {
                object.put("type", "tool_use");
                object.put("id", id);
                object.put("name", name);
                input.write(object.at("input"));
                mark(&mut object, *cache);
                if let Some(extra) = extra {
                    object.put_all(extra, &["type", "id", "name", "input", "cache_control"]);
                }
            }
            Self::Result {
                id,
                content,
                is_error,
                cache,
            } => {
                object.put("type", "tool_result");
                object.put("tool_use_id", id);
                if !content.is_empty() {
                    write_content(object.at("content"), content);
                }
                if *is_error {
                    object.put("is_error", &true);
                }
                mark(&mut object, *cache);
            }
            Self::Foreign(_) => {}
        }
        object.close();
    }

    /// A text without marks, which may be written as a bare string.
    fn bare(&self) -> Option<&str> {
        match self {
            Self::Text {
                text,
                cache: None,
                extra: None,
            } => Some(text),
            _ => None,
        }
    }
}

/// A turn's or a result's content: a lone text is a string.
pub(super) fn write_content(out: &mut Vec<u8>, pieces: &[Piece<'_>]) {
    if let [only] = pieces
        && let Some(text) = only.bare()
    {
        return write(out, text);
    }
    write_list(out, pieces);
}

/// Blocks, as a list.
pub(super) fn write_list(out: &mut Vec<u8>, pieces: &[Piece<'_>]) {
    let mut list = List::open(out);
    for piece in pieces {
        piece.write(list.next());
    }
    list.close();
}

fn write_media(object: &mut Object<'_>, kind: &str, source: &Lowered<'_>, media: &Media) {
    object.put("type", kind);
    source.write(object.at("source"));
    if let (Some(name), "document") = (&media.name, kind) {
        object.put("title", name);
    }
    mark(object, media.cache.as_ref());
    let extra = media.extra.as_ref();
    if let Some(extra) = extra.and_then(|extra| extra.fields_of(chat::Dialect::Anthropic)) {
        object.put_all(extra, &["type", "source", "title", "cache_control"]);
    }
}

pub(super) fn mark(object: &mut Object<'_>, cache: Option<&Cache>) {
    if let Some(Cache(value)) = cache {
        object.put("cache_control", value);
    }
}
