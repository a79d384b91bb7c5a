//! A sign-in that runs.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::sync::{mpsc, watch};
use uuid::Uuid;

use super::returned::{BadPaste, Returned};
use super::stage::{Means, Stage};
use super::{Failure, FailureCause, SignIn, SignedIn, Step, Way, gemini, kiro, qwen};
use crate::Credentials;

/// What a sign-in has brought.
#[derive(Debug, Clone)]
pub struct NewLogin {
    /// Its tokens.
    pub credentials: Credentials,
    /// Whose account it is.
    pub account: SignedIn,
    /// Gemini: the Google Cloud project that requests are made for.
    pub project: Option<String>,
}

/// Who keeps what a sign-in has brought.
pub trait Keep: Send + Sync {
    /// Keeps it, and gives the instance that uses it from now on; or says why it cannot.
    fn keep(&self, login: NewLogin) -> BoxFuture<'_, Result<Uuid, String>>;
}

/// A sign-in that runs, or has ended. It goes on when this is dropped; [`cancel`](Self::cancel) stops it.
#[derive(Debug)]
pub struct Flow {
    shown: watch::Receiver<SignIn>,
    pasted: mpsc::Sender<Returned>,
    stop: watch::Sender<bool>,
}

impl Flow {
    /// Begins one.
    pub fn begin(id: Uuid, way: Way, means: Means, keep: Arc<dyn Keep>) -> Self {
        let sign_in = SignIn {
            id,
            service: way.service(),
            step: Step::Starting,
        };
        let (shown, watch) = watch::channel(sign_in);
        let (pasted, to_stage) = mpsc::channel(4);
        let (stop, stopped) = watch::channel(false);
        let stage = Stage {
            shown,
            pasted: to_stage,
            means,
        };
        tokio::spawn(run(stage, way, keep, stopped));
        Self {
            shown: watch,
            pasted,
            stop,
        }
    }

    /// How it stands.
    pub fn now(&self) -> SignIn {
        self.shown.borrow().clone()
    }

    /// How it stands, as it changes.
    pub fn watch(&self) -> watch::Receiver<SignIn> {
        self.shown.clone()
    }

    /// Hands it the address that the browser ended on.
    ///
    /// # Errors
    /// It is not such an address, or none is waited for. The sign-in goes on.
    pub fn paste(&self, address: &str) -> Result<(), BadPaste> {
        let returned = Returned::read(address)?;
        if !self.shown.borrow().step.takes_paste() {
            return Err(BadPaste::NotNow);
        }
        self.pasted.try_send(returned).map_err(|_| BadPaste::NotNow)
    }

    /// Stops it. What is being kept already is kept.
    pub fn cancel(&self) {
        self.stop.send_replace(true);
    }
}

async fn run(mut stage: Stage, way: Way, keep: Arc<dyn Keep>, mut stopped: watch::Receiver<bool>) {
    let service = way.service();
    let signed_in = tokio::select! {
        biased;
        () = cancelled(&mut stopped) => {
            Err(Failure::new(FailureCause::Cancelled, "the sign-in was stopped"))
        }
        signed_in = sign_in(&mut stage, way) => signed_in,
    };
    let step = match signed_in {
        Ok(login) => kept(&stage, login, &*keep).await,
        Err(failure) => Step::Failed { failure },
    };
    if let Step::Failed { failure } = &step {
        tracing::warn!(%service, cause = failure.cause.as_str(), "a sign-in failed: {failure}");
    }
    stage.show(step);
}

async fn sign_in(stage: &mut Stage, way: Way) -> Result<NewLogin, Failure> {
    match way {
        Way::Gemini { project } => gemini::sign_in(stage, project).await,
        Way::Qwen => qwen::sign_in(stage).await,
        Way::Kiro {
            method,
            start_url,
            region,
        } => kiro::sign_in(stage, method, start_url, region).await,
    }
}

async fn kept(stage: &Stage, login: NewLogin, keep: &dyn Keep) -> Step {
    stage.finishing("keeping the tokens in the vault");
    let account = login.account.clone();
    match keep.keep(login).await {
        Ok(instance) => Step::Done {
            account: SignedIn {
                instance: Some(instance),
                ..account
            },
        },
        Err(reason) => Step::Failed {
            failure: Failure::new(
                FailureCause::NotKept,
                format!("the sign-in worked, but cannot be kept: {reason}"),
            ),
        },
    }
}

/// Resolves when it is to stop. Without anybody left who could stop it, never.
async fn cancelled(stopped: &mut watch::Receiver<bool>) {
    if stopped.wait_for(|stop| *stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}
