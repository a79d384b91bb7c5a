//! Tools and the choice among them, for an upstream.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::BuildHasher as _;

use chat::{CustomTool, Foreign, FunctionTool, Loss, Part, Request, Tool, ToolChoice};
use foldhash::quality::FixedState;
use serde_json::{Map, Value, json};

use super::super::namespace::{self, LOADED, NAMESPACE, Spoken, TOOL_SEARCH};
use super::write::Body;
use crate::Dialect;
use crate::names::Names;

/// The longest name that is taken.
const MOST_LETTERS: usize = 64;
/// The letters of a hash, with the line before it.
const MARK: usize = 9;
/// The seed is fixed: a name must be sent the same on every turn, after a restart too.
const SEED: FixedState = FixedState::with_seed(0x7265_7370_6f6e_7365);

/// Tools as they are sent.
#[derive(Debug)]
pub(super) struct Sent<'a> {
    tools: &'a [Tool],
    /// Names that are not taken as they are.
    renamed: HashMap<&'a str, String>,
}

impl<'a> Sent<'a> {
    /// The tools of a request, with those that were called before; what has to be renamed is noted.
    pub(super) fn of(request: &'a Request, names: &mut Names) -> Self {
        let mut sent = Self::as_they_are(&request.tools);
        let parts = request.messages.iter().flat_map(|turn| &turn.parts);
        let called = parts.filter_map(|part| match part {
            Part::ToolCall(call) => Some(call.name.as_str()),
            _ => None,
        });
        let offered = request.tools.iter().filter_map(namespace::name);
        for name in offered.chain(called) {
            let spoken = namespace::spoken(&request.tools, name);
            if spoken.namespace.is_none() && !is_taken(name) && !sent.renamed.contains_key(name) {
                let other = sent.another(name);
                names.rename(other.clone(), name);
                sent.renamed.insert(name, other);
            }
        }
        sent
    }

    /// These tools under the names that their client gave them.
    fn as_they_are(tools: &'a [Tool]) -> Self {
        Self {
            tools,
            renamed: HashMap::new(),
        }
    }

    /// How a tool is called there.
    pub(super) fn spoken<'n>(&'n self, name: &'n str) -> Spoken<'n> {
        let spoken = namespace::spoken(self.tools, name);
        match self.renamed.get(name) {
            Some(renamed) => Spoken {
                name: renamed,
                ..spoken
            },
            None => spoken,
        }
    }

    fn is_custom(&self, name: &str) -> bool {
        let mut tools = self.tools.iter();
        tools.any(|tool| matches!(tool, Tool::Custom(tool) if tool.name == name))
    }

    /// A name that is taken, and that no other tool has: what is readable of it, and a hash of all of it.
    fn another(&self, name: &str) -> String {
        let letters = name.chars();
        let plain: String = letters
            .map(|letter| if is_letter(letter) { letter } else { '_' })
            .take(MOST_LETTERS - MARK)
            .collect();
        let mut again = 0_u32;
        loop {
            let mark = SEED.hash_one((name, again)) & 0xffff_ffff;
            let other = format!("{plain}_{mark:08x}");
            if !self.is_used(&other) {
                return other;
            }
            again += 1;
        }
    }

    fn is_used(&self, name: &str) -> bool {
        let mut tools = self.tools.iter();
        tools.any(|tool| namespace::name(tool) == Some(name))
            || self.renamed.values().any(|other| other == name)
    }
}

fn is_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-')
}

fn is_taken(name: &str) -> bool {
    (1..=MOST_LETTERS).contains(&name.len()) && name.chars().all(is_letter)
}

/// Writes `tools` and `tool_choice`.
pub(super) fn write(request: &Request, sent: &Sent<'_>, body: &mut Body) {
    let tools = list(&request.tools, sent, body);
    if !tools.is_empty() {
        body.set("tools", tools);
    }
    if let Some(choice) = &request.tool_choice {
        body.set("tool_choice", self::choice(choice, sent));
    }
}

/// Tools as a client sees them in an answer.
pub(in super::super) fn shown(tools: &[Tool]) -> Vec<Value> {
    list(tools, &Sent::as_they_are(tools), &mut Body::default())
}

/// A choice as a client sees it in an answer.
pub(in super::super) fn chosen(choice: Option<&ToolChoice>, tools: &[Tool]) -> Value {
    let sent = Sent::as_they_are(tools);
    choice.map_or_else(|| "auto".into(), |choice| self::choice(choice, &sent))
}

fn list(tools: &[Tool], sent: &Sent<'_>, body: &mut Body) -> Vec<Value> {
    let mut list: Vec<Value> = Vec::with_capacity(tools.len());
    for tool in tools {
        let fields = namespace::extra(tool);
        // It stands in an item of the input.
        if fields.is_some_and(|fields| fields.contains_key(LOADED)) {
            continue;
        }
        let Some(value) = self::tool(tool, sent, body) else {
            continue;
        };
        match fields.and_then(|fields| fields.get(NAMESPACE)) {
            Some(namespace) => within(namespace, value, &mut list),
            None => list.push(value),
        }
    }
    list
}

