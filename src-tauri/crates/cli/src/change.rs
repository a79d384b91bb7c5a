//! `millpond pool add`, `edit`, `remove`, `enable`, `disable`, `import`, `export`: made in the file, under its lock. A running engine sees that the
//! file has changed and takes it up.

use std::path::Path;

use account::Vault;
use gateway::home::Home;
use gateway::roster::edit::{Done, Edit, New};
use gateway::roster::file::PoolsFile;
use provider::ProviderType;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::args::{Fields, Place, Pool};
use crate::config::ask;
use crate::failed::Failed;
use crate::{pool, told};

/// Makes one change and says what was done.
pub(crate) async fn run(home: &Home, place: &Place, command: Pool) -> Result<(), Failed> {
    home.prepare()?;
    let file = pool::file(home)?;
    let edit = match command {
        Pool::List(_) => return Ok(()),
        Pool::Import { file: from } => return import(home, place, &file, &from).await,
        Pool::Export { file: to } => {
            let count = file.export(&to).await?;
            told::line(&format!(
                "{count} instances written to {}, without their secrets",
                to.display()
            ));
            return Ok(());
        }
        Pool::Add { kind, fields } => Edit::Add(New {
            provider: kind,
            fields: named(kind, fields),
            key: Some(ask("Key: ")?),
        }),
        Pool::Edit { uuid, key, fields } => {
            let (uuid, kind) = meant(&file, &uuid)?;
            Edit::Change {
                uuid,
                fields: named(kind, fields),
                key: if key { Some(ask("New key: ")?) } else { None },
            }
        }
        Pool::Remove { uuid } => Edit::Remove {
            uuid: meant(&file, &uuid)?.0,
        },
        Pool::Enable { uuid } => Edit::Disable {
            uuid: meant(&file, &uuid)?.0,
            disabled: false,
        },
        Pool::Disable { uuid } => Edit::Disable {
            uuid: meant(&file, &uuid)?.0,
            disabled: true,
        },
    };
    let vault = Vault::open(home.folder(), place.secrets).await?;
    let done = file.apply(edit, &vault).await?;
    let word = match done {
        Done::Added(_) => "added",
        Done::Changed(_) => "changed",
        Done::Removed(_) => "removed",
    };
    told::line(&format!("{word} {}", done.uuid()));
    Ok(())
}

async fn import(home: &Home, place: &Place, file: &PoolsFile, from: &Path) -> Result<(), Failed> {
    let vault = Vault::open(home.folder(), place.secrets).await?;
    let done = file.import(from, &vault).await?;
    for complaint in &done.complaints {
        eprintln!("millpond: {complaint}");
    }
    told::line(&format!(
        "{} instances added, {} were here before, {} are of types that this version does not know",
        done.added.len(),
        done.known,
        done.foreign
    ));
    Ok(())
}

fn meant(file: &PoolsFile, text: &str) -> Result<(Uuid, ProviderType), Failed> {
    let roster = file.load()?;
    let entry = roster.meant(text)?;
    Ok((entry.uuid, entry.provider))
}

/// The fields by their names in the file.
fn named(kind: ProviderType, fields: Fields) -> Map<String, Value> {
    let base = match kind {
        ProviderType::OpenaiCustom => "OPENAI_BASE_URL",
        ProviderType::ClaudeCustom => "CLAUDE_BASE_URL",
        ProviderType::GeminiCustom | ProviderType::GeminiCliOauth => "GEMINI_BASE_URL",
        ProviderType::QwenOauth => "QWEN_BASE_URL",
        ProviderType::KiroOauth => "KIRO_BASE_URL",
    };
    [
        ("customName", fields.name.map(Value::from)),
        (base, fields.base_url.map(Value::from)),
        ("weight", fields.weight.map(Value::from)),
        ("priority", fields.priority.map(Value::from)),
        (
            "concurrencyLimit",
            fields.concurrency_limit.map(Value::from),
        ),
        ("checkModelName", fields.check_model.map(Value::from)),
        ("PROXY_URL", fields.proxy.map(Value::from)),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name.to_owned(), value?)))
    .collect()
}
