use super::*;

use account::SecretsMode;
use pool::{Scope, Verdict};

use crate::engine::Opening;
use crate::home::Home;
use crate::settings::Overrides;

const POOLS: &str = r#"{"openai-custom": [
    {"uuid": "00000000-0000-0000-0000-000000000001", "customName": "one", "OPENAI_API_KEY": "sk-canary-canary-canary-1234", "checkHealth": false},
    {"uuid": "00000000-0000-0000-0000-000000000002", "customName": "two", "OPENAI_API_KEY": "sk-canary-canary-canary-5678", "checkHealth": false}
]}"#;
const ONE: Uuid = Uuid::from_u128(1);

struct Rig {
    _home: tempfile::TempDir,
    engine: Arc<Engine>,
    checks: Arc<Checks>,
    board: Arc<Board>,
}

impl Rig {
    async fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("provider_pools.json"), POOLS).unwrap();
        let opening = Opening {
            home: Home::at(home.path()),
            overrides: Overrides::default(),
            secrets: SecretsMode::File,
            demo: Vec::new(),
        };
        let engine = Engine::open(opening).await.unwrap();
        let checks = Checks::new(engine.table_cell(), None).await;
        let stats = Stats::open(home.path().join("stats.db"));
        let board = Board::new(
            Arc::clone(&engine),
            Arc::clone(&checks),
            stats,
            &Arc::default(),
            false,
        );
        tokio::spawn(Arc::clone(&board).run());
        Self {
            _home: home,
            engine,
            checks,
            board,
        }
    }

    fn report(&self, verdict: Verdict) {
        let table = self.engine.table();
        table.seat(ONE).unwrap().0.pool.report(ONE, None, verdict);
    }

    fn cool(&self, seconds: u64) {
        self.report(Verdict::Cool {
            wait: Some(Duration::from_secs(seconds)),
            scope: Scope::Instance,
            reason: Arc::from("slow down"),
        });
    }
}

#[tokio::test(start_paused = true)]
async fn v2_a_change_is_shown_within_a_second_and_its_end_too() {
    let rig = Rig::new().await;
    let mut status = rig.board.watch();
    let state = |status: &Arc<Status>| status.pools[0].instances[0].state;
    assert_eq!(state(&status.borrow_and_update()), State::Ready);

    let began = Instant::now();
    rig.cool(60);
    let shown = status
        .wait_for(|s| state(s) == State::Cooling)
        .await
        .unwrap()
        .clone();
    assert!(began.elapsed() < Duration::from_secs(1));
    let one = &shown.pools[0].instances[0];
    assert_eq!(one.reason.as_deref(), Some("slow down"));
    let ahead = one
        .until
        .unwrap()
        .duration_since(Timestamp::now())
        .as_secs();
    assert!((-1..=61).contains(&ahead), "{ahead}");
    assert_eq!((shown.pools[0].ready, shown.changes.len()), (1, 1));

    status.wait_for(|s| state(s) == State::Ready).await.unwrap();
    let over = began.elapsed();
    assert!(
        over >= Duration::from_secs(60) && over < Duration::from_secs(61),
        "{over:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn v3_a_change_of_state_is_told_once_and_kept() {
    let rig = Rig::new().await;
    let mut told = rig.board.changes();
    rig.cool(30);
    let change = told.recv().await.unwrap();
    assert_eq!(
        (change.instance.uuid, change.state.as_str()),
        (ONE, "cooling")
    );
    // A longer rest is no other state.
    rig.cool(90);
    rig.board.now();
    rig.board.now();
    assert!(told.try_recv().is_err());
    assert_eq!(told.recv().await.unwrap().state, "ready");
    let kept = rig.board.stats.changes(Some(ONE), 10).await.unwrap();
    assert_eq!(kept.len(), 2);
    assert_eq!(rig.board.now().changes, kept);
}

#[tokio::test(start_paused = true)]
async fn requests_nudge_only_while_somebody_watches_and_idle_shows_nothing_new() {
    let rig = Rig::new().await;
    let table = rig.engine.table();
    let tally = &table.seat(ONE).unwrap().1.tally;
    let mut status = rig.board.watch();
    tokio::time::sleep(Duration::from_secs(2)).await;
    status.borrow_and_update();
    tally.count_uses(1);
    rig.board.nudge();
    let began = Instant::now();
    status.changed().await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(1));
    assert_eq!(
        status.borrow_and_update().instances().next().unwrap().used,
        1
    );
    tokio::time::sleep(Duration::from_secs(3_600)).await;
    assert!(!status.has_changed().unwrap());
    drop(status);
    tally.count_uses(1);
    rig.board.nudge();
    // Whoever comes then sees it at once.
    assert_eq!(
        rig.board.watch().borrow().instances().next().unwrap().used,
        2
    );
}

#[tokio::test(start_paused = true)]
async fn mode_address_and_reload_are_shown() {
    let rig = Rig::new().await;
    let mut status = rig.board.watch();
    rig.board.listening("127.0.0.1:6455".parse().unwrap());
    status
        .wait_for(|s| s.endpoint.as_deref() == Some("http://127.0.0.1:6455"))
        .await
        .unwrap();
    rig.board.set_mode(Mode::Paused);
    status.wait_for(|s| s.mode == Mode::Paused).await.unwrap();
    std::fs::write(rig.engine.home().pools(), "{}").unwrap();
    rig.engine.reload().await.unwrap();
    status.wait_for(|s| s.pools.is_empty()).await.unwrap();
    std::fs::write(rig.engine.home().pools(), "{ broken").unwrap();
    rig.engine.reload().await.unwrap();
    status
        .wait_for(|s| s.problems.iter().any(|p| p.place == "pools"))
        .await
        .unwrap();
    assert_eq!(rig.checks.progress().borrow().running.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn k2_the_status_holds_no_secret() {
    let rig = Rig::new().await;
    let status = rig.board.now();
    let text = serde_json::to_string(&*status).unwrap();
    assert!(!text.contains("canary"), "{text}");
    assert!(!text.contains(rig.engine.local_key().expose().as_str()));
    assert_eq!(
        status.instances().next().unwrap().key_hint.as_deref(),
        Some("sk-••••1234")
    );
    assert_eq!(serde_json::from_str::<Status>(&text).unwrap(), *status);
}
