//! What is told, and how often.

use super::*;
use crate::sample::{instance, pool, status};

const KIND: ProviderType = ProviderType::ClaudeCustom;

fn with(states: &[State]) -> Status {
    let instances = (1..).zip(states);
    let instances = instances.map(|(n, state)| instance(n, KIND, &format!("key-{n}"), *state));
    status(vec![pool(KIND, instances.collect())])
}

fn titles(notices: &[Notice]) -> Vec<&str> {
    notices.iter().map(|notice| notice.title.as_str()).collect()
}

#[tokio::test(start_paused = true)]
async fn v3_a_change_of_state_is_told_once() {
    let mut herald = Herald::default();
    let good = with(&[State::Ready, State::Ready]);
    let gone = with(&[State::Ready, State::NeedsLogin]);
    assert_eq!(titles(&herald.hear(&good)), [""; 0]);
    assert_eq!(titles(&herald.hear(&gone)), ["key-2 needs a login"]);
    assert_eq!(titles(&herald.hear(&gone)), [""; 0]);
    assert_eq!(titles(&herald.hear(&good)), ["key-2 is ready again"]);
    // Again and again within minutes: told already.
    assert_eq!(titles(&herald.hear(&gone)), [""; 0]);
    tokio::time::sleep(AGAIN).await;
    assert_eq!(titles(&herald.hear(&good)), ["key-2 is ready again"]);
    assert_eq!(titles(&herald.hear(&gone)), ["key-2 needs a login"]);
}

#[tokio::test(start_paused = true)]
async fn v3_what_is_so_at_the_start_is_no_news() {
    let mut herald = Herald::default();
    assert_eq!(titles(&herald.hear(&with(&[State::Refused]))), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn v3_a_pool_that_has_nobody_left_is_told_and_that_it_is_back() {
    let mut herald = Herald::default();
    herald.hear(&with(&[State::Ready, State::Cooling]));
    let gone = herald.hear(&with(&[State::Cooling, State::Cooling]));
    assert_eq!(titles(&gone), ["Claude keys: nobody can serve"]);
    let back = herald.hear(&with(&[State::Ready, State::Cooling]));
    assert_eq!(titles(&back), ["Claude keys can serve again"]);
    assert_eq!(back[0].body, "Claude keys · 1 of 2 ready");
    // Switched off by the user: their own choice.
    let off = herald.hear(&with(&[State::Disabled, State::Disabled]));
    assert_eq!(titles(&off), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn k2_a_notice_obeys_hidden_names() {
    let mut herald = Herald::default();
    let mut good = with(&[State::Ready]);
    good.look.hide_names = true;
    let mut bad = with(&[State::Refused]);
    bad.look.hide_names = true;
    bad.pools[0].instances[0].reason = Some("key-1 was ended".to_owned());
    herald.hear(&good);
    let told = herald.hear(&bad);
    assert_eq!(told[0].title, "Claude 1 was refused");
    assert_eq!(told[0].body, "Claude 1 was ended");
}
