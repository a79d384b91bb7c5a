//! The bytes of chunks.

use serde::Serialize;

/// Writes chunks of one answer.
#[derive(Debug)]
pub(super) struct Chunks {
    /// What every chunk begins with.
    head: Vec<u8>,
    /// Whether the client asked for usage: it gets it in the last chunk, and `null` in the others.
    counted: bool,
}

impl Chunks {
    pub(super) fn new(counted: bool) -> Self {
        Self {
            head: Vec::new(),
            counted,
        }
    }

    /// What all chunks of an answer say.
    pub(super) fn begin(&mut self, id: &str, model: &str, created: i64) {
        let head = &mut self.head;
        head.clear();
        put(head, b"data: {\"id\":");
        json(head, id);
        put(head, b",\"object\":\"chat.completion.chunk\",\"created\":");
        json(head, &created);
        put(head, b",\"model\":");
        json(head, model);
        if self.counted {
            put(head, b",\"usage\":");
        }
    }

    /// A chunk whose delta has these fields.
    pub(super) fn delta(&self, out: &mut Vec<u8>, fields: impl FnOnce(&mut Vec<u8>)) {
        self.choice(out, fields, None);
    }

    /// The chunk with the reason of the end.
    pub(super) fn stop(&self, out: &mut Vec<u8>, finish_reason: &str) {
        self.choice(out, |_| {}, Some(finish_reason));
    }

    /// The chunk of usage, for clients that asked for it.
    pub(super) fn usage(&self, out: &mut Vec<u8>, usage: &impl Serialize) {
        if self.counted {
            put(out, &self.head);
            json(out, usage);
            put(out, b",\"choices\":[]}\n\n");
        }
    }

    /// The end mark.
    pub(super) fn done(out: &mut Vec<u8>) {
        put(out, b"data: [DONE]\n\n");
    }

    fn choice(
        &self,
        out: &mut Vec<u8>,
        fields: impl FnOnce(&mut Vec<u8>),
        finish_reason: Option<&str>,
    ) {
        put(out, &self.head);
        if self.counted {
            put(out, b"null");
        }
        put(out, b",\"choices\":[{\"index\":0,\"delta\":{");
        fields(out);
        put(out, b"},\"logprobs\":null,\"finish_reason\":");
        json(out, &finish_reason);
        put(out, b"}]}\n\n");
    }
}

pub(super) fn put(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(bytes);
}

/// Writing into memory does not fail, and no map here has other keys than texts.
pub(super) fn json<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    let written = serde_json::to_writer(out, value);
    debug_assert!(written.is_ok(), "{written:?}");
}
