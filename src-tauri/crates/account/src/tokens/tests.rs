//! Renewals by a service that counts, rotates and refuses, on paused time.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};

use futures_util::future::{BoxFuture, join_all};
use serde_json::{Value, json};
use tokio::time::{advance, sleep};

use super::*;
use crate::web::{Ask, Body, Heard, Unheard};
use crate::{SecretsMode, Service, Vault};

const NOW: i64 = 1_788_264_000_000;

/// A token endpoint. A refresh token is good once.
#[derive(Debug, Default)]
struct Endpoint {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    good: String,
    calls: usize,
    rounds: usize,
    /// What it says before it does its work.
    odd: VecDeque<(u16, &'static str, &'static str)>,
    unreachable: bool,
}

impl Web for Endpoint {
    fn ask(&self, ask: Ask) -> BoxFuture<'_, Result<Heard, Unheard>> {
        Box::pin(async move {
            sleep(Duration::from_millis(200)).await;
            let mut inner = self.inner.lock().unwrap();
            inner.calls += 1;
            if inner.unreachable {
                let (host, reason) = ("x".to_owned(), "no route".to_owned());
                return Err(Unheard::Unreachable { host, reason });
            }
            if let Some((status, kind, body)) = inner.odd.pop_front() {
                return Ok(heard(status, kind, body));
            }
            let Body::Form(fields) = ask.body else {
                panic!("Qwen takes forms");
            };
            let field = |name: &str| {
                let found = fields.iter().find(|(one, _)| *one == name);
                found
                    .map(|(_, value)| value.expose().clone())
                    .unwrap_or_default()
            };
            assert_eq!(field("grant_type"), "refresh_token");
            if field("refresh_token") != inner.good {
                let body = r#"{"error":"invalid_grant","error_description":"stale refresh token"}"#;
                return Ok(heard(400, "application/json", body));
            }
            inner.rounds += 1;
            inner.good = format!("refresh-{}", inner.rounds);
            let body = json!({
                "access_token": format!("access-{}", inner.rounds),
                "refresh_token": inner.good,
                "expires_in": 3600,
                "resource_url": "portal.qwen.ai",
            });
            Ok(heard(200, "application/json", &body.to_string()))
        })
    }
}

fn heard(status: u16, kind: &str, body: &str) -> Heard {
    Heard {
        status,
        content_type: kind.to_owned(),
        body: body.to_owned().into(),
        ..Heard::default()
    }
}

struct Stand {
    _folder: tempfile::TempDir,
    path: PathBuf,
    endpoint: Arc<Endpoint>,
    /// How far the wall's clock is from where it should be.
    off: Arc<AtomicI64>,
    begun: Instant,
}

impl Stand {
    /// A file whose token ends in so many seconds.
    fn new(left: i64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("oauth_creds.json");
        let endpoint = Arc::new(Endpoint::default());
        endpoint.inner.lock().unwrap().good = "refresh-0".to_owned();
        let stand = Self {
            _folder: folder,
            path,
            endpoint,
            off: Arc::default(),
            begun: Instant::now(),
        };
        stand.write("access-0", "refresh-0", NOW + left * 1_000);
        stand
    }

    fn write(&self, access: &str, refresh: &str, expires: i64) {
        let text = json!({"access_token": access, "refresh_token": refresh, "expiry_date": expires, "theirs": [1, 2]});
        std::fs::write(&self.path, text.to_string()).unwrap();
    }

    fn tokens(&self) -> Arc<Tokens> {
        self.of(Shelf::file(Service::Qwen, self.path.clone()))
    }

    fn of(&self, shelf: Shelf) -> Arc<Tokens> {
        let (off, begun) = (Arc::clone(&self.off), self.begun);
        let clock = Clock(Arc::new(move || {
            let ran = i64::try_from(begun.elapsed().as_millis()).unwrap();
            Timestamp::from_millisecond(NOW + ran + off.load(Ordering::Relaxed)).unwrap()
        }));
        let renewing = Renewing {
            web: Arc::clone(&self.endpoint) as _,
            endpoints: Endpoints::default(),
            gemini_client: None,
        };
        Tokens::with(shelf, renewing, clock, 0.0)
    }

    fn file(&self) -> Value {
        serde_json::from_str(&std::fs::read_to_string(&self.path).unwrap()).unwrap()
    }

    fn calls(&self) -> usize {
        self.endpoint.inner.lock().unwrap().calls
    }

    fn says(&self, status: u16, kind: &'static str, body: &'static str) {
        let mut inner = self.endpoint.inner.lock().unwrap();
        inner.odd.push_back((status, kind, body));
    }
}

