//! Commands in: what window, tray, command line and control door may ask for, as one type; and the one place that does it.

mod desk;
mod refused;
mod reply;
mod verify;

use std::path::PathBuf;

use account::sign_in::Way;
use chat::Dialect;
use provider::ProviderType;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::checks::Which;
use crate::record::RequestId;
use crate::stats::figures::Question;
use crate::stats::told::Find;

pub use desk::Desk;
pub use refused::{Refused, RefusedKind};
pub use reply::{Imported, Instance, KeyText, ModelName, Reply, Setting};
pub use verify::Verified;

/// A command.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields = nullable))]
#[serde(tag = "command", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Control {
    /// Everything at a glance. Answered by [`Reply::Status`].
    Status,
    /// Every instance with its settings. Answered by [`Reply::Instances`].
    Instances,
    /// A new instance. Answered by [`Reply::Added`].
    Add {
        /// Of this type.
        #[cfg_attr(test, ts(type = "ProviderType"))]
        provider: ProviderType,
        /// Its fields, named as in the pools file.
        #[serde(default)]
        #[cfg_attr(test, ts(as = "Option<_>", optional))]
        fields: Map<String, Value>,
        /// Its key.
        #[serde(default)]
        key: Option<KeyText>,
    },
    /// Other fields, or another key; its rest is over. Answered by [`Reply::Done`].
    Edit {
        /// Which instance.
        uuid: Uuid,
        /// The fields that change; null takes one out.
        #[serde(default)]
        #[cfg_attr(test, ts(as = "Option<_>", optional))]
        fields: Map<String, Value>,
        /// The new key.
        #[serde(default)]
        key: Option<KeyText>,
    },
    /// Takes an instance out; it can be put back for a while. Answered by [`Reply::Done`].
    Remove {
        /// Which instance.
        uuid: Uuid,
    },
    /// Moves an instance within its pool. Answered by [`Reply::Done`].
    Move {
        /// Which instance.
        uuid: Uuid,
        /// Its new place, counted from 0; past the end is the end.
        place: usize,
    },
    /// Puts an instance back that was taken out lately. Answered by [`Reply::Done`].
    Restore {
        /// Which instance.
        uuid: Uuid,
    },
    /// Switches an instance on or off. Answered by [`Reply::Done`].
    Enable {
        /// Which instance.
        uuid: Uuid,
        /// On, or off.
        on: bool,
    },
    /// Takes another pools file's instances into the home's own, their keys into the vault. Answered by [`Reply::Imported`].
    Import {
        /// The file, absolute; it stays as it is.
        file: PathBuf,
    },
    /// Writes all instances to a file, without their keys. Answered by [`Reply::Exported`].
    Export {
        /// The file, absolute; it must not exist yet.
        file: PathBuf,
    },
    /// Checks now. Answered by [`Reply::Checked`]; its progress stands in the status.
    Check {
        /// Which instances.
        which: Which,
        /// Asks for one token each, which is billed.
        #[serde(default)]
        #[cfg_attr(test, ts(as = "Option<_>", optional))]
        billed: bool,
    },
    /// Settings with their values. Answered by [`Reply::Settings`].
    Settings {
        /// One of them; all where it is `None`.
        #[serde(default)]
        key: Option<String>,
    },
    /// Changes a setting. Answered by [`Reply::Done`].
    Set {
        /// Its key.
        key: String,
        /// JSON, or a text without its quotes; `null` takes it out.
        value: String,
    },
    /// Sets the local key, or goes back to the random one. Answered by [`Reply::Done`].
    SetLocalKey {
        /// The new one.
        key: Option<KeyText>,
    },
    /// The local key in clear. Answered by [`Reply::Key`].
    LocalKey,
    /// What happened to a request. Answered by [`Reply::Request`].
    Explain {
        /// Its id.
        id: RequestId,
    },
    /// Requests, newest first. Answered by [`Reply::Requests`].
    Requests {
        /// Which.
        #[serde(default)]
        #[cfg_attr(test, ts(as = "Option<_>", optional))]
        find: Find,
    },
    /// Sums. Answered by [`Reply::Summary`].
    Summary {
        /// Of what.
        question: Question,
    },
    /// The last minutes. Answered by [`Reply::Minutes`].
    Minutes {
        /// How many.
        count: u32,
    },
    /// Changes of state, newest first. Answered by [`Reply::Changes`].
    Changes {
        /// Of this instance, or of all.
        #[serde(default)]
        instance: Option<Uuid>,
        /// How many at most.
        #[serde(default)]
        #[cfg_attr(test, ts(as = "Option<_>", optional))]
        limit: u32,
    },
    /// What can be signed in to. Answered by [`Reply::Offers`].
    Offers,
    /// Begins a sign-in. Answered by [`Reply::SignIn`]; from then on it stands in the status.
    BeginSignIn {
        /// How.
        way: Way,
        /// What to call the new instance; else it is called after the account.
        #[serde(default)]
        name: Option<String>,
        /// The instance that is signed in again; a new one is added where it is `None`.
        #[serde(default)]
        instance: Option<Uuid>,
    },
    /// How a sign-in stands. Answered by [`Reply::SignIn`].
    SignIn {
        /// Which.
        id: Uuid,
    },
    /// The address that the browser ended on, for a sign-in that waits for one. Answered by [`Reply::SignIn`].
    FinishSignIn {
        /// Which.
        id: Uuid,
        /// The whole address.
        address: KeyText,
    },
    /// Stops a sign-in, or takes one that has ended out of the status. Answered by [`Reply::Done`].
    CancelSignIn {
        /// Which.
        id: Uuid,
    },
    /// Every model that a pool is known to serve. Answered by [`Reply::Models`].
    Models,
    /// Makes one real request through the proxy, which is billed where its upstream bills. Answered by [`Reply::Verified`].
    Verify {
        /// As a client of this dialect.
        #[cfg_attr(test, ts(type = "Dialect"))]
        dialect: Dialect,
        /// For this model.
        model: String,
    },
    /// Shows the demo in place of the home's own pools, or ends it. Answered by [`Reply::Done`].
    Demo {
        /// Shows it, or ends it.
        on: bool,
    },
    /// Serves nobody until [`Resume`](Self::Resume). Answered by [`Reply::Done`].
    Pause,
    /// Serves again. Answered by [`Reply::Done`].
    Resume,
    /// Finishes what is in flight and ends. Answered by [`Reply::Done`] before it has.
    Shutdown,
}
