//! The menu as a value, with no display.

use gateway::settings::look::Language;
use gateway::state::State;

use super::*;
use crate::sample::{fourteen, instance, now, pool, status};

fn moment() -> Moment {
    Moment {
        now: now(),
        zone: TimeZone::UTC,
        words: Words::En,
        checked: false,
        at_login: Some(false),
    }
}

fn of(status: &Status) -> Menu {
    Menu::of(status, &moment())
}

fn texts(rows: &[Row]) -> Vec<String> {
    let text = |row: &Row| match row {
        Row::Line(_) => "─".to_owned(),
        Row::Item(item) => match item.checked {
            Some(true) => format!("✓ {}", item.text),
            _ => item.text.clone(),
        },
        Row::Sub(item, _) => format!("{} ▸", item.text),
    };
    rows.iter().map(text).collect()
}

fn below<'a>(menu: &'a Menu, key: &str) -> &'a [Row] {
    let found = menu.rows.iter().find_map(|row| match row {
        Row::Sub(item, rows) if item.key == key => Some(rows),
        _ => None,
    });
    found.unwrap()
}

#[test]
fn v2_the_menu_says_what_the_mock_up_says() {
    let menu = of(&fourteen());
    assert_eq!(
        texts(&menu.rows),
        [
            "Ready: 9 of 14 instances",
            "anthropic-side back at 09:44 · 2 need you",
            "─",
            "Copy endpoint · 127.0.0.1:6455",
            "Copy key · mp-••••3f9c",
            "─",
            "Claude keys · 2 of 4 ready ▸",
            "OpenAI-compatible keys · 4 of 5 ready ▸",
            "Gemini sign-ins · 2 of 3, 1 needs you ▸",
            "Kiro sign-ins · 1 of 2, 1 needs you ▸",
            "─",
            "Check all now",
            "Pause new requests",
            "Sign in ▸",
            "─",
            "Open Millpond",
            "Start at login",
            "Quit Millpond",
        ]
    );
    assert_eq!(
        texts(below(&menu, "pool/claude-custom")),
        [
            "▲ relay-frankfurt · unhealthy, tried at 09:46",
            "◐ anthropic-side · cooling until 09:44",
            "● anthropic-work · 2 in flight",
            "● anthropic-batch · ready",
            "─",
            "Check this pool now",
            "Open pool",
        ]
    );
    assert_eq!(
        texts(&below(&menu, "pool/gemini-cli-oauth")[..3]),
        [
            "⊖ private · refused: ended by Google",
            "● northgate · ready",
            "● fieldlab · ready, gemini-2.5-pro back at 11:40",
        ]
    );
    assert_eq!(
        texts(&below(&menu, "pool/claude-kiro-oauth")[..2]),
        [
            "◇ kiro-home · needs login: sign in again",
            "● kiro-build · 34% of credits left",
        ]
    );
    assert_eq!(
        texts(below(&menu, "sign-in")),
        ["Kiro…", "Gemini CLI…", "Qwen: ended by Qwen"]
    );
    assert_eq!(menu.icon, Icon::Attention);
}

#[test]
fn a_click_knows_what_it_does_and_what_cannot_be_clicked_does_nothing() {
    let menu = of(&fourteen());
    for (key, action) in [
        ("copy-endpoint", Some(Action::CopyEndpoint)),
        ("check-all", Some(Action::Check(Which::All))),
        (
            "check/claude-custom",
            Some(Action::Check(Which::Pool(ProviderType::ClaudeCustom))),
        ),
        (
            "place/claude-custom/0",
            Some(Action::ShowInstance(Uuid::from_u128(4))),
        ),
        (
            "open/claude-custom",
            Some(Action::ShowPool(ProviderType::ClaudeCustom)),
        ),
        (
            "sign-in/claude-kiro-oauth",
            Some(Action::SignIn(ProviderType::KiroOauth)),
        ),
        ("sign-in/ended", None),
        ("sentence", None),
        ("at-login", Some(Action::StartAtLogin)),
        ("quit", Some(Action::Quit)),
        ("nothing", None),
    ] {
        assert_eq!(menu.action(key), action, "{key}");
    }
}

#[test]
fn keys_stay_while_texts_change_so_that_rows_change_in_place() {
    let before = of(&fourteen());
    let mut status = fourteen();
    status.pools[0].instances[0].state = State::Cooling;
    status.pools[0].ready = 1;
    status.mode = Mode::Paused;
    status.checks.total = 14;
    let after = of(&status);
    let keys = |menu: &Menu| -> Vec<String> {
        let rows = menu.rows.iter().chain(below(menu, "pool/claude-custom"));
        rows.map(|row| row.key().to_owned()).collect()
    };
    assert_eq!(keys(&before), keys(&after));
    assert_ne!(before, after);
    let texts = texts(&after.rows);
    for text in ["Paused", "Resume", "Checking 14…"] {
        assert!(texts.iter().any(|one| one == text), "{text}: {texts:?}");
    }
    assert_eq!(after.action("check-all"), None);
    assert_eq!(after.icon, Icon::Paused);
}

