//! T1: calls and results arrive equal, in every dialect, streamed or not.

use chat::{Dialect, Part, Reply, ToolCall};
use dialect::{
    Ending, StreamTranslation, read_request, translate_reply, write_reply, write_request,
};
use proptest::prelude::*;
use serde_json::Value;

use crate::any::answers::{events, reply};
use crate::any::requests::{calls_of, request, results_of};
use crate::{SPOKEN, plain_back, streams, target};

/// A call as its meaning: id, name, arguments.
fn meaning(call: &ToolCall) -> (String, String, Value) {
    let arguments = match call.arguments.as_str() {
        "" => Value::Object(serde_json::Map::new()),
        text => serde_json::from_str(text).unwrap(),
    };
    (call.id.clone(), call.name.clone(), arguments)
}

fn calls(reply: &Reply) -> Vec<(String, String, Value)> {
    let call = |part: &Part| match part {
        Part::ToolCall(call) => Some(meaning(call)),
        _ => None,
    };
    reply.parts.iter().filter_map(call).collect()
}

fn ways() -> impl Strategy<Value = (Dialect, Dialect)> {
    (0..4_usize, 0..4_usize).prop_map(|(from, to)| (SPOKEN[from], SPOKEN[to]))
}

proptest! {
    #[test]
    fn t1_calls_and_results_of_a_request_reach_every_upstream(request in request(), which in 0..4_usize) {
        let dialect = SPOKEN[which];
        let written = write_request(dialect, &request, &target("m"));
        let read = read_request(dialect, &written.body).unwrap();
        let before: Vec<_> = calls_of(&request.messages).map(meaning).collect();
        let mut after: Vec<_> = calls_of(&read.messages).map(meaning).collect();
        for call in &mut after {
            call.1 = written.names.original(&call.1).to_owned();
        }
        prop_assert_eq!(&after, &before);
        let words = |result: &chat::ToolResult| {
            let texts = result.content.iter().map(|part| match part {
                Part::Text(text) => text.text.as_str(),
                other => panic!("{other:?}"),
            });
            let text = texts.collect::<String>();
            // A result that is JSON travels as JSON where it can: only its spaces may change.
            let same = serde_json::from_str::<serde_json::Value>(&text);
            (result.call_id.clone(), same.map_or(text, |value| value.to_string()))
        };
        let before: Vec<_> = results_of(&request.messages).map(words).collect();
        let after: Vec<_> = results_of(&read.messages).map(words).collect();
        prop_assert_eq!(after, before);
        let named = |tool: &chat::Tool| match tool {
            chat::Tool::Function(function) => function.name.clone(),
            other => panic!("{other:?}"),
        };
        let before: Vec<_> = request.tools.iter().map(named).collect();
        let after: Vec<_> = read.tools.iter().map(named).collect();
        let after: Vec<_> = after.iter().map(|name| written.names.original(name).to_owned()).collect();
        prop_assert_eq!(after, before);
    }

    #[test]
    fn t1_calls_of_a_whole_reply_reach_every_client(reply in reply(), (upstream, client) in ways()) {
        let (body, _) = write_reply(upstream, &reply, &plain_back());
        let told = translate_reply(upstream, client, &body, &plain_back()).unwrap();
        let read = dialect::read_reply(client, &told.body).unwrap();
        prop_assert_eq!(calls(&read), calls(&reply));
    }

    #[test]
    fn t1_calls_of_a_stream_reach_every_client(reply in reply(), (upstream, client) in ways(), size in 1..9_usize) {
        let stream = streams::write(upstream, &events(&reply, size));
        let mut translation = StreamTranslation::new(upstream, client, &plain_back());
        let mut out = Vec::new();
        translation.push(&stream, &mut out).unwrap();
        prop_assert_eq!(translation.finish(&mut out).unwrap(), Ending::Complete);
        let read = streams::read(client, &out, 4096).unwrap();
        prop_assert_eq!(calls(&read.reply), calls(&reply));
    }

    /// A call whose JSON was cut off is an error, never a call.
    #[test]
    fn t1_a_call_that_was_cut_off_is_an_error((upstream, client) in ways(), at in 1..12_usize) {
        let mut call = ToolCall {
            id: "call_1".to_owned(),
            name: "read".to_owned(),
            arguments: "{\"path\":\"a\"}".to_owned(),
            ..ToolCall::default()
        };
        call.arguments.truncate(at.min(call.arguments.len() - 1));
        let reply = Reply { parts: vec![Part::ToolCall(call)], ..Reply::default() };
        // Gemini's arguments are JSON, which a cut leaves broken as a whole.
        prop_assume!(upstream != Dialect::Gemini && upstream != Dialect::Anthropic);
        let (body, _) = write_reply(upstream, &reply, &plain_back());
        prop_assert!(translate_reply(upstream, client, &body, &plain_back()).is_err());
    }
}
