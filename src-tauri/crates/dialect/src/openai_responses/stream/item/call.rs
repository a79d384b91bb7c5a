//! A call: of a function, of a custom tool, of a search for tools.

use chat::{Signature, ToolKind};

use super::super::super::namespace::Spoken;
use super::super::frame::{Frames, text};
use super::{Place, Stage};

/// A call.
#[derive(Debug)]
pub(in super::super) struct Call {
    kind: CallKind,
    id: String,
    name: String,
    namespace: Option<String>,
    arguments: String,
    signature: Option<Signature>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CallKind {
    Function,
    Custom,
    Search,
}

impl Call {
    pub(in super::super) fn new(id: &str, spoken: Spoken<'_>, kind: ToolKind) -> Self {
        Self {
            kind: match kind {
                ToolKind::Function if spoken.search => CallKind::Search,
                ToolKind::Function => CallKind::Function,
                ToolKind::Custom => CallKind::Custom,
            },
            id: id.to_owned(),
            name: spoken.name.to_owned(),
            namespace: spoken.namespace.map(str::to_owned),
            arguments: String::new(),
            signature: None,
        }
    }

    /// More of the arguments.
    pub(in super::super) fn arguments(
        &mut self,
        at: &Place,
        piece: &str,
        frames: &mut Frames,
        out: &mut Vec<u8>,
    ) {
        if piece.is_empty() {
            return;
        }
        self.arguments.push_str(piece);
        let name = match self.kind {
            CallKind::Function => "response.function_call_arguments.delta",
            CallKind::Custom => "response.custom_tool_call_input.delta",
            // It is told as a whole.
            CallKind::Search => return,
        };
        if let Some(frame) = frames.begin(out, name) {
            at.frame(frame).text("delta", piece).end();
        }
    }

    pub(in super::super) fn seal(&mut self, signature: &Signature) {
        self.signature = Some(signature.clone());
    }

    pub(super) fn finish(&mut self, at: &Place, frames: &mut Frames, out: &mut Vec<u8>) {
        if self.kind != CallKind::Custom && self.arguments.trim().is_empty() {
            // A call without arguments: clients parse what stands here as JSON.
            self.arguments(at, "{}", frames, out);
        }
        let (name, field) = match self.kind {
            CallKind::Function => ("response.function_call_arguments.done", "arguments"),
            CallKind::Custom => ("response.custom_tool_call_input.done", "input"),
            CallKind::Search => return,
        };
        if let Some(frame) = frames.begin(out, name) {
            let frame = at.frame(frame);
            let frame = match self.kind {
                CallKind::Function => frame.text("name", &self.name),
                _ => frame,
            };
            frame.text(field, &self.arguments).end();
        }
    }

    /// What the ids of such items begin with.
    pub(super) const fn prefix(&self) -> &'static str {
        match self.kind {
            CallKind::Function => "fc",
            CallKind::Custom => "ctc",
            CallKind::Search => "tsc",
        }
    }

    /// Its signature, with its id.
    pub(super) fn into_seal(self) -> Option<(String, Signature)> {
        Some((self.id, self.signature?))
    }

    pub(super) fn write(&self, stage: Stage<'_>, out: &mut Vec<u8>) {
        let (kind, field) = match self.kind {
            CallKind::Function => ("function_call", "arguments"),
            CallKind::Custom => ("custom_tool_call", "input"),
            CallKind::Search => ("tool_search_call", "arguments"),
        };
        let mut put = |name: &str, value: &str| {
            out.extend_from_slice(b",\"");
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(b"\":");
            text(out, value);
        };
        put("type", kind);
        put("status", stage.status());
        put("call_id", &self.id);
        if self.kind == CallKind::Search {
            put("execution", "client");
            out.extend_from_slice(b",\"arguments\":");
            let whole = stage != Stage::Added;
            let arguments = if whole { self.arguments.as_str() } else { "{}" };
            match serde_json::from_str::<&serde_json::value::RawValue>(arguments) {
                Ok(json) => out.extend_from_slice(json.get().as_bytes()),
                Err(_) => text(out, arguments),
            }
            return;
        }
        put("name", &self.name);
        if let Some(namespace) = &self.namespace {
            put("namespace", namespace);
        }
        put(
            field,
            if stage == Stage::Added {
                ""
            } else {
                &self.arguments
            },
        );
    }
}
