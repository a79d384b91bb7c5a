//! What of a client's request is understood as what.

use chat::{
    AnswerFormat, Dialect, Effort, Part, Role, Signature, Source, Text, Thinking, Tool, ToolCall,
    ToolChoice, ToolKind, ToolResult,
};
use serde_json::{Value, json};

use super::read;

/// A request that uses nearly all of the dialect.
pub(super) fn everything() -> Value {
    json!({
        "model": "m", "stream": true, "stream_options": {"include_usage": true},
        "max_completion_tokens": 100, "temperature": 0.5, "top_p": 0.9, "seed": 7, "n": 1,
        "frequency_penalty": 0.1, "presence_penalty": -0.1, "stop": ["a", "b"],
        "reasoning_effort": "high", "parallel_tool_calls": false, "user": "u",
        "response_format": {"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"},"strict":true}},
        "tool_choice": {"type":"function","function":{"name":"f"}},
        "tools": [
            {"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"},"strict":true}},
            {"type":"custom","custom":{"name":"c","format":{"type":"grammar","grammar":{"syntax":"lark","definition":"x"}}}},
            {"type":"web_search","user_location":{}},
        ],
        "store": true, "metadata": {"a":"b"},
        "messages": [
            {"role":"system","content":"s"},
            {"role":"developer","content":[{"type":"text","text":"d","cache_control":{"type":"ephemeral"}}]},
            {"role":"user","name":"ann","content":[
                {"type":"text","text":"t"},
                {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA","detail":"low"}},
                {"type":"image_url","image_url":{"url":"https://example.com/a.png"}},
                {"type":"input_audio","input_audio":{"data":"AAAA","format":"mp3"}},
                {"type":"file","file":{"file_data":"data:application/pdf;base64,AAAA","filename":"a.pdf"}},
                {"type":"file","file":{"file_id":"file-1"}},
                {"type":"video_url","video_url":{"url":"https://example.com/a.mp4"}},
            ]},
            {"role":"assistant","content":"ok","reasoning_content":"hm","tool_calls":[
                {"id":"1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},
                {"id":"2","type":"custom","custom":{"name":"c","input":"free"}},
            ]},
            {"role":"tool","tool_call_id":"1","content":"r"},
            {"role":"tool","tool_call_id":"2","content":[{"type":"text","text":"x"}]},
            {"role":"assistant","content":null,"refusal":"no"},
        ],
    })
}

#[test]
fn every_parameter_is_understood() {
    let request = read(&everything());
    assert_eq!(request.model, "m");
    assert!(request.stream && request.wants_usage);
    assert_eq!(request.max_tokens, Some(100));
    assert_eq!(request.sampling.temperature, Some(0.5));
    assert_eq!(request.sampling.candidates, Some(1));
    assert_eq!(request.stop, ["a", "b"]);
    assert_eq!(request.user.as_deref(), Some("u"));
    assert_eq!(request.parallel_tool_calls, Some(false));
    assert_eq!(request.tool_choice, Some(ToolChoice::Named("f".to_owned())));
    assert_eq!(request.reasoning.unwrap().effort, Some(Effort::High));
    assert!(matches!(
        request.format,
        Some(AnswerFormat::Schema {
            strict: Some(true),
            ..
        })
    ));
    let extra = request.extra.unwrap();
    let fields = extra.fields_of(Dialect::OpenaiChat).unwrap();
    assert_eq!(fields.keys().collect::<Vec<_>>(), ["store", "metadata"]);
    let [
        Tool::Function(_),
        Tool::Custom(custom),
        Tool::Foreign(foreign),
    ] = request.tools.as_slice()
    else {
        panic!("{:?}", request.tools)
    };
    let flat = json!({"type":"grammar","syntax":"lark","definition":"x"});
    assert_eq!(custom.format, Some(flat));
    assert_eq!(
        foreign.value,
        json!({"type":"web_search","user_location":{}})
    );
}

#[test]
fn every_message_is_understood() {
    let messages = read(&everything()).messages;
    let roles: Vec<_> = messages.iter().map(|message| message.role).collect();
    let user = Role::User;
    let model = Role::Assistant;
    assert_eq!(
        roles,
        [
            Role::System,
            Role::Developer,
            user,
            model,
            user,
            user,
            model
        ]
    );
    assert_eq!(messages[2].name.as_deref(), Some("ann"));
    let [
        Part::Text(_),
        Part::Image(image),
        Part::Image(linked),
        Part::Audio(audio),
        Part::Document(pdf),
        Part::Document(stored),
        Part::Foreign(video),
    ] = messages[2].parts.as_slice()
    else {
        panic!("{:?}", messages[2])
    };
    assert_eq!(image.source, Source::Base64("AAAA".to_owned()));
    assert_eq!(
        (image.mime.as_deref(), image.detail.as_deref()),
        (Some("image/png"), Some("low"))
    );
    assert_eq!(
        linked.source,
        Source::Url("https://example.com/a.png".to_owned())
    );
    assert_eq!(audio.mime.as_deref(), Some("audio/mpeg"));
    assert_eq!(
        (pdf.mime.as_deref(), pdf.name.as_deref()),
        (Some("application/pdf"), Some("a.pdf"))
    );
    let (dialect, id) = (Dialect::OpenaiChat, "file-1".to_owned());
    assert_eq!(stored.source, Source::Stored { dialect, id });
    assert_eq!(video.value["video_url"]["url"], "https://example.com/a.mp4");
    assert_eq!(messages[6].parts, [Part::Refusal("no".to_owned())]);
}

