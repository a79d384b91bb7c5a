//! How answers break, are cut, paced and compressed.

use std::io::Read as _;
use std::time::Duration;

use serde_json::json;
use tests::fake::{ANY, Break, Point, Script, anthropic, openai};
use tests::sse::{self, Tongue};

use crate::{chat, hello, hello_claude, message, with};

#[tokio::test]
async fn a_stream_breaks_where_it_is_told_to() {
    let fake = openai::start().await;
    let body = with(hello(), "stream", json!(true));
    let cases = [
        (Point::AfterHeaders, 0),
        (Point::AfterLifecycle, 1),
        (Point::AfterContent(2), 3),
        (Point::BeforeClosing, 4),
        (Point::BeforeEnd, 5),
    ];
    for how in [Break::Eof, Break::Cut, Break::Reset] {
        for (point, events) in cases {
            fake.on(ANY, Script::words(3).breaks(point, how));
            let answer = chat(&fake, &body).send().await;
            assert_eq!(answer.clean, how == Break::Eof, "{point:?} {how:?}");
            if how != Break::Reset {
                assert_eq!(answer.events().len(), events, "{point:?} {how:?}");
            }
        }
    }
    fake.on(
        ANY,
        Script::words(3).breaks(Point::AfterContent(1), Break::Error),
    );
    let said = sse::judge(Tongue::Chat, &chat(&fake, &body).send().await.events()).unwrap();
    assert!(said.error.is_some());
    for how in [Break::Cut, Break::Reset] {
        fake.on(ANY, Script::words(1).breaks(Point::BeforeHeaders, how));
        assert!(chat(&fake, &body).try_open().await.is_err());
    }
    fake.on(
        ANY,
        Script::text("A longer answer.").breaks(Point::AfterContent(1), Break::Cut),
    );
    assert!(!chat(&fake, &hello()).send().await.clean);
}

#[tokio::test]
async fn a_hanging_answer_says_when_its_client_left() {
    let fake = anthropic::start().await;
    fake.on(
        ANY,
        Script::words(3).breaks(Point::AfterContent(1), Break::Hang),
    );
    let mut open = message(&fake, &with(hello_claude(), "stream", json!(true)))
        .open()
        .await;
    open.until("w0").await;
    assert_eq!((fake.open(), fake.gone().len()), (1, 0));
    drop(open);
    tests::wait::until("it is noticed", Duration::from_secs(2), || {
        fake.gone().len() == 1
    })
    .await;
}

#[tokio::test]
async fn a_paced_answer_says_when_its_client_left() {
    let fake = openai::start().await;
    fake.on(ANY, Script::words(10_000).pace(Duration::from_millis(5)));
    let mut open = chat(&fake, &with(hello(), "stream", json!(true)))
        .open()
        .await;
    open.until("w1 ").await;
    drop(open);
    tests::wait::until("it is noticed", Duration::from_secs(2), || {
        fake.gone().len() == 1
    })
    .await;
}

#[tokio::test]
async fn cuts_line_ends_and_comments_change_no_event() {
    let fake = openai::start().await;
    let body = with(hello(), "stream", json!(true));
    let script = Script::text("Grüße vom Teich 🐸 at dusk");
    fake.on(ANY, script.clone());
    let plain = chat(&fake, &body).send().await;
    fake.on(ANY, script.clone().bytes(1).crlf().comments());
    let cut = chat(&fake, &body).send().await;
    assert!(cut.chunks.iter().all(|(_, chunk)| chunk.len() == 1));
    let said = |answer: &tests::client::Answer| sse::judge(Tongue::Chat, &answer.events()).unwrap();
    assert_eq!(said(&plain), said(&cut));
    fake.on(ANY, script.without_end_mark());
    assert!(!chat(&fake, &body).send().await.text().contains("[DONE]"));
}

#[tokio::test]
async fn gzip_is_sent_to_those_who_take_it_only() {
    let fake = openai::start().await;
    fake.on(ANY, Script::text("Hello").gzip());
    assert!(chat(&fake, &hello()).send().await.text().contains("Hello"));
    for body in [hello(), with(hello(), "stream", json!(true))] {
        let answer = chat(&fake, &body)
            .header("accept-encoding", "gzip")
            .send()
            .await;
        assert_eq!(answer.header("content-encoding"), "gzip");
        let mut text = String::new();
        flate2::read::GzDecoder::new(&answer.body()[..])
            .read_to_string(&mut text)
            .unwrap();
        assert!(text.contains("Hello"));
    }
}

#[tokio::test]
async fn statuses_pages_and_headers_come_as_scripted() {
    let fake = anthropic::start().await;
    fake.in_turn(
        ANY,
        [
            Script::status(529).header("retry-after", "7"),
            Script::html(502),
            Script::empty(503),
        ],
        Script::json(418, &json!({"odd": true})),
    );
    let ask = || message(&fake, &hello_claude()).send();
    let overloaded = ask().await;
    assert_eq!(
        (overloaded.status, overloaded.header("retry-after")),
        (529, "7")
    );
    assert_eq!(overloaded.json()["error"]["type"], "overloaded_error");
    assert!(ask().await.text().starts_with("<html>"));
    assert_eq!(ask().await.text(), "");
    assert_eq!(ask().await.json()["odd"], true);
}
