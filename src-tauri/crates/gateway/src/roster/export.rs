//! A pools file to give away: no secret is in it, and none of the comments, which may hold one.

use std::path::{Path, PathBuf};

use account::files;
use serde_json::{Map, Value};
use url::Url;

use super::fields::is_secret_header;
use super::file::PoolsFile;
use crate::blocking;
use crate::document::{Document, Unreadable};
use crate::settings::values::without_password;

/// Why nothing was exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The pools file.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// Something else is there.
    #[error("{} exists; name a file that does not", .0.display())]
    Exists(PathBuf),
    /// It cannot be written; the error names the path.
    #[error("cannot write {0}")]
    Write(std::io::Error),
}

impl PoolsFile {
    /// Writes what the pools file says to a new file, with `null` in the place of each secret. Says how many entries it has.
    ///
    /// # Errors
    /// As [`ExportError`] says.
    pub async fn export(&self, to: &Path) -> Result<usize, ExportError> {
        let (from, to) = (self.path().to_owned(), to.to_owned());
        blocking::run(move || {
            // An empty file is what programs make to have a name.
            if std::fs::metadata(&to).is_ok_and(|about| about.len() > 0 || !about.is_file()) {
                return Err(ExportError::Exists(to));
            }
            let document = Document::load(&from)?;
            let mut all = jsonc_parser::cst::CstNode::from(document.object().clone())
                .to_serde_value()
                .unwrap_or_default();
            without_secrets(&mut all);
            let entries = all.as_object().into_iter().flat_map(Map::values);
            let count = entries.filter_map(Value::as_array).map(Vec::len).sum();
            files::replace(&to, format!("{all:#}\n").as_bytes()).map_err(ExportError::Write)?;
            Ok(count)
        })
        .await
    }
}

/// Takes every value out whose name says that it is secret, at any depth: fields that this version does not know may hold
/// secrets, too.
fn without_secrets(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if is_secret(name) && (value.is_string() || value.is_number()) {
                    *value = Value::Null;
                } else {
                    without_secrets(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(without_secrets),
        Value::String(text) if text.contains("://") => *text = without_keys(text),
        _ => {}
    }
}

fn is_secret(name: &str) -> bool {
    const WORDS: [&str; 5] = ["_KEY", "KEY_", "CREDENTIAL", "CREDS_BASE64", "APIKEY"];
    // How many tokens a model takes is no secret.
    let low = name.to_ascii_lowercase();
    let counts = low.ends_with("tokens") || low.ends_with("_path");
    let upper = name.to_ascii_uppercase();
    !counts && (is_secret_header(name) || WORDS.iter().any(|word| upper.contains(word)))
}

/// An address without a password, and without the keys that some relays take in the query.
fn without_keys(address: &str) -> String {
    let address = without_password(address).replace("••••@", "");
    let Ok(mut url) = Url::parse(&address) else {
        return address;
    };
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    if !pairs.iter().any(|(name, _)| is_secret(name)) {
        return address;
    }
    let kept = pairs.into_iter().filter(|(name, _)| !is_secret(name));
    url.query_pairs_mut().clear().extend_pairs(kept);
    url.to_string()
}
