//! Parts of an answer.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::Str;

/// The parts of one content; one alone, as pieces of a stream have it, lies where it is.
#[derive(Debug, Default)]
pub(crate) struct Parts<'a> {
    first: Option<Part<'a>>,
    rest: Vec<Part<'a>>,
}

/// One part.
#[derive(Debug, Default)]
pub(crate) struct Part<'a> {
    pub(crate) data: Data<'a>,
    pub(crate) thought: bool,
    pub(crate) signature: Option<Cow<'a, str>>,
}

/// What it holds.
#[derive(Debug, Default)]
pub(crate) enum Data<'a> {
    /// Nothing but perhaps a signature.
    #[default]
    None,
    Text(Cow<'a, str>),
    Call(Call<'a>),
    /// Anything else, all of the part's fields.
    Other(Map<String, Value>),
}

/// A call.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Call<'a> {
    #[serde(borrow)]
    pub(crate) id: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) name: Option<Str<'a>>,
    #[serde(borrow)]
    pub(crate) args: Option<&'a RawValue>,
}

/// Keys of a part.
enum Key<'a> {
    Text,
    Thought,
    Signature,
    Call,
    Other(Cow<'a, str>),
}

impl<'a> IntoIterator for Parts<'a> {
    type Item = Part<'a>;
    type IntoIter = std::iter::Chain<std::option::IntoIter<Part<'a>>, std::vec::IntoIter<Part<'a>>>;

    fn into_iter(self) -> Self::IntoIter {
        self.first.into_iter().chain(self.rest)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Parts<'a> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(PartsVisitor)
    }
}

struct PartsVisitor;

impl<'de> Visitor<'de> for PartsVisitor {
    type Value = Parts<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of parts")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Parts<'de>, A::Error> {
        let first = list.next_element()?;
        let mut rest = Vec::new();
        while let Some(part) = list.next_element()? {
            rest.push(part);
        }
        Ok(Parts { first, rest })
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Part<'a> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_map(PartVisitor)
    }
}

struct PartVisitor;

impl<'de> Visitor<'de> for PartVisitor {
    type Value = Part<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a part")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Part<'de>, A::Error> {
        let mut part = Part::default();
        let mut others: Option<Map<String, Value>> = None;
        while let Some(key) = map.next_key::<Key<'de>>()? {
            match key {
                Key::Text => {
                    if let Some(text) = map.next_value::<Option<Str<'de>>>()? {
                        part.data = Data::Text(text.0);
                    }
                }
                Key::Thought => {
                    part.thought = map.next_value::<Option<bool>>()?.unwrap_or_default()
                }
                Key::Signature => {
                    let value = map.next_value::<Option<Str<'de>>>()?;
                    part.signature = value.map(|value| value.0).filter(|value| !value.is_empty());
                }
                Key::Call => {
                    if let Some(call) = map.next_value::<Option<Call<'de>>>()? {
                        part.data = Data::Call(call);
                    }
                }
                Key::Other(key) => {
                    let value: Value = map.next_value()?;
                    if !value.is_null() {
                        let others = others.get_or_insert_default();
                        others.insert(key.into_owned(), value);
                    }
                }
            }
        }
        // Fields beside a text or a call only describe it.
        if let (Data::None, Some(fields)) = (&part.data, others) {
            part.data = Data::Other(fields);
        }
        Ok(part)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Key<'a> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        let Str(key) = Str::deserialize(json)?;
        Ok(match key.as_ref() {
            "text" => Self::Text,
            "thought" => Self::Thought,
            "thoughtSignature" | "thought_signature" => Self::Signature,
            "functionCall" | "function_call" => Self::Call,
            _ => Self::Other(key),
        })
    }
}
