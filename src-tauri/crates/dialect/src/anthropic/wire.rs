//! The JSON of requests and answers, as far as it must be looked into.
//!
//! Objects that may hold anything (blocks, tools, the body itself) are kept as [`Fields`]: each field is read when it
//! is known what it has to be, and what nobody asked for is left over for [`chat::Foreign`].

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeOwned, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::Invalid;

/// A JSON object whose values were not read yet.
#[derive(Debug, Default)]
pub(super) struct Fields<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

/// What a turn says: a text, or blocks.
#[derive(Debug)]
pub(super) enum Content<'a> {
    Text(String),
    Blocks(Vec<Fields<'a>>),
}

/// A turn.
#[derive(Debug, Default)]
pub(super) struct Turn<'a> {
    pub(super) role: Option<String>,
    pub(super) content: Option<Content<'a>>,
    pub(super) rest: Fields<'a>,
}

/// A request.
#[derive(Debug, Default)]
pub(super) struct Body<'a> {
    pub(super) system: Option<Content<'a>>,
    pub(super) messages: Option<Vec<Turn<'a>>>,
    pub(super) rest: Fields<'a>,
}

impl<'a> Fields<'a> {
    /// A field as its JSON text, which leaves with it; `None` where it is missing or null.
    pub(super) fn take_raw(&mut self, name: &str) -> Option<&'a RawValue> {
        let at = self.0.iter().position(|(key, _)| key == name)?;
        let (_, raw) = self.0.remove(at);
        (raw.get() != "null").then_some(raw)
    }

    /// A field, which leaves with it; `None` where it is missing or null.
    ///
    /// # Errors
    /// It is of another type.
    pub(super) fn take<T: DeserializeOwned>(
        &mut self,
        name: &str,
        path: &str,
    ) -> Result<Option<T>, Invalid> {
        let Some(raw) = self.take_raw(name) else {
            return Ok(None);
        };
        serde_json::from_str(raw.get())
            .map(Some)
            .map_err(|error| Invalid::at(under(path, name), plain(&error)))
    }

    /// A field that has to be there.
    ///
    /// # Errors
    /// It is missing, null, or of another type.
    pub(super) fn need<T: DeserializeOwned>(
        &mut self,
        name: &str,
        path: &str,
    ) -> Result<T, Invalid> {
        self.take(name, path)?
            .ok_or_else(|| Invalid::at(under(path, name), "this field is required"))
    }

    /// A field as its JSON text, which stays; `None` where it is missing or null.
    pub(super) fn raw(&self, name: &str) -> Option<&'a RawValue> {
        let (_, raw) = self.0.iter().find(|(key, _)| key == name)?;
        (raw.get() != "null").then_some(*raw)
    }

    /// A field that is an object, which leaves with it.
    ///
    /// # Errors
    /// It is no object.
    pub(super) fn take_fields(
        &mut self,
        name: &str,
        path: &str,
    ) -> Result<Option<Fields<'a>>, Invalid> {
        let found = self.peek_fields(name, path)?;
        self.take_raw(name);
        Ok(found)
    }

    /// A field that is an object, which stays.
    ///
    /// # Errors
    /// It is no object.
    pub(super) fn peek_fields(
        &self,
        name: &str,
        path: &str,
    ) -> Result<Option<Fields<'a>>, Invalid> {
        let Some(raw) = self.raw(name) else {
            return Ok(None);
        };
        serde_json::from_str(raw.get())
            .map(Some)
            .map_err(|_| Invalid::at(under(path, name), "this has to be an object"))
    }

    /// The word of its `type`, which stays.
    pub(super) fn kind(&self) -> Option<Cow<'a, str>> {
        let (_, raw) = self.0.iter().find(|(key, _)| key == "type")?;
        serde_json::from_str::<Text<'a>>(raw.get())
            .ok()
            .map(|text| text.0)
    }

    /// What is left, but for what is null.
    pub(super) fn into_map(self) -> Map<String, Value> {
        self.0
            .into_iter()
            .filter(|(_, raw)| raw.get() != "null")
            .map(|(key, raw)| (key.into_owned(), value_of(raw)))
            .collect()
    }

    /// The whole object, what is null included.
    pub(super) fn into_value(self) -> Value {
        Value::Object(
            self.0
                .into_iter()
                .map(|(key, raw)| (key.into_owned(), value_of(raw)))
                .collect(),
        )
    }
}

/// A JSON text that was read once is valid; only its depth may be too much for a value.
pub(super) fn value_of(raw: &RawValue) -> Value {
    serde_json::from_str(raw.get()).unwrap_or_default()
}

/// The path of a field.
pub(super) fn under(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

/// A parser's words without its line and column, which count from the field's own begin.
pub(super) fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(end) => text.get(..end).unwrap_or(&text).to_owned(),
        None => text,
    }
}

/// A string that is borrowed where it has no escapes.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Text<'a>(pub(super) Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(TextVisitor)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldsVisitor;
        impl<'de> Visitor<'de> for FieldsVisitor {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
                let mut fields = Vec::with_capacity(4);
                while let Some(Text(key)) = map.next_key()? {
                    fields.push((key, map.next_value()?));
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(FieldsVisitor)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Content<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ContentVisitor;
        impl<'de> Visitor<'de> for ContentVisitor {
            type Value = Content<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or a list of blocks")
            }

            fn visit_str<E>(self, text: &str) -> Result<Content<'de>, E> {
                Ok(Content::Text(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Content<'de>, A::Error> {
                let mut blocks = Vec::new();
                while let Some(block) = seq.next_element()? {
                    blocks.push(block);
                }
                Ok(Content::Blocks(blocks))
            }
        }
        deserializer.deserialize_any(ContentVisitor)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Turn<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TurnVisitor;
        impl<'de> Visitor<'de> for TurnVisitor {
            type Value = Turn<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a message object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Turn<'de>, A::Error> {
                let mut turn = Turn::default();
                while let Some(Text(key)) = map.next_key()? {
                    match key.as_ref() {
                        "role" => turn.role = map.next_value()?,
                        "content" => turn.content = map.next_value()?,
                        _ => turn.rest.0.push((key, map.next_value()?)),
                    }
                }
                Ok(turn)
            }
        }
        deserializer.deserialize_map(TurnVisitor)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Body<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct BodyVisitor;
        impl<'de> Visitor<'de> for BodyVisitor {
            type Value = Body<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a request object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Body<'de>, A::Error> {
                let mut body = Body::default();
                while let Some(Text(key)) = map.next_key()? {
                    match key.as_ref() {
                        "system" => body.system = map.next_value()?,
                        "messages" => body.messages = map.next_value()?,
                        _ => body.rest.0.push((key, map.next_value()?)),
                    }
                }
                Ok(body)
            }
        }
        deserializer.deserialize_map(BodyVisitor)
    }
}
