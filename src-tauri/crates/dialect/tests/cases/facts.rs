//! What the envelope and the tap say of a case: what the verbatim path goes by.

use std::fmt::Write as _;

use chat::{Dialect, Usage};
use dialect::{Progress, Tap, UpstreamError, envelope, read_facts};

use crate::case::Case;

/// The facts as text.
pub(crate) fn all(case: &Case) -> String {
    let mut text = String::new();
    if let Some(request) = &case.request {
        let envelope = envelope(case.dialect, request).unwrap();
        let model = envelope.model.as_ref().map(|model| model.name.as_str());
        let _ = write!(
            text,
            "request: model {model:?}, stream {}, usage {}, session {:?}, follow-up {}, ",
            envelope.stream, envelope.wants_usage, envelope.session, envelope.follow_up
        );
        let _ = match dialect::estimate_tokens(case.dialect, request) {
            Ok(tokens) => writeln!(text, "about {tokens} tokens"),
            Err(invalid) => writeln!(text, "tokens: {invalid}"),
        };
    }
    if let Some(reply) = &case.reply {
        let _ = match read_facts(case.dialect, reply) {
            Ok(facts) => writeln!(
                text,
                "reply: {}",
                outcome(facts.usage, facts.error.as_ref())
            ),
            Err(malformed) => writeln!(text, "reply: malformed: {malformed}"),
        };
    }
    if let Some(stream) = &case.stream {
        let mut tap = Tap::new(case.dialect);
        let mut reached = Progress::Lifecycle;
        for (at, byte) in stream.iter().enumerate() {
            let progress = tap.scan(std::slice::from_ref(byte));
            if progress != reached {
                let line = last_line(case, &stream[..=at]);
                let _ = writeln!(text, "stream: {progress:?} with {line}");
                reached = progress;
            }
        }
        let ending = tap.finish();
        let outcome = outcome(tap.usage(), tap.error());
        let _ = writeln!(text, "stream: {ending:?}, {outcome}");
    }
    text
}

fn last_line(case: &Case, stream: &[u8]) -> String {
    if case.dialect == Dialect::Kiro {
        return format!("byte {}", stream.len());
    }
    let event = String::from_utf8_lossy(stream);
    let line = event.trim_end().lines().next_back().unwrap_or_default();
    line.to_owned()
}

fn outcome(usage: Option<Usage>, error: Option<&UpstreamError>) -> String {
    let mut text = match usage {
        None => "no usage".to_owned(),
        Some(usage) => format!(
            "input {} + read {} + written {}, output {} (reasoning {})",
            usage.input, usage.cache_read, usage.cache_write, usage.output, usage.reasoning
        ),
    };
    if let Some(error) = error {
        let _ = write!(text, ", {error:?}");
    }
    text
}
