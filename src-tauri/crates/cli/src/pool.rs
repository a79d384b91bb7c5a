//! `millpond pool`: the instances of a home.

use gateway::home::Home;
use gateway::roster::Entry;
use gateway::roster::file::{Owner, PoolsFile};
use gateway::settings::Settings;
use serde::Serialize;

use crate::args::{Listing, Place, Pool};
use crate::failed::Failed;
use crate::{change, told};

/// An instance as a listing shows it.
#[derive(Debug, Serialize)]
struct Shown {
    uuid: String,
    #[serde(rename = "type")]
    kind: &'static str,
    name: Option<String>,
    state: &'static str,
    reason: Option<String>,
    usage_count: u64,
    error_count: u64,
    last_used: Option<String>,
}

/// Lists or changes.
pub(crate) async fn run(place: &Place, command: Pool) -> Result<(), Failed> {
    let home = Home::resolve(place.home.clone())?;
    match command {
        Pool::List(listing) => list(&home, listing),
        change => change::run(&home, place, change).await,
    }
}

/// The pools file that is in use: the one that settings name, else the home's own.
pub(crate) fn file(home: &Home) -> Result<PoolsFile, Failed> {
    let settings = Settings::load(&home.config())?.settings;
    Ok(match settings.pools_file {
        Some(path) if path != home.pools() => PoolsFile::new(path, Owner::User),
        _ => PoolsFile::new(home.pools(), Owner::Home),
    })
}

fn list(home: &Home, listing: Listing) -> Result<(), Failed> {
    let file = file(home)?;
    let entries = if file.path().exists() {
        file.load()?.entries
    } else {
        Vec::new()
    };
    let all: Vec<Shown> = entries.iter().map(shown).collect();
    if listing.json {
        told::json(&all);
        return Ok(());
    }
    if all.is_empty() {
        told::line(
            "no instance yet; `millpond pool add TYPE` adds one, `millpond serve --demo` shows how it works",
        );
        return Ok(());
    }
    let rows: Vec<[String; 6]> = all.iter().map(row).collect();
    told::table(["uuid", "type", "name", "state", "used", "errors"], &rows);
    Ok(())
}

fn row(one: &Shown) -> [String; 6] {
    [
        one.uuid.clone(),
        one.kind.to_owned(),
        one.name.clone().unwrap_or_default(),
        one.state.to_owned(),
        one.usage_count.to_string(),
        one.error_count.to_string(),
    ]
}

fn shown(entry: &Entry) -> Shown {
    let state = if entry.disabled {
        "disabled"
    } else if entry.fault.is_some() {
        "needs-login"
    } else if entry.state.is_healthy {
        "ready"
    } else {
        "unhealthy"
    };
    Shown {
        uuid: entry.uuid.to_string(),
        kind: entry.provider.as_str(),
        name: entry.custom_name.clone(),
        state,
        reason: entry.fault.clone(),
        usage_count: entry.state.usage_count,
        error_count: entry.state.error_count,
        last_used: entry.state.last_used.map(|time| time.to_string()),
    }
}
