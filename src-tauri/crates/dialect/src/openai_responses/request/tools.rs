//! Tools and the choice among them.

use chat::{CustomTool, FunctionTool, Tool, ToolChoice};
use serde_json::Value;

use super::super::fields::{At, Fields};
use super::super::namespace::{self, LOADED, NAMESPACE, TOOL_SEARCH};
use super::read::foreign;
use crate::Invalid;

/// What a model may call, and whether it must.
#[derive(Debug, Default)]
pub(super) struct Offered {
    pub(super) tools: Vec<Tool>,
    pub(super) choice: Option<ToolChoice>,
}

/// Takes `tools` and `tool_choice`.
pub(super) fn read(fields: &mut Fields<'_>) -> Result<Offered, Invalid> {
    let at = fields.at();
    let tools = list(fields.list("tools")?, At::Field(&at, "tools"))?;
    let choice = match fields.take("tool_choice") {
        None => None,
        Some(value) => match choice(&value, At::Field(&at, "tool_choice"))? {
            Some(choice) => Some(choice),
            None => {
                fields.put("tool_choice", value);
                None
            }
        },
    };
    Ok(Offered { tools, choice })
}

/// Tools that an item of the input brings.
pub(super) fn loaded(list_of: Vec<Value>, at: At<'_>) -> Result<Vec<Tool>, Invalid> {
    let mut tools = list(list_of, at)?;
    for tool in &mut tools {
        if let Tool::Function(FunctionTool { extra, .. }) | Tool::Custom(CustomTool { extra, .. }) =
            tool
        {
            let mut marked = extra.take().unwrap_or_else(|| foreign(Value::Null));
            if !marked.value.is_object() {
                marked.value = Value::Object(serde_json::Map::new());
            }
            if let Some(fields) = marked.value.as_object_mut() {
                fields.insert(LOADED.to_owned(), Value::Bool(true));
            }
            *extra = Some(marked);
        }
    }
    // What the vendor runs itself is known by the item.
    tools.retain(|tool| !matches!(tool, Tool::Foreign(_)));
    Ok(tools)
}

fn list(list: Vec<Value>, at: At<'_>) -> Result<Vec<Tool>, Invalid> {
    let mut tools = Vec::with_capacity(list.len());
    for (index, value) in list.into_iter().enumerate() {
        tool(value, At::Index(&at, index), None, &mut tools)?;
    }
    Ok(tools)
}

fn tool(
    value: Value,
    at: At<'_>,
    within: Option<&Value>,
    tools: &mut Vec<Tool>,
) -> Result<(), Invalid> {
    let mut fields = Fields::of(value, at)?;
    if fields.peek("type").is_none() {
        return Err(fields.invalid("type", "the tool's type is needed here, as a string"));
    }
    match fields.peek("type").unwrap_or_default() {
        "function" => {
            fields.take("type");
            tools.push(Tool::Function(function(fields, within)?));
        }
        "custom" => {
            fields.take("type");
            let name = name(&mut fields, within)?;
            tools.push(Tool::Custom(CustomTool {
                name,
                description: fields.text("description")?,
                format: fields.take("format"),
                extra: rest(fields, within),
            }));
        }
        "namespace" if within.is_none() => {
            let inner = fields.list("tools")?;
            fields.take("type");
            fields
                .filled("name")
                .map(|name| fields.put("name", name.into()))?;
            let namespace = fields.into_value();
            let list = At::Field(&at, "tools");
            for (index, value) in inner.into_iter().enumerate() {
                tool(value, At::Index(&list, index), Some(&namespace), tools)?;
            }
        }
        TOOL_SEARCH if fields.peek("execution") == Some("client") => {
            fields.put("name", TOOL_SEARCH.into());
            tools.push(Tool::Function(function(fields, None)?));
        }
        _ => tools.push(Tool::Foreign(foreign(fields.into_value()))),
    }
    Ok(())
}

fn function(mut fields: Fields<'_>, within: Option<&Value>) -> Result<FunctionTool, Invalid> {
    let name = name(&mut fields, within)?;
    let parameters = fields.take("parameters");
    if parameters.as_ref().is_some_and(|value| !value.is_object()) {
        return Err(fields.invalid("parameters", "a JSON Schema object is needed here"));
    }
    Ok(FunctionTool {
        name,
        description: fields.text("description")?,
        parameters,
        strict: fields.flag("strict")?,
        cache: None,
        extra: rest(fields, within),
    })
}

fn name(fields: &mut Fields<'_>, within: Option<&Value>) -> Result<String, Invalid> {
    let namespace = within.and_then(|namespace| namespace.get("name")?.as_str());
    Ok(namespace::join(namespace, fields.filled("name")?))
}

fn rest(mut fields: Fields<'_>, within: Option<&Value>) -> Option<chat::Foreign> {
    if let Some(namespace) = within {
        fields.put(NAMESPACE, namespace.clone());
    }
    fields.rest()
}

/// The choice; `None` where it is one of a tool that the vendor runs.
fn choice(value: &Value, at: At<'_>) -> Result<Option<ToolChoice>, Invalid> {
    let fields = match value {
        Value::String(word) => {
            return match word.as_str() {
                "auto" => Ok(Some(ToolChoice::Auto)),
                "none" => Ok(Some(ToolChoice::None)),
                "required" => Ok(Some(ToolChoice::Required)),
                other => Err(at.invalid(format!(
                    "`{other}` is not known: none, auto, required or an object is"
                ))),
            };
        }
        Value::Object(fields) => fields,
        _ => return Err(at.invalid("a string or an object is needed here")),
    };
    let text = |name: &str| fields.get(name).and_then(Value::as_str);
    match text("type") {
        Some("function" | "custom") => match text("name").filter(|name| !name.is_empty()) {
            Some(name) => Ok(Some(ToolChoice::Named(namespace::join(
                text(NAMESPACE),
                name.to_owned(),
            )))),
            None => Err(At::Field(&at, "name").invalid("the tool's name is needed here")),
        },
        Some("allowed_tools") => allowed(fields, at),
        Some(_) => Ok(None),
        None => Err(At::Field(&at, "type").invalid("this field is required, as a string")),
    }
}

fn allowed(
    fields: &serde_json::Map<String, Value>,
    at: At<'_>,
) -> Result<Option<ToolChoice>, Invalid> {
    let required = match fields.get("mode").and_then(Value::as_str) {
        Some("auto") => false,
        Some("required") => true,
        _ => return Err(At::Field(&at, "mode").invalid("auto or required is needed here")),
    };
    let Some(Value::Array(tools)) = fields.get("tools") else {
        return Err(At::Field(&at, "tools").invalid("a list of tools is needed here"));
    };
    let names: Vec<_> = tools
        .iter()
        .filter(|tool| {
            let kind = tool.get("type").and_then(Value::as_str);
            matches!(kind, Some("function" | "custom"))
        })
        .filter_map(|tool| {
            let namespace = tool.get(NAMESPACE).and_then(Value::as_str);
            let name = tool.get("name")?.as_str()?;
            Some(namespace::join(namespace, name.to_owned()))
        })
        .collect();
    // Where only tools that the vendor runs are allowed, the choice is one of those.
    let hosted_only = names.is_empty() && !tools.is_empty();
    Ok((!hosted_only).then_some(ToolChoice::Allowed { names, required }))
}
