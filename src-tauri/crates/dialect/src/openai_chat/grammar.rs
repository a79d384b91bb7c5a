//! What a stream of this dialect has to be (the vendor's reference, "The chat completion chunk object"), checked on
//! what the writer writes.

use serde_json::Value;

use crate::grammar::Violation;
use crate::sse::{Frame, Frames};

/// How far a stream has come that keeps to the grammar.
#[derive(Debug, Default)]
pub(crate) struct Grammar {
    frames: Frames,
    /// `id`, `created` and `model` of the first chunk.
    head: Option<[Value; 3]>,
    stage: Stage,
    /// How many calls have begun.
    calls: u64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd)]
enum Stage {
    #[default]
    Before,
    Begun,
    Stopped,
    Counted,
    Over,
}

impl Grammar {
    /// Takes more of the stream.
    ///
    /// # Errors
    /// It breaks the grammar; says how.
    pub(crate) fn take(&mut self, bytes: &[u8]) -> Result<(), Violation> {
        let mut frames = std::mem::take(&mut self.frames);
        frames
            .push(bytes)
            .map_err(|error| Violation::new(error.message))?;
        while let Some(frame) = frames.next() {
            self.frame(&frame)?;
        }
        self.frames = frames;
        Ok(())
    }

    fn frame(&mut self, frame: &Frame<'_>) -> Result<(), Violation> {
        if let Some(name) = frame.event {
            return broken(format!("an event's name, {name}"));
        }
        if self.stage == Stage::Over {
            return broken("a chunk behind the end");
        }
        if frame.data.as_ref() == b"[DONE]" {
            if self.stage < Stage::Stopped {
                return broken("[DONE] without a finish_reason");
            }
            self.stage = Stage::Over;
            return Ok(());
        }
        let chunk: Value = serde_json::from_slice(&frame.data)
            .map_err(|error| Violation::new(format!("data that is no JSON: {error}")))?;
        if chunk.get("error").is_some_and(Value::is_object) {
            self.stage = Stage::Over;
            return Ok(());
        }
        self.head(&chunk)?;
        match chunk["choices"].as_array().map(Vec::as_slice) {
            Some([]) => self.usage(&chunk["usage"]),
            Some([choice]) => self.choice(choice),
            _ => broken(format!("choices in {chunk}")),
        }
    }

    /// Whether the stream is over.
    pub(crate) fn is_over(&self) -> bool {
        self.stage == Stage::Over && !self.frames.has_rest()
    }

    fn head(&mut self, chunk: &Value) -> Result<(), Violation> {
        let head = ["id", "created", "model"].map(|key| chunk[key].clone());
        let typed = head[0].is_string() && head[1].is_u64() && head[2].is_string();
        if !typed || chunk["object"] != "chat.completion.chunk" {
            return broken(format!("no chunk: {chunk}"));
        }
        if *self.head.get_or_insert_with(|| head.clone()) != head {
            return broken(format!("another id, created or model: {chunk}"));
        }
        Ok(())
    }

    fn choice(&mut self, choice: &Value) -> Result<(), Violation> {
        let (delta, reason) = (&choice["delta"], &choice["finish_reason"]);
        if choice["index"] != 0 || !delta.is_object() || self.stage > Stage::Begun {
            return broken(format!("{choice} in {:?}", self.stage));
        }
        match (self.stage, delta.get("role").and_then(Value::as_str)) {
            (Stage::Before, Some("assistant")) => self.stage = Stage::Begun,
            (Stage::Begun, None) => {}
            (stage, role) => return broken(format!("role {role:?} in {stage:?}")),
        }
        for key in ["content", "refusal", "reasoning_content"] {
            if delta
                .get(key)
                .is_some_and(|text| !text.is_string() && !text.is_null())
            {
                return broken(format!("{key} that is no text: {delta}"));
            }
        }
        for piece in delta["tool_calls"].as_array().into_iter().flatten() {
            self.piece(piece)?;
        }
        match reason {
            Value::Null => {}
            Value::String(_) => self.stage = Stage::Stopped,
            other => return broken(format!("finish_reason {other}")),
        }
        Ok(())
    }

    /// A piece of a call: id, kind and name in the first one only.
    fn piece(&mut self, piece: &Value) -> Result<(), Violation> {
        let index = piece["index"].as_u64();
        let text = match (piece.get("function"), piece.get("custom")) {
            (Some(function), None) => &function["arguments"],
            (None, Some(custom)) => &custom["input"],
            _ => return broken(format!("a call of no kind: {piece}")),
        };
        if !text.is_string() {
            return broken(format!("a call without a piece of its text: {piece}"));
        }
        let kind = piece.get("type").and_then(Value::as_str);
        let named = ["function", "custom"]
            .into_iter()
            .find(|kind| piece[kind].get("name").is_some_and(Value::is_string));
        let first =
            piece.get("id").is_some_and(Value::is_string) && named.is_some() && kind == named;
        let later = piece.get("id").is_none() && kind.is_none() && named.is_none();
        match index {
            Some(index) if index == self.calls && first => self.calls += 1,
            Some(index) if index + 1 == self.calls && later => {}
            _ => {
                return broken(format!(
                    "a piece of a call after {} calls: {piece}",
                    self.calls
                ));
            }
        }
        Ok(())
    }

    fn usage(&mut self, usage: &Value) -> Result<(), Violation> {
        if self.stage != Stage::Stopped {
            return broken(format!("usage in {:?}", self.stage));
        }
        let count = |key: &str| usage[key].as_u64();
        let (sent, said) = (count("prompt_tokens"), count("completion_tokens"));
        let sum = sent.zip(said).map(|(sent, said)| sent.saturating_add(said));
        if sum.is_none() || count("total_tokens") != sum {
            return broken(format!("usage that does not add up: {usage}"));
        }
        self.stage = Stage::Counted;
        Ok(())
    }
}

fn broken<T>(what: impl Into<String>) -> Result<T, Violation> {
    Err(Violation::new(what))
}
