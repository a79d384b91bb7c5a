//! `serve --ui`: the window in a browser, for machines without a display.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gateway::door::{Pages, Window};

use crate::failed::Failed;

/// The user interface in that folder; where none is named, in the place where an installation keeps it.
pub(crate) fn pages(folder: Option<PathBuf>) -> Result<Pages, Failed> {
    let folder = folder.map_or_else(installed, Ok)?;
    Ok(Pages::read(&folder)?)
}

/// A window at this address.
pub(crate) fn open(pages: Pages, address: SocketAddr) -> Result<Arc<Window>, Failed> {
    Window::new(pages, address).map_err(|source| Failed::Io {
        what: "no way into the window can be made",
        source,
    })
}

/// Shows the way in, and the next one as often as it was used.
pub(crate) async fn show(window: Arc<Window>) {
    loop {
        eprintln!("window: {}", window.way_in());
        window.used().await;
    }
}

/// Beside the program, in the system's place for data, or where a checkout builds it.
fn installed() -> Result<PathBuf, Failed> {
    let program = std::env::current_exe().map_err(|source| Failed::Io {
        what: "the program's own place is unknown",
        source,
    })?;
    let beside = program.parent().unwrap_or(Path::new("."));
    let mut places = vec![beside.join("ui"), beside.join("../share/millpond/ui")];
    if cfg!(debug_assertions) {
        places.push(beside.join("../../ui/dist"));
    }
    let found = places
        .iter()
        .find(|place| place.join("index.html").is_file());
    found.cloned().ok_or_else(|| {
        let looked: Vec<String> = places.iter().map(|at| at.display().to_string()).collect();
        Failed::NoWindow(looked.join(", "))
    })
}
