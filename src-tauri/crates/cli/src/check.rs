//! `millpond check`: are the instances well? Free of charge unless `--billed`.

use std::io::IsTerminal as _;

use account::SecretsMode;
use gateway::checks::finding::{Checked, Found, Progress};
use gateway::checks::{Checks, Which};
use gateway::control::{Control, Reply};
use gateway::door::Client;
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
    let found = match Client::find(&home).await? {
        Some(client) => by_engine(&client, which, args.billed).await?,
        None => by_ourselves(home, place, which, args.billed).await?,
    };
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

/// The engine checks, and its status says how far it is.
async fn by_engine(client: &Client, which: Which, billed: bool) -> Result<Vec<Checked>, Failed> {
    let command = Control::Check { which, billed };
    let reply = match bar() {
        None => client.send(&command).await?,
        Some(bar) => {
            let showing = client.follow(|status| {
                show(&bar, &status.checks);
                true
            });
            let reply = tokio::select! {
                reply = client.send(&command) => reply,
                // Without the bar it goes on.
                never = after(showing) => never,
            };
            bar.finish_and_clear();
            reply?
        }
    };
    match reply {
        Reply::Checked(found) => Ok(found),
        _ => Err(Failed::OtherReply),
    }
}

/// A bar that can show no more keeps nobody from checking.
async fn after<T>(showing: impl Future) -> T {
    showing.await;
    std::future::pending().await
}

async fn by_ourselves(
    home: Home,
    place: &Place,
    which: Which,
    billed: bool,
) -> Result<Vec<Checked>, Failed> {
    let models = home.folder().join("models.json");
    let engine = open(home, place.secrets).await?;
    let checks = Checks::new(engine.table_cell(), Some(models)).await;
    let known = match which {
        Which::All => true,
        Which::Pool(kind) => engine.table().bench(kind).is_some(),
        Which::One(uuid) => engine.table().seat(uuid).is_some(),
    };
    let found = watched(&checks, which, billed).await;
    engine.close().await;
    if !known {
        let text = "there is no such instance or pool; `millpond pool list` shows what there is";
        return Err(Failed::Told(text.to_owned()));
    }
    Ok(found)
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
    let Some(bar) = bar() else {
        return checks.check(which, billed).await;
    };
    let mut progress = checks.progress();
    let showing = async {
        while progress.changed().await.is_ok() {
            show(&bar, &progress.borrow_and_update());
        }
        std::future::pending::<Vec<Checked>>().await
    };
    let found = tokio::select! {
        found = checks.check(which, billed) => found,
        never = showing => never,
    };
    bar.finish_and_clear();
    found
}

/// A bar on standard error, where that is a terminal.
fn bar() -> Option<ProgressBar> {
    std::io::stderr().is_terminal().then(|| {
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template("Checking {pos} of {len} {wide_bar}") {
            bar.set_style(style);
        }
        bar
    })
}

fn show(bar: &ProgressBar, progress: &Progress) {
    bar.set_length(progress.total as u64);
    bar.set_position(progress.done as u64);
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
