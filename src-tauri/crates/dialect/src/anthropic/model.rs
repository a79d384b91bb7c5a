//! What Claude models take, told by their names: newer ones refuse what older ones need.
//!
//! From the vendor's pages "Troubleshooting thinking" (which thinking each model takes), "Adaptive thinking",
//! "Extended thinking" (what goes together), "Structured outputs" and "Mid-conversation system messages". A name that
//! tells no version (a relay's alias, another vendor's model behind this API) gets the form that is understood most widely.

/// A model, as far as its name tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Model {
    family: Family,
    version: Option<(u8, u8)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    /// Fable and Mythos.
    Largest,
    Opus,
    OtherClaude,
    Unknown,
}

/// How a model is told to think.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Thinks {
    /// `{"type":"enabled","budget_tokens":…}`.
    ByBudget,
    /// `{"type":"adaptive"}` and `output_config.effort`.
    Adaptively,
}

impl Model {
    pub(super) fn of(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        let mut words = name
            .split(|c: char| !c.is_ascii_alphanumeric())
            .skip_while(|word| *word != "claude")
            .skip(1)
            .peekable();
        if words.peek().is_none() {
            return Self {
                family: Family::Unknown,
                version: None,
            };
        }
        let mut family = Family::OtherClaude;
        let mut version = None;
        while let Some(word) = words.next() {
            match word {
                "fable" | "mythos" => family = Family::Largest,
                "opus" => family = Family::Opus,
                _ => {}
            }
            if version.is_none()
                && let Some(major) = number(word)
            {
                let minor = words.peek().and_then(|word| number(word));
                version = Some((major, minor.unwrap_or_default()));
            }
        }
        Self { family, version }
    }

    pub(super) fn thinks(self) -> Thinks {
        if self.family == Family::Largest || self.is_from(4, 6) {
            Thinks::Adaptively
        } else {
            Thinks::ByBudget
        }
    }

    /// It cannot be told not to think.
    pub(super) fn always_thinks(self) -> bool {
        self.family == Family::Largest || (self.family == Family::Opus && self.is_from(5, 5))
    }

    /// It thinks where the request says nothing of it.
    pub(super) fn thinks_by_default(self) -> bool {
        self.family == Family::Largest || self.is_from(5, 0)
    }

    /// It takes `effort` = `xhigh`; every model that thinks adaptively takes the others.
    pub(super) fn takes_xhigh(self) -> bool {
        self.family == Family::Largest || self.is_from(4, 7)
    }

    /// It refuses `temperature`, `top_p` and `top_k` but for their defaults.
    pub(super) fn refuses_sampling(self) -> bool {
        self.family == Family::Largest || self.is_from(4, 7)
    }

    /// It refuses `temperature` beside `top_p`.
    pub(super) fn takes_one_of_sampling(self) -> bool {
        self.is_from(4, 1)
    }

    /// It takes `output_config.format` and `strict` tools.
    pub(super) fn follows_schemas(self) -> bool {
        self.version.is_none() || self.is_from(4, 5)
    }

    /// It takes system turns amid a conversation.
    pub(super) fn takes_system_turns(self) -> bool {
        self.is_from(4, 8)
    }

    fn is_from(self, major: u8, minor: u8) -> bool {
        self.version
            .is_some_and(|version| version >= (major, minor))
    }
}

/// A version's number; dates have eight digits.
fn number(word: &str) -> Option<u8> {
    (word.len() <= 2).then(|| word.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_every_spelling() {
        for (name, version) in [
            ("claude-3-7-sonnet-20250219", Some((3, 7))),
            ("claude-sonnet-4-20250514", Some((4, 0))),
            ("anthropic/claude-sonnet-4.6", Some((4, 6))),
            ("us.anthropic.claude-opus-4-1-20250805-v1:0", Some((4, 1))),
            ("claude-haiku-4-5@20251001", Some((4, 5))),
            ("claude-opus-5", Some((5, 0))),
            ("Claude-Opus-4-8[1m]", Some((4, 8))),
            ("claude-mythos-preview", None),
            ("deepseek-chat-3-1", None),
            ("sonnet", None),
            ("claude", None),
            ("", None),
        ] {
            assert_eq!(Model::of(name).version, version, "{name}");
        }
    }

    #[test]
    fn who_thinks_how() {
        for name in [
            "claude-opus-4-6",
            "claude-sonnet-5",
            "claude-mythos-preview",
        ] {
            assert_eq!(Model::of(name).thinks(), Thinks::Adaptively, "{name}");
        }
        for name in ["claude-opus-4-5", "claude-3-7-sonnet-20250219", "kimi-k2"] {
            assert_eq!(Model::of(name).thinks(), Thinks::ByBudget, "{name}");
        }
        assert!(Model::of("claude-fable-5-1").always_thinks());
        assert!(Model::of("claude-opus-5-5").always_thinks());
        assert!(!Model::of("claude-sonnet-5-5").always_thinks());
        assert!(Model::of("claude-opus-4-7").refuses_sampling());
        assert!(!Model::of("claude-sonnet-4-6").refuses_sampling());
    }
}
