//! Gemini's `embedContent` and `batchEmbedContents` (ai.google.dev, `/api/embeddings`).

use chat::{Loss, Usage};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{EmbedInput, EmbedReply, EmbedRequest, EmbedWritten};
use crate::gemini::fields::{At, Fields};
use crate::{Invalid, Malformed};

pub(super) fn read(body: &[u8]) -> Result<EmbedRequest, Invalid> {
    let value: Value = serde_json::from_slice(body)
        .map_err(|error| Invalid::at("", format!("the body is no JSON: {error}")))?;
    let mut fields = Fields::of(value, At::Root)?;
    let mut request = EmbedRequest::default();
    let Some(list) = fields.list("requests") else {
        one(fields, &mut request)?;
        return Ok(request);
    };
    let at = At::Root.field("requests");
    if list.is_empty() {
        return Err(at.invalid("must not be empty"));
    }
    request.listed = true;
    for (index, value) in list.into_iter().enumerate() {
        one(Fields::of(value, at.index(index))?, &mut request)?;
    }
    Ok(request)
}

/// Adds one text. What is asked of it must be what is asked of those before it: elsewhere it is said once for all.
fn one(mut fields: Fields<'_>, request: &mut EmbedRequest) -> Result<(), Invalid> {
    let at = fields.at;
    let first = request.inputs.is_empty();
    // The path's model counts.
    fields.take("model");
    request.inputs.push(EmbedInput::Text(words(&mut fields)?));
    let dimensions = fields.count("outputDimensionality")?;
    let task = fields
        .text("taskType")?
        .filter(|task| task != "TASK_TYPE_UNSPECIFIED");
    let same = "must be the same in every request";
    if first {
        request.dimensions = dimensions;
        request.task = task;
    } else if request.dimensions != dimensions {
        return Err(at.field("outputDimensionality").invalid(same));
    } else if request.task != task {
        return Err(at.field("taskType").invalid(same));
    }
    for (key, _) in fields.rest() {
        if !request.others.contains(&key) {
            request.others.push(key);
        }
    }
    Ok(())
}

fn words(fields: &mut Fields<'_>) -> Result<String, Invalid> {
    let above = fields.at;
    let at = above.field("content");
    let content = fields
        .take("content")
        .ok_or_else(|| at.invalid("must be set"))?;
    let mut content = Fields::of(content, at)?;
    let at = at.field("parts");
    let parts = content.list("parts").unwrap_or_default();
    if parts.is_empty() {
        return Err(at.invalid("must hold at least one part"));
    }
    let mut all = String::new();
    for (index, part) in parts.into_iter().enumerate() {
        let at = at.index(index);
        let text = Fields::of(part, at)?.text("text")?;
        let text =
            text.ok_or_else(|| at.invalid("must hold a text: nothing else is translated"))?;
        if index > 0 {
            all.push('\n');
        }
        all.push_str(&text);
    }
    Ok(all)
}

pub(super) fn write(request: &EmbedRequest, model: &str) -> Result<EmbedWritten, Invalid> {
    let name = crate::count::asked::resource(model);
    let mut bodies = Vec::with_capacity(request.inputs.len());
    for (at, input) in request.inputs.iter().enumerate() {
        let EmbedInput::Text(text) = input else {
            let path = if request.listed {
                format!("input[{at}]")
            } else {
                "input".to_owned()
            };
            let message = "the upstream takes texts, not token numbers of another vendor's models";
            return Err(Invalid::at(path, message));
        };
        let mut body = Map::new();
        body.insert("model".to_owned(), name.as_str().into());
        body.insert("content".to_owned(), json!({ "parts": [{ "text": text }] }));
        if let Some(task) = &request.task {
            body.insert("taskType".to_owned(), task.as_str().into());
        }
        if let Some(dimensions) = request.dimensions {
            body.insert("outputDimensionality".to_owned(), dimensions.into());
        }
        bodies.push(Value::Object(body));
    }
    let listed = bodies.len() != 1;
    let body = match bodies.pop() {
        Some(body) if !listed => body,
        last => {
            bodies.extend(last);
            json!({ "requests": bodies })
        }
    };
    Ok(EmbedWritten {
        body: body.to_string().into_bytes(),
        listed,
        losses: request.others.iter().cloned().map(Loss::Field).collect(),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reply {
    embedding: Option<Vector>,
    embeddings: Option<Vec<Vector>>,
    usage_metadata: Option<Counts>,
}

#[derive(Deserialize)]
struct Vector {
    #[serde(default)]
    values: Vec<f64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Counts {
    prompt_token_count: Option<u64>,
}

pub(super) fn read_reply(body: &[u8]) -> Result<EmbedReply, Malformed> {
    let broken =
        |why: String| Malformed::new(format!("the answer is cut or holds no embeddings: {why}"));
    let reply: Reply = serde_json::from_slice(body).map_err(|error| broken(error.to_string()))?;
    let vectors = match (reply.embeddings, reply.embedding) {
        (Some(all), _) => all,
        (None, Some(one)) => vec![one],
        (None, None) => return Err(broken("neither embedding nor embeddings".to_owned())),
    };
    let tokens = reply
        .usage_metadata
        .and_then(|counts| counts.prompt_token_count);
    Ok(EmbedReply {
        model: None,
        vectors: vectors.into_iter().map(|vector| vector.values).collect(),
        usage: tokens.map(|input| Usage {
            input,
            ..Usage::default()
        }),
    })
}

pub(super) fn write_reply(reply: &EmbedReply, request: &EmbedRequest) -> Vec<u8> {
    let values = |vector: &Vec<f64>| json!({ "values": vector });
    let mut body = match reply.vectors.as_slice() {
        [one] if !request.listed => json!({ "embedding": values(one) }),
        all => json!({ "embeddings": all.iter().map(values).collect::<Vec<_>>() }),
    };
    if let Some(usage) = reply.usage.filter(|usage| !usage.estimated) {
        body["usageMetadata"] = json!({ "promptTokenCount": usage.sent() });
    }
    body.to_string().into_bytes()
}
