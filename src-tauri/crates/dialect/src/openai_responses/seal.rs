//! Proofs of origin in `encrypted_content`, the one field of a reasoning item that a client hands back as it came.
//!
//! A signature of another dialect is wrapped with its provenance ([`crate::signature`]). What it stood on there is noted
//! before its value, as the item has no other place for it: `~redacted.` for a thought whose words are withheld,
//! `~call.ID.` for the seal of a call, which has no thought of its own.

use chat::{Signature, Thinking};

use crate::{Dialect, signature};

/// The seal of a thought that nobody signed: without any, it would pass for one of the vendor's own.
pub(super) const UNSIGNED: &str = "mp1.unsigned.";

const REDACTED: &str = "~redacted.";
const CALL: &str = "~call.";

/// What a client's `encrypted_content` seals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Seal {
    /// A thought that nobody signed.
    Unsigned,
    /// The thought beside it.
    Thought(Signature),
    /// A thought without words.
    Redacted(Signature),
    /// The call of this id.
    Call(String, Signature),
}

/// The seal of a thought as a client gets it.
pub(super) fn of_thought(signature: &Signature, redacted: bool) -> String {
    if redacted {
        wrap(signature, REDACTED)
    } else {
        signature::wrap(signature, Dialect::OpenaiResponses)
    }
}

/// The seal of a call as a client gets it.
pub(super) fn of_call(call_id: &str, signature: &Signature) -> String {
    // An id may hold any letter: its length says where it ends.
    wrap(signature, &format!("{CALL}{}.{call_id}.", call_id.len()))
}

/// What a client handed back.
pub(super) fn open(encrypted: &str) -> Seal {
    let signature = signature::unwrap(encrypted, Dialect::OpenaiResponses);
    if !is_foreign(encrypted) {
        return Seal::Thought(signature);
    }
    let of = |value: &str| Signature {
        dialect: signature.dialect,
        value: value.to_owned(),
    };
    if encrypted == UNSIGNED {
        return Seal::Unsigned;
    }
    if let Some(value) = signature.value.strip_prefix(REDACTED) {
        return Seal::Redacted(of(value));
    }
    match signature.value.strip_prefix(CALL).and_then(call) {
        Some((id, value)) => Seal::Call(id.to_owned(), of(value)),
        None => Seal::Thought(signature),
    }
}

/// Whether it was sealed by another dialect.
pub(super) fn is_foreign(encrypted: &str) -> bool {
    encrypted.starts_with(signature::PREFIX)
}

/// A thought whose seal is known.
pub(super) fn thought(text: String, id: Option<String>, seal: Option<Seal>) -> Thinking {
    let (signature, redacted) = match seal {
        None | Some(Seal::Unsigned) => (None, false),
        Some(Seal::Redacted(signature)) => (Some(signature), true),
        Some(Seal::Thought(signature) | Seal::Call(_, signature)) => (Some(signature), false),
    };
    Thinking {
        text,
        signature,
        redacted,
        id,
    }
}

fn wrap(signature: &Signature, note: &str) -> String {
    let (prefix, dialect) = (signature::PREFIX, signature.dialect.as_str());
    format!("{prefix}{dialect}.{note}{}", signature.value)
}

/// The id and the value of a call's seal.
fn call(noted: &str) -> Option<(&str, &str)> {
    let (length, rest) = noted.split_once('.')?;
    let length: usize = length.parse().ok()?;
    let id = rest.get(..length)?;
    Some((id, rest.get(length..)?.strip_prefix('.')?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gemini(value: &str) -> Signature {
        Signature {
            dialect: Dialect::Gemini,
            value: value.to_owned(),
        }
    }

    #[test]
    fn t5_a_seal_comes_back_to_what_it_stood_on() {
        let sealed = gemini("CiQ.b/x==");
        assert_eq!(
            open(&of_thought(&sealed, false)),
            Seal::Thought(sealed.clone())
        );
        assert_eq!(
            open(&of_thought(&sealed, true)),
            Seal::Redacted(sealed.clone())
        );
        for id in ["call_1", "a.b.c", "", "ö.1"] {
            let told = of_call(id, &sealed);
            assert!(is_foreign(&told));
            assert_eq!(open(&told), Seal::Call(id.to_owned(), sealed.clone()));
        }
    }

    #[test]
    fn t5_its_own_seal_is_left_as_it_is() {
        let own = Signature {
            dialect: Dialect::OpenaiResponses,
            value: "gAAAA~call.x".to_owned(),
        };
        assert_eq!(of_thought(&own, false), own.value);
        assert_eq!(open(&own.value), Seal::Thought(own));
    }

    #[test]
    fn a_note_that_is_none_is_part_of_the_value() {
        for value in ["~call.9.x.y", "~call.x.y", "~call.1.ö.y", "~call."] {
            let sealed = gemini(value);
            let told = crate::signature::wrap(&sealed, Dialect::OpenaiResponses);
            assert_eq!(open(&told), Seal::Thought(sealed));
        }
    }
}
