//! What a client lets the model call.

use chat::{Dialect, Foreign, FunctionTool, Request, Tool, ToolChoice};
use serde_json::{Map, Value};

use super::super::fields::{At, Fields};
use super::super::schema;
use crate::Invalid;

/// Reads `tools` and `toolConfig`; what is left of the latter is kept as an extra.
pub(super) fn read(fields: &mut Fields<'_>, request: &mut Request) -> Result<(), Invalid> {
    let list = fields.list("tools").unwrap_or_default();
    let at = fields.at;
    let at = at.field("tools");
    for (index, value) in list.into_iter().enumerate() {
        read_tool(value, at.index(index), &mut request.tools)?;
    }
    let at = fields.at;
    let at = at.field("toolConfig");
    let Some(value) = fields.take("toolConfig") else {
        return Ok(());
    };
    let mut config = Fields::of(value, at)?;
    let mut kept = Map::new();
    if let Some(calling) = config.take("functionCallingConfig") {
        let mut calling = Fields::of(calling, at.field("functionCallingConfig"))?;
        request.tool_choice = choice(&mut calling)?;
        let rest = calling.rest();
        if !rest.is_empty() {
            kept.insert("functionCallingConfig".to_owned(), Value::Object(rest));
        }
    }
    kept.extend(config.rest());
    if !kept.is_empty() {
        let extra = Map::from_iter([("toolConfig".to_owned(), Value::Object(kept))]);
        request.extra = Foreign::fields(Dialect::Gemini, extra);
    }
    Ok(())
}

/// One object may declare functions and name tools of the upstream's own, each under its key.
fn read_tool(value: Value, at: At<'_>, tools: &mut Vec<Tool>) -> Result<(), Invalid> {
    let mut fields = Fields::of(value, at)?;
    let at = at.field("functionDeclarations");
    let list = fields.list("functionDeclarations").unwrap_or_default();
    for (index, value) in list.into_iter().enumerate() {
        tools.push(Tool::Function(declared(value, at.index(index))?));
    }
    for (key, value) in fields.rest() {
        tools.push(Tool::Foreign(Foreign {
            dialect: Dialect::Gemini,
            value: Value::Object(Map::from_iter([(key, value)])),
        }));
    }
    Ok(())
}

fn declared(value: Value, at: At<'_>) -> Result<FunctionTool, Invalid> {
    let mut fields = Fields::of(value, at)?;
    let name = fields.filled("name")?;
    let description = fields.text("description")?;
    let json = fields.take("parametersJsonSchema");
    let parameters = match (fields.take("parameters"), json) {
        (Some(_), Some(_)) => {
            let message = "must not be set together with parametersJsonSchema";
            return Err(at.field("parameters").invalid(message));
        }
        (Some(schema), None) => Some(schema::from_openapi(schema, at.field("parameters"))?),
        (None, Some(schema @ Value::Object(_))) => Some(schema),
        (None, Some(_)) => {
            return Err(at
                .field("parametersJsonSchema")
                .invalid("must be an object"));
        }
        (None, None) => None,
    };
    Ok(FunctionTool {
        name,
        description,
        parameters,
        extra: Foreign::fields(Dialect::Gemini, fields.rest()),
        ..FunctionTool::default()
    })
}

/// `VALIDATED` lets the model choose, and holds it to the schemas: to the neutral model that is `Auto`, and the word
/// is left in place for its own dialect.
fn choice(calling: &mut Fields<'_>) -> Result<Option<ToolChoice>, Invalid> {
    let at = calling.at;
    let mode = calling.text("mode")?;
    let mut names = calling.texts("allowedFunctionNames")?.unwrap_or_default();
    let allowed = |names, required| Some(ToolChoice::Allowed { names, required });
    Ok(match mode.as_deref().unwrap_or_default() {
        "" | "MODE_UNSPECIFIED" | "AUTO" if !names.is_empty() => {
            let message = "may only be set where the mode is ANY or VALIDATED";
            return Err(at.field("allowedFunctionNames").invalid(message));
        }
        "" | "MODE_UNSPECIFIED" => None,
        "AUTO" => Some(ToolChoice::Auto),
        "NONE" => Some(ToolChoice::None),
        "ANY" => match names.len() {
            0 => Some(ToolChoice::Required),
            1 => Some(ToolChoice::Named(names.remove(0))),
            _ => allowed(names, true),
        },
        "VALIDATED" if names.is_empty() => {
            calling.put("mode", "VALIDATED".into());
            Some(ToolChoice::Auto)
        }
        "VALIDATED" => allowed(names, false),
        _ => {
            let message = "must be AUTO, ANY, NONE or VALIDATED";
            return Err(at.field("mode").invalid(message));
        }
    })
}
