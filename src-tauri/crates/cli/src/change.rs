//! `millpond pool add`, `edit`, `remove`, `enable`, `disable`, `import`, `export`.

use std::path::{Path, PathBuf};

use account::Service;
use account::credentials::usual_place;
use gateway::control::{Control, KeyText, Reply};
use gateway::home::Home;
use provider::ProviderType;
use serde_json::{Map, Value};

use crate::args::{Fields, Place, Pool};
use crate::config::ask;
use crate::failed::Failed;
use crate::hand::Hand;
use crate::told;

/// Makes one change and says what was done.
pub(crate) async fn run(home: &Home, place: &Place, command: Pool) -> Result<(), Failed> {
    let hand = Hand::on(home, place).await?;
    let (command, done) = match command {
        Pool::List(_) => return Ok(()),
        Pool::Import { file } => return import(&hand, &file).await,
        Pool::Export { file } => return export(&hand, &file).await,
        Pool::Add { kind, fields } => {
            let add = Control::Add {
                provider: kind,
                fields: named(kind, fields),
                key: Some(KeyText(ask("Key: ")?)),
            };
            let Reply::Added(uuid) = hand.carry_out(add).await? else {
                return Err(Failed::OtherReply);
            };
            told::line(&format!("added {uuid}"));
            return Ok(());
        }
        Pool::Edit { uuid, key, fields } => {
            let (uuid, kind) = hand.meant(&uuid).await?;
            let key = if key {
                Some(KeyText(ask("New key: ")?))
            } else {
                None
            };
            let fields = named(kind, fields);
            let edit = Control::Edit { uuid, fields, key };
            (edit, format!("changed {uuid}"))
        }
        Pool::Remove { uuid } => {
            let (uuid, _) = hand.meant(&uuid).await?;
            (Control::Remove { uuid }, format!("removed {uuid}"))
        }
        Pool::Enable { uuid } => {
            let (uuid, _) = hand.meant(&uuid).await?;
            (
                Control::Enable { uuid, on: true },
                format!("enabled {uuid}"),
            )
        }
        Pool::Disable { uuid } => {
            let (uuid, _) = hand.meant(&uuid).await?;
            (
                Control::Enable { uuid, on: false },
                format!("disabled {uuid}"),
            )
        }
    };
    hand.carry_out(command).await?;
    told::line(&done);
    Ok(())
}

/// `gemini`, `qwen` and `kiro` stand for the file of that service's own program in its usual place, unless a file is called so.
fn usual(file: &Path) -> Option<PathBuf> {
    let service = Service::ALL
        .into_iter()
        .find(|one| file.as_os_str() == one.as_str());
    let service = service.filter(|_| !file.exists())?;
    Some(usual_place(service, &std::env::home_dir()?))
}

async fn import(hand: &Hand, file: &Path) -> Result<(), Failed> {
    let file = usual(file).map_or_else(|| absolute(file), Ok)?;
    let Reply::Imported(done) = hand.carry_out(Control::Import { file }).await? else {
        return Err(Failed::OtherReply);
    };
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

async fn export(hand: &Hand, file: &Path) -> Result<(), Failed> {
    let file = absolute(file)?;
    let Reply::Exported(count) = hand
        .carry_out(Control::Export { file: file.clone() })
        .await?
    else {
        return Err(Failed::OtherReply);
    };
    told::line(&format!(
        "{count} instances written to {}, without their secrets",
        file.display()
    ));
    Ok(())
}

/// An engine may stand in another folder.
fn absolute(file: &Path) -> Result<PathBuf, Failed> {
    std::path::absolute(file).map_err(|source| Failed::Io {
        what: "the file cannot be named",
        source,
    })
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
