//! Others' words made fit for people and logs: one line, not too long, nothing in it that looks like a key.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Characters kept of a message.
const LONGEST: usize = 300;
/// Characters read of one; a body without line breaks can be megabytes long.
const READ: usize = 4_000;
const MASK: &str = "••••";

/// What keys of known vendors begin with; `eyJ` opens a JSON web token.
const KEY_PREFIXES: [&str; 18] = [
    "sk-", "sk_", "pk-", "rk-", "mp-", "gsk_", "xai-", "aiza", "aq.", "ya29.", "eyj", "hf_",
    "ghp_", "nvapi-", "pplx-", "r8_", "aoaa", "aora",
];
/// Words after which a key is named.
const KEY_WORDS: [&str; 8] = [
    "key",
    "api_key",
    "apikey",
    "x-api-key",
    "token",
    "bearer",
    "provided",
    "secret",
];

/// One line of at most 300 characters: control characters are gone, and so is all that looks like a key.
///
/// Some upstreams repeat the key they refuse (OpenAI: "Incorrect API key provided: sk-…").
pub fn one_line(text: &str) -> String {
    let mut line = String::new();
    let mut after_key_word = false;
    for word in text
        .chars()
        .take(READ)
        .collect::<String>()
        .split(|c: char| c.is_whitespace() || c.is_control())
    {
        if word.is_empty() {
            continue;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        after_key_word = push_masked(&mut line, word, after_key_word);
    }
    shortened(&line).into_owned()
}

/// A text without `secret`, should somebody have repeated it in a form that does not look like a key; `None` where it is not in it.
///
/// Texts of less than eight characters are no keys, and stand in common words.
pub fn without(text: &str, secret: &str) -> Option<String> {
    let secret = secret.trim();
    (secret.len() >= 8 && text.contains(secret)).then(|| text.replace(secret, MASK))
}

/// The e-mail address that an ID token names. Its signature is not looked at: it came straight from whoever issued it.
pub fn email(id_token: &str) -> Option<String> {
    let claims = id_token.split('.').nth(1)?;
    let bytes = URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
    claims.get("email")?.as_str().map(one_line)
}

/// Appends `word`, and says whether the next word may be a key by what stands before it.
fn push_masked(line: &mut String, word: &str, after_key_word: bool) -> bool {
    let mut named = after_key_word;
    let mut rest = word;
    while let Some(c) = rest.chars().next() {
        let end = rest.find(|c| !is_key_char(c)).unwrap_or(rest.len());
        if end == 0 {
            line.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        }
        let (token, after) = rest.split_at(end);
        let token = token.trim_end_matches('.');
        let masked = looks_like_a_key(token) || (named && may_be_a_key(token));
        line.push_str(if masked { MASK } else { token });
        line.push_str(&rest[token.len()..end]);
        named = KEY_WORDS.iter().any(|w| token.eq_ignore_ascii_case(w));
        rest = after;
    }
    named
}

const fn is_key_char(c: char) -> bool {
    // A star stands where an upstream has masked a part of the key itself.
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '*' | '~' | '+' | '•' | '…')
}

fn looks_like_a_key(token: &str) -> bool {
    let low = token.to_ascii_lowercase();
    let known = KEY_PREFIXES
        .iter()
        .any(|prefix| low.strip_prefix(prefix).is_some_and(|rest| rest.len() >= 4));
    known || low.contains("***") || has_random_run(token)
}

/// After a word such as `key`: anything that is no plain word.
fn may_be_a_key(token: &str) -> bool {
    token.len() >= 8 && !token.bytes().all(|b| b.is_ascii_alphabetic())
}

/// Twenty letters and digits in one run, of both kinds: names of models and dates have dashes and dots in between.
fn has_random_run(token: &str) -> bool {
    token
        .split(|c: char| !c.is_ascii_alphanumeric())
        .any(|run| {
            run.len() >= 20
                && run.bytes().any(|b| b.is_ascii_digit())
                && run.bytes().any(|b| b.is_ascii_alphabetic())
        })
}

fn shortened(line: &str) -> Cow<'_, str> {
    match line.char_indices().nth(LONGEST) {
        None => Cow::Borrowed(line),
        Some(_) => {
            let kept: String = line.chars().take(LONGEST - 1).collect();
            Cow::Owned(format!("{}…", kept.trim_end()))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_repeated_key_is_masked_whole() {
        let rows = [
            (
                "Incorrect API key provided: sk-canary1234. You can find it at https://x.example/keys.",
                "Incorrect API key provided: ••••. You can find it at https://x.example/keys.",
            ),
            (
                "Incorrect API key provided: sk-proj-ca***********nary.",
                "Incorrect API key provided: ••••.",
            ),
            ("rejected ca*****ry", "rejected ••••"),
            ("stale aorAAAAAGcanary", "stale ••••"),
            ("bad key \"gsk_canary0000\"", "bad key \"••••\""),
            (
                "Authorization: Bearer eyJcanary.abc.def",
                "Authorization: Bearer ••••",
            ),
            (
                "url https://x.example/v1?key=AIzacanary0 failed",
                "url https://x.example/v1?key=•••• failed",
            ),
            ("invalid token: canary-12345678", "invalid token: ••••"),
            ("no such user 0123456789abcdefcanary01", "no such user ••••"),
        ];
        for (said, shown) in rows {
            assert_eq!(one_line(said), shown);
        }
    }

    #[test]
    fn plain_words_stay() {
        for said in [
            "The model `gpt-5-mini-2026-01-01` does not exist or you do not have access to it.",
            "model: claude-sonnet-4-5-20250929",
            "Rate limit reached on tokens per min. Please try again in 1.898s.",
            "This request would exceed your rate limit (org: 0a1b2c3d-1111-4222-8333-444455556666)",
            "无可用渠道",
        ] {
            assert_eq!(one_line(said), said);
        }
    }

    #[test]
    fn a_message_is_one_short_line() {
        assert_eq!(one_line(" a\r\n\tb\u{0}c\u{1b}[31m "), "a b c [31m");
        let long = one_line(&"wörd ".repeat(500));
        assert!(
            long.chars().count() <= LONGEST && long.ends_with('…'),
            "{long}"
        );
    }

    proptest! {
        #[test]
        fn nothing_breaks_the_line(text in "\\PC{0,600}|[\\x00-\\x7f]{0,600}") {
            let line = one_line(&text);
            prop_assert!(line.chars().count() <= LONGEST);
            prop_assert!(!line.chars().any(char::is_control));
        }
    }
}
