//! Signatures of one dialect in a conversation of another: wrapped with their provenance, unwrapped when they return.

use chat::Signature;
use memchr::memmem;

use crate::Dialect;

/// What every wrapped signature begins with.
pub const PREFIX: &str = "mp1.";

/// A signature as a client of `client` gets it: its own as it is, another's behind a prefix that names whose it is.
pub fn wrap(signature: &Signature, client: Dialect) -> String {
    if signature.dialect == client {
        signature.value.clone()
    } else {
        format!("{PREFIX}{}.{}", signature.dialect.as_str(), signature.value)
    }
}

/// A signature that came from a client of `client`: whose it is, and its value there.
pub fn unwrap(value: &str, client: Dialect) -> Signature {
    let foreign = value.strip_prefix(PREFIX).and_then(|rest| {
        let (word, value) = rest.split_once('.')?;
        let dialect = Dialect::ALL.into_iter().find(|one| one.as_str() == word)?;
        Some((dialect, value))
    });
    let (dialect, value) = foreign.unwrap_or((client, value));
    Signature {
        dialect,
        value: value.to_owned(),
    }
}

/// A body that goes to its own dialect, without what was signed by another; `None` where nothing has to go, which costs
/// one scan for [`PREFIX`].
pub fn strip(dialect: Dialect, body: &[u8]) -> Option<Vec<u8>> {
    memmem::find(body, PREFIX.as_bytes())?;
    match dialect {
        Dialect::Anthropic => crate::anthropic::strip::strip(body),
        Dialect::OpenaiChat => crate::openai_chat::strip::strip(body),
        Dialect::OpenaiResponses => crate::openai_responses::strip::strip(body),
        Dialect::Gemini | Dialect::Kiro => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t5_a_signature_comes_back_to_where_it_came_from() {
        let own = Signature {
            dialect: Dialect::Anthropic,
            value: "EqQB.x/y+z==".to_owned(),
        };
        assert_eq!(wrap(&own, Dialect::Anthropic), own.value);
        for client in [Dialect::OpenaiChat, Dialect::Gemini] {
            let told = wrap(&own, client);
            assert!(told.starts_with(PREFIX));
            assert_eq!(unwrap(&told, client), own);
        }
        assert_eq!(
            unwrap("mp1.nobody.x", Dialect::Gemini).dialect,
            Dialect::Gemini
        );
    }
}
