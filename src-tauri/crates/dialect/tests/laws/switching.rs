//! T5: a conversation that changes its upstream keeps its tools, and signatures return to where they came from and
//! nowhere else.

use chat::{Dialect, Part, Reply, Signature, Stop, StopReason, Thinking, ToolCall};
use dialect::{read_request, write_reply, write_request};
use serde_json::{Value, json};

use crate::any::requests::{calls_of, results_of};
use crate::{SPOKEN, plain_back, target};

/// Dialects that sign.
const SIGNERS: [Dialect; 3] = [
    Dialect::Anthropic,
    Dialect::Gemini,
    Dialect::OpenaiResponses,
];

/// What an upstream of this dialect answers: a signed thought, words, and a call (which Gemini signs).
fn answer(upstream: Dialect, id: &str, seal: &str) -> Reply {
    let signature = Some(Signature {
        dialect: upstream,
        value: seal.to_owned(),
    });
    let on_call = upstream == Dialect::Gemini;
    Reply {
        id: Some("answer".to_owned()),
        model: Some("m".to_owned()),
        created: Some(1_790_000_000),
        parts: vec![
            Part::Thinking(Thinking {
                text: "A file has it.".to_owned(),
                signature: signature.clone().filter(|_| !on_call),
                ..Thinking::default()
            }),
            Part::text("I look."),
            Part::ToolCall(ToolCall {
                id: id.to_owned(),
                name: "read_file".to_owned(),
                arguments: "{\"path\":\"a\"}".to_owned(),
                signature: signature.filter(|_| on_call),
                ..ToolCall::default()
            }),
        ],
        stop: Some(Stop::new(StopReason::ToolUse)),
        ..Reply::default()
    }
}

/// What a client of this dialect sends after it was given these answers, each call answered and talked over. (Inside
/// of one chain of calls Anthropic wants all thoughts signed or none.)
fn history(client: Dialect, answers: &[Value], calls: &[&str]) -> Value {
    let said = |role: &str, text: &str| match client {
        Dialect::Gemini => json!({ "role": role, "parts": [{ "text": text }] }),
        _ => json!({ "role": role, "content": text }),
    };
    let model = if client == Dialect::Gemini {
        "model"
    } else {
        "assistant"
    };
    let mut turns = Vec::new();
    for (answer, call) in answers.iter().zip(calls) {
        if !turns.is_empty() {
            turns.push(said(model, "It says x."));
        }
        turns.push(said("user", "Read a."));
        match client {
            Dialect::OpenaiChat => {
                turns.push(answer["choices"][0]["message"].clone());
                turns.push(json!({ "role": "tool", "tool_call_id": call, "content": "x" }));
            }
            Dialect::OpenaiResponses => {
                turns.extend(answer["output"].as_array().unwrap().clone());
                turns.push(
                    json!({ "type": "function_call_output", "call_id": call, "output": "x" }),
                );
            }
            Dialect::Anthropic => {
                turns.push(json!({ "role": "assistant", "content": answer["content"] }));
                let result = json!({ "type": "tool_result", "tool_use_id": call, "content": "x" });
                turns.push(json!({ "role": "user", "content": [result] }));
            }
            _ => {
                turns.push(answer["candidates"][0]["content"].clone());
                let result =
                    json!({ "id": call, "name": "read_file", "response": { "output": "x" } });
                turns.push(json!({ "role": "user", "parts": [{ "functionResponse": result }] }));
            }
        }
    }
    let schema = json!({ "type": "object", "properties": { "path": { "type": "string" } } });
    match client {
        Dialect::OpenaiChat => {
            json!({
                "model": "m", "messages": turns,
                "tools": [{ "type": "function", "function": { "name": "read_file", "parameters": schema } }],
            })
        }
        Dialect::OpenaiResponses => {
            json!({
                "model": "m", "input": turns,
                "tools": [{ "type": "function", "name": "read_file", "parameters": schema }],
            })
        }
        Dialect::Anthropic => {
            json!({
                "model": "m", "max_tokens": 9000, "messages": turns,
                "thinking": { "type": "enabled", "budget_tokens": 2000 },
                "tools": [{ "name": "read_file", "input_schema": schema }],
            })
        }
        _ => {
            json!({
                "contents": turns,
                "tools": [{ "functionDeclarations": [{ "name": "read_file", "parameters": schema }] }],
            })
        }
    }
}

#[test]
fn t5_switching_there_and_back_keeps_tools_and_returns_each_seal_to_its_own() {
    for client in SPOKEN {
        for first in SIGNERS {
            for second in SIGNERS.into_iter().filter(|it| *it != first) {
                let told = |upstream, call, seal| {
                    let (body, _) =
                        write_reply(client, &answer(upstream, call, seal), &plain_back());
                    serde_json::from_slice(&body).unwrap()
                };
                let answers = [
                    told(first, "call_1", "SealOfFirst1=="),
                    told(second, "call_2", "SealOfSecond2=="),
                ];
                let body = history(client, &answers, &["call_1", "call_2"]).to_string();
                let request = read_request(client, body.as_bytes())
                    .unwrap_or_else(|error| panic!("{client:?}: {error}: {body}"));
                for upstream in SPOKEN {
                    let written = write_request(upstream, &request, &target("m"));
                    let text = String::from_utf8(written.body).unwrap();
                    let way =
                        format!("{client:?}: {first:?}, {second:?}, then {upstream:?}: {text}");
                    assert_eq!(text.contains("SealOfFirst1"), upstream == first, "{way}");
                    assert_eq!(text.contains("SealOfSecond2"), upstream == second, "{way}");
                    assert!(!text.contains("mp1."), "{way}");
                    let read = read_request(upstream, text.as_bytes())
                        .unwrap_or_else(|error| panic!("{error}: {way}"));
                    let calls: Vec<&str> = calls_of(&read.messages)
                        .map(|call| call.id.as_str())
                        .collect();
                    assert_eq!(calls, ["call_1", "call_2"], "{way}");
                    let results: Vec<&str> = results_of(&read.messages)
                        .map(|it| it.call_id.as_str())
                        .collect();
                    assert_eq!(results, ["call_1", "call_2"], "{way}");
                }
            }
        }
    }
}
