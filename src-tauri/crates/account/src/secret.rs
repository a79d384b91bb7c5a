//! A value that must not show: it prints as dots, and is wiped from memory when it falls.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// A secret value. It has no `Display` and no `Serialize`, its `Debug` shows nothing of it, and its memory is wiped on drop.
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    /// Takes `value` in.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// Lends the value, at the one place that needs it: never to a log, an error or a format string.
    pub fn expose(&self) -> &T {
        &self.0
    }

    /// Hands the value out. Wiping it is the caller's from here on.
    pub fn into_inner(mut self) -> T
    where
        T: Default,
    {
        std::mem::take(&mut self.0)
    }
}

impl<T: Zeroize + AsRef<[u8]>> Secret<T> {
    /// Whether the value equals `candidate`, in a time that depends on the two lengths only.
    pub fn matches(&self, candidate: &[u8]) -> bool {
        self.0.as_ref().ct_eq(candidate).into()
    }
}

impl Secret<String> {
    /// What a person may see of a key: its public prefix and its last four characters, as in `sk-ant-••••Qx4A`.
    ///
    /// Of a value that is too short to spare them, nothing: `••••`.
    pub fn masked(&self) -> String {
        /// At least so many characters stay hidden, or all do.
        const HIDDEN: usize = 12;
        const SHOWN_END: usize = 4;

        let text = &self.0;
        let prefix = public_prefix(text);
        let rest = &text[prefix.len()..];
        match rest.char_indices().rev().nth(SHOWN_END - 1) {
            Some((end, _)) if rest[..end].chars().count() >= HIDDEN => {
                format!("{prefix}••••{}", &rest[end..])
            }
            _ => "••••".to_owned(),
        }
    }
}

/// The part of a key that its vendor gives to every key: at most two short words, each ended by a dash (`sk-`, `sk-proj-`, `mp-`).
fn public_prefix(key: &str) -> &str {
    const WORDS: usize = 2;
    const LETTERS: usize = 4;

    let mut end = 0;
    for _ in 0..WORDS {
        let Some(dash) = key[end..].find('-') else {
            break;
        };
        let word = &key[end..end + dash];
        if word.is_empty() || word.len() > LETTERS || !word.bytes().all(|b| b.is_ascii_lowercase())
        {
            break;
        }
        end += dash + 1;
    }
    &key[..end]
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

impl<T: Zeroize + Clone> Clone for Secret<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Zeroize + AsRef<[u8]>> PartialEq for Secret<T> {
    fn eq(&self, other: &Self) -> bool {
        self.matches(other.0.as_ref())
    }
}

impl<T: Zeroize + AsRef<[u8]>> Eq for Secret<T> {}

impl<T: Zeroize> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_of_the_value() {
        let secret = Secret::new("canary-6f1d".to_owned());
        assert_eq!(format!("{secret:?}"), "Secret(***)");
        assert_eq!(
            format!("{:#?}", Some(&secret)),
            "Some(\n    Secret(***),\n)"
        );
    }

    #[test]
    fn a_masked_key_shows_its_prefix_and_its_last_four() {
        let masked = |key: &str| Secret::new(key.to_owned()).masked();
        assert_eq!(
            masked("sk-ant-api03-0000000000000000Qx4A"),
            "sk-ant-••••Qx4A"
        );
        assert_eq!(masked("sk-proj-00000000000000007Hc2"), "sk-proj-••••7Hc2");
        assert_eq!(masked("mp-00000000000000003f9c"), "mp-••••3f9c");
        assert_eq!(masked("AIza000000000000000abcd"), "••••abcd");
        assert_eq!(masked("kéyééééééééééééééé€ab"), "••••é€ab");
    }

    #[test]
    fn a_masked_short_value_shows_nothing() {
        for short in [
            "",
            "a",
            "hunter2",
            "sk-1234567890",
            "sk-ant-123456789012345",
        ] {
            assert_eq!(Secret::new(short.to_owned()).masked(), "••••", "{short}");
        }
    }

    #[test]
    fn words_of_a_passphrase_are_no_prefix() {
        let masked = Secret::new("correct-horse-battery-staple".to_owned()).masked();
        assert_eq!(masked, "••••aple");
    }

    #[test]
    fn only_the_same_bytes_match() {
        let secret = Secret::new("mp-abc".to_owned());
        assert!(secret.matches(b"mp-abc"));
        assert!(!secret.matches(b"mp-abd"));
        assert!(!secret.matches(b"mp-ab"));
        assert!(!secret.matches(b""));
        assert_eq!(secret, secret.clone());
    }

    #[test]
    fn into_inner_hands_the_value_out_unwiped() {
        assert_eq!(Secret::new("value".to_owned()).into_inner(), "value");
    }
}
