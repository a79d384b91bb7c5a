//! Where commands are carried out.

mod edits;
mod sign_in;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use chat::Dialect;
use tokio::sync::watch;

use super::verify;
use super::{Control, KeyText, Refused, RefusedKind, Reply, Setting};
use crate::board::Board;
use crate::checks::{Checks, Which};
use crate::demo::Demo;
use crate::engine::Engine;
use crate::roster::edit::{Edit, New, Removed};
use crate::settings;
use crate::settings::keys::{KEYS, Key};
use crate::sign_ins::keeping::Target;
use crate::stats::Stats;
use crate::status::Mode;
use crate::table::Table;
use crate::{door, listing};

/// So many removals can be undone.
const MOST_REMOVED: usize = 20;

/// Everything that commands need.
#[derive(Debug)]
pub struct Desk {
    engine: Arc<Engine>,
    checks: Arc<Checks>,
    stats: Stats,
    board: Arc<Board>,
    stop: watch::Sender<bool>,
    /// What was taken out lately.
    removed: Mutex<VecDeque<Removed>>,
    /// The demo's upstreams, while it is shown.
    demo: tokio::sync::Mutex<Option<Demo>>,
}

impl Desk {
    /// A desk over these.
    pub fn new(
        engine: Arc<Engine>,
        checks: Arc<Checks>,
        stats: Stats,
        board: Arc<Board>,
    ) -> Arc<Self> {
        Arc::new(Self {
            engine,
            checks,
            stats,
            board,
            stop: watch::Sender::new(false),
            removed: Mutex::default(),
            demo: tokio::sync::Mutex::default(),
        })
    }

    /// State out.
    pub fn board(&self) -> &Arc<Board> {
        &self.board
    }

    /// Resolves when [`Control::Shutdown`] was asked for.
    pub async fn stopped(&self) {
        let mut stop = self.stop.subscribe();
        // The sender lives as long as this.
        let _ = stop.wait_for(|stop| *stop).await;
    }

    /// Carries a command out.
    ///
    /// # Errors
    /// Nothing was changed then, unless the message says so.
    pub async fn carry_out(&self, command: Control) -> Result<Reply, Refused> {
        match command {
            Control::Status => Ok(Reply::Status(Box::new((*self.board.now()).clone()))),
            Control::Instances => Ok(Reply::Instances(self.instances().await)),
            Control::Add {
                provider,
                fields,
                key,
            } => {
                let key = key.map(|key| key.0);
                self.change(Edit::Add(New {
                    provider,
                    fields,
                    key,
                }))
                .await
            }
            Control::Edit { uuid, fields, key } => {
                let key = key.map(|key| key.0);
                self.change(Edit::Change { uuid, fields, key }).await
            }
            Control::Enable { uuid, on } => {
                let disabled = !on;
                self.change(Edit::Disable { uuid, disabled }).await
            }
            Control::Move { uuid, place } => self.change(Edit::Move { uuid, place }).await,
            Control::Remove { uuid } => self.change(Edit::Remove { uuid }).await,
            Control::Restore { uuid } => self.restore(uuid).await,
            Control::Import { file } => self.import(&file).await,
            Control::Export { file } => Ok(Reply::Exported(
                self.engine.export(edits::absolute(&file)?).await?,
            )),
            Control::Check { which, billed } => self.check(which, billed).await,
            Control::Explain { id } => {
                let told = self.stats.explain(id).await?;
                Ok(Reply::Request(told.map(Box::new)))
            }
            Control::Requests { find } => Ok(Reply::Requests(self.stats.find(find).await)),
            Control::Summary { question } => Ok(Reply::Summary(Box::new(
                self.stats.summary(question).await?,
            ))),
            Control::Minutes { count } => {
                Ok(Reply::Minutes(Box::new(self.stats.minutes(count).await?)))
            }
            Control::Changes { instance, limit } => {
                Ok(Reply::Changes(self.stats.changes(instance, limit).await?))
            }
            Control::LocalKey => Ok(Reply::Key(KeyText(self.engine.local_key()))),
            Control::Settings { key } => self.settings(key.as_deref()),
            Control::Set { key, value } => {
                self.engine.set(&key, &value).await?;
                Ok(Reply::Done)
            }
            Control::SetLocalKey { key } => {
                self.engine.set_local_key(key.map(|key| key.0)).await?;
                Ok(Reply::Done)
            }
            Control::Offers => Ok(Reply::Offers(account::sign_in::offers())),
            Control::BeginSignIn {
                way,
                name,
                instance,
            } => self.begin_sign_in(way, Target { instance, name }).await,
            Control::SignIn { id } => self.sign_in(id),
            Control::FinishSignIn { id, address } => self.finish_sign_in(id, &address.0),
            Control::CancelSignIn { id } => self.cancel_sign_in(id),
            Control::Models => Ok(Reply::Models(listing::names(&self.engine.table()))),
            Control::Verify { dialect, model } => self.verify(dialect, &model).await,
            Control::Demo { on } => self.show_demo(on).await,
            Control::Pause => self.switch(Mode::Paused),
            Control::Resume => self.switch(Mode::Running),
            Control::Shutdown => {
                self.stop.send_replace(true);
                self.switch(Mode::Stopping)
            }
        }
    }