#[test]
fn every_key_stands_once() {
    fn gather(rows: &[Row], keys: &mut Vec<String>) {
        for row in rows {
            if let Row::Sub(_, rows) = row {
                gather(rows, keys);
            }
            if !matches!(row, Row::Line(_)) {
                keys.push(row.key().to_owned());
            }
        }
    }
    let mut keys = Vec::new();
    gather(&of(&fourteen()).rows, &mut keys);
    let count = keys.len();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), count);
}

#[test]
fn trouble_comes_first_and_what_is_more_than_twelve_is_summed_up() {
    let kind = ProviderType::OpenaiCustom;
    let mut many: Vec<_> = (0..43)
        .map(|n| instance(n, kind, &format!("key-{n}"), State::Ready))
        .collect();
    many[40].state = State::NeedsLogin;
    let menu = of(&status(vec![pool(kind, many)]));
    let texts = texts(below(&menu, "pool/openai-custom"));
    assert_eq!(texts[0], "◇ key-40 · needs login: sign in again");
    assert_eq!(texts[12], "and 31 more ready");
    assert_eq!(texts.len(), 12 + 1 + 3);
}

#[test]
fn the_first_line_is_the_page_sentence() {
    let kind = ProviderType::ClaudeCustom;
    let with = |state: State, until: Option<&str>| {
        let mut one = instance(1, kind, "one", state);
        one.until = until.map(|at| at.parse().unwrap());
        status(vec![pool(kind, vec![one])])
    };
    for (status, sentence, icon) in [
        (status(Vec::new()), "No instance yet", Icon::Ready),
        (
            with(State::Ready, None),
            "Ready: 1 of 1 instance",
            Icon::Ready,
        ),
        (
            with(State::Cooling, Some("2026-11-25T09:44:00Z")),
            "Resting until 09:44",
            Icon::Cooling,
        ),
        (
            with(State::Cooling, Some("2026-12-01T09:44:00Z")),
            "Resting until 1 Dec",
            Icon::Cooling,
        ),
        (
            with(State::NeedsLogin, None),
            "Nobody can serve",
            Icon::Attention,
        ),
        (
            with(State::Disabled, None),
            "Nobody can serve",
            Icon::Attention,
        ),
    ] {
        let menu = of(&status);
        assert_eq!((texts(&menu.rows)[0].as_str(), menu.icon), (sentence, icon));
    }
}

#[test]
fn k2_hidden_names_and_addresses_stand_nowhere_in_the_menu() {
    let mut status = fourteen();
    status.pools[3].instances[1].name = "marie@northgate.dev".to_owned();
    status.pools[2].instances[2].reason = Some("ended for marie@northgate.dev".to_owned());
    let all = format!("{:?}", of(&status));
    assert!(!all.contains("northgate.dev"), "{all}");
    status.look.hide_names = true;
    let all = format!("{:?}", of(&status));
    assert!(
        !all.contains("anthropic") && all.contains("Claude 3"),
        "{all}"
    );
}

#[test]
fn a_check_and_the_end_say_how_far_they_are() {
    let status = fourteen();
    let mut over = moment();
    over.checked = true;
    let said = |menu: &Menu, key: &str| find(&menu.rows, key).unwrap().text.clone();
    assert_eq!(
        said(&Menu::of(&status, &over), "check-all"),
        "Checked, 9 ready"
    );
    let mut ending = status;
    ending.mode = Mode::Stopping;
    ending.pools[0].instances[1].in_flight = 1;
    let menu = of(&ending);
    assert_eq!(said(&menu, "quit"), "Quit: finishing 3 requests…");
    assert_eq!(menu.action("quit"), None);
    assert_eq!(menu.rows.last().unwrap().key(), "quit");
}

#[test]
fn every_text_is_there_in_chinese() {
    let mut status = fourteen();
    status.look.language = Language::Zh;
    let mut moment = moment();
    moment.words = Words::of(status.look.language);
    let texts = texts(&Menu::of(&status, &moment).rows);
    assert_eq!(texts[0], "就绪：9 / 14 个实例");
    let latin = texts.iter().filter(|text| text.is_ascii()).count();
    assert_eq!(latin, 0, "{texts:?}");
}
