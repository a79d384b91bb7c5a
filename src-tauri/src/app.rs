//! How the application starts and ends.
//!
//! The engine is opened when it is certain that no other instance runs, and closed before the program ends. Without a
//! display, or the libraries for one, it serves all the same.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use gateway::control::Desk;
use gateway::home::{Home, HomeError};
use gateway::log::Log;
use tauri::{App, AppHandle, Builder, Manager, RunEvent, WindowEvent, Wry};
use tauri_plugin_dialog::{DialogExt as _, MessageDialogKind};
use tauri_plugin_window_state::StateFlags;
use tokio::runtime::Runtime;

use crate::args::Args;
use crate::host::{self, Host};
use crate::{commands, login, notices, tray, window};

/// Why the application does not start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failed {
    /// The runtime.
    #[error("cannot start: {0}")]
    Runtime(io::Error),
    /// The home.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// The engine.
    #[error(transparent)]
    Host(#[from] host::Failed),
    /// Why was told in a window.
    #[error("it was not started")]
    Told,
    /// The window system.
    #[error("the application cannot start: {0}")]
    Tauri(#[from] tauri::Error),
}

/// Runs until the user, the system or a command asks for the end.
pub(crate) fn run(args: Args) -> Result<(), Failed> {
    let log = Log::start();
    let home = Home::resolve(args.home.clone())?;
    let runtime = Runtime::new().map_err(Failed::Runtime)?;
    tauri::async_runtime::set(runtime.handle().clone());
    let done = match application(&args) {
        Some(built) => with_display(built?, &runtime, (home, &log), &args),
        None => {
            tracing::warn!("there is no display: Millpond serves without tray and window");
            runtime.block_on(async {
                Host::open(home, args.secrets, &log).await?.serve().await;
                Ok(())
            })
        }
    };
    // A thread that waits for a keychain's password dialog must not keep the program alive.
    runtime.shutdown_background();
    done
}

/// The application, built; `None` where there is nothing to show it on. A second start ends in here.
fn application(args: &Args) -> Option<tauri::Result<App>> {
    let named = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if cfg!(target_os = "linux") && !named("DISPLAY") && !named("WAYLAND_DISPLAY") {
        return None;
    }
    // A display that does not answer is a panic below, not an error.
    catch_unwind(AssertUnwindSafe(|| {
        builder(args).build(tauri::generate_context!())
    }))
    .ok()
}

fn builder(args: &Args) -> Builder<Wry> {
    let launcher = tauri_plugin_autostart::Builder::new().args(args.at_login());
    let kept = StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED;
    let builder = tauri::Builder::default();
    #[cfg(not(target_os = "linux"))]
    let builder = builder.plugin(tauri_plugin_notification::init());
    builder
        // What a second start must not begin, it does not: this ends it.
        .plugin(tauri_plugin_single_instance::init(|app, words, _| {
            if !words.iter().any(|word| word == "--hidden") {
                window::show(app, "");
            }
        }))
        .plugin(launcher.build())
        .plugin(tauri_plugin_clipboard_manager::init())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(
            tauri_plugin_window_state::Builder::new()
                .with_state_flags(kept)
                .build(),
        )
        .manage(tray::Tray::default())
        .manage(window::Seen::default())
        .manage(login::Changes::default())
        .invoke_handler(tauri::generate_handler![
            commands::control,
            commands::status,
            commands::copy_key,
            commands::copy_text,
            commands::copy_with_key,
            commands::start_at_login,
            commands::open_url,
            commands::save_text,
            commands::choose_file,
        ])
}

fn with_display(
    app: App,
    runtime: &Runtime,
    (home, log): (Home, &Log),
    args: &Args,
) -> Result<(), Failed> {
    let opened = runtime.block_on(Host::open(home, args.secrets, log));
    if let Ok(host) = &opened {
        app.manage(host.desk());
    }
    let mut start = Some(opened);
    let hidden = args.hidden;
    let code = app.run_return(move |app, event| match event {
        RunEvent::Ready => match start.take() {
            Some(Ok(host)) => begin(app, host, hidden),
            Some(Err(failed)) => complain(app, &failed),
            None => {}
        },
        RunEvent::WindowEvent {
            event: WindowEvent::CloseRequested { api, .. },
            ..
        } => {
            api.prevent_close();
            window::closed(app);
        }
        // The last window is gone; the tray and the engine are not.
        RunEvent::ExitRequested {
            code: None, api, ..
        } => api.prevent_exit(),
        #[cfg(target_os = "macos")]
        RunEvent::Reopen { .. } => window::show(app, ""),
        _ => {}
    });
    match code {
        0 => Ok(()),
        _ => Err(Failed::Told),
    }
}

/// Everything that goes on from here on.
fn begin(app: &AppHandle, host: Host, hidden: bool) {
    let desk = host.desk();
    tray::install(app, &desk);
    spawn_beside(app, &desk);
    let handle = app.clone();
    tauri::async_runtime::spawn(async move {
        host.serve().await;
        handle.exit(0);
    });
    if hidden {
        tracing::info!("started hidden");
    } else {
        window::show(app, "");
    }
}

fn spawn_beside(app: &AppHandle, desk: &Arc<Desk>) {
    tauri::async_runtime::spawn(window::follow(app.clone(), Arc::clone(desk)));
    tauri::async_runtime::spawn(notices::follow(app.clone(), Arc::clone(desk)));
}

/// Says why nothing can start, in a window of its own: whoever has clicked an icon sees no terminal.
fn complain(app: &AppHandle, failed: &host::Failed) {
    eprintln!("millpond-app: {failed}");
    let handle = app.clone();
    app.dialog()
        .message(failed.to_string())
        .title("Millpond")
        .kind(MessageDialogKind::Error)
        .show(move |_| handle.exit(1));
}
