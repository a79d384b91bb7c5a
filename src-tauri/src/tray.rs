//! The tray: icon and menu follow the status, clicks become commands.
//!
//! [`menu`] is the menu as a value, `draw` what the system makes of it, [`icon`] the four shapes, `host` whether anybody
//! shows them.

mod draw;
mod host;
pub(crate) mod icon;
pub(crate) mod menu;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use gateway::control::{Control, Desk};
use gateway::status::Status;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tauri::{AppHandle, Manager};
use tokio::time::{Instant, sleep, sleep_until};

use crate::words::Words;
use crate::{act, login};
use draw::Drawn;
use menu::{Menu, Moment};

/// Texts change at most so often.
const PAUSE: Duration = Duration::from_secs(1);
/// How long the menu says that a check is over.
const STILL_NEWS: Duration = Duration::from_secs(10);

/// The tray, where there is one.
#[derive(Default)]
pub(crate) struct Tray(Mutex<Option<Drawn>>);

/// Puts the icon into the tray and has it follow the status. Runs on the main thread.
pub(crate) fn install(app: &AppHandle, desk: &Arc<Desk>) {
    let menu = menu_now(app, &desk.board().now(), false);
    // A missing tray library is a panic below, not an error.
    let built = quietly(|| Drawn::new(app, menu, is_panel_dark()));
    match built {
        Some(Ok(drawn)) => {
            let tray = app.state::<Tray>();
            *tray.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(drawn);
            tauri::async_runtime::spawn(follow(app.clone(), Arc::clone(desk)));
        }
        Some(Err(error)) => tracing::warn!(%error, "there is no tray; the window serves"),
        None => tracing::warn!("there is no tray library; the window serves"),
    }
}

/// Whether a hidden window could be found again by the tray.
pub(crate) async fn is_shown(app: &AppHandle) -> bool {
    let drawn = app
        .state::<Tray>()
        .0
        .lock()
        .is_ok_and(|tray| tray.is_some());
    drawn && host::is_there().await
}

/// What was clicked is done.
fn clicked(app: &AppHandle, key: &str) {
    let tray = app.state::<Tray>();
    let drawn = tray.0.lock().unwrap_or_else(PoisonError::into_inner);
    // Clicks on what cannot be clicked come through on some desktops.
    let action = drawn.as_ref().and_then(|drawn| drawn.shown().action(key));
    drop(drawn);
    if let Some(action) = action {
        act::on(app, action);
    }
}

/// Draws each status, as long as there are any.
async fn follow(app: AppHandle, desk: Arc<Desk>) {
    let mut status = desk.board().watch();
    let mut login = login::watch(&app);
    let mut over: Option<Instant> = None;
    let mut running = false;
    loop {
        let now = status.borrow_and_update().clone();
        login.mark_unchanged();
        let checks = &now.checks;
        let runs = checks.done < checks.total;
        if running && !runs {
            over = Some(Instant::now() + STILL_NEWS);
        }
        running = runs;
        over = over.filter(|end| *end > Instant::now());
        draw(&app, menu_now(&app, &now, over.is_some()));
        sleep(PAUSE).await;
        tokio::select! {
            changed = status.changed() => if changed.is_err() { return },
            _ = login.changed() => {}
            () = until(over) => {}
        }
    }
}

async fn until(end: Option<Instant>) {
    match end {
        Some(end) => sleep_until(end).await,
        None => std::future::pending().await,
    }
}

fn draw(app: &AppHandle, menu: Menu) {
    let handle = app.clone();
    let drawing = app.run_on_main_thread(move || {
        let tray = handle.state::<Tray>();
        let mut drawn = tray.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(drawn) = drawn.as_mut()
            && let Err(error) = drawn.change(&handle, menu)
        {
            tracing::warn!(%error, "the tray could not be drawn");
        }
    });
    if let Err(error) = drawing {
        tracing::debug!(%error, "the tray cannot be drawn any more");
    }
}

fn menu_now(app: &AppHandle, status: &Status, checked: bool) -> Menu {
    let moment = Moment {
        now: Timestamp::now(),
        zone: TimeZone::system(),
        words: Words::of(status.look.language),
        checked,
        at_login: login::is_on(app),
    };
    Menu::of(status, &moment)
}

/// Runs what may panic for want of a library, without the panic's own words.
fn quietly<T>(run: impl FnOnce() -> T) -> Option<T> {
    let loud = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let done = catch_unwind(AssertUnwindSafe(run));
    std::panic::set_hook(loud);
    done.ok()
}

/// No system tells; most panels are dark, and those of macOS colour the shape themselves.
const fn is_panel_dark() -> bool {
    !cfg!(target_os = "macos")
}

/// Carries a command out and says in the log when that did not succeed.
pub(crate) fn send(desk: &Arc<Desk>, command: Control) {
    let desk = Arc::clone(desk);
    tauri::async_runtime::spawn(async move {
        if let Err(error) = desk.carry_out(command).await {
            tracing::warn!(%error, "a command of the tray was not carried out");
        }
    });
}
