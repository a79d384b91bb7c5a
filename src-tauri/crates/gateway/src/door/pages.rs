//! The built user interface: files that are read once, so that no path of a request ever reaches a disk.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;

/// The page that everything begins with.
pub(super) const INDEX: &str = "index.html";
/// What is in this folder bears a hash of its content in its name.
const HASHED: &str = "assets/";

/// All files of a built user interface.
#[derive(Debug, Clone)]
pub struct Pages(HashMap<String, Page>);

/// One file.
#[derive(Debug, Clone)]
pub(super) struct Page {
    pub(super) content_type: &'static str,
    pub(super) body: Bytes,
    /// It never changes under its name.
    pub(super) lasts: bool,
}

/// Why there is no user interface to show.
#[derive(Debug, thiserror::Error)]
pub enum PagesError {
    /// The folder cannot be read.
    #[error("the user interface in {} cannot be read: {source}", folder.display())]
    Unreadable {
        /// The folder.
        folder: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// It holds something else.
    #[error("{} holds no built user interface: {INDEX} is missing", folder.display())]
    NoIndex {
        /// The folder.
        folder: PathBuf,
    },
}

impl Pages {
    /// Reads a folder. Blocks.
    ///
    /// # Errors
    /// It cannot be read, or holds no user interface.
    pub fn read(folder: &Path) -> Result<Self, PagesError> {
        let mut files = Vec::new();
        gather(folder, "", &mut files).map_err(|source| PagesError::Unreadable {
            folder: folder.to_owned(),
            source,
        })?;
        let pages = Self::of(files);
        if pages.get(INDEX).is_none() {
            let folder = folder.to_owned();
            return Err(PagesError::NoIndex { folder });
        }
        Ok(pages)
    }

    /// These files, by their paths below the folder.
    pub fn of(files: impl IntoIterator<Item = (String, Bytes)>) -> Self {
        let pages = files.into_iter().map(|(path, body)| {
            let page = Page {
                content_type: content_type(&path),
                body,
                lasts: path.starts_with(HASHED),
            };
            (path, page)
        });
        Self(pages.collect())
    }

    pub(super) fn get(&self, path: &str) -> Option<&Page> {
        self.0.get(path)
    }
}

fn gather(folder: &Path, below: &str, files: &mut Vec<(String, Bytes)>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        // A build gives no other names.
        let Some(name) = name.to_str() else { continue };
        let path = format!("{below}{name}");
        if entry.file_type()?.is_dir() {
            gather(&entry.path(), &format!("{path}/"), files)?;
        } else {
            files.push((path, std::fs::read(entry.path())?.into()));
        }
    }
    Ok(())
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
