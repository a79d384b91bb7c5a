//! Laws over generated conversations: what is written is read as it was meant (T1, T5, T7), every stream keeps to the
//! grammar (T3), chunks do not matter (T2), and no bytes make a reader panic.

mod client;
mod conversations;
mod parts;

use chat::{Event, Part, Reply};
use proptest::prelude::*;

use self::client::{back, collected, events_of, kept_as_values, read_events, sent_back};
use super::grammar::Grammar;
use super::{reply, request, strip};
use crate::translate::EventWriter;
use crate::{Dialect, EventReader};

/// Writes events as a client gets them; each step keeps to the grammar, and the whole is over.
fn written(events: &[Event<'_>]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = EventWriter::new(Dialect::Anthropic, &back());
    for event in events {
        writer.write(event, &mut out);
    }
    let mut grammar = Grammar::default();
    grammar.take(&out).unwrap();
    assert!(grammar.is_over());
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn t1_requests_are_read_as_they_were_meant((request, target) in conversations::request()) {
        let written = request::write(&request, &target);
        prop_assert_eq!(&written.losses, &vec![]);
        prop_assert!(written.names.is_empty());
        let read = request::read(&written.body);
        prop_assert_eq!(read, Ok(request), "{}", String::from_utf8_lossy(&written.body));
    }

    #[test]
    fn t1_answers_are_read_as_they_were_meant(reply in parts::reply(parts::own)) {
        let (body, losses) = reply::write(&reply, &back());
        prop_assert_eq!(losses, vec![]);
        prop_assert_eq!(reply::read(&body), Ok(reply), "{}", String::from_utf8_lossy(&body));
    }

    /// What other dialects signed comes back from a client that keeps what it got.
    #[test]
    fn t5_seals_survive_a_client(reply in parts::reply(parts::anybodys)) {
        let (body, losses) = reply::write(&reply, &back());
        prop_assert_eq!(losses, vec![]);
        let answer: serde_json::Value = serde_json::from_slice(&body).unwrap();
        prop_assert_eq!(sent_back(&answer["content"]), kept_as_values(reply.parts));
    }

    #[test]
    fn t5_seals_survive_a_streaming_client(
        reply in parts::reply(parts::anybodys),
        cuts in prop::collection::vec(1usize..9, 1..20),
    ) {
        let out = written(&events_of(&reply, &cuts));
        let answer = collected(&out);
        prop_assert_eq!(sent_back(&answer["content"]), kept_as_values(reply.parts));
        prop_assert_eq!(&answer["id"], reply.id.as_deref().unwrap());
    }

    #[test]
    fn t1_streams_are_read_as_they_were_meant(
        reply in parts::reply(parts::own),
        cuts in prop::collection::vec(1usize..9, 1..20),
    ) {
        let reply = Reply { extra: None, ..reply };
        let out = written(&events_of(&reply, &cuts));
        prop_assert_eq!(read_events(&out, &[usize::MAX]), reply);
    }

    #[test]
    fn t2_chunks_never_matter(
        reply in parts::reply(parts::anybodys),
        cuts in prop::collection::vec(1usize..9, 1..20),
        chunks in prop::collection::vec(1usize..80, 1..30),
    ) {
        let out = written(&events_of(&reply, &cuts));
        prop_assert_eq!(read_events(&out, &chunks), read_events(&out, &[usize::MAX]));
    }

    /// Foreign seals never reach the vendor: neither translated nor on the verbatim path.
    #[test]
    fn t5_the_vendor_gets_no_foreign_seal(
        reply in parts::reply(parts::anybodys),
        (mut request, target) in conversations::request(),
    ) {
        request.messages.push(chat::Message::new(chat::Role::Assistant, reply.parts.clone()));
        let told = request::write(&request, &target).body;
        prop_assert!(memchr::memmem::find(&told, b"mp1.").is_none());

        let (body, _) = reply::write(&reply, &back());
        let answer: serde_json::Value = serde_json::from_slice(&body).unwrap();
        let verbatim = serde_json::json!({ "messages": [
            { "role": "user", "content": "hi" },
            { "role": "assistant", "content": answer["content"] },
        ] });
        let body = serde_json::to_vec(&verbatim).unwrap();
        let told = strip::strip(&body).unwrap_or(body);
        prop_assert!(memchr::memmem::find(&told, b"mp1.").is_none());
        let left: serde_json::Value = serde_json::from_slice(&told).unwrap();
        let own = |part: &&Part| match part {
            Part::Thinking(thought) => thought.signature.as_ref().is_some_and(|one| one.dialect == Dialect::Anthropic),
            Part::Text(text) => !text.text.is_empty(),
            _ => true,
        };
        let kept = left["messages"].get(1).map_or(0, |turn| turn["content"].as_array().unwrap().len());
        prop_assert_eq!(kept, reply.parts.iter().filter(own).count());
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        read_everything(&bytes);
    }

    #[test]
    fn no_damage_makes_a_reader_panic(
        (request, target) in conversations::request(),
        reply in parts::reply(parts::anybodys),
        at in any::<prop::sample::Index>(),
        with in prop_oneof![
            Just("null"), Just("{}"), Just("[]"), Just("\""), Just("1e999"), Just("-1"), Just("\\ud800"),
            Just("}"), Just(""), Just("\n\n"), Just("data:"), Just("mp1."),
        ],
        gone in 0usize..30,
    ) {
        for mut body in [
            request::write(&request, &target).body,
            reply::write(&reply, &back()).0,
            written(&events_of(&reply, &[3])),
        ] {
            let from = at.index(body.len());
            let to = (from + gone).min(body.len());
            body.splice(from..to, with.bytes());
            read_everything(&body);
        }
    }
}

fn read_everything(bytes: &[u8]) {
    let _ = request::read(bytes).map(|request| request::write(&request, &conversations::older()));
    let _ = request::read_count(bytes);
    let _ = reply::read(bytes);
    let _ = strip::strip(bytes);
    let mut reader = EventReader::new(Dialect::Anthropic);
    let mut writer = EventWriter::new(Dialect::Anthropic, &back());
    let mut out = Vec::new();
    let mut take = |event: Event<'_>| {
        writer.write(&event, &mut out);
        Ok(())
    };
    let _ = reader.push(bytes, &mut take);
    let _ = reader.finish(&mut take);
}
