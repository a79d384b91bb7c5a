//! Where secrets are and what is wrong, as the status tells it.

use account::Place;

use crate::engine::Problems;
use crate::status::{Problem, VaultStatus};

pub(super) fn vault(place: &Place) -> VaultStatus {
    match place {
        Place::Keychain => VaultStatus {
            place: "keychain".to_owned(),
            warning: None,
        },
        Place::File { path, warning } => VaultStatus {
            place: path.display().to_string(),
            warning: warning.clone(),
        },
    }
}

pub(super) fn problems(all: &Problems) -> Vec<Problem> {
    let told = |place: &str, text: String| Problem {
        place: place.to_owned(),
        text,
    };
    let settings = all
        .settings
        .iter()
        .map(|error| told("settings", error.to_string()));
    let pools = all
        .pools
        .iter()
        .map(|error| told("pools", error.to_string()));
    let unwritten = all
        .unwritten
        .iter()
        .map(|text| told("counters", text.clone()));
    let secrets = all.secrets.iter().map(|text| told("secrets", text.clone()));
    let complaints = all
        .complaints
        .iter()
        .map(|one| told("files", one.to_string()));
    settings
        .chain(pools)
        .chain(unwritten)
        .chain(secrets)
        .chain(complaints)
        .collect()
}
