//! What is kept of a conversation, and how it comes back.

use serde_json::{Value, json};

use super::*;

fn bytes(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

fn value(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

#[test]
fn a_body_says_what_it_asks_for() {
    let body = json!({
        "previous_response_id": "resp_a", "store": false,
        "input": [{"type": "item_reference", "id": "msg_a_0"}, {"role": "user", "content": "x"}],
    });
    assert_eq!(
        asked(&bytes(&body)),
        Asked {
            previous: Some("resp_a".to_owned()),
            items: vec!["msg_a_0".to_owned()],
            keeps: false,
        }
    );
    let plain = asked(br#"{"input":"item_reference"}"#);
    assert_eq!(
        (plain.previous, plain.items.len(), plain.keeps),
        (None, 0, true)
    );
    assert_eq!(asked(b"{"), Asked::default());
    assert!(asked(br#"{"previous_response_id":null,"store":null}"#).keeps);
}

#[test]
fn ids_lead_to_their_response() {
    assert_eq!(response_id("a1"), "resp_a1");
    for id in ["msg_a1_0", "fc_a1_12", "rs_a1_3"] {
        assert_eq!(response_of(id).as_deref(), Some("resp_a1"));
    }
    for id in ["msg_0123", "x", "fc__1", "fc_a_", ""] {
        assert_eq!(response_of(id), None, "{id}");
    }
}

#[test]
fn a_conversation_comes_back_before_the_new_turn() {
    let first = json!({"model": "m", "input": "hel\"lo"});
    let reply = json!({"id": "resp_a", "output": [{"type": "message", "id": "msg_a_0"}]});
    let (first, reply) = (bytes(&first), bytes(&reply));
    let (input, output) = (input_items(&first).unwrap(), output_items(&reply).unwrap());
    let user = json!({"type": "message", "role": "user", "content": "hel\"lo"});
    let answer = json!({"type": "message", "id": "msg_a_0"});
    for (given, own) in [
        (
            r#"{"model":"m", "previous_response_id" : "resp_a","input": [ {"role":"user"} ]}"#,
            vec![json!({"role": "user"})],
        ),
        (
            r#"{"input":"x","previous_response_id":"resp_a","model":"m"}"#,
            vec![json!({"type": "message", "role": "user", "content": "x"})],
        ),
        (r#"{"previous_response_id":"resp_a","model":"m"}"#, vec![]),
        (
            r#"{"previous_response_id":"resp_a","input":[],"model":"m"}"#,
            vec![],
        ),
        (
            r#"{"previous_response_id":"resp_a","input":null,"model":"m"}"#,
            vec![],
        ),
    ] {
        let body = with_conversation(given.as_bytes(), &[&input, output]).unwrap();
        let told = value(&body);
        let mut all = vec![user.clone(), answer.clone()];
        all.extend(own);
        assert_eq!(told["input"], Value::Array(all), "{given}");
        assert_eq!(told["previous_response_id"], Value::Null);
        assert_eq!(told["model"], "m");
        assert_eq!(asked(&body).previous, None);
    }
}

#[test]
fn references_are_replaced_where_they_are_found() {
    let kept = br#"{"id":"msg_a_0","type":"message"},{"id":"fc_a_1","type":"function_call"}"#;
    let body = json!({"input": [
        {"type": "item_reference", "id": "fc_a_1"},
        {"role": "user", "content": "x"},
        {"type": "item_reference", "id": "msg_b_0"},
    ]});
    let told = with_items(&bytes(&body), &|id| find(kept, id)).unwrap();
    let told = value(&told);
    assert_eq!(
        told["input"][0],
        json!({"id": "fc_a_1", "type": "function_call"})
    );
    assert_eq!(told["input"][1], body["input"][1]);
    assert_eq!(told["input"][2], body["input"][2]);
    assert_eq!(with_items(&bytes(&body), &|_| None), None);
    assert_eq!(with_items(br#"{"input":"x"}"#, &|_| None), None);
}

#[test]
fn a_client_is_told_what_is_gone_in_its_dialects_words() {
    let fault = not_kept("resp_a", "r".to_owned());
    let body = crate::write_fault(crate::Dialect::OpenaiResponses, &fault);
    assert_eq!(
        value(&body)["error"],
        json!({
            "message": "the response 'resp_a' is not kept here any more: send the whole conversation in `input`",
            "type": "invalid_request_error",
            "param": "previous_response_id",
            "code": "previous_response_not_found",
        })
    );
}

proptest::proptest! {
    #[test]
    fn arbitrary_bytes_break_nothing(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
        let _ = asked(&bytes);
        let _ = input_items(&bytes);
        let _ = output_items(&bytes);
        let _ = find(&bytes, "x");
        let _ = with_items(&bytes, &|_| Some(String::new()));
        let _ = with_conversation(&bytes, &[&bytes]);
    }
}
