//! Everything that a request asks for beside the conversation and its tools, read.

use chat::{AnswerFormat, Dialect, Effort, Foreign, Reasoning, Request, Sampling, ToolChoice};
use serde_json::{Map, Value};

use crate::Invalid;
use crate::anthropic::wire::{Fields, under, value_of};

const OWN: Dialect = Dialect::Anthropic;

pub(super) fn sampling(fields: &mut Fields<'_>) -> Result<Sampling, Invalid> {
    let sampling = Sampling {
        temperature: fields.take("temperature", "")?,
        top_p: fields.take("top_p", "")?,
        top_k: fields.take("top_k", "")?,
        ..Sampling::default()
    };
    for (name, value) in [
        ("temperature", sampling.temperature),
        ("top_p", sampling.top_p),
    ] {
        if value.is_some_and(|value| !(0.0..=1.0).contains(&value)) {
            return Err(Invalid::at(name, "this has to be between 0 and 1"));
        }
    }
    Ok(sampling)
}

pub(super) fn choice(
    fields: &mut Fields<'_>,
) -> Result<(Option<ToolChoice>, Option<bool>), Invalid> {
    const PATH: &str = "tool_choice";
    let Some(mut choice) = fields.take_fields(PATH, "")? else {
        return Ok((None, None));
    };
    let alone: Option<bool> = choice.take("disable_parallel_tool_use", PATH)?;
    let kind: String = choice.need("type", PATH)?;
    let chosen = match kind.as_str() {
        "auto" => ToolChoice::Auto,
        "any" => ToolChoice::Required,
        "none" => ToolChoice::None,
        "tool" => ToolChoice::Named(choice.need("name", PATH)?),
        other => {
            return Err(Invalid::at(
                "tool_choice.type",
                format!("this is auto, any, none or tool, not {other:?}"),
            ));
        }
    };
    Ok((Some(chosen), alone.map(|alone| !alone)))
}

pub(super) fn thinking(fields: &mut Fields<'_>) -> Result<Option<Reasoning>, Invalid> {
    const PATH: &str = "thinking";
    let Some(mut thinking) = fields.take_fields(PATH, "")? else {
        return Ok(None);
    };
    let kind: String = thinking.need("type", PATH)?;
    let mut reasoning = Reasoning {
        enabled: Some(kind != "disabled"),
        ..Reasoning::default()
    };
    let mut own = Map::new();
    match kind.as_str() {
        "enabled" => {
            let budget = thinking.need("budget_tokens", PATH)?;
            if budget < 1024 {
                return Err(Invalid::at(
                    "thinking.budget_tokens",
                    "this has to be at least 1024",
                ));
            }
            reasoning.budget = Some(budget);
        }
        "adaptive" | "disabled" => {}
        // A way to think that came after this was written.
        _ => {
            own.insert("type".to_owned(), Value::String(kind));
        }
    }
    let display: Option<String> = thinking.take("display", PATH)?;
    match display.as_deref() {
        Some("summarized") => reasoning.visible = Some(true),
        Some("omitted") => reasoning.visible = Some(false),
        Some(other) => {
            own.insert("display".to_owned(), Value::String(other.to_owned()));
        }
        None => {}
    }
    own.extend(
        thinking
            .into_map()
            .into_iter()
            .filter(|(key, _)| key != "type"),
    );
    reasoning.extra = Foreign::fields(OWN, own);
    Ok(Some(reasoning))
}

pub(super) fn output(
    fields: &mut Fields<'_>,
    request: &mut Request,
    left: &mut Map<String, Value>,
) -> Result<(), Invalid> {
    // Where the format stood before it moved into `output_config`.
    let older = fields.take_fields("output_format", "")?;
    let mut format = older.map(|format| ("output_format", format));
    if let Some(mut output) = fields.take_fields("output_config", "")? {
        if let Some(word) = output.take::<String>("effort", "output_config")? {
            let reasoning = request.reasoning.get_or_insert_default();
            reasoning.effort = Some(effort(word));
        }
        if let Some(newer) = output.take_fields("format", "output_config")? {
            format = Some(("output_config.format", newer));
        }
        keep("output_config", output, left);
    }
    let Some((path, mut format)) = format else {
        return Ok(());
    };
    let kind: String = format.need("type", path)?;
    if kind != "json_schema" {
        return Err(Invalid::at(
            under(path, "type"),
            format!("this is json_schema, not {kind:?}"),
        ));
    }
    let raw = format
        .take_raw("schema")
        .ok_or_else(|| Invalid::at(under(path, "schema"), "this field is required"))?;
    request.format = Some(AnswerFormat::Schema {
        name: None,
        description: None,
        schema: value_of(raw),
        strict: None,
    });
    Ok(())
}

fn effort(word: String) -> Effort {
    match word.as_str() {
        "low" => Effort::Low,
        "medium" => Effort::Medium,
        "high" => Effort::High,
        "xhigh" => Effort::XHigh,
        "max" => Effort::Max,
        _ => Effort::Other(word),
    }
}

pub(super) fn keep(name: &str, fields: Fields<'_>, left: &mut Map<String, Value>) {
    let fields = fields.into_map();
    if !fields.is_empty() {
        left.insert(name.to_owned(), Value::Object(fields));
    }
}
