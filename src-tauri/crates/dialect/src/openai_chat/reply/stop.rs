//! Why an answer ended.

use chat::{Stop, StopReason};
use serde_json::Value;

/// What an upstream says for a reason. `None` where it says nothing yet: some relays write an empty text till then.
///
/// A forced call ends in `stop` at the vendor, too: `called` tells whether there was one.
pub(in super::super) fn read(word: &str, text: Option<&Value>, called: bool) -> Option<Stop> {
    let reason = match word {
        "" => return None,
        "stop" | "end_turn" if called => StopReason::ToolUse,
        "stop" | "end_turn" => {
            // vLLM tells the client's text at which it stopped.
            if let Some(Value::String(text)) = text {
                return Some(Stop {
                    reason: StopReason::StopSequence,
                    sequence: Some(text.clone()),
                });
            }
            StopReason::EndTurn
        }
        "length" | "max_tokens" => StopReason::MaxTokens,
        "tool_calls" | "function_call" | "tool_use" => StopReason::ToolUse,
        "content_filter" => StopReason::Refusal,
        other => StopReason::Other(other.to_owned()),
    };
    Some(Stop::new(reason))
}

/// Whether a reason is no reason but an error of the upstream's: Qwen's `error_finish`, OpenRouter's `error`.
pub(in super::super) fn is_error(word: &str) -> bool {
    matches!(word, "error_finish" | "error")
}

/// What a client is told; `called` tells whether there was a call, `legacy` whether it reads the old `function_call`.
pub(in super::super) fn write(stop: Option<&Stop>, called: bool, legacy: bool) -> &'static str {
    let calls = if legacy {
        "function_call"
    } else {
        "tool_calls"
    };
    match stop.map(|stop| &stop.reason) {
        Some(StopReason::MaxTokens | StopReason::ContextFull) => "length",
        Some(StopReason::Refusal) => "content_filter",
        Some(StopReason::ToolUse) => calls,
        _ if called => calls,
        Some(
            StopReason::EndTurn
            | StopReason::StopSequence
            | StopReason::Pause
            | StopReason::Other(_),
        )
        | None => "stop",
    }
}
