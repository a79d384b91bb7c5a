//! The opening of a conversation as a hash of its texts, so that markers which move from turn to turn (cache control,
//! a text written as a string and later as a list) do not change it.

use std::borrow::Cow;
use std::fmt;
use std::hash::{BuildHasher, Hasher};

use foldhash::quality::FixedState;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// The seed is fixed: a hash must mean the same after a restart.
const SEED: FixedState = FixedState::with_seed(0x6d69_6c6c_706f_6e64);

/// The hash of every text in a value: a string, or what stands under `text`, `content` and `parts`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Texts(u64);

/// The turns of a conversation, as far as its opening needs them.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Turns {
    lead: u64,
    first_user: Option<u64>,
    /// Somebody has answered before.
    pub(super) answered: bool,
}

impl Turns {
    /// The hash of the system prompt and of the first user message.
    pub(super) fn opening(&self, system: Texts) -> u64 {
        mix(
            mix(system.0, self.lead),
            self.first_user.unwrap_or_default(),
        )
    }

    fn take(&mut self, turn: &Turn<'_>) {
        match turn.role.as_deref() {
            Some("assistant" | "model" | "tool" | "function") => self.answered = true,
            Some("system" | "developer") => {
                if self.first_user.is_none() {
                    self.lead = mix(self.lead, turn.content.0);
                }
            }
            // Items without a role (a Gemini turn, a Responses item) are the user's.
            _ => {
                self.first_user.get_or_insert(turn.content.0);
            }
        }
    }
}

fn mix(left: u64, right: u64) -> u64 {
    if right == 0 {
        return left;
    }
    let mut hasher = SEED.build_hasher();
    hasher.write_u64(left);
    hasher.write_u64(right);
    hasher.finish()
}

fn of(text: &str) -> u64 {
    let mut hasher = SEED.build_hasher();
    hasher.write(text.as_bytes());
    hasher.finish()
}

#[derive(Deserialize)]
struct Turn<'a> {
    #[serde(borrow, default)]
    role: Option<Cow<'a, str>>,
    #[serde(default, alias = "parts")]
    content: Texts,
}

impl<'de> Deserialize<'de> for Turns {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TurnsVisitor)
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
            match seq.next_element::<Turn<'de>>()? {
                Some(turn) => turns.take(&turn),
                None => return Ok(turns),
            }
        }
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(turns)
    }

    fn visit_str<E>(self, text: &str) -> Result<Turns, E> {
        Ok(Turns {
            first_user: Some(of(text)),
            ..Turns::default()
        })
    }

    fn visit_unit<E>(self) -> Result<Turns, E> {
        Ok(Turns::default())
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextsVisitor).map(Texts)
    }
}

struct TextsVisitor;

impl<'de> Visitor<'de> for TextsVisitor {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a list of parts")
    }

    fn visit_str<E>(self, text: &str) -> Result<u64, E> {
        Ok(of(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<u64, A::Error> {
        let mut all = 0;
        while let Some(Texts(one)) = seq.next_element()? {
            // A list of one text is that text.
            all = if all == 0 { one } else { mix(all, one) };
        }
        Ok(all)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<u64, A::Error> {
        let mut all = 0;
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            if matches!(key.as_ref(), "text" | "content" | "parts") {
                let Texts(one) = map.next_value()?;
                all = if all == 0 { one } else { mix(all, one) };
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(all)
    }

    fn visit_bool<E>(self, _: bool) -> Result<u64, E> {
        Ok(0)
    }

    fn visit_i64<E>(self, _: i64) -> Result<u64, E> {
        Ok(0)
    }

    fn visit_u64<E>(self, _: u64) -> Result<u64, E> {
        Ok(0)
    }

    fn visit_f64<E>(self, _: f64) -> Result<u64, E> {
        Ok(0)
    }

    fn visit_unit<E>(self) -> Result<u64, E> {
        Ok(0)
    }
}
