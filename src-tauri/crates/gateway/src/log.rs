//! The log: one line an event on standard error, as much as the settings say.

mod line;

use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::reload::{self, Handle};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Registry, fmt};

use crate::settings::LogLevel;

/// Sets how much is logged while the program runs.
#[derive(Debug, Clone)]
pub struct Log {
    /// `None` where `RUST_LOG` says it once and for all.
    filter: Option<Handle<EnvFilter, Registry>>,
}

impl Log {
    /// Begins to log, once a program.
    pub fn start() -> Self {
        let of_environment = EnvFilter::try_from_default_env().ok();
        let is_fixed = of_environment.is_some();
        let filter = of_environment.unwrap_or_else(|| EnvFilter::new(LogLevel::Info.as_str()));
        let (filter, handle) = reload::Layer::new(filter);
        let lines = fmt::layer()
            .event_format(line::Line)
            .with_writer(std::io::stderr);
        // It fails only where a subscriber is there already.
        let _ = tracing_subscriber::registry()
            .with(filter)
            .with(lines)
            .try_init();
        Self {
            filter: (!is_fixed).then_some(handle),
        }
    }

    /// From here on as much as this.
    pub fn set(&self, level: LogLevel) {
        if let Some(filter) = &self.filter {
            // It fails only where there is no subscriber any more.
            let _ = filter.reload(EnvFilter::new(level.as_str()));
        }
    }
}
