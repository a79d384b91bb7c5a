//! R1: what a stream that is translated holds in memory. Run by hand, against a binary as it is released:
//! `MILLPOND_BIN=target/release/millpond cargo test -p tests --test blackbox -- --ignored memory --nocapture`.

use std::time::Duration;

use serde_json::json;
use tests::client::Open;
use tests::fake::{Break, Point, Script};
use tests::proxy::Millpond;
use tests::sse::Tongue;
use tests::wait;

use crate::pond::{Pond, Up};
use crate::talk::Talk;

/// Streams that are opened before the first look, so that what all of them share is there.
const WARM: usize = 100;
const MEASURED: usize = 400;
/// The most that one may hold, on both its connections and between them.
const MOST_KB: u64 = 64;
/// The same behind a large request, for which a client's connection has made room.
const MOST_OF_AGENT_KB: u64 = 96;
/// The same where the answer repeats instructions and tools, which have to be held for that.
const MOST_REPEATED_KB: u64 = 256;

/// Resident memory of a process, in KB of 1,024 bytes.
fn resident(mp: &Millpond) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", mp.pid())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let number = line.unwrap().split_ascii_whitespace().nth(1);
    number.unwrap().parse().unwrap()
}

/// What an agent sends in the middle of its work: long instructions, many tools, some turns.
fn agent(tongue: Tongue, up: Up) -> Talk {
    let mut talk = Talk::new(tongue, up.model()).to(up.kind());
    if tongue == Tongue::Responses {
        // As Codex has it; what is to be kept is kept beside the stream, too.
        talk = talk.set("store", json!(false));
    }
    talk.system(&"Be a careful frog. ".repeat(1_000));
    for n in 0..20 {
        let about = "Where to look, in words that are clear. ".repeat(20);
        let schema = json!({"type": "object", "properties": {"at": {"type": "string", "description": about}}});
        talk.tool(&format!("look_{n}"), &schema);
    }
    talk.user(&"Look at this. ".repeat(8_000));
    talk
}

/// Opens streams that have said something and go on to be silent: one after the other, so that what is held for a moment only
/// is held once.
async fn open(pond: &Pond, mp: &Millpond, talk: &Talk, up: Up, count: usize) -> Vec<Open> {
    let silent = Script::words(40).breaks(Point::AfterContent(40), Break::Hang);
    pond.on(up, silent);
    let mut all = Vec::with_capacity(count);
    for _ in 0..count {
        let mut stream = talk.stream(mp).open().await;
        stream.until("w39").await;
        all.push(stream);
    }
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "opens thousands of streams; run by hand, as the module says"]
async fn r1_a_translated_stream_holds_little() {
    let mut over = Vec::new();
    for (tongue, up) in [
        (Tongue::Chat, Up::Openai),
        (Tongue::Chat, Up::Claude),
        (Tongue::Anthropic, Up::Gemini),
        (Tongue::Gemini, Up::Openai),
        (Tongue::Responses, Up::Claude),
    ] {
        for (what, talk) in [
            (
                "a word",
                Talk::saying(tongue, up.model(), "Hi").to(up.kind()),
            ),
            ("an agent", agent(tongue, up)),
        ] {
            let (pond, mp) = Pond::start().await;
            let mut streams = open(&pond, &mp, &talk, up, WARM).await;
            let before = resident(&mp);
            streams.extend(open(&pond, &mp, &talk, up, MEASURED).await);
            let each = resident(&mp).saturating_sub(before) / MEASURED as u64;
            eprintln!("{tongue:?} to {up:?}, {what}: {each} KB a stream");
            let most = match (what, tongue) {
                ("a word", _) => MOST_KB,
                (_, Tongue::Responses) => MOST_REPEATED_KB,
                _ => MOST_OF_AGENT_KB,
            };
            if each >= most {
                over.push((tongue, up, what, each));
            }
            drop(streams);
            let fake = |pond: &Pond| pond.openai.open() + pond.claude.open() + pond.gemini.open();
            wait::until("left", Duration::from_secs(20), || fake(&pond) == 0).await;
        }
    }
    assert!(over.is_empty(), "{over:?}");
}
