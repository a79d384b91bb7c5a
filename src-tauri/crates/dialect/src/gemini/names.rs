//! Tools' names as they are taken here: a letter or `_` first, then letters, digits and `_ . : -`, at most 64 in all.
//!
//! (npm `@google/genai`, `FunctionDeclaration`; of the length, 64 is what every model has taken.)

use crate::names::Rule;

/// See the module.
pub(super) const RULE: Rule = Rule {
    longest: 64,
    first: |byte| byte.is_ascii_alphabetic() || byte == b'_',
    letter: |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':' | b'-'),
    before: '_',
    not: &[],
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::names::Sent;

    proptest! {
        #[test]
        fn t6_every_name_fits_and_leads_back(names in prop::collection::vec("\\PC{0,80}|[a-z_.:]{1,70}", 0..12)) {
            let sent = Sent::of(&RULE, names.iter().map(String::as_str));
            let mut told = std::collections::HashMap::new();
            for name in &names {
                let out = sent.get(name);
                prop_assert!(RULE.takes(out), "{out}");
                prop_assert_eq!(out == name, RULE.takes(name));
                let before = told.insert(out.to_owned(), name);
                prop_assert!(before.is_none_or(|before| before == name));
            }
        }
    }

    #[test]
    fn a_name_is_sent_alike_whatever_stands_beside_it() {
        let alone = Sent::of(&RULE, ["mcp/read file"].into_iter());
        let among = Sent::of(&RULE, ["x", "mcp/read file", "mcp?read file"].into_iter());
        assert_eq!(alone.get("mcp/read file"), among.get("mcp/read file"));
        assert!(alone.get("mcp/read file").starts_with("mcp_read_file_"));
    }
}
