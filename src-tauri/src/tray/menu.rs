//! The tray's menu as a value: what [`Status`] comes to. It is compared, tested and drawn elsewhere.

mod pool;
mod sentence;

use gateway::checks::Which;
use gateway::status::{Mode, Status};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use provider::ProviderType;
use uuid::Uuid;

use super::icon::Icon;
use crate::names::Names;
use crate::words::{Say, Words};

/// A menu and the icon above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Menu {
    /// The icon.
    pub(crate) icon: Icon,
    /// Its rows, from the top.
    pub(crate) rows: Vec<Row>,
}

/// A row. Rows are told apart by their keys; everything else of a row changes in place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Row {
    /// A line between groups.
    Line(&'static str),
    /// Something to read or to click.
    Item(Item),
    /// A menu of its own.
    Sub(Item, Vec<Row>),
}

/// Something to read or to click.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    /// What it is, whatever it says.
    pub(crate) key: String,
    /// What it says.
    pub(crate) text: String,
    /// What a click does; without one it cannot be clicked.
    pub(crate) action: Option<Action>,
    /// Whether it bears a check mark, where it can.
    pub(crate) checked: Option<bool>,
}

/// What a click does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    /// The address goes to the clipboard.
    CopyEndpoint,
    /// The local key goes to the clipboard.
    CopyKey,
    /// The window shows an instance.
    ShowInstance(Uuid),
    /// The window shows a pool.
    ShowPool(ProviderType),
    /// The window shows a sign-in.
    SignIn(ProviderType),
    /// The window.
    Show,
    /// Checks now.
    Check(Which),
    /// Serves nobody.
    Pause,
    /// Serves again.
    Resume,
    /// Starts with the session, or no more, whichever it did not until now.
    StartAtLogin,
    /// Ends the program.
    Quit,
}

/// What a menu depends on beside the status.
#[derive(Debug, Clone)]
pub(crate) struct Moment {
    /// The time.
    pub(crate) now: Timestamp,
    /// The time zone of clock times.
    pub(crate) zone: TimeZone,
    /// The language.
    pub(crate) words: Words,
    /// Whether a check by hand was over just now.
    pub(crate) checked: bool,
    /// Whether it starts with the session; `None` where that cannot be set.
    pub(crate) at_login: Option<bool>,
}

impl Menu {
    /// The menu of this status.
    pub(crate) fn of(status: &Status, moment: &Moment) -> Self {
        let names = Names::of(status);
        let words = moment.words;
        let mut rows = vec![said("sentence", sentence::of(status, moment))];
        rows.extend(sentence::news(status, &names, moment).map(|news| said("news", news)));
        rows.push(Row::Line("line-copy"));
        rows.extend(copies(status, words));
        rows.push(Row::Line("line-pools"));
        let pools = status.pools.iter();
        rows.extend(pools.map(|one| pool::row(one, status.mode, &names, moment)));
        if !status.pools.is_empty() {
            rows.push(Row::Line("line-checks"));
        }
        rows.extend([check_all(status, moment), pause(status.mode, words)]);
        rows.push(sign_in(words));
        rows.push(Row::Line("line-open"));
        rows.push(click("open", words.say(Say::Open), Action::Show));
        rows.extend(moment.at_login.map(|on| {
            let mut item = Item::clicked("at-login", words.say(Say::AtLogin), Action::StartAtLogin);
            item.checked = Some(on);
            Row::Item(item)
        }));
        rows.push(quit(status, words));
        Self {
            icon: Icon::of(status),
            rows,
        }
    }

    /// What a click on the row with this key does.
    pub(crate) fn action(&self, key: &str) -> Option<Action> {
        find(&self.rows, key)?.action
    }
}

impl Row {
    /// What it is, whatever it says.
    pub(crate) fn key(&self) -> &str {
        match self {
            Self::Line(key) => key,
            Self::Item(item) | Self::Sub(item, _) => &item.key,
        }
    }
}

impl Item {
    /// Something to read.
    fn read(key: impl Into<String>, text: String) -> Self {
        Self {
            key: key.into(),
            text,
            action: None,
            checked: None,
        }
    }

    /// Something to click.
    fn clicked(key: impl Into<String>, text: String, action: Action) -> Self {
        Self {
            action: Some(action),
            ..Self::read(key, text)
        }
    }
}

fn said(key: &str, text: String) -> Row {
    Row::Item(Item::read(key, text))
}

fn click(key: impl Into<String>, text: String, action: Action) -> Row {
    Row::Item(Item::clicked(key, text, action))
}

fn copies(status: &Status, words: Words) -> [Row; 2] {
    let key = words.say(Say::CopyKey(&status.key_hint));
    let endpoint = match &status.endpoint {
        Some(at) => {
            let bare = at.trim_start_matches("http://");
            let text = words.say(Say::CopyEndpoint(bare));
            click("copy-endpoint", text, Action::CopyEndpoint)
        }
        None => said("copy-endpoint", words.say(Say::NotListening)),
    };
    [endpoint, click("copy-key", key, Action::CopyKey)]
}

fn check_all(status: &Status, moment: &Moment) -> Row {
    const KEY: &str = "check-all";
    let checks = &status.checks;
    if checks.done < checks.total {
        return said(KEY, moment.words.say(Say::CheckingAll(checks.total)));
    }
    let ready = status.pools.iter().map(|pool| pool.ready).sum();
    let text = match moment.checked {
        true => Say::Checked(ready),
        false => Say::CheckAll,
    };
    let text = moment.words.say(text);
    match status.pools.is_empty() || status.mode == Mode::Stopping {
        true => said(KEY, text),
        false => click(KEY, text, Action::Check(Which::All)),
    }
}

fn pause(mode: Mode, words: Words) -> Row {
    const KEY: &str = "pause";
    match mode {
        Mode::Running => click(KEY, words.say(Say::Pause), Action::Pause),
        Mode::Paused => click(KEY, words.say(Say::Resume), Action::Resume),
        Mode::Stopping => said(KEY, words.say(Say::Pause)),
    }
}

fn sign_in(words: Words) -> Row {
    let to = |kind: ProviderType| {
        let key = format!("sign-in/{kind}");
        click(key, words.say(Say::SignInTo(kind)), Action::SignIn(kind))
    };
    // Qwen has ended the sign-in of its own clients.
    let qwen = words.say(Say::Ended(ProviderType::QwenOauth));
    let rows = vec![
        to(ProviderType::KiroOauth),
        to(ProviderType::GeminiCliOauth),
        said("sign-in/ended", qwen),
    ];
    Row::Sub(Item::read("sign-in", words.say(Say::SignIn)), rows)
}

fn quit(status: &Status, words: Words) -> Row {
    const KEY: &str = "quit";
    if status.mode != Mode::Stopping {
        return click(KEY, words.say(Say::Quit), Action::Quit);
    }
    let in_flight = status.instances().map(|one| one.in_flight).sum();
    said(KEY, words.say(Say::Finishing(in_flight)))
}

fn find<'a>(rows: &'a [Row], key: &str) -> Option<&'a Item> {
    rows.iter().find_map(|row| match row {
        Row::Line(_) => None,
        Row::Item(item) => (item.key == key).then_some(item),
        Row::Sub(_, rows) => find(rows, key),
    })
}

#[cfg(test)]
mod tests;
