//! The envelope, and what comes out of it.

use serde_json::{Value, json};

use super::*;
use crate::{Dialect, EventReader, read_facts};

const ENVELOPE: Envelope<'static> = Envelope {
    model: "models/gemini-2.5-pro",
    project: Some("resonant-abc"),
    prompt_id: None,
    session: Some("s-1"),
};

fn wrapped(body: &str, envelope: &Envelope<'_>) -> String {
    String::from_utf8(wrap(body.as_bytes(), envelope).unwrap()).unwrap()
}

#[test]
fn t4_what_stands_in_the_envelope_is_left_as_it_came() {
    let body = r#" { "contents": [ {"parts":[{"text":"h\u0069"}]} ], "x_new": 1.0e2 } "#;
    assert_eq!(
        wrapped(body, &ENVELOPE),
        r#"{"model":"gemini-2.5-pro","project":"resonant-abc","request":{"session_id":"s-1", "contents": [ {"parts":[{"text":"h\u0069"}]} ], "x_new": 1.0e2 }}"#
    );
    let bare = Envelope {
        model: "m",
        ..Envelope::default()
    };
    assert_eq!(
        wrapped(body, &bare),
        format!(r#"{{"model":"m","request":{}}}"#, body.trim())
    );
}

#[test]
fn a_session_of_the_clients_own_stays_and_an_empty_body_takes_one() {
    let own = r#"{"session_id":"mine"}"#;
    assert!(wrapped(own, &ENVELOPE).ends_with(r#""request":{"session_id":"mine"}}"#));
    let empty: Value = serde_json::from_str(&wrapped("{ }", &ENVELOPE)).unwrap();
    assert_eq!(empty["request"], json!({"session_id": "s-1"}));
}

#[test]
fn what_is_no_object_is_the_clients_fault() {
    for body in [&b"[]"[..], b"", b"{", b"\"\xff\""] {
        assert!(wrap(body, &ENVELOPE).is_err());
        assert!(wrap_count(body, "m").is_err());
    }
    let missing = wrap_count(b"{}", "m").unwrap_err();
    assert_eq!(missing.path, "contents");
}

#[test]
fn t7_a_count_names_its_model_inside_and_holds_the_contents_alone() {
    for body in [
        r#"{"contents":[{"parts":[{"text":"a"}]}]}"#,
        r#"{"generateContentRequest":{"model":"models/x","contents":[{"parts":[{"text":"a"}]}],"tools":[]}}"#,
    ] {
        let count = String::from_utf8(wrap_count(body.as_bytes(), "gemini-2.5-pro").unwrap());
        assert_eq!(
            count.unwrap(),
            r#"{"request":{"model":"models/gemini-2.5-pro","contents":[{"parts":[{"text":"a"}]}]}}"#
        );
    }
}

#[test]
fn t4_an_answer_comes_out_as_it_stood_in_there() {
    let body = Bytes::from_static(
        br#"{"traceId":"0f","response": {"candidates":[ ],"usageMetadata":{"promptTokenCount":1.0e1}} ,"x":1}"#,
    );
    let answer = unwrap_reply(&body);
    assert_eq!(
        answer,
        br#"{"candidates":[ ],"usageMetadata":{"promptTokenCount":1.0e1}}"#[..]
    );
    for other in [
        &br#"{"error":{"code":429}}"#[..],
        br#"{"totalTokens":3}"#,
        b"<html>",
    ] {
        let other = Bytes::copy_from_slice(other);
        assert_eq!(unwrap_reply(&other), other);
    }
    let error = unwrap_reply(&Bytes::from_static(
        br#"{"error":{"code":429,"message":"m"}}"#,
    ));
    assert!(read_facts(Dialect::Gemini, &error).unwrap().error.is_some());
}

/// Two answers, one of them pretty, and an error without its blank line.
const STREAM: &str = concat!(
    ": hello\n",
    "data: {\"response\":{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"é\"}]}}]},\"traceId\":\"1\"}\r\n\r\n",
    "data: {\"response\":\ndata: {\"candidates\":[{\ndata: \"finishReason\":\"STOP\"}]}}\n\n",
    "data: {\"error\":{\"code\":503}}",
);

fn unwrapped(chunks: &[&[u8]], mut stream: Unwrap) -> String {
    let mut out = Vec::new();
    for chunk in chunks {
        stream.push(chunk, &mut out).unwrap();
    }
    stream.finish(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn t2_a_stream_comes_out_of_its_envelopes_at_any_cut() {
    let told = unwrapped(&[STREAM.as_bytes()], Unwrap::new());
    assert_eq!(
        told,
        concat!(
            "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"é\"}]}}]}\r\n\r\n",
            "data: {\"candidates\":[{\r\ndata: \"finishReason\":\"STOP\"}]}\r\n\r\n",
            "data: {\"error\":{\"code\":503}}\r\n\r\n",
        )
    );
    for at in 0..STREAM.len() {
        let (head, tail) = STREAM.as_bytes().split_at(at);
        assert_eq!(unwrapped(&[head, tail], Unwrap::new()), told, "cut at {at}");
    }
    let mut events = 0;
    let mut reader = EventReader::new(Dialect::Gemini);
    let mut count = |_: chat::Event<'_>| {
        events += 1;
        Ok(())
    };
    reader.push(told.as_bytes(), &mut count).unwrap();
    assert!(events > 3);
}

#[test]
fn a_client_without_alt_sse_gets_one_array() {
    let told = unwrapped(&[STREAM.as_bytes()], Unwrap::new().as_array());
    let array: Vec<Value> = serde_json::from_str(&told).unwrap();
    assert_eq!(array.len(), 3);
    assert_eq!(array[1]["candidates"][0]["finishReason"], "STOP");
    assert_eq!(unwrapped(&[], Unwrap::new().as_array()), "[]");
}
