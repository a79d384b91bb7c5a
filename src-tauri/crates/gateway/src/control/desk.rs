//! Where commands are carried out.

use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use account::sign_in::{BadPaste, Flow, SignIn, Way};
use provider::ProviderType;
use tokio::sync::watch;
use uuid::Uuid;

use super::{Control, Imported, Instance, KeyText, Refused, RefusedKind, Reply, Setting};
use crate::blocking;
use crate::board::Board;
use crate::checks::{Checks, Which};
use crate::engine::Engine;
use crate::roster::Entry;
use crate::roster::edit::{Done, Edit, New, Removed};
use crate::settings;
use crate::settings::keys::{KEYS, Key};
use crate::sign_ins::keeping::{InEngine, Target};
use crate::sign_ins::means;
use crate::stats::Stats;
use crate::status::{InstanceStatus, Mode};
use crate::table::Table;

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
            Control::Export { file } => {
                Ok(Reply::Exported(self.engine.export(absolute(&file)?).await?))
            }
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
            Control::SignIn { id } => {
                let found = self.engine.sign_ins().get(id);
                found.map(shown).ok_or_else(|| no_sign_in(id))
            }
            Control::FinishSignIn { id, address } => {
                let pasted = self.engine.sign_ins().paste(id, address.0.expose());
                let pasted = pasted.ok_or_else(|| no_sign_in(id))?;
                let invalid = |bad: BadPaste| Refused::new(RefusedKind::Invalid, bad.to_string());
                pasted.map(shown).map_err(invalid)
            }
            Control::CancelSignIn { id } => match self.engine.sign_ins().cancel(id) {
                true => Ok(Reply::Done),
                false => Err(no_sign_in(id)),
            },
            Control::Pause => self.switch(Mode::Paused),
            Control::Resume => self.switch(Mode::Running),
            Control::Shutdown => {
                self.stop.send_replace(true);
                self.switch(Mode::Stopping)
            }
        }
    }

    /// Begins a sign-in whose tokens go into this engine's vault and pools.
    async fn begin_sign_in(&self, way: Way, target: Target) -> Result<Reply, Refused> {
        let kind = ProviderType::of_service(way.service());
        if let Some(uuid) = target.instance {
            let entries = self.engine.entries().await;
            if !entries.iter().any(|e| e.uuid == uuid && e.provider == kind) {
                let text = format!("no instance of {kind} has the uuid {uuid}");
                return Err(Refused::new(RefusedKind::Missing, text));
            }
        }
        let table = self.engine.table();
        let means = blocking::run(move || means::of(&table.settings, kind)).await;
        let means = means.map_err(|bad| Refused::new(RefusedKind::Failed, bad.to_string()))?;
        let keep = Arc::new(InEngine::new(Arc::downgrade(&self.engine), target));
        let flow = Flow::begin(Uuid::new_v4(), way, means, keep);
        Ok(shown(self.engine.sign_ins().add(flow)))
    }

    async fn instances(&self) -> Vec<Instance> {
        let entries = self.engine.entries().await;
        let status = self.board.now();
        let known: HashMap<_, _> = status.instances().map(|one| (one.uuid, one)).collect();
        let with_status = |entry: &Entry| {
            let status = (*known.get(&entry.uuid)?).clone();
            Some(instance(entry, status))
        };
        entries.iter().filter_map(with_status).collect()
    }

    /// Changes the pools file.
    async fn change(&self, edit: Edit) -> Result<Reply, Refused> {
        Ok(match self.engine.apply(edit).await? {
            Done::Added(uuid) => Reply::Added(uuid),
            Done::Changed(_) => Reply::Done,
            Done::Removed(removed) => {
                self.keep_removed(removed);
                Reply::Done
            }
        })
    }

    /// Puts back what was taken out.
    async fn restore(&self, uuid: Uuid) -> Result<Reply, Refused> {
        let removed = self.take_removed(uuid)?;
        let restored = self.engine.apply(Edit::Restore(removed.clone())).await;
        if restored.is_err() {
            self.keep_removed(removed);
        }
        restored?;
        Ok(Reply::Done)
    }

    async fn import(&self, file: &Path) -> Result<Reply, Refused> {
        let done = self.engine.import(absolute(file)?).await?;
        Ok(Reply::Imported(Imported::from(done)))
    }

    fn keep_removed(&self, removed: Removed) {
        let mut all = self.removed.lock().unwrap_or_else(PoisonError::into_inner);
        all.push_back(removed);
        if all.len() > MOST_REMOVED {
            all.pop_front();
        }
    }

    fn take_removed(&self, uuid: Uuid) -> Result<Removed, Refused> {
        let mut all = self.removed.lock().unwrap_or_else(PoisonError::into_inner);
        let at = all.iter().position(|one| one.uuid == uuid);
        at.and_then(|at| all.remove(at)).ok_or_else(|| {
            let text = format!("{uuid} was not removed lately; add it again");
            Refused::new(RefusedKind::Missing, text)
        })
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

fn shown(sign_in: SignIn) -> Reply {
    Reply::SignIn(Box::new(sign_in))
}

fn no_sign_in(id: Uuid) -> Refused {
    let text = format!("no sign-in {id} is under way; begin it again");
    Refused::new(RefusedKind::Missing, text)
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

/// Whoever asks may stand in another folder than this program.
fn absolute(file: &Path) -> Result<&Path, Refused> {
    if file.is_absolute() {
        return Ok(file);
    }
    let text = format!("{} is no absolute path", file.display());
    Err(Refused::new(RefusedKind::Invalid, text))
}

fn instance(entry: &Entry, status: InstanceStatus) -> Instance {
    Instance {
        status,
        priority: entry.priority,
        weight: entry.weight,
        concurrency_limit: entry.concurrency_limit,
        check_health: entry.check_health,
        check_model: entry.check_model.clone(),
        not_supported_models: entry.not_supported_models.clone(),
        model_map: entry.model_map.clone(),
        proxy: entry
            .proxy_url
            .as_deref()
            .map(settings::values::without_password),
        fault: entry.fault.clone(),
    }
}
