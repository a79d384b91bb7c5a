//! Several schemas that all must hold, as one.

use serde_json::{Map, Value, json};

/// Joins `more` to `into`. Keywords that cannot be joined are told to `lose`.
pub(super) fn merge(
    into: &mut Map<String, Value>,
    more: Map<String, Value>,
    lose: &mut impl FnMut(&str),
) {
    for (key, value) in more {
        let Some(before) = into.get_mut(&key) else {
            into.insert(key, value);
            continue;
        };
        if *before == value {
            continue;
        }
        match (key.as_str(), before, value) {
            (
                "properties" | "$defs" | "definitions",
                Value::Object(before),
                Value::Object(more),
            ) => {
                for (name, schema) in more {
                    both(before, name, schema);
                }
            }
            ("required", Value::Array(before), Value::Array(more)) => {
                for name in more {
                    if !before.contains(&name) {
                        before.push(name);
                    }
                }
            }
            ("type", before, value) => match shared(before, &value) {
                Some(kinds) => *before = kinds,
                None => lose("allOf"),
            },
            ("enum", Value::Array(before), Value::Array(more)) => {
                before.retain(|value| more.contains(value));
            }
            ("minimum" | "minItems", before, value) => {
                if value.as_f64() > before.as_f64() {
                    *before = value;
                }
            }
            ("maximum" | "maxItems", before, value) => {
                if value.as_f64() < before.as_f64() {
                    *before = value;
                }
            }
            ("items", before, value) => {
                let all = json!({ "allOf": [before.take(), value] });
                *before = all;
            }
            ("additionalProperties", before, value) => {
                *before = match (before.take(), value) {
                    (Value::Bool(true), other) | (other, Value::Bool(true)) => other,
                    (Value::Bool(false), _) | (_, Value::Bool(false)) => Value::Bool(false),
                    (one, other) => json!({ "allOf": [one, other] }),
                };
            }
            // What was said first describes it; the rest only describes a part.
            ("description" | "title" | "$schema" | "$id" | "$comment", ..) => {}
            _ => lose(&key),
        }
    }
}

fn both(schemas: &mut Map<String, Value>, name: String, schema: Value) {
    match schemas.get_mut(&name) {
        Some(before) if *before != schema => {
            let all = json!({ "allOf": [before.take(), schema] });
            *before = all;
        }
        Some(_) => {}
        None => {
            schemas.insert(name, schema);
        }
    }
}

/// The types that both allow: a whole number is a number.
fn shared(one: &Value, other: &Value) -> Option<Value> {
    let list = |value: &Value| -> Vec<String> {
        match value {
            Value::String(word) => vec![word.clone()],
            Value::Array(words) => {
                let words = words.iter().filter_map(Value::as_str);
                words.map(str::to_owned).collect()
            }
            _ => Vec::new(),
        }
    };
    let (one, other) = (list(one), list(other));
    let allows = |list: &[String], word: &str| {
        list.iter()
            .any(|known| known == word || (known == "number" && word == "integer"))
    };
    let mut kinds: Vec<String> = one
        .iter()
        .filter(|kind| allows(&other, kind))
        .cloned()
        .collect();
    for kind in &other {
        if allows(&one, kind) && !kinds.contains(kind) {
            kinds.push(kind.clone());
        }
    }
    match kinds.as_slice() {
        [] => None,
        [kind] => Some(kind.as_str().into()),
        _ => Some(kinds.into()),
    }
}
