//! What Anthropic's bodies look like (its API reference, and the types of `@anthropic-ai/sdk`).

use crate::fake::shape::Shape::{
    Any, Flag, List, Maybe, Number, Object, Open, Tagged, Text, TextOr, Whole, Word,
};
use crate::fake::shape::{Field, Shape, may, must};

const CACHE: Field = may(
    "cache_control",
    Maybe(&Tagged(
        "type",
        &[(
            "ephemeral",
            &[may("ttl", Word(&["5m", "1h"])), may("scope", Text)],
        )],
    )),
);

/// The body of a message.
pub(super) const MESSAGES: &[Field] = &[
    must("model", Text),
    must("messages", List(&Any)),
    must("max_tokens", Whole(1, i64::MAX)),
    CACHE,
    may("container", Any),
    may("context_management", Open),
    may("inference_geo", Text),
    may("mcp_servers", List(&Open)),
    may("metadata", Object(&[may("user_id", Maybe(&Text))])),
    may(
        "output_config",
        Object(&[
            may("effort", Text),
            may("format", Maybe(&OUTPUT_FORMAT)),
            may("task_budget", Any),
        ]),
    ),
    may("output_format", Maybe(&OUTPUT_FORMAT)),
    may("service_tier", Word(&["auto", "standard_only"])),
    may("speed", Text),
    may("stop_sequences", List(&Text)),
    may("stream", Flag),
    may("system", TextOr(&List(&Tagged("type", &[("text", TEXT)])))),
    may("temperature", Number(0.0, 1.0)),
    may("thinking", THINKING),
    may("tool_choice", CHOICE),
    may("tools", List(&Any)),
    may("top_k", Whole(0, i64::MAX)),
    may("top_p", Number(0.0, 1.0)),
];

/// What a count of tokens does not take of them.
pub(super) const NOT_COUNTED: [&str; 9] = [
    "max_tokens",
    "stream",
    "metadata",
    "stop_sequences",
    "temperature",
    "top_k",
    "top_p",
    "service_tier",
    "container",
];

const OUTPUT_FORMAT: Shape = Tagged("type", &[("json_schema", &[must("schema", Open)])]);

const THINKING: Shape = Tagged(
    "type",
    &[
        (
            "enabled",
            &[
                must("budget_tokens", Whole(1024, i64::MAX)),
                may("display", Text),
            ],
        ),
        ("disabled", &[]),
        ("adaptive", &[may("display", Text)]),
    ],
);

const CHOICE: Shape = Tagged(
    "type",
    &[
        ("auto", &[may("disable_parallel_tool_use", Flag)]),
        ("any", &[may("disable_parallel_tool_use", Flag)]),
        (
            "tool",
            &[must("name", Text), may("disable_parallel_tool_use", Flag)],
        ),
        ("none", &[]),
    ],
);

const TEXT: &[Field] = &[
    must("text", Text),
    CACHE,
    may("citations", Maybe(&List(&Open))),
];

/// A message.
pub(super) const MESSAGE: Shape = Object(&[
    must("role", Word(&["user", "assistant", "system"])),
    must("content", TextOr(&List(&BLOCK))),
]);

const BLOCK: Shape = Tagged(
    "type",
    &[
        ("text", TEXT),
        ("image", &[must("source", SOURCE), CACHE]),
        (
            "document",
            &[
                must("source", SOURCE),
                CACHE,
                may("citations", Maybe(&Object(&[may("enabled", Flag)]))),
                may("context", Maybe(&Text)),
                may("title", Maybe(&Text)),
            ],
        ),
        (
            "tool_use",
            &[
                must("id", Text),
                must("name", Text),
                must("input", Open),
                CACHE,
                may("caller", Any),
            ],
        ),
        (
            "tool_result",
            &[
                must("tool_use_id", Text),
                may("content", TextOr(&List(&RESULT_BLOCK))),
                may("is_error", Flag),
                CACHE,
            ],
        ),
        (
            "thinking",
            &[must("thinking", Text), must("signature", Text)],
        ),
        ("redacted_thinking", &[must("data", Text)]),
        (
            "search_result",
            &[
                must("source", Text),
                must("title", Text),
                must("content", List(&Open)),
                CACHE,
                may("citations", Any),
            ],
        ),
        (
            "server_tool_use",
            &[
                must("id", Text),
                must("name", Text),
                must("input", Open),
                CACHE,
            ],
        ),
        (
            "web_search_tool_result",
            &[must("tool_use_id", Text), must("content", Any), CACHE],
        ),
    ],
);

const RESULT_BLOCK: Shape = Tagged(
    "type",
    &[
        ("text", TEXT),
        ("image", &[must("source", SOURCE), CACHE]),
        (
            "document",
            &[
                must("source", SOURCE),
                CACHE,
                may("citations", Any),
                may("context", Any),
                may("title", Any),
            ],
        ),
        (
            "search_result",
            &[
                must("source", Text),
                must("title", Text),
                must("content", List(&Open)),
                CACHE,
                may("citations", Any),
            ],
        ),
        ("tool_reference", &[must("tool_name", Text), CACHE]),
    ],
);

const SOURCE: Shape = Tagged(
    "type",
    &[
        (
            "base64",
            &[
                must(
                    "media_type",
                    Word(&[
                        "image/jpeg",
                        "image/png",
                        "image/gif",
                        "image/webp",
                        "application/pdf",
                    ]),
                ),
                must("data", Text),
            ],
        ),
        ("url", &[must("url", Text)]),
        ("file", &[must("file_id", Text)]),
        (
            "text",
            &[
                must("data", Text),
                must("media_type", Word(&["text/plain"])),
            ],
        ),
        ("content", &[must("content", Any)]),
    ],
);

/// A tool of the client's own.
pub(super) const TOOL: &[Field] = &[
    may("type", Maybe(&Word(&["custom"]))),
    must("name", Text),
    may("description", Text),
    must("input_schema", Open),
    CACHE,
    may("strict", Flag),
    may("eager_input_streaming", Maybe(&Flag)),
    may("defer_loading", Flag),
    may("allowed_callers", List(&Text)),
    may("input_examples", List(&Open)),
];
