//! `millpond pool`: the instances of a home.

use gateway::control::{Control, Instance, Reply};
use gateway::door::Client;
use gateway::home::Home;
use gateway::roster::Entry;
use gateway::roster::file::{Owner, PoolsFile};
use gateway::settings::Settings;
use gateway::state::State;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use provider::ProviderType;
use serde::Serialize;
use uuid::Uuid;

use crate::args::{Listing, Place, Pool};
use crate::failed::Failed;
use crate::{change, told};

/// An instance as a listing shows it.
#[derive(Debug, Serialize)]
struct Shown {
    uuid: Uuid,
    #[serde(rename = "type")]
    kind: ProviderType,
    name: Option<String>,
    state: State,
    reason: Option<String>,
    until: Option<Timestamp>,
    in_flight: u32,
    models: Option<usize>,
    usage_count: u64,
    error_count: u64,
    last_used: Option<Timestamp>,
}

/// Lists or changes.
pub(crate) async fn run(place: &Place, command: Pool) -> Result<(), Failed> {
    let home = Home::resolve(place.home.clone())?;
    match command {
        Pool::List(listing) => list(&home, listing).await,
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

async fn list(home: &Home, listing: Listing) -> Result<(), Failed> {
    let all = match Client::find(home).await? {
        Some(client) => by_engine(&client).await?,
        None => by_file(home)?,
    };
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
    let rows: Vec<[String; 7]> = all.iter().map(row).collect();
    let heads = ["uuid", "type", "name", "state", "used", "errors", "why"];
    told::table(heads, &rows);
    Ok(())
}

async fn by_engine(client: &Client) -> Result<Vec<Shown>, Failed> {
    let Reply::Instances(all) = client.send(&Control::Instances).await? else {
        return Err(Failed::OtherReply);
    };
    let shown = |one: Instance| Shown {
        uuid: one.status.uuid,
        kind: one.status.provider,
        name: Some(one.status.name),
        state: one.status.state,
        reason: one.status.reason.or(one.fault),
        until: one.status.until,
        in_flight: one.status.in_flight,
        models: one.status.models,
        usage_count: one.status.used,
        error_count: one.status.failed,
        last_used: one.status.last_used,
    };
    Ok(all.into_iter().map(shown).collect())
}

/// What the file says while nobody serves.
fn by_file(home: &Home) -> Result<Vec<Shown>, Failed> {
    let file = file(home)?;
    if !file.path().exists() {
        return Ok(Vec::new());
    }
    let shown = |entry: &Entry| Shown {
        uuid: entry.uuid,
        kind: entry.provider,
        name: entry.custom_name.clone(),
        state: state(entry),
        reason: entry.fault.clone(),
        until: None,
        in_flight: 0,
        models: None,
        usage_count: entry.state.usage_count,
        error_count: entry.state.error_count,
        last_used: entry.state.last_used,
    };
    Ok(file.load()?.entries.iter().map(shown).collect())
}

fn state(entry: &Entry) -> State {
    if entry.disabled {
        State::Disabled
    } else if entry.fault.is_some() {
        State::NeedsLogin
    } else if entry.state.is_healthy {
        State::Ready
    } else {
        State::Unhealthy
    }
}

fn row(one: &Shown) -> [String; 7] {
    let why = match (&one.reason, one.until) {
        (Some(reason), Some(until)) => {
            let until = until.to_zoned_datetime(TimeZone::system());
            format!("{reason}, until {}", until.strftime("%H:%M:%S"))
        }
        (reason, _) => reason.clone().unwrap_or_default(),
    };
    [
        one.uuid.to_string(),
        one.kind.to_string(),
        one.name.clone().unwrap_or_default(),
        one.state.to_string(),
        one.usage_count.to_string(),
        one.error_count.to_string(),
        why,
    ]
}
