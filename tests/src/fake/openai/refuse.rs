//! Refusals in `OpenAI`'s words.

use http::Method;
use serde_json::{Value, json};

use crate::fake::shape::{Fault, Wrong};
use crate::fake::vendor::Refusal;

/// An error of type `invalid_request_error`.
pub(super) fn invalid(
    status: u16,
    message: impl Into<String>,
    param: impl Into<Value>,
    code: impl Into<Value>,
) -> Refusal {
    let error = json!({
        "message": message.into(),
        "type": "invalid_request_error",
        "param": param.into(),
        "code": code.into(),
    });
    Refusal::new(status, json!({ "error": error }))
}

pub(super) fn no_key() -> Refusal {
    let text = "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).";
    invalid(401, text, Value::Null, Value::Null)
}

pub(super) fn wrong_key(key: &str) -> Refusal {
    let shown: String = key.chars().take(5).collect();
    let text = format!(
        "Incorrect API key provided: {shown}***. You can find your API key in your account."
    );
    invalid(401, text, Value::Null, "invalid_api_key")
}

pub(super) fn no_such_path(method: &Method, path: &str) -> Refusal {
    invalid(
        404,
        format!("Invalid URL ({method} {path})"),
        Value::Null,
        Value::Null,
    )
}

pub(super) fn no_content_type() -> Refusal {
    let text = "Unsupported content type: ''. This API method only accepts 'application/json' requests, but you specified the header 'Content-Type: '. Please try again with a supported content type.";
    invalid(400, text, Value::Null, "unsupported_content_type")
}

pub(super) fn not_json() -> Refusal {
    let text = "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.)";
    invalid(400, text, Value::Null, Value::Null)
}

pub(super) fn no_such_model(model: &str) -> Refusal {
    let text = format!("The model `{model}` does not exist or you do not have access to it.");
    invalid(404, text, Value::Null, "model_not_found")
}

/// A fault of the body's form.
pub(super) fn fault(fault: &Fault) -> Refusal {
    let path = fault.path.bracketed();
    let (text, code) = match &fault.wrong {
        Wrong::Missing => (
            format!("Missing required parameter: '{path}'."),
            "missing_required_parameter",
        ),
        Wrong::Unknown => (format!("Unknown parameter: '{path}'."), "unknown_parameter"),
        Wrong::Type { expected, got } => (
            format!(
                "Invalid type for '{path}': expected {}, but got {} instead.",
                a(expected),
                a(got)
            ),
            "invalid_type",
        ),
        Wrong::Word { got, allowed } => {
            let words: Vec<String> = allowed.iter().map(|word| format!("'{word}'")).collect();
            let text = format!(
                "Invalid value: '{got}'. Supported values are: {}.",
                words.join(", ")
            );
            (text, "invalid_value")
        }
        Wrong::Below(least) => (
            format!("Invalid '{path}': value below minimum. Expected a value >= {least}."),
            "integer_below_min_value",
        ),
        Wrong::Above(most) => (
            format!("Invalid '{path}': value above maximum. Expected a value <= {most}."),
            "decimal_above_max_value",
        ),
    };
    invalid(400, text, path, code)
}

fn a(kind: &str) -> String {
    match kind {
        "null" => kind.to_owned(),
        "array" | "object" | "integer" => format!("an {kind}"),
        _ => format!("a {kind}"),
    }
}
