//! Names of tools as this dialect takes them: letters, digits, `_` and `-`, at most 64.

use std::borrow::Cow;

use chat::Request;

use crate::names::Names;

/// The longest name.
const LONGEST: usize = 64;

/// How the tools of one request are called here.
#[derive(Debug, Default)]
pub(super) struct Naming {
    /// Those whose own names are not taken: the client's name, and the one that is sent.
    changed: Vec<(String, String)>,
}

impl Naming {
    /// Names for all tools that a request offers, calls or mentions; the same for the same request.
    pub(super) fn of(request: &Request) -> Self {
        let offered = request.tools.iter().filter_map(super::tools::name_of);
        let called = request
            .messages
            .iter()
            .flat_map(|message| &message.parts)
            .filter_map(|part| match part {
                chat::Part::ToolCall(call) => Some(call.name.as_str()),
                _ => None,
            });
        let all: Vec<&str> = offered.chain(called).collect();
        let mut naming = Self::default();
        for name in &all {
            if is_taken(name) || naming.changed.iter().any(|(original, _)| original == name) {
                continue;
            }
            let sent = naming.free(&sanitized(name), &all);
            naming.changed.push(((*name).to_owned(), sent));
        }
        naming
    }

    /// What a tool is called here.
    pub(super) fn sent<'a>(&'a self, name: &'a str) -> &'a str {
        let found = self.changed.iter().find(|(original, _)| original == name);
        found.map_or(name, |(_, sent)| sent)
    }

    /// The way back.
    pub(super) fn into_names(self) -> Names {
        let mut names = Names::default();
        for (original, sent) in self.changed {
            names.rename(sent, original);
        }
        names
    }

    /// The name, with a number where it is another tool's.
    fn free(&self, name: &str, others: &[&str]) -> String {
        let is_free = |name: &str| {
            !others.contains(&name) && !self.changed.iter().any(|(_, sent)| sent == name)
        };
        if is_free(name) {
            return name.to_owned();
        }
        let mut number = 2_u32;
        loop {
            let end = format!("_{number}");
            let kept = name.get(..LONGEST - end.len()).unwrap_or(name);
            let numbered = format!("{kept}{end}");
            if is_free(&numbered) {
                return numbered;
            }
            number += 1;
        }
    }
}

fn is_taken(name: &str) -> bool {
    !name.is_empty() && name.len() <= LONGEST && name.chars().all(is_plain)
}

fn is_plain(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-')
}

fn sanitized(name: &str) -> Cow<'_, str> {
    if name.is_empty() {
        return Cow::Borrowed("_");
    }
    let plain = name
        .chars()
        .map(|letter| if is_plain(letter) { letter } else { '_' });
    Cow::Owned(plain.take(LONGEST).collect())
}
