//! Whole answers, both ways.

use chat::{
    Dialect, Foreign, Loss, Part, Reply, Request, Signature, Stop, StopReason, Text, Thinking,
    ToolCall, ToolKind, Usage,
};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::names::Names;
use crate::translate::Back;

const SELF: Dialect = Dialect::OpenaiChat;

fn back(request: Request) -> Back {
    Back {
        request: request.into(),
        names: Names::default(),
        id: "x1".to_owned(),
        created: 5,
        asked: None,
    }
}

fn read_json(body: &Value) -> Reply {
    read(body.to_string().as_bytes()).unwrap()
}

fn with_message(message: &Value, reason: &str) -> Reply {
    read_json(
        &json!({"id":"i","model":"m","choices":[{"index":0,"message":message,"finish_reason":reason}]}),
    )
}

fn written(reply: &Reply) -> (Value, Vec<Loss>) {
    let (body, losses) = write(reply, &back(Request::default()));
    (serde_json::from_slice(&body).unwrap(), losses)
}

#[test]
fn a_vendors_answer_is_understood() {
    let reply = read_json(&json!({
        "id":"chatcmpl-1","object":"chat.completion","created":1785000000,"model":"gpt-x","system_fingerprint":"fp",
        "choices":[{"index":0,"message":{"role":"assistant","content":"Hi","refusal":null,"annotations":[]},
            "logprobs":null,"finish_reason":"stop"}],
        "usage":{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120,
            "prompt_tokens_details":{"cached_tokens":60,"cache_write_tokens":10,"audio_tokens":0},
            "completion_tokens_details":{"reasoning_tokens":5}},
    }));
    assert_eq!(reply.id.as_deref(), Some("chatcmpl-1"));
    assert_eq!(reply.created, Some(1_785_000_000));
    assert_eq!(reply.parts, [Part::text("Hi")]);
    assert_eq!(reply.stop, Some(Stop::new(StopReason::EndTurn)));
    let counts = Usage {
        input: 30,
        output: 20,
        cache_read: 60,
        cache_write: 10,
        reasoning: 5,
        estimated: false,
    };
    assert_eq!(reply.usage, Some(counts));
}

#[test]
fn t7_counts_of_relays_mean_the_same() {
    let counts = |usage: Value| {
        let body = json!({"choices":[{"message":{"content":"a"}}],"usage":usage});
        read_json(&body).usage
    };
    let of = |input, output, cache_read, cache_write, reasoning| {
        Some(Usage {
            input,
            output,
            cache_read,
            cache_write,
            reasoning,
            estimated: false,
        })
    };
    // DeepSeek.
    assert_eq!(
        counts(
            json!({"prompt_tokens":10,"completion_tokens":2,"prompt_cache_hit_tokens":4,"prompt_cache_miss_tokens":6})
        ),
        of(6, 2, 4, 0, 0)
    );
    // xAI counts thinking beside the answer.
    assert_eq!(
        counts(
            json!({"prompt_tokens":10,"completion_tokens":2,"total_tokens":19,"completion_tokens_details":{"reasoning_tokens":7}})
        ),
        of(10, 9, 0, 0, 7)
    );
    // Relays of Anthropic.
    assert_eq!(
        counts(
            json!({"prompt_tokens":10.0,"completion_tokens":2,"cache_read_input_tokens":3,"cache_creation_input_tokens":1})
        ),
        of(6, 2, 3, 1, 0)
    );
    assert_eq!(
        counts(json!({"prompt_tokens":0,"completion_tokens":0})),
        None
    );
    assert_eq!(counts(json!({})), None);
    assert_eq!(counts(json!(null)), None);
}

