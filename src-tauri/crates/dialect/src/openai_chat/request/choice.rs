//! Whether a tool must be called.

use chat::ToolChoice;

use super::super::wire::TextOr;
use super::super::wire::tool::{Choice, Name};
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
