//! A schema as protobuf's `Schema` has it: a subset of OpenAPI 3.0, with types in capitals.

use serde_json::{Map, Value};

use super::super::fields::{At, Fields, integer};
use crate::Invalid;

/// Fields that are whole numbers, which protobuf's JSON writes as texts.
const COUNTS: [&str; 6] = [
    "minItems",
    "maxItems",
    "minLength",
    "maxLength",
    "minProperties",
    "maxProperties",
];

/// Such a schema as JSON Schema. What it does not know stays as it is.
///
/// # Errors
/// It is no schema; says which field.
pub(crate) fn from_openapi(schema: Value, at: At<'_>) -> Result<Value, Invalid> {
    let mut fields = Fields::of(schema, at)?;
    let kind = kind(&mut fields)?;
    let nullable = fields.boolean("nullable")? == Some(true);
    let mut out = Map::new();
    if let Some(kind) = kind {
        let kind = Value::from(kind);
        let kinds = if nullable {
            Value::from(vec![kind, "null".into()])
        } else {
            kind
        };
        out.insert("type".to_owned(), kinds);
    }
    values(&mut fields, kind, nullable, &mut out)?;
    below(&mut fields, &mut out)?;
    for name in COUNTS {
        if let Some(value) = fields.take(name) {
            let number = integer(&value).filter(|number| *number >= 0);
            let number = number.ok_or_else(|| {
                at.field(name)
                    .invalid("must be a whole number, not negative")
            })?;
            out.insert(name.to_owned(), number.into());
        }
    }
    if let Some(example) = fields.take("example") {
        out.insert("examples".to_owned(), vec![example].into());
    }
    if let Some(names) = fields.take("propertyOrdering") {
        out.insert("propertyOrdering".to_owned(), names);
    }
    if let Some(reference) = fields.text("ref")? {
        out.insert(
            "$ref".to_owned(),
            reference.replace("#/defs/", "#/$defs/").into(),
        );
    }
    out.extend(fields.rest());
    Ok(Value::Object(out))
}

fn kind(fields: &mut Fields<'_>) -> Result<Option<&'static str>, Invalid> {
    let at = fields.at;
    let at = at.field("type");
    let word = fields.text("type")?.map(|word| word.to_ascii_lowercase());
    Ok(match word.as_deref() {
        None | Some("" | "type_unspecified") => None,
        Some("string") => Some("string"),
        Some("number") => Some("number"),
        Some("integer") => Some("integer"),
        Some("boolean") => Some("boolean"),
        Some("array") => Some("array"),
        Some("object") => Some("object"),
        Some("null") => Some("null"),
        Some(_) => {
            let message = "must be STRING, NUMBER, INTEGER, BOOLEAN, ARRAY, OBJECT or NULL";
            return Err(at.invalid(message));
        }
    })
}

/// `enum` holds texts there, whatever the type; a format of `enum` only says that there is one.
fn values(
    fields: &mut Fields<'_>,
    kind: Option<&str>,
    nullable: bool,
    out: &mut Map<String, Value>,
) -> Result<(), Invalid> {
    let numeric = matches!(kind, Some("integer" | "number"));
    if let Some(list) = fields.texts("enum")? {
        let mut list: Vec<Value> = list
            .into_iter()
            .map(|text| match serde_json::from_str(&text) {
                Ok(number @ Value::Number(_)) if numeric => number,
                _ => Value::String(text),
            })
            .collect();
        if nullable {
            list.push(Value::Null);
        }
        out.insert("enum".to_owned(), list.into());
    }
    if let Some(format) = fields.text("format")?
        && format != "enum"
    {
        out.insert("format".to_owned(), format.into());
    }
    Ok(())
}

/// The schemas inside.
fn below(fields: &mut Fields<'_>, out: &mut Map<String, Value>) -> Result<(), Invalid> {
    for (name, told) in [("properties", "properties"), ("defs", "$defs")] {
        let above = fields.at;
        let above = above.field(name);
        if let Some(value) = fields.take(name) {
            let mut schemas = Map::new();
            for (key, value) in Fields::of(value, above)?.rest() {
                let schema = from_openapi(value, above.field(&key))?;
                schemas.insert(key, schema);
            }
            out.insert(told.to_owned(), Value::Object(schemas));
        }
    }
    if let Some(required) = fields.texts("required")? {
        out.insert("required".to_owned(), required.into());
    }
    if let Some(items) = fields.take("items") {
        let items = from_openapi(items, fields.at.field("items"))?;
        out.insert("items".to_owned(), items);
    }
    for name in ["anyOf", "prefixItems"] {
        let above = fields.at;
        let above = above.field(name);
        if let Some(list) = fields.list(name) {
            let schemas = list
                .into_iter()
                .enumerate()
                .map(|(index, value)| from_openapi(value, above.index(index)));
            let schemas = schemas.collect::<Result<Vec<_>, _>>()?;
            out.insert(name.to_owned(), schemas.into());
        }
    }
    if let Some(more) = fields.take("additionalProperties") {
        let more = match more {
            Value::Bool(any) => Value::Bool(any),
            schema => from_openapi(schema, fields.at.field("additionalProperties"))?,
        };
        out.insert("additionalProperties".to_owned(), more);
    }
    Ok(())
}
