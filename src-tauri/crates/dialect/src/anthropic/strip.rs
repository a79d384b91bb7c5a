//! A body on the verbatim path, without what other dialects signed: the smallest edit of its bytes.
//!
//! Blocks go whole, and a turn goes with its last one. A model that thinks by a budget refuses a loop of calls whose first turn
//! has lost its thought, so such a request then goes without thinking (see `request::thinking`).

use std::ops::Range;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::seal;
use super::wire::{Fields, Text};
use crate::splice::{Edit, cuts, edited, span_of};

/// The body without foreign thoughts and seals; `None` where there are none, or where it is no body of the dialect (its
/// upstream will say so).
pub(crate) fn strip(body: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(body).ok()?;
    let request: Request<'_> = serde_json::from_str(text).ok()?;
    let mut turns: Vec<Turn> = request
        .messages
        .iter()
        .map(|raw| Turn::of(raw, text))
        .collect();
    if turns.iter().all(|turn| turn.foreign() == 0) {
        return None;
    }
    let thinking = request
        .thinking
        .filter(|raw| is_by_budget(raw) && !may_think(&turns));
    if thinking.is_some() {
        forget_thoughts(&mut turns);
    }
    let spans: Vec<_> = turns.iter().map(|turn| turn.span.clone()).collect();
    let mut gone = cuts(&spans, |at| turns.get(at).is_some_and(Turn::is_gone));
    for turn in turns.iter().filter(|turn| !turn.is_gone()) {
        let spans: Vec<_> = turn.blocks.iter().map(|block| block.span.clone()).collect();
        gone.extend(cuts(&spans, |at| {
            turn.blocks.get(at).is_some_and(|block| block.goes)
        }));
    }
    let mut edits: Vec<Edit<'_>> = gone.into_iter().map(|span| (span, "")).collect();
    if let Some(raw) = thinking {
        edits.push((span_of(raw, text), r#"{"type":"disabled"}"#));
        // Clearing thoughts is refused where there are to be none.
        let clears = request.context_management;
        if let Some(raw) = clears.filter(|raw| raw.get().contains("\"clear_thinking")) {
            edits.push((span_of(raw, text), "null"));
        }
    }
    Some(edited(text, edits))
}

#[derive(Deserialize)]
struct Request<'a> {
    #[serde(borrow)]
    messages: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    thinking: Option<&'a RawValue>,
    #[serde(borrow, default)]
    context_management: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    role: Text<'a>,
    #[serde(borrow)]
    content: Vec<&'a RawValue>,
}

#[derive(Debug)]
struct Turn {
    span: Range<usize>,
    is_assistant: bool,
    blocks: Vec<Block>,
}

#[derive(Debug)]
struct Block {
    span: Range<usize>,
    kind: Kind,
    goes: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Thought,
    Result,
    Other,
}

impl Turn {
    fn of(raw: &RawValue, text: &str) -> Self {
        let span = span_of(raw, text);
        // A turn whose content is a text has no blocks.
        match serde_json::from_str::<Message<'_>>(raw.get()) {
            Err(_) => Self {
                span,
                is_assistant: raw.get().contains("\"assistant\""),
                blocks: Vec::new(),
            },
            Ok(message) => Self {
                span,
                is_assistant: message.role.0 == "assistant",
                blocks: message
                    .content
                    .into_iter()
                    .map(|raw| Block::of(raw, text))
                    .collect(),
            },
        }
    }

    fn foreign(&self) -> usize {
        self.blocks.iter().filter(|block| block.goes).count()
    }

    fn is_gone(&self) -> bool {
        !self.blocks.is_empty() && self.foreign() == self.blocks.len()
    }
}

impl Block {
    fn of(raw: &RawValue, text: &str) -> Self {
        let fields: Fields<'_> = serde_json::from_str(raw.get()).unwrap_or_default();
        let (kind, sealed) = match fields.kind().as_deref() {
            Some("thinking") => (Kind::Thought, fields.raw("signature")),
            Some("redacted_thinking") => (Kind::Thought, fields.raw("data")),
            Some("tool_result") => (Kind::Result, None),
            _ => (Kind::Other, None),
        };
        let value = sealed.and_then(|raw| serde_json::from_str::<Text<'_>>(raw.get()).ok());
        Self {
            span: span_of(raw, text),
            kind,
            goes: value.is_some_and(|value| seal::is_foreign(&value.0)),
        }
    }
}

/// Where the turn that is going on begins: behind the last words of the user's own.
fn going_on(turns: &[Turn]) -> Option<usize> {
    let mut begin = None;
    for (at, turn) in turns.iter().enumerate().rev() {
        if turn.is_assistant {
            begin = (!turn.is_gone()).then_some(at).or(begin);
        } else if !turn.blocks.iter().any(|block| block.kind == Kind::Result) {
            break;
        }
    }
    begin
}

fn may_think(turns: &[Turn]) -> bool {
    let begun = going_on(turns).and_then(|at| turns.get(at));
    begun.is_none_or(|turn| {
        let first = turn.blocks.iter().find(|block| !block.goes);
        first.is_some_and(|block| block.kind == Kind::Thought)
    })
}

fn forget_thoughts(turns: &mut [Turn]) {
    let Some(begin) = going_on(turns) else {
        return;
    };
    for turn in turns.iter_mut().skip(begin) {
        for block in &mut turn.blocks {
            block.goes |= block.kind == Kind::Thought;
        }
    }
}

fn is_by_budget(thinking: &RawValue) -> bool {
    let fields: Fields<'_> = serde_json::from_str(thinking.get()).unwrap_or_default();
    fields.kind().as_deref() == Some("enabled")
}

#[cfg(test)]
mod tests;
