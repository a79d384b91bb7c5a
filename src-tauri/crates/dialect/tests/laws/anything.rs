//! No bytes make a reader panic, and whatever is read can be written everywhere.
//!
//! `MILLPOND_FUZZ_SECONDS` says how long each reader is tried; by default it is a moment.

use std::path::Path;
use std::time::{Duration, Instant};

use chat::Dialect;
use dialect::{
    StreamTranslation, Tap, envelope, estimate_tokens, read_error, read_facts, read_request,
    translate_reply, write_request,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use serde_json::Value;

use crate::any::words::json;
use crate::{SPOKEN, plain_back, target};

fn try_request(dialect: Dialect, body: &[u8]) {
    let _ = envelope(dialect, body);
    let _ = estimate_tokens(dialect, body);
    if let Ok(request) = read_request(dialect, body) {
        for upstream in SPOKEN {
            let written = write_request(upstream, &request, &target("m"));
            let sent: Result<Value, _> = serde_json::from_slice(&written.body);
            assert!(
                sent.is_ok(),
                "{upstream:?}: {}",
                String::from_utf8_lossy(body)
            );
        }
    }
}

fn try_reply(dialect: Dialect, body: &[u8]) {
    let _ = read_facts(dialect, body);
    let _ = read_error(body);
    for client in SPOKEN {
        if let Ok(told) = translate_reply(dialect, client, body, &plain_back()) {
            let sent: Result<Value, _> = serde_json::from_slice(&told.body);
            assert!(
                sent.is_ok(),
                "{client:?}: {}",
                String::from_utf8_lossy(body)
            );
        }
    }
}

fn try_stream(dialect: Dialect, stream: &[u8]) {
    let mut tap = Tap::new(dialect);
    tap.scan(stream);
    tap.finish();
    for client in SPOKEN.into_iter().filter(|client| *client != dialect) {
        let mut translation = StreamTranslation::new(dialect, client, &plain_back());
        let mut out = Vec::new();
        if let Err(malformed) = translation
            .push(stream, &mut out)
            .and_then(|_| translation.finish(&mut out).map(|_| ()))
        {
            // The upstream may be at fault, Millpond may not.
            assert!(
                !malformed.message.contains("grammar"),
                "{malformed}: {}",
                String::from_utf8_lossy(stream)
            );
        }
    }
}

/// A recorded piece, with something in it changed.
fn mutated(json_text: &[u8], change: &Change) -> Vec<u8> {
    let Ok(mut value) = serde_json::from_slice::<Value>(json_text) else {
        return json_text.to_vec();
    };
    let count = nodes(&value);
    put(&mut value, change.at.index(count), change);
    value.to_string().into_bytes()
}

#[derive(Debug, Clone)]
struct Change {
    at: prop::sample::Index,
    with: Option<Value>,
}

fn change() -> impl Strategy<Value = Change> {
    (any::<prop::sample::Index>(), prop::option::of(json()))
        .prop_map(|(at, with)| Change { at, with })
}

fn nodes(value: &Value) -> usize {
    1 + match value {
        Value::Array(list) => list.iter().map(nodes).sum::<usize>(),
        Value::Object(map) => map.values().map(nodes).sum(),
        _ => 0,
    }
}

/// Replaces the node of this number, or takes it out. Says how many nodes it passed.
fn put(value: &mut Value, number: usize, change: &Change) -> usize {
    if number == 0 {
        *value = change.with.clone().unwrap_or(Value::Null);
        return 1;
    }
    let mut passed = 1;
    match value {
        Value::Array(list) => {
            for at in 0..list.len() {
                if passed == number && change.with.is_none() {
                    list.remove(at);
                    return passed;
                }
                if passed > number {
                    break;
                }
                passed += put_below(&mut list[at], number, passed, change);
            }
        }
        Value::Object(map) => {
            let keys: Vec<String> = map.keys().cloned().collect();
            for key in keys {
                if passed == number && change.with.is_none() {
                    map.shift_remove(&key);
                    return passed;
                }
                if passed > number {
                    break;
                }
                passed += put_below(map.get_mut(&key).unwrap(), number, passed, change);
            }
        }
        _ => {}
    }
    passed
}

fn put_below(value: &mut Value, number: usize, passed: usize, change: &Change) -> usize {
    let size = nodes(value);
    if (passed..passed + size).contains(&number) {
        put(value, number - passed, change);
    }
    size
}

fn recorded(dialect: Dialect, file: &str) -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/cases");
    let cases = std::fs::read_dir(root.join(dialect.as_str())).unwrap();
    let mut files: Vec<_> = cases.map(|case| case.unwrap().path().join(file)).collect();
    files.sort();
    files
        .into_iter()
        .filter_map(|file| std::fs::read(file).ok())
        .collect()
}

