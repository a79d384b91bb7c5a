//! The top level of a body, field by field. Of a field that stands there twice, the last one counts.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::opening::{Texts, Turns};
use crate::Dialect;

/// What was read of a body so far.
#[derive(Debug)]
pub(super) struct Outline<'a> {
    dialect: Dialect,
    field: Option<Field>,
    /// The JSON of the model's name; absent where it is `null`.
    pub(super) model: Option<&'a str>,
    pub(super) stream: bool,
    pub(super) wants_usage: bool,
    pub(super) session: Option<String>,
    pub(super) system: Texts,
    pub(super) turns: Turns,
}

/// The fields that an envelope is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Model,
    Stream,
    StreamOptions,
    /// The session itself.
    Session(&'static str),
    /// Where Anthropic's clients hide it.
    Metadata,
    System(&'static str),
    Turns(&'static str),
}

impl Field {
    fn of(dialect: Dialect, key: &str) -> Option<Self> {
        match (dialect, key) {
            (Dialect::Gemini, "session_id") => Some(Self::Session("session_id")),
            (Dialect::Gemini, "systemInstruction") => Some(Self::System("systemInstruction")),
            (Dialect::Gemini, "system_instruction") => Some(Self::System("system_instruction")),
            (Dialect::Gemini, "contents") => Some(Self::Turns("contents")),
            (Dialect::Gemini | Dialect::Kiro, _) => None,
            (_, "model") => Some(Self::Model),
            (_, "stream") => Some(Self::Stream),
            (Dialect::Anthropic, "metadata") => Some(Self::Metadata),
            (Dialect::Anthropic, "system") => Some(Self::System("system")),
            (Dialect::Anthropic | Dialect::OpenaiChat, "messages") => Some(Self::Turns("messages")),
            (Dialect::OpenaiChat, "stream_options") => Some(Self::StreamOptions),
            (Dialect::OpenaiChat | Dialect::OpenaiResponses, "prompt_cache_key") => {
                Some(Self::Session("prompt_cache_key"))
            }
            (Dialect::OpenaiResponses, "instructions") => Some(Self::System("instructions")),
            (Dialect::OpenaiResponses, "input") => Some(Self::Turns("input")),
            _ => None,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Stream => "stream",
            Self::StreamOptions => "stream_options",
            Self::Metadata => "metadata",
            Self::Session(name) | Self::System(name) | Self::Turns(name) => name,
        }
    }
}

impl<'a> Outline<'a> {
    pub(super) fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            field: None,
            model: None,
            stream: false,
            wants_usage: false,
            session: None,
            system: Texts::default(),
            turns: Turns::default(),
        }
    }

    /// The field that was being read when reading failed.
    pub(super) fn field(&self) -> Option<&'static str> {
        self.field.map(Field::name)
    }

    fn take<A: MapAccess<'a>>(&mut self, field: Field, map: &mut A) -> Result<(), A::Error> {
        match field {
            Field::Model => {
                let raw = map.next_value::<&RawValue>()?.get();
                self.model = (raw != "null").then_some(raw);
            }
            Field::Stream => self.stream = map.next_value::<Option<bool>>()?.unwrap_or_default(),
            Field::StreamOptions => {
                let options: Option<StreamOptions> = map.next_value()?;
                let usage = options.and_then(|options| options.include_usage);
                self.wants_usage = usage.unwrap_or_default();
            }
            Field::Session(_) => {
                let session: Option<String> = map.next_value()?;
                self.session = session.filter(|session| !session.is_empty());
            }
            Field::Metadata => {
                let metadata: Option<Metadata> = map.next_value()?;
                let user = metadata.and_then(|metadata| metadata.user_id);
                self.session = user.as_deref().and_then(session_of);
            }
            Field::System(_) => self.system = map.next_value()?,
            Field::Turns(_) => self.turns = map.next_value()?,
        }
        Ok(())
    }
}

impl<'de> Visitor<'de> for &mut Outline<'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(field) = map.next_key_seed(Key(self.dialect))? {
            self.field = field;
            match field {
                Some(field) => self.take(field, &mut map)?,
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
            self.field = None;
        }
        Ok(())
    }
}

/// A key, read as the field that it names.
struct Key(Dialect);

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Option<Field>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Option<Field>, D::Error> {
        json.deserialize_str(self)
    }
}

impl Visitor<'_> for Key {
    type Value = Option<Field>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field's name")
    }

    fn visit_str<E>(self, key: &str) -> Result<Option<Field>, E> {
        Ok(Field::of(self.0, key))
    }
}

#[derive(Deserialize)]
struct StreamOptions {
    include_usage: Option<bool>,
}

#[derive(Deserialize)]
struct Metadata<'a> {
    #[serde(borrow, default, deserialize_with = "text")]
    user_id: Option<Cow<'a, str>>,
}

fn text<'de, D: Deserializer<'de>>(json: D) -> Result<Option<Cow<'de, str>>, D::Error> {
    #[derive(Deserialize)]
    struct Text<'a>(#[serde(borrow)] Cow<'a, str>);
    let text = Option::<Text<'de>>::deserialize(json)?;
    Ok(text.map(|Text(text)| text))
}

/// The session inside of the user id that Claude Code sends: `user_…_account_…_session_{uuid}`, in newer releases a
/// JSON object with `session_id`. Anything else names a person, and a person has many conversations.
fn session_of(user_id: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Identity {
        session_id: Option<String>,
    }
    let session = if user_id.starts_with('{') {
        serde_json::from_str::<Identity>(user_id).ok()?.session_id?
    } else {
        user_id.rsplit_once("_session_")?.1.to_owned()
    };
    (!session.is_empty()).then_some(session)
}