fn shown(token: Result<Arc<Credentials>, NoToken>) -> String {
    token.unwrap().access().expose().clone()
}

#[tokio::test(start_paused = true)]
async fn o1_a_hundred_callers_of_two_processes_make_one_call() {
    let stand = Stand::new(-60);
    // Two that know nothing of each other, as two processes do.
    let both = [stand.tokens(), stand.tokens()];
    let callers = (0..200).map(|n| {
        let tokens = Arc::clone(&both[n % 2]);
        tokio::spawn(async move { shown(tokens.access().await) })
    });
    for token in join_all(callers).await {
        assert_eq!(token.unwrap(), "access-1");
    }
    assert_eq!(stand.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn o1_a_caller_who_goes_away_takes_nothing_with_it() {
    let stand = Stand::new(-60);
    let tokens = stand.tokens();
    let caller = Arc::clone(&tokens);
    let gone = tokio::time::timeout(Duration::from_millis(50), caller.access()).await;
    assert!(gone.is_err());
    assert_eq!(shown(tokens.access().await), "access-1");
    assert_eq!(stand.calls(), 1);
    assert_eq!(stand.file()["refresh_token"], "refresh-1");
}

#[tokio::test(start_paused = true)]
async fn o1_a_refused_token_is_replaced_once_however_many_were_refused() {
    let stand = Stand::new(3600);
    let tokens = stand.tokens();
    let refused = tokens.access().await.unwrap();
    let all = (0..50).map(|_| tokens.replace(&refused));
    for token in join_all(all).await {
        assert_eq!(shown(token), "access-1");
    }
    assert_eq!(shown(tokens.replace(&refused).await), "access-1");
    assert_eq!(stand.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn o5_a_linked_file_is_renewed_in_place_with_what_else_it_holds() {
    let stand = Stand::new(-60);
    shown(stand.tokens().access().await);
    let file = stand.file();
    assert_eq!(file["theirs"], json!([1, 2]));
    assert_eq!(file["access_token"], "access-1");
    assert_eq!(file["resource_url"], "portal.qwen.ai");
    let expires = file["expiry_date"].as_i64().unwrap();
    assert!((expires - NOW - 3_600_000).abs() < 60_000, "{expires}");
    let names: Vec<_> = stand.path.parent().unwrap().read_dir().unwrap().collect();
    assert_eq!(names.len(), 2, "the file and its lock: {names:?}");
}

#[tokio::test(start_paused = true)]
async fn o1_what_another_program_has_renewed_is_taken_without_a_call() {
    let stand = Stand::new(-60);
    let tokens = stand.tokens();
    stand.write("access-of-cli", "refresh-of-cli", NOW + 3_600_000);
    assert_eq!(shown(tokens.access().await), "access-of-cli");
    advance(Duration::from_secs(5)).await;
    stand.write("access-of-cli-2", "refresh-of-cli-2", NOW + 7_200_000);
    assert_eq!(shown(tokens.access().await), "access-of-cli-2");
    assert_eq!(stand.calls(), 0);
}

#[tokio::test(start_paused = true)]
async fn o1_a_refresh_token_that_another_program_has_just_used_up_is_read_again() {
    let stand = Stand::new(-60);
    stand.endpoint.inner.lock().unwrap().good = "refresh-of-cli".to_owned();
    let tokens = stand.tokens();
    let asked = tokio::spawn(async move { shown(tokens.access().await) });
    sleep(Duration::from_millis(800)).await;
    stand.write("access-of-cli", "refresh-of-cli", NOW + 3_600_000);
    assert_eq!(asked.await.unwrap(), "access-of-cli");
    assert_eq!(stand.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn o2_only_a_validated_answer_is_written() {
    let rows: [(u16, &str, &str); 7] = [
        (200, "text/html", "<html><title>Blocked</title>"),
        (200, "application/json", "{}"),
        (200, "application/json", r#"{"access_token":""}"#),
        (200, "application/json", "{\"access_token\":\"a\\nb\"}"),
        (
            200,
            "application/json",
            r#"{"error":"server_error","access_token":"a"}"#,
        ),
        (503, "application/json", r#"{"error":"busy"}"#),
        (200, "application/json", "{\"access_token\":\"cut"),
    ];
    for (status, kind, body) in rows {
        let stand = Stand::new(-60);
        let before = stand.file();
        stand.says(status, kind, body);
        let error = stand.tokens().access().await.unwrap_err();
        assert!(!error.needs_the_user(), "{body}: {error}");
        assert_eq!(stand.file(), before, "{body}");
    }
}

#[tokio::test(start_paused = true)]
async fn o2_what_may_pass_is_tried_again_later_and_later() {
    let stand = Stand::new(-60);
    stand.endpoint.inner.lock().unwrap().unreachable = true;
    let tokens = stand.tokens();
    for _ in 0..100 {
        assert!(tokens.access().await.is_err());
    }
    assert_eq!(stand.calls(), 1, "not once for each caller");
    for _ in 0..720 {
        advance(Duration::from_secs(5)).await;
        tokens.tend().await;
    }
    let calls = stand.calls();
    assert!((10..=20).contains(&calls), "{calls} in an hour");
    stand.endpoint.inner.lock().unwrap().unreachable = false;
    advance(Duration::from_secs(301)).await;
    assert_eq!(shown(tokens.access().await), "access-1");
}

#[tokio::test(start_paused = true)]
async fn o1_an_ended_sign_in_is_asked_for_once_and_lives_again_when_its_file_changes() {
    let stand = Stand::new(-60);
    stand.endpoint.inner.lock().unwrap().good = "another".to_owned();
    let tokens = stand.tokens();
    for _ in 0..50 {
        let error = tokens.access().await.unwrap_err();
        assert!(error.needs_the_user());
        assert!(error.to_string().contains("stale refresh token"), "{error}");
        tokens.tend().await;
        advance(Duration::from_secs(60)).await;
    }
    assert_eq!(stand.calls(), 1);
    stand.write("access-new", "another", NOW + 36_000_000);
    assert_eq!(shown(tokens.access().await), "access-new");
    assert_eq!(tokens.trouble(), None);
}

#[tokio::test(start_paused = true)]
async fn o3_an_idle_sign_in_is_kept_alive_for_a_day_with_rotating_tokens() {
    let stand = Stand::new(3600);
    let tokens = stand.tokens();
    for _ in 0..(24 * 60) {
        advance(Duration::from_secs(60)).await;
        tokens.tend().await;
        let ends = tokens.known().unwrap().expires().unwrap();
        assert!(ends > tokens.now(), "it never ends");
    }
    let calls = stand.calls();
    assert!((24..=28).contains(&calls), "{calls}");
}

#[tokio::test(start_paused = true)]
async fn o3_a_machine_that_slept_renews_at_once_and_only_once() {
    let stand = Stand::new(3600);
    let tokens = stand.tokens();
    shown(tokens.access().await);
    // The wall's clock goes on in a sleep, the other does not.
    stand.off.store(8 * 3_600_000, Ordering::Relaxed);
    tokens.tend().await;
    assert_eq!(shown(tokens.access().await), "access-1");
    assert_eq!(stand.calls(), 1);
    // And a clock that was set back changes nothing.
    stand.off.store(-8 * 3_600_000, Ordering::Relaxed);
    tokens.tend().await;
    assert_eq!(stand.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn o3_while_a_token_is_good_nobody_waits_for_its_renewal() {
    let stand = Stand::new(200);
    let tokens = stand.tokens();
    assert_eq!(shown(tokens.access().await), "access-0");
    tokens.settle().await;
    assert_eq!(shown(tokens.access().await), "access-1");
    assert_eq!(stand.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_vault_entry_is_kept_alive_as_a_file_is() {
    let stand = Stand::new(-60);
    let home: &Path = stand.path.parent().unwrap();
    let vault = Vault::open(home, SecretsMode::File).await.unwrap();
    let text = std::fs::read_to_string(&stand.path).unwrap();
    vault.put("a", &Secret::new(text)).await.unwrap();
    let shelf = || Shelf::vault(Service::Qwen, vault.clone(), "a", home);
    assert_eq!(shown(stand.of(shelf()).access().await), "access-1");
    assert_eq!(shown(stand.of(shelf()).access().await), "access-1");
    assert_eq!(stand.calls(), 1);
    let none = Shelf::vault(Service::Qwen, vault.clone(), "b", home);
    assert!(stand.of(none).access().await.unwrap_err().needs_the_user());
}

#[tokio::test(start_paused = true)]
async fn k2_a_service_that_repeats_a_token_does_not_have_it_shown() {
    let stand = Stand::new(-60);
    stand.write("canary-access-0", "canary-refresh-0", NOW - 60_000);
    stand.says(
        400,
        "application/json",
        r#"{"error":"invalid_grant","error_description":"no: canary-refresh-0"}"#,
    );
    let error = stand.tokens().access().await.unwrap_err();
    assert!(
        !format!("{error} {error:?}").contains("canary"),
        "{error:?}"
    );
}
