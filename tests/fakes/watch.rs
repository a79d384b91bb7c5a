//! What a fake sees and tells.

use serde_json::json;
use tests::LOCAL_KEY;
use tests::fake::{ANY, Script, openai};

use crate::{chat, hello, stop, with};

#[tokio::test]
async fn a_leak_of_the_local_key_or_of_a_hop_header_is_told() {
    let fake = openai::start().await;
    chat(&fake, &hello()).header("cookie", "a=b").send().await;
    chat(&fake, &hello()).bearer(LOCAL_KEY).send().await;
    chat(&fake, &with(hello(), "user", json!(LOCAL_KEY)))
        .send()
        .await;
    chat(&fake, &hello())
        .header("x-millpond-instance", "a")
        .send()
        .await;
    fake.forbid("sk-a");
    chat(&fake, &hello()).send().await;
    let leaks = fake.take_leaks();
    assert_eq!(leaks.len(), 5, "{leaks:#?}");
    stop(fake).await;
}

#[tokio::test]
#[should_panic(expected = "leaked to an upstream")]
async fn a_leak_fails_the_test() {
    let fake = openai::start().await;
    chat(&fake, &hello()).bearer(LOCAL_KEY).send().await;
    stop(fake).await;
}

#[tokio::test]
async fn a_script_may_look_at_the_request() {
    let fake = openai::start().await;
    fake.on(
        ANY,
        Script::choose(|ask| match ask.turn.results.first() {
            Some((id, text)) => Script::text(&format!("{id} gave {text}")),
            None => Script::tool("call_7", &ask.turn.tools[0], "{}"),
        }),
    );
    let tools = json!([{"type": "function", "function": {"name": "look"}}]);
    let first = chat(&fake, &with(hello(), "tools", tools.clone()))
        .send()
        .await
        .json();
    let call = first["choices"][0]["message"].clone();
    assert_eq!(call["tool_calls"][0]["function"]["name"], "look");
    let messages = json!([
        {"role": "user", "content": "Hi"}, call,
        {"role": "tool", "tool_call_id": "call_7", "content": "reeds"},
    ]);
    let body = with(with(hello(), "messages", messages), "tools", tools);
    let second = chat(&fake, &body).send().await.json();
    assert_eq!(
        second["choices"][0]["message"]["content"],
        "call_7 gave reeds"
    );
}

#[tokio::test]
async fn requests_are_kept_as_they_came() {
    let fake = openai::start().await;
    let odd = format!(
        "{{ \"messages\":[{{\"role\":\"user\",\"content\":\"Hi\"}}],\n\"model\": \"{}\"}}",
        "gpt-x"
    );
    chat(&fake, &hello()).body(odd.clone()).send().await;
    let seen = fake.last();
    assert_eq!((seen.body, seen.key.as_str()), (odd.into_bytes(), "sk-a"));
    assert_eq!(fake.connections(), 1);
}
