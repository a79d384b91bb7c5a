//! OpenAI's embeddings (npm `openai`, `resources/embeddings`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chat::{Loss, Usage};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{EmbedInput, EmbedReply, EmbedRequest, EmbedWritten};
use crate::{Invalid, Malformed};

pub(super) fn read(body: &[u8]) -> Result<EmbedRequest, Invalid> {
    let value: Value = serde_json::from_slice(body)
        .map_err(|error| Invalid::at("", format!("the body is no JSON: {error}")))?;
    let Value::Object(mut fields) = value else {
        return Err(Invalid::at("", "must be an object"));
    };
    let mut take = |name: &str| fields.shift_remove(name).filter(|value| !value.is_null());
    let model = match take("model") {
        Some(Value::String(model)) if !model.is_empty() => model,
        _ => return Err(Invalid::at("model", "must be a string, not empty")),
    };
    let input = take("input").ok_or_else(|| Invalid::at("input", "this field is required"))?;
    let (inputs, listed) = inputs(input)?;
    let dimensions = match take("dimensions") {
        None => None,
        Some(value) => Some(
            value
                .as_u64()
                .filter(|number| *number > 0)
                .ok_or_else(|| Invalid::at("dimensions", "must be a whole number above 0"))?,
        ),
    };
    let base64 = match take("encoding_format").as_ref().map(Value::as_str) {
        None | Some(Some("float")) => false,
        Some(Some("base64")) => true,
        Some(_) => return Err(Invalid::at("encoding_format", "must be float or base64")),
    };
    let user = take("user").map(|_| "user".to_owned());
    Ok(EmbedRequest {
        model,
        inputs,
        listed,
        dimensions,
        base64,
        task: None,
        others: user
            .into_iter()
            .chain(fields.into_iter().map(|(key, _)| key))
            .collect(),
    })
}

/// A text, a list of texts, the tokens of one text, or a list of those.
fn inputs(input: Value) -> Result<(Vec<EmbedInput>, bool), Invalid> {
    let wrong = |path: String| Invalid::at(path, "must be a string, or a list of token numbers");
    let list = match input {
        Value::String(text) => return Ok((vec![EmbedInput::Text(text)], false)),
        Value::Array(list) if list.is_empty() => {
            return Err(Invalid::at("input", "must not be empty"));
        }
        Value::Array(list) => list,
        _ => return Err(wrong("input".to_owned())),
    };
    if list.iter().all(Value::is_u64) {
        return Ok((vec![EmbedInput::Tokens(tokens(&list))], false));
    }
    let inputs = list.into_iter().enumerate().map(|(at, one)| match one {
        Value::String(text) => Ok(EmbedInput::Text(text)),
        Value::Array(list) if !list.is_empty() && list.iter().all(Value::is_u64) => {
            Ok(EmbedInput::Tokens(tokens(&list)))
        }
        _ => Err(wrong(format!("input[{at}]"))),
    });
    Ok((inputs.collect::<Result<_, _>>()?, true))
}

fn tokens(list: &[Value]) -> Vec<u64> {
    list.iter().filter_map(Value::as_u64).collect()
}

pub(super) fn write(request: &EmbedRequest, model: &str) -> EmbedWritten {
    let mut inputs: Vec<Value> = request.inputs.iter().map(input).collect();
    let input = match inputs.pop() {
        Some(one) if inputs.is_empty() && !request.listed => one,
        last => inputs.into_iter().chain(last).collect(),
    };
    let mut body = Map::new();
    body.insert("model".to_owned(), model.into());
    body.insert("input".to_owned(), input);
    if let Some(dimensions) = request.dimensions {
        body.insert("dimensions".to_owned(), dimensions.into());
    }
    // Every relay knows it.
    body.insert("encoding_format".to_owned(), "float".into());
    let task = request.task.as_ref().map(|_| "taskType".to_owned());
    let lost = task.into_iter().chain(request.others.iter().cloned());
    EmbedWritten {
        body: Value::Object(body).to_string().into_bytes(),
        listed: request.listed,
        losses: lost.map(Loss::Field).collect(),
    }
}

fn input(input: &EmbedInput) -> Value {
    match input {
        EmbedInput::Text(text) => text.as_str().into(),
        EmbedInput::Tokens(tokens) => tokens.clone().into(),
    }
}

#[derive(Deserialize)]
struct Reply {
    model: Option<String>,
    data: Vec<Entry>,
    usage: Option<Counts>,
}

#[derive(Deserialize)]
struct Entry {
    index: Option<usize>,
    embedding: Vector,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Vector {
    Numbers(Vec<f64>),
    Base64(String),
}

#[derive(Deserialize)]
struct Counts {
    prompt_tokens: Option<u64>,
}

pub(super) fn read_reply(body: &[u8]) -> Result<EmbedReply, Malformed> {
    let reply: Reply = serde_json::from_slice(body).map_err(|error| {
        Malformed::new(format!("the answer is cut or holds no embeddings: {error}"))
    })?;
    let mut entries: Vec<(usize, Vec<f64>)> = Vec::with_capacity(reply.data.len());
    for (at, entry) in reply.data.into_iter().enumerate() {
        let vector = match entry.embedding {
            Vector::Numbers(numbers) => numbers,
            Vector::Base64(text) => unpacked(&text).ok_or_else(|| {
                Malformed::new(format!("the embedding {at} is no base64 of floats"))
            })?,
        };
        entries.push((entry.index.unwrap_or(at), vector));
    }
    entries.sort_by_key(|(index, _)| *index);
    Ok(EmbedReply {
        model: reply.model,
        vectors: entries.into_iter().map(|(_, vector)| vector).collect(),
        usage: reply
            .usage
            .and_then(|counts| counts.prompt_tokens)
            .map(|input| Usage {
                input,
                ..Usage::default()
            }),
    })
}

pub(super) fn write_reply(reply: &EmbedReply, request: &EmbedRequest) -> Vec<u8> {
    let data: Vec<Value> = reply
        .vectors
        .iter()
        .enumerate()
        .map(|(index, vector)| {
            let embedding = if request.base64 {
                packed(vector).into()
            } else {
                Value::from(vector.as_slice())
            };
            json!({ "object": "embedding", "index": index, "embedding": embedding })
        })
        .collect();
    let tokens = reply.usage.unwrap_or_default().sent();
    let body = json!({
        "object": "list",
        "data": data,
        "model": reply.model.as_ref().unwrap_or(&request.model),
        "usage": { "prompt_tokens": tokens, "total_tokens": tokens },
    });
    body.to_string().into_bytes()
}

/// 32-bit floats, the low byte first, as the SDKs unpack them.
fn packed(vector: &[f64]) -> String {
    let bytes: Vec<u8> = vector
        .iter()
        .flat_map(|number| (*number as f32).to_le_bytes())
        .collect();
    STANDARD.encode(bytes)
}

fn unpacked(text: &str) -> Option<Vec<f64>> {
    let bytes = STANDARD.decode(text).ok()?;
    let (numbers, rest) = bytes.as_chunks::<4>();
    let numbers = numbers
        .iter()
        .map(|bytes| f64::from(f32::from_le_bytes(*bytes)));
    rest.is_empty().then(|| numbers.collect())
}
