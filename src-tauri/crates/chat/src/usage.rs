//! What an answer cost, in tokens.

/// Token counts of one answer.
///
/// `input` does not include `cache_read` and `cache_write`: the three add up to what was sent. (Anthropic counts so;
/// OpenAI's `prompt_tokens` include what was read from the cache.) `output` includes `reasoning`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Usage {
    /// Tokens sent that neither came from a cache nor went into one.
    pub input: u64,
    /// Tokens of the answer.
    pub output: u64,
    /// Tokens sent that were read from a cache.
    pub cache_read: u64,
    /// Tokens sent that were written to a cache.
    pub cache_write: u64,
    /// Tokens of the answer that were spent on thinking.
    pub reasoning: u64,
    /// The upstream gave no counts: these are estimated.
    pub estimated: bool,
}

impl Usage {
    /// All tokens that were sent.
    pub const fn sent(&self) -> u64 {
        self.input
            .saturating_add(self.cache_read)
            .saturating_add(self.cache_write)
    }
}
