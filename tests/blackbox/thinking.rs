//! T5: thinking has provenance.

use serde_json::json;
use tests::fake::Script;
use tests::sse::Tongue;

use crate::pond::{Pond, Up};
use crate::talk::Talk;

fn thinks() -> Script {
    Script::choose(|ask| match ask.turn.results.len() {
        0 if !ask.turn.tools.is_empty() => Script::thinking("Where is the water?").then_tool(
            "call_one",
            "look",
            r#"{"at":"pond"}"#,
        ),
        _ => Script::thinking("There it is.").then_text("Found."),
    })
}

#[tokio::test]
async fn t5_a_conversation_that_goes_to_another_upstream_and_back_is_refused_nowhere() {
    let (pond, mp) = Pond::start().await;
    pond.on_all(&thinks());
    for tongue in Tongue::ALL {
        for away in Up::ALL {
            for home in Up::ALL {
                let mut talk = Talk::saying(tongue, home.model(), "Look.").to(home.kind());
                talk.tool(
                    "look",
                    &json!({"type": "object", "properties": {"at": {"type": "string"}}}),
                );
                if tongue == Tongue::Anthropic {
                    talk = talk.set(
                        "thinking",
                        json!({"type": "enabled", "budget_tokens": 1024}),
                    );
                }
                if tongue == Tongue::Responses {
                    talk = talk.set("include", json!(["reasoning.encrypted_content"]));
                }
                for (n, up) in [home, away, home, away].into_iter().enumerate() {
                    talk.turn_to(up.kind(), up.model());
                    let (whole, said) = talk.said_whole(&mp).await;
                    talk.keep(&whole);
                    if said.calls.is_empty() {
                        assert_eq!(said.text, "Found.", "{tongue:?} {home:?} {away:?} {n}");
                        talk.user("Again.");
                    } else {
                        talk.results(&[(&said.calls[0], "water")]);
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn t5_thinking_is_shown_in_each_dialect() {
    let (pond, mp) = Pond::start().await;
    pond.on_all(&Script::thinking("Where is the water?").then_text("There."));
    for tongue in Tongue::ALL {
        for up in Up::ALL {
            for stream in [false, true] {
                let talk = Talk::saying(tongue, up.model(), "Look.").to(up.kind());
                let said = talk.send(&mp, stream).await;
                assert_eq!(
                    said.thinking, "Where is the water?",
                    "{tongue:?} {up:?} {stream}"
                );
                assert_eq!(said.text, "There.", "{tongue:?} {up:?} {stream}");
            }
        }
    }
}

#[tokio::test]
async fn t5_the_signature_returns_to_where_it_came_from() {
    let (pond, mp) = Pond::start().await;
    pond.on(Up::Claude, thinks());
    for tongue in [Tongue::Anthropic, Tongue::Responses, Tongue::Gemini] {
        let mut talk = Talk::saying(tongue, "claude-x", "Look.").to("claude-custom");
        talk.tool(
            "look",
            &json!({"type": "object", "properties": {"at": {"type": "string"}}}),
        );
        let (whole, said) = talk.said_whole(&mp).await;
        assert!(!said.signatures.is_empty(), "{tongue:?}: {whole}");
        talk.keep(&whole);
        talk.results(&[(&said.calls[0], "water")]);
        talk.said_whole(&mp).await;
        let sent = pond.last(Up::Claude).json();
        let first = &sent["messages"][1]["content"][0];
        assert_eq!(first["type"], "thinking", "{tongue:?}: {sent}");
        assert_eq!(
            first["signature"],
            tests::fake::anthropic::sign("Where is the water?"),
            "{tongue:?}"
        );
    }
}
