//! What an answer says, in no dialect's words, so that answers of different dialects can be compared.

use serde_json::Value;

/// What an answer says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said {
    /// Its text.
    pub text: String,
    /// Its thinking, as far as it is shown.
    pub thinking: String,
    /// Its calls, in order.
    pub calls: Vec<Call>,
    /// The refusal, where the dialect has one apart from text.
    pub refusal: String,
    /// Why it stopped, in the dialect's own word.
    pub stop: String,
    /// Input and output tokens, and those read from a cache, as the dialect counts them.
    pub usage: Option<Spoken>,
    /// Signatures of thoughts, as they are shown.
    pub signatures: Vec<String>,
    /// The error's text, where the stream ended in one.
    pub error: Option<String>,
}

/// A call of a tool.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Its id.
    pub id: String,
    /// The tool's name.
    pub name: String,
    /// Its arguments.
    pub arguments: Value,
}

/// Tokens as the dialect counts them: whether `input` includes `cached` differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spoken {
    /// Of the prompt.
    pub input: u64,
    /// Of the answer.
    pub output: u64,
    /// Read from a cache.
    pub cached: u64,
}

impl Said {
    /// Adds a call whose arguments came as text.
    pub(super) fn call(&mut self, id: &str, name: &str, arguments: &str) -> Result<(), String> {
        let written = if arguments.is_empty() {
            "{}"
        } else {
            arguments
        };
        let arguments: Value = serde_json::from_str(written).map_err(|wrong| {
            format!("the arguments of {name} are not JSON ({wrong}): {arguments}")
        })?;
        if !arguments.is_object() {
            return Err(format!(
                "the arguments of {name} are no object: {arguments}"
            ));
        }
        self.calls.push(Call {
            id: id.to_owned(),
            name: name.to_owned(),
            arguments,
        });
        Ok(())
    }
}

/// A number, 0 where there is none.
pub(super) fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or(0)
}

/// A text, empty where there is none.
pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