fn tool(tool: &Tool, sent: &Sent<'_>, body: &mut Body) -> Option<Value> {
    match tool {
        Tool::Function(function) => Some(self::function(function, sent, body)),
        Tool::Custom(custom) => Some(self::custom(custom, sent)),
        Tool::Foreign(Foreign { dialect, value }) if *dialect == Dialect::OpenaiResponses => {
            Some(value.clone())
        }
        Tool::Foreign(foreign) => {
            body.lose(Loss::Foreign {
                dialect: foreign.dialect,
                kind: foreign.kind(),
            });
            None
        }
    }
}

fn function(tool: &FunctionTool, sent: &Sent<'_>, body: &mut Body) -> Value {
    if tool.cache.is_some() {
        body.lose(Loss::Cache);
    }
    let spoken = sent.spoken(&tool.name);
    let mut fields = Map::new();
    fields.insert("type".to_owned(), "function".into());
    if !spoken.search {
        fields.insert("name".to_owned(), spoken.name.into());
    }
    if let Some(description) = &tool.description {
        fields.insert("description".to_owned(), description.as_str().into());
    }
    let parameters = tool
        .parameters
        .as_ref()
        .map_or_else(|| Cow::Owned(no_parameters()), Cow::Borrowed);
    fields.insert("parameters".to_owned(), parameters.into_owned());
    // Left out, it means "to the letter" here, which no other dialect's client can have meant.
    if !spoken.search || tool.strict.is_some() {
        fields.insert("strict".to_owned(), tool.strict.unwrap_or_default().into());
    }
    extras(tool.extra.as_ref(), fields)
}

fn no_parameters() -> Value {
    json!({"type": "object", "properties": {}})
}

fn custom(tool: &CustomTool, sent: &Sent<'_>) -> Value {
    let mut fields = Map::new();
    fields.insert("type".to_owned(), "custom".into());
    fields.insert("name".to_owned(), sent.spoken(&tool.name).name.into());
    if let Some(description) = &tool.description {
        fields.insert("description".to_owned(), description.as_str().into());
    }
    if let Some(format) = &tool.format {
        fields.insert("format".to_owned(), format.clone());
    }
    extras(tool.extra.as_ref(), fields)
}

fn extras(extra: Option<&Foreign>, mut fields: Map<String, Value>) -> Value {
    match extra {
        Some(extra) if extra.dialect == Dialect::OpenaiResponses => {
            let own = extra.value.as_object().into_iter().flatten();
            let own = own.filter(|(name, _)| !matches!(name.as_str(), NAMESPACE | LOADED));
            fields.extend(own.map(|(name, value)| (name.clone(), value.clone())));
        }
        // What another dialect's client says beside is lost, and told by whoever translates.
        _ => {}
    }
    Value::Object(fields)
}

/// Puts a tool into its namespace: the last tool, where that is the one.
fn within(namespace: &Value, tool: Value, tools: &mut Vec<Value>) {
    if let Some(last) = tools.last_mut()
        && last.get("type").and_then(Value::as_str) == Some(NAMESPACE)
        && last.get("name") == namespace.get("name")
        && let Some(Value::Array(inner)) = last.get_mut("tools")
    {
        inner.push(tool);
        return;
    }
    let mut fields = namespace.as_object().cloned().unwrap_or_default();
    fields.insert("type".to_owned(), NAMESPACE.into());
    fields.insert("tools".to_owned(), Value::Array(vec![tool]));
    tools.push(Value::Object(fields));
}

/// The choice among tools.
fn choice(choice: &ToolChoice, sent: &Sent<'_>) -> Value {
    match choice {
        ToolChoice::Auto => "auto".into(),
        ToolChoice::None => "none".into(),
        ToolChoice::Required => "required".into(),
        ToolChoice::Named(name) => pointed(name, sent),
        ToolChoice::Allowed { names, required } => json!({
            "type": "allowed_tools",
            "mode": if *required { "required" } else { "auto" },
            "tools": names.iter().map(|name| pointed(name, sent)).collect::<Vec<_>>(),
        }),
    }
}

fn pointed(name: &str, sent: &Sent<'_>) -> Value {
    let spoken = sent.spoken(name);
    let kind = if sent.is_custom(name) {
        "custom"
    } else if spoken.search {
        return json!({"type": TOOL_SEARCH});
    } else {
        "function"
    };
    match spoken.namespace {
        Some(namespace) => json!({"type": kind, "name": spoken.name, NAMESPACE: namespace}),
        None => json!({"type": kind, "name": spoken.name}),
    }
}
