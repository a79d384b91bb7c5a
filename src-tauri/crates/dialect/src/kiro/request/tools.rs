//! What may be called.

use std::borrow::Cow;

use chat::{FunctionTool, Loss, Part, Request, Tool, ToolChoice};
use serde_json::Value;

use super::super::wire::{Schema, Specification, Tool as Wire};
use super::{Pen, schema};
use crate::names::Names;

/// The longest description, in characters.
const LONGEST: usize = 9_216;

/// Writes the tools that may be called, and those that were: the API refuses a call of a tool that it is not told of.
pub(super) fn write<'a>(
    request: &'a Request,
    names: &mut Names,
    pen: &mut Pen<'a>,
) -> Vec<Wire<'a>> {
    choice(request, pen);
    let mut written: Vec<Wire<'a>> = Vec::with_capacity(request.tools.len());
    for tool in request
        .tools
        .iter()
        .filter(|tool| is_offered(tool, request))
    {
        let wire = match tool {
            Tool::Function(tool) => function(tool, pen),
            Tool::Custom(tool) => {
                pen.lose(Loss::CustomTool(tool.name.clone()));
                names.custom_as_function(pen.sent.get(&tool.name));
                let said = Names::custom_description(tool);
                specified(
                    &tool.name,
                    said.map(Cow::Owned),
                    Names::custom_schema(),
                    pen,
                )
            }
            Tool::Foreign(tool) => {
                pen.lose(Loss::Foreign {
                    dialect: tool.dialect,
                    kind: tool.kind(),
                });
                continue;
            }
        };
        let name = wire.tool_specification.name;
        if !is_among(&written, name) {
            written.push(wire);
        }
    }
    let parts = request.messages.iter().flat_map(|message| &message.parts);
    for part in parts {
        if let Part::ToolCall(call) = part
            && !is_among(&written, pen.sent.get(&call.name))
        {
            written.push(specified(&call.name, None, schema::nothing(), pen));
        }
    }
    written
}

fn is_among(tools: &[Wire<'_>], name: &str) -> bool {
    tools
        .iter()
        .any(|tool| tool.tool_specification.name.eq_ignore_ascii_case(name))
}

/// That none may be called is said by offering none, and a choice among some by offering these.
fn is_offered(tool: &Tool, request: &Request) -> bool {
    let name = match tool {
        Tool::Function(tool) => &tool.name,
        Tool::Custom(tool) => &tool.name,
        Tool::Foreign(_) => return true,
    };
    match &request.tool_choice {
        Some(ToolChoice::None) => false,
        Some(ToolChoice::Allowed { names, .. }) => names.contains(name),
        Some(ToolChoice::Named(only)) => only == name,
        Some(ToolChoice::Auto | ToolChoice::Required) | None => true,
    }
}

fn choice(request: &Request, pen: &mut Pen<'_>) {
    if request.tools.is_empty() {
        return;
    }
    let must = "whether to call is the model's to decide there";
    match &request.tool_choice {
        Some(ToolChoice::Required) => pen.value("tool_choice", "required", must),
        Some(ToolChoice::Named(name)) => pen.value("tool_choice", name, must),
        Some(ToolChoice::Allowed { required: true, .. }) => {
            pen.value("tool_choice", "allowed_tools, required", must);
        }
        _ => {}
    }
    if request.parallel_tool_calls == Some(false) {
        let why = "calls may come in parallel there";
        pen.value("parallel_tool_calls", false, why);
    }
}

fn function<'a>(tool: &'a FunctionTool, pen: &mut Pen<'a>) -> Wire<'a> {
    if tool.cache.is_some() {
        pen.lose(Loss::Cache);
    }
    if tool.strict == Some(true) {
        pen.lose(Loss::Field("tools.strict".to_owned()));
    }
    let schema = schema::write(tool.parameters.as_ref(), &tool.name, pen);
    let said = tool.description.as_deref().map(Cow::Borrowed);
    specified(&tool.name, said, schema, pen)
}

/// A tool; one that says nothing of itself has to say its name.
fn specified<'a>(
    name: &'a str,
    said: Option<Cow<'a, str>>,
    schema: Value,
    pen: &mut Pen<'a>,
) -> Wire<'a> {
    let name = pen.sent.get(name);
    let said = said.filter(|said| !said.trim().is_empty());
    let mut description = said.unwrap_or(Cow::Borrowed(name));
    if let Some((end, _)) = description.char_indices().nth(LONGEST) {
        pen.value(
            "tools.description",
            format!("{} characters", description.chars().count()),
            "9,216 are taken there; the first were sent",
        );
        description.to_mut().truncate(end);
    }
    Wire {
        tool_specification: Specification {
            name,
            description,
            input_schema: Schema { json: schema },
        },
    }
}
