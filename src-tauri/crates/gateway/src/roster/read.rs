//! From the file to entries.

use std::collections::HashSet;
use std::path::Path;

use jiff::Timestamp;
use jsonc_parser::cst::{CstNode, CstObject, CstObjectProp};
use provider::ProviderType;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::fields::{Field, key_field};
use super::secrets::HEADERS;
use super::{Entry, EntryState, Roster, SecretField};
use crate::complaint::{Complaints, kind_of, shown};
use crate::document::{Document, property};
use crate::settings::values::{switch, text, whole, without_password};

/// An entry as it stands in the file.
pub(super) struct Spot {
    pub(super) provider: ProviderType,
    /// Its place in its pool.
    pub(super) index: usize,
    pub(super) object: CstObject,
}

impl Spot {
    pub(super) fn place(&self) -> String {
        format!("{}[{}]", self.provider, self.index)
    }

    /// Whom its `uuid` names. `None` where it has none.
    pub(super) fn uuid(&self) -> Option<Uuid> {
        identity(&property(&self.object, "uuid")?.to_serde_value()?)
    }
}

/// Every entry of a known type.
pub(super) fn spots(file: &Document) -> Vec<Spot> {
    let mut spots = Vec::new();
    for (provider, pool) in pools(file) {
        let Some(pool) = pool.array_value() else {
            continue;
        };
        let objects = pool.elements().into_iter().enumerate();
        spots.extend(objects.filter_map(|(index, node)| {
            let object = node.as_object()?;
            Some(Spot {
                provider,
                index,
                object,
            })
        }));
    }
    spots
}

/// The properties that name known types.
pub(super) fn pools(file: &Document) -> Vec<(ProviderType, CstObjectProp)> {
    let named = file
        .object()
        .properties()
        .into_iter()
        .filter_map(|property| {
            let kind = property.decoded_name()?.parse().ok()?;
            Some((kind, property))
        });
    named.collect()
}

/// Whom a `uuid` names. Other programs write what is no UUID there: it stays, and stands for one that is made of it.
pub(super) fn identity(value: &Value) -> Option<Uuid> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    if text.is_empty() {
        return None;
    }
    let derived = || Uuid::new_v5(&Uuid::NAMESPACE_OID, text.as_bytes());
    Some(text.parse().unwrap_or_else(|_| derived()))
}

/// Reads every entry. One without a `uuid`, or with another's, is left to [`super::file`] to name.
pub(super) fn read(file: &Document, path: &Path) -> Roster {
    let mut complaints = Complaints::about(path);
    complain_of_pools(file, &mut complaints);
    let mut met = HashSet::new();
    let mut entries = Vec::new();
    for spot in spots(file) {
        let uuid = match spot.uuid() {
            Some(uuid) if met.insert(uuid) => uuid,
            Some(uuid) => {
                complaints.add(
                    format!("{}.uuid", spot.place()),
                    format!("is {uuid}, which another entry has; this one cannot be told from it"),
                );
                continue;
            }
            None => {
                complaints.add(format!("{}.uuid", spot.place()), "is missing");
                continue;
            }
        };
        entries.push(entry(&spot, uuid, &mut complaints));
    }
    Roster {
        entries,
        complaints: complaints.into_vec(),
    }
}

fn complain_of_pools(file: &Document, complaints: &mut Complaints) {
    let mut met = HashSet::new();
    for (kind, pool) in pools(file) {
        if !met.insert(kind) {
            complaints.add(kind.as_str(), "stands there twice; both are read");
        }
        let Some(array) = pool.array_value() else {
            let value = pool.to_serde_value().unwrap_or_default();
            complaints.wrong(kind.as_str(), &value, "a list of entries");
            continue;
        };
        for (index, node) in array.elements().iter().enumerate() {
            if node.as_object().is_none() {
                let value = node.to_serde_value().unwrap_or_default();
                let found = kind_of(&value);
                complaints.add(
                    format!("{kind}[{index}]"),
                    format!("is {found}; expected an entry, {{ … }}"),
                );
            }
        }
    }
}

/// Reads one entry. What is wrong in it is a complaint, and its `fault` where it may not be used without.
pub(super) fn entry(spot: &Spot, uuid: Uuid, complaints: &mut Complaints) -> Entry {
    let fields = match CstNode::from(spot.object.clone()).to_serde_value() {
        Some(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    let mut entry = Entry::new(uuid, spot.provider);
    let folder = complaints.folder();
    let place = spot.place();
    for field in Field::all(spot.provider) {
        let Some(value) = fields.get(field.name).filter(|value| is_set(value)) else {
            continue;
        };
        if (field.take)(&mut entry, value, &folder).is_none() {
            let problem = field.mistake(value);
            if field.vital {
                let fault = format!("its {} {problem}", field.name);
                entry.fault.get_or_insert(fault);
            }
            complaints.add(format!("{place}.{}", field.name), problem);
        }
    }
    let name = key_field(spot.provider);
    entry.secret = match fields.get(name) {
        None | Some(Value::Null) => SecretField::Missing,
        Some(Value::String(text)) => SecretField::read(text).unwrap_or(SecretField::Missing),
        Some(other) => {
            let problem = format!("is {}; expected a text", kind_of(other));
            entry.fault.get_or_insert(format!("its {name} {problem}"));
            complaints.add(format!("{place}.{name}"), problem);
            SecretField::Missing
        }
    };
    entry.state = state(&fields);
    entry
}

impl Field {
    /// What is wrong with a value of this field.
    pub(super) fn mistake(&self, value: &Value) -> String {
        let found = match value {
            // A line that was meant as a header may hold a key.
            _ if self.name == HEADERS => kind_of(value).to_owned(),
            Value::String(text) => shown(&without_password(text).into()),
            other => shown(other),
        };
        format!("is {found}; expected {}", self.expected)
    }
}

/// `null` and the empty text say nothing.
fn is_set(value: &Value) -> bool {
    !value.is_null() && value.as_str() != Some("")
}

/// The state fields. What cannot be read of them counts from nothing.
pub(super) fn state(fields: &Map<String, Value>) -> EntryState {
    let count = |name| {
        fields
            .get(name)
            .and_then(|v| whole(v, 0, u64::MAX))
            .unwrap_or(0)
    };
    EntryState {
        is_healthy: fields.get("isHealthy").and_then(switch).unwrap_or(true),
        last_used: fields.get("lastUsed").and_then(time),
        usage_count: count("usageCount"),
        error_count: count("errorCount"),
        last_error_time: fields.get("lastErrorTime").and_then(time),
    }
}

/// RFC 3339, or milliseconds since 1970 as scripts write them. Finer times than milliseconds are not kept.
fn time(value: &Value) -> Option<Timestamp> {
    let millis = match value {
        Value::Number(_) => i64::try_from(whole(value, 1, u64::MAX)?).ok()?,
        value => text(value)?.parse::<Timestamp>().ok()?.as_millisecond(),
    };
    Timestamp::from_millisecond(millis).ok()
}
