//! What is learned of a stream while it is translated: how far it came, what it cost, what was lost of it.

use chat::{Delta, Dialect, Event, Loss, Opened, StreamError, Usage};

use super::unsaid;
use crate::tap::Progress;

/// The most kinds of losses that are told apart of one stream.
const MOST_LOSSES: usize = 32;

/// See the module.
#[derive(Debug)]
pub(super) struct Facts {
    client: Dialect,
    pub(super) progress: Option<Progress>,
    pub(super) usage: Option<Usage>,
    pub(super) error: Option<StreamError>,
    /// Each once, however often it happened.
    pub(super) losses: Vec<Loss>,
}

impl Facts {
    /// Of a stream for a client of this dialect.
    pub(super) const fn new(client: Dialect) -> Self {
        Self {
            client,
            progress: None,
            usage: None,
            error: None,
            losses: Vec::new(),
        }
    }

    pub(super) fn note(&mut self, event: &Event<'_>) {
        let reached = match event {
            Event::End => Progress::End,
            Event::Error(error) => {
                self.error = Some(error.clone());
                return;
            }
            Event::Usage(usage) => {
                self.usage = Some(*usage);
                return;
            }
            other if other.is_content() => Progress::Content,
            _ => Progress::Lifecycle,
        };
        self.progress = self.progress.max(Some(reached));
        let loss = match event {
            Event::Open {
                part: Opened::Foreign(foreign),
                ..
            }
            | Event::Delta(Delta::Foreign(foreign))
                if foreign.dialect != self.client =>
            {
                Some(Loss::Foreign {
                    dialect: foreign.dialect,
                    kind: foreign.kind(),
                })
            }
            Event::Stop(stop) => unsaid::of_stop(stop),
            _ => None,
        };
        if let Some(loss) = loss {
            self.lose(loss);
        }
    }

    fn lose(&mut self, loss: Loss) {
        if self.losses.len() < MOST_LOSSES && !self.losses.contains(&loss) {
            self.losses.push(loss);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chat::Foreign;
    use serde_json::json;

    #[test]
    fn what_the_client_cannot_be_told_is_noted_once_a_kind() {
        let mut facts = Facts::new(Dialect::OpenaiChat);
        let foreign = |dialect, value| Foreign { dialect, value };
        for _ in 0..3 {
            let search = json!({"type": "web_search_tool_result", "content": []});
            facts.note(&Event::Open {
                index: 0,
                part: Opened::Foreign(foreign(Dialect::Anthropic, search)),
            });
            let citation = json!({"executableCode": {}});
            facts.note(&Event::Delta(Delta::Foreign(foreign(
                Dialect::Gemini,
                citation,
            ))));
            let own = json!({"type": "audio"});
            facts.note(&Event::Delta(Delta::Foreign(foreign(
                Dialect::OpenaiChat,
                own,
            ))));
        }
        let told: Vec<String> = facts.losses.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "web_search_tool_result of anthropic was left out",
                "executableCode of gemini was left out"
            ]
        );
        assert_eq!(facts.progress, Some(Progress::Content));
    }
}
