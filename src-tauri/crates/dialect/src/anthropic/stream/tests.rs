use super::*;
use crate::sse::Frames;

/// The vendor's example with everything in it.
const WHOLE: &str = r#"event: message_start
data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":12,"cache_creation_input_tokens":3,"cache_read_input_tokens":4,"output_tokens":1}}}

event: content_block_start
data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

event: ping
data: {"type":"ping"}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Let me \"see\""}}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"EqQB/x+y=="}}

event: content_block_stop
data: {"type":"content_block_stop","index":0}

event: content_block_start
data: {"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}

event: content_block_delta
data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Grüße 🐸"}}

event: content_block_stop
data: {"type":"content_block_stop","index":1}

event: content_block_start
data: {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"toolu_1","name":"read_file","input":{}}}

event: content_block_delta
data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":""}}

event: content_block_delta
data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"path\":"}}

event: content_block_delta
data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"\"a\"}"}}

event: content_block_stop
data: {"type":"content_block_stop","index":2}

event: content_block_start
data: {"type":"content_block_start","index":3,"content_block":{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{}}}

event: content_block_delta
data: {"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":"{\"query\":\"x\"}"}}

event: content_block_stop
data: {"type":"content_block_stop","index":3}

event: news_of_tomorrow
data: {"type":"news_of_tomorrow","delta":7}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":25,"output_tokens_details":{"thinking_tokens":9}}}

event: message_stop
data: {"type":"message_stop"}

"#;

fn events(bytes: &[u8], chunk: usize) -> Result<Vec<String>, crate::Malformed> {
    let mut frames = Frames::new();
    let mut reader = Reader::default();
    let mut seen = Vec::new();
    for chunk in bytes.chunks(chunk) {
        frames.push(chunk)?;
        while let Some(frame) = frames.next() {
            reader.read(&frame, &mut |event| seen.push(format!("{event:?}")))?;
        }
    }
    reader.finish(&mut |event| seen.push(format!("{event:?}")))?;
    Ok(seen)
}

#[test]
fn every_block_is_read() {
    insta::assert_snapshot!(events(WHOLE.as_bytes(), usize::MAX).unwrap().join("\n"));
}

#[test]
fn t2_chunking_never_matters() {
    let whole = events(WHOLE.as_bytes(), usize::MAX).unwrap();
    for size in 1..64 {
        assert_eq!(events(WHOLE.as_bytes(), size).unwrap(), whole, "{size}");
    }
}

#[test]
fn t3_the_vendors_example_keeps_to_the_grammar() {
    let mut grammar = crate::anthropic::grammar::Grammar::default();
    let known = WHOLE.replace(
        "event: news_of_tomorrow\ndata: {\"type\":\"news_of_tomorrow\",\"delta\":7}\n\n",
        "",
    );
    grammar.take(known.as_bytes()).unwrap();
    assert!(grammar.is_over());
    assert!(
        grammar
            .take(b"event: ping\ndata: {\"type\":\"ping\"}\n\n")
            .is_err()
    );
}
