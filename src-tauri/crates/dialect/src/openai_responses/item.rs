//! Items of an upstream's answer as parts.

use chat::{Foreign, Part, Signature, Text, Thinking, ToolCall, ToolKind};
use serde_json::Value;
use serde_json::value::RawValue;

use super::namespace::{self, TOOL_SEARCH};
use super::seal::UNSIGNED;
use super::wire::{Item, Piece, Words};
use super::{DIALECT, PARAGRAPH};
use crate::Malformed;

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Message,
    Reasoning,
    Call(ToolKind),
    /// Something that only this dialect knows.
    Other,
}

/// Reads an item.
pub(super) fn read(raw: &RawValue) -> Result<Item<'_>, Malformed> {
    serde_json::from_str(raw.get())
        .map_err(|error| Malformed::new(format!("an item of the answer cannot be read: {error}")))
}

/// What this item is.
pub(super) fn kind(item: &Item<'_>) -> Kind {
    match item.r#type.as_ref().map(Words::as_str) {
        Some("message") => Kind::Message,
        Some("reasoning") => Kind::Reasoning,
        Some("function_call") => Kind::Call(ToolKind::Function),
        Some("custom_tool_call") => Kind::Call(ToolKind::Custom),
        Some("tool_search_call") if is_clients(item) => Kind::Call(ToolKind::Function),
        _ => Kind::Other,
    }
}

fn is_clients(item: &Item<'_>) -> bool {
    item.execution.as_ref().map(Words::as_str) == Some("client")
}

/// The parts of a whole item.
pub(super) fn parts(raw: &RawValue) -> Result<Vec<Part>, Malformed> {
    let item = read(raw)?;
    match kind(&item) {
        Kind::Message => item
            .content
            .iter()
            .flatten()
            .map(|raw| piece(raw))
            .collect(),
        Kind::Reasoning => Ok(thought(&item).map(Part::Thinking).into_iter().collect()),
        Kind::Call(kind) => Ok(vec![Part::ToolCall(call(&item, kind)?)]),
        Kind::Other => Ok(vec![Part::Foreign(foreign(raw)?)]),
    }
}

/// A piece of a message's content.
fn piece(raw: &RawValue) -> Result<Part, Malformed> {
    let piece: Piece<'_> = serde_json::from_str(raw.get()).map_err(|error| {
        Malformed::new(format!("a piece of the answer cannot be read: {error}"))
    })?;
    match piece.r#type.as_ref().map(Words::as_str) {
        Some("output_text" | "text") => {
            let annotations = piece.annotations.as_deref().unwrap_or_default();
            Ok(Part::Text(Text {
                extra: self::annotations(annotations)?,
                ..Text::new(owned(piece.text))
            }))
        }
        Some("refusal") => Ok(Part::Refusal(owned(piece.refusal))),
        _ => Ok(Part::Foreign(foreign(raw)?)),
    }
}

fn annotations(list: &[&RawValue]) -> Result<Option<Foreign>, Malformed> {
    let list: Vec<Value> = list
        .iter()
        .map(|raw| Ok(foreign(raw)?.value))
        .collect::<Result<_, Malformed>>()?;
    Ok((!list.is_empty()).then(|| Foreign {
        dialect: DIALECT,
        value: serde_json::json!({ "annotations": list }),
    }))
}

/// The thought of a reasoning item; `None` where it says nothing.
pub(super) fn thought(item: &Item<'_>) -> Option<Thinking> {
    let text = thought_text(item);
    let signature = signature(item);
    (!text.is_empty() || signature.is_some()).then(|| Thinking {
        text,
        signature,
        redacted: false,
        id: item.id.as_ref().map(|id| id.as_str().to_owned()),
    })
}

/// The words of a reasoning item: its summary, or else the thought itself.
pub(super) fn thought_text(item: &Item<'_>) -> String {
    let summary = item.summary.iter().flatten();
    let summary = join(summary.filter_map(|piece| piece.text.as_ref().map(Words::as_str)));
    if !summary.is_empty() {
        return summary;
    }
    let content = item.content.iter().flatten();
    let texts: Vec<_> = content
        .filter_map(|raw| serde_json::from_str::<Piece<'_>>(raw.get()).ok()?.text)
        .collect();
    join(texts.iter().map(Words::as_str))
}

fn join<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    let mut joined = String::new();
    for (index, text) in texts.enumerate() {
        if index > 0 {
            joined.push_str(PARAGRAPH);
        }
        joined.push_str(text);
    }
    joined
}

/// The seal of a reasoning item.
pub(super) fn signature(item: &Item<'_>) -> Option<Signature> {
    let sealed = item.encrypted_content.as_ref()?.as_str();
    // Nobody signs so but here: such a thought was told without one.
    let signed = !sealed.is_empty() && sealed != UNSIGNED;
    signed.then(|| Signature {
        dialect: DIALECT,
        value: sealed.to_owned(),
    })
}

fn call(item: &Item<'_>, kind: ToolKind) -> Result<ToolCall, Malformed> {
    let (id, name) = called(item)?;
    Ok(ToolCall {
        id: id.to_owned(),
        name,
        arguments: arguments(item, kind),
        kind,
        item_id: item.id.as_ref().map(|id| id.as_str().to_owned()),
        ..ToolCall::default()
    })
}

/// A call's id and the tool that is called.
pub(super) fn called<'i>(item: &'i Item<'_>) -> Result<(&'i str, String), Malformed> {
    // Some relays give the item's id only.
    let id = item
        .call_id
        .as_ref()
        .or(item.id.as_ref())
        .map(Words::as_str);
    let name = item.name.as_ref().map(Words::as_str);
    let name = name.or(is_clients(item).then_some(TOOL_SEARCH));
    match (id, name) {
        (Some(id), Some(name)) if !name.is_empty() => {
            let namespace = item.namespace.as_ref().map(Words::as_str);
            Ok((id, namespace::join(namespace, name.to_owned())))
        }
        _ => Err(Malformed::new("a call of a tool has no name or no id")),
    }
}

/// A call's arguments, or a custom tool's input.
pub(super) fn arguments(item: &Item<'_>, kind: ToolKind) -> String {
    if kind == ToolKind::Custom {
        return item
            .input
            .as_ref()
            .map(Words::as_str)
            .unwrap_or_default()
            .to_owned();
    }
    let Some(raw) = item.arguments else {
        return String::new();
    };
    match serde_json::from_str::<Words<'_>>(raw.get()) {
        Ok(text) => text.0.into_owned(),
        Err(_) => raw.get().to_owned(),
    }
}

/// JSON that only this dialect knows.
pub(super) fn foreign(raw: &RawValue) -> Result<Foreign, Malformed> {
    let value = serde_json::from_str(raw.get()).map_err(|error| {
        Malformed::new(format!("an item of the answer cannot be read: {error}"))
    })?;
    Ok(Foreign {
        dialect: DIALECT,
        value,
    })
}

fn owned(words: Option<Words<'_>>) -> String {
    words.map(|words| words.0.into_owned()).unwrap_or_default()
}
