//! A client's body.

use chat::{
    AnswerFormat, Dialect, Effort, Message, Part, Reasoning, Role, Source, Text, Tool, ToolChoice,
};
use serde_json::{Value, json};

use super::read;

fn said(parts: &Value) -> Vec<Part> {
    let body = json!({ "contents": [{ "role": "model", "parts": parts }] });
    read(&body).unwrap().messages.remove(0).parts
}

#[test]
fn both_spellings_mean_the_same() {
    let camel = json!({
        "systemInstruction": {"parts": [{"text": "be brief"}]},
        "contents": [{"role": "user", "parts": [
            {"inlineData": {"mimeType": "image/png", "data": "iVBORw0KGgo="}},
            {"fileData": {"mimeType": "application/pdf", "fileUri": "https://x.example/a.pdf"}},
        ]}],
        "tools": [{"functionDeclarations": [{"name": "f", "parametersJsonSchema": {"type": "object"}}]}],
        "toolConfig": {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["f"]}},
        "generationConfig": {"topP": 0.5, "topK": "40", "maxOutputTokens": 9, "stopSequences": ["x"],
            "responseMimeType": "application/json", "responseSchema": {"type": "OBJECT"},
            "thinkingConfig": {"includeThoughts": true, "thinkingBudget": 5}},
        "safetySettings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "OFF"}],
    });
    let snake = json!({
        "system_instruction": {"parts": {"text": "be brief"}},
        "contents": {"role": "user", "parts": [
            {"inline_data": {"mime_type": "image/png", "data": "iVBORw0KGgo"}},
            {"file_data": {"mime_type": "application/pdf", "file_uri": "https://x.example/a.pdf"}},
        ]},
        "tools": {"function_declarations": [{"name": "f", "parameters_json_schema": {"type": "object"}}]},
        "tool_config": {"function_calling_config": {"mode": "ANY", "allowed_function_names": ["f"]}},
        "generation_config": {"top_p": "0.5", "top_k": 40.0, "max_output_tokens": "9", "stop_sequences": "x",
            "response_mime_type": "application/json", "response_schema": {"type": "object"},
            "thinking_config": {"include_thoughts": true, "thinking_budget": 5}},
        "safetySettings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "OFF"}],
        "cachedContent": null,
    });
    let request = read(&camel).unwrap();
    assert_eq!(request, read(&snake).unwrap());
    assert_eq!(request.model, "");
    assert_eq!(request.sampling.top_k, Some(40));
    assert_eq!(request.tool_choice, Some(ToolChoice::Named("f".to_owned())));
    assert!(
        matches!(request.format, Some(AnswerFormat::Schema { ref schema, .. }) if *schema == json!({"type": "object"}))
    );
    let extra = request.extra.unwrap();
    assert!(
        extra
            .fields_of(Dialect::Gemini)
            .unwrap()
            .contains_key("safetySettings")
    );
}

