//! Where the clients are installed, as `cargo xtask sdks` lays them out.

use std::path::PathBuf;

use tokio::process::Command;

/// The folder that says where they are.
const HERE: &str = "MILLPOND_SDKS";

/// The installed clients.
#[derive(Clone, Debug)]
pub(crate) struct Kit {
    root: PathBuf,
}

impl Kit {
    /// The kit that this process was told of.
    pub(crate) fn from_env() -> Option<Self> {
        let root = std::env::var_os(HERE).map(PathBuf::from)?;
        assert!(root.is_dir(), "{HERE} names no folder: {}", root.display());
        Some(Self { root })
    }

    /// A program of the Python environment, which brings Node too.
    pub(crate) fn program(&self, name: &str) -> Command {
        let bin = self.root.join("venv/bin");
        let mut command = Command::new(bin.join(name));
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::iter::once(bin).chain(std::env::split_paths(&path));
        // Nothing of the tester's own set-up, proxies and keys least of all.
        command
            .env_clear()
            .env("PATH", std::env::join_paths(path).expect("a search path"))
            .env("HOME", self.root.join("home"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("MODULES", self.root.join("node"))
            .kill_on_drop(true);
        command
    }

    /// A file of an npm package.
    pub(crate) fn module(&self, path: &str) -> PathBuf {
        self.root.join("node/node_modules").join(path)
    }

    /// An empty folder for one task. Codex wants none among the temporary files.
    pub(crate) fn folder(&self, name: &str) -> PathBuf {
        let folder = self.root.join("tasks").join(name);
        // It may hold what an earlier run has left.
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder");
        folder
    }
}

/// A table of scenarios or a server, beside this file.
pub(crate) fn script(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("sdk")
        .join(name)
}
