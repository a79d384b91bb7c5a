//! Requests: what a client's body means, what is wrong with it, and what an upstream gets.

use chat::{
    Effort, Loss, Message, Part, Role, Signature, Source, Text, Tool, ToolChoice, ToolKind,
};
use serde_json::{Value, json};

use super::{read, write};
use crate::Dialect;
use crate::translate::Target;

fn target() -> Target {
    Target {
        model: "up".to_owned(),
        official_host: true,
        default_max_tokens: 4096,
    }
}

fn request(body: &Value) -> chat::Request {
    read(body.to_string().as_bytes()).unwrap()
}

fn sent(request: &chat::Request) -> (Value, Vec<Loss>) {
    let written = write(request, &target());
    (
        serde_json::from_slice(&written.body).unwrap(),
        written.losses,
    )
}

/// A turn of Codex's, with what its newest versions send.
fn codex() -> Value {
    json!({
        "model": "gpt-5.5",
        "instructions": "You are Codex.",
        "input": [
            {"type": "message", "role": "developer", "content": [
                {"type": "input_text", "text": "<permissions>"},
            ]},
            {"type": "message", "role": "user", "content": [
                {"type": "input_text", "text": "fix it"},
                {"type": "input_image", "image_url": "data:image/png;base64,iVBO", "detail": "high"},
            ]},
            {"type": "reasoning", "id": "rs_1", "summary": [
                {"type": "summary_text", "text": "a"}, {"type": "summary_text", "text": "b"},
            ], "content": null, "encrypted_content": "gAAA"},
            {"type": "function_call", "id": "fc_1", "call_id": "c1", "name": "shell",
             "arguments": "{\"cmd\":\"ls\"}"},
            {"type": "function_call_output", "call_id": "c1", "output": "a.rs"},
            {"type": "custom_tool_call", "call_id": "c2", "name": "apply_patch",
             "input": "*** Begin Patch", "status": "completed"},
            {"type": "custom_tool_call_output", "call_id": "c2", "output": "Done"},
            {"type": "function_call", "call_id": "c3", "name": "ls", "namespace": "mcp__fs__",
             "arguments": "{}"},
            {"type": "function_call_output", "call_id": "c3", "output": [
                {"type": "input_text", "text": "x"},
                {"type": "input_image", "image_url": "https://e.x/y.png", "detail": "auto"},
            ]},
            {"type": "web_search_call", "status": "completed", "action": {"type": "search"}},
            {"type": "local_shell_call", "call_id": "c4", "status": "completed",
             "action": {"type": "exec", "command": ["ls"]}},
            {"type": "local_shell_call_output", "call_id": "c4", "output": "o"},
            {"type": "message", "role": "assistant", "id": "msg_1", "phase": "final_answer",
             "content": [{"type": "output_text", "text": "done", "annotations": []}]},
        ],
        "tools": [
            {"type": "function", "name": "shell", "description": "d", "strict": false,
             "parameters": {"type": "object", "properties": {"cmd": {"type": "string"}}}},
            {"type": "custom", "name": "apply_patch", "description": "p",
             "format": {"type": "grammar", "syntax": "lark", "definition": "start: x"}},
            {"type": "namespace", "name": "mcp__fs__", "description": "Files", "tools": [
                {"type": "function", "name": "ls", "strict": false,
                 "parameters": {"type": "object", "properties": {}}},
                {"type": "function", "name": "cat", "strict": false, "defer_loading": true,
                 "parameters": {"type": "object", "properties": {}}},
            ]},
            {"type": "web_search", "external_web_access": false},
        ],
        "tool_choice": "auto",
        "parallel_tool_calls": true,
        "reasoning": {"effort": "high", "summary": "detailed"},
        "store": false,
        "stream": true,
        "include": ["reasoning.encrypted_content"],
        "prompt_cache_key": "k",
        "text": {"verbosity": "low"},
        "client_metadata": {"a": "b"},
    })
}

