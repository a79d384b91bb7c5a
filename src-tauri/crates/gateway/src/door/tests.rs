//! The door through its socket, with everything behind it.

mod window;

use super::*;

use std::net::SocketAddr;

use account::SecretsMode;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use uuid::Uuid;

use crate::control::{KeyText, Reply};
use crate::engine::{Engine, Opening};
use crate::house::House;
use crate::settings::Overrides;
use crate::state::State as InstanceState;

struct Rig {
    folder: tempfile::TempDir,
    home: Home,
    address: SocketAddr,
    serving: tokio::task::JoinHandle<()>,
}

impl Rig {
    async fn new() -> Self {
        Self::with(|_| None).await
    }

    async fn with(window: impl FnOnce(SocketAddr) -> Option<Arc<Window>>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path());
        let opening = Opening {
            home: home.clone(),
            overrides: Overrides::default(),
            secrets: SecretsMode::File,
            demo: Vec::new(),
        };
        let engine = Engine::open(opening).await.unwrap();
        let house = House::new(engine, false).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let proxy = house.open_with(address, window(address)).await.unwrap();
        let serving = tokio::spawn(async move {
            house.serve(listener, proxy, std::future::pending()).await;
            house.close().await;
        });
        Self {
            folder,
            home,
            address,
            serving,
        }
    }

    async fn client(&self) -> Client {
        Client::find(&self.home).await.unwrap().unwrap()
    }
}

async fn status(client: &Client) -> crate::status::Status {
    match client.send(&Control::Status).await.unwrap() {
        Reply::Status(status) => *status,
        other => panic!("{other:?}"),
    }
}

fn refused(error: ClientError) -> Refused {
    match error {
        ClientError::Refused(refused) => refused,
        other => panic!("{other:?}"),
    }
}

/// A GET in so many words; gives status and answer.
async fn raw(address: SocketAddr, path: &str, headers: &str) -> (u16, String) {
    said(address, &format!("GET {path}"), headers, "").await
}

/// A request in so many words; gives status and answer.
async fn said(address: SocketAddr, line: &str, headers: &str, body: &str) -> (u16, String) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let text = format!(
        "{line} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{headers}content-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    (answer[9..12].parse().unwrap(), answer)
}

#[tokio::test]
async fn k3_the_door_opens_with_its_token_and_no_other() {
    let rig = Rig::new().await;
    let token = std::fs::read_to_string(rig.home.control_token()).unwrap();
    let good = format!("authorization: Bearer {token}\r\n");
    let (code, body) = raw(rig.address, "/control/status", &good).await;
    assert_eq!(code, 200, "{body}");
    // No token ends in this.
    let wrong = format!("authorization: Bearer {}x\r\n", &token[..63]);
    for headers in [
        "",
        "authorization: Bearer \r\n",
        wrong.as_str(),
        "authorization: Basic x\r\n",
    ] {
        for path in ["/control/status", "/control/events", "/control/anything"] {
            assert_eq!(
                raw(rig.address, path, headers).await.0,
                401,
                "{path} {headers}"
            );
        }
    }
    let page = format!("{good}origin: https://evil.example\r\n");
    assert_eq!(raw(rig.address, "/control/status", &page).await.0, 403);
    assert_eq!(raw(rig.address, "/control/nothing", &good).await.0, 404);
    // The local key is no token.
    let Reply::Key(KeyText(key)) = rig.client().await.send(&Control::LocalKey).await.unwrap()
    else {
        panic!()
    };
    let local = format!("authorization: Bearer {}\r\n", key.expose());
    assert_eq!(raw(rig.address, "/control/status", &local).await.0, 401);
    assert_eq!(raw(rig.address, "/metrics", &local).await.0, 200);
    assert_eq!(raw(rig.address, "/metrics", "").await.0, 401);
}

#[cfg(unix)]
#[tokio::test]
async fn k3_the_token_is_its_owners_alone_and_new_at_each_start() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let home = Home::at(folder.path());
    let first = Token::issue(&home).unwrap();
    let mode = std::fs::metadata(home.control_token())
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let second = Token::issue(&home).unwrap();
    assert!(!second.0.matches(first.0.expose().as_bytes()));
}

#[tokio::test]
async fn an_instance_is_added_changed_removed_and_put_back() {
    let rig = Rig::new().await;
    let client = rig.client().await;
    let add: Control = serde_json::from_value(json!({
        "command": "add", "provider": "openai-custom",
        "fields": {"customName": "one", "checkHealth": false}, "key": "sk-canary-canary-canary-1234",
    }))
    .unwrap();
    assert!(!format!("{add:?}").contains("canary"));
    let Reply::Added(uuid) = client.send(&add).await.unwrap() else {
        panic!()
    };
    let one = status(&client).await.pools[0].instances[0].clone();
    assert_eq!(
        (one.name.as_str(), one.state),
        ("one", InstanceState::Ready)
    );

    client
        .send(&Control::Enable { uuid, on: false })
        .await
        .unwrap();
    assert_eq!(
        status(&client).await.pools[0].instances[0].state,
        InstanceState::Disabled
    );
    let fields = json!({"weight": 3}).as_object().unwrap().clone();
    client
        .send(&Control::Edit {
            uuid,
            fields,
            key: None,
        })
        .await
        .unwrap();
    let Reply::Instances(all) = client.send(&Control::Instances).await.unwrap() else {
        panic!()
    };
    assert_eq!(
        (all[0].weight, all[0].status.state),
        (3, InstanceState::Disabled)
    );

    client.send(&Control::Remove { uuid }).await.unwrap();
    assert!(status(&client).await.pools.is_empty());
    client.send(&Control::Restore { uuid }).await.unwrap();
    assert_eq!(status(&client).await.pools[0].instances[0].uuid, uuid);
    let again = client.send(&Control::Restore { uuid }).await.unwrap_err();
    assert_eq!(refused(again).kind, RefusedKind::Missing);
    let file = std::fs::read_to_string(rig.home.pools()).unwrap();
    assert!(!file.contains("canary"), "{file}");
}

