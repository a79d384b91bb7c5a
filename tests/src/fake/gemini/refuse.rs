//! Refusals in Google's words.

use serde_json::json;

use crate::fake::shape::{Fault, Wrong};
use crate::fake::vendor::Refusal;

/// An error with this status.
pub(super) fn refusal(code: u16, status: &str, message: impl Into<String>) -> Refusal {
    let error = json!({"code": code, "message": message.into(), "status": status});
    Refusal::new(code, json!({ "error": error }))
}

/// A 400.
pub(super) fn invalid(message: impl Into<String>) -> Refusal {
    refusal(400, "INVALID_ARGUMENT", message)
}

pub(super) fn not_json() -> Refusal {
    invalid("Invalid JSON payload received. Unexpected end of string. Expected an object key or }.")
}

pub(super) fn no_such_model(model: &str, call: &str) -> Refusal {
    let text = format!(
        "models/{model} is not found for API version v1beta, or is not supported for {call}. Call ListModels to see the list of available models and their supported methods."
    );
    refusal(404, "NOT_FOUND", text)
}

/// A fault of the body's form, as Google's reader of JSON words it: paths in `snake_case`.
pub(super) fn fault(fault: &Fault) -> Refusal {
    let at = snake(&fault.path.bracketed());
    let parent = snake(&fault.path.parent().bracketed());
    let name = fault.path.last();
    let place = if parent.is_empty() {
        String::new()
    } else {
        format!(" at '{parent}'")
    };
    let text = match &fault.wrong {
        Wrong::Unknown => format!(
            "Invalid JSON payload received. Unknown name \"{name}\"{place}: Cannot find field."
        ),
        Wrong::Missing => format!("* {at}: {name} is not specified"),
        Wrong::Type {
            expected: "array", ..
        } => format!("Invalid value at '{at}', expected a list."),
        Wrong::Type { got: "array", .. } => {
            format!(
                "Invalid JSON payload received. Unknown name \"{name}\"{place}: Proto field is not repeating, cannot start list."
            )
        }
        Wrong::Type { expected, got } => format!("Invalid value at '{at}' ({expected}), {got}"),
        Wrong::Word { got, .. } => format!(
            "Invalid value at '{at}' (type.googleapis.com/google.ai.generativelanguage), \"{got}\""
        ),
        Wrong::Below(least) => format!("* {at}: must be at least {least}"),
        Wrong::Above(most) => format!("* {at}: must be at most {most}"),
    };
    let mut refusal = invalid(text.clone());
    refusal.body["error"]["details"] = json!([{
        "@type": "type.googleapis.com/google.rpc.BadRequest",
        "fieldViolations": [{"field": parent, "description": text}],
    }]);
    refusal
}

fn snake(path: &str) -> String {
    let mut out = String::new();
    for c in path.chars() {
        if c.is_uppercase() {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}
