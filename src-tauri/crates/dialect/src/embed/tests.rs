//! Embeddings, each way.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const OPENAI: Dialect = Dialect::OpenaiChat;
const GEMINI: Dialect = Dialect::Gemini;

fn read(dialect: Dialect, body: &Value) -> Result<EmbedRequest, Invalid> {
    read_embed_request(dialect, body.to_string().as_bytes())
}

fn written(dialect: Dialect, request: &EmbedRequest) -> (Value, EmbedWritten) {
    let written = write_embed_request(dialect, request, "up").unwrap();
    (serde_json::from_slice(&written.body).unwrap(), written)
}

fn told(
    from: Dialect,
    to: Dialect,
    body: &Value,
    request: &EmbedRequest,
) -> Result<Value, Malformed> {
    translate_embed_reply(from, to, body.to_string().as_bytes(), request)
        .map(|(body, _)| serde_json::from_slice(&body).unwrap())
}

#[test]
fn an_openai_client_reaches_a_gemini_upstream() {
    let one = read(
        OPENAI,
        &json!({"model": "m", "input": "hi", "dimensions": 2, "user": "me", "new": 1}),
    )
    .unwrap();
    let (body, up) = written(GEMINI, &one);
    assert_eq!(
        body,
        json!({"model": "models/up", "content": {"parts": [{"text": "hi"}]}, "outputDimensionality": 2})
    );
    assert!(!up.listed);
    assert_eq!(
        up.losses,
        ["user", "new"].map(|name| Loss::Field(name.to_owned()))
    );
    let reply =
        json!({"embedding": {"values": [0.1, -2.5e-3]}, "usageMetadata": {"promptTokenCount": 3}});
    assert_eq!(
        told(GEMINI, OPENAI, &reply, &one).unwrap(),
        json!({"object": "list", "data": [{"object": "embedding", "index": 0, "embedding": [0.1, -0.0025]}],
            "model": "m", "usage": {"prompt_tokens": 3, "total_tokens": 3}})
    );
    let several = read(
        OPENAI,
        &json!({"model": "m", "input": ["a", "b"], "encoding_format": "base64"}),
    )
    .unwrap();
    let (body, up) = written(GEMINI, &several);
    assert!(up.listed);
    assert_eq!(body["requests"][1]["content"]["parts"][0]["text"], "b");
    let reply = json!({"embeddings": [{"values": [1.0, 0.5]}, {"values": [2]}]});
    let answer = told(GEMINI, OPENAI, &reply, &several).unwrap();
    // 1.0 and 0.5 as 32-bit floats, the low byte first.
    assert_eq!(answer["data"][0]["embedding"], "AACAPwAAAD8=");
    assert!(answer["usage"]["prompt_tokens"].as_u64().unwrap() > 0);
}

#[test]
fn a_gemini_client_reaches_an_openai_upstream() {
    let one = json!({"content": {"parts": [{"text": "a"}, {"text": "b"}]}, "task_type": "CLUSTERING", "outputDimensionality": "4", "title": "t"});
    let request = read(GEMINI, &one).unwrap();
    let (body, up) = written(OPENAI, &request);
    assert_eq!(
        body,
        json!({"model": "up", "input": "a\nb", "dimensions": 4, "encoding_format": "float"})
    );
    assert_eq!(
        up.losses,
        ["taskType", "title"].map(|name| Loss::Field(name.to_owned()))
    );
    let reply = json!({"data": [{"index": 0, "embedding": "AACAPwAAAD8="}], "model": "x", "usage": {"prompt_tokens": 2}});
    assert_eq!(
        told(OPENAI, GEMINI, &reply, &request).unwrap(),
        json!({"embedding": {"values": [1.0, 0.5]}, "usageMetadata": {"promptTokenCount": 2}})
    );
    let content = |text: &str| json!({"model": "models/m", "content": {"parts": [{"text": text}]}});
    let batch = read(GEMINI, &json!({"requests": [content("a"), content("b")]})).unwrap();
    assert_eq!(written(OPENAI, &batch).0["input"], json!(["a", "b"]));
    let reply = json!({"data": [{"index": 1, "embedding": [2]}, {"index": 0, "embedding": [1]}]});
    let answer = told(OPENAI, GEMINI, &reply, &batch).unwrap();
    // What is estimated is told nobody as true.
    assert_eq!(
        answer,
        json!({"embeddings": [{"values": [1.0]}, {"values": [2.0]}]})
    );
    let single = read(GEMINI, &json!({"requests": [content("a")]})).unwrap();
    assert_eq!(written(OPENAI, &single).0["input"], json!(["a"]));
    let answer = told(
        OPENAI,
        GEMINI,
        &json!({"data": [{"embedding": [1]}]}),
        &single,
    )
    .unwrap();
    assert!(answer["embeddings"].is_array());
}

