//! JSON Schema as far as it is taken here.
//!
//! The keywords that are kept are those that the API documents for `responseJsonSchema` (npm `@google/genai`,
//! `GenerateContentConfig`): `type`, `format`, `title`, `description`, `enum` of texts or numbers, `items`,
//! `prefixItems`, `minItems`, `maxItems`, `minimum`, `maximum`, `anyOf`, `properties`, `additionalProperties`,
//! `required`, and `propertyOrdering`. Of formats, those that `/gemini-api/docs/structured-output` names.

use std::borrow::Cow;

use chat::Loss;
use serde_json::{Map, Value};

use super::kinds::Kinds;
use super::merge::merge;
use super::resolve::find;

/// Schemas that one may hold, references followed. A few references to each other would else grow without end.
const MOST_NODES: usize = 4_000;
/// How deep they may lie.
const DEEPEST: usize = 48;

const FORMATS: [&str; 7] = [
    "date-time",
    "date",
    "time",
    "int32",
    "int64",
    "float",
    "double",
];
/// Say nothing about the value, or only where other schemas lie: nothing is lost with them.
const SILENT: [&str; 9] = [
    "$schema",
    "$id",
    "$anchor",
    "$dynamicAnchor",
    "$vocabulary",
    "$comment",
    "$defs",
    "definitions",
    "nullable",
];

struct Lowering<'s, 'l> {
    root: &'s Value,
    at: &'s str,
    losses: &'l mut Vec<Loss>,
    /// References that are being followed.
    open: Vec<String>,
    nodes: usize,
}

pub(super) fn lower(schema: &Value, at: &str, losses: &mut Vec<Loss>) -> Value {
    let mut lowering = Lowering {
        root: schema,
        at,
        losses,
        open: Vec::new(),
        nodes: 0,
    };
    lowering.node(schema, 0)
}

impl Lowering<'_, '_> {
    fn lose(&mut self, keyword: &str) {
        let loss = Loss::Schema {
            at: self.at.to_owned(),
            keyword: keyword.to_owned(),
        };
        if !self.losses.contains(&loss) {
            self.losses.push(loss);
        }
    }

    fn node(&mut self, schema: &Value, depth: usize) -> Value {
        self.nodes += 1;
        if depth > DEEPEST || self.nodes > MOST_NODES {
            self.lose("nesting");
            return Value::Object(Map::new());
        }
        match schema {
            Value::Object(fields) => {
                let followed = self.open.len();
                let fields = self.flat(fields, depth);
                let lowered = self.object(&fields, depth);
                self.open.truncate(followed);
                Value::Object(lowered)
            }
            Value::Bool(true) => Value::Object(Map::new()),
            Value::Bool(false) => {
                self.lose("false");
                Value::Object(Map::new())
            }
            _ => {
                self.lose("schema");
                Value::Object(Map::new())
            }
        }
    }

