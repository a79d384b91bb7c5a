//! The grammar of each dialect's stream, behind one type.

use super::Violation;
use crate::sse::Frames;
use crate::tap::Elements;
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
    /// The same as one JSON array.
    GeminiArray(Elements, gemini::grammar::Grammar),
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

    /// A stream of Gemini's that is one JSON array.
    pub fn array() -> Self {
        Self(Grammar::GeminiArray(
            Elements::default(),
            gemini::grammar::Grammar::default(),
        ))
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
            Grammar::GeminiArray(elements, grammar) => {
                if elements.closed() && !bytes.trim_ascii().is_empty() {
                    return Err(Violation::new("more behind the array"));
                }
                let mut kept = Ok(());
                let split = elements.split(bytes, |element| {
                    if kept.is_ok() {
                        kept = grammar.check(element);
                    }
                });
                split.map_err(|_| Violation::new("an element is over 32 MiB"))?;
                kept
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
            Grammar::GeminiArray(elements, grammar) => grammar.ended() && elements.closed(),
        }
    }
}
