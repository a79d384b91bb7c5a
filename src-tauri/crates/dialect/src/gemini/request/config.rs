//! How a client wants its answer: `generationConfig`.

use chat::{AnswerFormat, Dialect, Effort, Foreign, Reasoning, Request, Sampling};
use serde_json::{Map, Value};

use super::super::fields::Fields;
use super::super::schema;
use crate::Invalid;

const JSON: &str = "application/json";

/// Reads `generationConfig`; what is left of it is kept as an extra.
pub(super) fn read(fields: &mut Fields<'_>, request: &mut Request) -> Result<(), Invalid> {
    let at = fields.at;
    let at = at.field("generationConfig");
    let Some(value) = fields.take("generationConfig") else {
        return Ok(());
    };
    let mut config = Fields::of(value, at)?;
    request.sampling = Sampling {
        temperature: config.number("temperature")?,
        top_p: config.number("topP")?,
        top_k: config.count("topK")?,
        seed: config.integer("seed")?,
        frequency_penalty: config.number("frequencyPenalty")?,
        presence_penalty: config.number("presencePenalty")?,
        candidates: config.count("candidateCount")?,
    };
    request.max_tokens = config.count("maxOutputTokens")?;
    request.stop = config.texts("stopSequences")?.unwrap_or_default();
    request.format = format(&mut config)?;
    request.reasoning = reasoning(&mut config)?;
    let rest = config.rest();
    if !rest.is_empty() {
        let mut extra = match request.extra.take() {
            Some(Foreign {
                value: Value::Object(extra),
                ..
            }) => extra,
            _ => Map::new(),
        };
        extra.insert("generationConfig".to_owned(), Value::Object(rest));
        request.extra = Foreign::fields(Dialect::Gemini, extra);
    }
    Ok(())
}

fn format(config: &mut Fields<'_>) -> Result<Option<AnswerFormat>, Invalid> {
    let at = config.at;
    let mime = config.text("responseMimeType")?;
    if !matches!(mime.as_deref(), None | Some("" | "text/plain" | JSON)) {
        // `text/x.enum` and whatever comes next: only their own dialect knows them, with their schemas.
        config.put("responseMimeType", mime.into());
        return Ok(None);
    }
    let openapi = config.take("responseSchema");
    let json = config
        .take("responseJsonSchema")
        .or_else(|| config.take("_responseJsonSchema"));
    let (name, schema) = match (openapi, json) {
        (Some(_), Some(_)) => {
            let message = "must not be set together with responseJsonSchema";
            return Err(at.field("responseSchema").invalid(message));
        }
        (Some(schema), None) => {
            let schema = schema::from_openapi(schema, at.field("responseSchema"))?;
            ("responseSchema", Some(schema))
        }
        (None, json) => ("responseJsonSchema", json),
    };
    Ok(match (mime.as_deref(), schema) {
        (Some(JSON), Some(schema)) => Some(AnswerFormat::Schema {
            name: None,
            description: None,
            schema,
            strict: None,
        }),
        (Some(JSON), None) => Some(AnswerFormat::Json),
        (_, Some(_)) => {
            let message = "may only be set where responseMimeType is application/json";
            return Err(at.field(name).invalid(message));
        }
        (Some("text/plain"), None) => Some(AnswerFormat::Text),
        (_, None) => None,
    })
}

/// A budget of 0 is none, of -1 as much as the model likes (npm `@google/genai`, `ThinkingConfig`).
fn reasoning(config: &mut Fields<'_>) -> Result<Option<Reasoning>, Invalid> {
    let at = config.at;
    let at = at.field("thinkingConfig");
    let Some(value) = config.take("thinkingConfig") else {
        return Ok(None);
    };
    let mut fields = Fields::of(value, at)?;
    let mut reasoning = Reasoning {
        visible: fields.boolean("includeThoughts")?,
        ..Reasoning::default()
    };
    let budget = fields.integer("thinkingBudget")?;
    let level = fields
        .text("thinkingLevel")?
        .filter(|level| !level.is_empty() && level != "THINKING_LEVEL_UNSPECIFIED");
    if budget.is_some() && level.is_some() {
        let message = "must not be set together with thinkingLevel";
        return Err(at.field("thinkingBudget").invalid(message));
    }
    match budget {
        None => {}
        Some(0) => reasoning.enabled = Some(false),
        Some(-1) => {
            reasoning.enabled = Some(true);
            // Here, unlike elsewhere, thoughts are hidden unless they are asked for.
            reasoning.visible.get_or_insert(false);
        }
        Some(tokens) => {
            let tokens = u64::try_from(tokens)
                .map_err(|_| at.field("thinkingBudget").invalid("must be -1, 0 or more"))?;
            reasoning.budget = Some(tokens);
        }
    }
    reasoning.effort = level.map(|level| match level.to_ascii_uppercase().as_str() {
        "MINIMAL" => Effort::Minimal,
        "LOW" => Effort::Low,
        "MEDIUM" => Effort::Medium,
        "HIGH" => Effort::High,
        _ => Effort::Other(level),
    });
    reasoning.extra = Foreign::fields(Dialect::Gemini, fields.rest());
    Ok(Some(reasoning))
}