#[test]
fn t1_a_turn_of_codex_is_read_whole() {
    let read = request(&codex());
    assert_eq!(read.model, "gpt-5.5");
    assert!(read.stream && read.wants_usage);
    let roles: Vec<_> = read.messages.iter().map(|turn| turn.role).collect();
    assert_eq!(roles[..3], [Role::System, Role::Developer, Role::User]);
    assert_eq!(read.messages.len(), 14);
    assert!(matches!(&read.messages[2].parts[1], Part::Image(media)
        if media.source == Source::Base64("iVBO".to_owned())
            && media.mime.as_deref() == Some("image/png")));
    assert!(matches!(&read.messages[3].parts[0], Part::Thinking(thought)
    if thought.text == "a\n\nb"
        && thought.signature == Some(Signature {
            dialect: Dialect::OpenaiResponses,
            value: "gAAA".to_owned(),
        })));
    assert!(matches!(&read.messages[6].parts[0], Part::ToolCall(call)
        if call.kind == ToolKind::Custom && call.arguments == "*** Begin Patch"));
    assert!(matches!(&read.messages[8].parts[0], Part::ToolCall(call)
        if call.name == "mcp__fs__ls"));
    assert!(
        matches!(&read.messages[9].parts[0], Part::ToolResult(result)
        if result.name.as_deref() == Some("mcp__fs__ls") && result.content.len() == 2)
    );
    assert!(matches!(&read.messages[12].parts[0], Part::Foreign(_)));
    assert_eq!(read.messages[12].role, Role::User);
    let names: Vec<_> = read
        .tools
        .iter()
        .map(super::super::namespace::name)
        .collect();
    assert_eq!(
        names,
        [
            Some("shell"),
            Some("apply_patch"),
            Some("mcp__fs__ls"),
            Some("mcp__fs__cat"),
            None
        ]
    );
    let reasoning = read.reasoning.unwrap();
    assert_eq!(reasoning.effort, Some(Effort::High));
    assert_eq!(reasoning.visible, Some(true));
}

#[test]
fn t4_its_own_dialect_gets_everything_back() {
    let mut body = codex();
    let (told, losses) = sent(&request(&body));
    assert_eq!(losses, []);
    // What the reader takes as the same: lists of one text, paragraphs of one thought, empty lists.
    body["model"] = json!("up");
    body["input"][2]["summary"] = json!([{"type": "summary_text", "text": "a\n\nb"}]);
    for (item, field) in [(2, "content"), (5, "status")] {
        body["input"][item].as_object_mut().unwrap().remove(field);
    }
    let answer = body["input"][12]["content"][0].as_object_mut().unwrap();
    answer.remove("annotations");
    for field in body.as_object().unwrap().keys() {
        assert_eq!(told[field], body[field], "{field}");
    }
}

