//! What kind of value a schema wants: its types, and the values themselves where they are listed.

use serde_json::{Map, Value};

const TYPES: [&str; 7] = [
    "string", "number", "integer", "boolean", "array", "object", "null",
];

/// What a schema says of the kind of value.
#[derive(Default)]
pub(super) struct Kinds<'a> {
    kinds: Vec<&'static str>,
    null: bool,
    values: Vec<&'a Value>,
    /// The one type that all of the listed values have.
    listed: Option<&'static str>,
}

impl<'a> Kinds<'a> {
    /// What the keywords `type`, `nullable`, `enum` and `const` say.
    pub(super) fn of(fields: &'a Map<String, Value>, lose: &mut impl FnMut(&str)) -> Self {
        let mut told = Self::default();
        let words = match fields.get("type") {
            Some(Value::Array(list)) => list.iter().collect(),
            Some(one) => vec![one],
            None => Vec::new(),
        };
        for word in words {
            let word = word.as_str().map(str::to_ascii_lowercase);
            let known = TYPES.iter().find(|kind| Some(**kind) == word.as_deref());
            match known {
                Some(&"null") => told.null = true,
                Some(kind) if told.kinds.contains(kind) => {}
                Some(kind) => told.kinds.push(kind),
                None => lose("type"),
            }
        }
        told.null |= fields.get("nullable") == Some(&Value::Bool(true));
        let (key, values): (_, Vec<&Value>) = match (fields.get("const"), fields.get("enum")) {
            (Some(value), _) => ("const", vec![value]),
            (None, Some(Value::Array(list))) => ("enum", list.iter().collect()),
            (None, Some(_)) => {
                lose("enum");
                return told;
            }
            (None, None) => return told,
        };
        told.list(key, values, lose);
        told
    }

    /// Texts or numbers can be listed; what else there is shows in the type alone.
    fn list(&mut self, key: &str, values: Vec<&'a Value>, lose: &mut impl FnMut(&str)) {
        let plain: Vec<&Value> = values
            .iter()
            .filter(|one| !one.is_null())
            .copied()
            .collect();
        let null = plain.len() < values.len();
        let all = |is: fn(&Value) -> bool| plain.iter().all(|value| is(value));
        let kind = if plain.is_empty() {
            None
        } else if all(Value::is_string) {
            Some("string")
        } else if all(|value| value.is_i64() || value.is_u64()) {
            Some("integer")
        } else if all(Value::is_number) {
            Some("number")
        } else if all(Value::is_boolean) {
            if plain.len() == 1 {
                lose(key);
            }
            Some("boolean")
        } else {
            lose(key);
            return;
        };
        self.listed = kind;
        let open = self.kinds.is_empty() && !self.null;
        self.null |= null && open;
        if self.kinds.is_empty() {
            self.kinds.extend(kind);
        }
        if kind != Some("boolean") {
            self.values = plain;
        }
    }

    /// Writes the type. Several, but for `null`, stand in `anyOf`: a list of them is not documented.
    pub(super) fn say(
        self,
        mut out: Map<String, Value>,
        lose: &mut impl FnMut(&str),
    ) -> Map<String, Value> {
        let mut values: Vec<Value> = Vec::new();
        for value in self.values {
            if !values.contains(value) {
                values.push(value.clone());
            }
        }
        let mut said = Map::new();
        match (self.kinds.as_slice(), self.null) {
            ([], false) => {}
            ([], true) => drop(said.insert("type".to_owned(), "null".into())),
            ([kind], false) => drop(said.insert("type".to_owned(), (*kind).into())),
            ([kind], true) => drop(said.insert("type".to_owned(), vec![*kind, "null"].into())),
            (_, _) if out.contains_key("anyOf") => match self.listed {
                // The list says it all.
                Some(kind) => drop(said.insert("type".to_owned(), kind.into())),
                None => lose("type"),
            },
            (kinds, null) => {
                let null = null.then_some("null");
                let branches = kinds.iter().copied().chain(null);
                let branches: Vec<Value> = branches
                    .map(|kind| Value::Object(branch(kind, &mut out, &mut values)))
                    .collect();
                said.insert("anyOf".to_owned(), branches.into());
            }
        }
        if !values.is_empty() {
            // A list that fits none of the types still has a type of its own.
            if let (Some(kind), false) = (self.listed, said.contains_key("type")) {
                said.insert("type".to_owned(), kind.into());
            }
            said.insert("enum".to_owned(), values.into());
        }
        said.extend(out);
        said
    }
}

/// The schema of one type out of several, with the keywords that speak of it.
fn branch(kind: &str, out: &mut Map<String, Value>, values: &mut Vec<Value>) -> Map<String, Value> {
    let own: &[&str] = match kind {
        "array" => &["items", "prefixItems", "minItems", "maxItems"],
        "object" => &[
            "properties",
            "additionalProperties",
            "required",
            "propertyOrdering",
        ],
        "number" | "integer" => &["minimum", "maximum"],
        "string" => &["format"],
        _ => &[],
    };
    let mut branch = Map::from_iter([("type".to_owned(), Value::from(kind))]);
    for key in own {
        if let Some(value) = out.shift_remove(*key) {
            branch.insert((*key).to_owned(), value);
        }
    }
    let fits = |value: &Value| match kind {
        "string" => value.is_string(),
        "number" | "integer" => value.is_number(),
        _ => false,
    };
    let (mine, others) = std::mem::take(values).into_iter().partition(fits);
    *values = others;
    let mine: Vec<Value> = mine;
    if !mine.is_empty() {
        branch.insert("enum".to_owned(), mine.into());
    }
    branch
}
