//! Through whom the requests go: nobody, nginx, or Millpond.

mod millpond;
mod nginx;

use std::net::SocketAddr;

use crate::bench::ask::Ask;
use crate::bench::failed::Failed;
use crate::bench::load::plan::{Plan, Shape};
use crate::bench::proc;
use crate::bench::process::Process;
use crate::bench::rig::Rig;

pub(crate) use millpond::Pool;

/// Through whom the requests go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, clap::ValueEnum)]
pub(crate) enum Who {
    /// Nobody: straight to the fake. What the rig itself can do.
    Direct,
    /// nginx as a plain reverse proxy.
    Nginx,
    /// Millpond with its logs and statistics on.
    Millpond,
}

impl Who {
    /// In the order of a round and of the table.
    pub(crate) const ALL: [Self; 3] = [Self::Direct, Self::Nginx, Self::Millpond];

    /// Its name in the table.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Nginx => "nginx",
            Self::Millpond => "Millpond",
        }
    }
}

/// A running peer. Dropping it ends it.
pub(crate) struct Peer {
    /// Which one.
    pub(crate) who: Who,
    /// Where it listens.
    pub(crate) at: SocketAddr,
    key: Option<String>,
    verbatim: bool,
    watched: Watched,
}

enum Watched {
    Fake(u32),
    Own(Process),
}

impl Peer {
    /// Starts a peer in the form that the others are held against: Millpond with three good instances.
    pub(crate) fn start(who: Who, rig: &Rig) -> Result<Self, Failed> {
        match who {
            Who::Direct => Ok(Self {
                who,
                at: rig.doors.good[0],
                key: None,
                verbatim: true,
                watched: Watched::Fake(rig.fake_id()),
            }),
            Who::Nginx => nginx::start(rig, &rig.folder()?),
            Who::Millpond => millpond::start(rig, &rig.folder()?, Pool::Good(3)),
        }
    }

    /// Starts it again in a folder where it has run before.
    pub(crate) fn start_in(who: Who, rig: &Rig, folder: &std::path::Path) -> Result<Self, Failed> {
        match who {
            Who::Direct => Self::start(who, rig),
            Who::Nginx => nginx::start(rig, folder),
            Who::Millpond => millpond::start(rig, folder, Pool::Good(3)),
        }
    }

    /// Starts a Millpond with another pool.
    pub(crate) fn millpond(rig: &Rig, pool: Pool) -> Result<Self, Failed> {
        millpond::start(rig, &rig.folder()?, pool)
    }

    /// The plan of a load through this peer.
    pub(crate) fn plan(&self, ask: Ask, shape: Shape) -> Result<Plan, Failed> {
        Ok(Plan {
            target: self.at,
            path: "/v1/chat/completions".to_owned(),
            key: self.key.clone(),
            ask,
            verbatim: self.verbatim,
            watch: self.pids()?,
            shape,
        })
    }

    /// Its processes; of `Direct`, the fake's.
    pub(crate) fn pids(&self) -> Result<Vec<u32>, Failed> {
        match &self.watched {
            Watched::Fake(pid) => Ok(vec![*pid]),
            Watched::Own(process) => proc::family(process.id()),
        }
    }

    /// That it still runs.
    pub(crate) fn alive(&mut self) -> Result<(), Failed> {
        match &mut self.watched {
            Watched::Fake(_) => Ok(()),
            Watched::Own(process) => process.alive(),
        }
    }
}
