//! What a request for a response looks like, and its items.

use super::fields::{DETAIL, EFFORT, TIER, VERBOSITY};
use crate::fake::shape::Shape::{
    Any, Flag, List, Map, Maybe, Number, Object, Open, Tagged, Text, TextOr, Whole, Word,
};
use crate::fake::shape::{Field, Shape, may, must};

/// The body of a response.
pub(super) const RESPONSE: &[Field] = &[
    must("model", Text),
    may("input", TextOr(&List(&Any))),
    may("background", Flag),
    may("client_metadata", Open),
    may("context_management", Any),
    may("conversation", Any),
    may("include", List(&Text)),
    may("instructions", Maybe(&Text)),
    may("max_output_tokens", Whole(16, i64::MAX)),
    may("max_tool_calls", Whole(1, i64::MAX)),
    may("metadata", Map(&Text)),
    may("parallel_tool_calls", Flag),
    may("previous_response_id", Maybe(&Text)),
    may("prompt", Open),
    may("prompt_cache_key", Text),
    may("prompt_cache_retention", Text),
    may(
        "reasoning",
        Object(&[
            may("effort", EFFORT),
            may("summary", Text),
            may("generate_summary", Text),
            may("encrypted_content", Any),
        ]),
    ),
    may("safety_identifier", Text),
    may("service_tier", TIER),
    may("store", Flag),
    may("stream", Flag),
    may(
        "stream_options",
        Object(&[may("include_obfuscation", Flag)]),
    ),
    may("temperature", Number(0.0, 2.0)),
    may(
        "text",
        Object(&[may("format", TEXT_FORMAT), may("verbosity", VERBOSITY)]),
    ),
    may("tool_choice", TextOr(&Open)),
    may("tools", List(&Any)),
    may("top_logprobs", Whole(0, 20)),
    may("top_p", Number(0.0, 1.0)),
    may("truncation", Word(&["auto", "disabled"])),
    may("user", Text),
];

const TEXT_FORMAT: Shape = Tagged(
    "type",
    &[
        ("text", &[]),
        ("json_object", &[]),
        (
            "json_schema",
            &[
                must("name", Text),
                must("schema", Open),
                may("description", Text),
                may("strict", Flag),
            ],
        ),
    ],
);

/// An item of a response's input.
pub(super) const ITEM: Shape = Tagged(
    "type",
    &[
        ("message", MESSAGE_ITEM),
        (
            "function_call",
            &[
                must("call_id", Text),
                must("name", Text),
                must("arguments", Text),
                may("id", Text),
                may("status", Text),
                may("namespace", Text),
            ],
        ),
        (
            "function_call_output",
            &[
                must("call_id", Text),
                must("output", TextOr(&List(&Any))),
                may("id", Text),
                may("status", Text),
            ],
        ),
        (
            "custom_tool_call",
            &[
                must("call_id", Text),
                must("name", Text),
                must("input", Text),
                may("id", Text),
                may("status", Text),
            ],
        ),
        (
            "custom_tool_call_output",
            &[
                must("call_id", Text),
                must("output", TextOr(&List(&Any))),
                may("id", Text),
            ],
        ),
        (
            "reasoning",
            &[
                must("summary", List(&Open)),
                may("id", Text),
                may("encrypted_content", Maybe(&Text)),
                may("content", List(&Open)),
                may("status", Text),
            ],
        ),
        ("item_reference", &[must("id", Text)]),
    ],
);

/// An item that is a message; its `type` may be left out.
pub(super) const MESSAGE_ITEM: &[Field] = &[
    must("role", Word(&["user", "assistant", "system", "developer"])),
    must("content", TextOr(&List(&ITEM_PART))),
    may("id", Text),
    may("status", Text),
    may("phase", Text),
];

const ITEM_PART: Shape = Tagged(
    "type",
    &[
        ("input_text", &[must("text", Text)]),
        (
            "input_image",
            &[
                may("image_url", Text),
                may("file_id", Text),
                may("detail", DETAIL),
            ],
        ),
        (
            "input_file",
            &[
                may("file_data", Text),
                may("file_id", Text),
                may("filename", Text),
                may("file_url", Text),
            ],
        ),
        (
            "output_text",
            &[
                must("text", Text),
                may("annotations", List(&Any)),
                may("logprobs", List(&Any)),
            ],
        ),
        ("refusal", &[must("refusal", Text)]),
    ],
);

/// A tool of a response.
pub(super) const RESPONSE_FUNCTION: &[Field] = &[
    must("type", Text),
    must("name", Text),
    may("description", Text),
    may("parameters", Maybe(&Open)),
    may("strict", Maybe(&Flag)),
];
