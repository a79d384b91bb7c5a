//! T2, T3, T4, T7 and T8: chunks, grammar, bytes, usage, and nothing invented.

use serde_json::{Value, json};
use tests::fake::{ANY, Script, Usage};
use tests::sse::{Said, Tongue};

use crate::pond::{Pond, Up};
use crate::talk::Talk;

fn full() -> Script {
    Script::thinking("Grüße 🐸 hm")
        .then_text("The pond is deep — señor. 🐟🐟")
        .then_tool("call_one", "look", r#"{"at":"Öland 🐸","n":[1,2,3]}"#)
}

fn asking(tongue: Tongue, up: Up) -> Talk {
    let mut talk = Talk::saying(tongue, up.model(), "Look.").to(up.kind());
    talk.tool(
        "look",
        &json!({"type": "object", "properties": {"at": {"type": "string"}}}),
    );
    talk
}

#[tokio::test]
async fn t2_chunking_never_matters() {
    let (pond, mp) = Pond::start().await;
    for up in Up::ALL {
        for tongue in Tongue::ALL {
            let talk = asking(tongue, up);
            pond.on(up, full());
            let plain = without_ids(talk.send(&mp, true).await);
            for script in [
                full().bytes(1),
                full().bytes(2),
                full().bytes(5),
                full().bytes(7).crlf(),
                full().crlf().comments().bytes(3),
            ] {
                pond.on(up, script);
                assert_eq!(
                    plain,
                    without_ids(talk.send(&mp, true).await),
                    "{tongue:?} {up:?}"
                );
            }
        }
    }
}

/// Ids that Millpond gave are new each time.
fn without_ids(mut said: Said) -> Said {
    said.calls.iter_mut().for_each(|call| call.id.clear());
    said.signatures.clear();
    said
}

#[tokio::test]
async fn t2_a_compressed_stream_reads_the_same() {
    let (pond, mp) = Pond::start().await;
    for up in Up::ALL {
        let talk = asking(Tongue::Chat, up);
        pond.on(up, full());
        let plain = without_ids(talk.send(&mp, true).await);
        for stream in [true, false] {
            pond.on(up, full().gzip());
            assert_eq!(
                plain,
                without_ids(talk.send(&mp, stream).await),
                "{up:?} {stream}"
            );
        }
    }
}

#[tokio::test]
async fn t3_every_stream_obeys_its_grammar_and_says_what_the_whole_answer_says() {
    let (pond, mp) = Pond::start().await;
    let scripts = [
        Script::text("Hi."),
        full(),
        full().then_tool("call_two", "look", "{}"),
        Script::thinking("only this").then_text("x"),
        Script::text("cut").stop("max_tokens"),
        Script::refusal("I will not."),
        Script::text("one")
            .then_text("two")
            .then_tool("call_one", "look", "{}"),
        Script::words(60),
    ];
    for (n, script) in scripts.into_iter().enumerate() {
        for up in Up::ALL {
            pond.on(up, script.clone());
            for tongue in Tongue::ALL {
                let talk = asking(tongue, up);
                let streamed = without_ids(talk.send(&mp, true).await);
                let whole = without_ids(talk.send(&mp, false).await);
                assert_eq!(streamed, whole, "script {n}: {tongue:?} {up:?}");
            }
        }
    }
}

#[tokio::test]
async fn t3_reasons_to_stop_are_said_in_the_clients_words() {
    let (pond, mp) = Pond::start().await;
    let words = |tongue: Tongue| match tongue {
        Tongue::Chat => ["stop", "length", "tool_calls"],
        Tongue::Anthropic => ["end_turn", "max_tokens", "tool_use"],
        Tongue::Responses => ["completed", "max_output_tokens", "completed"],
        Tongue::Gemini => ["STOP", "MAX_TOKENS", "STOP"],
    };
    let scripts = [
        Script::text("Hi."),
        Script::text("cut").stop("max_tokens"),
        Script::tool("call_one", "look", "{}"),
    ];
    for (n, script) in scripts.into_iter().enumerate() {
        for up in Up::ALL {
            pond.on(up, script.clone());
            for tongue in Tongue::ALL {
                let said = asking(tongue, up).send(&mp, true).await;
                assert_eq!(said.stop, words(tongue)[n], "{tongue:?} {up:?}");
            }
        }
    }
}

#[tokio::test]
async fn t3_usage_comes_where_the_client_asked_and_nowhere_else() {
    let (_pond, mp) = Pond::start().await;
    for up in Up::ALL {
        let talk = Talk::saying(Tongue::Chat, up.model(), "Hi").to(up.kind());
        assert!(talk.send(&mp, true).await.usage.is_some(), "{up:?}");
        let body = talk.clone().set("stream", json!(true)).body;
        let answer = mp
            .post(&format!("/{}/v1/chat/completions", up.kind()), &body)
            .send()
            .await;
        assert!(
            talk.judged(&answer).usage.is_none(),
            "{up:?}: {}",
            answer.text()
        );
    }
}

#[tokio::test]
async fn t4_same_dialect_same_bytes() {
    let (pond, mp) = Pond::start().await;
    pond.openai.add_field("field_of_tomorrow");
    pond.claude.add_field("field_of_tomorrow");
    let odd = r#"{ "field_of_tomorrow" : {"z":1,"a":[1.0,2e3, 1.10]},
 "messages":[{"role":"user","content":"Hi ü 🐸"}],  "model": "gpt-x", "stream": false }"#;
    let answer = mp.chat(&Value::Null).body(odd).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(String::from_utf8_lossy(&pond.openai.last().body), odd);
    let odd = r#"{"max_tokens":9, "field_of_tomorrow":null, "messages":[{"content":"Hi ü","role":"user"}],"stream":true,"model":"claude-x"}"#;
    let request = mp
        .message(&Value::Null)
        .body(odd)
        .header("anthropic-beta", "tomorrow-2027-01-01");
    let answer = request
        .and_header("anthropic-beta", "fine-grained-2025")
        .header("anthropic-version", "2026-10-21")
        .send()
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let seen = pond.claude.last();
    assert_eq!(String::from_utf8_lossy(&seen.body), odd);
    assert_eq!(seen.header("anthropic-version"), "2026-10-21");
    assert_eq!(
        seen.header("anthropic-beta").replace(' ', ""),
        "tomorrow-2027-01-01,fine-grained-2025"
    );
}

