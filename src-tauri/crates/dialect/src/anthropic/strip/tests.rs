use super::strip;
use crate::{Dialect, signature};

fn stripped(body: &str) -> String {
    String::from_utf8(signature::strip(Dialect::Anthropic, body.as_bytes()).unwrap()).unwrap()
}

#[test]
fn t4_what_is_not_foreign_keeps_every_byte() {
    let body = r#"{ "messages" : [ {"role":"assistant","content":[{"type":"thinking","thinking":"a","signature":"EqQB.mp1"}, {"type":"text","text":"mp1.gemini.x"}]} ], "a":1.0 }"#;
    assert_eq!(signature::strip(Dialect::Anthropic, body.as_bytes()), None);
    let plain = br#"{"messages":[{"role":"user","content":"hi"}]}"#;
    assert_eq!(signature::strip(Dialect::Anthropic, plain), None);
    assert_eq!(strip(b"mp1. no json"), None);
}

#[test]
fn t5_foreign_thoughts_go_and_nothing_else() {
    let body = r#"{"x": 1e2, "messages": [ {"role":"user","content":"q"},
 {"role":"assistant","content":[ {"type":"thinking","thinking":"t","signature":"mp1.gemini.ab"} , {"type":"text","text":"a"}, {"type":"redacted_thinking","data":"mp1.gemini.<zz"} ]},
 {"role":"user","content":"more"} ] }"#;
    assert_eq!(
        stripped(body),
        r#"{"x": 1e2, "messages": [ {"role":"user","content":"q"},
 {"role":"assistant","content":[ {"type":"text","text":"a"} ]},
 {"role":"user","content":"more"} ] }"#
    );
}

#[test]
fn t5_a_turn_of_foreign_thoughts_only_goes_whole() {
    let body = r#"{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"mp1.unsigned."}]},{"role":"user","content":"w"}]}"#;
    assert_eq!(
        stripped(body),
        r#"{"messages":[{"role":"user","content":"q"},{"role":"user","content":"w"}]}"#
    );
}

#[test]
fn t5_a_loop_that_lost_its_first_thought_goes_without_thinking() {
    let body = |thinking: &str, first: &str, second: &str| {
        format!(
            r#"{{"thinking":{thinking},"messages":[{{"role":"user","content":"q"}},{{"role":"assistant","content":[{first}{{"type":"tool_use","id":"t","name":"n","input":{{}}}}]}},{{"role":"user","content":[{{"type":"tool_result","tool_use_id":"t"}}]}},{{"role":"assistant","content":[{second}{{"type":"tool_use","id":"u","name":"n","input":{{}}}}]}},{{"role":"user","content":[{{"type":"tool_result","tool_use_id":"u"}}]}}]}}"#
        )
    };
    let enabled = r#"{"type":"enabled","budget_tokens":2048}"#;
    let foreign = r#"{"type":"thinking","thinking":"t","signature":"mp1.openai-responses.x"},"#;
    let own = r#"{"type":"thinking","thinking":"t","signature":"Eq"},"#;
    assert_eq!(
        stripped(&body(enabled, foreign, own)),
        body(r#"{"type":"disabled"}"#, "", "")
    );
    assert_eq!(
        stripped(&body(enabled, own, foreign)),
        body(enabled, own, "")
    );
    let adaptive = r#"{"type":"adaptive"}"#;
    assert_eq!(
        stripped(&body(adaptive, foreign, own)),
        body(adaptive, "", own)
    );
}

#[test]
fn t5_a_request_without_thinking_clears_no_thoughts() {
    let body = r#"{"context_management":{"edits":[{"type":"clear_thinking_20251015"}]},"thinking":{"type":"enabled","budget_tokens":2048},"messages":[{"role":"user","content":"q"},{"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"mp1.gemini.x"},{"type":"tool_use","id":"t","name":"n","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t"}]}]}"#;
    assert_eq!(
        stripped(body),
        r#"{"context_management":null,"thinking":{"type":"disabled"},"messages":[{"role":"user","content":"q"},{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"n","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t"}]}]}"#
    );
}
