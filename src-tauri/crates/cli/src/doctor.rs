//! `millpond doctor`: what could keep Millpond from working, and what to do about it.

use account::{Place as VaultPlace, Vault};
use gateway::Stats;
use gateway::home::{Home, Tenant};
use gateway::roster::file::{Owner, PoolsFile};
use gateway::settings::Settings;
use serde::Serialize;

use crate::args::{Listing, Place};
use crate::failed::Failed;
use crate::told;

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Finding {
    what: &'static str,
    good: bool,
    told: String,
}

/// Looks, tells, and fails where something is wrong.
pub(crate) async fn run(place: &Place, listing: Listing) -> Result<(), Failed> {
    let home = Home::resolve(place.home.clone())?;
    let mut all = vec![writable(&home), settings(&home), pools(&home)];
    all.push(vault(&home, place).await);
    all.push(statistics(&home).await);
    all.push(finding("engine", true, tenant(&home)));
    if listing.json {
        told::json(&all);
    } else {
        for one in &all {
            let mark = if one.good { "good" } else { "BAD " };
            told::line(&format!("{mark}  {}: {}", one.what, one.told));
        }
    }
    match all.iter().filter(|one| !one.good).count() {
        0 => Ok(()),
        bad => Err(Failed::Told(format!(
            "{bad} of {} are not as they should be",
            all.len()
        ))),
    }
}

fn finding(what: &'static str, good: bool, told: impl ToString) -> Finding {
    Finding {
        what,
        good,
        told: told.to_string(),
    }
}

fn writable(home: &Home) -> Finding {
    match home.prepare() {
        Ok(()) => finding("home", true, home.folder().display()),
        Err(error) => finding("home", false, error),
    }
}

fn settings(home: &Home) -> Finding {
    match Settings::load(&home.config()) {
        Ok(loaded) if loaded.complaints.is_empty() => {
            finding("config.json", true, home.config().display())
        }
        Ok(loaded) => {
            let complaints = loaded.complaints.iter().map(ToString::to_string);
            finding(
                "config.json",
                false,
                complaints.collect::<Vec<_>>().join("; "),
            )
        }
        Err(error) => finding("config.json", false, error),
    }
}

fn pools(home: &Home) -> Finding {
    let path = home.pools();
    if !path.exists() {
        let text = format!(
            "{} does not exist yet; `millpond pool add TYPE` begins it",
            path.display()
        );
        return finding("provider_pools.json", true, text);
    }
    match PoolsFile::new(path, Owner::Home).load() {
        Ok(roster) if roster.complaints.is_empty() => finding(
            "provider_pools.json",
            true,
            format!("{} instances", roster.entries.len()),
        ),
        Ok(roster) => {
            let complaints = roster.complaints.iter().map(ToString::to_string);
            finding(
                "provider_pools.json",
                false,
                complaints.collect::<Vec<_>>().join("; "),
            )
        }
        Err(error) => finding("provider_pools.json", false, error),
    }
}

async fn vault(home: &Home, place: &Place) -> Finding {
    match Vault::open(home.folder(), place.secrets).await {
        Ok(vault) => match vault.place() {
            VaultPlace::Keychain => finding("vault", true, "the system's keychain"),
            VaultPlace::File { path, warning } => {
                let text = warning.unwrap_or_else(|| path.display().to_string());
                finding("vault", true, text)
            }
        },
        Err(error) => finding("vault", false, error),
    }
}

async fn statistics(home: &Home) -> Finding {
    if !home.stats().exists() {
        return finding("statistics", true, "none yet");
    }
    match Stats::read_only(home.stats()).minutes(1).await {
        Ok(_) => finding("statistics", true, home.stats().display()),
        Err(error) => finding("statistics", false, error),
    }
}

fn tenant(home: &Home) -> String {
    match home.tenant() {
        Tenant::Nobody => "not running".to_owned(),
        Tenant::Unknown => "starting or ending".to_owned(),
        Tenant::Engine(running) => match running.address {
            Some(address) => format!("process {} at http://{address}", running.pid),
            None => format!("process {}", running.pid),
        },
    }
}
