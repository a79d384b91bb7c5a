//! What clicks in the tray do. Each sends a command, or shows something.

use std::sync::Arc;

use gateway::control::{Control, Desk, Reply};
use tauri::{AppHandle, Manager};
use tauri_plugin_clipboard_manager::ClipboardExt as _;

use crate::tray::menu::Action;
use crate::tray::send;
use crate::{login, window};

/// Does it.
pub(crate) fn on(app: &AppHandle, action: Action) {
    let desk = Arc::clone(&app.state::<Arc<Desk>>());
    match action {
        Action::CopyEndpoint => {
            if let Some(endpoint) = &desk.board().now().endpoint {
                copy(app, endpoint.clone());
            }
        }
        Action::CopyKey => copy_key(app.clone(), desk),
        Action::ShowInstance(uuid) => window::show(app, &format!("pools?open={uuid}")),
        Action::ShowPool(kind) => window::show(app, &format!("pools?pool={kind}")),
        Action::SignIn(kind) => window::show(app, &format!("pools?signin={kind}")),
        Action::Show => window::show(app, ""),
        Action::Check(which) => send(
            &desk,
            Control::Check {
                which,
                billed: false,
            },
        ),
        Action::Pause => send(&desk, Control::Pause),
        Action::Resume => send(&desk, Control::Resume),
        Action::StartAtLogin => login::set(app, !login::is_on(app).unwrap_or_default()),
        Action::Quit => send(&desk, Control::Shutdown),
    }
}

/// Puts the local key on the clipboard; it passes through nothing else.
fn copy_key(app: AppHandle, desk: Arc<Desk>) {
    tauri::async_runtime::spawn(async move {
        match desk.carry_out(Control::LocalKey).await {
            Ok(Reply::Key(key)) => copy(&app, key.0.expose().clone()),
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "the local key cannot be copied"),
        }
    });
}

fn copy(app: &AppHandle, text: String) {
    if let Err(error) = app.clipboard().write_text(text) {
        tracing::warn!(%error, "nothing could be copied");
    }
}
