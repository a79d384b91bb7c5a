//! The tools that a request offers, both ways.

use std::borrow::Cow;

use chat::{Cache, CustomTool, Dialect, Foreign, FunctionTool, Loss, Request, Tool, ToolChoice};
use serde_json::{Map, Value, json};

use super::super::wire::tool::{Custom, Definition, Tool as Wire};
use super::super::wire::{Extra, Str};
use super::write::Writing;
use crate::Invalid;
use crate::names::Names;

const SELF: Dialect = Dialect::OpenaiChat;

/// Marks a tool that its client offered under the old `functions`: such a client reads `function_call` in the answer.
pub(crate) const LEGACY: &str = "functions";

/// Reads `tools`, and the old `functions`.
pub(super) fn read(
    tools: Option<Vec<Wire<'_>>>,
    functions: Option<Vec<Definition<'_>>>,
) -> Result<Vec<Tool>, Invalid> {
    let tools = tools.into_iter().flatten().enumerate();
    let tools = tools.map(|(index, tool)| read_tool(tool, index));
    let functions = functions.into_iter().flatten().map(|function| {
        let mut tool = read_function(function, None);
        let marked = Map::from_iter([(LEGACY.to_owned(), Value::Bool(true))]);
        tool.extra = Foreign::fields(SELF, marked);
        Ok(Tool::Function(tool))
    });
    tools.chain(functions).collect()
}

fn read_tool(mut wire: Wire<'_>, index: usize) -> Result<Tool, Invalid> {
    let missing = |field: &str| Invalid::at(format!("tools[{index}].{field}"), "is missing");
    match &*wire.kind {
        "function" => {
            let function = wire.function.take().ok_or_else(|| missing("function"))?;
            let cache = wire.cache_control.take();
            let cache = cache.map(|mark| Cache(mark.into_owned()));
            Ok(Tool::Function(read_function(function, cache)))
        }
        "custom" => {
            let custom = wire.custom.take().ok_or_else(|| missing("custom"))?;
            Ok(Tool::Custom(CustomTool {
                name: custom.name.into_string(),
                description: custom.description.map(Str::into_string),
                format: custom.format.map(|format| flat_format(format.into_owned())),
                extra: Foreign::fields(SELF, custom.extra.into_owned()),
            }))
        }
        _ => Ok(Tool::Foreign(Foreign {
            dialect: SELF,
            value: serde_json::to_value(&wire)
                .map_err(|error| Invalid::at(format!("tools[{index}]"), error.to_string()))?,
        })),
    }
}

fn read_function(wire: Definition<'_>, cache: Option<Cache>) -> FunctionTool {
    FunctionTool {
        name: wire.name.into_string(),
        description: wire.description.map(Str::into_string),
        parameters: wire.parameters.map(Cow::into_owned),
        strict: wire.strict,
        cache,
        extra: Foreign::fields(SELF, wire.extra.into_owned()),
    }
}

/// Chat puts a grammar one level deeper than Responses, whose form the neutral model keeps.
fn flat_format(mut format: Value) -> Value {
    let Some(fields) = format.as_object_mut() else {
        return format;
    };
    if let Some(Value::Object(grammar)) = fields.shift_remove("grammar") {
        fields.extend(grammar);
    }
    format
}

fn deep_format(format: &Value) -> Cow<'_, Value> {
    if format.get("type").and_then(Value::as_str) != Some("grammar") {
        return Cow::Borrowed(format);
    }
    let mut grammar = format.as_object().cloned().unwrap_or_default();
    grammar.shift_remove("type");
    Cow::Owned(json!({ "type": "grammar", "grammar": grammar }))
}

/// Whether a client offered its tools under the old `functions`.
pub(in super::super) fn is_legacy(request: &Request) -> bool {
    request.tools.iter().any(|tool| match tool {
        Tool::Function(tool) => {
            let own = tool.extra.as_ref().and_then(|extra| extra.fields_of(SELF));
            own.is_some_and(|fields| fields.contains_key(LEGACY))
        }
        _ => false,
    })
}

