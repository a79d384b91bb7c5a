//! Content blocks, read: of requests and of answers.

use chat::{
    Cache, Dialect, Foreign, Part, Role, Signature, Text, Thinking, ToolCall, ToolKind, ToolResult,
};
use serde_json::value::RawValue;

use super::media;
use super::seal::{self, Owner};
use super::wire::{Content, Fields, plain, under};
use crate::Invalid;

const OWN: Dialect = Dialect::Anthropic;

/// Reads the blocks of one turn; seals return to what they belong to.
///
/// # Errors
/// A block is not of the dialect, or may not stand in a turn of this role.
pub(super) fn read_all(content: Content<'_>, role: Role, path: &str) -> Result<Vec<Part>, Invalid> {
    let blocks = match content {
        Content::Text(text) => return Ok(vec![Part::text(text)]),
        Content::Blocks(blocks) => blocks,
    };
    let mut parts = Vec::with_capacity(blocks.len());
    let mut sealed = None;
    for (at, block) in blocks.into_iter().enumerate() {
        let path = format!("{path}[{at}]");
        match read(block, &path)? {
            Block::Seal(Owner::Next, seal) => sealed = Some(seal),
            Block::Seal(Owner::Previous, seal) => sign(parts.last_mut(), seal),
            Block::Seal(Owner::EmptyText, seal) => parts.push(Part::Text(Text {
                signature: Some(seal),
                ..Text::default()
            })),
            Block::Part(mut part) => {
                may_stand(&part, role, &path)?;
                if let Some(seal) = sealed.take() {
                    sign(Some(&mut part), seal);
                }
                parts.push(part);
            }
        }
    }
    Ok(parts)
}

/// What a block is.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly all are parts, which are moved on at once"
)]
pub(super) enum Block {
    Part(Part),
    /// The signature of something else.
    Seal(Owner, Signature),
}

/// Reads one block.
///
/// # Errors
/// It is not of the dialect.
pub(super) fn read(mut block: Fields<'_>, path: &str) -> Result<Block, Invalid> {
    let Some(kind) = block.kind() else {
        return Err(Invalid::at(
            under(path, "type"),
            "every block has a type, which is a string",
        ));
    };
    let part = match kind.as_ref() {
        "text" => text(block, path)?,
        "image" | "document" => {
            return media::read(block, &kind, path).map(Block::Part);
        }
        "thinking" => Part::Thinking(Thinking {
            text: block.need("thinking", path)?,
            // Relays leave it out.
            signature: seal::signed(&block.take::<String>("signature", path)?.unwrap_or_default()),
            redacted: false,
            id: None,
        }),
        "redacted_thinking" => match seal::opened(&block.need::<String>("data", path)?) {
            (Some(owner), seal) => return Ok(Block::Seal(owner, seal)),
            (None, seal) => Part::Thinking(Thinking {
                text: String::new(),
                signature: Some(seal),
                redacted: true,
                id: None,
            }),
        },
        "tool_use" => Part::ToolCall(call(block, path)?),
        "tool_result" => Part::ToolResult(ToolResult {
            call_id: block.need("tool_use_id", path)?,
            name: None,
            content: result(&mut block, path)?,
            is_error: block.take("is_error", path)?.unwrap_or_default(),
            kind: ToolKind::Function,
            cache: cache(&mut block),
        }),
        _ => Part::Foreign(Foreign {
            dialect: OWN,
            value: block.into_value(),
        }),
    };
    Ok(Block::Part(part))
}

/// A cache mark.
pub(super) fn cache(block: &mut Fields<'_>) -> Option<Cache> {
    block
        .take_raw("cache_control")
        .map(|raw| Cache(super::wire::value_of(raw)))
}

fn call(mut block: Fields<'_>, path: &str) -> Result<ToolCall, Invalid> {
    let call = ToolCall {
        id: block.need("id", path)?,
        name: block.need("name", path)?,
        arguments: input(&mut block, path)?,
        cache: cache(&mut block),
        ..ToolCall::default()
    };
    block.take_raw("type");
    Ok(ToolCall {
        extra: Foreign::fields(OWN, block.into_map()),
        ..call
    })
}

fn text(mut block: Fields<'_>, path: &str) -> Result<Part, Invalid> {
    let text = block.need("text", path)?;
    let cache = cache(&mut block);
    block.take_raw("type");
    Ok(Part::Text(Text {
        text,
        cache,
        signature: None,
        extra: Foreign::fields(OWN, block.into_map()),
    }))
}

/// The arguments of a call, as they stand in the body: numbers keep every digit.
fn input(block: &mut Fields<'_>, path: &str) -> Result<String, Invalid> {
    match block.take_raw("input").map(RawValue::get) {
        Some(text) if text.starts_with('{') => Ok(text.to_owned()),
        Some(_) => Err(Invalid::at(
            under(path, "input"),
            "the input of a tool has to be an object",
        )),
        None => Err(Invalid::at(under(path, "input"), "this field is required")),
    }
}

fn result(block: &mut Fields<'_>, path: &str) -> Result<Vec<Part>, Invalid> {
    let Some(raw) = block.take_raw("content") else {
        return Ok(Vec::new());
    };
    let path = under(path, "content");
    let content = serde_json::from_str::<Content<'_>>(raw.get())
        .map_err(|error| Invalid::at(&path, plain(&error)))?;
    match content {
        Content::Text(text) => Ok(vec![Part::text(text)]),
        Content::Blocks(blocks) => {
            let mut parts = Vec::with_capacity(blocks.len());
            for (at, block) in blocks.into_iter().enumerate() {
                let path = format!("{path}[{at}]");
                match read(block, &path)? {
                    Block::Part(
                        part @ (Part::ToolCall(_) | Part::ToolResult(_) | Part::Thinking(_)),
                    ) => {
                        return Err(misplaced(&part, "in the result of a tool", &path));
                    }
                    Block::Part(part) => parts.push(part),
                    Block::Seal(..) => {}
                }
            }
            Ok(parts)
        }
    }
}

fn may_stand(part: &Part, role: Role, path: &str) -> Result<(), Invalid> {
    match (part, role) {
        (Part::ToolCall(_), Role::User) => Err(misplaced(part, "in a user's turn", path)),
        (Part::ToolResult(_), Role::Assistant) => {
            Err(misplaced(part, "in a turn of the assistant's", path))
        }
        (Part::Text(_) | Part::Foreign(_), Role::System | Role::Developer) => Ok(()),
        (_, Role::System | Role::Developer) => Err(misplaced(part, "in a system turn", path)),
        _ => Ok(()),
    }
}

fn misplaced(part: &Part, place: &str, path: &str) -> Invalid {
    let kind = match part {
        Part::ToolCall(_) => "tool_use",
        Part::ToolResult(_) => "tool_result",
        Part::Thinking(_) => "thinking",
        Part::Image(_) => "image",
        Part::Document(_) => "document",
        _ => "block of this type",
    };
    Invalid::at(
        under(path, "type"),
        format!("a {kind} may not stand {place}"),
    )
}

fn sign(part: Option<&mut Part>, seal: Signature) {
    match part {
        Some(Part::ToolCall(call)) => call.signature = Some(seal),
        Some(Part::Text(text)) => text.signature = Some(seal),
        // A client that moved or dropped what was signed has dropped the seal with it.
        _ => {}
    }
}
