//! S1 to S4: when a stream begins, how it breaks, what limits it, and that nothing is held back.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::fake::{ANY, Break, Point, Script, anthropic, closed_address, openai, silent_address};
use tests::proxy::{Millpond, Setup};
use tests::sse::Tongue;
use tests::wait;

use tokio::task::JoinSet;

use crate::pond::{Pond, Up};
use crate::talk::Talk;

const SHORT: Duration = Duration::from_millis(700);

/// Two keys at one upstream, of which `sk-a` is asked first.
fn two(fake: &openai::Fake) -> Setup {
    Setup::new()
        .openai(fake, ["sk-a", "sk-b"])
        .with("a", "priority", 0)
        .with("b", "priority", 1)
}

fn talk() -> Talk {
    Talk::saying(Tongue::Chat, "gpt-x", "Hi")
}

#[tokio::test]
async fn s1_an_error_before_the_first_content_fails_over_unseen() {
    let fake = openai::start().await;
    fake.on("sk-b", Script::text("Good day."));
    for point in [
        Point::BeforeHeaders,
        Point::AfterHeaders,
        Point::AfterLifecycle,
    ] {
        for how in [
            Break::Error,
            Break::Eof,
            Break::Cut,
            Break::Reset,
            Break::Hang,
        ] {
            let broken = Script::text("never").breaks(point, how);
            // Before the headers there is no event to send and no end that HTTP knows.
            if point == Point::BeforeHeaders && matches!(how, Break::Error | Break::Eof) {
                continue;
            }
            fake.on("sk-a", broken);
            let mp = two(&fake)
                .limit("CONNECT_TIMEOUT_MS", SHORT / 2)
                .limit("FIRST_CONTENT_TIMEOUT_MS", SHORT)
                .start()
                .await;
            let answer = talk().stream(&mp).send().await;
            let said = talk().judged(&answer);
            assert_eq!(
                (said.text.as_str(), said.error),
                ("Good day.", None),
                "{point:?} {how:?}"
            );
            assert_eq!(
                answer.header("x-millpond-instance"),
                "b",
                "{point:?} {how:?}"
            );
            assert_eq!(
                answer.header("x-millpond-attempts"),
                "2",
                "{point:?} {how:?}"
            );
        }
    }
}

#[tokio::test]
async fn s1_an_error_event_before_content_fails_over_in_every_dialect() {
    let (openai, claude) = (openai::start().await, anthropic::start().await);
    let mp = Setup::new()
        .openai(&openai, ["sk-a", "sk-b"])
        .claude(&claude, ["sk-c", "sk-d"])
        .set("MAX_ERROR_COUNT", 100)
        .start()
        .await;
    let broken = Script::text("never").breaks(Point::AfterLifecycle, Break::Error);
    for tongue in Tongue::ALL {
        for (kind, model) in [("openai-custom", "gpt-x"), ("claude-custom", "claude-x")] {
            openai.in_turn(ANY, [broken.clone()], Script::text("Good day."));
            claude.in_turn(ANY, [broken.clone()], Script::text("Good day."));
            let talk = Talk::saying(tongue, model, "Hi").to(kind);
            let answer = talk.stream(&mp).send().await;
            assert_eq!(talk.judged(&answer).text, "Good day.", "{tongue:?} {kind}");
            assert_eq!(
                answer.header("x-millpond-attempts"),
                "2",
                "{tongue:?} {kind}"
            );
        }
    }
}

#[tokio::test]
async fn s1_after_ten_silent_seconds_a_sign_of_life_opens_the_stream_and_failover_still_holds() {
    let (fake, claude) = (openai::start().await, anthropic::start().await);
    fake.on(
        "sk-a",
        Script::text("never").breaks(Point::AfterLifecycle, Break::Hang),
    );
    fake.on("sk-b", Script::text("Good day."));
    claude.on(
        ANY,
        Script::text("never").breaks(Point::BeforeHeaders, Break::Hang),
    );
    let mp = two(&fake)
        .claude(&claude, ["sk-c"])
        .set("CONNECT_TIMEOUT_MS", 300)
        .set("FIRST_CONTENT_TIMEOUT_MS", 12_000)
        .set(
            "providerFallbackChain",
            json!({"claude-custom": ["openai-custom"]}),
        )
        .start()
        .await;
    let chat = async {
        let answer = talk().stream(&mp).send().await;
        assert!(
            answer.head_at < Duration::from_millis(11_500),
            "opened after {:?}",
            answer.head_at
        );
        assert!(answer.text().starts_with(':'), "{}", answer.text());
        assert_eq!(talk().judged(&answer).text, "Good day.");
    };
    // What the fallback pool says arrives in the dialect of the stream that is open.
    let message = async {
        let talk = Talk::saying(Tongue::Anthropic, "gpt-x", "Hi").to("claude-custom");
        claude.add_model("gpt-x");
        let answer = talk.stream(&mp).send().await;
        assert!(
            answer.head_at < Duration::from_millis(11_500),
            "opened after {:?}",
            answer.head_at
        );
        assert_eq!(talk.judged(&answer).text, "Good day.");
    };
    tokio::join!(chat, message);
}

