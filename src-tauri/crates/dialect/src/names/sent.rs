//! Names that a target takes in place of those that it does not.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher};

use foldhash::quality::FixedState;

/// The seed is fixed: a name must be the same on every turn of a conversation.
const SEED: FixedState = FixedState::with_seed(0x6765_6d69_6e69);
/// Of a name that has to change, the end is `_` and eight digits of a hash.
const MARK: usize = 9;

/// What a target takes for a name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    /// The longest, in bytes.
    pub(crate) longest: usize,
    /// What a name may begin with.
    pub(crate) first: fn(u8) -> bool,
    /// What may follow.
    pub(crate) letter: fn(u8) -> bool,
    /// What stands before a name that begins otherwise; it may begin a name.
    pub(crate) before: char,
    /// Names that mean something else there.
    pub(crate) not: &'static [&'static str],
}

impl Rule {
    /// Whether a name is taken as it is.
    pub(crate) fn takes(&self, name: &str) -> bool {
        let mut bytes = name.bytes();
        name.len() <= self.longest
            && bytes.next().is_some_and(self.first)
            && bytes.all(self.letter)
            && !self.not.contains(&name)
    }

    /// A name that is taken. What it was is told by the hash, so that no two become one.
    fn lowered(&self, name: &str, salt: u64) -> String {
        let mut out = String::with_capacity(self.longest);
        let begins = name.bytes().next().is_some_and(self.first);
        if !begins {
            out.push(self.before);
        }
        for c in name.chars() {
            if out.len() + MARK >= self.longest {
                break;
            }
            let fits = u8::try_from(c).is_ok_and(|byte| byte.is_ascii() && (self.letter)(byte));
            out.push(if fits { c } else { '_' });
        }
        let mut hasher = SEED.build_hasher();
        hasher.write(name.as_bytes());
        hasher.write_u64(salt);
        let hash = hasher.finish() & 0xffff_ffff;
        format!("{out}_{hash:08x}")
    }
}

/// How each tool's name is sent, where it is not sent as it is.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    changed: HashMap<String, String>,
    /// In the order in which they were first said.
    order: Vec<String>,
}

impl Sent {
    /// Of these names.
    pub(crate) fn of<'a>(rule: &Rule, names: impl Iterator<Item = &'a str>) -> Self {
        let mut all = Self::default();
        let mut taken: Vec<&str> = Vec::new();
        let mut odd: Vec<&str> = Vec::new();
        for name in names {
            let list = if rule.takes(name) {
                &mut taken
            } else {
                &mut odd
            };
            if !list.contains(&name) {
                list.push(name);
            }
        }
        for name in odd {
            let mut salt = 0;
            let mut sent = rule.lowered(name, salt);
            while taken.contains(&sent.as_str()) || all.changed.values().any(|one| *one == sent) {
                salt += 1;
                sent = rule.lowered(name, salt);
            }
            all.changed.insert(name.to_owned(), sent);
            all.order.push(name.to_owned());
        }
        all
    }

    /// How a name is sent.
    pub(crate) fn get<'a>(&'a self, name: &'a str) -> &'a str {
        self.changed.get(name).map_or(name, String::as_str)
    }

    /// What was changed: what is sent, and what it stands for.
    pub(crate) fn renamed(&self) -> impl Iterator<Item = (String, String)> {
        self.order
            .iter()
            .map(|name| (self.get(name).to_owned(), name.clone()))
    }
}

/// Every tool's name that a request says, those of the tools first.
pub(crate) fn all_of(request: &chat::Request) -> impl Iterator<Item = &str> {
    use chat::{Part, Tool, ToolChoice};
    let offered = request.tools.iter().filter_map(|tool| match tool {
        Tool::Function(tool) => Some(tool.name.as_str()),
        Tool::Custom(tool) => Some(tool.name.as_str()),
        Tool::Foreign(_) => None,
    });
    let said = request.messages.iter().flat_map(|message| {
        message.parts.iter().filter_map(|part| match part {
            Part::ToolCall(call) => Some(call.name.as_str()),
            Part::ToolResult(result) => result.name.as_deref(),
            _ => None,
        })
    });
    let chosen: Vec<&str> = match &request.tool_choice {
        Some(ToolChoice::Named(name)) => vec![name],
        Some(ToolChoice::Allowed { names, .. }) => names.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    };
    offered.chain(said).chain(chosen)
}
