//! Starting with the session: hidden, so that only the tray shows.

use tauri::{AppHandle, Manager};
use tauri_plugin_autostart::ManagerExt as _;
use tokio::sync::watch;

/// Tells who shows it that it was changed.
pub(crate) struct Changes(watch::Sender<()>);

impl Default for Changes {
    fn default() -> Self {
        Self(watch::Sender::new(()))
    }
}

/// Whether it does; `None` where that cannot be found out.
pub(crate) fn is_on(app: &AppHandle) -> Option<bool> {
    app.autolaunch().is_enabled().ok()
}

/// Has it start so, or no more.
pub(crate) fn set(app: &AppHandle, on: bool) {
    let launch = app.autolaunch();
    let done = if on {
        launch.enable()
    } else {
        launch.disable()
    };
    if let Err(error) = done {
        tracing::warn!(%error, "starting at login could not be changed");
    }
    app.state::<Changes>().0.send_replace(());
}

/// Each change.
pub(crate) fn watch(app: &AppHandle) -> watch::Receiver<()> {
    app.state::<Changes>().0.subscribe()
}
