//! What a stream of this dialect keeps to.
//!
//! Every piece has one candidate of the model's with at least one part; a part holds one kind of data; a call has a
//! name and an object of arguments; all pieces bear the same id and model; the reason of the end is given once, last.

use serde_json::Value;

use crate::grammar::Violation;

/// The pieces so far.
#[derive(Debug, Default)]
pub(crate) struct Grammar {
    /// `responseId` and `modelVersion` of the first piece.
    names: Option<[Value; 2]>,
    ended: bool,
}

impl Grammar {
    /// Checks the JSON of the next piece.
    ///
    /// # Errors
    /// It breaks the grammar; says how.
    pub(crate) fn check(&mut self, piece: &[u8]) -> Result<(), Violation> {
        let piece: Value =
            serde_json::from_slice(piece).map_err(|error| Violation::new(error.to_string()))?;
        if self.ended {
            return Err(Violation::new("a piece behind the end"));
        }
        if piece["error"].is_object() {
            self.ended = true;
            return Ok(());
        }
        let names = ["responseId", "modelVersion"].map(|key| piece[key].clone());
        if names.iter().any(|name| !name.is_string()) {
            return Err(Violation::new("no responseId or modelVersion"));
        }
        if *self.names.get_or_insert_with(|| names.clone()) != names {
            return Err(Violation::new("another responseId or modelVersion"));
        }
        let candidates = piece["candidates"].as_array().map(Vec::as_slice);
        let Some([candidate]) = candidates else {
            return Err(Violation::new("not one candidate"));
        };
        if candidate["content"]["role"] != "model" {
            return Err(Violation::new("not the model's"));
        }
        match candidate["content"]["parts"].as_array() {
            Some(parts) if !parts.is_empty() => parts.iter().try_for_each(part)?,
            _ => return Err(Violation::new("no parts")),
        }
        match &candidate["finishReason"] {
            Value::Null => {}
            Value::String(word) if !word.is_empty() => self.ended = true,
            other => return Err(Violation::new(format!("an end for the reason of {other}"))),
        }
        Ok(())
    }

    /// Whether the end was seen.
    pub(crate) const fn ended(&self) -> bool {
        self.ended
    }
}

fn part(part: &Value) -> Result<(), Violation> {
    let fields = part
        .as_object()
        .ok_or_else(|| Violation::new("a part that is no object"))?;
    let beside = ["thought", "thoughtSignature"];
    let data = fields.keys().filter(|key| !beside.contains(&key.as_str()));
    if data.count() == 0 {
        return Err(Violation::new("a part without data"));
    }
    if fields.contains_key("text") && !part["text"].is_string() {
        return Err(Violation::new("a text that is none"));
    }
    if let Some(call) = fields.get("functionCall") {
        let named = call["name"].as_str().is_some_and(|name| !name.is_empty());
        if !named || !call["args"].is_object() {
            return Err(Violation::new("a call without name or arguments"));
        }
    }
    Ok(())
}
