//! A sign-in as everybody sees it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Failure;
use crate::Service;

/// One sign-in, under way or ended. It holds no token; its address holds nothing that opens an account by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SignIn {
    /// Its identity.
    pub id: Uuid,
    /// To which service.
    pub service: Service,
    /// Where it stands.
    pub step: Step,
}

/// Where a sign-in stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Step {
    /// The service is being asked for an address or a code.
    Starting,
    /// A person opens this address in a browser, on this machine or on another. What the browser ends on comes back by itself,
    /// or is pasted.
    Open {
        /// The address.
        address: String,
        /// What the address begins with that the browser ends on.
        returns_to: String,
        /// Why the answer will not come by itself, where that is so: it must be pasted then.
        notice: Option<String>,
        /// Until when it is waited for.
        #[cfg_attr(feature = "typescript", ts(as = "String"))]
        until: Timestamp,
    },
    /// A person opens this page on any device and enters the code there.
    Code {
        /// The page.
        address: String,
        /// The same with the code in it, where the service has such.
        complete: Option<String>,
        /// The code.
        code: String,
        /// The service is asked so often, in seconds.
        every: u64,
        /// Until when the code is good.
        #[cfg_attr(feature = "typescript", ts(as = "String"))]
        until: Timestamp,
    },
    /// The service wants something of the person before it lets the account in; it is asked again by itself.
    Verify {
        /// Where to do it.
        address: String,
        /// What it wants, in its own words.
        reason: String,
        /// Until when it is waited for.
        #[cfg_attr(feature = "typescript", ts(as = "String"))]
        until: Timestamp,
    },
    /// The person has done their part; this is being done.
    Finishing {
        /// What, in words that go on after "now: ".
        doing: String,
    },
    /// It worked.
    Done {
        /// Who is signed in.
        account: SignedIn,
    },
    /// It did not.
    Failed {
        /// Why.
        failure: Failure,
    },
}

/// An account that is ready.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SignedIn {
    /// The instance that was added, or signed in again.
    pub instance: Option<Uuid>,
    /// Its name: an e-mail address where the service tells one.
    pub name: String,
    /// Its plan or tier, where the service tells it.
    pub plan: Option<String>,
    /// What is left of its quota, where the service tells it.
    pub left: Option<String>,
    /// What the person should know.
    pub notes: Vec<String>,
}

impl Step {
    /// Whether it has ended, in whichever way.
    pub const fn is_over(&self) -> bool {
        matches!(self, Self::Done { .. } | Self::Failed { .. })
    }

    /// Whether an address may be pasted.
    pub const fn takes_paste(&self) -> bool {
        matches!(self, Self::Open { .. })
    }
}
