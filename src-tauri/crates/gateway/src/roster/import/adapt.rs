//! What changes of an entry that is taken in, and what comes along unread.

use std::path::{Path, PathBuf};

use jsonc_parser::cst::{CstNode, CstObject};
use provider::ProviderType;
use serde_json::Value;

use super::Plan;
use crate::document::{self, Document, property, set, spelled};
use crate::roster::SecretField;
use crate::roster::fields::credentials_field;
use crate::roster::read::Spot;
use crate::roster::secrets::Slot;

/// Makes an entry one of this home's.
pub(super) fn adapt(spot: &Spot, plan: &Plan, source: &Path) {
    if spot.uuid() != Some(plan.uuid) {
        set(&spot.object, "uuid", &Value::String(plan.uuid.to_string()));
    }
    for (slot, name) in &plan.vaulted {
        let vaulted = Value::String(SecretField::Vaulted(name.clone()).written());
        match (slot.look(&spot.object), slot) {
            (Some((object, field, _)), _) => set(&object, &field, &vaulted),
            // It came out of the file that the entry names.
            (None, Slot::Key(field)) => {
                set(&spot.object, field, &vaulted);
                if let Some(path) = credentials_field(spot.provider) {
                    document::remove(&spot.object, path);
                }
            }
            (None, Slot::Header(_)) => {}
        }
    }
    for property in spot.object.properties() {
        let Some(name) = property
            .decoded_name()
            .filter(|name| name.ends_with("_CREDS_FILE_PATH"))
        else {
            continue;
        };
        let Some(Value::String(path)) = property.to_serde_value() else {
            continue;
        };
        if !path.is_empty() && Path::new(&path).is_relative() {
            let absolute = source.parent().unwrap_or(Path::new("")).join(&path);
            let plain: PathBuf = absolute.components().collect();
            set(
                &spot.object,
                &name,
                &Value::String(plain.display().to_string()),
            );
        }
    }
}

/// Takes along entries of types that this version does not know, unless they are here already.
pub(super) fn foreign(there: &Document, here: &Document) -> usize {
    let mut count = 0;
    for pool in there.object().properties() {
        let Some(name) = pool
            .decoded_name()
            .filter(|name| name.parse::<ProviderType>().is_err())
        else {
            continue;
        };
        let Some(theirs) = pool.array_value() else {
            continue;
        };
        let ours = match property(here.object(), &name) {
            Some(ours) => ours,
            None => here
                .object()
                .append(&name, document::input(&Value::Array(Vec::new()))),
        };
        let Some(ours) = ours.array_value() else {
            continue;
        };
        let before: Vec<Value> = ours
            .elements()
            .iter()
            .filter_map(CstNode::to_serde_value)
            .collect();
        for entry in theirs.elements().iter().filter_map(CstNode::as_object) {
            if !before.contains(&whole(&entry)) {
                ours.append(spelled(entry.to_string()));
                count += 1;
            }
        }
    }
    count
}

fn whole(object: &CstObject) -> Value {
    CstNode::from(object.clone())
        .to_serde_value()
        .unwrap_or_default()
}
