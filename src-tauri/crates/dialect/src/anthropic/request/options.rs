//! Everything that is asked for beside the conversation, its tools and its thinking.

use chat::{AnswerFormat, Dialect, Request};
use serde_json::{Map, Value};

use super::lower::Losses;
use super::schema;
use super::thinking::Plan;
use crate::anthropic::json::Object;
use crate::anthropic::model::Model;

/// Fields that are written from the neutral request, or not at all.
const WRITTEN: [&str; 16] = [
    "model",
    "max_tokens",
    "stream",
    "system",
    "messages",
    "tools",
    "tool_choice",
    "thinking",
    "output_config",
    "output_format",
    "stop_sequences",
    "temperature",
    "top_p",
    "top_k",
    "metadata",
    "betas",
];

/// Writes the options.
pub(super) fn write(
    request: &Request,
    model: Model,
    plan: &Plan<'_>,
    body: &mut Object<'_>,
    losses: &mut Losses,
) {
    let own = request.extra.as_ref();
    let own = own.and_then(|extra| extra.fields_of(Dialect::Anthropic));
    let part = |name: &str| own.and_then(|own| own.get(name)).and_then(Value::as_object);
    output(request, model, plan, part("output_config"), body, losses);
    stops(request, body, losses);
    sampling(request, model, plan, body, losses);
    metadata(request, part("metadata"), body);
    match (own, &request.extra) {
        (Some(own), _) => body.put_all(own, &WRITTEN),
        (None, Some(foreign)) => {
            for name in foreign.value.as_object().into_iter().flat_map(Map::keys) {
                losses.field(name);
            }
        }
        _ => {}
    }
    if request.previous.is_some() {
        losses.field("previous_response_id");
    }
}

fn output(
    request: &Request,
    model: Model,
    plan: &Plan<'_>,
    own: Option<&Map<String, Value>>,
    body: &mut Object<'_>,
    losses: &mut Losses,
) {
    let schema = match &request.format {
        Some(AnswerFormat::Schema {
            schema,
            description,
            ..
        }) if model.follows_schemas() => {
            if description.is_some() {
                losses.field("response_format.description");
            }
            Some(schema::to_the_letter(schema, "response", losses))
        }
        Some(AnswerFormat::Schema { .. }) => {
            losses.value(
                "response_format",
                "json_schema",
                "this model does not know it",
            );
            None
        }
        Some(AnswerFormat::Json) => {
            losses.value(
                "response_format",
                "json_object",
                "a schema is needed for it there",
            );
            None
        }
        Some(AnswerFormat::Text) | None => None,
    };
    if plan.effort().is_none() && schema.is_none() && own.is_none() {
        return;
    }
    let mut output = Object::open(body.at("output_config"));
    if let Some(effort) = plan.effort() {
        output.put("effort", effort);
    }
    if let Some(schema) = schema {
        let mut format = Object::open(output.at("format"));
        format.put("type", "json_schema");
        format.put("schema", &schema);
        format.close();
    }
    if let Some(own) = own {
        output.put_all(own, &["effort", "format"]);
    }
    output.close();
}

/// The API takes no stop text of nothing but spaces.
fn stops(request: &Request, body: &mut Object<'_>, losses: &mut Losses) {
    let (said, blank): (Vec<_>, Vec<_>) = request
        .stop
        .iter()
        .partition(|stop| !stop.trim().is_empty());
    for stop in blank {
        losses.value(
            "stop",
            format!("{stop:?}"),
            "it has to hold more than spaces there",
        );
    }
    if !said.is_empty() {
        body.put("stop_sequences", &said);
    }
}

fn sampling(
    request: &Request,
    model: Model,
    plan: &Plan<'_>,
    body: &mut Object<'_>,
    losses: &mut Losses,
) {
    let asked = &request.sampling;
    let refused = if model.refuses_sampling() {
        Some("this model takes no other than its own")
    } else if plan.thinks() {
        Some("it may not be changed while the model thinks")
    } else {
        None
    };
    if let Some(temperature) = asked.temperature {
        put_temperature(temperature, refused, body, losses);
    }
    if let Some(top_p) = asked.top_p {
        let while_thinking = plan.thinks() && !model.refuses_sampling() && top_p >= 0.95;
        let both =
            asked.temperature.is_some() && refused.is_none() && model.takes_one_of_sampling();
        match refused.filter(|_| !while_thinking) {
            _ if both => losses.value(
                "top_p",
                top_p,
                "this model does not take it beside temperature",
            ),
            Some(why) => losses.value("top_p", top_p, why),
            None => body.put("top_p", &top_p),
        }
    }
    if let Some(top_k) = asked.top_k {
        match refused {
            Some(why) => losses.value("top_k", top_k, why),
            None => body.put("top_k", &top_k),
        }
    }
    for (name, asked) in [
        ("seed", asked.seed.is_some()),
        (
            "frequency_penalty",
            asked.frequency_penalty.is_some_and(|one| one != 0.0),
        ),
        (
            "presence_penalty",
            asked.presence_penalty.is_some_and(|one| one != 0.0),
        ),
    ] {
        if asked {
            losses.field(name);
        }
    }
    if let Some(candidates) = asked.candidates.filter(|count| *count > 1) {
        losses.value("n", candidates, "one answer is given there");
    }
}

/// Values above 1 are other dialects'.
fn put_temperature(
    temperature: f64,
    refused: Option<&'static str>,
    body: &mut Object<'_>,
    losses: &mut Losses,
) {
    let taken = temperature.clamp(0.0, 1.0);
    match refused {
        Some(why) if taken.to_bits() != 1.0_f64.to_bits() => {
            losses.value("temperature", temperature, why);
        }
        Some(_) => {}
        None => {
            if taken.to_bits() != temperature.to_bits() {
                losses.value("temperature", temperature, "1 is the greatest there");
            }
            body.put("temperature", &taken);
        }
    }
}

fn metadata(request: &Request, own: Option<&Map<String, Value>>, body: &mut Object<'_>) {
    if request.user.is_none() && own.is_none() {
        return;
    }
    let mut metadata = Object::open(body.at("metadata"));
    if let Some(user) = &request.user {
        metadata.put("user_id", user);
    }
    if let Some(own) = own {
        metadata.put_all(own, &["user_id"]);
    }
    metadata.close();
}
