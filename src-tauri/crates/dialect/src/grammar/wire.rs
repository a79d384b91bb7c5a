//! The grammar of each dialect's stream, behind one type.

use super::Violation;
use crate::sse::Frames;
use crate::{Dialect, anthropic, gemini, openai_chat, openai_responses};

/// Checks a stream as it is written: server-sent events of one dialect.
#[derive(Debug)]
pub struct Wire(Grammar);

#[derive(Debug)]
enum Grammar {
    OpenaiChat(openai_chat::grammar::Grammar),
    OpenaiResponses(openai_responses::grammar::Grammar),
    Anthropic(anthropic::grammar::Grammar),
    Gemini(Frames, gemini::grammar::Grammar),
}

impl Wire {
    /// A stream of this dialect, before its first byte.
    pub fn new(dialect: Dialect) -> Self {
        Self(match dialect {
            Dialect::OpenaiChat => Grammar::OpenaiChat(openai_chat::grammar::Grammar::default()),
            Dialect::OpenaiResponses => {
                Grammar::OpenaiResponses(openai_responses::grammar::Grammar::default())
            }
            Dialect::Anthropic => Grammar::Anthropic(anthropic::grammar::Grammar::default()),
            Dialect::Gemini | Dialect::Kiro => {
                Grammar::Gemini(Frames::new(), gemini::grammar::Grammar::default())
            }
        })
    }

    /// Takes more of the stream, cut anywhere.
    ///
    /// # Errors
    /// It breaks the grammar; says how.
    pub fn take(&mut self, bytes: &[u8]) -> Result<(), Violation> {
        match &mut self.0 {
            Grammar::OpenaiChat(grammar) => grammar.take(bytes),
            Grammar::OpenaiResponses(grammar) => grammar.take(bytes),
            Grammar::Anthropic(grammar) => grammar.take(bytes),
            Grammar::Gemini(frames, grammar) => {
                frames
                    .push(bytes)
                    .map_err(|error| Violation::new(error.message))?;
                while let Some(frame) = frames.next() {
                    grammar.check(&frame.data)?;
                }
                Ok(())
            }
        }
    }

    /// Whether the stream has come to its end, or to an error.
    pub fn is_over(&self) -> bool {
        match &self.0 {
            Grammar::OpenaiChat(grammar) => grammar.is_over(),
            Grammar::OpenaiResponses(grammar) => grammar.is_over(),
            Grammar::Anthropic(grammar) => grammar.is_over(),
            Grammar::Gemini(frames, grammar) => grammar.ended() && !frames.has_rest(),
        }
    }
}
