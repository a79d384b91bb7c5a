//! `millpond serve`: the proxy without a window.

use std::net::SocketAddr;
use std::sync::Arc;

use account::{Place as VaultPlace, Secret};
use gateway::demo::{self, Demo};
use gateway::door::Pages;
use gateway::engine::{Engine, Opening};
use gateway::home::Home;
use gateway::house::House;
use gateway::listening;
use gateway::log::Log;
use gateway::settings::Overrides;
use gateway::stop::Stop;
use tokio::net::TcpListener;

use crate::args::{Place, Serve};
use crate::failed::Failed;
use crate::{told, window};

/// Serves until it is told to stop.
pub(crate) async fn run(place: &Place, args: Serve) -> Result<(), Failed> {
    let log = Log::start();
    let demo = match args.demo {
        true => Some(Demo::start().await.map_err(|source| Failed::Io {
            what: "the demo's upstreams cannot be started",
            source,
        })?),
        false => None,
    };
    let is_demo = args.demo;
    let pages = args.ui.clone().map(window::pages).transpose()?;
    let engine = Engine::open(Opening {
        home: Home::resolve(place.home.clone())?,
        overrides: overrides(args),
        secrets: place.secrets,
        demo: demo.as_ref().map(Demo::entries).unwrap_or_default(),
    })
    .await?;
    warn(&engine);
    log.set(engine.table().settings.log_level);
    let (listener, address) = match listening::listen(&engine) {
        Ok(listening) => listening,
        Err(failed) => {
            engine.close().await;
            return Err(failed.into());
        }
    };
    let house = House::new(Arc::clone(&engine), is_demo).await;
    let served = serve(&engine, &house, (listener, address), pages, is_demo).await;
    house.close().await;
    served
}

async fn serve(
    engine: &Engine,
    house: &House,
    (listener, address): (TcpListener, SocketAddr),
    pages: Option<Pages>,
    is_demo: bool,
) -> Result<(), Failed> {
    let unwritable = |source| Failed::Io {
        what: "the home cannot be written",
        source,
    };
    let window = pages
        .map(|pages| window::open(pages, address))
        .transpose()?;
    let proxy = house.open_with(address, window.clone()).await;
    let proxy = proxy.map_err(unwritable)?;
    // Before the line that others wait for: a signal that follows it at once must be heard.
    let stop = Stop::new().map_err(|source| Failed::Io {
        what: "signals cannot be listened to",
        source,
    })?;
    if is_demo {
        eprintln!("{}", demo::hint(address, &engine.local_key()));
    }
    let showing = window.map(|window| tokio::spawn(window::show(window)));
    told::line(&format!("listening on http://{address}"));
    house.serve(listener, proxy, stop.wait()).await;
    if let Some(showing) = showing {
        showing.abort();
    }
    tracing::info!("stopping: saving");
    Ok(())
}

/// What is wrong with the home and does not keep the proxy from serving.
fn warn(engine: &Engine) {
    if let VaultPlace::File {
        warning: Some(warning),
        ..
    } = engine.place()
    {
        tracing::warn!("{warning}");
    }
    let problems = engine.problems().borrow().clone();
    for complaint in &problems.complaints {
        tracing::warn!("{complaint}");
    }
    if let Some(unreadable) = &problems.pools {
        tracing::error!("{unreadable}");
    }
    for told in [&problems.unwritten, &problems.secrets]
        .into_iter()
        .flatten()
    {
        tracing::warn!("{told}");
    }
}

fn overrides(args: Serve) -> Overrides {
    Overrides {
        host: args.host,
        port: args.port,
        api_key: args.api_key.map(Secret::new),
        model_provider: args.model_provider,
        pools_file: args.provider_pools_file,
        config_file: args.config,
    }
}
