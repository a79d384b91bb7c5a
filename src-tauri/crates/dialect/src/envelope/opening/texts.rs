//! Texts inside of a message, wherever they stand, as one hash; and what both visitors need.

use std::fmt;
use std::hash::{BuildHasher, Hasher};

use foldhash::quality::FixedState;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

/// The seed is fixed: a hash must mean the same after a restart.
const SEED: FixedState = FixedState::with_seed(0x6d69_6c6c_706f_6e64);

/// How deep texts are looked for: a message's parts, and the parts of one of these.
const DEEPEST: u8 = 8;

/// The hash of every text in a value: a string, or what stands under `text`, `content` and `parts`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in super::super) struct Texts(pub(super) u64);

/// Ignores whatever a visitor has no use for, at any depth, so that only a body that is no JSON fails.
macro_rules! ignore_scalars {
    ($value:expr) => {
        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            Ok($value)
        }

        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
            Ok($value)
        }

        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
            Ok($value)
        }

        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
            Ok($value)
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok($value)
        }
    };
}

pub(super) use ignore_scalars;

/// Both, in this order.
pub(super) fn mix(left: u64, right: u64) -> u64 {
    if right == 0 {
        return left;
    }
    let mut hasher = SEED.build_hasher();
    hasher.write_u64(left);
    hasher.write_u64(right);
    hasher.finish()
}

/// The keys of turns and parts.
pub(super) enum Key {
    Role,
    Kind,
    Text,
    Texts,
    Other,
}

impl Key {
    pub(super) fn of(key: &str) -> Self {
        match key {
            "role" => Self::Role,
            "type" => Self::Kind,
            "text" => Self::Text,
            "content" | "parts" => Self::Texts,
            _ => Self::Other,
        }
    }
}

/// A word, read without a copy; `None` where there is none.
pub(super) struct WordVisitor<T>(pub(super) fn(&str) -> T);

impl<'de, T> DeserializeSeed<'de> for WordVisitor<T> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Option<T>, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de, T> Visitor<'de> for WordVisitor<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a word")
    }

    fn visit_str<E>(self, word: &str) -> Result<Option<T>, E> {
        Ok(Some((self.0)(word)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Option<T>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<T>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    ignore_scalars!(None);
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        TextsVisitor(DEEPEST).deserialize(json)
    }
}

/// Texts no deeper than this; what lies below is skipped.
#[derive(Clone, Copy)]
struct TextsVisitor(u8);

impl TextsVisitor {
    const fn below(self) -> Self {
        Self(self.0.saturating_sub(1))
    }
}

impl<'de> DeserializeSeed<'de> for TextsVisitor {
    type Value = Texts;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Texts, D::Error> {
        if self.0 == 0 {
            return json.deserialize_ignored_any(IgnoredAny).map(|_| Texts(0));
        }
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for TextsVisitor {
    type Value = Texts;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a list of parts")
    }

    fn visit_str<E>(self, text: &str) -> Result<Texts, E> {
        Ok(Texts::of(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Texts, A::Error> {
        let mut all = Texts::default();
        while let Some(one) = seq.next_element_seed(self.below())? {
            all.add(one);
        }
        Ok(all)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Texts, A::Error> {
        let mut all = Texts::default();
        while let Some(key) = map.next_key_seed(WordVisitor(Key::of))? {
            match key {
                Some(Key::Text | Key::Texts) => all.add(map.next_value_seed(self.below())?),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(all)
    }

    ignore_scalars!(Texts(0));
}

impl Texts {
    /// The hash of one text.
    pub(super) fn of(text: &str) -> Self {
        let mut hasher = SEED.build_hasher();
        hasher.write(text.as_bytes());
        Self(hasher.finish())
    }

    /// A list of one text is that text.
    fn add(&mut self, Self(one): Self) {
        self.0 = if self.0 == 0 { one } else { mix(self.0, one) };
    }
}
