//! What other dialects signed, as an Anthropic client keeps it: clients send thoughts back as they came, so a seal
//! travels as one.
//!
//! - A thought of another dialect: a `thinking` block whose `signature` is wrapped, or, where its words are withheld,
//!   a `redacted_thinking` block whose `data` is.
//! - A thought that nobody signed bears [`UNSIGNED`], so that it is known as foreign on the verbatim path, too.
//! - A signature of something that is no thought (Gemini signs calls and texts): a `redacted_thinking` block of its own
//!   with a mark before the value, which says to what it belongs: the block behind it, before it, or to a text without words.

use std::borrow::Cow;

use chat::{Dialect, Signature};

use crate::signature::{self, PREFIX};

/// The signature of a thought that bears none.
pub(super) const UNSIGNED: &str = "mp1.unsigned.";

/// To what a seal belongs that is no thought's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    Next,
    Previous,
    EmptyText,
}

impl Owner {
    const fn mark(self) -> char {
        match self {
            Self::Next => '>',
            Self::Previous => '<',
            Self::EmptyText => '=',
        }
    }
}

/// The signature of a thought, for a client.
pub(super) fn thought(signature: Option<&Signature>) -> Cow<'_, str> {
    match signature {
        None => Cow::Borrowed(UNSIGNED),
        Some(own) if own.dialect == Dialect::Anthropic => Cow::Borrowed(&own.value),
        Some(other) => Cow::Owned(signature::wrap(other, Dialect::Anthropic)),
    }
}

/// The `data` of a block that keeps the signature of something that is no thought.
pub(super) fn kept(signature: &Signature, owner: Owner) -> String {
    format!(
        "{PREFIX}{}.{}{}",
        signature.dialect.as_str(),
        owner.mark(),
        signature.value
    )
}

/// The signature of a thought that a client sent back.
pub(super) fn signed(value: &str) -> Option<Signature> {
    (!value.is_empty() && value != UNSIGNED).then(|| signature::unwrap(value, Dialect::Anthropic))
}

/// The `data` that a client sent back: whose seal it is, and its value.
pub(super) fn opened(data: &str) -> (Option<Owner>, Signature) {
    let mut seal = signature::unwrap(data, Dialect::Anthropic);
    if seal.dialect == Dialect::Anthropic {
        return (None, seal);
    }
    let owner = [Owner::Next, Owner::Previous, Owner::EmptyText]
        .into_iter()
        .find(|owner| seal.value.starts_with(owner.mark()));
    if owner.is_some() {
        seal.value.remove(0);
    }
    (owner, seal)
}

/// Whether a signature or `data` means nothing to Anthropic.
pub(super) fn is_foreign(value: &str) -> bool {
    value == UNSIGNED || signature::unwrap(value, Dialect::Anthropic).dialect != Dialect::Anthropic
}
