//! Items of an answer in the making, and the events that tell them.

use chat::{Signature, ToolKind};
use serde_json::Value;

use super::super::namespace::Spoken;
use super::super::seal;
use super::frame::{Frame, text};
use super::writer::Frames;

/// The item that is open.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) place: Place,
    pub(super) open: Open,
}

/// Where an item stands.
#[derive(Debug)]
pub(super) struct Place {
    id: String,
    pub(super) index: u32,
}

/// What is open.
#[derive(Debug)]
pub(super) enum Open {
    Message(Message),
    Thought(Thought),
    Call(Call),
}

/// A message: texts and refusals.
#[derive(Debug, Default)]
pub(super) struct Message {
    /// Whole pieces, separated by commas.
    pieces: Vec<u8>,
    /// How many pieces are whole.
    count: u32,
    open: bool,
    refusal: bool,
    text: String,
    /// The open text's annotations, separated by commas.
    annotations: Vec<u8>,
    annotated: u32,
}

/// A reasoning item.
#[derive(Debug, Default)]
pub(super) struct Thought {
    redacted: bool,
    text: String,
    /// `encrypted_content`.
    sealed: Option<String>,
}

/// A call.
#[derive(Debug)]
pub(super) struct Call {
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

/// Whether an item is written as it begins or as it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage<'a> {
    Added,
    Done(&'a str),
}

impl Stage<'_> {
    const fn status(&self) -> &str {
        match self {
            Self::Added => "in_progress",
            Self::Done(status) => status,
        }
    }
}

impl Item {
    pub(super) const fn new(id: String, index: u32, open: Open) -> Self {
        Self {
            place: Place { id, index },
            open,
        }
    }

    /// The item as it begins.
    pub(super) fn write_added(&self, out: &mut Vec<u8>) {
        self.write_at(Stage::Added, out);
    }

    /// The whole item.
    pub(super) fn write(&self, status: &str, out: &mut Vec<u8>) {
        self.write_at(Stage::Done(status), out);
    }

    /// Tells what ends the item's pieces.
    pub(super) fn finish(&mut self, frames: &mut Frames, out: &mut Vec<u8>) {
        match &mut self.open {
            Open::Message(message) => message.close(&self.place, frames, out),
            Open::Thought(thought) => thought.finish(&self.place, frames, out),
            Open::Call(call) => call.finish(&self.place, frames, out),
        }
    }

    /// The signature of a call, with the call's id.
    pub(super) fn call_seal(self) -> Option<(String, Signature)> {
        match self.open {
            Open::Call(call) => Some((call.id, call.signature?)),
            Open::Message(_) | Open::Thought(_) => None,
        }
    }

    fn write_at(&self, stage: Stage<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"id\":");
        text(out, &self.place.id);
        match &self.open {
            Open::Message(message) => message.write(stage, out),
            Open::Thought(thought) => thought.write(stage, out),
            Open::Call(call) => call.write(stage, out),
        }
        out.push(b'}');
    }
}

impl Open {
    /// What the ids of such items begin with.
    pub(super) const fn prefix(&self) -> &'static str {
        match self {
            Self::Message(_) => "msg",
            Self::Thought(_) => "rs",
            Self::Call(call) => match call.kind {
                CallKind::Function => "fc",
                CallKind::Custom => "ctc",
                CallKind::Search => "tsc",
            },
        }
    }
}

impl Message {
    /// Begins a piece.
    pub(super) fn open(
        &mut self,
        at: &Place,
        refusal: bool,
        frames: &mut Frames,
        out: &mut Vec<u8>,
    ) {
        self.close(at, frames, out);
        (self.open, self.refusal) = (true, refusal);
        if let Some(frame) = frames.begin(out, "response.content_part.added") {
            let frame = at.frame(frame).number("content_index", self.count);
            frame.with("part", |out| self.write_piece(out)).end();
        }
    }

    /// More words of the open piece.
    pub(super) fn text(&mut self, at: &Place, words: &str, frames: &mut Frames, out: &mut Vec<u8>) {
        if words.is_empty() {
            return;
        }
        self.text.push_str(words);
        let name = if self.refusal {
            "response.refusal.delta"
        } else {
            "response.output_text.delta"
        };
        if let Some(frame) = frames.begin(out, name) {
            let frame = at.frame(frame).number("content_index", self.count);
            self.logprobs(frame.text("delta", words)).end();
        }
    }

    /// A citation of the open text.
    pub(super) fn annotate(
        &mut self,
        at: &Place,
        value: &Value,
        frames: &mut Frames,
        out: &mut Vec<u8>,
    ) {
        if self.refusal || !self.open {
            return;
        }
        if self.annotated > 0 {
            self.annotations.push(b',');
        }
        let from = self.annotations.len();
        // Writing into memory does not fail.
        let _ = serde_json::to_writer(&mut self.annotations, value);
        if let Some(frame) = frames.begin(out, "response.output_text.annotation.added") {
            at.frame(frame)
                .number("content_index", self.count)
                .number("annotation_index", self.annotated)
                .json(
                    "annotation",
                    self.annotations.get(from..).unwrap_or_default(),
                )
                .end();
        }
        self.annotated += 1;
    }

