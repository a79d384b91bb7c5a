//! Tool names as a target takes them, with the way back.

/// Tools whose names or kinds had to be changed for an upstream, so that its calls can be told back in the client's words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    /// What was sent, and what the client calls it.
    renamed: Vec<(String, String)>,
    /// Custom tools that were offered as functions with one text argument, by the name that was sent.
    custom: Vec<String>,
}

impl Names {
    /// The argument by which a custom tool's free text travels where only functions exist.
    pub const CUSTOM_INPUT: &'static str = "input";

    /// Notes that a tool was sent under another name.
    pub fn rename(&mut self, sent: impl Into<String>, original: impl Into<String>) {
        self.renamed.push((sent.into(), original.into()));
    }

    /// Notes that a custom tool was sent as a function.
    pub fn custom_as_function(&mut self, sent: impl Into<String>) {
        self.custom.push(sent.into());
    }

    /// What the client calls the tool that was sent under this name.
    pub fn original<'a>(&'a self, sent: &'a str) -> &'a str {
        let found = self.renamed.iter().find(|(name, _)| name == sent);
        found.map_or(sent, |(_, original)| original)
    }

    /// Whether the tool that was sent under this name is a custom tool of the client's.
    pub fn is_custom(&self, sent: &str) -> bool {
        self.custom.iter().any(|name| name == sent)
    }

    /// Whether nothing was changed.
    pub fn is_empty(&self) -> bool {
        self.renamed.is_empty() && self.custom.is_empty()
    }
}
