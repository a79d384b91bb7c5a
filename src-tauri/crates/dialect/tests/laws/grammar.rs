//! T3: every stream that is written is well-formed.

use chat::{Event, StreamError};
use dialect::grammar::{Events, Wire};
use dialect::{EventWriter, Fault, FaultKind, StreamTranslation};
use proptest::prelude::*;

use crate::any::answers::{events, reply};
use crate::{SPOKEN, plain_back, streams};

fn fault() -> Fault {
    Fault {
        status: 502,
        kind: FaultKind::Upstream,
        message: "the upstream went away".to_owned(),
        code: None,
        param: None,
        request_id: "r".to_owned(),
    }
}

proptest! {
    #[test]
    fn t3_every_list_of_events_is_written_well_formed(reply in reply(), which in 0..4_usize, size in 1..9_usize) {
        let dialect = SPOKEN[which];
        let events = events(&reply, size);
        let mut neutral = Events::new();
        for event in &events {
            neutral.take(event).unwrap();
        }
        let stream = streams::write(dialect, &events);
        let mut wire = Wire::new(dialect);
        if let Err(violation) = wire.take(&stream) {
            panic!("{violation}: {}", String::from_utf8_lossy(&stream));
        }
        prop_assert!(wire.is_over());
    }

    /// A stream that fails anywhere ends in its dialect's error, well-formed too.
    #[test]
    fn s2_a_stream_that_fails_anywhere_is_well_formed(reply in reply(), which in 0..4_usize, at in any::<prop::sample::Index>()) {
        let dialect = SPOKEN[which];
        let mut events = events(&reply, 3);
        events.truncate(1 + at.index(events.len() - 1));
        events.push(Event::Error(StreamError::default()));
        let mut out = Vec::new();
        let mut writer = EventWriter::new(dialect, &plain_back());
        for event in &events {
            writer.write(event, &mut out);
        }
        let mut wire = Wire::new(dialect);
        prop_assert!(wire.take(&out).is_ok());
        let told = out.len();
        writer.fail(&fault(), &mut out);
        if let Err(violation) = wire.take(&out[told..]) {
            panic!("{violation}: {}", String::from_utf8_lossy(&out));
        }
        prop_assert!(wire.is_over());
    }

    #[test]
    fn t3_a_translated_stream_is_well_formed(reply in reply(), (from, to) in (0..4_usize, 0..4_usize), size in 1..9_usize) {
        let (upstream, client) = (SPOKEN[from], SPOKEN[to]);
        let stream = streams::write(upstream, &events(&reply, size));
        let mut translation = StreamTranslation::new(upstream, client, &plain_back());
        let mut wire = Wire::new(client);
        for chunk in stream.chunks(50) {
            let mut out = Vec::new();
            translation.push(chunk, &mut out).unwrap();
            if let Err(violation) = wire.take(&out) {
                panic!("{violation}: {}", String::from_utf8_lossy(&out));
            }
        }
        let mut out = Vec::new();
        translation.finish(&mut out).unwrap();
        prop_assert!(wire.take(&out).is_ok());
        prop_assert!(wire.is_over());
    }
}