    /// Ends the open piece, if there is one.
    pub(super) fn close(&mut self, at: &Place, frames: &mut Frames, out: &mut Vec<u8>) {
        if !std::mem::take(&mut self.open) {
            return;
        }
        let (name, field) = if self.refusal {
            ("response.refusal.done", "refusal")
        } else {
            ("response.output_text.done", "text")
        };
        if let Some(frame) = frames.begin(out, name) {
            let frame = at.frame(frame).number("content_index", self.count);
            self.logprobs(frame.text(field, &self.text)).end();
        }
        if self.count > 0 {
            self.pieces.push(b',');
        }
        let from = self.pieces.len();
        let mut pieces = std::mem::take(&mut self.pieces);
        self.write_piece(&mut pieces);
        self.pieces = pieces;
        if let Some(frame) = frames.begin(out, "response.content_part.done") {
            at.frame(frame)
                .number("content_index", self.count)
                .json("part", self.pieces.get(from..).unwrap_or_default())
                .end();
        }
        self.count += 1;
        self.text.clear();
        self.annotations.clear();
        self.annotated = 0;
    }

    /// The reference has this list in the events of every text.
    fn logprobs<'o>(&self, frame: Frame<'o>) -> Frame<'o> {
        if self.refusal {
            frame
        } else {
            frame.json("logprobs", b"[]")
        }
    }

    fn write_piece(&self, out: &mut Vec<u8>) {
        if self.refusal {
            out.extend_from_slice(b"{\"type\":\"refusal\",\"refusal\":");
            text(out, &self.text);
        } else {
            out.extend_from_slice(b"{\"type\":\"output_text\",\"annotations\":[");
            out.extend_from_slice(&self.annotations);
            out.extend_from_slice(b"],\"logprobs\":[],\"text\":");
            text(out, &self.text);
        }
        out.push(b'}');
    }

    fn write(&self, stage: Stage<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(b",\"type\":\"message\",\"status\":");
        text(out, stage.status());
        out.extend_from_slice(b",\"role\":\"assistant\",\"content\":[");
        out.extend_from_slice(&self.pieces);
        out.push(b']');
    }
}

impl Thought {
    pub(super) fn new(redacted: bool) -> Self {
        Self {
            redacted,
            ..Self::default()
        }
    }

    /// Nothing but a seal.
    pub(super) fn sealed(sealed: String) -> Self {
        Self {
            sealed: Some(sealed),
            ..Self::default()
        }
    }

    /// More words.
    pub(super) fn text(&mut self, at: &Place, words: &str, frames: &mut Frames, out: &mut Vec<u8>) {
        if words.is_empty() {
            return;
        }
        if self.text.is_empty()
            && let Some(frame) = frames.begin(out, "response.reasoning_summary_part.added")
        {
            let frame = at.frame(frame).number("summary_index", 0);
            frame.with("part", |out| summary(out, "")).end();
        }
        self.text.push_str(words);
        if let Some(frame) = frames.begin(out, "response.reasoning_summary_text.delta") {
            let frame = at.frame(frame).number("summary_index", 0);
            frame.text("delta", words).end();
        }
    }

    pub(super) fn seal(&mut self, signature: &Signature) {
        self.sealed = Some(seal::of_thought(signature, self.redacted));
    }

    fn finish(&self, at: &Place, frames: &mut Frames, out: &mut Vec<u8>) {
        if self.text.is_empty() {
            return;
        }
        if let Some(frame) = frames.begin(out, "response.reasoning_summary_text.done") {
            let frame = at.frame(frame).number("summary_index", 0);
            frame.text("text", &self.text).end();
        }
        if let Some(frame) = frames.begin(out, "response.reasoning_summary_part.done") {
            let frame = at.frame(frame).number("summary_index", 0);
            frame.with("part", |out| summary(out, &self.text)).end();
        }
    }

    fn write(&self, stage: Stage<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(b",\"type\":\"reasoning\",\"summary\":[");
        if stage != Stage::Added && !self.text.is_empty() {
            summary(out, &self.text);
        }
        out.push(b']');
        if let Some(sealed) = self.sealed.as_deref().filter(|_| stage != Stage::Added) {
            out.extend_from_slice(b",\"encrypted_content\":");
            text(out, sealed);
        }
    }
}

fn summary(out: &mut Vec<u8>, words: &str) {
    out.extend_from_slice(b"{\"type\":\"summary_text\",\"text\":");
    text(out, words);
    out.push(b'}');
}

impl Call {
    pub(super) fn new(id: &str, spoken: Spoken<'_>, kind: ToolKind) -> Self {
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
    pub(super) fn arguments(
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

    pub(super) fn seal(&mut self, signature: &Signature) {
        self.signature = Some(signature.clone());
    }

    fn finish(&mut self, at: &Place, frames: &mut Frames, out: &mut Vec<u8>) {
        if self.kind != CallKind::Custom && self.arguments.trim().is_empty() {
            // A call without arguments: clients parse what stands here as JSON.
            self.arguments.clear();
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

    fn write(&self, stage: Stage<'_>, out: &mut Vec<u8>) {
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

impl Place {
    /// An event's frame with where its item stands.
    fn frame<'o>(&self, frame: Frame<'o>) -> Frame<'o> {
        frame
            .text("item_id", &self.id)
            .number("output_index", self.index)
    }
}
