//! The opening of a conversation as a hash of its texts, so that markers which move from turn to turn (cache control,
//! a text written as a string and later as a list) do not change it.

mod texts;

use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

pub(super) use texts::Texts;
use texts::{Key, WordVisitor, ignore_scalars, mix};

/// The turns of a conversation, as far as its opening needs them.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Turns {
    lead: u64,
    first_user: Option<u64>,
    /// Somebody has answered before.
    pub(super) answered: bool,
}

/// Whose turn it is, as far as it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Speaker {
    /// Turns that do not say (a Gemini turn, a Responses message) are the user's too.
    #[default]
    User,
    System,
    /// The model, or a tool that it called.
    Answerer,
}

#[derive(Debug, Clone, Copy, Default)]
struct Turn {
    speaker: Speaker,
    texts: Texts,
}

impl Turns {
    /// The hash of the system prompt and of the first user message.
    pub(super) fn opening(&self, system: Texts) -> u64 {
        mix(
            mix(system.0, self.lead),
            self.first_user.unwrap_or_default(),
        )
    }

    fn take(&mut self, turn: Turn) {
        match turn.speaker {
            Speaker::Answerer => self.answered = true,
            Speaker::System if self.first_user.is_none() => {
                self.lead = mix(self.lead, turn.texts.0);
            }
            Speaker::System => {}
            Speaker::User => {
                self.first_user.get_or_insert(turn.texts.0);
            }
        }
    }
}

impl Speaker {
    fn of_role(role: &str) -> Self {
        match role {
            "assistant" | "model" | "tool" | "function" => Self::Answerer,
            "system" | "developer" => Self::System,
            _ => Self::User,
        }
    }

    /// Responses' items other than messages: reasoning, calls, what calls brought.
    fn of_item(kind: &str) -> Option<Self> {
        let answers = kind == "reasoning" || kind.ends_with("_call") || kind.ends_with("_output");
        answers.then_some(Self::Answerer)
    }
}

impl<'de> Deserialize<'de> for Turns {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(TurnsVisitor)
    }
}

struct TurnsVisitor;

impl<'de> Visitor<'de> for TurnsVisitor {
    type Value = Turns;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of messages")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Turns, A::Error> {
        let mut turns = Turns::default();
        while !(turns.answered && turns.first_user.is_some()) {
            match seq.next_element_seed(TurnVisitor)? {
                Some(turn) => turns.take(turn),
                None => return Ok(turns),
            }
        }
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(turns)
    }

    fn visit_str<E>(self, text: &str) -> Result<Turns, E> {
        Ok(Turns {
            first_user: Some(Texts::of(text).0),
            ..Turns::default()
        })
    }

    fn visit_unit<E>(self) -> Result<Turns, E> {
        Ok(Turns::default())
    }
}

struct TurnVisitor;

impl<'de> DeserializeSeed<'de> for TurnVisitor {
    type Value = Turn;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Turn, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for TurnVisitor {
    type Value = Turn;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a message")
    }

    fn visit_str<E>(self, text: &str) -> Result<Turn, E> {
        Ok(Turn {
            texts: Texts::of(text),
            ..Turn::default()
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Turn, A::Error> {
        let mut turn = Turn::default();
        let mut kind = None;
        while let Some(key) = map.next_key_seed(WordVisitor(Key::of))? {
            match key {
                Some(Key::Role) => {
                    let speaker = map.next_value_seed(WordVisitor(Speaker::of_role))?;
                    turn.speaker = speaker.unwrap_or_default();
                }
                Some(Key::Kind) => {
                    kind = map
                        .next_value_seed(WordVisitor(Speaker::of_item))?
                        .flatten();
                }
                Some(Key::Texts) => turn.texts = map.next_value()?,
                Some(Key::Text | Key::Other) | None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        turn.speaker = kind.unwrap_or(turn.speaker);
        Ok(turn)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Turn, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Turn::default())
    }

    ignore_scalars!(Turn::default());
}
