//! JSON and streams laid out for a reviewer: a value on one line where it fits, and nothing twice that an answer repeats.

use std::collections::HashSet;
use std::fmt::Write as _;

use dialect::Frames;
use serde_json::{Map, Value, json};

/// What fits on a line.
const WIDTH: usize = 180;

/// Fields of every event of a stream that say the same each time.
const REPEATED: [&str; 8] = [
    "id",
    "object",
    "created",
    "model",
    "modelVersion",
    "responseId",
    "response",
    "message",
];

/// Fields by which a stream counts; its grammar looks at them, not a reviewer.
const COUNTED: [&str; 2] = ["sequence_number", "item_id"];

/// Lists that are empty in almost every answer.
const EMPTY: [&str; 2] = ["logprobs", "annotations"];

/// What a Responses answer says of a request that does not: shown where it is otherwise.
const UNASKED: &str = r#"{"object": "response", "background": false, "parallel_tool_calls": true, "store": true,
    "reasoning": {"effort": null, "summary": null}, "text": {"format": {"type": "text"}}, "tool_choice": "auto", "tools": [],
    "truncation": "disabled", "metadata": {}}"#;

/// From this length on a value that was shown before is shown as `…`.
const LONG: usize = 70;

/// A value, its members on lines of their own where it is too long for one.
pub(crate) fn laid_out(value: &Value) -> String {
    let mut text = String::new();
    lay(&mut text, value, 0, 0);
    text
}

fn lay(text: &mut String, value: &Value, indent: usize, used: usize) {
    let short = line(value);
    if indent + used + short.chars().count() <= WIDTH {
        *text += &short;
        return;
    }
    let (open, close) = match value {
        Value::Array(_) => ('[', ']'),
        Value::Object(_) => ('{', '}'),
        _ => return text.push_str(&short),
    };
    let members: Vec<(String, &Value)> = match value {
        Value::Array(list) => list.iter().map(|one| (String::new(), one)).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, one)| (format!("{}: ", Value::from(name.as_str())), one))
            .collect(),
        _ => Vec::new(),
    };
    text.push(open);
    let last = members.len().saturating_sub(1);
    for (at, (name, one)) in members.iter().enumerate() {
        let _ = write!(text, "\n{:1$}{name}", "", indent + 2);
        lay(text, one, indent + 2, name.chars().count());
        if at < last {
            text.push(',');
        }
    }
    let _ = write!(text, "\n{:1$}{close}", "", indent);
}

fn line(value: &Value) -> String {
    match value {
        Value::Array(list) => {
            let members: Vec<String> = list.iter().map(line).collect();
            format!("[{}]", members.join(", "))
        }
        Value::Object(fields) => {
            let member = |(name, one): (&String, &Value)| {
                format!("{}: {}", Value::from(name.as_str()), line(one))
            };
            let members: Vec<String> = fields.iter().map(member).collect();
            format!("{{{}}}", members.join(", "))
        }
        other => other.to_string(),
    }
}

/// What an answer has said of itself: its stream need not be shown saying it again.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    fields: Map<String, Value>,
    values: HashSet<String>,
}

impl Answer {
    /// A request, which some answers repeat.
    pub(crate) fn request(&mut self, body: &Value) -> String {
        self.fields = body.as_object().unwrap().clone();
        laid_out(body)
    }

    /// A whole reply, without what it repeats of the request, and without nulls.
    pub(crate) fn reply(&mut self, body: &Value) -> String {
        let mut told = body.as_object().unwrap().clone();
        told.retain(|name, value| self.fields.get(name) != Some(value));
        self.fields.extend(body.as_object().unwrap().clone());
        self.fields.insert("response".to_owned(), body.clone());
        self.fields.insert("message".to_owned(), body.clone());
        as_unasked(&mut told);
        laid_out(&self.shortened(Value::Object(told)))
    }

    /// A stream's events, one after another, without what stood in the reply or in an event before, without nulls and
    /// numbers. The name of an event is left out where its data says it as `type`.
    pub(crate) fn stream(&mut self, bytes: &[u8]) -> String {
        let mut frames = Frames::new();
        frames.push(bytes).unwrap();
        let mut text = String::new();
        while let Some(frame) = frames.next() {
            let Ok(Value::Object(mut event)) = serde_json::from_slice(&frame.data) else {
                let _ = writeln!(text, "{}", String::from_utf8_lossy(&frame.data));
                continue;
            };
            if event.get("type").and_then(Value::as_str) != frame.event {
                let _ = write!(text, "[{}] ", frame.event.unwrap_or("no name"));
            }
            self.leave_out_what_was_told(&mut event);
            let _ = writeln!(text, "{}", laid_out(&self.shortened(Value::Object(event))));
        }
        assert!(!frames.has_rest(), "an event without its blank line");
        text
    }

    fn leave_out_what_was_told(&mut self, event: &mut Map<String, Value>) {
        for name in COUNTED {
            event.shift_remove(name);
        }
        for name in REPEATED {
            let Some(value) = event.get_mut(name) else {
                continue;
            };
            let whole = value.clone();
            match (value, self.fields.get(name)) {
                (Value::Object(fields), Some(Value::Object(before))) => {
                    fields.retain(|name, value| before.get(name) != Some(value));
                }
                (Value::Object(fields), _) if name == "response" => as_unasked(fields),
                (value, Some(before)) if value == before => {
                    event.shift_remove(name);
                }
                _ => {}
            }
            self.fields.insert(name.to_owned(), whole);
        }
    }

    /// A value without nulls, and without what was shown before.
    fn shortened(&mut self, value: Value) -> Value {
        match value {
            Value::Object(fields) => fields
                .into_iter()
                .filter(|(name, one)| {
                    !one.is_null() && (!EMPTY.contains(&name.as_str()) || *one != json!([]))
                })
                .map(|(name, one)| {
                    let one = self.once(one);
                    (name, one)
                })
                .collect(),
            Value::Array(list) => list.into_iter().map(|one| self.once(one)).collect(),
            other => other,
        }
    }

    fn once(&mut self, value: Value) -> Value {
        let told = self.values.contains(&line(&value));
        let long = line(&value);
        let value = self.shortened(value);
        if line(&value).len() < LONG {
            return value;
        }
        self.values.insert(long);
        if told { Value::from("…") } else { value }
    }
}

fn as_unasked(fields: &mut Map<String, Value>) {
    let unasked: Map<String, Value> = serde_json::from_str(UNASKED).unwrap();
    fields.retain(|name, value| unasked.get(name) != Some(value));
}
