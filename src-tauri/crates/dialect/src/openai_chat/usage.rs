//! Counts of tokens.

use chat::Usage;
use serde_json::{Value, json};

use super::wire::answer;

/// The counts of an upstream. `None` where it says nothing: some relays write an empty object, or zeros, until they know.
pub(super) fn read(wire: &answer::Usage) -> Option<Usage> {
    let prompt = wire.prompt_details();
    let sent = whole(wire.prompt_tokens);
    let mut output = whole(wire.completion_tokens);
    let total = whole(wire.total_tokens);
    if sent == 0 && output == 0 && total == 0 {
        return None;
    }
    let cache_read = whole(
        prompt
            .cached_tokens
            .or(wire.prompt_cache_hit_tokens)
            .or(wire.cache_read_input_tokens)
            .or(wire.cached_tokens),
    );
    let cache_write = whole(
        prompt
            .cache_write_tokens
            .or(wire.cache_creation_input_tokens),
    );
    let details = wire.completion_tokens_details.unwrap_or_default();
    let reasoning = whole(details.reasoning_tokens);
    // xAI counts thinking beside the answer; its total tells.
    if reasoning > 0 && total == sent.saturating_add(output).saturating_add(reasoning) {
        output = output.saturating_add(reasoning);
    }
    Some(Usage {
        input: sent.saturating_sub(cache_read).saturating_sub(cache_write),
        output,
        cache_read,
        cache_write,
        reasoning,
        estimated: false,
    })
}

/// The counts as a client of this dialect reads them: `prompt_tokens` includes what was cached.
pub(super) fn write(usage: &Usage) -> Value {
    let sent = usage.sent();
    json!({
        "prompt_tokens": sent,
        "completion_tokens": usage.output,
        "total_tokens": sent.saturating_add(usage.output),
        "prompt_tokens_details": {
            "cached_tokens": usage.cache_read,
            "cache_write_tokens": usage.cache_write,
        },
        "completion_tokens_details": { "reasoning_tokens": usage.reasoning },
    })
}

impl answer::Usage {
    fn prompt_details(&self) -> answer::PromptDetails {
        self.prompt_tokens_details.unwrap_or_default()
    }
}

/// Some relays count in floating point. The conversion saturates.
fn whole(count: Option<f64>) -> u64 {
    count.unwrap_or_default() as u64
}