#[test]
fn t1_calls_and_their_results_are_understood() {
    let messages = read(&everything()).messages;
    let call = |id: &str, name: &str, arguments: &str, kind| {
        Part::ToolCall(ToolCall {
            id: id.to_owned(),
            name: name.to_owned(),
            arguments: arguments.to_owned(),
            kind,
            ..ToolCall::default()
        })
    };
    let thought = Part::Thinking(Thinking {
        text: "hm".to_owned(),
        ..Thinking::default()
    });
    assert_eq!(
        messages[3].parts,
        [
            thought,
            Part::text("ok"),
            call("1", "f", "{\"a\":1}", ToolKind::Function),
            call("2", "c", "free", ToolKind::Custom),
        ]
    );
    let result = |id: &str, name: &str, text: &str, kind| {
        Part::ToolResult(ToolResult {
            call_id: id.to_owned(),
            name: Some(name.to_owned()),
            content: vec![Part::text(text)],
            kind,
            ..ToolResult::default()
        })
    };
    assert_eq!(
        messages[4].parts,
        [result("1", "f", "r", ToolKind::Function)]
    );
    assert_eq!(messages[5].parts, [result("2", "c", "x", ToolKind::Custom)]);
}

#[test]
fn calls_from_before_calls_had_ids_find_their_results() {
    let request = read(&json!({
        "model": "m", "functions": [{"name":"f"}], "function_call": {"name":"f"},
        "messages": [
            {"role":"user","content":"a"},
            {"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}},
            {"role":"function","name":"f","content":"1"},
            {"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}},
            {"role":"function","name":"f","content":null},
        ],
    }));
    let ids = |message: usize| match &request.messages[message].parts[0] {
        Part::ToolCall(call) => call.id.clone(),
        Part::ToolResult(result) => result.call_id.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(ids(1), ids(2));
    assert_eq!(ids(3), ids(4));
    assert_ne!(ids(1), ids(3));
    assert_eq!(request.tool_choice, Some(ToolChoice::Named("f".to_owned())));
    assert_eq!(request.parallel_tool_calls, Some(false));
    assert!(super::super::is_legacy(&request));
}

#[test]
fn a_choice_among_some_is_understood() {
    let named = |name: &str| json!({"type":"function","function":{"name":name}});
    let request = read(&json!({
        "model":"m", "messages":[{"role":"user","content":"a"}],
        "tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[named("f"), named("g")]}},
    }));
    let names = vec!["f".to_owned(), "g".to_owned()];
    assert_eq!(
        request.tool_choice,
        Some(ToolChoice::Allowed {
            names,
            required: true
        })
    );
}

#[test]
fn t5_seals_come_back_as_what_they_were() {
    let request = read(&json!({
        "model":"m", "messages":[{
            "role":"assistant", "content":"a", "reasoning_content":"one",
            "reasoning_details":[
                {"type":"reasoning.text","text":"one","signature":"mp1.anthropic.SIG","index":0},
                {"type":"reasoning.encrypted","data":"mp1.anthropic.RED","index":1},
                {"type":"reasoning.text","text":"own","signature":"S","format":"x","index":2},
            ],
            "extra_content":{"google":{"thought_signature":"mp1.gemini.TXT"}},
            "tool_calls":[{"id":"1","function":{"name":"f","arguments":""},
                "extra_content":{"google":{"thought_signature":"mp1.gemini.CALL"}}}],
        }],
    }));
    let signed = |dialect, value: &str| {
        let value = value.to_owned();
        Some(Signature { dialect, value })
    };
    let thought = |text: &str, signature, redacted| {
        Part::Thinking(Thinking {
            text: text.to_owned(),
            signature,
            redacted,
            id: None,
        })
    };
    let own = r#"{"type":"reasoning.text","signature":"S","format":"x"}"#;
    assert_eq!(
        request.messages[0].parts,
        [
            thought("one", signed(Dialect::Anthropic, "SIG"), false),
            thought("", signed(Dialect::Anthropic, "RED"), true),
            thought("own", signed(Dialect::OpenaiChat, own), false),
            Part::Text(Text {
                text: "a".to_owned(),
                signature: signed(Dialect::Gemini, "TXT"),
                ..Text::default()
            }),
            Part::ToolCall(ToolCall {
                id: "1".to_owned(),
                name: "f".to_owned(),
                signature: signed(Dialect::Gemini, "CALL"),
                ..ToolCall::default()
            }),
        ]
    );
}

#[test]
fn what_relays_added_to_the_dialect_is_understood() {
    let request = read(&json!({
        "model":"m", "max_tokens": 5, "top_k": 40, "safety_identifier": "s", "stop": "x",
        "reasoning": {"effort":"low","max_tokens":2000,"exclude":true},
        "messages":[{"role":"assistant","reasoning":"hm","content":""}],
    }));
    assert_eq!(
        (request.max_tokens, request.sampling.top_k),
        (Some(5), Some(40))
    );
    assert_eq!(request.user.as_deref(), Some("s"));
    assert_eq!(request.stop, ["x"]);
    let reasoning = request.reasoning.unwrap();
    assert_eq!(reasoning.effort, Some(Effort::Low));
    assert_eq!(
        (reasoning.budget, reasoning.visible),
        (Some(2000), Some(false))
    );
    assert_eq!(request.extra, None);
    let thought = Thinking {
        text: "hm".to_owned(),
        ..Thinking::default()
    };
    assert_eq!(request.messages[0].parts, [Part::Thinking(thought)]);
}
