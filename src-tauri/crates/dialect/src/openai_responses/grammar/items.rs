//! The items of a stream: one at a time, each whole what its pieces were.

use serde_json::{Value, json};

use super::{broken, expect, text};
use crate::grammar::Violation;

/// The items so far.
#[derive(Debug, Default)]
pub(super) struct Items {
    whole: Vec<Value>,
    open: Option<Open>,
}

/// The item that is open.
#[derive(Debug)]
struct Open {
    id: String,
    kind: String,
    /// Whole pieces.
    pieces: Vec<Value>,
    /// The piece that is open, and what it must be.
    piece: Option<Value>,
    /// Words or arguments so far.
    said: String,
    /// The words are whole.
    told: bool,
}

impl Items {
    pub(super) const fn is_open(&self) -> bool {
        self.open.is_some()
    }

    pub(super) const fn whole(&self) -> &Vec<Value> {
        &self.whole
    }

    pub(super) fn event(&mut self, name: &str, data: &Value) -> Result<(), Violation> {
        let place = data.get("output_index").and_then(Value::as_u64);
        let next = u64::try_from(self.whole.len()).ok();
        expect(
            place.is_some() && place == next,
            "items come in order",
            data,
        )?;
        match name {
            "response.output_item.added" => self.added(data),
            "response.output_item.done" => self.done(data),
            _ => match &mut self.open {
                Some(open) => {
                    expect(
                        text(Some(data), "item_id") == open.id,
                        "an item keeps its id",
                        data,
                    )?;
                    open.event(name, data)
                }
                None => Err(broken("no item is open", data)),
            },
        }
    }

    fn added(&mut self, data: &Value) -> Result<(), Violation> {
        expect(self.open.is_none(), "one item is open at a time", data)?;
        let item = data.get("item");
        let (id, kind) = (text(item, "id"), text(item, "type"));
        expect(!kind.is_empty(), "an item has a type", data)?;
        let known = self.whole.iter().any(|one| text(Some(one), "id") == id);
        let ours = is_ours(kind);
        expect(
            !ours || (!id.is_empty() && !known),
            "an item has an id of its own",
            data,
        )?;
        let begins = match kind {
            "message" => item.and_then(|item| item.get("content")) == Some(&json!([])),
            "reasoning" => item.and_then(|item| item.get("summary")) == Some(&json!([])),
            "function_call" => text(item, "arguments").is_empty(),
            "custom_tool_call" => text(item, "input").is_empty(),
            _ => true,
        };
        expect(begins, "an item begins empty", data)?;
        self.open = Some(Open {
            id: id.to_owned(),
            kind: kind.to_owned(),
            pieces: Vec::new(),
            piece: None,
            said: String::new(),
            told: false,
        });
        Ok(())
    }

    fn done(&mut self, data: &Value) -> Result<(), Violation> {
        let Some(open) = self.open.take() else {
            return Err(broken("no item is open", data));
        };
        let item = data.get("item").cloned().unwrap_or_default();
        let same = text(Some(&item), "id") == open.id && text(Some(&item), "type") == open.kind;
        expect(same, "an item keeps its id and its type", data)?;
        expect(open.piece.is_none(), "every piece is done", data)?;
        let said = match open.kind.as_str() {
            "message" => item.get("content") == Some(&Value::Array(open.pieces)),
            "reasoning" => item.get("summary") == Some(&Value::Array(open.pieces)),
            "function_call" => open.told && text(Some(&item), "arguments") == open.said,
            "custom_tool_call" => open.told && text(Some(&item), "input") == open.said,
            _ => true,
        };
        expect(said, "an item is what its pieces were", data)?;
        self.whole.push(item);
        Ok(())
    }
}

