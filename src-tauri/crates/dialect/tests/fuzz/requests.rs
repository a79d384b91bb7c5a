//! Bodies of clients.

use bytes::Bytes;
use chat::Dialect;
use dialect::{
    Target, code_assist, envelope, estimate_tokens, kiro, qwen, read_count_request, read_request,
    rename_model,
};
use dialect::{signature, write_request};

use crate::{assert_json, corpus, feed};

fn read(dialect: Dialect, body: &[u8], official: bool) {
    if let Ok(envelope) = envelope(dialect, body)
        && let Some(model) = &envelope.model
    {
        let renamed = rename_model(&Bytes::copy_from_slice(body), model, "another\"model");
        let again = self::envelope(dialect, &renamed).unwrap();
        assert_eq!(again.model.unwrap().name, "another\"model");
    }
    if let Some(stripped) = signature::strip(dialect, body) {
        assert_json(&stripped);
    }
    let _ = (
        estimate_tokens(dialect, body),
        read_count_request(dialect, body),
    );
    beside(dialect, body);
    let request = match read_request(dialect, body) {
        Ok(request) => request,
        Err(invalid) => return assert!(!invalid.message.is_empty()),
    };
    for upstream in Dialect::ALL {
        for model in [
            "gpt-5.1",
            "claude-sonnet-4-5",
            "gemini-3-pro-preview",
            "gemini-2.5-flash",
        ] {
            let target = Target {
                model: model.to_owned(),
                official_host: official,
                default_max_tokens: 8_192,
            };
            let written = write_request(upstream, &request, &target);
            assert_json(&written.body);
            if upstream == Dialect::Kiro {
                let sent = kiro::for_profile(&written.body, "arn:aws:x");
                assert_json(&sent);
            }
        }
    }
}

/// What stands around two of the dialects.
fn beside(dialect: Dialect, body: &[u8]) {
    match dialect {
        Dialect::OpenaiChat => {
            if let Ok(Some(edited)) = qwen::with_system_parts(body) {
                assert_json(&edited);
                assert_eq!(qwen::with_system_parts(&edited), Ok(None));
            }
        }
        Dialect::Gemini => {
            let outside = code_assist::Envelope {
                model: "m",
                project: Some("p"),
                prompt_id: None,
                session: Some("s"),
            };
            if let Ok(wrapped) = code_assist::wrap(body, &outside) {
                assert_json(&wrapped);
            }
            if let Ok(wrapped) = code_assist::wrap_count(body, "m") {
                assert_json(&wrapped);
            }
        }
        _ => {}
    }
}

fn run(dialect: Dialect) {
    feed(&corpus::of(dialect, &["request.json"]), |bytes, rng| {
        read(dialect, bytes, rng.bool());
    });
}

#[test]
fn no_bytes_break_requests_of_openai_chat() {
    run(Dialect::OpenaiChat);
}

#[test]
fn no_bytes_break_requests_of_openai_responses() {
    run(Dialect::OpenaiResponses);
}

#[test]
fn no_bytes_break_requests_of_anthropic() {
    run(Dialect::Anthropic);
}

#[test]
fn no_bytes_break_requests_of_gemini() {
    run(Dialect::Gemini);
}
