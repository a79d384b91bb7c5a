//! T2: any cut gives the same, and the same as reading every frame.

use super::*;
use crate::Frames;
use proptest::prelude::*;

/// Reads every frame, by the framing of `sse`.
struct Reference {
    dialect: Dialect,
    frames: Frames,
    state: State,
}

impl Reference {
    fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            frames: Frames::new(),
            state: Tap::new(dialect).state,
        }
    }

    fn scan(&mut self, chunk: &[u8]) -> Progress {
        self.frames.push(chunk).unwrap();
        while let Some(frame) = self.frames.next() {
            let facts = read::event(self.dialect, frame.event, &frame.data);
            self.state.take(self.dialect, facts);
        }
        self.state.progress
    }
}

const CHAT: &[&str] = &[
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}],\"usage\":null}",
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"é \\\"usage\\\": [DONE]\"},\"finish_reason\":null}],\"error\":null}",
    "data:{\"choices\":[{\"delta\":{\"content\":\"usage\"}}],\"usage\" : null}",
    "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"usage\\\":\"}}]}}]}",
    "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}",
    "data: {\"choices\":[{\"delta\":{},\"finish_reason\"  :  \"length\"}]}",
    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":2,\"total_tokens\":11}}",
    "data: {\"choices\":[],\"usage\"\ndata: :{\"prompt_tokens\":5,\ndata: \"completion_tokens\":2}}",
    "data: {\"error\":{\"message\":\"no\"}}",
    "event: error\ndata: {\"message\":\"no\"}",
    "data: {\"message\":\"no\"}\nevent: error",
    "data: [DONE]",
    "data: [DO",
    ": comment [DONE]",
    "id: 3\nretry: 5",
    "data",
    "data: not json \"usage\":1",
];

const ANTHROPIC: &[&str] = &[
    "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":9,\"output_tokens\":1}}}",
    "event: ping\ndata: {\"type\":\"ping\"}",
    "event: ping\ndata: {\"type\":\"ping\",\"error\":{\"message\":\"odd\"}}",
    "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"content_block\":{\"type\":\"text\",\"text\":\"\"}}",
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"\\n\\nevent: message_stop é\"}}",
    "event: content_block_delta\ndata: {\"type\":\"message_stop\"}",
    "data: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"message_stop\"}}",
    "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":7}}",
    "event: message_delta\ndata: {\"type\":\"message_delta\",\"usage\":{\"output_tokens\":8}}",
    "event: message_stop\ndata: {\"type\":\"message_stop\"}",
    "data: {\"type\":\"message_stop\"}\nevent: message_stop",
    "event: message_stop",
    "data: {\"error\":{\"message\":\"no\"}}",
    "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"no\"}}",
    "event: content_block_delta\nevent: message_stop\ndata: {}",
];

const RESPONSES: &[&str] = &[
    "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"error\":null,\"usage\":null}}",
    "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"delta\":\"\\\"response.completed\\\"\"}",
    "data: {\"type\":\"response.output_text.delta\",\"delta\":\"response.completed\"}",
    "data: {\"type\":\"response.output_text.delta\",\"delta\":\"é\"}",
    "event: response.output_text.delta\ndata: {\"type\":\"response.completed\"}",
    "event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":{\"usage\":{\"input_tokens\":4,\"output_tokens\":2}}}",
    "data: {\"type\":\"response.incomplete\",\"response\":{\"usage\":{\"input_tokens\":4,\"output_tokens\":3}}}",
    "data: {\"type\" : \"response.failed\",\"response\":{\"error\":{\"message\":\"no\",\"code\":\"c\"}}}",
    "event: error\ndata: {\"type\":\"error\",\"message\":\"no\"}",
    "data: {\"error\":{\"message\":\"no\"}}",
    ": keep-alive",
];

const GEMINI: &[&str] = &[
    "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\"}]}}],\"usageMetadata\":{\"promptTokenCount\":4}}",
    "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"é finishReason\"}]}}]}",
    "data: {\"candidates\":[{\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":4,\"candidatesTokenCount\":2}}",
    "data: {\"usageMetadata\":{\"promptTokenCount\":5,\"candidatesTokenCount\":2}}",
    "data: {\"error\":{\"message\":\"no\"}}",
    "data: {\"promptFeedback\":{\"blockReason\":\"SAFETY\"}}",
];

fn frames() -> impl Strategy<Value = (Dialect, Vec<&'static str>)> {
    let of = |dialect, pool: &'static [&'static str]| {
        prop::collection::vec(prop::sample::select(pool), 0..10)
            .prop_map(move |list| (dialect, list))
    };
    prop_oneof![
        of(Dialect::OpenaiChat, CHAT),
        of(Dialect::Anthropic, ANTHROPIC),
        of(Dialect::OpenaiResponses, RESPONSES),
        of(Dialect::Gemini, GEMINI),
    ]
}

