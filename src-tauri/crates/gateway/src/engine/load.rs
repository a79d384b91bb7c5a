//! From the files to a table.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use account::{Place, Secret, Vault};
use provider::Hops;

use super::{Engine, Files, OpenError, Problems};
use crate::blocking;
use crate::complaint::Complaint;
use crate::document::{Stamp, Unreadable};
use crate::home::Home;
use crate::keeper::Keeper;
use crate::logins::Logins;
use crate::roster::file::{Owner, PoolsFile};
use crate::roster::{Entry, Roster, SecretField};
use crate::settings::{Overrides, Settings, SettingsError};
use crate::table::{Parts, Table};

/// What the files say.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) settings: Settings,
    pools: PoolsFile,
    /// What the pools file says, or why it cannot be read.
    roster: Result<Roster, Unreadable>,
    complaints: Vec<Complaint>,
    /// Secrets that stand in a file, and why.
    in_the_open: Option<String>,
    seen: [Stamp; 2],
}

/// Reads both files, and moves what secrets the home's own pools file holds into the vault.
pub(super) async fn read(
    home: &Home,
    overrides: &Overrides,
    vault: &Vault,
) -> Result<Read, OpenError> {
    let path = config_path(home, overrides);
    let config = path.clone();
    let (loaded, config_seen) = blocking::run(move || {
        let seen = Stamp::of(&config);
        Settings::load(&config).map(|loaded| (loaded, seen))
    })
    .await?;
    let settings = loaded.settings.with(overrides);
    let pools = PoolsFile::of(home, &settings);
    let mut roster = load(&pools).await;
    let in_the_open = match &roster {
        Ok((read, _)) if read.has_plain_secrets() => match pools.owner() {
            Owner::User => Some(stays(pools.path())),
            Owner::Home => match pools.move_secrets(vault).await {
                Ok(moved) => {
                    tracing::info!(
                        moved,
                        "secrets of {} are in the vault now",
                        pools.path().display()
                    );
                    roster = load(&pools).await;
                    None
                }
                Err(error) => Some(format!(
                    "secrets are still in {}, since they could not be moved into the vault: {error}",
                    pools.path().display()
                )),
            },
        },
        _ => None,
    };
    let (roster, pools_seen) = match roster {
        Ok((roster, seen)) => (Ok(roster), seen),
        Err(error) => (Err(error), Stamp::of(pools.path())),
    };
    Ok(Read {
        settings,
        pools,
        roster,
        complaints: loaded.complaints,
        in_the_open,
        seen: [config_seen, pools_seen],
    })
}

async fn load(pools: &PoolsFile) -> Result<(Roster, Stamp), Unreadable> {
    let pools = pools.clone();
    blocking::run(move || {
        let seen = Stamp::of(pools.path());
        Ok((pools.load()?, seen))
    })
    .await
}

pub(super) fn config_path(home: &Home, overrides: &Overrides) -> PathBuf {
    overrides
        .config_file
        .clone()
        .unwrap_or_else(|| home.config())
}

fn stays(path: &Path) -> String {
    let path = path.display();
    format!(
        "secrets stay in {path}, where they are readable as text; millpond pool import {path} moves them into the vault"
    )
}

impl Read {
    /// For an engine that has just begun.
    pub(super) fn files(&self, demo: Vec<Entry>, vault: &Vault) -> (Files, Problems) {
        let mut files = Files {
            pools: self.pools.clone(),
            entries: Vec::new(),
            demo,
            keeper: Keeper::default(),
            seen: self.seen,
        };
        let problems = self.take_up(&mut files, vault);
        (files, problems)
    }

    /// Puts what was read in the place of what was known, as far as it could be read.
    fn take_up(&self, files: &mut Files, vault: &Vault) -> Problems {
        let mut problems = Problems {
            complaints: self.complaints.clone(),
            secrets: self.in_the_open.clone(),
            ..Problems::default()
        };
        if let Place::File { warning, .. } = vault.place() {
            problems.secrets = problems.secrets.or(warning);
        }
        if files.pools != self.pools {
            files.pools = self.pools.clone();
            files.entries.clear();
            files.keeper = Keeper::default();
        }
        files.seen = self.seen;
        let vanished = self.seen[1] == Stamp::NONE && !files.entries.is_empty();
        match &self.roster {
            Ok(_) if vanished => {
                problems.pools = Some(Unreadable {
                    path: files.pools.path().to_owned(),
                    reason: "it has vanished".to_owned(),
                });
            }
            Ok(roster) => {
                problems
                    .complaints
                    .extend(roster.complaints.iter().cloned());
                files.entries.clone_from(&roster.entries);
                files.keeper.learn(&roster.entries);
            }
            Err(error) => problems.pools = Some(error.clone()),
        }
        problems
    }
}

