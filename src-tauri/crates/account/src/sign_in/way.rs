//! What can be chosen: services, and the ways into each.

use serde::{Deserialize, Serialize};

use crate::Service;

/// How somebody wants to sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
#[serde(tag = "service", rename_all = "kebab-case")]
pub enum Way {
    /// To Gemini Code Assist, by the browser.
    Gemini {
        /// The id of a Google Cloud project, which accounts of companies need.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        project: Option<String>,
    },
    /// To Qwen, by a code.
    Qwen,
    /// To Kiro.
    Kiro {
        /// By which door.
        #[serde(default)]
        method: KiroMethod,
        /// IAM Identity Center: the company's start page, `https://d-….awsapps.com/start`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        start_url: Option<String>,
        /// IAM Identity Center: its AWS region.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        region: Option<String>,
    },
}

/// Kiro's doors.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum KiroMethod {
    /// Kiro's own page, which offers all the others.
    #[default]
    Portal,
    /// Google, directly.
    Google,
    /// GitHub, directly.
    Github,
    /// AWS Builder ID, by a code.
    BuilderId,
    /// IAM Identity Center, by a code.
    Idc,
}

/// A service as it can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Offer {
    /// Which.
    pub service: Service,
    /// Its name for people.
    pub name: String,
    /// Who can sign in, in a line.
    pub note: String,
    /// Whether that works today.
    pub standing: Standing,
    /// What to use where it does not.
    pub instead: Vec<String>,
}

/// Whether a service still takes sign-ins from outside its own programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It does.
    Works,
    /// Those of some accounts.
    Limited,
    /// It has ended them.
    Ended,
}

impl Way {
    /// To which service.
    pub const fn service(&self) -> Service {
        match self {
            Self::Gemini { .. } => Service::Gemini,
            Self::Qwen => Service::Qwen,
            Self::Kiro { .. } => Service::Kiro,
        }
    }
}

/// Every service, what works today first.
pub fn offers() -> Vec<Offer> {
    Service::ALL.map(Offer::of).into()
}

impl Offer {
    /// What is known of a service today.
    pub fn of(service: Service) -> Self {
        let (note, standing) = match service {
            Service::Kiro => ("Google, GitHub or AWS Builder ID", Standing::Works),
            Service::Gemini => (
                "Code Assist Standard or Enterprise, with a project; Google ended private accounts on 18 June 2026",
                Standing::Limited,
            ),
            Service::Qwen => (
                "Closed by Qwen on 15 April 2026. Use a key",
                Standing::Ended,
            ),
        };
        Self {
            service,
            name: service.plain_name().to_owned(),
            note: note.to_owned(),
            standing,
            instead: instead(service),
        }
    }
}

/// What to use where a service does not take a sign-in any more.
pub fn instead(service: Service) -> Vec<String> {
    let lines: &[&str] = match service {
        Service::Gemini => &[
            "gemini-custom, with a key for the Gemini API",
            "a Google Workspace or Code Assist Standard account, with its project id",
        ],
        Service::Qwen => &[
            "openai-custom at https://dashscope-intl.aliyuncs.com/compatible-mode/v1, with a key of Alibaba Cloud Model Studio",
        ],
        Service::Kiro => &[
            "another Kiro account",
            "claude-custom, with a key for the Claude API",
        ],
    };
    lines.iter().map(|line| (*line).to_owned()).collect()
}
