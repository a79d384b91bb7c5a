//! Tool names as a target takes them, with the way back; custom tools where only functions exist.

mod sent;

use chat::CustomTool;
use serde_json::{Value, json};

pub(crate) use sent::{Rule, Sent, all_of};

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

    /// The arguments of a custom tool that is offered as a function: one text.
    pub(crate) fn custom_schema() -> Value {
        json!({
            "type": "object",
            "properties": { (Self::CUSTOM_INPUT): { "type": "string" } },
            "required": [Self::CUSTOM_INPUT],
        })
    }

    /// What such a function says of itself: the grammar of the text, too, which nothing else there holds.
    pub(crate) fn custom_description(tool: &CustomTool) -> Option<String> {
        let grammar = tool.format.as_ref().and_then(|format| {
            let syntax = format.get("syntax")?.as_str()?;
            let definition = format.get("definition")?.as_str()?;
            Some(format!(
                "The input has to follow this {syntax} grammar:\n{definition}"
            ))
        });
        let said = tool.description.iter().cloned().chain(grammar);
        let said = said.collect::<Vec<_>>().join("\n\n");
        (!said.is_empty()).then_some(said)
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