fn ends(length: usize, cuts: &[prop::sample::Index]) -> Vec<usize> {
    let mut ends: Vec<_> = cuts.iter().map(|cut| cut.index(length + 1)).collect();
    ends.extend([0, length]);
    ends.sort_unstable();
    ends
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]
    #[test]
    fn t2_chunking_never_matters(
        (dialect, list) in frames(),
        ending in prop::sample::select(vec!["\n", "\r\n", "\r"]),
        mark in any::<bool>(),
        closed in any::<bool>(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let mut text = list.join("\n\n").replace('\n', ending);
        if closed {
            text.push_str(ending);
            text.push_str(ending);
        }
        if mark {
            text.insert(0, '\u{feff}');
        }
        let bytes = text.as_bytes();
        let mut reference = Reference::new(dialect);
        let mut tap = Tap::new(dialect);
        for two in ends(bytes.len(), &cuts).windows(2) {
            let chunk = &bytes[two[0]..two[1]];
            prop_assert_eq!(tap.scan(chunk), reference.scan(chunk));
            prop_assert_eq!(tap.usage(), reference.state.usage);
            prop_assert_eq!(tap.error(), reference.state.error.as_deref());
        }
        let mut whole = Tap::new(dialect);
        whole.scan(bytes);
        let mut single = Tap::new(dialect);
        for byte in bytes {
            single.scan(&[*byte]);
        }
        let ending = tap.finish();
        prop_assert_eq!(whole.finish(), ending);
        prop_assert_eq!(single.finish(), ending);
        reference.scan(b"\n\n");
        prop_assert_eq!(tap.progress(), reference.state.progress);
        prop_assert_eq!(tap.usage(), reference.state.usage);
        prop_assert_eq!(single.usage(), reference.state.usage);
    }

    #[test]
    fn t2_an_array_may_be_cut_anywhere(
        list in prop::collection::vec(prop::sample::select(GEMINI), 0..8),
        between in prop::sample::select(vec![",", ",\r\n", "\n,\n"]),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let elements: Vec<&str> = list.iter().map(|frame| &frame["data: ".len()..]).collect();
        let text = format!("\n[{}]\n", elements.join(between));
        let mut state = Tap::new(Dialect::Gemini).state;
        for element in &elements {
            state.take(Dialect::Gemini, read::event(Dialect::Gemini, None, element.as_bytes()));
        }
        let mut tap = Tap::new(Dialect::Gemini);
        for two in ends(text.len(), &cuts).windows(2) {
            tap.scan(&text.as_bytes()[two[0]..two[1]]);
        }
        prop_assert_eq!(tap.progress(), state.progress);
        prop_assert_eq!(tap.usage(), state.usage);
        prop_assert_eq!(tap.error(), state.error.as_deref());
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), at in 0..5_usize) {
        let mut tap = Tap::new(Dialect::ALL[at]);
        for chunk in bytes.chunks(7) {
            tap.scan(chunk);
        }
        tap.finish();
        let _ = read_facts(Dialect::ALL[at], &bytes);
    }
}
