//! The window: made when it is wanted, hidden when it is closed, and gone with its web view a minute later.

use std::sync::Arc;
use std::time::Duration;

use gateway::control::{Control, Desk};
use gateway::settings::look::Theme;
use gateway::status::Status;
use tauri::{AppHandle, Emitter, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder};
use tokio::sync::watch;

use crate::tray;

/// The window's label, which capabilities name.
pub(crate) const LABEL: &str = "main";
/// The event that bears each status.
const STATUS: &str = "status";
/// How long a hidden window keeps its web view, so that opening it again is quick.
const KEPT: Duration = Duration::from_secs(60);
const SIZE: (f64, f64) = (1180.0, 800.0);
/// The smallest that the pages are made for.
const SMALLEST: (f64, f64) = (900.0, 600.0);

/// Whether the window can be seen.
pub(crate) struct Seen(watch::Sender<bool>);

impl Default for Seen {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

/// Shows the window, at this page; where it is already if that is empty. Runs on any thread.
pub(crate) fn show(app: &AppHandle, page: &str) {
    let (handle, page) = (app.clone(), page.to_owned());
    let shown = app.run_on_main_thread(move || {
        if let Err(error) = show_now(&handle, &page) {
            tracing::error!(%error, "the window cannot be shown");
        }
    });
    if let Err(error) = shown {
        tracing::error!(%error, "the window cannot be shown any more");
    }
}

fn show_now(app: &AppHandle, page: &str) -> tauri::Result<()> {
    let window = match app.get_webview_window(LABEL) {
        Some(window) => {
            if !page.is_empty() {
                let mut url = window.url()?;
                url.set_fragment(Some(&format!("/{page}")));
                window.navigate(url)?;
            }
            window
        }
        None => build(app, page)?,
    };
    app.state::<Seen>().0.send_replace(true);
    let desk = app.state::<Arc<Desk>>();
    // While it was hidden it heard nothing.
    window.emit(STATUS, &*desk.board().now())?;
    window.unminimize()?;
    window.show()?;
    window.set_focus()
}

fn build(app: &AppHandle, page: &str) -> tauri::Result<WebviewWindow> {
    let at = match page {
        "" => "index.html".to_owned(),
        page => format!("index.html#/{page}"),
    };
    let theme = app.state::<Arc<Desk>>().board().now().look.theme;
    WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App(at.into()))
        .title("Millpond")
        .inner_size(SIZE.0, SIZE.1)
        .min_inner_size(SMALLEST.0, SMALLEST.1)
        .theme(native(theme))
        // Nothing but the window's own pages is ever shown in it.
        .on_navigation(|url| url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost"))
        .visible(false)
        .build()
}

/// The user has closed the window: it hides where the tray can bring it back, else the program ends.
pub(crate) fn closed(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if !tray::is_shown(&app).await {
            let desk = app.state::<Arc<Desk>>();
            tray::send(&desk, Control::Shutdown);
            return;
        }
        if let Some(window) = app.get_webview_window(LABEL)
            && let Err(error) = window.hide()
        {
            tracing::warn!(%error, "the window could not be hidden");
            return;
        }
        app.state::<Seen>().0.send_replace(false);
    });
}

/// Has the window show each status while it can be seen, and takes its web view away when it was hidden for long.
pub(crate) async fn follow(app: AppHandle, desk: Arc<Desk>) {
    let seen = app.state::<Seen>().0.subscribe();
    let mut theme = desk.board().now().look.theme;
    let show = |status: Arc<Status>| {
        let before = std::mem::replace(&mut theme, status.look.theme);
        show_status(&app, &status, before);
    };
    tokio::join!(
        tell(seen.clone(), desk.board().watch(), show),
        forget(seen, || {
            if let Some(window) = app.get_webview_window(LABEL)
                && let Err(error) = window.destroy()
            {
                tracing::warn!(%error, "the hidden window could not be taken away");
            }
        }),
    );
}

fn show_status(app: &AppHandle, status: &Status, before: Theme) {
    let Some(window) = app.get_webview_window(LABEL) else {
        return;
    };
    if let Err(error) = window.emit(STATUS, status) {
        tracing::debug!(%error, "the window could not be told the status");
    }
    let theme = status.look.theme;
    if theme != before
        && let Err(error) = window.set_theme(native(theme))
    {
        tracing::debug!(%error, "the window could not change its look");
    }
}

async fn tell(
    mut seen: watch::Receiver<bool>,
    mut status: watch::Receiver<Arc<Status>>,
    mut show: impl FnMut(Arc<Status>),
) {
    while seen.wait_for(|seen| *seen).await.is_ok() && status.changed().await.is_ok() {
        let now = status.borrow_and_update().clone();
        if *seen.borrow() {
            show(now);
        }
    }
}

/// Calls `gone` whenever the window was not seen for [`KEPT`].
async fn forget(mut seen: watch::Receiver<bool>, gone: impl Fn()) {
    while seen.wait_for(|seen| *seen).await.is_ok() {
        loop {
            if seen.wait_for(|seen| !*seen).await.is_err() {
                return;
            }
            let again = seen.wait_for(|seen| *seen);
            if tokio::time::timeout(KEPT, again).await.is_err() {
                gone();
                break;
            }
        }
    }
}

const fn native(theme: Theme) -> Option<tauri::Theme> {
    match theme {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn r3_a_window_that_was_hidden_for_a_minute_loses_its_web_view() {
        let (seen, watched) = watch::channel(true);
        let gone = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&gone);
        tokio::spawn(forget(watched, move || {
            count.fetch_add(1, Ordering::Relaxed);
        }));
        let second = Duration::from_secs(1);
        seen.send_replace(false);
        tokio::time::sleep(KEPT - second).await;
        // Seen again just in time: the minute begins anew.
        seen.send_replace(true);
        tokio::time::sleep(KEPT * 3).await;
        seen.send_replace(false);
        tokio::time::sleep(KEPT - second).await;
        assert_eq!(gone.load(Ordering::Relaxed), 0);
        tokio::time::sleep(second * 2).await;
        assert_eq!(gone.load(Ordering::Relaxed), 1);
        tokio::time::sleep(KEPT * 3).await;
        assert_eq!(gone.load(Ordering::Relaxed), 1);
    }
}