#[tokio::test]
async fn s2_the_end_of_the_connection_is_not_the_end_of_the_answer() {
    let (pond, mp) = limited().await;
    for up in Up::ALL {
        for how in [
            Break::Eof,
            Break::Cut,
            Break::Reset,
            Break::Error,
            Break::Hang,
        ] {
            pond.on(up, Script::words(5).breaks(Point::AfterContent(3), how));
            for tongue in Tongue::ALL {
                let talk = Talk::saying(tongue, up.model(), "Hi").to(up.kind());
                let said = talk.judged(&talk.stream(&mp).send().await);
                assert!(said.error.is_some(), "{tongue:?} {up:?} {how:?}: {said:?}");
                // A reset may overtake what was sent before it.
                assert!(
                    how == Break::Reset || said.text == "w0 w1 w2 ",
                    "{tongue:?} {up:?} {how:?}: {said:?}"
                );
            }
        }
    }
}

/// A pond whose members are not rested by the failures of these tests.
async fn limited() -> (Pond, Millpond) {
    let pond = Pond {
        openai: openai::start().await,
        claude: anthropic::start().await,
        gemini: tests::fake::gemini::start().await,
    };
    let mp = pond
        .setup()
        .set("MAX_ERROR_COUNT", 1_000)
        .limit("IDLE_TIMEOUT_MS", SHORT)
        .start()
        .await;
    (pond, mp)
}

#[tokio::test]
async fn s2_a_relay_that_leaves_out_the_end_mark_after_the_finish_is_a_good_end() {
    let (pond, mp) = limited().await;
    pond.openai
        .on(ANY, Script::text("Good day.").without_end_mark());
    for tongue in Tongue::ALL {
        let talk = Talk::saying(tongue, "gpt-x", "Hi").to("openai-custom");
        let answer = talk.stream(&mp).send().await;
        if tongue == Tongue::Chat {
            // Verbatim: what the relay left out stays out, and no error is added.
            assert!(!answer.text().contains("error"), "{}", answer.text());
        } else {
            assert_eq!(talk.judged(&answer).error, None, "{tongue:?}");
        }
    }
}

#[tokio::test]
async fn s2_a_whole_answer_that_breaks_off_fails_over() {
    let fake = openai::start().await;
    fake.on(
        "sk-a",
        Script::text("a rather long answer").breaks(Point::AfterContent(1), Break::Cut),
    );
    fake.on("sk-b", Script::text("Good day."));
    let mp = two(&fake).start().await;
    let answer = talk().whole(&mp).send().await;
    assert_eq!(
        answer.json()["choices"][0]["message"]["content"],
        "Good day."
    );
}

#[tokio::test]
async fn s3_each_limit_is_named_in_its_error() {
    let (silent, _guard) = silent_address().await;
    let fake = openai::start().await;
    let key = |url: String| json!({"OPENAI_API_KEY": "sk-a", "OPENAI_BASE_URL": url, "uuid": tests::proxy::id("a")});
    let limits = |setup: Setup| {
        setup
            .limit("CONNECT_TIMEOUT_MS", SHORT / 2)
            .limit("FIRST_CONTENT_TIMEOUT_MS", SHORT)
            .limit("IDLE_TIMEOUT_MS", SHORT)
    };
    // A server that takes the connection and never answers the TLS handshake.
    let connect = limits(Setup::new().instance("openai-custom", key(format!("https://{silent}"))))
        .start()
        .await;
    let answer = talk().to("openai-custom").stream(&connect).send().await;
    assert_eq!(answer.status, 504, "{}", answer.text());
    assert!(
        answer.error().to_lowercase().contains("connect"),
        "{}",
        answer.error()
    );
    let first = limits(Setup::new().openai(&fake, ["sk-a"])).start().await;
    fake.on(
        ANY,
        Script::text("never").breaks(Point::AfterLifecycle, Break::Hang),
    );
    let answer = talk().stream(&first).send().await;
    assert_eq!(answer.status, 504, "{}", answer.text());
    assert!(
        answer.error().contains("FIRST_CONTENT_TIMEOUT_MS"),
        "{}",
        answer.error()
    );
    let idle = limits(Setup::new().openai(&fake, ["sk-a"])).start().await;
    fake.on(
        ANY,
        Script::words(3).breaks(Point::AfterContent(1), Break::Hang),
    );
    let said = talk().judged(&talk().stream(&idle).send().await);
    let error = said.error.unwrap();
    assert!(
        error.contains("700") || error.to_lowercase().contains("idle"),
        "{error}"
    );
}