#[test]
fn thoughts_are_understood_under_every_name() {
    let thought = |text: &str| {
        Part::Thinking(Thinking {
            text: text.to_owned(),
            ..Thinking::default()
        })
    };
    for message in [
        json!({"content":"a","reasoning_content":"hm"}),
        json!({"content":"a","reasoning":"hm"}),
        json!({"content":"a","reasoning":"hm","reasoning_details":[{"type":"reasoning.text","text":"hm","signature":null}]}),
        json!({"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"type":"text","text":"a"}]}),
    ] {
        let reply = with_message(&message, "stop");
        assert_eq!(reply.parts, [thought("hm"), Part::text("a")], "{message}");
    }
    // Tags are words like others.
    let reply = with_message(&json!({"content":"<think>hm</think>a"}), "stop");
    assert_eq!(reply.parts, [Part::text("<think>hm</think>a")]);
}

#[test]
fn t1_calls_are_understood_in_every_form() {
    let call = |id: &str, arguments: &str| {
        Part::ToolCall(ToolCall {
            id: id.to_owned(),
            name: "f".to_owned(),
            arguments: arguments.to_owned(),
            ..ToolCall::default()
        })
    };
    let calls = |message: Value, reason: &str| {
        let reply = with_message(&message, reason);
        assert_eq!(
            reply.stop,
            Some(Stop::new(StopReason::ToolUse)),
            "{message}"
        );
        reply.parts
    };
    let wire = |id: &str, arguments: Value| json!({"id":id,"type":"function","function":{"name":"f","arguments":arguments}});
    let (one, two) = (wire("1", json!("{\"a\":1}")), wire("2", json!({"a":1})));
    assert_eq!(
        calls(
            json!({"content":null,"tool_calls":[one, two]}),
            "tool_calls"
        ),
        [call("1", "{\"a\":1}"), call("2", "{\"a\":1}")]
    );
    // A forced call ends in `stop`.
    assert_eq!(
        calls(
            json!({"content":"","tool_calls":[wire("1", json!("{}"))]}),
            "stop"
        ),
        [call("1", "{}")]
    );
    assert_eq!(
        calls(
            json!({"function_call":{"name":"f","arguments":"{}"}}),
            "function_call"
        ),
        [call("call_i_0", "{}")]
    );
    let custom = json!({"id":"1","type":"custom","custom":{"name":"f","input":"free"}});
    let [Part::ToolCall(custom)] = &calls(json!({"tool_calls":[custom]}), "tool_calls")[..] else {
        panic!("no call")
    };
    assert_eq!(
        (custom.kind, custom.arguments.as_str()),
        (ToolKind::Custom, "free")
    );
}

#[test]
fn what_is_no_answer_is_malformed_in_the_upstreams_words() {
    let message = |body: &str| read(body.as_bytes()).unwrap_err().message;
    assert_eq!(message(r#"{"error":{"message":"no money"}}"#), "no money");
    assert_eq!(message(r#"{"choices":[]}"#), "the answer has no `choices`");
    assert!(message(r#"{"choices":[{"message":{"content":"a"#).starts_with("the answer is cut"));
    assert!(message("<html>").starts_with("the answer is cut"));
    assert!(message(r#"{"choices":[{"finish_reason":"stop"}]}"#).contains("message"));
}

#[test]
fn t3_a_clients_answer_has_the_vendors_shape() {
    let reply = Reply {
        parts: vec![
            Part::Thinking(Thinking {
                text: "hm".to_owned(),
                signature: Some(Signature {
                    dialect: Dialect::Anthropic,
                    value: "SIG".to_owned(),
                }),
                ..Thinking::default()
            }),
            Part::text("a"),
            Part::text("b"),
            Part::ToolCall(ToolCall {
                id: "1".to_owned(),
                name: "f".to_owned(),
                signature: Some(Signature {
                    dialect: Dialect::Gemini,
                    value: "CALL".to_owned(),
                }),
                ..ToolCall::default()
            }),
        ],
        stop: Some(Stop::new(StopReason::ToolUse)),
        usage: Some(Usage {
            input: 3,
            output: 4,
            cache_read: 2,
            cache_write: 1,
            ..Usage::default()
        }),
        ..Reply::default()
    };
    let request = Request {
        model: "asked".to_owned(),
        ..Request::default()
    };
    let (body, losses) = write(&reply, &back(request));
    assert_eq!(losses, []);
    assert_eq!(
        serde_json::from_slice::<Value>(&body).unwrap(),
        json!({
            "id":"chatcmpl-x1","object":"chat.completion","created":5,"model":"asked",
            "choices":[{"index":0,"logprobs":null,"finish_reason":"tool_calls","message":{
                "role":"assistant","content":"ab","refusal":null,
                "reasoning_content":"hm",
                "reasoning_details":[{"type":"reasoning.text","text":"hm","signature":"mp1.anthropic.SIG","index":0}],
                "tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"},
                    "extra_content":{"google":{"thought_signature":"mp1.gemini.CALL"}}}],
            }}],
            "usage":{"prompt_tokens":6,"completion_tokens":4,"total_tokens":10,
                "prompt_tokens_details":{"cached_tokens":2,"cache_write_tokens":1},
                "completion_tokens_details":{"reasoning_tokens":0}},
        })
    );
}

#[test]
fn every_reason_has_a_word() {
    let rows = [
        (StopReason::EndTurn, "stop"),
        (StopReason::StopSequence, "stop"),
        (StopReason::Pause, "stop"),
        (StopReason::MaxTokens, "length"),
        (StopReason::ContextFull, "length"),
        (StopReason::Refusal, "content_filter"),
        (StopReason::ToolUse, "tool_calls"),
        (StopReason::Other("x".to_owned()), "stop"),
    ];
    for (reason, word) in rows {
        let stop = Stop::new(reason);
        assert_eq!(stop::write(Some(&stop), false, false), word);
    }
    assert_eq!(stop::write(None, true, false), "tool_calls");
    let end = Stop::new(StopReason::EndTurn);
    assert_eq!(stop::write(Some(&end), true, true), "function_call");
    let at = stop::read("stop", Some(&json!("###")), false).unwrap();
    assert_eq!(at.sequence.as_deref(), Some("###"));
    assert_eq!(stop::read("", None, false), None);
}

#[test]
fn a_client_of_the_old_fields_reads_the_old_fields() {
    let asked = crate::read_request(
        SELF,
        br#"{"model":"m","messages":[{"role":"user","content":"a"}],"functions":[{"name":"f"}]}"#,
    );
    let call = |name: &str| {
        Part::ToolCall(ToolCall {
            id: "1".to_owned(),
            name: name.to_owned(),
            ..ToolCall::default()
        })
    };
    let reply = Reply {
        parts: vec![call("f"), call("g")],
        stop: Some(Stop::new(StopReason::ToolUse)),
        ..Reply::default()
    };
    let (body, losses) = write(&reply, &back(asked.unwrap()));
    let body: Value = serde_json::from_slice(&body).unwrap();
    let choice = &body["choices"][0];
    assert_eq!(choice["finish_reason"], "function_call");
    assert_eq!(
        choice["message"]["function_call"],
        json!({"name":"f","arguments":"{}"})
    );
    assert_eq!(losses, [Loss::Tool("g".to_owned())]);
}

#[test]
fn what_an_answer_cannot_say_is_a_loss() {
    let foreign = Part::Foreign(Foreign {
        dialect: Dialect::Anthropic,
        value: json!({"type":"server_tool_use"}),
    });
    let reply = Reply {
        parts: vec![foreign],
        ..Reply::default()
    };
    let (_, losses) = written(&reply);
    let kind = "server_tool_use".to_owned();
    let dialect = Dialect::Anthropic;
    assert_eq!(losses, [Loss::Foreign { dialect, kind }]);
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes);
    }

    #[test]
    fn read_after_write_gives_the_same_answer(reply in reply()) {
        let (body, losses) = write(&reply, &back(Request::default()));
        prop_assert_eq!(losses, vec![]);
        prop_assert_eq!(read(&body).unwrap(), reply);
    }

    #[test]
    fn a_cut_answer_is_malformed(reply in reply(), share in 0.0..1.0_f64) {
        let (mut body, _) = write(&reply, &back(Request::default()));
        body.truncate((body.len() as f64 * share) as usize);
        prop_assert!(read(&body).is_err());
    }
}

fn reply() -> impl Strategy<Value = Reply> {
    let sealed = |dialect, value: &str| {
        let value = value.to_owned();
        Signature { dialect, value }
    };
    let own = r#"{"type":"reasoning.text","signature":"S","format":"f"}"#;
    let seals = vec![
        sealed(Dialect::Anthropic, "SIG.1/+="),
        sealed(Dialect::OpenaiResponses, "ENC"),
        sealed(SELF, own),
    ];
    let seal = proptest::sample::select(seals);
    let signed = (vec(("\\PC{1,9}", seal, of("rs_[a-z]{3}")), 1..3)).prop_map(|thoughts| {
        let thoughts = thoughts.into_iter().map(|(text, signature, id)| {
            let id = id.filter(|_| signature.dialect != SELF);
            let signature = Some(signature);
            Part::Thinking(Thinking {
                text,
                signature,
                redacted: false,
                id,
            })
        });
        thoughts.collect::<Vec<_>>()
    });
    let redacted = Just(vec![Part::Thinking(Thinking {
        signature: Some(sealed(Dialect::Anthropic, "RED")),
        redacted: true,
        ..Thinking::default()
    })]);
    let unsigned = "\\PC{1,9}".prop_map(|text| {
        vec![Part::Thinking(Thinking {
            text,
            ..Thinking::default()
        })]
    });
    let thoughts = prop_oneof![Just(Vec::new()), signed, redacted, unsigned];
    let text_seal = of(Just(sealed(Dialect::Gemini, "TXT")));
    let text = ("\\PC{1,9}", text_seal, any::<bool>()).prop_map(|(text, signature, cited)| {
        let extra = cited.then(|| Foreign {
            dialect: SELF,
            value: json!({"annotations":[{"type":"url_citation"}],"logprobs":{"content":[]}}),
        });
        Part::Text(Text {
            text,
            signature,
            extra,
            cache: None,
        })
    });
    let refusal = "\\PC{1,9}".prop_map(Part::Refusal);
    let kind = prop_oneof![Just(ToolKind::Function), Just(ToolKind::Custom)];
    let call_seal = of(Just(sealed(Dialect::Gemini, "CALL")));
    let call = ("[a-z0-9]{4}", "[a-z_]{1,9}", kind, "\\PC{1,9}", call_seal).prop_map(
        |(id, name, kind, words, signature)| {
            let arguments = match kind {
                ToolKind::Function => json!({"a": words}).to_string(),
                ToolKind::Custom => words,
            };
            Part::ToolCall(ToolCall {
                id,
                name,
                arguments,
                kind,
                signature,
                ..ToolCall::default()
            })
        },
    );
    let parts = (thoughts, of(text), of(refusal), vec(call, 0..3));
    let counts = (1_u64..999, 1_u64..999, 0_u64..9, 0_u64..9, Just(0));
    let reason = prop_oneof![
        Just(StopReason::EndTurn),
        Just(StopReason::MaxTokens),
        Just(StopReason::Refusal),
    ];
    (parts, of(counts), reason, 0_i64..1 << 37, "[a-z]{1,5}").prop_map(
        |((thoughts, text, refusal, calls), counts, reason, created, id)| {
            let called = !calls.is_empty() && reason == StopReason::EndTurn;
            let reason = if called { StopReason::ToolUse } else { reason };
            let parts = thoughts.into_iter().chain(text).chain(refusal).chain(calls);
            Reply {
                id: Some(id.clone()),
                model: Some(id),
                created: Some(created),
                parts: parts.collect(),
                stop: Some(Stop::new(reason)),
                usage: counts.map(
                    |(input, output, cache_read, cache_write, reasoning)| Usage {
                        input,
                        output,
                        cache_read,
                        cache_write,
                        reasoning,
                        estimated: false,
                    },
                ),
                extra: Foreign::fields(
                    SELF,
                    serde_json::Map::from_iter([("system_fingerprint".to_owned(), "fp".into())]),
                ),
            }
        },
    )
}
