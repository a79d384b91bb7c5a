//! Names of tools and ids of calls as the API takes them (`^[a-zA-Z0-9_-]{1,128}$`, ids without a limit).

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hasher as _};

use chat::{Loss, Part, Request, Tool, ToolChoice};
use foldhash::quality::FixedState;

use super::lower::Losses;
use crate::names::Names;

const LONGEST: usize = 128;
/// The seed is fixed: a name must be sent the same on every turn, after a restart too.
const SEED: FixedState = FixedState::with_seed(0x616e_7468_726f_7069);

/// The names under which tools are sent, where these are not their own.
#[derive(Debug, Default)]
pub(super) struct Told(HashMap<String, String>);

impl Told {
    /// Of every tool that a request names: offered, chosen or called before.
    pub(super) fn of(request: &Request) -> Self {
        let names = || all_of(request);
        let mut told = HashMap::new();
        for name in names().filter(|name| !is_taken(name)) {
            if told.contains_key(name) {
                continue;
            }
            let mut sent = renamed(name, 0);
            let mut again = 0;
            while names().any(|other| other == sent) || told.values().any(|other| *other == sent) {
                again += 1;
                sent = renamed(name, again);
            }
            told.insert(name.to_owned(), sent);
        }
        Self(told)
    }

    /// The name under which a tool is sent.
    pub(super) fn name<'a>(&'a self, name: &'a str) -> &'a str {
        self.0.get(name).map_or(name, String::as_str)
    }

    /// Notes what was changed.
    pub(super) fn note(&self, request: &Request, names: &mut Names, losses: &mut Losses) {
        let mut renamed: Vec<_> = self.0.iter().collect();
        renamed.sort();
        for (original, sent) in renamed {
            names.rename(sent.as_str(), original.as_str());
        }
        for tool in &request.tools {
            if let Tool::Custom(custom) = tool {
                names.custom_as_function(self.name(&custom.name));
                losses.add(Loss::CustomTool(custom.name.clone()));
            }
        }
    }
}

/// The id of a call as the API takes it: one with other letters gets others, the same ones each time.
pub(super) fn call_id(id: &str) -> Cow<'_, str> {
    if !id.is_empty() && id.bytes().all(is_plain) {
        return Cow::Borrowed(id);
    }
    Cow::Owned(format!("{}_{:016x}", plain(id), hash(id, 0)))
}

fn all_of(request: &Request) -> impl Iterator<Item = &str> {
    let offered = request.tools.iter().filter_map(|tool| match tool {
        Tool::Function(tool) => Some(tool.name.as_str()),
        Tool::Custom(tool) => Some(tool.name.as_str()),
        Tool::Foreign(_) => None,
    });
    let chosen = match &request.tool_choice {
        Some(ToolChoice::Named(name)) => Some(name.as_str()),
        _ => None,
    };
    let called = request
        .messages
        .iter()
        .flat_map(|message| &message.parts)
        .filter_map(|part| match part {
            Part::ToolCall(call) => Some(call.name.as_str()),
            _ => None,
        });
    offered.chain(chosen).chain(called)
}

fn is_taken(name: &str) -> bool {
    (1..=LONGEST).contains(&name.len()) && name.bytes().all(is_plain)
}

const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

fn plain(name: &str) -> String {
    name.chars()
        .map(|c| {
            if c.is_ascii() && is_plain(c as u8) {
                c
            } else {
                '_'
            }
        })
        .collect()
}

/// What is readable of a name, and a hash of all of it.
fn renamed(name: &str, again: u64) -> String {
    let mut sent = plain(name);
    sent.truncate(LONGEST - 9);
    format!("{sent}_{:08x}", hash(name, again) & 0xffff_ffff)
}

fn hash(name: &str, again: u64) -> u64 {
    let mut hasher = SEED.build_hasher();
    hasher.write(name.as_bytes());
    hasher.write_u64(again);
    hasher.finish()
}
