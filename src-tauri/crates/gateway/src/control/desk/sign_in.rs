//! Commands that sign in.

use std::sync::Arc;

use account::Secret;
use account::sign_in::{BadPaste, Flow, SignIn, Way};
use provider::ProviderType;
use uuid::Uuid;

use super::Desk;
use crate::blocking;
use crate::control::{Refused, RefusedKind, Reply};
use crate::sign_ins::keeping::{InEngine, Target};
use crate::sign_ins::means;

impl Desk {
    /// Begins a sign-in whose tokens go into this engine's vault and pools.
    pub(super) async fn begin_sign_in(&self, way: Way, target: Target) -> Result<Reply, Refused> {
        let kind = ProviderType::of_service(way.service());
        if let Some(uuid) = target.instance {
            let entries = self.engine.entries().await;
            if !entries.iter().any(|e| e.uuid == uuid && e.provider == kind) {
                let text = format!("no instance of {kind} has the uuid {uuid}");
                return Err(Refused::new(RefusedKind::Missing, text));
            }
        }
        let table = self.engine.table();
        let means = blocking::run(move || means::of(&table.settings, kind)).await;
        let means = means.map_err(|bad| Refused::new(RefusedKind::Failed, bad.to_string()))?;
        let keep = Arc::new(InEngine::new(Arc::downgrade(&self.engine), target));
        let flow = Flow::begin(Uuid::new_v4(), way, means, keep);
        Ok(shown(self.engine.sign_ins().add(flow)))
    }

    /// How it stands.
    pub(super) fn sign_in(&self, id: Uuid) -> Result<Reply, Refused> {
        let found = self.engine.sign_ins().get(id);
        found.map(shown).ok_or_else(|| no_sign_in(id))
    }

    /// Takes the address that the browser ended on.
    pub(super) fn finish_sign_in(
        &self,
        id: Uuid,
        address: &Secret<String>,
    ) -> Result<Reply, Refused> {
        let pasted = self.engine.sign_ins().paste(id, address.expose());
        let pasted = pasted.ok_or_else(|| no_sign_in(id))?;
        let invalid = |bad: BadPaste| Refused::new(RefusedKind::Invalid, bad.to_string());
        pasted.map(shown).map_err(invalid)
    }

    /// Stops it.
    pub(super) fn cancel_sign_in(&self, id: Uuid) -> Result<Reply, Refused> {
        match self.engine.sign_ins().cancel(id) {
            true => Ok(Reply::Done),
            false => Err(no_sign_in(id)),
        }
    }
}

fn shown(sign_in: SignIn) -> Reply {
    Reply::SignIn(Box::new(sign_in))
}

fn no_sign_in(id: Uuid) -> Refused {
    let text = format!("no sign-in {id} is under way; begin it again");
    Refused::new(RefusedKind::Missing, text)
}
