//! The keys of `config.json`: what each takes, how it is read and shown.

use std::path::Path;

use serde_json::Value;

use super::Settings;

pub use list::KEYS;

mod list;

/// One key.
#[derive(Debug)]
pub struct Key {
    /// As it stands in the file.
    pub name: &'static str,
    /// What it takes, in words for the user.
    pub expected: &'static str,
    /// Whether its value is shown to nobody who does not ask for it by name.
    pub secret: bool,
    /// A wrong value keeps the proxy from starting: its default could do what the user did not want (listen elsewhere, ask
    /// somebody else, go around a proxy).
    pub(in crate::settings) vital: bool,
    /// A value that looks like a number is still a text.
    pub(in crate::settings) is_text: bool,
    pub(in crate::settings) take: Take,
    pub(in crate::settings) show: Show,
}

/// Reads a value into the settings. The path is the folder of the file.
type Take = fn(&mut Settings, &Value, &Path) -> Taken;

/// What a key is set to, or its default.
type Show = fn(&Settings) -> Value;

/// How much of a value could be meant.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::settings) enum Taken {
    Whole,
    /// These parts could not: where below the key, and what is wrong.
    Partly(Vec<(String, String)>),
    Nothing,
}

impl Key {
    pub(in crate::settings) const fn new(
        name: &'static str,
        expected: &'static str,
        take: Take,
        show: Show,
    ) -> Self {
        Self {
            name,
            expected,
            secret: false,
            vital: false,
            is_text: false,
            take,
            show,
        }
    }

    const fn vital(mut self) -> Self {
        self.vital = true;
        self
    }

    pub(in crate::settings) const fn text(mut self) -> Self {
        self.is_text = true;
        self
    }

    const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// The key of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        KEYS.iter().find(|key| key.name == name)
    }

    /// What it is set to, or its default.
    pub fn shown(&self, settings: &Settings) -> Value {
        (self.show)(settings)
    }
}
