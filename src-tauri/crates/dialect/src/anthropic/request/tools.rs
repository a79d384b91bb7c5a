//! `tools` and `tool_choice`.

use chat::{CustomTool, Dialect, FunctionTool, Request, Tool, ToolChoice};

use super::lower::Losses;
use super::names::Told;
use super::schema;
use crate::anthropic::json::{List, Object, write as write_value};
use crate::anthropic::model::Model;
use crate::anthropic::piece::mark;
use crate::names::Names;

/// Writes both, if there are tools: without them the API takes no choice.
pub(super) fn write(
    request: &Request,
    model: Model,
    told: &Told,
    body: &mut Object<'_>,
    losses: &mut Losses,
) {
    let offered: Vec<_> = request
        .tools
        .iter()
        .filter(|tool| is_offered(tool, request.tool_choice.as_ref(), losses))
        .collect();
    if offered.is_empty() {
        return;
    }
    let mut list = List::open(body.at("tools"));
    for tool in offered {
        match tool {
            Tool::Function(tool) => function(tool, model, told, list.next(), losses),
            Tool::Custom(tool) => custom(tool, told, list.next()),
            Tool::Foreign(foreign) => write_value(list.next(), &foreign.value),
        }
    }
    list.close();
    choice(request, told, body);
}

/// A choice among some of the tools is said by offering only these.
fn is_offered(tool: &Tool, choice: Option<&ToolChoice>, losses: &mut Losses) -> bool {
    let name = match tool {
        Tool::Function(tool) => &tool.name,
        Tool::Custom(tool) => &tool.name,
        Tool::Foreign(own) if own.dialect == Dialect::Anthropic => return true,
        Tool::Foreign(foreign) => {
            losses.add(super::lower::foreign_loss(foreign));
            return false;
        }
    };
    match choice {
        Some(ToolChoice::Allowed { names, .. }) => names.contains(name),
        _ => true,
    }
}

fn function(
    tool: &FunctionTool,
    model: Model,
    told: &Told,
    out: &mut Vec<u8>,
    losses: &mut Losses,
) {
    let mut object = Object::open(out);
    object.put("name", told.name(&tool.name));
    if let Some(description) = &tool.description {
        object.put("description", description);
    }
    let strict = match tool.strict {
        Some(true) if !model.follows_schemas() => {
            losses.value("tools.strict", true, "this model does not know it");
            None
        }
        // "No" is what it does without a word, too, and not all of its relays know the word.
        strict => strict.filter(|strict| *strict),
    };
    let schema = schema::of_tool(
        tool.parameters.as_ref(),
        strict == Some(true),
        &tool.name,
        losses,
    );
    object.put("input_schema", schema.as_ref());
    if let Some(strict) = strict {
        object.put("strict", &strict);
    }
    mark(&mut object, tool.cache.as_ref());
    let extra = tool.extra.as_ref();
    if let Some(extra) = extra.and_then(|extra| extra.fields_of(Dialect::Anthropic)) {
        object.put_all(
            extra,
            &[
                "name",
                "description",
                "input_schema",
                "strict",
                "cache_control",
            ],
        );
    }
    object.close();
}

/// A tool of free text, as a function with one text argument.
fn custom(tool: &CustomTool, told: &Told, out: &mut Vec<u8>) {
    let mut object = Object::open(out);
    object.put("name", told.name(&tool.name));
    if let Some(description) = Names::custom_description(tool) {
        object.put("description", &description);
    }
    object.put("input_schema", &Names::custom_schema());
    object.close();
}

fn choice(request: &Request, told: &Told, body: &mut Object<'_>) {
    let (kind, name) = match &request.tool_choice {
        None if request.parallel_tool_calls.is_none() => return,
        None
        | Some(
            ToolChoice::Auto
            | ToolChoice::Allowed {
                required: false, ..
            },
        ) => ("auto", None),
        Some(ToolChoice::None) => ("none", None),
        Some(ToolChoice::Required | ToolChoice::Allowed { required: true, .. }) => ("any", None),
        Some(ToolChoice::Named(name)) => ("tool", Some(told.name(name))),
    };
    if request.tool_choice.is_none() && request.parallel_tool_calls == Some(true) {
        // What the API does anyway.
        return;
    }
    let mut object = Object::open(body.at("tool_choice"));
    object.put("type", kind);
    if let Some(name) = name {
        object.put("name", name);
    }
    if kind != "none"
        && let Some(parallel) = request.parallel_tool_calls
    {
        object.put("disable_parallel_tool_use", &!parallel);
    }
    object.close();
}
