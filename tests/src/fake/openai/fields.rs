//! What `OpenAI`'s bodies look like (its API reference, and the types of npm `openai`).

use crate::fake::shape::Shape::{
    Any, Flag, List, Map, Number, Object, Open, Tagged, Text, TextOr, Whole, Word,
};
use crate::fake::shape::{Field, Shape, may, must};

pub(super) const EFFORT: Shape = Word(&["none", "minimal", "low", "medium", "high", "xhigh"]);
pub(super) const TIER: Shape = Word(&["auto", "default", "flex", "scale", "priority"]);
pub(super) const VERBOSITY: Shape = Word(&["low", "medium", "high"]);

/// The body of a chat completion.
pub(super) const CHAT: &[Field] = &[
    must("model", Text),
    must("messages", List(&Any)),
    may("audio", Open),
    may("frequency_penalty", Number(-2.0, 2.0)),
    may("logit_bias", Map(&Number(-100.0, 100.0))),
    may("logprobs", Flag),
    may("max_completion_tokens", Whole(1, i64::MAX)),
    may("max_tokens", Whole(1, i64::MAX)),
    may("metadata", Map(&Text)),
    may("modalities", List(&Word(&["text", "audio"]))),
    may("n", Whole(1, 128)),
    may("parallel_tool_calls", Flag),
    may("prediction", Open),
    may("presence_penalty", Number(-2.0, 2.0)),
    may("prompt_cache_key", Text),
    may("prompt_cache_retention", Text),
    may("reasoning_effort", EFFORT),
    may("response_format", RESPONSE_FORMAT),
    may("safety_identifier", Text),
    may("seed", Whole(i64::MIN, i64::MAX)),
    may("service_tier", TIER),
    may("stop", TextOr(&List(&Text))),
    may("store", Flag),
    may("stream", Flag),
    may(
        "stream_options",
        Object(&[may("include_usage", Flag), may("include_obfuscation", Flag)]),
    ),
    may("temperature", Number(0.0, 2.0)),
    may("tool_choice", TextOr(&CHOICE)),
    may("tools", List(&TOOL)),
    may("top_logprobs", Whole(0, 20)),
    may("top_p", Number(0.0, 1.0)),
    may("user", Text),
    may("verbosity", VERBOSITY),
    may("web_search_options", Open),
];

const RESPONSE_FORMAT: Shape = Tagged(
    "type",
    &[
        ("text", &[]),
        ("json_object", &[]),
        ("json_schema", &[must("json_schema", Object(JSON_SCHEMA))]),
    ],
);

const JSON_SCHEMA: &[Field] = &[
    must("name", Text),
    may("description", Text),
    may("schema", Open),
    may("strict", Flag),
];

const TOOL: Shape = Tagged(
    "type",
    &[
        ("function", &[must("function", Object(FUNCTION))]),
        ("custom", &[must("custom", Open)]),
    ],
);

const FUNCTION: &[Field] = &[
    must("name", Text),
    may("description", Text),
    may("parameters", Open),
    may("strict", Flag),
];

const CHOICE: Shape = Tagged(
    "type",
    &[
        (
            "function",
            &[must("function", Object(&[must("name", Text)]))],
        ),
        ("custom", &[must("custom", Object(&[must("name", Text)]))]),
        ("allowed_tools", &[must("allowed_tools", Open)]),
    ],
);

const TEXTS: Shape = TextOr(&List(&Tagged("type", &[("text", &[must("text", Text)])])));

/// A message, by its role.
pub(super) const MESSAGE: Shape = Tagged(
    "role",
    &[
        ("system", &[must("content", TEXTS), may("name", Text)]),
        ("assistant", ASSISTANT),
        (
            "user",
            &[
                must("content", TextOr(&List(&USER_PART))),
                may("name", Text),
            ],
        ),
        (
            "tool",
            &[must("content", TEXTS), must("tool_call_id", Text)],
        ),
        ("developer", &[must("content", TEXTS), may("name", Text)]),
    ],
);

const ASSISTANT: &[Field] = &[
    may("content", TextOr(&List(&ASSISTANT_PART))),
    may("refusal", Text),
    may("name", Text),
    may("audio", Open),
    may("tool_calls", List(&CALL)),
    may("annotations", List(&Any)),
    may("reasoning_content", Text),
];

const ASSISTANT_PART: Shape = Tagged(
    "type",
    &[
        ("text", &[must("text", Text)]),
        ("refusal", &[must("refusal", Text)]),
    ],
);

const CALL: Shape = Tagged(
    "type",
    &[
        (
            "function",
            &[
                must("id", Text),
                must(
                    "function",
                    Object(&[must("name", Text), must("arguments", Text)]),
                ),
            ],
        ),
        ("custom", &[must("id", Text), must("custom", Open)]),
    ],
);

const USER_PART: Shape = Tagged(
    "type",
    &[
        ("text", &[must("text", Text)]),
        (
            "image_url",
            &[must(
                "image_url",
                Object(&[must("url", Text), may("detail", DETAIL)]),
            )],
        ),
        (
            "input_audio",
            &[must(
                "input_audio",
                Object(&[must("data", Text), must("format", Word(&["wav", "mp3"]))]),
            )],
        ),
        (
            "file",
            &[must(
                "file",
                Object(&[
                    may("file_data", Text),
                    may("file_id", Text),
                    may("filename", Text),
                ]),
            )],
        ),
    ],
);

pub(super) const DETAIL: Shape = Word(&["auto", "low", "high", "original"]);

/// The body of an embedding.
pub(super) const EMBEDDINGS: &[Field] = &[
    must("model", Text),
    must("input", TextOr(&List(&Any))),
    may("dimensions", Whole(1, i64::MAX)),
    may("encoding_format", Word(&["float", "base64"])),
    may("user", Text),
];
