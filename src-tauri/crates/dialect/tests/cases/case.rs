//! Cases as they lie on the disk.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chat::{Dialect, Message, Part, Request, Role};
use dialect::{Back, Invalid, Target, Written, read_request, write_request};

/// Dialects that clients speak.
pub(crate) const SPOKEN: [Dialect; 4] = [
    Dialect::OpenaiChat,
    Dialect::OpenaiResponses,
    Dialect::Anthropic,
    Dialect::Gemini,
];

/// A case.
pub(crate) struct Case {
    pub(crate) dialect: Dialect,
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
    pub(crate) request: Option<Vec<u8>>,
    pub(crate) reply: Option<Vec<u8>>,
    pub(crate) stream: Option<Vec<u8>>,
    /// The stream is one JSON array; only Gemini has that, and upstreams are never asked for it by a translation.
    pub(crate) is_array: bool,
}

/// Every case of a dialect, by name.
pub(crate) fn of(dialect: Dialect) -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/cases");
    let folder = root.join(dialect.as_str());
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    let mut cases: Vec<Case> = entries
        .map(|entry| Case::read(dialect, entry.unwrap().path()))
        .collect();
    cases.sort_by(|left, right| left.name.cmp(&right.name));
    cases
}

impl Case {
    fn read(dialect: Dialect, folder: PathBuf) -> Self {
        let file = |name: &str| std::fs::read(folder.join(name)).ok();
        let array = file("stream.json");
        let events = file("stream.events")
            .map(|lines| crate::event_stream::of_lines(std::str::from_utf8(&lines).unwrap()));
        Self {
            dialect,
            name: folder.file_name().unwrap().to_string_lossy().into_owned(),
            request: file("request.json"),
            reply: file("reply.json").or(events.clone()),
            is_array: array.is_some(),
            stream: file("stream.sse").or(array).or(events),
            folder,
        }
    }

    /// The request in neutral words. Gemini names the model in the path.
    pub(crate) fn neutral(&self) -> Option<Result<Request, Invalid>> {
        let mut read = read_request(self.dialect, self.request.as_deref()?);
        if let Ok(request) = &mut read
            && request.model.is_empty()
        {
            request.model = "gemini-3-pro".to_owned();
        }
        Some(read)
    }

    /// The request for an upstream of this dialect.
    pub(crate) fn written(&self, upstream: Dialect) -> Option<Result<Written, Invalid>> {
        let read = self.neutral()?;
        Some(read.map(|request| write_request(upstream, &request, &target(upstream))))
    }

    /// What an answer of this case's dialect finds on its way back.
    pub(crate) fn back(&self) -> Back {
        let asked = self.neutral().and_then(Result::ok);
        let asked = asked.map(|request| Request {
            stream: true,
            wants_usage: true,
            ..request
        });
        Back {
            request: Arc::new(asked.unwrap_or_else(|| Request {
                model: "client-model".to_owned(),
                messages: vec![Message::new(Role::User, vec![Part::text("Say it.")])],
                stream: true,
                wants_usage: true,
                ..Request::default()
            })),
            names: self
                .written(self.dialect)
                .and_then(Result::ok)
                .map(|written| written.names)
                .unwrap_or_default(),
            id: "T0ken42".to_owned(),
            created: 1_790_000_000,
            asked: None,
        }
    }
}

/// A relay, which takes less than the vendor's own address.
pub(crate) fn target(upstream: Dialect) -> Target {
    let model = match upstream {
        Dialect::OpenaiChat | Dialect::OpenaiResponses => "gpt-5.1",
        Dialect::Anthropic | Dialect::Kiro => "claude-sonnet-4-5",
        Dialect::Gemini => "gemini-3-pro-preview",
    };
    Target {
        model: model.to_owned(),
        official_host: false,
        default_max_tokens: 8_192,
    }
}
