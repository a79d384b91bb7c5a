//! Every text of tray and notices, in the language that is set.

mod en;
mod zh;

use gateway::settings::look::Language;
use gateway::state::State;
use provider::ProviderType;

/// A language that Millpond speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Words {
    /// English.
    En,
    /// Chinese, simplified.
    Zh,
}

/// A text that tray or notice shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Say<'a> {
    /// Somebody can serve.
    Ready { ready: usize, all: usize },
    /// Nobody can until then.
    RestingUntil(&'a str),
    /// Nobody can, and only the user helps.
    Nobody,
    /// There is no instance.
    Empty,
    /// The user has paused it.
    Paused,
    /// It is ending.
    Stopping,
    /// It does not listen.
    NotListening,
    /// An instance is back then.
    BackAt { name: &'a str, at: &'a str },
    /// So many wait for the user.
    NeedYou(usize),
    /// The address on the clipboard.
    CopyEndpoint(&'a str),
    /// The key on the clipboard.
    CopyKey(&'a str),
    /// A pool and how many of its instances are ready.
    Pool {
        name: &'a str,
        ready: usize,
        all: usize,
    },
    /// A pool some of whose instances wait for the user.
    PoolNeeds {
        name: &'a str,
        ready: usize,
        all: usize,
        need: usize,
    },
    /// Requests that an instance is serving.
    InFlight(u32),
    /// It takes requests; with a model that rests.
    ReadyBut { model: &'a str, until: &'a str },
    /// Percent of a quota that are left.
    Left { percent: u32, of: &'a str },
    /// A state that ends at a time.
    Until { state: State, at: &'a str },
    /// A state alone.
    In(State),
    /// A state and why.
    Because { state: State, reason: &'a str },
    /// It is being checked.
    Checking,
    /// Instances that have no line of their own.
    MoreReady(usize),
    /// The same, where not all are ready.
    More(usize),
    /// Checks a pool.
    CheckPool,
    /// Shows a pool.
    OpenPool,
    /// Checks everything.
    CheckAll,
    /// So many are being checked.
    CheckingAll(usize),
    /// The check is over.
    Checked(usize),
    /// Pauses.
    Pause,
    /// Ends the pause.
    Resume,
    /// Signing in.
    SignIn,
    /// Signing in there.
    SignInTo(ProviderType),
    /// It cannot be signed in to any more.
    Ended(ProviderType),
    /// Shows the window.
    Open,
    /// Starts with the session.
    AtLogin,
    /// Ends the program.
    Quit,
    /// It ends once these are done.
    Finishing(u32),
    /// A notice: an instance waits for a login.
    NoticeLogin,
    /// A notice: an instance was refused.
    NoticeRefused,
    /// A notice: an instance serves again.
    NoticeBack,
    /// A notice: a pool has nobody left.
    NoticePoolGone,
    /// A notice: a pool serves again.
    NoticePoolBack,
}

impl Words {
    /// The language that is set; the system's where none is.
    pub(crate) fn of(language: Language) -> Self {
        match language {
            Language::En => Self::En,
            Language::Zh => Self::Zh,
            Language::System => Self::of_system(sys_locale::get_locale().as_deref()),
        }
    }

    fn of_system(locale: Option<&str>) -> Self {
        let chinese = locale.is_some_and(|name| name.to_ascii_lowercase().starts_with("zh"));
        if chinese { Self::Zh } else { Self::En }
    }

    /// A text in this language.
    pub(crate) fn say(self, text: Say<'_>) -> String {
        match self {
            Self::En => en::say(text),
            Self::Zh => zh::say(text),
        }
    }

    /// A pool's name.
    pub(crate) fn pool(self, kind: ProviderType) -> &'static str {
        match self {
            Self::En => kind.plain_name(),
            Self::Zh => zh::pool(kind),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_language_is_spoken_where_it_is_one_of_ours() {
        for (locale, words) in [
            (Some("zh-CN"), Words::Zh),
            (Some("zh_TW.UTF-8"), Words::Zh),
            (Some("de-DE"), Words::En),
            (None, Words::En),
        ] {
            assert_eq!(Words::of_system(locale), words, "{locale:?}");
        }
    }
}