#[tokio::test]
async fn t4_the_answers_bytes_come_back_untouched() {
    let (pond, mp) = Pond::start().await;
    let odd = json!({"id": "chatcmpl-1", "zebra": 1, "object": "chat.completion", "created": 1, "model": "gpt-x",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "x", "novel": [1.5]}, "finish_reason": "stop"}], "aardvark": {}});
    pond.on(Up::Openai, Script::json(200, &odd));
    let talk = Talk::saying(Tongue::Chat, "gpt-x", "Hi").to("openai-custom");
    assert_eq!(talk.whole(&mp).send().await.text(), odd.to_string());
    for (up, tongue) in [
        (Up::Openai, Tongue::Chat),
        (Up::Openai, Tongue::Responses),
        (Up::Claude, Tongue::Anthropic),
        (Up::Gemini, Tongue::Gemini),
    ] {
        pond.on(up, full().comments().crlf());
        let through = asking(tongue, up).stream(&mp).send().await;
        let seen = pond.last(up);
        let address = match up {
            Up::Openai => pond.openai.address(),
            Up::Claude => pond.claude.address(),
            Up::Gemini => pond.gemini.address(),
        };
        let mut direct =
            tests::client::Request::new(address, "POST", &format!("{}?{}", seen.path, seen.query))
                .body(seen.body.clone());
        for name in [
            "content-type",
            "authorization",
            "x-api-key",
            "x-goog-api-key",
            "anthropic-version",
        ] {
            if !seen.header(name).is_empty() {
                direct = direct.header(name, seen.header(name));
            }
        }
        let direct = direct.send().await;
        assert_eq!(
            no_serials(&through.text()),
            no_serials(&direct.text()),
            "{up:?} {tongue:?}"
        );
    }
}

/// The fakes number their answers.
fn no_serials(text: &str) -> String {
    text.chars().filter(|c| !c.is_ascii_digit()).collect()
}

#[tokio::test]
async fn t4_only_the_model_is_renamed_where_it_must_be() {
    let pond = Pond {
        openai: tests::fake::openai::start().await,
        claude: tests::fake::anthropic::start().await,
        gemini: tests::fake::gemini::start().await,
    };
    let mp = pond
        .setup()
        .with(
            "openai",
            "modelMap",
            json!({"fast": "gpt-y", "big-*": "gpt-x"}),
        )
        .start()
        .await;
    for (asked, sent) in [("fast", "gpt-y"), ("big-pond", "gpt-x")] {
        let odd = format!(
            r#"{{ "messages":[{{"role":"user","content":"{asked}"}}] , "model": "{asked}" }}"#
        );
        let answer = mp
            .post("/openai-custom/v1/chat/completions", &Value::Null)
            .body(odd.clone())
            .send()
            .await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let expected = odd.replace(
            &format!("\"model\": \"{asked}\""),
            &format!("\"model\": \"{sent}\""),
        );
        assert_eq!(String::from_utf8_lossy(&pond.openai.last().body), expected);
    }
}

