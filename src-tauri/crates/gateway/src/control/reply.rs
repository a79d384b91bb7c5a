//! What commands bring.

use account::Secret;
use account::sign_in::{Offer, SignIn};
use provider::ProviderType;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::Verified;
use crate::checks::finding::Checked;
use crate::roster::import;
use crate::stats::figures::{Minutes, Summary};
use crate::stats::told::{Change, Told};
use crate::status::{InstanceStatus, Status};

/// What a command brought.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "reply", content = "value", rename_all = "kebab-case")]
pub enum Reply {
    /// It was done.
    Done,
    /// To [`Control::Status`](super::Control::Status).
    Status(Box<Status>),
    /// To [`Control::Instances`](super::Control::Instances).
    Instances(Vec<Instance>),
    /// To [`Control::Add`](super::Control::Add): the new instance.
    Added(Uuid),
    /// To [`Control::Import`](super::Control::Import).
    Imported(Imported),
    /// To [`Control::Export`](super::Control::Export): how many instances.
    Exported(usize),
    /// To [`Control::Check`](super::Control::Check), in the order of the pools.
    Checked(Vec<Checked>),
    /// To [`Control::Settings`](super::Control::Settings).
    Settings(Vec<Setting>),
    /// To [`Control::LocalKey`](super::Control::LocalKey).
    Key(KeyText),
    /// To [`Control::Explain`](super::Control::Explain); `None` where it is not known, or not any more.
    Request(Option<Box<Told>>),
    /// To [`Control::Requests`](super::Control::Requests).
    Requests(Vec<Told>),
    /// To [`Control::Summary`](super::Control::Summary).
    Summary(Box<Summary>),
    /// To [`Control::Minutes`](super::Control::Minutes).
    Minutes(Box<Minutes>),
    /// To [`Control::Changes`](super::Control::Changes).
    Changes(Vec<Change>),
    /// To [`Control::Offers`](super::Control::Offers).
    Offers(Vec<Offer>),
    /// To [`Control::BeginSignIn`](super::Control::BeginSignIn), [`Control::SignIn`](super::Control::SignIn), [`Control::FinishSignIn`](super::Control::FinishSignIn).
    SignIn(Box<SignIn>),
    /// To [`Control::Models`](super::Control::Models).
    Models(Vec<ModelName>),
    /// To [`Control::Verify`](super::Control::Verify).
    Verified(Box<Verified>),
}

/// An instance and its settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Instance {
    /// How it is.
    #[serde(flatten)]
    pub status: InstanceStatus,
    /// Its tier.
    pub priority: u32,
    /// Its share.
    pub weight: u32,
    /// The most requests it takes at a time.
    pub concurrency_limit: Option<u32>,
    /// Whether active checks look at it, where that is set.
    pub check_health: Option<bool>,
    /// The model that a billed check asks for.
    pub check_model: Option<String>,
    /// Models it does not serve: names or globs.
    pub not_supported_models: Vec<String>,
    /// Name or glob, and the upstream's name.
    pub model_map: Vec<(String, String)>,
    /// The proxy of its own, without a password.
    pub proxy: Option<String>,
    /// What the pools file says that cannot be meant.
    pub fault: Option<String>,
}

/// A model as clients may name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ModelName {
    /// Its name.
    pub id: String,
    /// The first pool that has it.
    #[cfg_attr(test, ts(type = "ProviderType"))]
    pub provider: ProviderType,
}

/// What an import has done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Imported {
    /// The instances that are new here.
    pub added: Vec<Uuid>,
    /// How many were here before.
    pub known: usize,
    /// How many came along of types that this version does not know.
    pub foreign: usize,
    /// What in the file cannot be meant.
    pub complaints: Vec<String>,
}

impl From<import::Imported> for Imported {
    fn from(done: import::Imported) -> Self {
        Self {
            added: done.added,
            known: done.known,
            foreign: done.foreign,
            complaints: done.complaints.iter().map(ToString::to_string).collect(),
        }
    }
}

/// A setting.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Setting {
    /// Its key.
    pub key: String,
    /// Its value, or its default; a secret is masked.
    pub value: Value,
    /// What it takes.
    pub expected: String,
}

/// A secret on its way between two of Millpond's own processes. It shows in nothing but that.
#[derive(Debug, Clone)]
#[cfg_attr(test, derive(ts_rs::TS), ts(type = "string"))]
pub struct KeyText(pub Secret<String>);

impl Serialize for KeyText {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.0.expose())
    }
}

impl<'de> Deserialize<'de> for KeyText {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self(Secret::new(String::deserialize(from)?)))
    }
}
