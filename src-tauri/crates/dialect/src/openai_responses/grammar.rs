//! What a stream of this dialect has to be (the vendor's reference of streaming events), checked on what the writer
//! writes: every event that SDKs gather an answer from, in its order, and each whole what its pieces were.

mod items;

use serde_json::Value;

use self::items::Items;
use crate::grammar::Violation;
use crate::sse::Frames;

/// The fields of a response object that the reference requires.
const REQUIRED: [&str; 18] = [
    "id",
    "object",
    "created_at",
    "status",
    "error",
    "incomplete_details",
    "instructions",
    "metadata",
    "model",
    "output",
    "parallel_tool_calls",
    "temperature",
    "tool_choice",
    "tools",
    "top_p",
    "text",
    "truncation",
    "usage",
];

/// How far a stream has come that keeps to the grammar.
#[derive(Debug, Default)]
pub(crate) struct Grammar {
    frames: Frames,
    stage: Stage,
    sequence: u64,
    /// The response's id.
    id: String,
    items: Items,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Before `response.created`.
    #[default]
    Before,
    /// Before `response.in_progress`.
    Created,
    Running,
    /// Behind an error.
    Failing,
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
            let data: Value = serde_json::from_slice(&frame.data)
                .map_err(|error| Violation::new(format!("data that is no JSON: {error}")))?;
            let name = data.get("type").and_then(Value::as_str).unwrap_or_default();
            expect(
                frame.event == Some(name),
                "the event line names the type",
                &data,
            )?;
            let number = data.get("sequence_number").and_then(Value::as_u64);
            expect(number == Some(self.sequence), "events are numbered", &data)?;
            self.sequence += 1;
            self.event(name, &data)?;
        }
        self.frames = frames;
        Ok(())
    }

    /// Whether the stream is over.
    pub(crate) fn is_over(&self) -> bool {
        self.stage == Stage::Over && !self.frames.has_rest()
    }

    fn event(&mut self, name: &str, data: &Value) -> Result<(), Violation> {
        let stage = self.stage;
        self.stage = match (stage, name) {
            (Stage::Before, "response.created") => {
                self.id = text(data.get("response"), "id").to_owned();
                expect(!self.id.is_empty(), "a response has an id", data)?;
                self.response(data, &["in_progress"])?;
                Stage::Created
            }
            (Stage::Created, "response.in_progress") => {
                self.response(data, &["in_progress"])?;
                Stage::Running
            }
            (Stage::Running, "response.completed") => self.end(data, "completed")?,
            (Stage::Running, "response.incomplete") => self.end(data, "incomplete")?,
            (_, "error") if stage != Stage::Over && stage != Stage::Failing => Stage::Failing,
            (Stage::Failing, "response.failed") => {
                self.response(data, &["failed"])?;
                Stage::Over
            }
            (Stage::Running, _) => {
                self.items.event(name, data)?;
                stage
            }
            _ => {
                return Err(broken(
                    &format!("{name} does not stand there ({stage:?})"),
                    data,
                ));
            }
        };
        Ok(())
    }

    fn end(&self, data: &Value, status: &str) -> Result<Stage, Violation> {
        expect(!self.items.is_open(), "every item is done", data)?;
        self.response(data, &[status])?;
        let output = data.get("response").and_then(|it| it.get("output"));
        let same = output.and_then(Value::as_array) == Some(self.items.whole());
        expect(same, "the output is the items", data)?;
        Ok(Stage::Over)
    }

    fn response(&self, data: &Value, statuses: &[&str]) -> Result<(), Violation> {
        let response = data.get("response");
        for field in REQUIRED {
            let found = response.is_some_and(|it| it.get(field).is_some());
            expect(found, &format!("a response has `{field}`"), data)?;
        }
        expect(
            // One that failed before it began is known by this alone.
            self.id.is_empty() || text(response, "id") == self.id,
            "a response keeps its id",
            data,
        )?;
        let status = text(response, "status");
        expect(
            statuses.contains(&status),
            "a response has its status",
            data,
        )
    }
}

fn text<'v>(value: Option<&'v Value>, name: &str) -> &'v str {
    let field = value.and_then(|value| value.get(name));
    field.and_then(Value::as_str).unwrap_or_default()
}

fn expect(kept: bool, rule: &str, data: &Value) -> Result<(), Violation> {
    if kept {
        Ok(())
    } else {
        Err(broken(rule, data))
    }
}

fn broken(rule: &str, data: &Value) -> Violation {
    Violation::new(format!("{rule}: {data}"))
}
