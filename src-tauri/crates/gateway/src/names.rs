//! A model's name, or a glob over names, as settings write them.

use globset::{Glob, GlobMatcher};

/// A name, or a glob.
#[derive(Debug)]
pub enum Pattern {
    /// Equal to the letter.
    Exact(String),
    /// With `*`, `?`, `[…]` or `{…}`.
    Glob(GlobMatcher),
}

impl Pattern {
    /// Reads one; what is no proper glob is taken to the letter.
    pub fn new(text: &str) -> Self {
        match Glob::new(text) {
            Ok(glob) if text.contains(['*', '?', '[', '{']) => Self::Glob(glob.compile_matcher()),
            _ => Self::Exact(text.to_owned()),
        }
    }

    /// Whether it means this model.
    pub fn matches(&self, model: &str) -> bool {
        match self {
            Self::Exact(name) => name == model,
            Self::Glob(glob) => glob.is_match(model),
        }
    }

    /// The one name it means.
    pub fn exact(&self) -> Option<&str> {
        match self {
            Self::Exact(name) => Some(name),
            Self::Glob(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_means_itself_and_a_glob_what_it_matches() {
        let rows = [
            ("gpt-x", "gpt-x", true),
            ("gpt-x", "gpt-xy", false),
            ("gpt-*", "gpt-x/y", true),
            ("gpt-?", "gpt-10", false),
            ("{a,b}-1", "b-1", true),
            ("[ab]", "c", false),
            ("GPT-*", "gpt-x", false),
            // A dot is a dot.
            ("gpt-4.1", "gpt-4x1", false),
            ("", "", true),
        ];
        for (pattern, model, means) in rows {
            assert_eq!(
                Pattern::new(pattern).matches(model),
                means,
                "{pattern} {model}"
            );
        }
    }

    #[test]
    fn what_is_no_proper_glob_is_taken_to_the_letter() {
        for text in ["a[", "{a", "[z-a]"] {
            let pattern = Pattern::new(text);
            assert!(pattern.matches(text), "{text}");
            assert_eq!(pattern.exact(), Some(text));
        }
        assert_eq!(Pattern::new("a*").exact(), None);
    }
}
