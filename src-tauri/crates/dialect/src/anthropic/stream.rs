//! Streams.

use chat::Event;

use crate::Malformed;
use crate::sse::Frame;
use crate::translate::Back;

/// Reads an upstream's stream, frame by frame, and keeps the grammar of [`chat::event`].
#[derive(Debug, Default)]
pub(crate) struct Reader {}

/// Writes a stream for a client, event by event.
#[derive(Debug)]
pub(crate) struct Writer {}

impl Reader {
    /// Reads one frame; its events go to `sink` in order.
    pub(crate) fn read(
        &mut self,
        _: &Frame<'_>,
        _: &mut dyn FnMut(Event<'_>),
    ) -> Result<(), Malformed> {
        Err(Malformed::new("this dialect is not translated yet"))
    }

    /// The upstream has closed the stream.
    pub(crate) fn finish(&mut self, _: &mut dyn FnMut(Event<'_>)) -> Result<(), Malformed> {
        Ok(())
    }
}

impl Writer {
    /// A stream for the client of this request.
    pub(crate) fn new(_: &Back) -> Self {
        Self {}
    }

    /// Writes one event, framed. [`Event::Error`] is not written here.
    pub(crate) fn write(&mut self, _: &Event<'_>, _: &mut Vec<u8>) {}
}
