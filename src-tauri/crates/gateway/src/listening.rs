//! Where an engine listens: as its settings say, or why it cannot.

use std::io;
use std::net::SocketAddr;

use tokio::net::TcpListener;

use crate::engine::Engine;
use crate::holder;
use crate::server::{self, CannotListen};

/// Why an engine cannot listen where its settings say.
#[derive(Debug, thiserror::Error)]
pub enum CannotServe {
    /// The port is taken.
    #[error(
        "{at} is in use: {holder}; stop it, or take another port (--port, or SERVER_PORT in config.json)"
    )]
    Busy {
        /// Where.
        at: SocketAddr,
        /// Who, as far as it can be found out.
        holder: String,
    },
    /// Listening beyond this machine takes a second step.
    #[error(
        "HOST {0} would let other machines in; set ALLOW_REMOTE to true as well (millpond config set ALLOW_REMOTE true), or use 127.0.0.1"
    )]
    Remote(String),
    /// The address cannot be listened on.
    #[error(transparent)]
    Listen(CannotListen),
    /// The system does not say where it listens.
    #[error("the address is unknown: {0}")]
    Address(io::Error),
}

/// Listens. Must be called inside a runtime.
///
/// # Errors
/// As [`CannotServe`] says.
pub fn listen(engine: &Engine) -> Result<(TcpListener, SocketAddr), CannotServe> {
    let table = engine.table();
    let settings = &table.settings;
    if settings.listens_beyond_loopback() && !settings.allow_remote {
        return Err(CannotServe::Remote(settings.host.clone()));
    }
    let listening = server::listen(&settings.host, settings.port);
    let listener = listening.map_err(|error| match error {
        CannotListen::Busy(at) => CannotServe::Busy {
            at,
            holder: holder::of(at),
        },
        other => CannotServe::Listen(other),
    })?;
    let address = listener.local_addr().map_err(CannotServe::Address)?;
    Ok((listener, address))
}