#[tokio::test]
async fn bad_commands_are_refused_with_what_is_wrong() {
    let rig = Rig::new().await;
    let client = rig.client().await;
    let nobody = Uuid::from_u128(9);
    let check = Control::Check {
        which: crate::checks::Which::One(nobody),
        billed: false,
    };
    for (command, kind) in [
        (Control::Remove { uuid: nobody }, RefusedKind::Missing),
        (check, RefusedKind::Missing),
        (
            Control::Settings {
                key: Some("NOTHING".into()),
            },
            RefusedKind::Missing,
        ),
        (
            Control::Set {
                key: "SERVER_PORT".into(),
                value: "many".into(),
            },
            RefusedKind::Invalid,
        ),
        (
            Control::Set {
                key: "REQUIRED_API_KEY".into(),
                value: "x".into(),
            },
            RefusedKind::Invalid,
        ),
    ] {
        let error = refused(client.send(&command).await.unwrap_err());
        assert_eq!(error.kind, kind, "{command:?}");
        assert!(!error.message.is_empty());
    }
    for (body, part) in [
        ("{", "EOF"),
        ("{\"command\":\"fly\"}", "fly"),
        ("{\"command\":\"remove\"}", "uuid"),
    ] {
        let response = client.ask_raw(body).await;
        assert!(response.contains(part), "{response}");
    }
}

#[tokio::test]
async fn settings_are_set_shown_and_hold_no_secret() {
    let rig = Rig::new().await;
    let client = rig.client().await;
    let set = Control::Set {
        key: "MAX_ERROR_COUNT".into(),
        value: "7".into(),
    };
    client.send(&set).await.unwrap();
    client
        .send(&Control::SetLocalKey {
            key: Some(KeyText(Secret::new("mp-canary-canary-canary-99".into()))),
        })
        .await
        .unwrap();
    let Reply::Settings(all) = client.send(&Control::Settings { key: None }).await.unwrap() else {
        panic!()
    };
    let value = |key: &str| &all.iter().find(|one| one.key == key).unwrap().value;
    assert_eq!(value("MAX_ERROR_COUNT"), &Value::from(7));
    assert!(!serde_json::to_string(&all).unwrap().contains("canary"));
    let Reply::Key(key) = client.send(&Control::LocalKey).await.unwrap() else {
        panic!()
    };
    assert_eq!(key.0.expose(), "mp-canary-canary-canary-99");
}

#[tokio::test]
async fn pause_turns_clients_away_and_resume_lets_them_in() {
    let rig = Rig::new().await;
    let client = rig.client().await;
    let Reply::Key(KeyText(key)) = client.send(&Control::LocalKey).await.unwrap() else {
        panic!()
    };
    let ask = async || {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let mut stream = tokio::net::TcpStream::connect(rig.address).await.unwrap();
        let body = r#"{"model":"m","messages":[]}"#;
        let text = format!(
            "POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nx-api-key: {}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            key.expose(),
            body.len()
        );
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    };
    client.send(&Control::Pause).await.unwrap();
    assert!(ask().await.contains("paused"));
    assert_eq!(status(&client).await.mode, Mode::Paused);
    client.send(&Control::Resume).await.unwrap();
    assert!(!ask().await.contains("paused"));
    let Reply::Requests(all) = client
        .send(&Control::Requests {
            find: Default::default(),
        })
        .await
        .unwrap()
    else {
        panic!()
    };
    assert_eq!(all.len(), 2);
    let Reply::Request(Some(told)) = client
        .send(&Control::Explain { id: all[0].id })
        .await
        .unwrap()
    else {
        panic!()
    };
    assert_eq!(told.id, all[0].id);
    let summary =
        json!({"command": "summary", "question": {"from": "1970-01-01T00:00:00Z", "by": ["day"]}});
    let Reply::Summary(sums) = client
        .send(&serde_json::from_value(summary).unwrap())
        .await
        .unwrap()
    else {
        panic!()
    };
    assert_eq!(sums.total.requests, 2);
}

#[tokio::test]
async fn v2_events_follow_the_status_until_the_end_which_a_command_brings() {
    let rig = Rig::new().await;
    let client = rig.client().await;
    let (seen, mut modes) = tokio::sync::mpsc::unbounded_channel();
    let following = tokio::spawn({
        let client = client.clone();
        async move {
            client
                .follow(|status| seen.send(status.mode).is_ok())
                .await
                .unwrap();
        }
    });
    assert_eq!(modes.recv().await, Some(Mode::Running));
    client.send(&Control::Pause).await.unwrap();
    while modes.recv().await != Some(Mode::Paused) {}
    let begun = std::time::Instant::now();
    client.send(&Control::Shutdown).await.unwrap();
    following.await.unwrap();
    rig.serving.await.unwrap();
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "the events held it up"
    );
    assert!(Client::find(&rig.home).await.unwrap().is_none());
    assert!(!rig.home.control_token().exists());
    assert!(rig.folder.path().join("stats.db").exists());
}
