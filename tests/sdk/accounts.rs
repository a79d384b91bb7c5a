//! Accounts that a terminal signs in to, each a pool of the same Millpond.

use tests::fake::accounts::{self, Accounts};
use tests::proxy::{Live, Setup};

/// The pools, each with a model of its service.
pub(crate) const POOLS: [(&str, &str); 3] = [
    ("gemini-cli-oauth", "gemini-2.5-pro"),
    ("openai-qwen-oauth", "coder-model"),
    ("claude-kiro-oauth", "claude-sonnet-4-5"),
];

/// The services, and a home that is signed in to all of them.
pub(crate) async fn signed_in() -> (Accounts, Setup) {
    let fake = accounts::start().await;
    let setup = Setup::new().accounts(&fake);
    let mut live = setup.begin(&["login", "gemini", "--no-browser"]);
    let address = live.line_with("/google/auth?").await;
    let back = fake.world().google.agree(&address);
    live.type_line(&back).await;
    ended(live).await;
    for (service, code) in [("qwen", "POND-1234"), ("kiro", "KIRO-5678")] {
        let mut live = setup.begin(&["login", service, "--no-browser"]);
        live.line_with(code).await;
        ended(live).await;
    }
    (fake, setup)
}

async fn ended(live: Live) {
    let ran = live.end().await;
    assert_eq!(ran.code, 0, "{ran:?}");
}
