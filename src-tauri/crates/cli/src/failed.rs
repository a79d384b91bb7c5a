//! Why a command did not do what it was asked for.

use std::io;
use std::process::ExitCode;

use gateway::RequestId;

/// Why a command did not do what it was asked for: what, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failed {
    /// The runtime could not be started.
    #[error("cannot start: {0}")]
    Runtime(io::Error),
    /// The home.
    #[error(transparent)]
    Home(#[from] gateway::home::HomeError),
    /// The engine.
    #[error(transparent)]
    Open(#[from] gateway::engine::OpenError),
    /// The vault.
    #[error(transparent)]
    Vault(#[from] account::VaultError),
    /// `config.json`.
    #[error(transparent)]
    Settings(#[from] gateway::settings::SettingsError),
    /// A setting that cannot be set.
    #[error(transparent)]
    Edit(#[from] gateway::settings::edit::EditError),
    /// An instance that cannot be changed.
    #[error(transparent)]
    Pool(#[from] gateway::roster::edit::EditError),
    /// A file that cannot be imported.
    #[error(transparent)]
    Import(#[from] gateway::roster::import::ImportError),
    /// A file that cannot be exported to.
    #[error(transparent)]
    Export(#[from] gateway::roster::export::ExportError),
    /// A file that cannot be read.
    #[error(transparent)]
    Unreadable(#[from] gateway::document::Unreadable),
    /// The statistics.
    #[error(transparent)]
    Stats(#[from] gateway::stats::StatsError),
    /// The engine that runs on the home.
    #[error(transparent)]
    Door(#[from] gateway::door::ClientError),
    /// It answered something else than what was asked.
    #[error(
        "the Millpond that runs on this home gave another answer than was asked for; is it of another version?"
    )]
    OtherReply,
    /// The address, or the port.
    #[error(transparent)]
    Serve(#[from] gateway::listening::CannotServe),
    /// The window's pages.
    #[error(transparent)]
    Pages(#[from] gateway::door::PagesError),
    /// There are no pages.
    #[error(
        "no built user interface was found in {0}; build it (cd ui && npm ci && npm run build) or name its folder with --ui=DIR"
    )]
    NoWindow(String),
    /// Reading or writing.
    #[error("{what}: {source}")]
    Io {
        /// What was done.
        what: &'static str,
        /// The system's words.
        source: io::Error,
    },
    /// No such request.
    #[error("no request {0} is known, or it is no longer kept (STATS_RETENTION_DAYS)")]
    NoSuchRequest(RequestId),
    /// A sign-in did not succeed.
    #[error("{}", told(.0))]
    SignIn(Box<account::sign_in::Failure>),
    /// Something is wrong, and was told.
    #[error("{0}")]
    Told(String),
}

impl Failed {
    /// 1: it failed. (Wrong usage is 2, and clap's.)
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::FAILURE
    }
}

/// Cause, reason, the service's own words and what works in its place.
fn told(failure: &account::sign_in::Failure) -> String {
    let mut text = format!("{} ({})", failure.message, failure.cause.as_str());
    if let Some(words) = &failure.words {
        text.push_str(&format!("\nthe service's words: \"{words}\""));
        if let Some(code) = &failure.code {
            text.push_str(&format!(", {code}"));
        }
    }
    for instead in &failure.instead {
        text.push_str(&format!("\nwhat works instead: {instead}"));
    }
    text
}
