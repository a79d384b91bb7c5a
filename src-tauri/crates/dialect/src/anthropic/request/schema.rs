//! JSON Schemas as the API takes them.
//!
//! Schemas of tools may hold anything but must be objects at the top, without `oneOf`, `anyOf` or `allOf` there. Schemas that an
//! answer or a strict tool has to follow to the letter are limited to an allow-list (the vendor's page "Structured
//! outputs"; its SDKs lower schemas in the same way): what is beyond goes into the description.

use std::borrow::Cow;

use chat::Loss;
use serde_json::{Map, Value, json};

use super::lower::Losses;

const FORMATS: [&str; 10] = [
    "date-time",
    "time",
    "date",
    "duration",
    "email",
    "hostname",
    "uri",
    "ipv4",
    "ipv6",
    "uuid",
];
const CHOICES: [&str; 3] = ["anyOf", "oneOf", "allOf"];

/// The schema of a tool's arguments.
pub(super) fn of_tool<'a>(
    schema: Option<&'a Value>,
    strict: bool,
    name: &str,
    losses: &mut Losses,
) -> Cow<'a, Value> {
    let lose = |keyword: &str, losses: &mut Losses| {
        losses.add(Loss::Schema {
            at: name.to_owned(),
            keyword: keyword.to_owned(),
        });
    };
    let fields = match schema {
        None => return Cow::Owned(json!({ "type": "object", "properties": {} })),
        Some(Value::Object(fields)) => fields,
        Some(_) => {
            lose("the whole", losses);
            return Cow::Owned(json!({ "type": "object", "properties": {} }));
        }
    };
    let chosen: Vec<_> = CHOICES
        .into_iter()
        .filter(|one| fields.contains_key(*one))
        .collect();
    let is_object = fields.get("type").and_then(Value::as_str) == Some("object");
    let top = match schema {
        Some(whole) if is_object && chosen.is_empty() => Cow::Borrowed(whole),
        _ => {
            for keyword in chosen {
                lose(keyword, losses);
            }
            Cow::Owned(Value::Object(as_object(fields)))
        }
    };
    if strict {
        return Cow::Owned(to_the_letter(&top, name, losses));
    }
    top
}

/// A schema that has to be followed to the letter.
pub(super) fn to_the_letter(schema: &Value, at: &str, losses: &mut Losses) -> Value {
    let Value::Object(fields) = schema else {
        // `true` and `false` say nothing that could be followed.
        return schema.clone();
    };
    let mut kept = Map::new();
    let mut beyond = Vec::new();
    for (key, value) in fields {
        match lowered(key, value, fields, at, losses) {
            Lowered::Kept(key, value) => {
                kept.insert(key.to_owned(), value);
            }
            Lowered::Beyond => beyond.push(format!("{key}: {value}")),
            Lowered::Meaningless => {}
        }
    }
    if is_of_type(fields, "object") {
        if fields
            .get("additionalProperties")
            .is_some_and(|more| *more != Value::Bool(false))
        {
            losses.add(Loss::Schema {
                at: at.to_owned(),
                keyword: "additionalProperties".to_owned(),
            });
        }
        kept.insert("additionalProperties".to_owned(), Value::Bool(false));
        kept.entry("properties").or_insert_with(|| json!({}));
    }
    if !beyond.is_empty() {
        for keyword in &beyond {
            losses.add(Loss::Schema {
                at: at.to_owned(),
                keyword: keyword.split(':').next().unwrap_or_default().to_owned(),
            });
        }
        let said = format!("{{{}}}", beyond.join(", "));
        let description = match kept.get("description").and_then(Value::as_str) {
            Some(before) => format!("{before}\n\n{said}"),
            None => said,
        };
        kept.insert("description".to_owned(), Value::String(description));
    }
    Value::Object(kept)
}

enum Lowered<'a> {
    Kept(&'a str, Value),
    /// It is told in the description.
    Beyond,
    /// It constrains nothing, or is put in another way.
    Meaningless,
}

fn lowered<'a>(
    key: &'a str,
    value: &Value,
    fields: &Map<String, Value>,
    at: &str,
    losses: &mut Losses,
) -> Lowered<'a> {
    let kept = match (key, value) {
        ("$schema" | "$id" | "$comment" | "additionalProperties", _) => {
            return Lowered::Meaningless;
        }
        (
            "type" | "enum" | "const" | "$ref" | "description" | "title" | "required" | "default",
            _,
        ) => value.clone(),
        ("properties" | "$defs" | "definitions", Value::Object(schemas)) => Value::Object(
            schemas
                .iter()
                .map(|(name, schema)| (name.clone(), to_the_letter(schema, at, losses)))
                .collect(),
        ),
        ("items", Value::Object(_)) => to_the_letter(value, at, losses),
        ("anyOf" | "allOf", Value::Array(list)) => all(list, at, losses),
        ("oneOf", Value::Array(list)) => {
            return Lowered::Kept("anyOf", all(list, at, losses));
        }
        ("minItems", _) if matches!(value.as_u64(), Some(0 | 1)) => value.clone(),
        ("format", Value::String(format))
            if FORMATS.contains(&format.as_str()) && is_of_type(fields, "string") =>
        {
            value.clone()
        }
        _ => return Lowered::Beyond,
    };
    Lowered::Kept(key, kept)
}

fn all(list: &[Value], at: &str, losses: &mut Losses) -> Value {
    let lowered = list.iter().map(|schema| to_the_letter(schema, at, losses));
    Value::Array(lowered.collect())
}

fn is_of_type(fields: &Map<String, Value>, word: &str) -> bool {
    match fields.get("type") {
        Some(Value::String(kind)) => kind == word,
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == word),
        _ => word == "object" && fields.contains_key("properties"),
    }
}

/// A schema as one object: what its choices would take is offered, and what all of them need is needed.
pub(crate) fn as_object(fields: &Map<String, Value>) -> Map<String, Value> {
    let mut object = fields.clone();
    object.insert("type".to_owned(), json!("object"));
    let mut properties = taken_map(&mut object, "properties");
    let mut required = taken_list(&mut object, "required");
    for keyword in CHOICES {
        let Some(Value::Array(branches)) = object.shift_remove(keyword) else {
            continue;
        };
        let mut needed: Option<Vec<Value>> = None;
        for branch in branches {
            let Value::Object(mut branch) = branch else {
                continue;
            };
            for (name, schema) in taken_map(&mut branch, "properties") {
                properties.entry(name).or_insert(schema);
            }
            let theirs = taken_list(&mut branch, "required");
            needed = Some(match needed {
                None => theirs,
                Some(mut ours) if keyword == "allOf" => {
                    ours.extend(theirs);
                    ours
                }
                Some(ours) => ours
                    .into_iter()
                    .filter(|one| theirs.contains(one))
                    .collect(),
            });
        }
        for name in needed.unwrap_or_default() {
            if !required.contains(&name) {
                required.push(name);
            }
        }
    }
    object.insert("properties".to_owned(), Value::Object(properties));
    if !required.is_empty() {
        object.insert("required".to_owned(), Value::Array(required));
    }
    object
}

fn taken_map(fields: &mut Map<String, Value>, key: &str) -> Map<String, Value> {
    match fields.shift_remove(key) {
        Some(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

fn taken_list(fields: &mut Map<String, Value>, key: &str) -> Vec<Value> {
    match fields.shift_remove(key) {
        Some(Value::Array(list)) => list,
        _ => Vec::new(),
    }
}
