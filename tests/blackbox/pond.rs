//! Upstreams of all kinds behind one Millpond.

use tests::fake::{ANY, Received, Script, anthropic, gemini, openai};
use tests::proxy::{Millpond, Setup};

/// An upstream of each kind that is reached by a key.
pub(crate) struct Pond {
    pub(crate) openai: openai::Fake,
    pub(crate) claude: anthropic::Fake,
    pub(crate) gemini: gemini::Fake,
}

/// The kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Up {
    Openai,
    Claude,
    Gemini,
}

impl Up {
    pub(crate) const ALL: [Self; 3] = [Self::Openai, Self::Claude, Self::Gemini];

    /// The provider type.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Openai => "openai-custom",
            Self::Claude => "claude-custom",
            Self::Gemini => "gemini-custom",
        }
    }

    /// A model that it has.
    pub(crate) fn model(self) -> &'static str {
        match self {
            Self::Openai => "gpt-x",
            Self::Claude => "claude-x",
            Self::Gemini => "gemini-2.5-pond",
        }
    }
}

impl Pond {
    /// All three, each with one key.
    pub(crate) async fn start() -> (Self, Millpond) {
        let pond = Self {
            openai: openai::start().await,
            claude: anthropic::start().await,
            gemini: gemini::start().await,
        };
        let mp = pond.setup().start().await;
        (pond, mp)
    }

    /// The set-up of that.
    pub(crate) fn setup(&self) -> Setup {
        Setup::new()
            .openai(&self.openai, ["sk-openai"])
            .claude(&self.claude, ["sk-claude"])
            .gemini(&self.gemini, ["sk-gemini"])
    }

    /// What that upstream does from now on.
    pub(crate) fn on(&self, up: Up, script: Script) {
        match up {
            Up::Openai => self.openai.on(ANY, script),
            Up::Claude => self.claude.on(ANY, script),
            Up::Gemini => self.gemini.on(ANY, script),
        }
    }

    /// What all upstreams do from now on.
    pub(crate) fn on_all(&self, script: &Script) {
        for up in Up::ALL {
            self.on(up, script.clone());
        }
    }

    /// The last request that it got.
    pub(crate) fn last(&self, up: Up) -> Received {
        match up {
            Up::Openai => self.openai.last(),
            Up::Claude => self.claude.last(),
            Up::Gemini => self.gemini.last(),
        }
    }
}
