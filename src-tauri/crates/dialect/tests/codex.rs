//! Codex, as it speaks OpenAI Responses, through pools of other dialects: whole tasks with tool calls, turn by turn.
//!
//! The client here does what Codex does: it takes items from `response.output_item.done`, sends them back without
//! their ids, stores nothing, and waits for `response.completed`.

#![expect(clippy::unwrap_used, reason = "these are tests")]

use std::sync::Arc;

use chat::{Loss, Request};
use dialect::{
    Back, Dialect, Ending, Frames, StreamTranslation, Target, Written, read_request, write_request,
};
use serde_json::{Value, json};

/// The client: its conversation so far.
struct Codex {
    input: Vec<Value>,
    turns: usize,
}

/// What went up and what came back in one turn.
struct Turn {
    body: Value,
    losses: Vec<Loss>,
    items: Vec<Value>,
}

impl Codex {
    fn new(task: &str) -> Self {
        let input = vec![
            json!({"type": "message", "role": "developer", "content": [
                {"type": "input_text", "text": "<permissions instructions>"},
            ]}),
            json!({"type": "message", "role": "user", "content": [
                {"type": "input_text", "text": task},
            ]}),
        ];
        Self { input, turns: 0 }
    }

    fn body(&self) -> Value {
        json!({
            "model": "gpt-5.5",
            "instructions": "You are Codex.",
            "input": self.input,
            "tools": [
                {"type": "function", "name": "shell_command", "description": "Runs", "strict": false,
                 "parameters": {"type": "object", "properties": {"command": {"type": "string"}},
                                "required": ["command"], "additionalProperties": false}},
                {"type": "custom", "name": "apply_patch", "description": "Patches",
                 "format": {"type": "grammar", "syntax": "lark", "definition": "start: begin"}},
                {"type": "namespace", "name": "mcp__docs", "description": "Docs", "tools": [
                    {"type": "function", "name": "search", "description": "s", "strict": false,
                     "parameters": {"type": "object", "properties": {"q": {"type": "string"}}}},
                ]},
                {"type": "web_search", "external_web_access": false},
            ],
            "tool_choice": "auto",
            "parallel_tool_calls": true,
            "reasoning": {"effort": "medium", "summary": "auto"},
            "store": false,
            "stream": true,
            "include": ["reasoning.encrypted_content"],
            "prompt_cache_key": "0192",
            "text": {"verbosity": "low"},
        })
    }

    /// One turn through an upstream that answers with this stream.
    fn turn(&mut self, upstream: Dialect, model: &str, answer: &str) -> Turn {
        self.turns += 1;
        let body = self.body().to_string();
        let request = read_request(Dialect::OpenaiResponses, body.as_bytes()).unwrap();
        let target = Target {
            model: model.to_owned(),
            official_host: true,
            default_max_tokens: 8192,
        };
        let Written {
            body,
            losses,
            names,
        } = write_request(upstream, &request, &target);
        let back = Back {
            request: Arc::new(request),
            names,
            id: format!("t{}", self.turns),
            created: 1_700_000_000,
            asked: None,
        };
        let items = self.take(&told(upstream, answer, &back));
        Turn {
            body: serde_json::from_slice(&body).unwrap(),
            losses,
            items,
        }
    }

    /// Reads the client's stream as Codex does.
    fn take(&mut self, stream: &[u8]) -> Vec<Value> {
        let mut frames = Frames::new();
        frames.push(stream).unwrap();
        let (mut items, mut completed) = (Vec::new(), None);
        while let Some(frame) = frames.next() {
            let event: Value = serde_json::from_slice(&frame.data).unwrap();
            match event["type"].as_str().unwrap() {
                "response.output_item.done" => items.push(event["item"].clone()),
                "response.completed" => completed = Some(event["response"].clone()),
                _ => {}
            }
        }
        let completed = completed.unwrap();
        assert_eq!(completed["output"], Value::Array(items.clone()));
        assert!(completed["usage"]["total_tokens"].as_u64().unwrap() > 0);
        for item in &items {
            let mut sent = item.clone();
            sent.as_object_mut().unwrap().remove("id");
            self.input.push(sent);
        }
        items
    }

