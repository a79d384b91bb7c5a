//! Whether a tool must be called, both ways.

use std::borrow::Cow;

use chat::{ToolChoice, ToolKind};

use super::super::wire::tool::{Allowed, Choice, Name, Tool};
use super::super::wire::{Str, TextOr};
use super::write::Writing;
use crate::Invalid;

/// Reads `tool_choice`, or `function_call` as it was called before there were other kinds of tools.
pub(super) fn read(
    wire: Option<TextOr<'_, Choice<'_>>>,
    legacy: Option<TextOr<'_, Name<'_>>>,
) -> Result<Option<ToolChoice>, Invalid> {
    match (wire, legacy) {
        (Some(TextOr::Text(text)), _) => word(&text, "tool_choice").map(Some),
        (Some(TextOr::More(choice)), _) => object(choice).map(Some),
        (None, Some(TextOr::Text(text))) => word(&text, "function_call").map(Some),
        (None, Some(TextOr::More(name))) => Ok(Some(ToolChoice::Named(name.name.into_string()))),
        (None, None) => Ok(None),
    }
}

fn word(word: &str, path: &str) -> Result<ToolChoice, Invalid> {
    match word {
        "auto" => Ok(ToolChoice::Auto),
        "none" => Ok(ToolChoice::None),
        // Some clients write Anthropic's word; relays take it.
        "required" | "any" => Ok(ToolChoice::Required),
        other => Err(Invalid::at(
            path,
            format!("is `{other}`: expected `auto`, `none`, `required` or an object"),
        )),
    }
}

fn object(choice: Choice<'_>) -> Result<ToolChoice, Invalid> {
    let kind = &*choice.kind;
    if kind == "allowed_tools" {
        let allowed = choice
            .allowed_tools
            .ok_or_else(|| Invalid::at("tool_choice.allowed_tools", "is missing"))?;
        let required = match &*allowed.mode {
            "auto" => false,
            "required" => true,
            other => {
                return Err(Invalid::at(
                    "tool_choice.allowed_tools.mode",
                    format!("is `{other}`: expected `auto` or `required`"),
                ));
            }
        };
        let names = allowed.tools.into_iter().enumerate().map(|(index, tool)| {
            name_of(tool).ok_or_else(|| {
                let path = format!("tool_choice.allowed_tools.tools[{index}]");
                Invalid::at(path, "names neither a `function` nor a `custom` tool")
            })
        });
        return Ok(ToolChoice::Allowed {
            names: names.collect::<Result<_, _>>()?,
            required,
        });
    }
    if !matches!(kind, "function" | "custom") {
        return Err(Invalid::at(
            "tool_choice.type",
            format!("is `{kind}`: expected `function`, `custom` or `allowed_tools`"),
        ));
    }
    let path = format!("tool_choice.{kind}");
    name_of(choice)
        .map(ToolChoice::Named)
        .ok_or_else(|| Invalid::at(path, "is missing"))
}

fn name_of(choice: Choice<'_>) -> Option<String> {
    let name = match &*choice.kind {
        "function" => choice.function,
        "custom" => choice.custom,
        _ => None,
    };
    Some(name?.name.into_string())
}

/// The choice among these tools; upstreams refuse one where there are none.
pub(super) fn write<'a>(
    writing: &mut Writing<'a>,
    tools: &[Tool<'a>],
) -> Option<TextOr<'a, Choice<'a>>> {
    let choice = writing.request.tool_choice.as_ref()?;
    if tools.is_empty() {
        return None;
    }
    let word = |word| Some(TextOr::Text(Cow::Borrowed(word)));
    match choice {
        ToolChoice::Auto => word("auto"),
        ToolChoice::None => word("none"),
        ToolChoice::Required => word("required"),
        ToolChoice::Named(name) => Some(TextOr::More(named(writing, name))),
        ToolChoice::Allowed { names, required } => {
            let mode = if *required { "required" } else { "auto" };
            if !writing.official() {
                return word(mode);
            }
            Some(TextOr::More(Choice {
                kind: Str::new("allowed_tools"),
                allowed_tools: Some(Allowed {
                    mode: Str::new(mode),
                    tools: names.iter().map(|name| named(writing, name)).collect(),
                }),
                ..Choice::default()
            }))
        }
    }
}

fn named<'a>(writing: &Writing<'a>, name: &'a str) -> Choice<'a> {
    let is_custom = writing
        .request
        .tools
        .iter()
        .any(|tool| matches!(tool, chat::Tool::Custom(tool) if tool.name == name));
    let chosen = Some(Name {
        name: writing.tool_name(name),
    });
    if is_custom && writing.knows(ToolKind::Custom) {
        Choice {
            kind: Str::new("custom"),
            custom: chosen,
            ..Choice::default()
        }
    } else {
        Choice {
            kind: Str::new("function"),
            function: chosen,
            ..Choice::default()
        }
    }
}