#[tokio::test]
async fn s3_a_trickle_passes_however_long_it_takes() {
    let (pond, mp) = limited().await;
    let mp = {
        drop(mp);
        pond.setup()
            .limit("IDLE_TIMEOUT_MS", SHORT)
            .limit("CONNECT_TIMEOUT_MS", SHORT / 2)
            .limit("FIRST_CONTENT_TIMEOUT_MS", SHORT)
            .start()
            .await
    };
    pond.on_all(&Script::words(40).pace(Duration::from_millis(90)));
    let mp = Arc::new(mp);
    let mut all = JoinSet::new();
    for up in Up::ALL {
        let mp = Arc::clone(&mp);
        all.spawn(async move {
            let talk = Talk::saying(Tongue::Anthropic, up.model(), "Hi").to(up.kind());
            let answer = talk.stream(&mp).send().await;
            assert!(answer.took() > 4 * SHORT, "{:?}", answer.took());
            let said = talk.judged(&answer);
            assert_eq!(
                (said.error, said.text.ends_with("w39 ")),
                (None, true),
                "{up:?}"
            );
        });
    }
    all.join_all().await;
}

#[tokio::test]
async fn s3_a_silent_stall_fails_over() {
    let fake = openai::start().await;
    fake.on("sk-a", Script::hang());
    fake.on("sk-b", Script::text("Good day."));
    let mp = two(&fake)
        .limit("CONNECT_TIMEOUT_MS", SHORT / 2)
        .limit("FIRST_CONTENT_TIMEOUT_MS", SHORT)
        .start()
        .await;
    for stream in [false, true] {
        let begun = Instant::now();
        assert_eq!(talk().send(&mp, stream).await.text, "Good day.");
        assert!(begun.elapsed() < 4 * SHORT);
    }
}

#[tokio::test]
async fn s4_nothing_is_buffered() {
    let (pond, mp) = Pond::start().await;
    let pace = Duration::from_millis(80);
    pond.on_all(&Script::words(10).pace(pace));
    for tongue in Tongue::ALL {
        for up in Up::ALL {
            let talk = Talk::saying(tongue, up.model(), "Hi").to(up.kind());
            let answer = talk.stream(&mp).send().await;
            talk.judged(&answer);
            // Each word came in a write of its own, about a pace after the one before.
            let words: Vec<Duration> = (0..10)
                .map(|n| {
                    let word = format!("w{n} ");
                    let found = answer
                        .chunks
                        .iter()
                        .find(|(_, chunk)| String::from_utf8_lossy(chunk).contains(&word));
                    found
                        .unwrap_or_else(|| panic!("{word} in {}", answer.text()))
                        .0
                })
                .collect();
            let together = words
                .windows(2)
                .filter(|pair| pair[1] - pair[0] < pace / 4)
                .count();
            assert!(together <= 2, "{tongue:?} {up:?}: {words:?}");
        }
    }
}

#[tokio::test]
async fn s4_a_client_that_leaves_cancels_upstream_within_a_second() {
    let (pond, mp) = Pond::start().await;
    pond.on_all(&Script::words(100_000).pace(Duration::from_millis(20)));
    for tongue in [Tongue::Chat, Tongue::Anthropic] {
        let talk = Talk::saying(tongue, "gpt-x", "Hi").to("openai-custom");
        let before = pond.openai.gone().len();
        let mut open = talk.stream(&mp).open().await;
        open.until("w3 ").await;
        drop(open);
        let took = wait::until("upstream is cancelled", Duration::from_secs(5), || {
            pond.openai.gone().len() > before
        })
        .await;
        assert!(took < Duration::from_secs(1), "{tongue:?}: {took:?}");
    }
}

#[tokio::test]
async fn s4_a_client_that_leaves_before_the_answer_cancels_upstream_too() {
    let fake = openai::start().await;
    fake.on(ANY, Script::hang());
    let mp = Setup::new().openai(&fake, ["sk-a", "sk-b"]).start().await;
    for stream in [false, true] {
        let (talk, before, asked) = (talk(), fake.gone().len(), fake.count(ANY));
        let request = if stream {
            talk.stream(&mp)
        } else {
            talk.whole(&mp)
        };
        let waiting = tokio::spawn(request.open());
        wait::until("it is under way", Duration::from_secs(10), || {
            fake.count(ANY) == asked + 1
        })
        .await;
        waiting.abort();
        let took = wait::until("upstream is cancelled", Duration::from_secs(5), || {
            fake.gone().len() > before
        })
        .await;
        assert!(took < Duration::from_secs(1), "{took:?}");
    }
    assert_eq!(
        fake.count(ANY),
        2,
        "nobody else was asked for a client that had left"
    );
}

#[tokio::test]
async fn s1_a_dead_address_fails_over_without_a_pause() {
    let fake = openai::start().await;
    let dead = closed_address().await;
    let dead = json!({"OPENAI_API_KEY": "sk-z", "OPENAI_BASE_URL": format!("http://{dead}/v1"), "uuid": tests::proxy::id("dead"), "customName": "dead", "priority": 0});
    let mp = Setup::new()
        .instance("openai-custom", dead)
        .openai(&fake, ["sk-b"])
        .with("b", "priority", 1)
        .start()
        .await;
    let answer = talk().whole(&mp).send().await;
    assert_eq!(
        (answer.status, answer.header("x-millpond-instance")),
        (200, "b"),
        "{}",
        answer.text()
    );
    assert!(
        answer.took() < Duration::from_millis(500),
        "{:?}",
        answer.took()
    );
    assert_eq!(answer.json().get("error"), None::<&Value>);
}