#[test]
fn a_body_that_the_api_forbids_names_the_field() {
    let turn = |part: Value| json!({ "contents": [{"parts": [{"text": "x"}]}, {"role": "model", "parts": [part]}] });
    let with = |key: &str, value: Value| {
        let mut body = json!({ "contents": [{"parts": [{"text": "x"}]}] });
        body[key] = value;
        body
    };
    #[rustfmt::skip]
    let rows = [
        (json!([]), ""),
        (json!({}), "contents"),
        (json!({"contents": []}), "contents"),
        (json!({"contents": ["x"]}), "contents[0]"),
        (json!({"contents": [{"role": "system", "parts": [{"text": "x"}]}]}), "contents[0].role"),
        (json!({"contents": [{"role": "user", "parts": []}]}), "contents[0].parts"),
        (turn(json!({})), "contents[1].parts[0]"),
        (turn(json!({"thought": true})), "contents[1].parts[0]"),
        (turn(json!({"text": 7})), "contents[1].parts[0].text"),
        (turn(json!({"text": "x", "thought": "yes"})), "contents[1].parts[0].thought"),
        (turn(json!({"text": "x", "functionCall": {"name": "f"}})), "contents[1].parts[0]"),
        (turn(json!({"inlineData": {"data": "AAAA"}})), "contents[1].parts[0].inlineData.mimeType"),
        (turn(json!({"inlineData": {"mimeType": "image/png"}})), "contents[1].parts[0].inlineData.data"),
        (turn(json!({"inlineData": {"mimeType": "image/png", "data": "%"}})), "contents[1].parts[0].inlineData.data"),
        (turn(json!({"fileData": {"mimeType": "image/png"}})), "contents[1].parts[0].fileData.fileUri"),
        (turn(json!({"functionCall": {}})), "contents[1].parts[0].functionCall.name"),
        (turn(json!({"functionCall": {"name": "f", "args": []}})), "contents[1].parts[0].functionCall.args"),
        (turn(json!({"functionResponse": {"name": "f"}})), "contents[1].parts[0].functionResponse.response"),
        (turn(json!({"functionResponse": {"name": "f", "response": "x"}})), "contents[1].parts[0].functionResponse.response"),
        (turn(json!({"functionResponse": {"name": "f", "response": {}, "parts": [{}]}})), "contents[1].parts[0].functionResponse.parts[0]"),
        (with("systemInstruction", json!("x")), "systemInstruction"),
        (with("tools", json!([{"functionDeclarations": [{}]}])), "tools[0].functionDeclarations[0].name"),
        (with("tools", json!([{"functionDeclarations": [{"name": "f", "parameters": {"type": "X"}}]}])), "tools[0].functionDeclarations[0].parameters.type"),
        (with("tools", json!([{"functionDeclarations": [{"name": "f", "parameters": {"properties": {"a": {"items": 7}}}}]}])),
            "tools[0].functionDeclarations[0].parameters.properties.a.items"),
        (with("tools", json!([{"functionDeclarations": [{"name": "f", "parameters": {}, "parametersJsonSchema": {}}]}])), "tools[0].functionDeclarations[0].parameters"),
        (with("toolConfig", json!({"functionCallingConfig": {"mode": "X"}})), "toolConfig.functionCallingConfig.mode"),
        (with("toolConfig", json!({"functionCallingConfig": {"mode": "AUTO", "allowedFunctionNames": ["f"]}})),
            "toolConfig.functionCallingConfig.allowedFunctionNames"),
        (with("generationConfig", json!({"temperature": "warm"})), "generationConfig.temperature"),
        (with("generationConfig", json!({"maxOutputTokens": -1})), "generationConfig.maxOutputTokens"),
        (with("generationConfig", json!({"stopSequences": ["x", 7]})), "generationConfig.stopSequences[1]"),
        (with("generationConfig", json!({"responseSchema": {}})), "generationConfig.responseSchema"),
        (with("generationConfig", json!({"thinkingConfig": {"thinkingBudget": 1, "thinkingLevel": "LOW"}})), "generationConfig.thinkingConfig.thinkingBudget"),
        (with("generationConfig", json!({"thinkingConfig": {"thinkingBudget": -2}})), "generationConfig.thinkingConfig.thinkingBudget"),
    ];
    for (body, path) in rows {
        let error = read(&body).unwrap_err();
        assert_eq!(error.path, path, "{body}: {error}");
    }
    let error = super::super::read(b"{\"contents\":").unwrap_err();
    assert!(error.message.contains("line 1"), "{error}");
}

