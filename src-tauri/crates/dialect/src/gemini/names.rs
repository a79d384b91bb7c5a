//! Tools' names as they are taken here: a letter or `_` first, then letters, digits and `_ . : -`, at most 64 in all.
//!
//! (npm `@google/genai`, `FunctionDeclaration`; of the length, 64 is what every model has taken.)

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher};

use foldhash::quality::FixedState;

/// The longest name, in bytes.
const LONGEST: usize = 64;
/// Of a name that has to change, what is kept: the rest is `_` and eight digits of a hash.
const KEPT: usize = LONGEST - 9;

/// The seed is fixed: a name must be the same on every turn of a conversation.
const SEED: FixedState = FixedState::with_seed(0x6765_6d69_6e69);

/// How each tool's name is sent, where it is not sent as it is.
#[derive(Debug, Default)]
pub(super) struct Sent {
    changed: HashMap<String, String>,
    /// In the order in which they were first said.
    order: Vec<String>,
}

impl Sent {
    /// Of these names.
    pub(super) fn of<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut all = Self::default();
        let mut taken: Vec<&str> = Vec::new();
        let mut odd: Vec<&str> = Vec::new();
        for name in names {
            let list = if is_fit(name) { &mut taken } else { &mut odd };
            if !list.contains(&name) {
                list.push(name);
            }
        }
        for name in odd {
            let mut salt = 0;
            let mut sent = lowered(name, salt);
            while taken.contains(&sent.as_str()) || all.changed.values().any(|one| *one == sent) {
                salt += 1;
                sent = lowered(name, salt);
            }
            all.changed.insert(name.to_owned(), sent);
            all.order.push(name.to_owned());
        }
        all
    }

    /// How a name is sent.
    pub(super) fn get<'a>(&'a self, name: &'a str) -> &'a str {
        self.changed.get(name).map_or(name, String::as_str)
    }

    /// What was changed: what is sent, and what it stands for.
    pub(super) fn renamed(&self) -> impl Iterator<Item = (String, String)> {
        self.order
            .iter()
            .map(|name| (self.get(name).to_owned(), name.clone()))
    }
}

fn is_fit(name: &str) -> bool {
    let first = |b: &u8| b.is_ascii_alphabetic() || *b == b'_';
    name.len() <= LONGEST
        && name.bytes().all(is_known)
        && name.as_bytes().first().is_some_and(first)
}

const fn is_known(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':' | b'-')
}

/// A name that fits. What it was is told by the hash, so that no two become one.
fn lowered(name: &str, salt: u64) -> String {
    let mut out = String::with_capacity(LONGEST);
    if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        out.push('_');
    }
    for c in name.chars() {
        if out.len() == KEPT {
            break;
        }
        let fit = u8::try_from(c).is_ok_and(is_known);
        out.push(if fit { c } else { '_' });
    }
    let mut hasher = SEED.build_hasher();
    hasher.write(name.as_bytes());
    hasher.write_u64(salt);
    let hash = hasher.finish() & 0xffff_ffff;
    format!("{out}_{hash:08x}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn t6_every_name_fits_and_leads_back(names in prop::collection::vec("\\PC{0,80}|[a-z_.:]{1,70}", 0..12)) {
            let sent = Sent::of(names.iter().map(String::as_str));
            let mut told = std::collections::HashMap::new();
            for name in &names {
                let out = sent.get(name);
                prop_assert!(is_fit(out), "{out}");
                prop_assert_eq!(out == name, is_fit(name));
                let before = told.insert(out.to_owned(), name);
                prop_assert!(before.is_none_or(|before| before == name));
            }
        }
    }

    #[test]
    fn a_name_is_sent_alike_whatever_stands_beside_it() {
        let alone = Sent::of(["mcp/read file"].into_iter());
        let among = Sent::of(["x", "mcp/read file", "mcp?read file"].into_iter());
        assert_eq!(alone.get("mcp/read file"), among.get("mcp/read file"));
        assert!(alone.get("mcp/read file").starts_with("mcp_read_file_"));
    }
}