    async fn check(&self, which: Which, billed: bool) -> Result<Reply, Refused> {
        let table = self.engine.table();
        let known = match which {
            Which::All => true,
            Which::Pool(kind) => table.bench(kind).is_some(),
            Which::One(uuid) => table.seat(uuid).is_some(),
        };
        if !known {
            let text = match which {
                Which::One(uuid) => format!("no instance has the uuid {uuid}"),
                Which::Pool(kind) => format!("the pool {kind} has no instance"),
                Which::All => String::new(),
            };
            return Err(Refused::new(RefusedKind::Missing, text));
        }
        Ok(Reply::Checked(self.checks.check(which, billed).await))
    }

    async fn verify(&self, dialect: Dialect, model: &str) -> Result<Reply, Refused> {
        let address = self.board.address().ok_or_else(|| {
            let text = "the proxy does not listen yet; try again";
            Refused::new(RefusedKind::Failed, text)
        })?;
        let key = self.engine.local_key();
        let verified = verify::verify(door::reachable(address), &key, dialect, model).await?;
        Ok(Reply::Verified(Box::new(verified)))
    }

    async fn show_demo(&self, on: bool) -> Result<Reply, Refused> {
        let mut shown = self.demo.lock().await;
        let demo = match on {
            true => Some(Demo::start().await.map_err(|error| {
                let text = format!("the demo's upstreams cannot be started: {error}");
                Refused::new(RefusedKind::Failed, text)
            })?),
            false => None,
        };
        let entries = demo.as_ref().map(Demo::entries).unwrap_or_default();
        self.engine
            .show_demo(entries)
            .await
            .map_err(|error| Refused::new(RefusedKind::Failed, error.to_string()))?;
        self.board.set_demo(on);
        // Those of the last demo end only now, when nobody is sent to them any more.
        *shown = demo;
        Ok(Reply::Done)
    }

    fn settings(&self, key: Option<&str>) -> Result<Reply, Refused> {
        let table = self.engine.table();
        let shown = match key {
            Some(name) => vec![setting(settings::edit::key(name)?, &table)],
            None => KEYS.iter().map(|key| setting(key, &table)).collect(),
        };
        Ok(Reply::Settings(shown))
    }

    fn switch(&self, mode: Mode) -> Result<Reply, Refused> {
        self.board.set_mode(mode);
        Ok(Reply::Done)
    }
}

fn setting(key: &Key, table: &Table) -> Setting {
    Setting {
        key: key.name.to_owned(),
        // The only secret among them is the local key.
        value: match key.secret {
            true => table.local_key.masked().into(),
            false => key.shown(&table.settings),
        },
        expected: key.expected.to_owned(),
    }
}
