//! Desktop notices: a change of state is told once.
//!
//! [`Herald`] turns one status after another into what is worth telling; the rest shows it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use gateway::control::Desk;
use gateway::state::State;
use gateway::status::{Mode, PoolStatus, Status};
use provider::ProviderType;
use tauri::AppHandle;
use tokio::time::Instant;
use uuid::Uuid;

use crate::names::Names;
use crate::window;
use crate::words::{Say, Words};

/// The same is not told again before this: a pool of one key that is always at its limit comes and goes by the minute.
const AGAIN: Duration = Duration::from_secs(600);

/// Whom a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum About {
    Instance(Uuid),
    Pool(ProviderType),
}

/// What it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum News {
    Login,
    Refused,
    Back,
    PoolGone,
    PoolBack,
}

/// A notice.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Notice {
    title: String,
    body: String,
    /// What a click on it shows.
    page: String,
}

/// Tells what is new, once.
#[derive(Debug, Default)]
struct Herald {
    states: HashMap<Uuid, State>,
    serving: HashMap<ProviderType, bool>,
    told: HashMap<(About, News), Instant>,
}

/// Shows notices until the engine ends.
pub(crate) async fn follow(app: AppHandle, desk: Arc<Desk>) {
    let mut herald = Herald::default();
    let mut status = desk.board().watch();
    loop {
        let now = status.borrow_and_update().clone();
        for notice in herald.hear(&now) {
            if !now.look.mute_notices {
                show(&app, Words::of(now.look.language), notice);
            }
        }
        if status.changed().await.is_err() {
            return;
        }
    }
}

/// On Linux a click is told to whoever waits for it, which the plugin does not.
#[cfg(target_os = "linux")]
fn show(app: &AppHandle, words: Words, notice: Notice) {
    let app = app.clone();
    tauri::async_runtime::spawn_blocking(move || {
        let shown = notify_rust::Notification::new()
            .appname("Millpond")
            .icon("millpond-app")
            .summary(&notice.title)
            .body(&notice.body)
            .action("default", &words.say(Say::Open))
            .show();
        match shown {
            Ok(shown) => shown.wait_for_action(|action| {
                if action == "default" {
                    window::show(&app, &notice.page);
                }
            }),
            Err(error) => tracing::debug!(%error, "a notice could not be shown"),
        }
    });
}

/// Elsewhere a click brings the application up, which shows the window.
#[cfg(not(target_os = "linux"))]
fn show(app: &AppHandle, _: Words, notice: Notice) {
    use tauri_plugin_notification::NotificationExt as _;

    let built = app.notification().builder();
    if let Err(error) = built.title(notice.title).body(notice.body).show() {
        tracing::debug!(%error, "a notice could not be shown");
    }
}

impl Herald {
    /// Takes a status in and gives what is new. What is there at first sight is no news.
    fn hear(&mut self, status: &Status) -> Vec<Notice> {
        let names = Names::of(status);
        let words = Words::of(status.look.language);
        let mut notices = Vec::new();
        for pool in &status.pools {
            for one in &pool.instances {
                let before = self.states.insert(one.uuid, one.state);
                let news = before.and_then(|before| news(before, one.state));
                let Some(news) = news.filter(|news| self.is_new(About::Instance(one.uuid), *news))
                else {
                    continue;
                };
                let reason = one.reason.as_deref().map(|reason| names.veiled(reason));
                notices.push(Notice {
                    title: title(words, &names.name(one), news),
                    body: reason.unwrap_or_else(|| words.pool(pool.provider).to_owned()),
                    page: format!("pools?open={}", one.uuid),
                });
            }
            notices.extend(self.hear_pool(pool, status.mode, words));
        }
        let present: Vec<Uuid> = status.instances().map(|one| one.uuid).collect();
        self.states.retain(|uuid, _| present.contains(uuid));
        notices
    }

    fn hear_pool(&mut self, pool: &PoolStatus, mode: Mode, words: Words) -> Option<Notice> {
        // A pool that the user has switched off has nobody left by their own choice.
        let enabled = pool
            .instances
            .iter()
            .any(|one| one.state != State::Disabled);
        if !enabled || mode == Mode::Stopping {
            return None;
        }
        let serves = pool.ready > 0;
        let before = self.serving.insert(pool.provider, serves)?;
        let news = match (before, serves) {
            (true, false) => News::PoolGone,
            (false, true) => News::PoolBack,
            _ => return None,
        };
        if !self.is_new(About::Pool(pool.provider), news) {
            return None;
        }
        let (name, all) = (words.pool(pool.provider), pool.instances.len());
        let ready = pool.ready;
        Some(Notice {
            title: title(words, name, news),
            body: words.say(Say::Pool { name, ready, all }),
            page: format!("pools?pool={}", pool.provider),
        })
    }

    fn is_new(&mut self, about: About, news: News) -> bool {
        let now = Instant::now();
        let told = self.told.get(&(about, news));
        let is_new = told.is_none_or(|told| now - *told >= AGAIN);
        if is_new {
            self.told.insert((about, news), now);
        }
        is_new
    }
}

fn news(before: State, now: State) -> Option<News> {
    match (before, now) {
        (before, now) if before == now => None,
        (_, State::NeedsLogin) => Some(News::Login),
        (_, State::Refused) => Some(News::Refused),
        (State::NeedsLogin | State::Refused, State::Ready) => Some(News::Back),
        _ => None,
    }
}

fn title(words: Words, who: &str, news: News) -> String {
    let said = words.say(match news {
        News::Login => Say::NoticeLogin,
        News::Refused => Say::NoticeRefused,
        News::Back => Say::NoticeBack,
        News::PoolGone => Say::NoticePoolGone,
        News::PoolBack => Say::NoticePoolBack,
    });
    match words {
        Words::En if matches!(news, News::PoolGone) => format!("{who}: {said}"),
        Words::En => format!("{who} {said}"),
        Words::Zh => format!("{who}：{said}"),
    }
}

#[cfg(test)]
mod tests;
