//! By whose hand a change is made: the engine's that runs on the home, by its control door, else this program's own, in the
//! files and under their locks.

use account::{Secret, Vault};
use gateway::control::{Control, Imported, KeyText, Refused, RefusedKind, Reply};
use gateway::door::Client;
use gateway::home::Home;
use gateway::roster::edit::{Done, Edit, EditError, New};
use gateway::roster::file::PoolsFile;
use provider::ProviderType;
use uuid::Uuid;

use crate::args::Place;
use crate::failed::Failed;
use crate::pool;

/// Who makes a change.
#[derive(Debug)]
pub(crate) enum Hand {
    /// The engine.
    Engine(Client),
    /// This program.
    Own {
        /// The pools file that is in use.
        file: PoolsFile,
        /// Where its secrets go.
        vault: Vault,
    },
}

impl Hand {
    /// The engine's if one runs, else our own.
    pub(crate) async fn on(home: &Home, place: &Place) -> Result<Self, Failed> {
        if let Some(client) = Client::find(home).await? {
            return Ok(Self::Engine(client));
        }
        home.prepare()?;
        Ok(Self::Own {
            file: pool::file(home)?,
            vault: Vault::open(home.folder(), place.secrets).await?,
        })
    }

    /// The instance that a person means, and its type.
    pub(crate) async fn meant(&self, text: &str) -> Result<(Uuid, ProviderType), Failed> {
        match self {
            Self::Engine(client) => {
                let Reply::Instances(all) = client.send(&Control::Instances).await? else {
                    return Err(Failed::OtherReply);
                };
                let named = all
                    .iter()
                    .map(|one| (one.status.uuid, one.status.name.as_str()));
                let uuid = gateway::roster::edit::meant(named, text)?;
                let found = all.iter().find(|one| one.status.uuid == uuid);
                let kind = found.map(|one| one.status.provider);
                Ok((uuid, kind.ok_or(EditError::NoSuchEntry(text.to_owned()))?))
            }
            Self::Own { file, .. } => {
                let roster = file.load()?;
                let entry = roster.meant(text)?;
                Ok((entry.uuid, entry.provider))
            }
        }
    }

    /// Has a command carried out that changes pools.
    pub(crate) async fn carry_out(&self, command: Control) -> Result<Reply, Failed> {
        match self {
            Self::Engine(client) => Ok(client.send(&command).await?),
            Self::Own { file, vault } => by_file(file, vault, command).await,
        }
    }
}

async fn by_file(file: &PoolsFile, vault: &Vault, command: Control) -> Result<Reply, Failed> {
    let secret = |key: Option<KeyText>| -> Option<Secret<String>> { key.map(|key| key.0) };
    let edit = match command {
        Control::Add {
            provider,
            fields,
            key,
        } => Edit::Add(New {
            provider,
            fields,
            key: secret(key),
        }),
        Control::Edit { uuid, fields, key } => Edit::Change {
            uuid,
            fields,
            key: secret(key),
        },
        Control::Remove { uuid } => Edit::Remove { uuid },
        Control::Enable { uuid, on } => Edit::Disable {
            uuid,
            disabled: !on,
        },
        Control::Import { file: from } => {
            let done = file.import(&from, vault).await?;
            return Ok(Reply::Imported(Imported::from(done)));
        }
        Control::Export { file: to } => return Ok(Reply::Exported(file.export(&to).await?)),
        _ => {
            return Err(Failed::Door(gateway::door::ClientError::Refused(Refused {
                kind: RefusedKind::Failed,
                message: "no Millpond runs on this home; start it with millpond serve".to_owned(),
            })));
        }
    };
    Ok(match file.apply(edit, vault).await? {
        Done::Added(uuid) => Reply::Added(uuid),
        Done::Changed(_) | Done::Removed(_) => Reply::Done,
    })
}
