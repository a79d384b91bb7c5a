//! `millpond config`: settings read and changed, comments and unknown keys kept.

use std::io::IsTerminal as _;

use account::{Secret, Vault};
use gateway::control::{Control, KeyText, Reply};
use gateway::door::Client;
use gateway::home::Home;
use gateway::roster::SecretField;
use gateway::settings::keys::KEYS;
use gateway::settings::{Settings, edit};
use serde_json::{Map, Value};

use crate::args::{Config, Place};
use crate::failed::Failed;
use crate::told;

const LOCAL_KEY: &str = "REQUIRED_API_KEY";
/// What an engine that runs does not take up.
const AT_THE_START: [&str; 2] = ["HOST", "SERVER_PORT"];

/// Shows or sets: what the engine that runs goes by, else what the file says.
pub(crate) async fn run(place: &Place, command: Config) -> Result<(), Failed> {
    let home = Home::resolve(place.home.clone())?;
    if let Some(client) = Client::find(&home).await? {
        return by_engine(&client, command).await;
    }
    home.prepare()?;
    match command {
        Config::Get { key: None, listing } => all(&home, listing.json),
        Config::Get {
            key: Some(key),
            listing,
        } => one(&home, place, &key, listing.json).await,
        Config::Set { key, value } if key == LOCAL_KEY => {
            let secret = new_key(&value)?;
            let vault = Vault::open(home.folder(), place.secrets).await?;
            Ok(edit::set_local_key(&home.config(), &vault, secret).await?)
        }
        Config::Set { key, value } => Ok(edit::set(&home.config(), &key, &value)?),
    }
}

async fn by_engine(client: &Client, command: Config) -> Result<(), Failed> {
    let command = match command {
        Config::Get {
            key: Some(key),
            listing,
        } if key == LOCAL_KEY => {
            let Reply::Key(key) = client.send(&Control::LocalKey).await? else {
                return Err(Failed::OtherReply);
            };
            show_one(&Value::String(key.0.expose().clone()), listing.json);
            return Ok(());
        }
        Config::Get { key, listing } => return get(client, key, listing.json).await,
        Config::Set { key, value } if key == LOCAL_KEY => {
            let key = new_key(&value)?.map(KeyText);
            Control::SetLocalKey { key }
        }
        Config::Set { key, value } => {
            if AT_THE_START.contains(&key.as_str()) {
                eprintln!("millpond: {key} is taken up at the next start");
            }
            Control::Set { key, value }
        }
    };
    client.send(&command).await?;
    Ok(())
}

async fn get(client: &Client, key: Option<String>, json: bool) -> Result<(), Failed> {
    let asked_for_one = key.is_some();
    let Reply::Settings(all) = client.send(&Control::Settings { key }).await? else {
        return Err(Failed::OtherReply);
    };
    match all.as_slice() {
        [one] if asked_for_one => show_one(&one.value, json),
        all => {
            let shown = all.iter().filter(|one| one.key != LOCAL_KEY);
            show_all(
                &shown
                    .map(|one| (one.key.clone(), one.value.clone()))
                    .collect(),
                json,
            );
        }
    }
    Ok(())
}

fn all(home: &Home, json: bool) -> Result<(), Failed> {
    let loaded = Settings::load(&home.config())?;
    let shown: Map<String, Value> = KEYS
        .iter()
        .filter(|key| !key.secret)
        .map(|key| (key.name.to_owned(), key.shown(&loaded.settings)))
        .collect();
    show_all(&shown, json);
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
    show_one(&value, json);
    Ok(())
}

fn show_all(shown: &Map<String, Value>, json: bool) {
    if json {
        return told::json(shown);
    }
    for (name, value) in shown {
        told::line(&format!("{name} = {}", plain(value)));
    }
}

fn show_one(value: &Value, json: bool) {
    if json {
        told::json(value);
    } else {
        told::line(&plain(value));
    }
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
fn new_key(value: &str) -> Result<Option<Secret<String>>, Failed> {
    match value {
        "null" => Ok(None),
        "-" => ask("New local key: ").map(Some),
        _ => {
            let text = format!(
                "a key on the command line can be read by others; write `millpond config set {LOCAL_KEY} -` and enter it then"
            );
            Err(Failed::Told(text))
        }
    }
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
