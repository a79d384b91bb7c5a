//! The events around the items, and the answer as a whole.

use super::super::super::answer::{self, Answer, Status};
use super::Writer;
use crate::Fault;

impl Writer {
    /// Ends a stream that has failed: with the error event, on which SDKs raise, and with `response.failed`, which other
    /// clients wait for.
    pub(crate) fn fail(&mut self, fault: &Fault, out: &mut Vec<u8>) {
        let error = self.frames.error(fault, out);
        let code = error.get("code").and_then(serde_json::Value::as_str);
        let status = Status::Failed(code.unwrap_or("server_error"), &fault.message);
        if let Some(frame) = self.frames.begin(out, "response.failed") {
            frame
                .with("response", |out| self.response(status, out))
                .end();
        }
    }

    /// The whole answer, after its end.
    pub(in super::super::super) fn into_response(self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.items.len() + 1024);
        self.response(self.status(), &mut out);
        out
    }

    pub(super) fn begin(&mut self, out: &mut Vec<u8>) {
        for name in ["response.created", "response.in_progress"] {
            if let Some(frame) = self.frames.begin(out, name) {
                let status = Status::InProgress;
                frame
                    .with("response", |out| self.response(status, out))
                    .end();
            }
        }
    }

    pub(super) fn end(&mut self, out: &mut Vec<u8>) {
        self.finish_item(out);
        let status = self.status();
        let name = match status {
            Status::Incomplete(_) => "response.incomplete",
            _ => "response.completed",
        };
        if let Some(frame) = self.frames.begin(out, name) {
            frame
                .with("response", |out| self.response(status, out))
                .end();
        }
    }

    fn response(&self, status: Status<'_>, out: &mut Vec<u8>) {
        let answer = Answer {
            id: &self.id,
            model: &self.model,
            created: self.created,
            status,
            items: &self.items,
            usage: self.usage,
        };
        answer::write(out, &answer, &self.request);
    }
}
