//! How the user wants the window and the tray to look: settings like all others, so that every window and the tray agree.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Settings;
use super::keys::{Key, Taken};
use super::values::{switch, text};

/// What window and tray go by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Look {
    /// `THEME`: light, dark, or as the system has it.
    pub theme: Theme,
    /// `LANGUAGE`: of every text.
    pub language: Language,
    /// `HIDE_NAMES`: names of instances and accounts show nowhere, for screenshots and shared screens.
    pub hide_names: bool,
    /// `MUTE_NOTICES`: no desktop notice is shown.
    pub mute_notices: bool,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// The language of texts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    /// The system's, where Millpond speaks it; else English.
    #[default]
    System,
    /// English.
    En,
    /// Chinese, simplified.
    Zh,
}

/// The keys that hold it.
pub(super) const THEME: Key = Key::new("THEME", "system, light or dark", theme, |s| {
    json!(s.look.theme)
})
.text();
pub(super) const LANGUAGE: Key = Key::new("LANGUAGE", "system, en or zh", language, |s| {
    json!(s.look.language)
})
.text();
pub(super) const HIDE_NAMES: Key = Key::new("HIDE_NAMES", "true or false", hide_names, |s| {
    json!(s.look.hide_names)
});
pub(super) const MUTE_NOTICES: Key = Key::new("MUTE_NOTICES", "true or false", mute_notices, |s| {
    json!(s.look.mute_notices)
});

fn theme(settings: &mut Settings, value: &Value, _: &std::path::Path) -> Taken {
    taken(word(value).map(|read| settings.look.theme = read))
}

fn language(settings: &mut Settings, value: &Value, _: &std::path::Path) -> Taken {
    taken(word(value).map(|read| settings.look.language = read))
}

fn hide_names(settings: &mut Settings, value: &Value, _: &std::path::Path) -> Taken {
    taken(switch(value).map(|read| settings.look.hide_names = read))
}

fn mute_notices(settings: &mut Settings, value: &Value, _: &std::path::Path) -> Taken {
    taken(switch(value).map(|read| settings.look.mute_notices = read))
}

/// One of an enum's words, in any case.
fn word<T: serde::de::DeserializeOwned>(value: &Value) -> Option<T> {
    let word = text(value)?.to_ascii_lowercase();
    serde_json::from_value(Value::String(word)).ok()
}

fn taken(done: Option<()>) -> Taken {
    done.map_or(Taken::Nothing, |()| Taken::Whole)
}
