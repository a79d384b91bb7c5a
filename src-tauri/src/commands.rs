//! What the window may ask for. Each command sends one message to the engine, or does what a web page may not do itself.

use std::path::PathBuf;
use std::sync::Arc;

use gateway::control::{Control, Desk, Refused, RefusedKind, Reply};
use gateway::status::Status;
use tauri::{AppHandle, State};
use tauri_plugin_clipboard_manager::ClipboardExt as _;
use tauri_plugin_dialog::{DialogExt as _, FilePath};
use tauri_plugin_opener::OpenerExt as _;
use tokio::sync::oneshot;

use crate::login;

type Engine<'a> = State<'a, Arc<Desk>>;

/// Carries a command out.
#[tauri::command]
pub(crate) async fn control(engine: Engine<'_>, command: Control) -> Result<Reply, Refused> {
    engine.carry_out(command).await
}

/// Everything at a glance; each change of it comes as the event `status`.
#[tauri::command]
pub(crate) fn status(engine: Engine<'_>) -> Status {
    (*engine.board().now()).clone()
}

/// Puts the local key on the clipboard, so that it does not enter the page.
#[tauri::command]
pub(crate) async fn copy_key(app: AppHandle, engine: Engine<'_>) -> Result<(), Refused> {
    match engine.carry_out(Control::LocalKey).await? {
        Reply::Key(key) => copy_text(app, key.0.expose().clone()),
        _ => Ok(()),
    }
}

/// Puts a text on the clipboard.
#[tauri::command]
pub(crate) fn copy_text(app: AppHandle, text: String) -> Result<(), Refused> {
    app.clipboard()
        .write_text(text)
        .map_err(|error| failed("nothing could be copied", &error))
}

/// Puts a text on the clipboard with the local key in each place of a mark, so that the key does not enter the page.
#[tauri::command]
pub(crate) async fn copy_with_key(
    app: AppHandle,
    engine: Engine<'_>,
    text: String,
    mark: String,
) -> Result<(), Refused> {
    match engine.carry_out(Control::LocalKey).await? {
        Reply::Key(key) => copy_text(app, text.replace(&mark, key.0.expose())),
        _ => Ok(()),
    }
}

/// Whether the app starts with the user's session; with an answer given, that is set first.
#[tauri::command]
pub(crate) fn start_at_login(app: AppHandle, on: Option<bool>) -> bool {
    if let Some(on) = on {
        login::set(&app, on);
    }
    login::is_on(&app).unwrap_or_default()
}

/// Opens a page of the web in the user's browser.
#[tauri::command]
pub(crate) fn open_url(app: AppHandle, url: String) -> Result<(), Refused> {
    if !url.starts_with("https://") && !url.starts_with("http://") {
        return Err(Refused {
            kind: RefusedKind::Invalid,
            message: format!("{url} is no address of the web"),
        });
    }
    app.opener()
        .open_url(url, None::<&str>)
        .map_err(|error| failed("the browser could not be opened", &error))
}

/// Gives a text to the user as a file. Answers whether it was taken.
#[tauri::command]
pub(crate) async fn save_text(app: AppHandle, name: String, text: String) -> Result<bool, Refused> {
    let Some(file) = chosen(&app, Choice::Save, &name).await else {
        return Ok(false);
    };
    let written = tokio::fs::write(&file, text).await;
    written.map_err(|error| failed(&format!("{} could not be written", file.display()), &error))?;
    Ok(true)
}

/// Which file is asked for.
#[derive(Debug, Clone, Copy, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Choice {
    /// One that is there.
    Open,
    /// One to be written.
    Save,
}

/// Lets the user choose a file.
#[tauri::command]
pub(crate) async fn choose_file(app: AppHandle, kind: Choice, name: String) -> Option<PathBuf> {
    chosen(&app, kind, &name).await
}

async fn chosen(app: &AppHandle, kind: Choice, name: &str) -> Option<PathBuf> {
    let (tell, told) = oneshot::channel();
    let answer = move |file: Option<FilePath>| {
        // Nobody waits any more where the window is gone.
        let _ = tell.send(file);
    };
    let dialog = app.dialog().file();
    match kind {
        Choice::Open => dialog.pick_file(answer),
        Choice::Save => dialog.set_file_name(name).save_file(answer),
    }
    told.await.ok()??.into_path().ok()
}

fn failed(what: &str, why: &dyn std::error::Error) -> Refused {
    Refused {
        kind: RefusedKind::Failed,
        message: format!("{what}: {why}"),
    }
}
