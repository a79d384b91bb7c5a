//! Kiro's conversation API, the upstream half: requests are written, answers are read.
//!
//! - [`request`]: a conversation by its rules: turns that alternate, a history and the message that is current.
//! - [`frame`]: messages out of an AWS event stream; [`stream`]: what they say; [`reply`]: all of it at once.
//! - [`error`]: exceptions in a stream. `wire`: the JSON, as serde types.
//!
//! What belongs to an account and not to the conversation ([`for_profile`]) is put in by whoever sends it.
//! (Facts: hank9999/kiro.rs and justlovemaki/AIClient-2-API agree on them; aws/amazon-q-developer-cli,
//! `crates/amzn-codewhisperer-streaming-client`, has the shapes.)

pub(crate) mod error;
pub(crate) mod frame;
mod model;
pub(crate) mod reply;
pub(crate) mod request;
pub(crate) mod stream;
mod wire;

pub use model::model_id;

use crate::Dialect;

const OWN: Dialect = Dialect::Kiro;

/// The seal of a thought that came in tags amid the text: it shows where the thought belongs, and seals nothing.
const TAGGED: &str = "tagged";

/// The tags around such a thought.
const OPENING: &str = "<thinking>";
const CLOSING: &str = "</thinking>";

/// A body that [`write_request`](crate::write_request) wrote, for the account with this profile.
pub fn for_profile(body: &[u8], profile_arn: &str) -> Vec<u8> {
    let Some(rest) = body.strip_prefix(b"{") else {
        return body.to_vec();
    };
    let mut out = Vec::with_capacity(body.len() + profile_arn.len() + 20);
    out.extend_from_slice(br#"{"profileArn":"#);
    // A text is always JSON, and a vector takes all bytes.
    let _ = serde_json::to_writer(&mut out, profile_arn);
    if rest != b"}" {
        out.push(b',');
    }
    out.extend_from_slice(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_stands_in_front_and_nothing_else_changes() {
        let sent = for_profile(br#"{"conversationState":{"n":1.0e2}}"#, "arn:\"x\"");
        assert_eq!(
            sent,
            br#"{"profileArn":"arn:\"x\"","conversationState":{"n":1.0e2}}"#
        );
        assert_eq!(for_profile(b"{}", "a"), br#"{"profileArn":"a"}"#);
        assert_eq!(for_profile(b"[]", "a"), b"[]");
    }
}
