//! The recorded cases, as what readers are fed with.

use std::path::Path;

use chat::Dialect;

use crate::event_stream::of_lines;

/// Something to change.
#[derive(Debug, Clone)]
pub(crate) enum Seed {
    /// A JSON text.
    Json(Vec<u8>),
    /// Server-sent events, whose data is JSON.
    Events(Vec<u8>),
    /// Lines of an AWS event stream.
    Lines(String),
}

impl Seed {
    /// As it is.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Json(bytes) | Self::Events(bytes) => bytes.clone(),
            Self::Lines(lines) => of_lines(lines),
        }
    }
}

/// These files of all cases of a dialect.
pub(crate) fn of(dialect: Dialect, names: &[&str]) -> Vec<Seed> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/cases");
    let mut folders: Vec<_> = std::fs::read_dir(root.join(dialect.as_str()))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    let mut seeds = Vec::new();
    for folder in folders {
        for name in names {
            let Ok(bytes) = std::fs::read(folder.join(name)) else {
                continue;
            };
            seeds.push(match name.rsplit_once('.') {
                Some((_, "json")) => Seed::Json(bytes),
                Some((_, "sse")) => Seed::Events(bytes),
                _ => Seed::Lines(String::from_utf8(bytes).unwrap()),
            });
        }
    }
    assert!(seeds.len() >= 15, "{} seeds", seeds.len());
    seeds
}
