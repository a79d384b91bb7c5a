//! `millpond serve`: the proxy without a window.

use std::sync::Arc;

use account::{Place as VaultPlace, Secret};
use gateway::books::Books;
use gateway::checks::Checks;
use gateway::engine::{Engine, Opening};
use gateway::home::Home;
use gateway::server::CannotListen;
use gateway::settings::{LogLevel, Overrides};
use gateway::stats::keep::Limits;
use gateway::{Proxy, Stats, server};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::reload::Handle;

use crate::args::{Place, Serve};
use crate::failed::Failed;
use crate::{demo, holder, told};

type Filter = Handle<EnvFilter, tracing_subscriber::Registry>;

/// Serves until it is told to stop.
pub(crate) async fn run(place: &Place, args: Serve) -> Result<(), Failed> {
    let filter = log();
    let demo = if args.demo {
        demo::start().await.map_err(|source| Failed::Io {
            what: "the demo's upstreams cannot be started",
            source,
        })?
    } else {
        Vec::new()
    };
    let is_demo = args.demo;
    let engine = Engine::open(Opening {
        home: Home::resolve(place.home.clone())?,
        overrides: overrides(args),
        secrets: place.secrets,
        demo,
    })
    .await?;
    let served = serve(&engine, filter.as_ref(), is_demo).await;
    engine.close().await;
    served
}

async fn serve(engine: &Arc<Engine>, filter: Option<&Filter>, is_demo: bool) -> Result<(), Failed> {
    let table = engine.table();
    let settings = &table.settings;
    if let Some(filter) = filter {
        let level = EnvFilter::new(level(settings.log_level));
        // It fails only where there is no subscriber any more.
        let _ = filter.reload(level);
    }
    if settings.listens_beyond_loopback() && !settings.allow_remote {
        return Err(Failed::Remote(settings.host.clone()));
    }
    warn(engine);
    let listener = server::listen(&settings.host, settings.port).map_err(not_listening)?;
    let address = listener.local_addr().map_err(|source| Failed::Io {
        what: "the address is unknown",
        source,
    })?;
    let stats = Stats::open(engine.home().stats());
    stats.keep(Limits {
        days: u32::try_from(settings.stats_retention.as_secs() / 86_400).unwrap_or(u32::MAX),
        ..Limits::default()
    });
    let books = Books::new(stats);
    let models = (!is_demo).then(|| engine.home().folder().join("models.json"));
    let checks = Checks::new(engine.table_cell(), models).await;
    let checking = tokio::spawn(follow(Arc::clone(engine), Arc::clone(&checks)));
    let scheduled = tokio::spawn(Arc::clone(&checks).run());
    let doors = books.door(engine.table_cell());
    let proxy = Proxy::new(engine.table_cell(), Arc::clone(&books) as _, doors);
    engine
        .announce(address)
        .await
        .map_err(|source| Failed::Io {
            what: "the home cannot be written",
            source,
        })?;
    if is_demo {
        eprintln!("{}", demo::hint(address, &engine.local_key()));
    }
    told::line(&format!("listening on http://{address}"));
    server::serve(listener, proxy, stop()).await;
    checking.abort();
    scheduled.abort();
    tracing::info!("stopping: saving");
    books.stats.close().await;
    Ok(())
}

/// Tells the checks of each new table.
async fn follow(engine: Arc<Engine>, checks: Arc<Checks>) {
    let mut swaps = engine.swaps();
    while swaps.changed().await.is_ok() {
        checks.table_changed();
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

/// Logs go to standard error; `RUST_LOG` wins over the settings.
fn log() -> Option<Filter> {
    use tracing_subscriber::layer::SubscriberExt as _;
    use tracing_subscriber::util::SubscriberInitExt as _;

    let of_environment = EnvFilter::try_from_default_env().ok();
    let fixed = of_environment.is_some();
    let filter = of_environment.unwrap_or_else(|| EnvFilter::new(level(LogLevel::Info)));
    let (filter, handle) = tracing_subscriber::reload::Layer::new(filter);
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_target(false);
    // It fails only where a subscriber is there already.
    let _ = tracing_subscriber::registry()
        .with(filter)
        .with(lines)
        .try_init();
    (!fixed).then_some(handle)
}

fn level(level: LogLevel) -> &'static str {
    level.as_str()
}

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

fn not_listening(error: CannotListen) -> Failed {
    match error {
        CannotListen::Busy(at) => Failed::Busy {
            at,
            holder: holder::of(at),
        },
        other => Failed::Listen(other),
    }
}

/// Resolves when the user or the system asks the program to end.
async fn stop() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else {
            return interrupt.await;
        };
        tokio::select! {
            () = interrupt => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    interrupt.await;
}