#[test]
fn parts_become_what_they_are() {
    let parts = said(&json!([
        {"text": "hm", "thought": true, "thoughtSignature": "CiQB"},
        {"text": "a"},
        {"text": "", "thoughtSignature": "CiQC"},
        {"thoughtSignature": "CiQD"},
        {"functionCall": {"id": "7", "name": "f", "args": {"n": 1}}, "thought_signature": "CiQE"},
        {"functionCall": {"name": "g"}},
        {"executableCode": {"language": "PYTHON", "code": "1"}},
        {"inlineData": {"mimeType": "audio/wav", "data": "AA-_"}},
        {"inlineData": {"mimeType": "video/mp4", "data": "AAAA"}, "videoMetadata": {"fps": 1}},
        {"fileData": {"fileUri": "https://generativelanguage.googleapis.com/v1beta/files/x"}},
        {"fileData": {"fileUri": "https://youtu.be/x"}},
    ]));
    let own = |value: &str| {
        Some(chat::Signature {
            dialect: Dialect::Gemini,
            value: value.to_owned(),
        })
    };
    assert!(
        matches!(&parts[0], Part::Thinking(one) if one.text == "hm" && one.signature == own("CiQB"))
    );
    assert_eq!(parts[1], Part::text("a"));
    let sealed = |value| {
        Part::Text(Text {
            signature: own(value),
            ..Text::default()
        })
    };
    assert_eq!(parts[2..4], [sealed("CiQC"), sealed("CiQD")]);
    assert!(matches!(&parts[4], Part::ToolCall(call)
        if call.id == "7" && call.arguments == r#"{"n":1}"# && call.signature == own("CiQE")));
    assert!(
        matches!(&parts[5], Part::ToolCall(call) if call.arguments.is_empty() && call.id == "gemini_0_5")
    );
    assert!(matches!(&parts[6], Part::Foreign(one) if one.value["executableCode"]["code"] == "1"));
    assert!(
        matches!(&parts[7], Part::Audio(one) if one.source == Source::Base64("AA+/".to_owned()))
    );
    assert!(
        matches!(&parts[8], Part::Foreign(one) if one.value["inlineData"]["data"] == "AAAA" && one.value["videoMetadata"]["fps"] == 1)
    );
    assert!(
        matches!(&parts[9], Part::Document(one) if matches!(one.source, Source::Stored { .. }))
    );
    assert!(matches!(&parts[10], Part::Foreign(_)));
}

#[test]
fn t1_answers_find_their_calls_with_and_without_ids() {
    let body = json!({"contents": [
        {"role": "user", "parts": [{"text": "go"}]},
        {"role": "model", "parts": [
            {"functionCall": {"name": "f", "args": {}}},
            {"functionCall": {"name": "g", "args": {}}},
            {"functionCall": {"name": "f", "args": {}}},
            {"functionCall": {"id": "own", "name": "f", "args": {}}},
        ]},
        {"role": "function", "parts": [
            {"functionResponse": {"name": "f", "response": {"output": "first"}}},
            {"functionResponse": {"id": "own", "name": "f", "response": {"error": "no"}}},
            {"functionResponse": {"name": "f", "response": {"a": 1}}},
            {"functionResponse": {"id": "odd", "name": "g", "response": {"result": [1]}}},
            {"functionResponse": {"name": "h", "response": {}}},
        ]},
    ]});
    let request = read(&body).unwrap();
    let ids: Vec<&str> = request.messages[1]
        .parts
        .iter()
        .map(|part| match part {
            Part::ToolCall(call) => call.id.as_str(),
            other => panic!("{other:?}"),
        })
        .collect();
    let answers: Vec<(&str, &Part, bool)> = request.messages[2]
        .parts
        .iter()
        .map(|part| match part {
            Part::ToolResult(one) => (one.call_id.as_str(), &one.content[0], one.is_error),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(request.messages[2].role, Role::User);
    assert_eq!(ids, ["gemini_1_0", "gemini_1_1", "gemini_1_2", "own"]);
    let texts = ["first", "no", r#"{"a":1}"#, "[1]", "{}"].map(Part::text);
    assert_eq!(
        answers,
        [
            (ids[0], &texts[0], false),
            (ids[3], &texts[1], true),
            (ids[2], &texts[2], false),
            (ids[1], &texts[3], false),
            ("gemini_2_4", &texts[4], false),
        ]
    );
    // The next turn leaves them as they are.
    let mut longer = body;
    longer["contents"]
        .as_array_mut()
        .unwrap()
        .push(json!({"parts": [{"text": "more"}]}));
    assert_eq!(read(&longer).unwrap().messages[..3], request.messages[..]);
}

#[test]
fn t5_a_foreign_signature_is_known_by_its_wrapping() {
    let foreign = chat::Signature {
        dialect: Dialect::Anthropic,
        value: "EqQB".to_owned(),
    };
    let told = crate::signature::wrap(&foreign, Dialect::Gemini);
    let parts = said(&json!([{"text": "hm", "thought": true, "thoughtSignature": told}]));
    assert!(matches!(&parts[0], Part::Thinking(one) if one.signature == Some(foreign)));
}

#[test]
fn tools_and_choices_are_read_in_each_form() {
    let body = json!({
        "contents": [{"parts": [{"text": "x"}]}],
        "tools": [
            {"functionDeclarations": [{"name": "f", "description": "d", "parameters": {"type": "OBJECT", "properties": {
                "a": {"type": "STRING", "nullable": true, "format": "enum", "enum": ["x", "y"]},
                "b": {"type": "ARRAY", "items": {"type": "INTEGER", "enum": ["1", "2"]}, "minItems": "1"},
            }, "required": ["a"]}, "behavior": "BLOCKING"}], "googleSearch": {}},
            {"codeExecution": {}},
        ],
        "toolConfig": {"functionCallingConfig": {"mode": "VALIDATED"}, "retrievalConfig": {"languageCode": "en"}},
    });
    let request = read(&body).unwrap();
    let Tool::Function(tool) = &request.tools[0] else {
        panic!("{:?}", request.tools);
    };
    assert_eq!(
        tool.parameters,
        Some(json!({"type": "object", "properties": {
            "a": {"type": ["string", "null"], "enum": ["x", "y", null]},
            "b": {"type": "array", "items": {"type": "integer", "enum": [1, 2]}, "minItems": 1},
        }, "required": ["a"]}))
    );
    assert_eq!(
        tool.extra.as_ref().unwrap().value,
        json!({"behavior": "BLOCKING"})
    );
    let foreign: Vec<&Value> = request.tools[1..]
        .iter()
        .map(|tool| match tool {
            Tool::Foreign(tool) => &tool.value,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        foreign,
        [&json!({"googleSearch": {}}), &json!({"codeExecution": {}})]
    );
    assert_eq!(request.tool_choice, Some(ToolChoice::Auto));
    assert_eq!(
        request.extra.unwrap().value["toolConfig"],
        json!({"functionCallingConfig": {"mode": "VALIDATED"}, "retrievalConfig": {"languageCode": "en"}})
    );
}

#[test]
fn thinking_is_read_by_budget_and_by_level() {
    let of = |config: Value| {
        let body = json!({"contents": [{"parts": [{"text": "x"}]}], "generationConfig": {"thinkingConfig": config}});
        read(&body).unwrap().reasoning.unwrap()
    };
    let none = Reasoning::default();
    assert_eq!(of(json!({})), none);
    assert_eq!(of(json!({"thinkingBudget": 0})).enabled, Some(false));
    let free = of(json!({"thinkingBudget": -1}));
    assert_eq!(
        (free.enabled, free.visible, free.budget),
        (Some(true), Some(false), None)
    );
    assert_eq!(of(json!({"thinkingBudget": "512"})).budget, Some(512));
    assert_eq!(
        of(json!({"thinkingLevel": "low"})).effort,
        Some(Effort::Low)
    );
    assert_eq!(
        of(json!({"thinkingLevel": "HIGH"})).effort,
        Some(Effort::High)
    );
    let odd = of(json!({"thinkingLevel": "EXTREME", "new": 1}));
    assert_eq!(odd.effort, Some(Effort::Other("EXTREME".to_owned())));
    assert!(odd.extra.is_some());
}

#[test]
fn a_request_to_be_counted_comes_bare_or_whole() {
    let bare = json!({"contents": [{"parts": [{"text": "x"}]}]});
    let whole = json!({"generateContentRequest": {"model": "models/m", "contents": bare["contents"],
        "systemInstruction": {"parts": [{"text": "s"}]}}});
    let counted = |body: &Value| super::super::read_count(body.to_string().as_bytes());
    assert_eq!(counted(&bare), read(&bare));
    let request = counted(&whole).unwrap();
    assert_eq!(
        request.messages[0],
        Message::new(Role::System, vec![Part::text("s")])
    );
    assert_eq!(request.messages.len(), 2);
    let both = json!({"generateContentRequest": {}, "contents": []});
    assert_eq!(counted(&both).unwrap_err().path, "contents");
    let inner = json!({"generateContentRequest": {"contents": [7]}});
    assert_eq!(
        counted(&inner).unwrap_err().path,
        "generateContentRequest.contents[0]"
    );
}