    fn answer(&mut self, call: &Value, output: &str) {
        let kind = match call["type"].as_str().unwrap() {
            "custom_tool_call" => "custom_tool_call_output",
            _ => "function_call_output",
        };
        self.input
            .push(json!({"type": kind, "call_id": call["call_id"], "output": output}));
    }
}

/// What the client gets of an upstream's stream, which comes in small chunks.
fn told(upstream: Dialect, answer: &str, back: &Back) -> Vec<u8> {
    let mut translation = StreamTranslation::new(upstream, Dialect::OpenaiResponses, back);
    let mut out = Vec::new();
    for chunk in answer.as_bytes().chunks(7) {
        translation.push(chunk, &mut out).unwrap();
    }
    assert_eq!(translation.finish(&mut out).unwrap(), Ending::Complete);
    out
}

/// An answer of Anthropic's of these blocks: what each begins with, and its deltas.
fn anthropic(stop: &str, blocks: &[(Value, Vec<Value>)]) -> String {
    let mut events = vec![json!({"type": "message_start", "message": {
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-sonnet-4-5",
        "content": [], "stop_reason": null, "stop_sequence": null,
        "usage": {"input_tokens": 9, "output_tokens": 1, "cache_read_input_tokens": 100},
    }})];
    for (index, (block, deltas)) in blocks.iter().enumerate() {
        events.push(json!({"type": "content_block_start", "index": index, "content_block": block}));
        for delta in deltas {
            events.push(json!({"type": "content_block_delta", "index": index, "delta": delta}));
        }
        events.push(json!({"type": "content_block_stop", "index": index}));
    }
    events.push(json!({"type": "message_delta",
        "delta": {"stop_reason": stop, "stop_sequence": null}, "usage": {"output_tokens": 20}}));
    events.push(json!({"type": "message_stop"}));
    let framed = events.iter().map(|event| {
        let name = event["type"].as_str().unwrap();
        format!("event: {name}\ndata: {event}\n\n")
    });
    framed.collect()
}

fn thinking(text: &str, signature: &str) -> (Value, Vec<Value>) {
    (
        json!({"type": "thinking", "thinking": "", "signature": ""}),
        vec![
            json!({"type": "thinking_delta", "thinking": text}),
            json!({"type": "signature_delta", "signature": signature}),
        ],
    )
}

fn text(text: &str) -> (Value, Vec<Value>) {
    (
        json!({"type": "text", "text": ""}),
        vec![json!({"type": "text_delta", "text": text})],
    )
}

fn tool(id: &str, name: &str, input: &Value) -> (Value, Vec<Value>) {
    let input = input.to_string();
    let middle = input.len() / 2;
    let pieces = [&input[..middle], &input[middle..]];
    (
        json!({"type": "tool_use", "id": id, "name": name, "input": {}}),
        pieces
            .map(|piece| json!({"type": "input_json_delta", "partial_json": piece}))
            .into(),
    )
}

/// An answer of Gemini's of these parts.
fn gemini(parts: &[Value]) -> String {
    let chunk = json!({
        "candidates": [{"content": {"role": "model", "parts": parts}, "finishReason": "STOP"}],
        "usageMetadata": {"promptTokenCount": 7, "candidatesTokenCount": 3, "totalTokenCount": 10},
        "modelVersion": "gemini-3-pro", "responseId": "g1",
    });
    format!("data: {chunk}\n\n")
}

