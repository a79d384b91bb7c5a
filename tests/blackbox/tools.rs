//! T1 and T6: tool calls are lossless; schemas and names are lowered and come back.

use serde_json::{Value, json};
use tests::fake::{Break, Point, Script};
use tests::sse::{self, Call, Tongue};

use crate::pond::{Pond, Up};
use crate::talk::Talk;

fn schema() -> Value {
    json!({"type": "object", "properties": {"at": {"type": "string"}, "deep": {"type": "object", "properties": {}}}, "required": ["at"]})
}

/// Two calls at once, then, when their results are there, the results.
fn loops() -> Script {
    Script::choose(|ask| {
        if ask.turn.results.is_empty() {
            let odd =
                json!({"at": "Öland \"north\"\n🐸", "deep": {"list": [1, 2.5, null, true, ""]}});
            return Script::text("I look.")
                .then_tool("call_one", "look", &odd.to_string())
                .then_tool("call_two", "look", r#"{"at":"reeds"}"#)
                .then_tool("call_3", "wait", "{}");
        }
        let results: Vec<&str> = ask
            .turn
            .results
            .iter()
            .map(|(_, text)| text.as_str())
            .collect();
        Script::text(&results.join(" and "))
    })
}

#[tokio::test]
async fn t1_tool_calls_are_lossless_between_every_two_dialects() {
    let (pond, mp) = Pond::start().await;
    pond.on_all(&loops());
    for tongue in Tongue::ALL {
        for up in Up::ALL {
            for stream in [false, true] {
                let what = format!("{tongue:?} to {up:?}, stream {stream}");
                let mut talk = Talk::saying(tongue, up.model(), "Look.").to(up.kind());
                talk.tool("look", &schema());
                talk.tool("wait", &json!({"type": "object", "properties": {}}));
                let said = talk.send(&mp, stream).await;
                assert_eq!(said.text, "I look.", "{what}");
                let names: Vec<&str> = said.calls.iter().map(|call| call.name.as_str()).collect();
                assert_eq!(names, ["look", "look", "wait"], "{what}");
                let odd = json!({"at": "Öland \"north\"\n🐸", "deep": {"list": [1, 2.5, null, true, ""]}});
                assert_eq!(said.calls[0].arguments, odd, "{what}");
                assert_eq!(said.calls[1].arguments, json!({"at": "reeds"}), "{what}");
                assert_eq!(said.calls[2].arguments, json!({}), "{what}");
                ids(&said.calls, tongue, up, &what);
                // The answer word for word and the results go back in one body.
                let (whole, said) = talk.said_whole(&mp).await;
                talk.keep(&whole);
                let calls: Vec<(&Call, &str)> = said
                    .calls
                    .iter()
                    .zip(["first", "second", "third"])
                    .collect();
                talk.results(&calls);
                let told = talk.send(&mp, stream).await.text;
                let at: Vec<usize> = ["first", "second", "third"]
                    .iter()
                    .filter_map(|word| told.find(word))
                    .collect();
                assert!(at.len() == 3 && at.is_sorted(), "{what}: {told}");
            }
        }
    }
}

/// Where both sides have ids they are the same; elsewhere they are there and differ.
fn ids(calls: &[Call], tongue: Tongue, up: Up, what: &str) {
    let ids: Vec<&str> = calls.iter().map(|call| call.id.as_str()).collect();
    if up != Up::Gemini && tongue != Tongue::Gemini {
        assert_eq!(ids, ["call_one", "call_two", "call_3"], "{what}");
    } else if tongue != Tongue::Gemini {
        let mut unique = ids.clone();
        unique.sort_unstable();
        unique.dedup();
        assert!(
            unique.len() == 3 && unique.iter().all(|id| !id.is_empty()),
            "{what}: {ids:?}"
        );
    }
}

#[tokio::test]
async fn t1_a_call_that_was_cut_off_is_an_error() {
    let (pond, mp) = Pond::start().await;
    let script = Script::tool("call_one", "look", r#"{"at":"the northern shore"}"#);
    for tongue in Tongue::ALL {
        for (up, how) in [
            (Up::Openai, Break::Eof),
            (Up::Claude, Break::Eof),
            (Up::Openai, Break::Cut),
        ] {
            pond.on(up, script.clone().breaks(Point::AfterContent(2), how));
            let mut talk = Talk::saying(tongue, up.model(), "Look.").to(up.kind());
            talk.tool("look", &schema());
            let answer = talk.stream(&mp).send().await;
            if answer.status != 200 {
                assert!(!answer.error().is_empty());
                continue;
            }
            let said = talk.judged(&answer);
            assert!(
                said.error.is_some() && said.calls.is_empty(),
                "{tongue:?} {up:?} {how:?}: {said:?}"
            );
        }
    }
}

#[tokio::test]
async fn t1_arguments_that_are_no_json_are_never_made_up() {
    let (pond, mp) = Pond::start().await;
    pond.on(
        Up::Openai,
        Script::tool("call_one", "look", r#"{"at":"the nor"#),
    );
    for tongue in [Tongue::Anthropic, Tongue::Gemini] {
        for stream in [false, true] {
            let mut talk = Talk::saying(tongue, "gpt-x", "Look.").to("openai-custom");
            talk.tool("look", &schema());
            let request = if stream {
                talk.stream(&mp)
            } else {
                talk.whole(&mp)
            };
            let answer = request.send().await;
            if answer.status == 200 {
                assert!(stream, "{tongue:?}: {}", answer.text());
                let said = sse::judge(tongue, &answer.events());
                assert!(
                    said.is_ok_and(|said| said.error.is_some() && said.calls.is_empty()),
                    "{}",
                    answer.text()
                );
            } else {
                assert!(!answer.error().is_empty());
            }
        }
    }
}

#[tokio::test]
async fn t6_schemas_are_lowered_to_what_each_upstream_takes() {
    let (pond, mp) = Pond::start().await;
    pond.on_all(&Script::tool("call_one", "look", r#"{"at":"pond"}"#));
    let full = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "title": "Look",
        "additionalProperties": false,
        "$defs": {"place": {"type": "string", "minLength": 1, "pattern": "^[a-z]+$"}},
        "properties": {
            "at": {"$ref": "#/$defs/place"},
            "unit": {"const": "metre"},
            "how": {"type": ["string", "null"], "enum": ["near", "far", null]},
            "many": {"type": "integer", "exclusiveMinimum": 0, "default": 1},
            "link": {"type": "string", "format": "uri"},
            "either": {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "number"}}]},
            "title": {"type": "string", "description": "a property that is named like a keyword"},
            "list": {"type": "array"},
            "map": {"type": "object", "additionalProperties": {"type": "string"}, "propertyNames": {"pattern": "^x"}},
        },
        "required": ["at", "title"],
    });
    for tongue in Tongue::ALL {
        for up in Up::ALL {
            let mut talk = Talk::saying(tongue, up.model(), "Look.").to(up.kind());
            talk.tool("look", &full);
            let said = talk.send(&mp, false).await;
            assert_eq!(said.calls.len(), 1, "{tongue:?} {up:?}");
            let sent = pond.last(up).json().to_string();
            assert!(
                sent.contains("a property that is named like a keyword"),
                "{tongue:?} {up:?}: {sent}"
            );
        }
    }
}

