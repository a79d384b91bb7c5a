//! Schemas: those of this dialect to JSON Schema, and JSON Schema to what this dialect takes.
//!
//! Functions and answers can be described in two ways: `parameters` and `responseSchema` in a subset of OpenAPI 3.0
//! with types in capitals, or `parametersJsonSchema` and `responseJsonSchema` in a subset of JSON Schema. What is read
//! is either; what is written is JSON Schema: it says more, and both the public API and Code Assist take it.
//!
//! - `openapi`: the first into JSON Schema.
//! - `lower`: JSON Schema into the subset; what is left out is a [`Loss::Schema`], and nothing is said in its place.

mod kinds;
mod lower;
mod merge;
mod openapi;
mod resolve;

#[cfg(test)]
mod tests;

use chat::Loss;
use serde_json::Value;

pub(super) use openapi::from_openapi;

/// A schema as it is taken here. `at` names the tool, or says `response`.
pub(super) fn lower(schema: &Value, at: &str, losses: &mut Vec<Loss>) -> Value {
    lower::lower(schema, at, losses)
}

/// The same for the arguments of a function, which are an object.
pub(super) fn lower_parameters(schema: &Value, at: &str, losses: &mut Vec<Loss>) -> Value {
    let mut lowered = lower::lower(schema, at, losses);
    if let Value::Object(fields) = &mut lowered
        && !fields.contains_key("type")
    {
        fields.insert("type".to_owned(), "object".into());
    }
    lowered
}