#[test]
fn a_body_that_the_dialect_forbids_names_the_field() {
    let item = |item: Value| json!({"model": "m", "input": [item]});
    let message = |content: Value| item(json!({"role": "user", "content": content}));
    let tool = |tool: Value| json!({"model": "m", "input": "x", "tools": [tool]});
    for (body, path) in [
        (json!([]), ""),
        (json!({"input": "x"}), "model"),
        (json!({"model": 1, "input": "x"}), "model"),
        (json!({"model": "m"}), "input"),
        (json!({"model": "m", "input": 1}), "input"),
        (json!({"model": "m", "input": [1]}), "input[0]"),
        (item(json!({})), "input[0].type"),
        (item(json!({"type": 1})), "input[0].type"),
        (
            item(json!({"role": "tool", "content": "x"})),
            "input[0].role",
        ),
        (item(json!({"role": "user"})), "input[0].content"),
        (message(json!(1)), "input[0].content"),
        (message(json!([1])), "input[0].content[0]"),
        (message(json!([{"text": "x"}])), "input[0].content[0].type"),
        (
            message(json!([{"type": "input_text"}])),
            "input[0].content[0].text",
        ),
        (
            message(json!([{"type": "input_image"}])),
            "input[0].content[0].image_url",
        ),
        (
            message(json!([{"type": "input_image", "image_url": {"url": "x"}}])),
            "input[0].content[0].image_url",
        ),
        (
            message(json!([{"type": "input_file"}])),
            "input[0].content[0].file_data",
        ),
        (
            message(json!([{"type": "input_audio", "input_audio": {"data": "x"}}])),
            "input[0].content[0].input_audio.format",
        ),
        (
            item(json!({"type": "function_call", "name": "f", "arguments": ""})),
            "input[0].call_id",
        ),
        (
            item(json!({"type": "function_call", "call_id": "c", "name": "f", "arguments": {}})),
            "input[0].arguments",
        ),
        (
            item(json!({"type": "function_call_output", "call_id": "c"})),
            "input[0].output",
        ),
        (
            item(json!({"type": "reasoning", "summary": "x"})),
            "input[0].summary",
        ),
        (
            item(json!({"type": "reasoning", "summary": [{}]})),
            "input[0].summary[0].text",
        ),
        (tool(json!({"name": "f"})), "tools[0].type"),
        (tool(json!({"type": "function"})), "tools[0].name"),
        (
            tool(json!({"type": "function", "name": "f", "parameters": 1})),
            "tools[0].parameters",
        ),
        (
            tool(json!({"type": "namespace", "name": "n", "tools": [{"type": "function"}]})),
            "tools[0].tools[0].name",
        ),
        (json!({"model": "m", "input": "x", "tools": {}}), "tools"),
        (
            json!({"model": "m", "input": "x", "tool_choice": "any"}),
            "tool_choice",
        ),
        (
            json!({"model": "m", "input": "x", "tool_choice": {"type": "function"}}),
            "tool_choice.name",
        ),
        (
            json!({"model": "m", "input": "x", "tool_choice": {"type": "allowed_tools", "tools": []}}),
            "tool_choice.mode",
        ),
        (
            json!({"model": "m", "input": "x", "temperature": "1"}),
            "temperature",
        ),
        (
            json!({"model": "m", "input": "x", "max_output_tokens": -1}),
            "max_output_tokens",
        ),
        (
            json!({"model": "m", "input": "x", "stream": "yes"}),
            "stream",
        ),
        (
            json!({"model": "m", "input": "x", "reasoning": {"effort": 1}}),
            "reasoning.effort",
        ),
        (
            json!({"model": "m", "input": "x", "text": {"format": {"type": "xml"}}}),
            "text.format.type",
        ),
        (
            json!({"model": "m", "input": "x", "text": {"format": {"type": "json_schema", "name": "n"}}}),
            "text.format.schema",
        ),
        (
            json!({"model": "m", "conversation": "conv_1"}),
            "conversation",
        ),
        (
            json!({"model": "m", "input": "x", "background": true}),
            "background",
        ),
    ] {
        let wrong = read(body.to_string().as_bytes()).unwrap_err();
        assert_eq!(wrong.path, path, "{body}: {wrong}");
    }
    assert_eq!(read(b"{").unwrap_err().path, "");
}

#[test]
fn t1_every_choice_of_tools_is_known() {
    let choice = |choice: Value| {
        request(&json!({"model": "m", "input": "x", "tool_choice": choice})).tool_choice
    };
    assert_eq!(choice(json!("required")), Some(ToolChoice::Required));
    assert_eq!(
        choice(json!({"type": "custom", "name": "p"})),
        Some(ToolChoice::Named("p".to_owned()))
    );
    assert_eq!(
        choice(
            json!({"type": "allowed_tools", "mode": "required", "tools": [
                {"type": "function", "name": "a"}, {"type": "mcp", "server_label": "s"},
            ]})
        ),
        Some(ToolChoice::Allowed {
            names: vec!["a".to_owned()],
            required: true,
        })
    );
    let hosted = json!({"model": "m", "input": "x", "tool_choice": {"type": "web_search"}});
    let hosted = request(&hosted);
    assert_eq!(hosted.tool_choice, None);
    assert_eq!(
        sent(&hosted).0["tool_choice"],
        json!({"type": "web_search"})
    );
}