/// A stream with one of its events changed, left out, or cut.
fn mutated_stream(stream: &[u8], change: &Change, cut: prop::sample::Index) -> Vec<u8> {
    let text = String::from_utf8_lossy(stream);
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    let data: Vec<usize> = (0..lines.len())
        .filter(|at| lines[*at].starts_with("data:"))
        .collect();
    if data.is_empty() {
        return stream.to_vec();
    }
    let line = &mut lines[data[cut.index(data.len())]];
    let body = mutated(line["data:".len()..].trim().as_bytes(), change);
    *line = format!("data: {}", String::from_utf8_lossy(&body));
    lines.join("\n").into_bytes()
}

type Try = fn(Dialect, &[u8]);

/// Tries a reader for as long as was asked.
fn for_a_while(dialect: Dialect, file: &str, reader: Try) {
    let seconds = std::env::var("MILLPOND_FUZZ_SECONDS").ok();
    let seconds = seconds.and_then(|text| text.parse().ok()).unwrap_or(0);
    let until = Instant::now() + Duration::from_secs(seconds);
    let recorded = recorded(dialect, file);
    assert!(!recorded.is_empty());
    let seed = if seconds == 0 { [7; 32] } else { until_seed() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let mut runner = TestRunner::new_with_rng(ProptestConfig::default(), rng);
    let strategy = (
        prop::sample::select(recorded),
        change(),
        change(),
        any::<prop::sample::Index>(),
    );
    let mut round = 0;
    while round < 1_500 || Instant::now() < until {
        round += 1;
        let (body, first, second, cut) = strategy.new_tree(&mut runner).unwrap().current();
        if file.ends_with(".sse") {
            let once = mutated_stream(&body, &first, cut);
            reader(dialect, &once);
            reader(dialect, &mutated_stream(&once, &second, cut));
        } else {
            let once = mutated(&body, &first);
            reader(dialect, &once);
            reader(dialect, &mutated(&once, &second));
        }
        reader(dialect, &body[..cut.index(body.len() + 1)]);
    }
}

/// A long run is another one each time; a failure prints what it failed on.
fn until_seed() -> [u8; 32] {
    let now = std::time::SystemTime::now();
    let since = now.duration_since(std::time::UNIX_EPOCH).unwrap();
    let mut seed = [0; 32];
    seed[..16].copy_from_slice(&since.as_nanos().to_le_bytes());
    seed
}

macro_rules! readers {
    ($($name:ident: $dialect:ident;)*) => { $(
        mod $name {
            use super::*;

            #[test]
            fn t1_no_request_panics() {
                for_a_while(Dialect::$dialect, "request.json", try_request);
            }

            #[test]
            fn t1_no_reply_panics() {
                for_a_while(Dialect::$dialect, "reply.json", try_reply);
            }

            #[test]
            fn t3_no_stream_panics_or_breaks_a_grammar() {
                for_a_while(Dialect::$dialect, "stream.sse", try_stream);
            }
        }
    )* };
}

readers! {
    openai_chat: OpenaiChat;
    openai_responses: OpenaiResponses;
    anthropic: Anthropic;
    gemini: Gemini;
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in any::<Vec<u8>>(), which in 0..4_usize) {
        let dialect = SPOKEN[which];
        try_request(dialect, &bytes);
        try_reply(dialect, &bytes);
        try_stream(dialect, &bytes);
    }

    #[test]
    fn arbitrary_json_never_panics(value in json(), which in 0..4_usize) {
        let dialect = SPOKEN[which];
        let text = value.to_string();
        try_request(dialect, text.as_bytes());
        try_reply(dialect, text.as_bytes());
        try_stream(dialect, format!("data: {text}\n\ndata: {text}\n\n").as_bytes());
    }
}
