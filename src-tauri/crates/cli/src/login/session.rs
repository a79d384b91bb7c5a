//! Who plays a sign-in: the engine that runs on the home, else this program, with the home's own files.

use std::sync::Arc;

use account::sign_in::{Flow, Keep, NewLogin, SignIn, Way};
use account::{Secret, Vault};
use futures_util::future::BoxFuture;
use gateway::control::{Control, KeyText, Reply};
use gateway::door::Client;
use gateway::home::Home;
use gateway::roster::file::PoolsFile;
use gateway::settings::Settings;
use gateway::sign_ins::keeping::Target;
use gateway::sign_ins::means;
use provider::ProviderType;
use uuid::Uuid;

use crate::args::Place;
use crate::failed::Failed;
use crate::hand::Hand;

/// A sign-in that somebody plays.
pub(super) enum Session {
    Engine { client: Client, id: Uuid },
    Own(Flow),
}

impl Session {
    pub(super) async fn begin(
        home: &Home,
        place: &Place,
        way: Way,
        name: Option<String>,
    ) -> Result<Self, Failed> {
        let kind = ProviderType::of_service(way.service());
        match Hand::on(home, place).await? {
            Hand::Engine(client) => {
                let begin = Control::BeginSignIn {
                    way,
                    name,
                    instance: None,
                };
                let id = sign_in(client.send(&begin).await?)?.id;
                Ok(Self::Engine { client, id })
            }
            Hand::Own { file, vault } => {
                let settings = Settings::load(&home.config())?.settings;
                let means =
                    means::of(&settings, kind).map_err(|bad| Failed::Told(bad.to_string()))?;
                let target = Target {
                    instance: None,
                    name,
                };
                let keep = Arc::new(InFiles {
                    file,
                    vault,
                    target,
                });
                Ok(Self::Own(Flow::begin(Uuid::new_v4(), way, means, keep)))
            }
        }
    }

    pub(super) async fn now(&self) -> Result<SignIn, Failed> {
        match self {
            Self::Engine { client, id } => {
                sign_in(client.send(&Control::SignIn { id: *id }).await?)
            }
            Self::Own(flow) => Ok(flow.now()),
        }
    }

    pub(super) async fn paste(&self, address: &str) -> Result<(), Failed> {
        match self {
            Self::Engine { client, id } => {
                let address = KeyText(Secret::new(address.to_owned()));
                client
                    .send(&Control::FinishSignIn { id: *id, address })
                    .await?;
                Ok(())
            }
            Self::Own(flow) => flow
                .paste(address)
                .map_err(|bad| Failed::Told(bad.to_string())),
        }
    }

    pub(super) async fn cancel(&self) {
        match self {
            Self::Engine { client, id } => {
                // An engine that ends meanwhile has stopped it, too.
                let _ = client.send(&Control::CancelSignIn { id: *id }).await;
            }
            Self::Own(flow) => flow.cancel(),
        }
    }
}

fn sign_in(reply: Reply) -> Result<SignIn, Failed> {
    match reply {
        Reply::SignIn(sign_in) => Ok(*sign_in),
        _ => Err(Failed::OtherReply),
    }
}

/// Keeps a sign-in in the files of a home that no engine holds.
struct InFiles {
    file: PoolsFile,
    vault: Vault,
    target: Target,
}

impl Keep for InFiles {
    fn keep(&self, login: NewLogin) -> BoxFuture<'_, Result<Uuid, String>> {
        Box::pin(async move {
            let roster = self.file.load().map_err(|error| error.to_string())?;
            let edit = self.target.edit(&login, &roster.entries);
            let done = self.file.apply(edit, &self.vault).await;
            Ok(done.map_err(|error| error.to_string())?.uuid())
        })
    }
}