#[test]
fn t1_tools_that_a_search_found_may_be_called() {
    let body = json!({
        "model": "m",
        "tools": [{"type": "tool_search", "execution": "client", "description": "d",
                   "parameters": {"type": "object"}}],
        "input": [
            {"type": "tool_search_call", "call_id": "s", "execution": "client",
             "arguments": {"query": "files"}},
            {"type": "tool_search_output", "call_id": "s", "execution": "client",
             "status": "completed", "tools": [
                {"type": "namespace", "name": "mcp__fs", "description": "d", "tools": [
                    {"type": "function", "name": "ls", "parameters": {"type": "object"}}]}]},
            {"type": "function_call", "call_id": "c", "namespace": "mcp__fs", "name": "ls",
             "arguments": "{}"},
        ],
    });
    let read = request(&body);
    assert!(matches!(&read.tools[0], Tool::Function(tool) if tool.name == "tool_search"));
    assert!(matches!(&read.tools[1], Tool::Function(tool) if tool.name == "mcp__fs__ls"));
    assert!(matches!(&read.messages[0].parts[0], Part::ToolCall(call)
        if call.arguments == r#"{"query":"files"}"#));
    let (told, losses) = sent(&read);
    assert_eq!(losses, []);
    assert_eq!(told["tools"], body["tools"]);
    assert_eq!(told["input"], body["input"]);
}

#[test]
fn what_another_dialect_asked_for_is_written_or_lost_by_name() {
    let mut request = chat::Request {
        model: "m".to_owned(),
        messages: vec![
            Message::new(Role::System, vec![Part::text("a"), Part::text("b")]),
            Message::new(
                Role::Assistant,
                vec![
                    Part::Text(Text {
                        signature: Some(Signature {
                            dialect: Dialect::Gemini,
                            value: "s".to_owned(),
                        }),
                        ..Text::new("t")
                    }),
                    Part::Thinking(chat::Thinking {
                        text: "hm".to_owned(),
                        ..chat::Thinking::default()
                    }),
                ],
            ),
        ],
        tools: vec![Tool::Function(chat::FunctionTool {
            name: "a.b:c".to_owned(),
            ..chat::FunctionTool::default()
        })],
        stop: vec!["x".to_owned()],
        reasoning: Some(chat::Reasoning {
            budget: Some(8000),
            visible: Some(true),
            ..chat::Reasoning::default()
        }),
        ..chat::Request::default()
    };
    request.sampling.top_k = Some(4);
    let written = write(&request, &target());
    let told: Value = serde_json::from_slice(&written.body).unwrap();
    assert_eq!(told["input"][0]["content"].as_array().unwrap().len(), 2);
    assert_eq!(told["input"].as_array().unwrap().len(), 2);
    let name = told["tools"][0]["name"].as_str().unwrap();
    assert!(name.starts_with("a_b_c_"));
    assert_eq!(told["tools"][0]["strict"], false);
    assert_eq!(written.names.original(name), "a.b:c");
    assert_eq!(
        told["reasoning"],
        json!({"effort": "medium", "summary": "auto"})
    );
    assert_eq!(told["store"], false);
    assert_eq!(told["include"], json!(["reasoning.encrypted_content"]));
    for loss in [
        Loss::Unsigned,
        Loss::Signature(Dialect::Gemini),
        Loss::Field("stop".to_owned()),
        Loss::Field("top_k".to_owned()),
    ] {
        assert!(written.losses.contains(&loss), "{loss}");
    }
}
