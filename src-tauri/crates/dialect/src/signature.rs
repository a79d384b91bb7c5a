//! Signatures of one dialect in a conversation of another: wrapped with their provenance, unwrapped when they return.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chat::Signature;
use memchr::memmem;

use crate::Dialect;

/// What every wrapped signature begins with.
pub const PREFIX: &str = "mp1.";

/// What a wrapped signature begins with in Gemini's dialect, where signatures are bytes and must be base64: its SDKs
/// decode them (`PyPI` `google-genai`, `types.Part`).
pub(crate) const ENCODED_PREFIX: &str = "bXAxL";

/// A signature as a client of `client` gets it: its own as it is, another's behind a prefix that names whose it is.
pub fn wrap(signature: &Signature, client: Dialect) -> String {
    if signature.dialect == client {
        return signature.value.clone();
    }
    let wrapped = format!("{PREFIX}{}.{}", signature.dialect.as_str(), signature.value);
    match client {
        Dialect::Gemini => STANDARD.encode(wrapped),
        _ => wrapped,
    }
}

/// A signature that came from a client of `client`: whose it is, and its value there.
pub fn unwrap(value: &str, client: Dialect) -> Signature {
    let plain = match client {
        Dialect::Gemini => decoded(value).map_or(Cow::Borrowed(value), Cow::Owned),
        _ => Cow::Borrowed(value),
    };
    let foreign = plain.strip_prefix(PREFIX).and_then(|rest| {
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

/// A wrapped signature out of its base64, which a client may have written anew in the other alphabet.
fn decoded(value: &str) -> Option<String> {
    if !value.starts_with(ENCODED_PREFIX) {
        return None;
    }
    let value = value.replace('-', "+").replace('_', "/");
    let mut value = value.trim_end_matches('=').to_owned();
    while !value.len().is_multiple_of(4) {
        value.push('=');
    }
    String::from_utf8(STANDARD.decode(value).ok()?).ok()
}

/// A body that goes to its own dialect, without what was signed by another; `None` where nothing has to go, which costs
/// one scan for what every wrapped signature begins with.
pub fn strip(dialect: Dialect, body: &[u8]) -> Option<Vec<u8>> {
    let prefix = match dialect {
        Dialect::Gemini => ENCODED_PREFIX,
        _ => PREFIX,
    };
    memmem::find(body, prefix.as_bytes())?;
    match dialect {
        Dialect::Anthropic => crate::anthropic::strip::strip(body),
        Dialect::OpenaiChat => crate::openai_chat::strip::strip(body),
        Dialect::OpenaiResponses => crate::openai_responses::strip::strip(body),
        Dialect::Gemini => crate::gemini::strip::strip(body),
        Dialect::Kiro => None,
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
            assert_ne!(told, own.value);
            assert_eq!(unwrap(&told, client), own);
        }
        assert_eq!(
            unwrap("mp1.nobody.x", Dialect::Gemini).dialect,
            Dialect::Gemini
        );
    }

    #[test]
    fn t5_in_geminis_dialect_a_wrapped_signature_is_base64_whatever_it_holds() {
        for value in ["EqQB.x/y+z==", "", "ÿþ?>~"] {
            let own = Signature {
                dialect: Dialect::OpenaiResponses,
                value: value.to_owned(),
            };
            let told = wrap(&own, Dialect::Gemini);
            assert!(told.starts_with(ENCODED_PREFIX));
            assert!(STANDARD.decode(&told).is_ok());
            let anew = told.replace('+', "-").replace('/', "_");
            assert_eq!(unwrap(anew.trim_end_matches('='), Dialect::Gemini), own);
        }
        let odd = unwrap("bXAxLnoooo", Dialect::Gemini);
        assert_eq!(
            (odd.dialect, odd.value.as_str()),
            (Dialect::Gemini, "bXAxLnoooo")
        );
    }
}