/// What Anthropic refuses with a 400.
fn hold_against_anthropic(body: &Value) {
    let turns = body["messages"].as_array().unwrap();
    let mut open: Vec<&str> = Vec::new();
    for (at, turn) in turns.iter().enumerate() {
        let role = turn["role"].as_str().unwrap();
        assert_eq!(role, if at % 2 == 0 { "user" } else { "assistant" });
        let blocks = match &turn["content"] {
            Value::Array(blocks) => blocks.clone(),
            text => vec![json!({"type": "text", "text": text})],
        };
        assert!(!blocks.is_empty());
        let results: Vec<_> = blocks
            .iter()
            .take_while(|block| block["type"] == "tool_result")
            .map(|block| block["tool_use_id"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(results, open, "every call is answered in the next turn");
        open = Vec::new();
        for block in turn["content"].as_array().into_iter().flatten() {
            match block["type"].as_str().unwrap() {
                "tool_use" => {
                    assert!(block["input"].is_object());
                    open.push(block["id"].as_str().unwrap());
                }
                "thinking" => {
                    let signature = block["signature"].as_str().unwrap();
                    assert!(!signature.is_empty() && !signature.starts_with("mp1."));
                }
                _ => {}
            }
        }
    }
    assert_eq!(turns.last().unwrap()["role"], "user");
}

#[test]
fn t1_codex_runs_a_whole_task_on_anthropic() {
    let mut codex = Codex::new("fix the bug");
    let patch = "*** Begin Patch\n*** Update File: a.rs\n+ö \"x\"\n*** End Patch";
    let turn = codex.turn(
        Dialect::Anthropic,
        "claude-sonnet-4-5",
        &anthropic(
            "tool_use",
            &[
                thinking("I look first.", "EqQBsig=="),
                text("Let me look."),
                tool("toolu_1", "shell_command", &json!({"command": "ls"})),
                tool("toolu_2", "apply_patch", &json!({"input": patch})),
                tool("toolu_3", "mcp__docs__search", &json!({"q": "bug"})),
            ],
        ),
    );
    let names: Vec<_> = turn.body["tools"].as_array().unwrap().iter().collect();
    assert_eq!(names.len(), 3);
    assert_eq!(names[2]["name"], "mcp__docs__search");
    assert!(turn.body["thinking"].is_object());
    assert!(
        turn.losses
            .contains(&Loss::CustomTool("apply_patch".to_owned()))
    );
    hold_against_anthropic(&turn.body);

    let kinds: Vec<_> = turn
        .items
        .iter()
        .map(|item| item["type"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        [
            "reasoning",
            "message",
            "function_call",
            "custom_tool_call",
            "function_call"
        ]
    );
    assert_eq!(
        turn.items[0]["encrypted_content"],
        "mp1.anthropic.EqQBsig=="
    );
    assert_eq!(
        turn.items[2]["arguments"],
        json!({"command": "ls"}).to_string()
    );
    assert_eq!(turn.items[3]["input"], patch);
    assert_eq!(turn.items[4]["namespace"], "mcp__docs");
    assert_eq!(turn.items[4]["name"], "search");
    for (call, output) in [(2, "a.rs"), (3, "Success"), (4, "found")] {
        codex.answer(&turn.items[call], output);
    }

    let turn = codex.turn(
        Dialect::Anthropic,
        "claude-sonnet-4-5",
        &anthropic("end_turn", &[text("Done.")]),
    );
    hold_against_anthropic(&turn.body);
    let asked = &turn.body["messages"][1]["content"];
    assert_eq!(
        asked[0],
        json!({"type": "thinking", "thinking": "I look first.", "signature": "EqQBsig=="})
    );
    assert_eq!(asked[1]["text"], "Let me look.");
    assert_eq!(asked[2]["input"], json!({"command": "ls"}));
    assert_eq!(asked[3]["input"], json!({"input": patch}));
    assert_eq!(asked[4]["name"], "mcp__docs__search");
    let results = turn.body["messages"][2]["content"].as_array().unwrap();
    assert_eq!(results.len(), 3);
    assert!(turn.body["system"].to_string().contains("You are Codex."));
    assert_eq!(turn.items[0]["content"][0]["text"], "Done.");
}

#[test]
fn t5_codex_moves_between_pools_and_back() {
    let mut codex = Codex::new("fix the bug");
    let first = codex.turn(
        Dialect::Anthropic,
        "claude-sonnet-4-5",
        &anthropic(
            "tool_use",
            &[
                thinking("hm", "EqQBsig=="),
                tool("toolu_1", "shell_command", &json!({"command": "ls"})),
            ],
        ),
    );
    codex.answer(&first.items[1], "a.rs");

    let signed = json!({"functionCall": {"name": "shell_command", "args": {"command": "cat a.rs"}},
                        "thoughtSignature": "CiQBgem=="});
    let second = codex.turn(Dialect::Gemini, "gemini-3-pro", &gemini(&[signed]));
    assert!(!second.body.to_string().contains("EqQBsig"));
    assert!(second.losses.contains(&Loss::Thought(Dialect::Anthropic)));
    let call = second
        .items
        .iter()
        .find(|item| item["type"] == "function_call")
        .unwrap();
    codex.answer(call, "fn main() {}");

    let third = codex.turn(
        Dialect::Anthropic,
        "claude-sonnet-4-5",
        &anthropic(
            "tool_use",
            &[tool(
                "toolu_9",
                "shell_command",
                &json!({"command": "true"}),
            )],
        ),
    );
    hold_against_anthropic(&third.body);
    assert!(!third.body.to_string().contains("CiQBgem"));
    codex.answer(&third.items[0], "");

    let fourth = codex.turn(
        Dialect::Gemini,
        "gemini-3-pro",
        &gemini(&[json!({"text": "Done."})]),
    );
    let calls: Vec<Value> = fourth.body["contents"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|turn| turn["parts"].as_array().unwrap().clone())
        .filter(|part| part["functionCall"].is_object())
        .collect();
    assert_eq!(calls.len(), 3);
    assert_eq!(calls[1]["thoughtSignature"], "CiQBgem==");
    assert_ne!(calls[0]["thoughtSignature"], "EqQBsig==");

    // At home again, nothing that another dialect sealed goes up.
    let body = codex.body().to_string();
    let home = dialect::signature::strip(Dialect::OpenaiResponses, body.as_bytes()).unwrap();
    let home: Value = serde_json::from_slice(&home).unwrap();
    assert!(!home.to_string().contains(dialect::signature::PREFIX));
    let calls = home["input"].as_array().unwrap().iter();
    assert_eq!(
        calls.filter(|item| item["type"] == "function_call").count(),
        3
    );
}

#[test]
fn t1_codex_runs_on_chat_completions() {
    let mut codex = Codex::new("fix the bug");
    let chunk = |delta: Value, reason: Value| {
        let chunk = json!({
            "id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "qwen3",
            "choices": [{"index": 0, "delta": delta, "finish_reason": reason}],
        });
        format!("data: {chunk}\n\n")
    };
    let call = |index: u32, id: &str, name: &str, arguments: Value| {
        json!({"tool_calls": [{"index": index, "id": id, "type": "function",
            "function": {"name": name, "arguments": arguments.to_string()}}]})
    };
    let usage = json!({"id": "c1", "object": "chat.completion.chunk", "choices": [],
        "usage": {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}});
    let answer = [
        chunk(
            json!({"role": "assistant", "reasoning_content": "hm"}),
            Value::Null,
        ),
        chunk(
            call(0, "call_a", "shell_command", json!({"command": "ls"})),
            Value::Null,
        ),
        chunk(
            call(1, "call_b", "mcp__docs__search", json!({"q": "x"})),
            Value::Null,
        ),
        chunk(json!({}), json!("tool_calls")),
        format!("data: {usage}\n\ndata: [DONE]\n\n"),
    ]
    .concat();
    let turn = codex.turn(Dialect::OpenaiChat, "qwen3", &answer);
    let kinds: Vec<_> = turn
        .items
        .iter()
        .map(|item| item["type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["reasoning", "function_call", "function_call"]);
    assert_eq!(turn.items[0]["summary"][0]["text"], "hm");
    for call in &turn.items[1..] {
        codex.answer(call, "ok");
    }
    let answer = [
        chunk(
            json!({"role": "assistant", "content": "Done."}),
            Value::Null,
        ),
        chunk(json!({}), json!("stop")),
        format!("data: {usage}\n\ndata: [DONE]\n\n"),
    ]
    .concat();
    let turn = codex.turn(Dialect::OpenaiChat, "qwen3", &answer);
    let messages = turn.body["messages"].as_array().unwrap();
    let calls = messages
        .iter()
        .find(|one| one["tool_calls"].is_array())
        .unwrap();
    assert_eq!(calls["tool_calls"].as_array().unwrap().len(), 2);
    assert_eq!(
        messages.iter().filter(|one| one["role"] == "tool").count(),
        2
    );
}

#[test]
fn t8_what_codex_did_not_say_is_not_invented() {
    let codex = Codex::new("hello");
    let body = codex.body().to_string();
    let request: Request = read_request(Dialect::OpenaiResponses, body.as_bytes()).unwrap();
    assert_eq!(request.sampling, chat::Sampling::default());
    assert_eq!(request.max_tokens, None);
}
