//! What a file says that cannot be meant: reported with its place, while the rest goes on.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

/// Characters of a value that a complaint shows.
const SHOWN: usize = 60;

/// A value in a file that is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// The file.
    pub file: Arc<Path>,
    /// Where in it: `SERVER_PORT`, `openai-custom[2].weight`.
    pub place: String,
    /// What is wrong and what is expected, in words for the user.
    pub problem: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {} {}",
            self.file.display(),
            self.place,
            self.problem
        )
    }
}

/// The complaints about one file, as they are found.
#[derive(Debug)]
pub(crate) struct Complaints {
    file: Arc<Path>,
    found: Vec<Complaint>,
}

impl Complaints {
    pub(crate) fn about(file: &Path) -> Self {
        Self {
            file: Arc::from(file),
            found: Vec::new(),
        }
    }

    /// The folder that relative paths in the file start from.
    pub(crate) fn folder(&self) -> PathBuf {
        self.file.parent().unwrap_or(Path::new("")).to_owned()
    }

    pub(crate) fn add(&mut self, place: impl Into<String>, problem: impl Into<String>) {
        self.found.push(Complaint {
            file: Arc::clone(&self.file),
            place: place.into(),
            problem: problem.into(),
        });
    }

    /// Adds "is X; expected Y".
    pub(crate) fn wrong(&mut self, place: impl Into<String>, value: &Value, expected: &str) {
        self.add(place, format!("is {}; expected {expected}", shown(value)));
    }

    pub(crate) fn into_vec(self) -> Vec<Complaint> {
        self.found
    }
}

/// A value as a message shows it: short, on one line.
pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => {
            let mut short: String = text
                .chars()
                .map(|c| if c.is_control() { ' ' } else { c })
                .take(SHOWN)
                .collect();
            if text.chars().nth(SHOWN).is_some() {
                short.push('…');
            }
            format!("\"{short}\"")
        }
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        plain => plain.to_string(),
    }
}

/// The kind of a value, where the value itself must not show.
pub(crate) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
