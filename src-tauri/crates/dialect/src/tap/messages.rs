//! Kiro's stream as it passes by: there is no text in it to look at, so that it is read as whoever translates it does.

use chat::{Event, Usage};

use super::{Progress, ReplyFacts};
use crate::kiro::{error, frame::Frames, stream::Reader};
use crate::{Malformed, UpstreamError};

/// The messages of one stream.
#[derive(Debug, Clone, Default)]
pub(super) struct Messages {
    frames: Frames,
    reader: Reader,
}

/// What they say.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) progress: Option<Progress>,
    pub(super) usage: Option<Usage>,
    pub(super) error: Option<UpstreamError>,
}

impl Messages {
    /// Takes a chunk, cut anywhere.
    pub(super) fn scan(&mut self, chunk: &[u8]) -> Said {
        let mut said = Said::default();
        self.frames.push(chunk);
        if let Err(malformed) = self.read(&mut said) {
            said.error.get_or_insert(broken(malformed));
        }
        said
    }

    /// The upstream has closed.
    pub(super) fn finish(&mut self) -> Said {
        let mut said = Said::default();
        if !self.frames.has_rest()
            && let Err(malformed) = self.reader.finish(&mut |event| said.note(&event))
        {
            said.error = Some(broken(malformed));
        }
        said
    }

    fn read(&mut self, said: &mut Said) -> Result<(), Malformed> {
        while let Some(message) = self.frames.next()? {
            let mut failed = false;
            self.reader.read(&message, &mut |event| {
                failed |= matches!(event, Event::Error(_));
                said.note(&event);
            })?;
            if failed {
                said.error = error::read(&message);
                break;
            }
        }
        Ok(())
    }
}

/// Reads the bytes of a whole stream.
///
/// # Errors
/// It says nothing, or was cut.
pub(super) fn whole(body: &[u8]) -> Result<ReplyFacts, Malformed> {
    let mut messages = Messages::default();
    let (said, end) = (messages.scan(body), messages.finish());
    let error = said.error.or(end.error);
    if error.is_none() && end.progress != Some(Progress::End) {
        return Err(Malformed::new("the answer is empty or was cut"));
    }
    Ok(ReplyFacts {
        usage: said.usage,
        error,
    })
}

impl Said {
    fn note(&mut self, event: &Event<'_>) {
        let reached = match event {
            Event::Usage(usage) => {
                self.usage = Some(*usage);
                return;
            }
            Event::End => Progress::End,
            event if event.is_content() => Progress::Content,
            _ => return,
        };
        self.progress = self.progress.max(Some(reached));
    }
}

fn broken(malformed: Malformed) -> UpstreamError {
    UpstreamError {
        message: malformed.message,
        ..UpstreamError::default()
    }
}
