//! What a dialect can say, it says and reads back.

use chat::{Dialect, Part, Reply, Request, StopReason};
use dialect::{read_reply, read_request, write_reply, write_request};
use proptest::prelude::*;

use crate::any::answers::{events, reply};
use crate::any::requests::request;
use crate::{SPOKEN, plain_back, streams, target};

/// A request through a dialect and back.
fn through(dialect: Dialect, request: &Request) -> Request {
    let written = write_request(dialect, request, &target(&request.model));
    let mut read = read_request(dialect, &written.body)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&written.body)));
    if dialect == Dialect::Gemini {
        // The path says these.
        read.model.clone_from(&request.model);
        read.stream = request.stream;
    }
    read
}

fn reply_through(dialect: Dialect, reply: &Reply) -> Reply {
    let (body, _) = write_reply(dialect, reply, &plain_back());
    read_reply(dialect, &body)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&body)))
}

/// The words of an answer, whatever parts they stand in.
fn words(reply: &Reply) -> String {
    let part = |part: &Part| match part {
        Part::Text(text) => text.text.clone(),
        Part::Refusal(text) => text.clone(),
        _ => String::new(),
    };
    reply.parts.iter().map(part).collect()
}

proptest! {
    /// The first way through may lose what the dialect cannot say; from then on nothing is lost or changed.
    #[test]
    fn a_request_that_a_dialect_can_say_is_read_back_as_it_was(request in request(), which in 0..4_usize) {
        let dialect = SPOKEN[which];
        let said = through(dialect, &request);
        prop_assert_eq!(through(dialect, &said), said);
    }

    #[test]
    fn t7_a_reply_that_a_dialect_can_say_is_read_back_as_it_was(reply in reply(), which in 0..4_usize) {
        let dialect = SPOKEN[which];
        let said = reply_through(dialect, &reply);
        prop_assert_eq!(words(&said), words(&reply));
        if let Some(usage) = reply.usage {
            prop_assert_eq!(said.usage, Some(usage));
        }
        prop_assert_eq!(reply_through(dialect, &said), said);
    }

    /// A stream and a whole reply say the same.
    #[test]
    fn a_stream_says_what_the_whole_reply_says(reply in reply(), which in 0..4_usize, size in 1..9_usize) {
        let dialect = SPOKEN[which];
        let stream = streams::write(dialect, &events(&reply, size));
        let read = streams::read(dialect, &stream, 4096)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&stream)));
        prop_assert!(read.ended);
        prop_assert_eq!(words(&read.reply), words(&reply));
        prop_assert_eq!(read.reply.usage, reply.usage.or(read.reply.usage));
        let whole = reply_through(dialect, &reply);
        prop_assert_eq!(&read.reply.stop, &whole.stop);
        let stream_calls: Vec<_> = calls(&read.reply);
        prop_assert_eq!(stream_calls, calls(&whole));
    }

    /// Why it ended means the same in every dialect, as far as it has a word for it.
    #[test]
    fn the_reason_of_the_end_survives(reply in reply(), which in 0..4_usize) {
        let said = reply_through(SPOKEN[which], &reply).stop.map(|stop| stop.reason);
        let meant = reply.stop.map(|stop| stop.reason);
        let refused = reply.parts.iter().any(|part| matches!(part, Part::Refusal(_)));
        // A refusal in words may be told as one, and as a turn that ended.
        if !(refused && matches!(said, Some(StopReason::Refusal | StopReason::EndTurn))) {
            prop_assert_eq!(said, meant);
        }
    }
}

fn calls(reply: &Reply) -> Vec<(String, String)> {
    let call = |part: &Part| match part {
        Part::ToolCall(call) => Some((call.name.clone(), call.arguments.clone())),
        _ => None,
    };
    reply.parts.iter().filter_map(call).collect()
}
