//! `millpond check`: are the instances well? Free of charge unless `--billed`.

use std::io::IsTerminal as _;

use account::SecretsMode;
use gateway::checks::finding::{Checked, Found};
use gateway::checks::{Checks, Which};
use gateway::engine::{Engine, Opening};
use gateway::home::Home;
use gateway::settings::Overrides;
use indicatif::{ProgressBar, ProgressStyle};

use crate::args::{Check, Place};
use crate::failed::Failed;
use crate::told;

/// Checks and tells; fails where an instance does not work.
pub(crate) async fn run(place: &Place, args: Check) -> Result<(), Failed> {
    let which = which(args.which.as_deref())?;
    let home = Home::resolve(place.home.clone())?;
    let engine = open(home.clone(), place.secrets).await?;
    let checks = Checks::new(engine.table_cell(), Some(home.folder().join("models.json"))).await;
    let found = watched(&checks, which, args.billed).await;
    engine.close().await;
    if args.listing.json {
        told::json(&found);
    } else {
        tell(&found);
    }
    let bad = found
        .iter()
        .filter(|one| matches!(one.found, Found::Bad | Found::Unasked))
        .count();
    match bad {
        0 => Ok(()),
        bad => Err(Failed::Told(format!(
            "{bad} of {} instances do not work",
            found.len()
        ))),
    }
}

fn which(text: Option<&str>) -> Result<Which, Failed> {
    let Some(text) = text else {
        return Ok(Which::All);
    };
    if let Ok(kind) = text.parse() {
        return Ok(Which::Pool(kind));
    }
    text.parse().map(Which::One).map_err(|_| {
        Failed::Told(format!(
            "\"{text}\" is neither a provider type nor an instance's uuid; `millpond pool list` shows both"
        ))
    })
}

async fn open(home: Home, secrets: SecretsMode) -> Result<std::sync::Arc<Engine>, Failed> {
    let opening = Opening {
        home,
        overrides: Overrides::default(),
        secrets,
        demo: Vec::new(),
    };
    Ok(Engine::open(opening).await?)
}

/// Checks behind a bar, where a person looks on.
async fn watched(checks: &Checks, which: Which, billed: bool) -> Vec<Checked> {
    if !std::io::stderr().is_terminal() {
        return checks.check(which, billed).await;
    }
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("Checking {pos} of {len} {wide_bar}") {
        bar.set_style(style);
    }
    let mut progress = checks.progress();
    let showing = async {
        while progress.changed().await.is_ok() {
            let now = progress.borrow_and_update().clone();
            bar.set_length(now.total as u64);
            bar.set_position(now.done as u64);
        }
        std::future::pending::<()>().await;
    };
    let found = tokio::select! {
        found = checks.check(which, billed) => found,
        () = showing => Vec::new(),
    };
    bar.finish_and_clear();
    found
}

fn tell(found: &[Checked]) {
    if found.is_empty() {
        told::line("there is no instance to check; `millpond pool add TYPE` adds one");
        return;
    }
    let rows: Vec<[String; 5]> = found.iter().map(row).collect();
    told::table(["instance", "pool", "state", "ms", "reason"], &rows);
}

fn row(one: &Checked) -> [String; 5] {
    [
        one.name.clone(),
        one.provider.to_string(),
        one.state.as_str().to_owned(),
        format!("{:.0}", one.millis),
        one.reason.clone().unwrap_or_else(|| match one.found {
            Found::Unclear => "reached, but nothing was proven".to_owned(),
            _ => one
                .models
                .map_or_else(String::new, |count| format!("{count} models")),
        }),
    ]
}