impl Open {
    fn event(&mut self, name: &str, data: &Value) -> Result<(), Violation> {
        match (self.kind.as_str(), name) {
            ("message", "response.content_part.added") => self.open("content_index", data),
            ("message", "response.output_text.delta") => {
                expect(data.get("logprobs").is_some(), "a text has logprobs", data)?;
                self.piece_delta("output_text", "content_index", data)
            }
            ("message", "response.refusal.delta") => {
                self.piece_delta("refusal", "content_index", data)
            }
            ("message", "response.output_text.done") => self.told("text", data),
            ("message", "response.refusal.done") => self.told("refusal", data),
            ("message", "response.output_text.annotation.added") => self.annotation(data),
            ("message", "response.content_part.done") => self.close(data),
            ("reasoning", "response.reasoning_summary_part.added") => {
                self.open("summary_index", data)
            }
            ("reasoning", "response.reasoning_summary_text.delta") => {
                self.piece_delta("summary_text", "summary_index", data)
            }
            ("reasoning", "response.reasoning_summary_text.done") => self.told("text", data),
            ("reasoning", "response.reasoning_summary_part.done") => self.close(data),
            ("function_call", "response.function_call_arguments.delta")
            | ("custom_tool_call", "response.custom_tool_call_input.delta") => self.delta(data),
            ("function_call", "response.function_call_arguments.done") => {
                expect(
                    !text(Some(data), "name").is_empty(),
                    "a call has a name",
                    data,
                )?;
                self.told("arguments", data)
            }
            ("custom_tool_call", "response.custom_tool_call_input.done") => {
                self.told("input", data)
            }
            _ => Err(broken("it does not belong to the open item", data)),
        }
    }

    fn open(&mut self, index: &str, data: &Value) -> Result<(), Violation> {
        expect(self.piece.is_none(), "one piece is open at a time", data)?;
        self.at(index, data)?;
        self.piece = data.get("part").cloned();
        self.said.clear();
        self.told = false;
        expect(self.piece.is_some(), "a piece is told as it begins", data)
    }

    fn piece_delta(&mut self, kind: &str, index: &str, data: &Value) -> Result<(), Violation> {
        self.at(index, data)?;
        expect(
            text(self.piece.as_ref(), "type") == kind,
            "its piece is open",
            data,
        )?;
        self.delta(data)
    }

    fn delta(&mut self, data: &Value) -> Result<(), Violation> {
        expect(!self.told, "nothing follows the whole", data)?;
        let delta = text(Some(data), "delta");
        expect(!delta.is_empty(), "a delta says something", data)?;
        self.said.push_str(delta);
        Ok(())
    }

    fn told(&mut self, field: &str, data: &Value) -> Result<(), Violation> {
        expect(!self.told, "the whole is told once", data)?;
        self.told = true;
        let whole = data.get(field).and_then(Value::as_str);
        expect(
            whole == Some(&self.said),
            "the whole is what its deltas were",
            data,
        )?;
        if let Some(piece) = &mut self.piece {
            let name = if text(Some(piece), "type") == "refusal" {
                "refusal"
            } else {
                "text"
            };
            piece[name] = self.said.as_str().into();
        }
        Ok(())
    }

    fn annotation(&mut self, data: &Value) -> Result<(), Violation> {
        self.at("content_index", data)?;
        let place = data.get("annotation_index").and_then(Value::as_u64);
        let list = self
            .piece
            .as_mut()
            .and_then(|piece| piece.get_mut("annotations"));
        let Some(list) = list.and_then(Value::as_array_mut) else {
            return Err(broken("a text is open", data));
        };
        expect(
            place == u64::try_from(list.len()).ok(),
            "citations come in order",
            data,
        )?;
        list.push(data.get("annotation").cloned().unwrap_or_default());
        Ok(())
    }

    fn close(&mut self, data: &Value) -> Result<(), Violation> {
        expect(self.told, "a piece's whole is told before it is done", data)?;
        let piece = self.piece.take();
        expect(
            data.get("part") == piece.as_ref(),
            "a piece is what was told of it",
            data,
        )?;
        self.pieces.extend(piece);
        Ok(())
    }

    fn at(&self, index: &str, data: &Value) -> Result<(), Violation> {
        let place = data.get(index).and_then(Value::as_u64);
        let next = u64::try_from(self.pieces.len()).ok();
        expect(
            place.is_some() && place == next,
            "pieces come in order",
            data,
        )
    }
}

/// Whether an item is of a kind whose ids are given here; others are told as their own dialect has them.
fn is_ours(kind: &str) -> bool {
    matches!(
        kind,
        "message" | "reasoning" | "function_call" | "custom_tool_call"
    )
}
