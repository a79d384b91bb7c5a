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
