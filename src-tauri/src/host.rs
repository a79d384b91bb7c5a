//! The engine in this process: opened before the window, closed after it.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use account::SecretsMode;
use gateway::control::Desk;
use gateway::engine::{Engine, OpenError, Opening};
use gateway::home::Home;
use gateway::house::House;
use gateway::listening::{self, CannotServe};
use gateway::log::Log;
use gateway::proxy::Proxy;
use gateway::settings::Overrides;
use gateway::stop::Stop;
use tokio::net::TcpListener;

/// Why the engine does not run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failed {
    /// The home, the vault or the settings.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The address, or the port.
    #[error(transparent)]
    Serve(#[from] CannotServe),
    /// The home cannot be written.
    #[error("the home cannot be written: {0}")]
    Home(io::Error),
    /// Signals cannot be listened to.
    #[error("signals cannot be listened to: {0}")]
    Signals(io::Error),
}

/// An engine that listens, and serves from [`serve`](Self::serve) on.
pub(crate) struct Host {
    house: House,
    listener: TcpListener,
    proxy: Arc<Proxy>,
    stop: Stop,
    address: SocketAddr,
}

impl Host {
    /// Opens a home and listens as its settings say.
    ///
    /// # Errors
    /// As [`Failed`] says; the home is free again then.
    pub(crate) async fn open(home: Home, secrets: SecretsMode, log: &Log) -> Result<Self, Failed> {
        let engine = Engine::open(Opening {
            home,
            overrides: Overrides::default(),
            secrets,
            demo: Vec::new(),
        })
        .await?;
        log.set(engine.table().settings.log_level);
        match Self::listen(&engine).await {
            Ok(host) => Ok(host),
            Err(failed) => {
                engine.close().await;
                Err(failed)
            }
        }
    }

    async fn listen(engine: &Arc<Engine>) -> Result<Self, Failed> {
        let (listener, address) = listening::listen(engine)?;
        let stop = Stop::new().map_err(Failed::Signals)?;
        let house = House::new(Arc::clone(engine), false).await;
        match house.open(address).await {
            Ok(proxy) => Ok(Self {
                house,
                listener,
                proxy,
                stop,
                address,
            }),
            Err(error) => {
                house.close().await;
                Err(Failed::Home(error))
            }
        }
    }

    /// Where commands go in and state comes out.
    pub(crate) fn desk(&self) -> Arc<Desk> {
        Arc::clone(self.house.desk())
    }

    /// Serves until a command or a signal asks for the end; finishes what is in flight, and saves.
    pub(crate) async fn serve(self) {
        tracing::info!("listening on http://{}", self.address);
        self.house
            .serve(self.listener, self.proxy, self.stop.wait())
            .await;
        tracing::info!("stopping: saving");
        self.house.close().await;
    }
}