#[tokio::test]
async fn t7_usage_maps_both_ways() {
    let (pond, mp) = Pond::start().await;
    let usage = Usage {
        input: 100,
        output: 20,
        cache_read: 40,
        cache_write: 10,
        reasoning: 5,
    };
    pond.on_all(&Script::text("Hi.").usage(usage));
    for up in Up::ALL {
        // Only Anthropic tells what was written to its cache.
        let fresh = if up == Up::Claude { 100 } else { 110 };
        for tongue in Tongue::ALL {
            for stream in [false, true] {
                let said = Talk::saying(tongue, up.model(), "Hi")
                    .to(up.kind())
                    .send(&mp, stream)
                    .await;
                let usage = said
                    .usage
                    .unwrap_or_else(|| panic!("no usage: {tongue:?} {up:?} {stream}"));
                let input = match tongue {
                    Tongue::Anthropic => fresh,
                    _ => 150,
                };
                assert_eq!(
                    (usage.input, usage.output, usage.cached),
                    (input, 20, 40),
                    "{tongue:?} {up:?} {stream}"
                );
            }
        }
    }
}

#[tokio::test]
async fn t7_tokens_are_counted_for_every_upstream() {
    let (_pond, mp) = Pond::start().await;
    let ask = |up: Up| {
        let body = json!({"model": up.model(), "messages": [{"role": "user", "content": "How deep is the pond?"}]});
        let request = mp.post(&format!("/{}/v1/messages/count_tokens", up.kind()), &body);
        request.header("anthropic-version", "2023-06-01").send()
    };
    let count = |answer: tests::client::Answer| {
        answer.json()["input_tokens"]
            .as_u64()
            .unwrap_or_else(|| panic!("{}", answer.text()))
    };
    assert!(
        count(ask(Up::Claude).await) > 1_000,
        "the upstream's own count"
    );
    let estimate = count(ask(Up::Openai).await);
    assert!((3..40).contains(&estimate), "an estimate: {estimate}");
    assert!(count(ask(Up::Gemini).await) > 0);
    let contents =
        json!({"contents": [{"role": "user", "parts": [{"text": "How deep is the pond?"}]}]});
    for up in Up::ALL {
        let target = format!("/{}/v1beta/models/{}:countTokens", up.kind(), up.model());
        let answer = mp.post(&target, &contents).send().await;
        assert!(
            answer.json()["totalTokens"].as_u64().is_some_and(|n| n > 0),
            "{up:?}: {}",
            answer.text()
        );
    }
}

#[tokio::test]
async fn t8_nothing_is_invented() {
    let (pond, mp) = Pond::start().await;
    for tongue in Tongue::ALL {
        for up in Up::ALL {
            let mut talk = Talk::saying(tongue, up.model(), "Hi").to(up.kind());
            if tongue == Tongue::Anthropic {
                talk = talk.set("max_tokens", json!(77));
            }
            talk.send(&mp, false).await;
            let body = pond.last(up).json();
            let mut known = vec!["model", "messages", "input", "contents"];
            match up {
                // The one thing that a target requires and others do not have.
                Up::Claude => known.push("max_tokens"),
                _ if tongue == Tongue::Anthropic => known.extend([
                    "max_tokens",
                    "max_completion_tokens",
                    "max_output_tokens",
                    "generationConfig",
                ]),
                _ => {}
            }
            for (name, value) in body.as_object().unwrap() {
                let said_nothing = *value == json!(false) && name == "stream";
                assert!(
                    known.contains(&name.as_str()) || said_nothing,
                    "{tongue:?} {up:?} invented {name}: {body}"
                );
            }
            if up == Up::Gemini && tongue == Tongue::Anthropic {
                assert_eq!(body["generationConfig"], json!({"maxOutputTokens": 77}));
            }
            assert!(
                !body.to_string().to_lowercase().contains("system"),
                "{body}"
            );
        }
    }
}

#[tokio::test]
async fn t8_what_the_client_said_arrives() {
    let (pond, mp) = Pond::start().await;
    for tongue in Tongue::ALL {
        for up in Up::ALL {
            let mut talk = Talk::new(tongue, up.model()).to(up.kind());
            talk.system("Be a frog.");
            talk.picture("What is this?");
            pond.on(
                up,
                Script::choose(|ask| {
                    Script::text(&format!("{} {}", ask.turn.images, ask.turn.text))
                }),
            );
            assert_eq!(
                talk.send(&mp, false).await.text,
                "1 What is this?",
                "{tongue:?} {up:?}"
            );
            let sent = pond.last(up).json().to_string();
            assert!(sent.contains("Be a frog."), "{tongue:?} {up:?}: {sent}");
        }
    }
    pond.openai.on(ANY, Script::text("Hi."));
    let talk = Talk::saying(Tongue::Chat, "claude-x", "Hi")
        .to("claude-custom")
        .set("temperature", json!(0.25))
        .set("stop", json!(["END"]))
        .set("max_tokens", json!(33));
    pond.on(Up::Claude, Script::text("Hi."));
    talk.send(&mp, false).await;
    let sent = pond.last(Up::Claude).json();
    assert_eq!(
        (
            &sent["temperature"],
            &sent["stop_sequences"],
            &sent["max_tokens"]
        ),
        (&json!(0.25), &json!(["END"]), &json!(33))
    );
}
