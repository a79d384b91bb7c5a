//! Conversations that a client of OpenAI Responses goes on with by an id, on upstreams that keep none.

use serde_json::{Value, json};
use tests::client::Answer;
use tests::fake::{ANY, Script};
use tests::proxy::Millpond;
use tests::sse::{self, Said, Tongue};

use crate::pond::{Pond, Up};

/// The ups whose upstream keeps no conversation.
const FOREIGN: [Up; 2] = [Up::Claude, Up::Gemini];

/// The answer's id, and what it says.
fn read(answer: &Answer, stream: bool) -> (String, Said) {
    assert_eq!(answer.status, 200, "{}", answer.text());
    if !stream {
        let body = answer.json();
        let said = sse::whole(Tongue::Responses, &body).unwrap();
        return (body["id"].as_str().unwrap().to_owned(), said);
    }
    let events = answer.events();
    let id = events[0].json()["response"]["id"].clone();
    let said = sse::judge(Tongue::Responses, &events).unwrap();
    (id.as_str().unwrap().to_owned(), said)
}

async fn ask(mp: &Millpond, up: Up, stream: bool, fields: &Value) -> Answer {
    let mut body = json!({"model": up.model(), "stream": stream,
        "tools": [{"type": "function", "name": "look", "strict": false, "parameters": {"type": "object", "properties": {"at": {"type": "string"}}}}]});
    for (name, value) in fields.as_object().unwrap() {
        body[name] = value.clone();
    }
    mp.post(&format!("/{}/v1/responses", up.kind()), &body)
        .send()
        .await
}

/// Thinks, looks, and says what it has come to know.
fn looks() -> Script {
    Script::choose(|ask| match ask.turn.results.last() {
        None if ask.turn.text == "Look." => {
            Script::thinking("Where?").then_tool("call_one", "look", r#"{"at":"pond"}"#)
        }
        None => Script::text(&format!("You said: {}", ask.turn.text)),
        Some((_, result)) => Script::text(&format!("There is {result}.")),
    })
}

#[tokio::test]
async fn t1_a_conversation_goes_on_by_its_last_answers_id() {
    let (pond, mp) = Pond::start().await;
    pond.on_all(&looks());
    for up in FOREIGN {
        for stream in [false, true] {
            let first = ask(&mp, up, stream, &json!({"input": "Look."})).await;
            let (id, said) = read(&first, stream);
            assert_eq!(said.calls.len(), 1, "{up:?} {stream}");
            let result = json!([{"type": "function_call_output", "call_id": said.calls[0].id, "output": "water"}]);
            let next = json!({"previous_response_id": id, "input": result});
            let (id, said) = read(&ask(&mp, up, stream, &next).await, stream);
            assert!(
                said.text.contains("water"),
                "{up:?} {stream}: {}",
                said.text
            );
            let next = json!({"previous_response_id": id, "input": "And now?"});
            let (_, said) = read(&ask(&mp, up, stream, &next).await, stream);
            assert_eq!(said.text, "You said: And now?", "{up:?} {stream}");
            let sent = pond.last(up).json().to_string();
            for word in ["Look.", "pond", "water", "There ", "And now?"] {
                assert!(sent.contains(word), "{up:?} {stream}: no {word} in {sent}");
            }
        }
    }
}

#[tokio::test]
async fn h5_a_conversation_that_goes_on_by_an_id_stays_and_may_move_to_a_pool_of_its_own_dialect() {
    let (pond, mp) = Pond::start().await;
    pond.on_all(&looks());
    let (id, _) = read(
        &ask(&mp, Up::Claude, true, &json!({"input": "One."})).await,
        true,
    );
    let next = json!({"previous_response_id": id, "input": "Two."});
    let (_, said) = read(&ask(&mp, Up::Openai, false, &next).await, false);
    assert_eq!(said.text, "You said: Two.");
    let sent = pond.openai.last();
    assert_eq!(sent.path, "/v1/responses");
    let body = sent.json();
    assert_eq!(body["previous_response_id"], Value::Null);
    assert_eq!(body["input"].as_array().map(Vec::len), Some(3), "{body}");
    // What its own upstream has kept is asked for there.
    let next = json!({"previous_response_id": "resp_theirs", "input": "Two."});
    ask(&mp, Up::Openai, false, &next).await;
    assert_eq!(
        pond.openai.last().json()["previous_response_id"],
        "resp_theirs"
    );
}

#[tokio::test]
async fn what_is_not_kept_is_a_clear_400_and_nobody_is_asked() {
    let (pond, mp) = Pond::start().await;
    pond.on_all(&looks());
    let unkept = json!({"input": "One.", "store": false});
    for up in FOREIGN {
        for stream in [false, true] {
            let (id, _) = read(&ask(&mp, up, stream, &unkept).await, stream);
            let before = (pond.claude.count(ANY), pond.gemini.count(ANY));
            for gone in [id.as_str(), "resp_never"] {
                let next = json!({"previous_response_id": gone, "input": "Two."});
                let answer = ask(&mp, up, stream, &next).await;
                let body = answer.json();
                assert_eq!(answer.status, 400, "{body}");
                assert_eq!(body["error"]["code"], "previous_response_not_found");
                assert_eq!(body["error"]["param"], "previous_response_id");
                assert!(answer.error().contains(gone), "{}", answer.error());
            }
            assert_eq!(before, (pond.claude.count(ANY), pond.gemini.count(ANY)));
        }
    }
}

#[tokio::test]
async fn items_can_be_named_by_their_ids() {
    let (pond, mp) = Pond::start().await;
    pond.on_all(&looks());
    let first = ask(&mp, Up::Claude, false, &json!({"input": "One."})).await;
    let item = first.json()["output"][0]["id"].clone();
    let next = json!({"input": [{"role": "user", "content": "One."},
        {"type": "item_reference", "id": item}, {"role": "user", "content": "Two."}]});
    let (_, said) = read(&ask(&mp, Up::Claude, false, &next).await, false);
    assert_eq!(said.text, "You said: Two.");
    let sent = pond.claude.last().json().to_string();
    assert!(sent.contains("You said: One."), "{sent}");
    let gone = json!({"input": [{"type": "item_reference", "id": "msg_none_0"}]});
    let answer = ask(&mp, Up::Claude, false, &gone).await;
    assert_eq!(answer.status, 400, "{}", answer.text());
    assert_eq!(answer.json()["error"]["param"], "input");
}