#[test]
fn tokens_go_where_they_are_understood() {
    for input in [json!([1, 2]), json!([[1, 2], [3]]), json!(["a", [3]])] {
        let request = read(OPENAI, &json!({"model": "m", "input": input})).unwrap();
        assert_eq!(written(OPENAI, &request).0["input"], input);
        let error = write_embed_request(GEMINI, &request, "up").unwrap_err();
        assert!(error.path.starts_with("input"), "{error}");
    }
}

#[test]
fn what_is_no_request_names_its_field() {
    #[rustfmt::skip]
    let rows = [
        (OPENAI, json!({"input": "x"}), "model"),
        (OPENAI, json!({"model": "m"}), "input"),
        (OPENAI, json!({"model": "m", "input": []}), "input"),
        (OPENAI, json!({"model": "m", "input": ["a", 1]}), "input[1]"),
        (OPENAI, json!({"model": "m", "input": [[]]}), "input[0]"),
        (OPENAI, json!({"model": "m", "input": "x", "dimensions": 0}), "dimensions"),
        (OPENAI, json!({"model": "m", "input": "x", "encoding_format": "int8"}), "encoding_format"),
        (GEMINI, json!({}), "content"),
        (GEMINI, json!({"content": {}}), "content.parts"),
        (GEMINI, json!({"content": {"parts": [{"text": "a"}, {"inlineData": {}}]}}), "content.parts[1]"),
        (GEMINI, json!({"requests": []}), "requests"),
        (GEMINI, json!({"requests": [{"content": {"parts": [{"text": 7}]}}]}), "requests[0].content.parts[0].text"),
        (GEMINI, json!({"requests": [{"content": {"parts": [{"text": "a"}]}}, {"content": {"parts": [{"text": "a"}]}, "outputDimensionality": 3}]}),
            "requests[1].outputDimensionality"),
    ];
    for (dialect, body, path) in rows {
        assert_eq!(read(dialect, &body).unwrap_err().path, path, "{body}");
    }
    assert!(read(Dialect::Anthropic, &json!({})).is_err());
    assert!(write_embed_request(Dialect::Anthropic, &EmbedRequest::default(), "m").is_err());
}

#[test]
fn an_answer_that_does_not_fit_is_malformed() {
    let request = read(OPENAI, &json!({"model": "m", "input": ["a", "b"]})).unwrap();
    for reply in [
        json!({}),
        json!({"embedding": {"values": [1]}}),
        json!({"embeddings": [{"values": ["x"]}]}),
    ] {
        assert!(told(GEMINI, OPENAI, &reply, &request).is_err(), "{reply}");
    }
    for reply in [
        json!({}),
        json!({"data": [{"embedding": "AAA="}, {"embedding": []}]}),
        json!({"data": []}),
    ] {
        assert!(told(OPENAI, GEMINI, &reply, &request).is_err(), "{reply}");
    }
}

proptest! {
    #[test]
    fn reading_what_was_written_keeps_every_request(
        texts in prop::collection::vec("\\PC{0,9}", 1..4), dimensions in prop::option::of(1..99_u64), many in any::<bool>(), task in any::<bool>(),
    ) {
        let mut request = EmbedRequest {
            model: "up".to_owned(),
            listed: many || texts.len() > 1,
            inputs: texts.into_iter().map(EmbedInput::Text).collect(),
            dimensions,
            ..EmbedRequest::default()
        };
        let read_back = read_embed_request(OPENAI, &written(OPENAI, &request).1.body).unwrap();
        prop_assert_eq!(&read_back, &request);
        request.task = task.then(|| "CLUSTERING".to_owned());
        let mut read_back = read_embed_request(GEMINI, &written(GEMINI, &request).1.body).unwrap();
        prop_assert_eq!(read_back.listed, request.inputs.len() > 1);
        read_back.listed = request.listed;
        read_back.model.clone_from(&request.model);
        prop_assert_eq!(read_back, request);
    }

    #[test]
    fn no_bytes_panic(body in prop::collection::vec(any::<u8>(), 0..120), gemini in any::<bool>()) {
        let dialect = if gemini { GEMINI } else { OPENAI };
        let _ = read_embed_request(dialect, &body);
        let _ = translate_embed_reply(dialect, OPENAI, &body, &EmbedRequest::default());
    }

    #[test]
    fn vectors_come_through_to_the_last_digit(vector in prop::collection::vec(-1.0..1.0_f64, 1..9)) {
        let request = read(OPENAI, &json!({"model": "m", "input": "x"})).unwrap();
        let reply = json!({"embedding": {"values": vector}});
        let answer = told(GEMINI, OPENAI, &reply, &request).unwrap();
        prop_assert_eq!(&answer["data"][0]["embedding"], &json!(vector));
    }
}
