//! A piece of a turn.

use serde_json::{Map, Value};

use crate::Dialect;

/// A piece of a turn, or of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// Words.
    Text(Text),
    /// A picture.
    Image(Media),
    /// A document (PDF, plain text, …).
    Document(Media),
    /// Sound.
    Audio(Media),
    /// What the model thought.
    Thinking(Thinking),
    /// The model declines to answer, in words (OpenAI's `refusal`).
    Refusal(String),
    /// The model calls a tool of the client's.
    ToolCall(ToolCall),
    /// The client's answer to a call.
    ToolResult(ToolResult),
    /// A piece that only one dialect knows (a server tool's block, a citation-only block, …); returns only there.
    Foreign(Foreign),
}

/// Words.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Text {
    /// The words.
    pub text: String,
    /// A cache mark behind it.
    pub cache: Option<Cache>,
    /// A signature that came with the words (Gemini signs text parts).
    pub signature: Option<Signature>,
    /// Fields of the wire block beyond these (citations, annotations, logprobs); for their own dialect only.
    pub extra: Option<Foreign>,
}

/// A mark after which the prompt may be cached (Anthropic's `cache_control`), as its own dialect writes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Cache(pub Value);

/// Data that is not text.
#[derive(Debug, Clone, PartialEq)]
pub struct Media {
    /// Where the data is.
    pub source: Source,
    /// MIME type, where it is known: `image/png`.
    pub mime: Option<String>,
    /// File name or title.
    pub name: Option<String>,
    /// OpenAI's `detail` of a picture: `low`, `high`, `auto`.
    pub detail: Option<String>,
    /// A cache mark behind it.
    pub cache: Option<Cache>,
    /// Fields of the wire block beyond these; for their own dialect only.
    pub extra: Option<Foreign>,
}

/// Where data is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// In the request, as base64 (standard alphabet, as it came).
    Base64(String),
    /// At an address.
    Url(String),
    /// In the request, as plain text (Anthropic's text documents).
    Text(String),
    /// A file stored at the upstream, by its id there; means nothing to another dialect.
    Stored {
        /// Whose file store.
        dialect: Dialect,
        /// Its id or URI there.
        id: String,
    },
}

/// What the model thought, or a sealed form of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Thinking {
    /// The thought in words; empty where only a sealed form was given.
    pub text: String,
    /// The proof of origin: Anthropic's `signature` or `redacted_thinking.data`, Gemini's `thoughtSignature`,
    /// Responses' `encrypted_content`.
    pub signature: Option<Signature>,
    /// The words are withheld and only `signature` stands for them (`redacted_thinking`).
    pub redacted: bool,
    /// The item's id (Responses `rs_…`), for its own dialect only.
    pub id: Option<String>,
}

/// A sealed value that only its origin can open. Returns there, and is dropped for any other dialect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Whose it is.
    pub dialect: Dialect,
    /// The value as its origin wrote it.
    pub value: String,
}

/// What kind of tool is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ToolKind {
    /// Arguments are a JSON object.
    #[default]
    Function,
    /// Arguments are free text (OpenAI's custom tools).
    Custom,
}

/// The model calls a tool of the client's.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ToolCall {
    /// The call's id. Readers of dialects without ids (Gemini) make one that is the same for the same conversation.
    pub id: String,
    /// The tool.
    pub name: String,
    /// The arguments as their JSON text, which may be empty (no arguments); free text for custom tools.
    ///
    /// In a client's history it need not be valid JSON: models err, and clients send that back.
    pub arguments: String,
    /// What kind of tool.
    pub kind: ToolKind,
    /// A signature that came with the call (Gemini signs calls).
    pub signature: Option<Signature>,
    /// The item's own id where it differs from the call's (Responses `fc_…`), for its own dialect only.
    pub item_id: Option<String>,
    /// A cache mark behind it.
    pub cache: Option<Cache>,
    /// Fields of the wire block beyond these (Anthropic's `caller`); for their own dialect only.
    pub extra: Option<Foreign>,
}

/// The client's answer to a call.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ToolResult {
    /// The call that it answers.
    pub call_id: String,
    /// The tool, where the wire says it (Gemini) or the conversation tells it.
    pub name: Option<String>,
    /// The result: texts, media, foreign parts.
    pub content: Vec<Part>,
    /// The tool failed.
    pub is_error: bool,
    /// What kind of tool was called.
    pub kind: ToolKind,
    /// A cache mark behind it.
    pub cache: Option<Cache>,
}

/// Wire JSON that only one dialect knows.
#[derive(Debug, Clone, PartialEq)]
pub struct Foreign {
    /// Whose it is.
    pub dialect: Dialect,
    /// The JSON as it came. An object where it holds the extra fields of something.
    pub value: Value,
}

impl Part {
    /// Plain words.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(Text::new(text))
    }
}

impl Text {
    /// Plain words.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }
}

impl Media {
    /// Data without name or marks.
    pub const fn new(source: Source, mime: Option<String>) -> Self {
        Self {
            source,
            mime,
            name: None,
            detail: None,
            cache: None,
            extra: None,
        }
    }
}

impl Foreign {
    /// Extra fields of something; `None` where there are none.
    pub fn fields(dialect: Dialect, fields: Map<String, Value>) -> Option<Self> {
        (!fields.is_empty()).then_some(Self {
            dialect,
            value: Value::Object(fields),
        })
    }

    /// What it is, for whoever reads of its loss: its `type`, or the names of its fields.
    pub fn kind(&self) -> String {
        let Some(fields) = self.value.as_object() else {
            return "value".to_owned();
        };
        match fields.get("type").and_then(Value::as_str) {
            Some(kind) => kind.to_owned(),
            None => fields
                .keys()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join("+"),
        }
    }

    /// The fields, if they are of this dialect.
    pub fn fields_of(&self, dialect: Dialect) -> Option<&Map<String, Value>> {
        if self.dialect == dialect {
            self.value.as_object()
        } else {
            None
        }
    }
}

impl Signature {
    /// The value, if it is of this dialect.
    pub fn of(&self, dialect: Dialect) -> Option<&str> {
        (self.dialect == dialect).then_some(self.value.as_str())
    }
}
