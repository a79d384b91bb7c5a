//! Streams and whole answers.

use chat::{Event, Reply, Request, Stop, StopReason};
use proptest::prelude::*;

use super::given::{almost, any_part, events, parts, stop, usage};
use crate::openai_responses::grammar::Grammar;
use crate::openai_responses::reply;
use crate::openai_responses::stream::Reader;
use crate::openai_responses::stream::tests::{back, owned, read, written};
use crate::sse::Frames;

const KEYS: &[&str] = &[
    "type",
    "item",
    "part",
    "delta",
    "text",
    "output_index",
    "content_index",
    "summary_index",
    "item_id",
    "arguments",
    "input",
    "name",
    "call_id",
    "response",
    "output",
    "content",
    "summary",
    "encrypted_content",
    "status",
    "error",
    "usage",
    "annotations",
    "refusal",
    "id",
    "incomplete_details",
    "namespace",
    "execution",
    "input_tokens",
];
const KINDS: &[&str] = &[
    "response.created",
    "response.output_item.added",
    "response.output_item.done",
    "response.content_part.added",
    "response.content_part.done",
    "response.output_text.delta",
    "response.output_text.done",
    "response.refusal.delta",
    "response.completed",
    "response.incomplete",
    "response.failed",
    "error",
    "response.function_call_arguments.delta",
    "response.function_call_arguments.done",
    "response.reasoning_summary_text.delta",
    "response.reasoning_text.delta",
    "message",
    "reasoning",
    "function_call",
    "custom_tool_call",
    "tool_search_call",
    "output_text",
    "refusal",
    "client",
];

/// The events of a stream that comes in these chunks; what is wrong with it ends them.
fn read_chunks(chunks: &[&[u8]]) -> (Vec<Event<'static>>, bool) {
    let mut events = Vec::new();
    let mut reader = Reader::default();
    let mut frames = Frames::new();
    for chunk in chunks {
        if frames.push(chunk).is_err() {
            return (events, true);
        }
        while let Some(frame) = frames.next() {
            let read = reader.read(&frame, &mut |event| events.push(owned(event)));
            if read.is_err() {
                return (events, true);
            }
        }
    }
    (events, false)
}

proptest! {
    #[test]
    fn t1_events_written_and_read_are_the_same(events in events()) {
        let stream = written(&events, Request::default());
        prop_assert_eq!(read(&stream).unwrap(), events);
    }

    #[test]
    fn t2_chunking_never_matters(events in events(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12)) {
        let stream = written(&events, Request::default());
        let mut at: Vec<_> = cuts.iter().map(|cut| cut.index(stream.len())).collect();
        at.extend([0, stream.len()]);
        at.sort_unstable();
        let chunks: Vec<_> = at.windows(2).map(|pair| &stream[pair[0]..pair[1]]).collect();
        prop_assert_eq!(read_chunks(&chunks).0, events);
    }

    #[test]
    fn t3_whatever_is_told_keeps_to_the_grammar(
        parts in prop::collection::vec(any_part(), 0..6),
        usage in prop::option::of(usage()),
        reason in prop::sample::select(vec![
            StopReason::EndTurn, StopReason::ToolUse, StopReason::MaxTokens, StopReason::Pause,
            StopReason::Refusal, StopReason::ContextFull, StopReason::Other("x".to_owned()),
        ]),
    ) {
        let mut events = vec![Event::Start { id: None, model: None, created: None }];
        for (index, part) in (0..).zip(parts) {
            reply::tell(part, index, &mut |event| events.push(owned(event)));
        }
        events.extend(usage.map(Event::Usage));
        events.extend([Event::Stop(Stop::new(reason)), Event::End]);
        let mut grammar = Grammar::default();
        let stream = written(&events, Request::default());
        prop_assert!(grammar.take(&stream).is_ok());
        prop_assert!(grammar.is_over());
    }

    #[test]
    fn t1_a_reply_written_and_read_is_the_same(
        (parts, stop) in parts().prop_flat_map(|parts| { let stop = stop(&parts); (Just(parts), stop) }),
        usage in usage(),
    ) {
        let reply = Reply {
            id: Some("resp_abc".to_owned()),
            model: Some("m".to_owned()),
            created: Some(5),
            parts,
            stop: Some(stop),
            usage: Some(usage),
            extra: None,
        };
        let (body, losses) = reply::write(&reply, &back(Request::default()));
        prop_assert_eq!(losses, []);
        prop_assert_eq!(reply::read(&body).unwrap(), reply);
    }

    #[test]
    fn t1_a_reply_says_what_its_stream_says(events in events()) {
        let stream = written(&events, Request::default());
        let last = super::super::stream::tests::data(&stream).pop().unwrap();
        let whole = reply::read(last["response"].to_string().as_bytes()).unwrap();
        let mut told = Vec::new();
        for (index, part) in (0..).zip(whole.parts) {
            reply::tell(part, index, &mut |event| told.push(owned(event)));
        }
        let opened = |events: &[Event<'static>]| -> Vec<_> {
            events.iter().filter(|event| matches!(event, Event::Open { .. })).cloned().collect()
        };
        prop_assert_eq!(opened(&told), opened(&events));
    }

    #[test]
    fn arbitrary_bytes_break_no_reader(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = reply::read(&bytes);
        let _ = read(&bytes);
        let mut framed = b"data: ".to_vec();
        framed.extend_from_slice(&bytes);
        framed.extend_from_slice(b"\n\n");
        let _ = read(&framed);
    }

    #[test]
    fn s2_events_of_any_shape_keep_to_the_grammar_of_events(
        values in prop::collection::vec(almost(KEYS, KINDS), 0..12),
    ) {
        let mut stream = String::new();
        for value in &values {
            let _ = reply::read(value.to_string().as_bytes());
            stream.push_str(&format!("data: {value}\n\n"));
        }
        let (events, _) = read_chunks(&[stream.as_bytes()]);
        let mut grammar = crate::grammar::Events::new();
        for event in &events {
            prop_assert!(grammar.take(event).is_ok(), "{:?} in {:?}", event, events);
        }
    }
}