impl Problems {
    /// For the log. At the start whoever opens the engine tells them.
    fn log(&self) {
        for complaint in &self.complaints {
            tracing::warn!("{complaint}");
        }
        if let Some(error) = &self.pools {
            tracing::error!(
                "{error}; Millpond serves with what it knew before, and reads it again when it changes"
            );
        }
        if let Some(warning) = &self.secrets {
            tracing::warn!("{warning}");
        }
    }
}

/// The table that the files make.
pub(super) async fn table(
    settings: &Settings,
    files: &Files,
    (vault, hops, logins): (&Vault, &Hops, &Logins),
    before: Option<&Table>,
) -> Result<Table, OpenError> {
    let parts = Parts {
        vault,
        hops,
        logins,
        local_key: local_key(settings, vault).await?,
        before,
    };
    Ok(Table::build(settings.clone(), files.shown(), parts).await)
}

async fn local_key(settings: &Settings, vault: &Vault) -> Result<Secret<String>, OpenError> {
    match &settings.required_api_key {
        SecretField::Plain(key) => Ok(key.clone()),
        SecretField::Vaulted(name) => vault.get(name).await?.ok_or(OpenError::NoLocalKey),
        SecretField::Missing => Ok(vault.local_key().await?),
    }
}

impl Engine {
    /// Reads the files again and takes up what they say, all at once. What cannot be read goes on as it was.
    ///
    /// # Errors
    /// The settings cannot be taken up; all goes on as it was.
    pub async fn reload(&self) -> Result<(), OpenError> {
        let mut files = self.files.lock().await;
        self.reload_now(&mut files).await
    }

    pub(super) async fn reload_now(&self, files: &mut Files) -> Result<(), OpenError> {
        let taken_up = match read(&self.home, &self.overrides, &self.vault).await {
            Ok(read) => {
                let problems = read.take_up(files, &self.vault);
                problems.log();
                self.swap(files, read.settings).await.map(|()| problems)
            }
            Err(error) => Err(error),
        };
        match taken_up {
            Ok(problems) => {
                self.problems.send_replace(Arc::new(problems));
                Ok(())
            }
            Err(error) => {
                tracing::error!("{error}; the settings stay as they were");
                if let OpenError::Settings(error) = &error {
                    self.tell_settings(error.clone());
                }
                Err(error)
            }
        }
    }

    /// Takes up the pools alone, with the settings as they are.
    pub(super) async fn reload_pools(&self, files: &mut Files) {
        match load(&files.pools).await {
            Ok((roster, seen)) => {
                files.seen[1] = seen;
                files.keeper.learn(&roster.entries);
                files.entries = roster.entries;
            }
            Err(error) => tracing::error!("{error}; Millpond serves with what it knew before"),
        }
        let settings = self.table.load().settings.clone();
        if let Err(error) = self.swap(files, settings).await {
            tracing::error!("{error}; the pools stay as they were");
        }
    }

    fn tell_settings(&self, error: SettingsError) {
        self.problems.send_modify(|problems| {
            Arc::make_mut(problems).settings = Some(error);
        });
    }

    /// Puts a new table in the place of the old one.
    async fn swap(&self, files: &Files, mut settings: Settings) -> Result<(), OpenError> {
        let before = self.table.load_full();
        // Where it listens was decided at the start.
        settings.host.clone_from(&before.settings.host);
        settings.port = before.settings.port;
        settings.allow_remote = before.settings.allow_remote;
        let table = table(
            &settings,
            files,
            (&self.vault, &self.hops, &self.logins),
            Some(&before),
        )
        .await?;
        self.table.store(Arc::new(table));
        self.swapped.send_modify(|count| *count += 1);
        Ok(())
    }
}
