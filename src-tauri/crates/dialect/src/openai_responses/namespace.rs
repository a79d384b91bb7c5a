//! Tools that the neutral model has only one kind of, told apart by what their definitions say.
//!
//! A `namespace` holds functions of its own; they are offered as functions of their own, under both names joined, so that
//! any target takes them. A `tool_search` that the client runs is a function with a type of its own. Both carry what they
//! came from among their extra fields, and calls are told back by these.

use chat::{CustomTool, Dialect, FunctionTool, Tool};
use serde_json::{Map, Value};

/// The extra field of a tool from a namespace: the namespace without its tools.
pub(crate) const NAMESPACE: &str = "namespace";
/// The extra field of a tool that stands in an item of the input, not among the tools.
pub(crate) const LOADED: &str = "loaded";
/// The name, and the type, of a search for tools that the client runs.
pub(super) const TOOL_SEARCH: &str = "tool_search";

const SEPARATOR: &str = "__";

/// How a client calls a tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spoken<'a> {
    /// The namespace, where it is in one.
    pub(super) namespace: Option<&'a str>,
    /// Its name there.
    pub(super) name: &'a str,
    /// It is a search for tools.
    pub(super) search: bool,
}

/// A tool of a namespace, under one name.
pub(super) fn join(namespace: Option<&str>, name: String) -> String {
    match namespace {
        Some(namespace) if namespace.ends_with(SEPARATOR) => format!("{namespace}{name}"),
        Some(namespace) => format!("{namespace}{SEPARATOR}{name}"),
        None => name,
    }
}

/// How the client of these tools calls the one of this name.
pub(super) fn spoken<'a>(tools: &'a [Tool], joined: &'a str) -> Spoken<'a> {
    let plain = Spoken {
        namespace: None,
        name: joined,
        search: false,
    };
    let Some(fields) = tools
        .iter()
        .find(|tool| name(tool) == Some(joined))
        .and_then(extra)
    else {
        return plain;
    };
    if is_search(fields) {
        return Spoken {
            search: true,
            ..plain
        };
    }
    let namespace = namespace(fields).and_then(|namespace| {
        let rest = joined.strip_prefix(namespace)?;
        // A namespace that ends with the separator was joined without another.
        let name = if namespace.ends_with(SEPARATOR) {
            rest
        } else {
            rest.strip_prefix(SEPARATOR)?
        };
        Some((namespace, name))
    });
    namespace.map_or(plain, |(namespace, name)| Spoken {
        namespace: Some(namespace),
        name,
        search: false,
    })
}

/// A tool's name, where it has one.
pub(super) fn name(tool: &Tool) -> Option<&str> {
    match tool {
        Tool::Function(FunctionTool { name, .. }) | Tool::Custom(CustomTool { name, .. }) => {
            Some(name)
        }
        Tool::Foreign(_) => None,
    }
}

/// A tool's extra fields.
pub(super) fn extra(tool: &Tool) -> Option<&Map<String, Value>> {
    match tool {
        Tool::Function(FunctionTool { extra, .. }) | Tool::Custom(CustomTool { extra, .. }) => {
            extra.as_ref()?.fields_of(Dialect::OpenaiResponses)
        }
        Tool::Foreign(_) => None,
    }
}

/// The name of the namespace that these extra fields speak of.
pub(super) fn namespace(extra: &Map<String, Value>) -> Option<&str> {
    extra.get(NAMESPACE)?.get("name")?.as_str()
}

/// Whether these are the extra fields of a search for tools.
pub(super) fn is_search(extra: &Map<String, Value>) -> bool {
    extra.get("type").and_then(Value::as_str) == Some(TOOL_SEARCH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chat::Foreign;
    use serde_json::json;

    fn tool(namespace: Option<&str>, name: &str) -> Tool {
        let extra = namespace.map(|name| json!({"namespace": {"name": name}}));
        Tool::Function(FunctionTool {
            name: join(namespace, name.to_owned()),
            extra: extra.map(|value| Foreign {
                dialect: Dialect::OpenaiResponses,
                value,
            }),
            ..FunctionTool::default()
        })
    }

    #[test]
    fn t1_a_tool_of_a_namespace_is_told_back_by_both_names() {
        for namespace in ["mcp__files__", "agents", "a_"] {
            let tools = [tool(None, "read"), tool(Some(namespace), "read")];
            let joined = join(Some(namespace), "read".to_owned());
            let told = spoken(&tools, &joined);
            assert_eq!((told.namespace, told.name), (Some(namespace), "read"));
            assert_eq!(spoken(&tools, "read").namespace, None);
            assert_eq!(spoken(&tools, "else").name, "else");
        }
    }
}
