//! What the model may call, for an upstream: names and schemas as they are taken there.

use std::borrow::Cow;

use chat::{CustomTool, Dialect, FunctionTool, Loss, Request, Tool, ToolChoice};
use serde_json::{Map, Value, json};

use super::super::names::RULE;
use super::super::schema;
use crate::names::{Names, Sent, all_of};

/// The tools of one request.
pub(super) struct Offers<'a> {
    pub(super) tools: Vec<Cow<'a, Value>>,
    pub(super) names: Names,
    pub(super) sent: Sent,
    functions: bool,
}

impl<'a> Offers<'a> {
    pub(super) fn new(request: &'a Request, losses: &mut Vec<Loss>) -> Self {
        let mut offers = Self {
            tools: Vec::new(),
            names: Names::default(),
            sent: Sent::of(&RULE, all_of(request)),
            functions: false,
        };
        for (sent, original) in offers.sent.renamed() {
            offers.names.rename(sent, original);
        }
        let mut declared = Vec::new();
        let mut others = Vec::new();
        for tool in &request.tools {
            match tool {
                Tool::Function(tool) => declared.push(offers.function(tool, losses)),
                Tool::Custom(tool) => declared.push(offers.custom(tool, losses)),
                Tool::Foreign(tool) if tool.dialect == Dialect::Gemini => {
                    others.push(Cow::Borrowed(&tool.value));
                }
                Tool::Foreign(tool) => losses.push(Loss::Foreign {
                    dialect: tool.dialect,
                    kind: tool.kind(),
                }),
            }
        }
        offers.functions = !declared.is_empty();
        if offers.functions {
            let tool = json!({ "functionDeclarations": declared });
            offers.tools.push(Cow::Owned(tool));
        }
        offers.tools.extend(others);
        offers
    }

    fn function(&self, tool: &FunctionTool, losses: &mut Vec<Loss>) -> Value {
        if tool.strict == Some(true) {
            losses.push(Loss::Field(format!("tools.{}.strict", tool.name)));
        }
        if tool.cache.is_some() && !losses.contains(&Loss::Cache) {
            losses.push(Loss::Cache);
        }
        let mut fields = Map::new();
        fields.insert("name".to_owned(), self.sent.get(&tool.name).into());
        if let Some(text) = &tool.description {
            fields.insert("description".to_owned(), text.as_str().into());
        }
        if let Some(parameters) = &tool.parameters {
            let lowered = schema::lower_parameters(parameters, &tool.name, losses);
            fields.insert("parametersJsonSchema".to_owned(), lowered);
        }
        let extra = tool.extra.as_ref();
        if let Some(extra) = extra.and_then(|extra| extra.fields_of(Dialect::Gemini)) {
            fields.extend(extra.clone());
        }
        Value::Object(fields)
    }

    fn custom(&mut self, tool: &CustomTool, losses: &mut Vec<Loss>) -> Value {
        losses.push(Loss::CustomTool(tool.name.clone()));
        let sent = self.sent.get(&tool.name);
        self.names.custom_as_function(sent);
        let mut fields = Map::new();
        fields.insert("name".to_owned(), sent.into());
        if let Some(text) = Names::custom_description(tool) {
            fields.insert("description".to_owned(), text.into());
        }
        fields.insert("parametersJsonSchema".to_owned(), Names::custom_schema());
        Value::Object(fields)
    }

    /// `toolConfig`, empty where there is nothing to say.
    pub(super) fn config(&self, request: &Request, losses: &mut Vec<Loss>) -> Map<String, Value> {
        let Some(choice) = &request.tool_choice else {
            return Map::new();
        };
        if !self.functions {
            if !matches!(choice, ToolChoice::Auto | ToolChoice::None) {
                losses.push(Loss::Field("tool_choice".to_owned()));
            }
            return Map::new();
        }
        let (mode, names): (&str, &[String]) = match choice {
            ToolChoice::Auto => ("AUTO", &[]),
            ToolChoice::None => ("NONE", &[]),
            ToolChoice::Required => ("ANY", &[]),
            ToolChoice::Named(name) => ("ANY", std::slice::from_ref(name)),
            ToolChoice::Allowed { names, required } => {
                (if *required { "ANY" } else { "VALIDATED" }, names)
            }
        };
        let mut calling = Map::from_iter([("mode".to_owned(), Value::from(mode))]);
        if !names.is_empty() {
            let sent: Vec<&str> = names.iter().map(|name| self.sent.get(name)).collect();
            calling.insert("allowedFunctionNames".to_owned(), sent.into());
        }
        Map::from_iter([("functionCallingConfig".to_owned(), Value::Object(calling))])
    }
}
