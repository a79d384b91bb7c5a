//! A client's turns, and which answer of a tool belongs to which call.
//!
//! Calls and answers may come without ids. Those that are made here depend on the place in the conversation only, so
//! that they are the same on every later turn.

use std::collections::HashMap;

use chat::{Dialect, Foreign, Message, Part, Role, ToolCall, ToolResult};
use serde_json::Value;

use super::super::fields::{At, Fields};
use super::parts;
use crate::Invalid;

/// What ids begin with that are made here; they are not told to an upstream of this dialect.
const MADE: &str = "gemini_";

/// Whether an id is of our making.
pub(super) fn is_made(id: &str) -> bool {
    id.starts_with(MADE)
}

/// Reads the turns.
pub(super) fn read(
    contents: Vec<Value>,
    at: At<'_>,
    messages: &mut Vec<Message>,
) -> Result<(), Invalid> {
    let mut calls = Calls::default();
    for (index, content) in contents.into_iter().enumerate() {
        let mut message = turn(content, at.index(index))?;
        for (place, part) in message.parts.iter_mut().enumerate() {
            match part {
                Part::ToolCall(call) => calls.note(call, index, place),
                Part::ToolResult(result) => calls.answer(result, index, place),
                _ => {}
            }
        }
        messages.push(message);
    }
    Ok(())
}

fn turn(content: Value, at: At<'_>) -> Result<Message, Invalid> {
    let mut content = Fields::of(content, at)?;
    let role = match content.text("role")?.as_deref() {
        None | Some("" | "user" | "function") => Role::User,
        Some("model") => Role::Assistant,
        Some(_) => return Err(at.field("role").invalid("must be user or model")),
    };
    let at = at.field("parts");
    let list = content.list("parts").unwrap_or_default();
    if list.is_empty() {
        return Err(at.invalid("must hold at least one part"));
    }
    let mut message = Message::new(role, parts::read_all(list, at)?);
    message.extra = Foreign::fields(Dialect::Gemini, content.rest());
    Ok(message)
}

/// The calls so far that wait for their answers.
#[derive(Default)]
struct Calls {
    /// Ids by the tool's name, oldest first.
    open: HashMap<String, Vec<String>>,
}

impl Calls {
    fn note(&mut self, call: &mut ToolCall, turn: usize, place: usize) {
        if call.id.is_empty() {
            call.id = format!("{MADE}{turn}_{place}");
        }
        self.open
            .entry(call.name.clone())
            .or_default()
            .push(call.id.clone());
    }

    /// An answer without an id belongs to the oldest open call of its tool; so does one whose id no call bears, where
    /// the call had none.
    fn answer(&mut self, result: &mut ToolResult, turn: usize, place: usize) {
        let name = result.name.as_deref().unwrap_or_default();
        let open = self.open.get_mut(name);
        let found = open.and_then(|open| {
            let own = open.iter().position(|id| *id == result.call_id);
            let next = || {
                open.iter()
                    .position(|id| result.call_id.is_empty() || is_made(id))
            };
            own.or_else(next).map(|at| open.remove(at))
        });
        match found {
            Some(id) => result.call_id = id,
            None if result.call_id.is_empty() => result.call_id = format!("{MADE}{turn}_{place}"),
            None => {}
        }
    }
}
