//! `millpond config`: settings read and changed, comments and unknown keys kept.

use std::io::IsTerminal as _;

use account::{Secret, Vault};
use gateway::home::Home;
use gateway::roster::SecretField;
use gateway::settings::keys::KEYS;
use gateway::settings::{Settings, edit};
use serde_json::{Map, Value};

use crate::args::{Config, Place};
use crate::failed::Failed;
use crate::told;

const LOCAL_KEY: &str = "REQUIRED_API_KEY";

/// Shows or sets.
pub(crate) async fn run(place: &Place, command: Config) -> Result<(), Failed> {
    let home = Home::resolve(place.home.clone())?;
    home.prepare()?;
    match command {
        Config::Get { key: None, listing } => all(&home, listing.json),
        Config::Get {
            key: Some(key),
            listing,
        } => one(&home, place, &key, listing.json).await,
        Config::Set { key, value } if key == LOCAL_KEY => set_key(&home, place, &value).await,
        Config::Set { key, value } => Ok(edit::set(&home.config(), &key, &value)?),
    }
}

fn all(home: &Home, json: bool) -> Result<(), Failed> {
    let loaded = Settings::load(&home.config())?;
    let shown: Map<String, Value> = KEYS
        .iter()
        .filter(|key| !key.secret)
        .map(|key| (key.name.to_owned(), key.shown(&loaded.settings)))
        .collect();
    if json {
        told::json(&shown);
    } else {
        for (name, value) in &shown {
            told::line(&format!("{name} = {}", plain(value)));
        }
    }
    for complaint in &loaded.complaints {
        eprintln!("millpond: {complaint}");
    }
    Ok(())
}

async fn one(home: &Home, place: &Place, name: &str, json: bool) -> Result<(), Failed> {
    let key = edit::key(name)?;
    let settings = Settings::load(&home.config())?.settings;
    let value = if key.secret {
        Value::String(local_key(home, place, &settings).await?.expose().clone())
    } else {
        key.shown(&settings)
    };
    if json {
        told::json(&value);
    } else {
        told::line(&plain(&value));
    }
    Ok(())
}

/// The key that clients must show: the user's own, or the random one of this home.
async fn local_key(
    home: &Home,
    place: &Place,
    settings: &Settings,
) -> Result<Secret<String>, Failed> {
    if let SecretField::Plain(key) = &settings.required_api_key {
        return Ok(key.clone());
    }
    let vault = Vault::open(home.folder(), place.secrets).await?;
    if let SecretField::Vaulted(name) = &settings.required_api_key {
        return vault
            .get(name)
            .await?
            .ok_or(Failed::Open(gateway::engine::OpenError::NoLocalKey));
    }
    Ok(vault.local_key().await?)
}

/// A secret is no argument: other users of the machine can read those. `-` reads it from where they cannot.
async fn set_key(home: &Home, place: &Place, value: &str) -> Result<(), Failed> {
    let secret = match value {
        "null" => None,
        "-" => Some(ask("New local key: ")?),
        _ => {
            let text = format!(
                "a key on the command line can be read by others; write `millpond config set {LOCAL_KEY} -` and enter it then"
            );
            return Err(Failed::Told(text));
        }
    };
    let vault = Vault::open(home.folder(), place.secrets).await?;
    Ok(edit::set_local_key(&home.config(), &vault, secret).await?)
}

/// A secret from a prompt, or from standard input where that is no terminal.
pub(crate) fn ask(prompt: &str) -> Result<Secret<String>, Failed> {
    let read = if std::io::stdin().is_terminal() {
        rpassword::prompt_password(prompt)
    } else {
        let mut text = String::new();
        std::io::stdin().read_line(&mut text).map(|_| text)
    };
    let text = read.map_err(|source| Failed::Io {
        what: "the secret cannot be read",
        source,
    })?;
    Ok(Secret::new(text.trim().to_owned()))
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
