//! Refusals in Anthropic's words.

use serde_json::json;

use crate::fake::shape::{Fault, Wrong};
use crate::fake::vendor::Refusal;

/// An error of this type.
pub(super) fn refusal(status: u16, kind: &str, message: impl Into<String>) -> Refusal {
    let body = json!({
        "type": "error",
        "error": {"type": kind, "message": message.into()},
        "request_id": "req_pond",
    });
    Refusal::new(status, body)
}

/// A 400.
pub(super) fn invalid(message: impl Into<String>) -> Refusal {
    refusal(400, "invalid_request_error", message)
}

/// A fault of the body's form.
pub(super) fn fault(fault: &Fault) -> Refusal {
    let path = fault.path.dotted();
    let text = match &fault.wrong {
        Wrong::Missing => "Field required".to_owned(),
        Wrong::Unknown => "Extra inputs are not permitted".to_owned(),
        Wrong::Type { expected, .. } => format!(
            "Input should be a valid {}",
            match *expected {
                "array" => "list",
                "object" => "dictionary",
                other => other,
            }
        ),
        Wrong::Word { allowed, got } => {
            let words: Vec<String> = allowed.iter().map(|word| format!("'{word}'")).collect();
            if fault.path.last() == "type" {
                let parent = fault.path.parent().dotted();
                let text = format!(
                    "{parent}: Input tag '{got}' found using 'type' does not match any of the expected tags: {}",
                    words.join(", ")
                );
                return invalid(text);
            }
            format!("Input should be {}", words.join(" or "))
        }
        Wrong::Below(least) => format!("Input should be greater than or equal to {least}"),
        Wrong::Above(most) => format!("Input should be less than or equal to {most}"),
    };
    invalid(format!("{path}: {text}"))
}
