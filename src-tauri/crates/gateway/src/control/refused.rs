//! The errors of all parts, as those who gave a command are told of them.

use serde::{Deserialize, Serialize};

use crate::engine::SetError;
use crate::roster::edit::EditError;
use crate::roster::export::ExportError;
use crate::roster::import::ImportError;
use crate::settings;
use crate::stats::StatsError;

/// Why a command was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[error("{message}")]
pub struct Refused {
    /// Of which kind.
    pub kind: RefusedKind,
    /// What, where, and what to do.
    pub message: String,
}

/// Kinds of [`Refused`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum RefusedKind {
    /// No such instance, setting or file.
    Missing,
    /// The command makes no sense as it is.
    Invalid,
    /// It may not be asked for from there.
    Stranger,
    /// It could not be done now.
    Failed,
}

impl Refused {
    pub(crate) fn new(kind: RefusedKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }
}

impl From<EditError> for Refused {
    fn from(error: EditError) -> Self {
        let kind = match error {
            EditError::NoSuchEntry(_) => RefusedKind::Missing,
            EditError::File(_) | EditError::Vault(_) => RefusedKind::Failed,
            _ => RefusedKind::Invalid,
        };
        Self::new(kind, error.to_string())
    }
}

impl From<ImportError> for Refused {
    fn from(error: ImportError) -> Self {
        let kind = match error {
            ImportError::Missing(_) => RefusedKind::Missing,
            ImportError::Edit(error) => return error.into(),
            ImportError::Itself(_) | ImportError::Unreadable(_) => RefusedKind::Invalid,
            ImportError::Vault(_) => RefusedKind::Failed,
        };
        Self::new(kind, error.to_string())
    }
}

impl From<ExportError> for Refused {
    fn from(error: ExportError) -> Self {
        Self::new(RefusedKind::Failed, error.to_string())
    }
}

impl From<SetError> for Refused {
    fn from(error: SetError) -> Self {
        match error {
            SetError::Edit(error) => error.into(),
            SetError::TakeUp(error) => Self::new(
                RefusedKind::Failed,
                format!("it is written, but cannot be taken up: {error}"),
            ),
        }
    }
}

impl From<settings::edit::EditError> for Refused {
    fn from(error: settings::edit::EditError) -> Self {
        use settings::edit::EditError;
        let kind = match error {
            EditError::NoSuchKey { .. } => RefusedKind::Missing,
            EditError::Value { .. } | EditError::Secret(_) => RefusedKind::Invalid,
            EditError::File(_) | EditError::Vault(_) => RefusedKind::Failed,
        };
        Self::new(kind, error.to_string())
    }
}

impl From<StatsError> for Refused {
    fn from(error: StatsError) -> Self {
        Self::new(RefusedKind::Failed, error.to_string())
    }
}
