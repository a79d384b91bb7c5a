//! The tokens of every account that was signed in to: one value an account, however often the table is swapped.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use account::credentials::OauthClient;
use account::tokens::Renewing;
use account::web::Real;
use account::{Shelf, Tokens, Vault};
use provider::Login;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::blocking;
use crate::engine::Engine;
use crate::roster::{Entry, SecretField};
use crate::settings::{Settings, SignIn};
use crate::sign_ins::means;
use crate::state::State;

/// How often idle accounts are looked at.
const TEND: Duration = Duration::from_secs(20);
/// How long the end of the program waits for renewals that are under way.
const SETTLE: Duration = Duration::from_secs(10);

/// See the module.
#[derive(Debug)]
pub struct Logins {
    home: PathBuf,
    vault: Vault,
    all: Mutex<Vec<Known>>,
    client: Mutex<Option<(SignIn, Option<OauthClient>)>>,
}

#[derive(Debug)]
struct Known {
    tokens: Arc<Tokens>,
    proxy: Option<String>,
}

impl Logins {
    /// None yet, of a home.
    pub fn new(home: PathBuf, vault: Vault) -> Self {
        Self {
            home,
            vault,
            all: Mutex::default(),
            client: Mutex::default(),
        }
    }

    /// Looks for Gemini's OAuth client where these settings say, before [`of`](Self::of) is asked.
    pub async fn prepare(&self, settings: &Settings) {
        let known = locked(&self.client).as_ref().is_some_and(|(of, found)| {
            // One that was not found may be there now.
            *of == settings.sign_in && found.is_some()
        });
        if known {
            return;
        }
        let wanted = settings.clone();
        let found = blocking::run(move || means::gemini_client(&wanted)).await;
        *locked(&self.client) = Some((settings.sign_in.clone(), found));
    }

    /// The account of an entry, or what keeps it from being used, in words for the user.
    ///
    /// # Errors
    /// It is not signed in, or the way to its service cannot be set up.
    pub fn of(
        &self,
        entry: &Entry,
        settings: &Settings,
        proxy: Option<String>,
    ) -> Result<Login, String> {
        let service = entry.provider.service();
        let service = service.ok_or("it is not signed in to, but has a key")?;
        let shelf = match (&entry.secret, &entry.credentials) {
            (SecretField::Vaulted(name), _) => {
                Shelf::vault(service, self.vault.clone(), name, &self.home)
            }
            (SecretField::Plain(text), _) => Shelf::text(service, text.clone()),
            (SecretField::Missing, Some(path)) => Shelf::file(service, path.clone()),
            (SecretField::Missing, None) => {
                return Err(format!("not signed in; run millpond login {service}"));
            }
        };
        let fixed = entry.base_url.is_some() || settings.base_url(entry.provider).is_some();
        let project = entry.project_id.clone();
        let tokens = self.tokens(shelf, settings, proxy)?;
        Ok(Login::new(tokens, project, fixed))
    }

    fn tokens(
        &self,
        shelf: Shelf,
        settings: &Settings,
        proxy: Option<String>,
    ) -> Result<Arc<Tokens>, String> {
        let endpoints = means::endpoints(settings);
        let client = locked(&self.client)
            .as_ref()
            .and_then(|(_, found)| found.clone());
        let mut all = locked(&self.all);
        all.retain(|known| Arc::strong_count(&known.tokens) > 1);
        let same = all.iter().find(|known| {
            let renewing = known.tokens.renewing();
            known.tokens.shelf().is_same(&shelf)
                && known.proxy == proxy
                && renewing.endpoints == endpoints
                && renewing.gemini_client == client
        });
        if let Some(known) = same {
            return Ok(Arc::clone(&known.tokens));
        }
        let web = Real::new(proxy.as_deref()).map_err(|bad| bad.to_string())?;
        let renewing = Renewing {
            web: Arc::new(web),
            endpoints,
            gemini_client: client,
        };
        let tokens = Tokens::new(shelf, renewing);
        all.push(Known {
            tokens: Arc::clone(&tokens),
            proxy,
        });
        Ok(tokens)
    }

    /// Somebody has signed in anew: what is known of these entries' tokens is not true any more.
    pub fn forget(&self, entry: &Entry) {
        let Some(service) = entry.provider.service() else {
            return;
        };
        let SecretField::Vaulted(name) = &entry.secret else {
            return;
        };
        let shelf = Shelf::vault(service, self.vault.clone(), name, &self.home);
        locked(&self.all).retain(|known| !known.tokens.shelf().is_same(&shelf));
    }

    /// Waits for renewals that are under way, so that what they bring is kept.
    pub async fn settle(&self) {
        let all: Vec<_> = locked(&self.all)
            .iter()
            .map(|known| Arc::clone(&known.tokens))
            .collect();
        let settled = async {
            for tokens in all {
                tokens.settle().await;
            }
        };
        if timeout(SETTLE, settled).await.is_err() {
            tracing::warn!("a renewal of a sign-in did not end in time");
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps every account alive that may serve, until it is dropped.
pub(crate) async fn tend(engine: Arc<Engine>) {
    let mut under_way = JoinSet::new();
    loop {
        for tokens in alive(&engine) {
            under_way.spawn(async move { tokens.tend().await });
        }
        while under_way.join_next().await.is_some() {}
        tokio::time::sleep(TEND).await;
    }
}

/// The accounts of instances that are on and were not ended by their service.
fn alive(engine: &Engine) -> Vec<Arc<Tokens>> {
    let table = engine.table();
    let mut all = Vec::new();
    for bench in table
        .benches()
        .iter()
        .filter(|bench| bench.kind.service().is_some())
    {
        let seen = bench.pool.snapshot();
        let is_alive = |uuid| {
            let gate = seen
                .iter()
                .find(|one| one.id == uuid)
                .map(|one| State::of(&one.gate));
            gate.is_some_and(|state| !matches!(state, State::Disabled | State::Refused))
        };
        let seats = bench.seats.iter().filter(|seat| is_alive(seat.uuid));
        all.extend(seats.filter_map(|seat| {
            let login = seat.upstream.as_ref()?.instance().login.as_ref()?;
            Some(Arc::clone(&login.tokens))
        }));
    }
    all
}