/// The name of a tool that has one.
pub(super) fn name_of(tool: &Tool) -> Option<&str> {
    match tool {
        Tool::Function(tool) => Some(&tool.name),
        Tool::Custom(tool) => Some(&tool.name),
        Tool::Foreign(_) => None,
    }
}

/// Writes the tools that may be called.
pub(super) fn write<'a>(writing: &mut Writing<'a>) -> Vec<Wire<'a>> {
    let request = writing.request;
    let mut written = Vec::with_capacity(request.tools.len());
    for tool in &request.tools {
        if !is_allowed(writing, tool) {
            continue;
        }
        match tool {
            Tool::Function(tool) => written.push(write_function(writing, tool)),
            Tool::Custom(tool) => written.push(write_custom(writing, tool)),
            Tool::Foreign(tool) if tool.dialect == SELF => written.push(write_foreign(tool)),
            Tool::Foreign(tool) => {
                writing.lose(Loss::Foreign {
                    dialect: tool.dialect,
                    kind: tool.kind(),
                });
            }
        }
    }
    written
}

/// Relays do not know `allowed_tools`: there, what is not allowed is not offered.
fn is_allowed(writing: &Writing<'_>, tool: &Tool) -> bool {
    match &writing.request.tool_choice {
        Some(ToolChoice::Allowed { names, .. }) if !writing.official() => {
            name_of(tool).is_none_or(|name| names.iter().any(|allowed| allowed == name))
        }
        _ => true,
    }
}

fn write_function<'a>(writing: &mut Writing<'a>, tool: &'a FunctionTool) -> Wire<'a> {
    if tool.cache.is_some() {
        writing.lose(Loss::Cache);
    }
    let nothing = || json!({ "type": "object", "properties": {} });
    let extra = match tool.extra.as_ref().map(|extra| extra.fields_of(SELF)) {
        Some(Some(fields)) if fields.contains_key(LEGACY) => {
            let mut fields = fields.clone();
            fields.shift_remove(LEGACY);
            Cow::Owned(fields)
        }
        Some(Some(fields)) => Cow::Borrowed(fields),
        _ => Extra::default(),
    };
    Wire {
        kind: Str::new("function"),
        function: Some(Definition {
            name: writing.tool_name(&tool.name),
            description: tool.description.as_ref().map(Str::from),
            parameters: match &tool.parameters {
                Some(schema) => Some(Cow::Borrowed(schema)),
                // Optional by the vendor's reference, but not at every relay.
                None => (!writing.official()).then(|| Cow::Owned(nothing())),
            },
            strict: tool.strict,
            extra,
        }),
        ..Wire::default()
    }
}

fn write_custom<'a>(writing: &mut Writing<'a>, tool: &'a CustomTool) -> Wire<'a> {
    let name = writing.tool_name(&tool.name);
    if writing.official() {
        return Wire {
            kind: Str::new("custom"),
            custom: Some(Custom {
                name,
                description: tool.description.as_ref().map(Str::from),
                format: tool.format.as_ref().map(deep_format),
                extra: tool
                    .extra
                    .as_ref()
                    .and_then(|extra| extra.fields_of(SELF))
                    .map_or_else(Extra::default, Cow::Borrowed),
            }),
            ..Wire::default()
        };
    }
    writing.lose(Loss::CustomTool(tool.name.clone()));
    writing.custom_as_function(&tool.name);
    Wire {
        kind: Str::new("function"),
        function: Some(Definition {
            name,
            description: Names::custom_description(tool).map(|text| Str(Cow::Owned(text))),
            parameters: Some(Cow::Owned(Names::custom_schema())),
            ..Definition::default()
        }),
        ..Wire::default()
    }
}

fn write_foreign(tool: &Foreign) -> Wire<'_> {
    let mut fields = tool.value.as_object().cloned().unwrap_or_default();
    let kind = fields.shift_remove("type");
    let kind = kind.as_ref().and_then(Value::as_str).unwrap_or_default();
    Wire {
        kind: Str(Cow::Owned(kind.to_owned())),
        extra: Cow::Owned(fields),
        ..Wire::default()
    }
}
