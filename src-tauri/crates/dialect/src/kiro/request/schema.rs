//! Schemas of arguments as they are taken here: an object at the top, and of JSON Schema 2020-12 the keywords that say
//! something of a value. What is not among them is left out, and told.

use chat::Loss;
use serde_json::{Map, Value, json};

use super::Pen;
use crate::anthropic::request::as_object;

/// Keywords that hold no schema.
const PLAIN: [&str; 24] = [
    "type",
    "enum",
    "const",
    "title",
    "description",
    "default",
    "examples",
    "format",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "required",
    "dependentRequired",
    "$ref",
];
/// Keywords that hold one schema.
const ONE: [&str; 10] = [
    "items",
    "additionalProperties",
    "propertyNames",
    "contains",
    "not",
    "if",
    "then",
    "else",
    "unevaluatedItems",
    "unevaluatedProperties",
];
/// Keywords that hold a list of schemas.
const LIST: [&str; 4] = ["anyOf", "oneOf", "allOf", "prefixItems"];
/// Keywords that hold schemas by name.
const NAMED: [&str; 5] = [
    "properties",
    "patternProperties",
    "dependentSchemas",
    "$defs",
    "definitions",
];
/// Say nothing about a value.
const SILENT: [&str; 7] = [
    "$schema",
    "$id",
    "$comment",
    "$anchor",
    "$vocabulary",
    "deprecated",
    "readOnly",
];
/// How deep schemas may lie.
const DEEPEST: usize = 64;

/// The schema of a tool without arguments.
pub(super) fn nothing() -> Value {
    json!({ "type": "object", "properties": {}, "required": [] })
}

/// The schema of a tool's arguments.
pub(super) fn write(schema: Option<&Value>, name: &str, pen: &mut Pen<'_>) -> Value {
    let mut lose = |keyword: &str| {
        pen.lose(Loss::Schema {
            at: name.to_owned(),
            keyword: keyword.to_owned(),
        });
    };
    let fields = match schema {
        None => return nothing(),
        Some(Value::Object(fields)) => fields,
        Some(_) => {
            lose("the whole");
            return nothing();
        }
    };
    let mut top = if LIST.iter().any(|choice| fields.contains_key(*choice)) {
        for choice in LIST.iter().filter(|choice| fields.contains_key(**choice)) {
            lose(choice);
        }
        lowered(&as_object(fields), 0, &mut lose)
    } else {
        lowered(fields, 0, &mut lose)
    };
    top.insert("type".to_owned(), "object".into());
    if !top.get("properties").is_some_and(Value::is_object) {
        top.insert("properties".to_owned(), json!({}));
    }
    if !top.get("required").is_some_and(Value::is_array) {
        top.insert("required".to_owned(), json!([]));
    }
    Value::Object(top)
}

fn lowered(
    fields: &Map<String, Value>,
    depth: usize,
    lose: &mut dyn FnMut(&str),
) -> Map<String, Value> {
    let mut kept = Map::with_capacity(fields.len());
    for (key, value) in fields {
        let key = key.as_str();
        let told = match value {
            // Clients write them for what is not there.
            Value::Null if !matches!(key, "const" | "default") => continue,
            _ if SILENT.contains(&key) => continue,
            _ if PLAIN.contains(&key) => Some(value.clone()),
            Value::Object(_) | Value::Bool(_) if ONE.contains(&key) => {
                Some(node(value, depth, lose))
            }
            // A tuple, as drafts before 2020-12 wrote it.
            Value::Array(list) if key == "items" => {
                let list = list.iter().map(|schema| node(schema, depth, lose));
                kept.insert("prefixItems".to_owned(), list.collect());
                continue;
            }
            Value::Array(list) if LIST.contains(&key) => Some(
                list.iter()
                    .map(|schema| node(schema, depth, lose))
                    .collect(),
            ),
            Value::Object(schemas) if NAMED.contains(&key) => Some(
                schemas
                    .iter()
                    .map(|(name, schema)| (name.clone(), node(schema, depth, lose)))
                    .collect(),
            ),
            _ => None,
        };
        match told {
            Some(value) => drop(kept.insert(key.to_owned(), value)),
            None => lose(key),
        }
    }
    kept
}

fn node(schema: &Value, depth: usize, lose: &mut dyn FnMut(&str)) -> Value {
    match schema {
        Value::Object(fields) if depth < DEEPEST => Value::Object(lowered(fields, depth + 1, lose)),
        Value::Bool(_) => schema.clone(),
        _ => {
            lose("nesting");
            Value::Object(Map::new())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::Sent;

    fn told(schema: Value) -> (Value, Vec<String>) {
        let sent = Sent::default();
        let mut pen = Pen {
            model: "m",
            sent: &sent,
            losses: Vec::new(),
        };
        let schema = write(Some(&schema), "t", &mut pen);
        let losses = pen.losses.iter().map(ToString::to_string).collect();
        (schema, losses)
    }

    #[test]
    fn t6_only_what_is_taken_is_sent_and_the_top_is_an_object() {
        let (schema, losses) = told(json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema", "additionalProperties": false, "required": null,
            "properties": {
                "$schema": { "type": "string" },
                "node": { "$ref": "#/$defs/node" },
                "tags": { "type": ["array", "null"], "items": { "type": "string", "x-hint": 1 }, "nullable": true },
                "pair": { "items": [{ "type": "number" }, true] },
                "map": { "patternProperties": { "^x": { "enum": [1, null] } }, "unevaluatedProperties": false },
                "none": { "default": null },
            },
            "$defs": { "node": { "type": "object", "properties": { "next": { "$ref": "#/$defs/node" } } } },
        }));
        assert_eq!(
            schema,
            json!({
                "additionalProperties": false,
                "properties": {
                    "$schema": { "type": "string" },
                    "node": { "$ref": "#/$defs/node" },
                    "tags": { "type": ["array", "null"], "items": { "type": "string" } },
                    "pair": { "prefixItems": [{ "type": "number" }, true] },
                    "map": { "patternProperties": { "^x": { "enum": [1, null] } }, "unevaluatedProperties": false },
                    "none": { "default": null },
                },
                "$defs": { "node": { "type": "object", "properties": { "next": { "$ref": "#/$defs/node" } } } },
                "type": "object", "required": [],
            })
        );
        assert_eq!(
            losses,
            [
                "schema of t: x-hint was left out",
                "schema of t: nullable was left out"
            ]
        );
    }

    #[test]
    fn t6_a_choice_at_the_top_becomes_one_object() {
        let (schema, losses) = told(json!({ "anyOf": [
            { "properties": { "a": { "type": "string" } }, "required": ["a"] },
            { "properties": { "a": {}, "b": {} }, "required": ["a", "b"] },
        ] }));
        assert_eq!(
            schema,
            json!({ "type": "object", "properties": { "a": { "type": "string" }, "b": {} }, "required": ["a"] })
        );
        assert_eq!(losses, ["schema of t: anyOf was left out"]);
        assert_eq!(told(json!([])).0, nothing());
    }
}
