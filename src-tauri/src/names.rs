//! How instances are called where everybody may look: by their names, or by pool and number where names are hidden.

use std::collections::HashMap;

use gateway::status::{InstanceStatus, Status};
use provider::ProviderType;
use uuid::Uuid;

/// A reason longer than this is cut: menus are as wide as their longest line.
const LONGEST: usize = 48;
const DOTS: &str = "••••";

/// The names of a status' instances.
#[derive(Debug)]
pub(crate) struct Names<'a> {
    status: &'a Status,
    aliases: Option<HashMap<Uuid, String>>,
}

impl<'a> Names<'a> {
    /// As the user wants them to be shown.
    pub(crate) fn of(status: &'a Status) -> Self {
        let numbered = || {
            let pools = status.pools.iter();
            pools.flat_map(|pool| (1..).zip(&pool.instances)).map(alias)
        };
        Self {
            status,
            aliases: status.look.hide_names.then(|| numbered().collect()),
        }
    }

    /// What this instance is called. No e-mail address stands in it.
    pub(crate) fn name(&self, one: &InstanceStatus) -> String {
        match &self.aliases {
            Some(aliases) => aliases.get(&one.uuid).cloned().unwrap_or_default(),
            None => masked(&one.name),
        }
    }

    /// A text of the backend's, short, and without what may not be shown.
    pub(crate) fn veiled(&self, text: &str) -> String {
        let mut text = masked(text);
        if self.aliases.is_some() {
            for one in self.status.instances().filter(|one| one.name.len() > 2) {
                text = text.replace(&masked(&one.name), &self.name(one));
            }
        }
        short(&text)
    }
}

fn alias((number, one): (usize, &InstanceStatus)) -> (Uuid, String) {
    let pool = match one.provider {
        ProviderType::ClaudeCustom => "Claude",
        ProviderType::OpenaiCustom => "OpenAI",
        ProviderType::GeminiCustom => "Gemini key",
        ProviderType::GeminiCliOauth => "Gemini",
        ProviderType::KiroOauth => "Kiro",
        ProviderType::QwenOauth => "Qwen",
    };
    (one.uuid, format!("{pool} {number}"))
}

/// E-mail addresses become their first letters and dots.
fn masked(text: &str) -> String {
    let words = text.split_inclusive(char::is_whitespace);
    words
        .map(|word| match word.find('@') {
            Some(at) if at > 0 => {
                let first: String = word.chars().take(2.min(at)).collect();
                let end = if word.ends_with(char::is_whitespace) {
                    " "
                } else {
                    ""
                };
                format!("{first}{DOTS}{end}")
            }
            _ => word.to_owned(),
        })
        .collect()
}

fn short(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= LONGEST {
        return line.to_owned();
    }
    let cut: String = line.chars().take(LONGEST - 1).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn k2_an_email_address_is_dots() {
        assert_eq!(masked("marie@northgate.dev is out"), "ma•••• is out");
        assert_eq!(masked("no address, @handle"), "no address, @handle");
    }

    #[test]
    fn long_reasons_are_cut() {
        let long = "word ".repeat(20);
        assert!(short(&long).chars().count() <= LONGEST);
        assert_eq!(short("one line\nand more"), "one line");
    }
}