    /// A schema with what it refers to and all that must hold beside it.
    fn flat<'f>(
        &mut self,
        fields: &'f Map<String, Value>,
        depth: usize,
    ) -> Cow<'f, Map<String, Value>> {
        let refers = |key: &str| matches!(key, "$ref" | "$dynamicRef" | "allOf");
        if depth > DEEPEST || !fields.keys().any(|key| refers(key)) {
            return Cow::Borrowed(fields);
        }
        let mut all = Map::new();
        let mut more = Vec::new();
        for (key, value) in fields {
            match (key.as_str(), value) {
                ("$ref" | "$dynamicRef", Value::String(reference)) => {
                    more.push(self.referred(reference, depth));
                }
                ("allOf", Value::Array(list)) => {
                    for one in list {
                        self.nodes += 1;
                        match one {
                            Value::Object(fields) if self.nodes <= MOST_NODES => {
                                more.push(self.flat(fields, depth + 1).into_owned());
                            }
                            Value::Bool(true) => {}
                            _ => self.lose("allOf"),
                        }
                    }
                }
                (key, _) if refers(key) => self.lose(key),
                _ => {
                    all.insert(key.clone(), value.clone());
                }
            }
        }
        for more in more {
            merge(&mut all, more, &mut |keyword| self.lose(keyword));
        }
        Cow::Owned(all)
    }

    fn referred(&mut self, reference: &str, depth: usize) -> Map<String, Value> {
        let Some(Value::Object(found)) = find(self.root, reference) else {
            self.lose("$ref");
            return Map::new();
        };
        self.nodes += 1;
        if self.nodes > MOST_NODES || self.open.iter().any(|open| open == reference) {
            // It holds itself, and would never end: of this one only its type is said.
            self.lose("$ref");
            let kind = found.get("type").filter(|kind| kind.is_string());
            return kind
                .map(|kind| ("type".to_owned(), kind.clone()))
                .into_iter()
                .collect();
        }
        self.open.push(reference.to_owned());
        self.flat(found, depth + 1).into_owned()
    }

    fn object(&mut self, fields: &Map<String, Value>, depth: usize) -> Map<String, Value> {
        let mut out = Map::new();
        let kinds = Kinds::of(fields, &mut |keyword| self.lose(keyword));
        for (key, value) in fields {
            match key.as_str() {
                "type" | "enum" | "const" => {}
                "title" | "description" if value.is_string() => copy(key, value, &mut out),
                "minimum" | "maximum" if value.is_number() => copy(key, value, &mut out),
                "minItems" | "maxItems" if value.is_u64() => copy(key, value, &mut out),
                "format" if value.as_str().is_some_and(|word| FORMATS.contains(&word)) => {
                    copy(key, value, &mut out);
                }
                "additionalProperties" if value.is_boolean() => copy(key, value, &mut out),
                "additionalProperties"
                | "items"
                | "prefixItems"
                | "properties"
                | "anyOf"
                | "oneOf" => self.below(key, value, depth, &mut out),
                // Looked at once the properties are known.
                "required" | "propertyOrdering" => {}
                key if SILENT.contains(&key) => {}
                key => self.lose(key),
            }
        }
        self.names("required", fields, &mut out);
        self.names("propertyOrdering", fields, &mut out);
        kinds.say(out, &mut |keyword| self.lose(keyword))
    }

    /// The schemas inside.
    fn below(&mut self, key: &str, value: &Value, depth: usize, out: &mut Map<String, Value>) {
        let depth = depth + 1;
        let lowered = match (key, value) {
            ("properties", Value::Object(schemas)) => {
                let lowered = schemas
                    .iter()
                    .map(|(name, schema)| (name.clone(), self.node(schema, depth)));
                Value::Object(lowered.collect())
            }
            ("items", Value::Bool(true)) => return,
            // A tuple, as drafts before 2020-12 wrote it.
            ("items", Value::Array(list)) => {
                let list = list.iter().map(|schema| self.node(schema, depth)).collect();
                out.insert("prefixItems".to_owned(), Value::Array(list));
                return;
            }
            ("items" | "additionalProperties", Value::Object(_) | Value::Bool(_)) => {
                self.node(value, depth)
            }
            ("prefixItems", Value::Array(list)) => {
                Value::Array(list.iter().map(|schema| self.node(schema, depth)).collect())
            }
            ("anyOf" | "oneOf", Value::Array(list)) if !list.is_empty() => {
                if out.contains_key("anyOf") {
                    self.lose(key);
                    return;
                }
                // The API takes the two for the same.
                let list = list.iter().map(|schema| self.node(schema, depth)).collect();
                out.insert("anyOf".to_owned(), Value::Array(list));
                return;
            }
            _ => {
                self.lose(key);
                return;
            }
        };
        out.insert(key.to_owned(), lowered);
    }

    /// Names of properties, those that are there.
    fn names(&mut self, key: &str, fields: &Map<String, Value>, out: &mut Map<String, Value>) {
        let Some(value) = fields.get(key) else {
            return;
        };
        let Value::Array(list) = value else {
            self.lose(key);
            return;
        };
        let properties = out.get("properties").and_then(Value::as_object);
        let known = |name: &&Value| {
            let name = name.as_str();
            name.is_some_and(|name| properties.is_some_and(|known| known.contains_key(name)))
        };
        let kept: Vec<Value> = list.iter().filter(known).cloned().collect();
        if kept.len() < list.len() {
            self.lose(key);
        }
        if !kept.is_empty() {
            out.insert(key.to_owned(), kept.into());
        }
    }
}

fn copy(key: &str, value: &Value, out: &mut Map<String, Value>) {
    out.insert(key.to_owned(), value.clone());
}