#[tokio::test]
async fn t6_names_that_an_upstream_refuses_come_back_as_they_were() {
    let (pond, mp) = Pond::start().await;
    pond.on_all(&Script::choose(|ask| match ask.turn.results.len() {
        0 => Script::tool("call_one", &ask.turn.tools[0].clone(), r#"{"at":"pond"}"#),
        _ => Script::text("done"),
    }));
    let long = format!("mcp__{}__look", "server_with_a_long_name_".repeat(4));
    let cases = [
        (Tongue::Anthropic, Up::Openai, long.as_str()),
        (Tongue::Anthropic, Up::Gemini, long.as_str()),
        (Tongue::Gemini, Up::Openai, "fs.read:file"),
        (Tongue::Gemini, Up::Claude, "fs.read:file"),
        (Tongue::Chat, Up::Gemini, "3d-look"),
    ];
    for (tongue, up, name) in cases {
        for stream in [false, true] {
            let mut talk = Talk::saying(tongue, up.model(), "Look.").to(up.kind());
            talk.tool(name, &schema());
            assert_eq!(
                talk.send(&mp, stream).await.calls[0].name,
                name,
                "{tongue:?} {up:?} {stream}"
            );
            let (whole, said) = talk.said_whole(&mp).await;
            talk.keep(&whole);
            talk.results(&[(&said.calls[0], "water")]);
            assert_eq!(talk.send(&mp, stream).await.text, "done");
        }
    }
}
