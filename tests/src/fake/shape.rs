//! What a JSON body must look like, as data; and what is wrong with one that does not.

mod path;

use serde_json::{Map, Value};

pub(super) use path::Path;

/// The form of a value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    /// Anything at all, null too.
    Any,
    /// A string.
    Text,
    /// `true` or `false`.
    Flag,
    /// An integer from here to there.
    Whole(i64, i64),
    /// A number from here to there.
    Number(f64, f64),
    /// One of these words.
    Word(&'static [&'static str]),
    /// A list of such values.
    List(&'static Self),
    /// An object whose keys are free.
    Open,
    /// An object whose keys are free and whose values have one form.
    Map(&'static Self),
    /// That form, which may be the one this stands in.
    Like(fn() -> Self),
    /// An object with these fields and no others.
    Object(&'static [Field]),
    /// An object whose field of this name says which fields it has.
    Tagged(&'static str, &'static [(&'static str, &'static [Field])]),
    /// A string, or that.
    TextOr(&'static Self),
    /// Null, or that.
    Maybe(&'static Self),
}

/// One field of an object.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    pub(super) must: bool,
}

/// A field that may be there.
pub(super) const fn may(name: &'static str, shape: Shape) -> Field {
    Field {
        name,
        shape,
        must: false,
    }
}

/// A field that has to be there.
pub(super) const fn must(name: &'static str, shape: Shape) -> Field {
    Field {
        name,
        shape,
        must: true,
    }
}

/// What is wrong with a body, and where.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fault {
    pub(super) path: Path,
    pub(super) wrong: Wrong,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Wrong {
    /// A field is missing.
    Missing,
    /// A field that nobody knows; its value too, as services look at it.
    Unknown,
    /// Another type was expected.
    Type {
        expected: &'static str,
        got: &'static str,
    },
    /// Another word was expected.
    Word {
        got: String,
        allowed: Vec<&'static str>,
    },
    /// The number is too small; the least one.
    Below(f64),
    /// The number is too large; the greatest one.
    Above(f64),
}

/// How names of fields are compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Naming {
    /// As they are written.
    Exact,
    /// `snake_case` and `camelCase` name the same, as in Google's JSON of protocol buffers.
    Proto,
}

/// Judges a value.
pub(super) fn check(
    value: &Value,
    shape: &Shape,
    path: &Path,
    naming: Naming,
) -> Result<(), Fault> {
    let expect = |fits: bool, expected: &'static str| {
        if fits {
            Ok(())
        } else {
            Err(wrong_type(path, expected, value))
        }
    };
    match shape {
        Shape::Any => Ok(()),
        Shape::Text => expect(value.is_string(), "string"),
        Shape::Flag => expect(value.is_boolean(), "boolean"),
        Shape::Open => expect(value.is_object(), "object"),
        Shape::Whole(least, most) => {
            expect(value.is_i64() || value.is_u64(), "integer")?;
            within(value, *least as f64, *most as f64, path)
        }
        Shape::Number(least, most) => {
            expect(value.is_number(), "number")?;
            within(value, *least, *most, path)
        }
        Shape::Word(words) => {
            expect(value.is_string(), "string")?;
            word(value, words, path)
        }
        Shape::List(each) => {
            let list = value
                .as_array()
                .ok_or_else(|| wrong_type(path, "array", value))?;
            list.iter()
                .enumerate()
                .try_for_each(|(n, one)| check(one, each, &path.index(n), naming))
        }
        Shape::Object(fields) => {
            let object = value
                .as_object()
                .ok_or_else(|| wrong_type(path, "object", value))?;
            check_fields(object, fields, path, naming)
        }
        Shape::Map(each) => {
            let object = value
                .as_object()
                .ok_or_else(|| wrong_type(path, "object", value))?;
            object
                .values()
                .enumerate()
                .try_for_each(|(n, one)| check(one, each, &path.index(n).key("value"), naming))
        }
        Shape::Like(other) => check(value, &other(), path, naming),
        Shape::Tagged(tag, kinds) => check_tagged(value, tag, kinds, path, naming),
        Shape::TextOr(_) if value.is_string() => Ok(()),
        Shape::Maybe(_) if value.is_null() => Ok(()),
        Shape::TextOr(other) | Shape::Maybe(other) => check(value, other, path, naming),
    }
}

fn check_tagged(
    value: &Value,
    tag: &'static str,
    kinds: &'static [(&'static str, &'static [Field])],
    path: &Path,
    naming: Naming,
) -> Result<(), Fault> {
    let object = value
        .as_object()
        .ok_or_else(|| wrong_type(path, "object", value))?;
    let at = path.key(tag);
    let named = object.get(tag).ok_or(Fault {
        path: at.clone(),
        wrong: Wrong::Missing,
    })?;
    let name = named
        .as_str()
        .ok_or_else(|| wrong_type(&at, "string", named))?;
    let Some((_, fields)) = kinds.iter().find(|(kind, _)| *kind == name) else {
        let allowed = kinds.iter().map(|(kind, _)| *kind).collect();
        return Err(Fault {
            path: at,
            wrong: Wrong::Word {
                got: name.to_owned(),
                allowed,
            },
        });
    };
    let mut rest = object.clone();
    rest.remove(tag);
    check_fields(&rest, fields, path, naming)
}

/// Judges the fields of an object: each one known, none missing.
pub(super) fn check_fields(
    object: &Map<String, Value>,
    fields: &[Field],
    path: &Path,
    naming: Naming,
) -> Result<(), Fault> {
    for (name, value) in object {
        let field = fields.iter().find(|field| same(field.name, name, naming));
        let at = path.key(name);
        match field {
            None => {
                return Err(Fault {
                    path: at,
                    wrong: Wrong::Unknown,
                });
            }
            Some(field) if value.is_null() && !field.must => {}
            Some(field) => check(value, &field.shape, &at, naming)?,
        }
    }
    match fields
        .iter()
        .find(|field| field.must && !object.keys().any(|name| same(field.name, name, naming)))
    {
        Some(field) => Err(Fault {
            path: path.key(field.name),
            wrong: Wrong::Missing,
        }),
        None => Ok(()),
    }
}

fn same(known: &str, written: &str, naming: Naming) -> bool {
    known == written || (naming == Naming::Proto && known == camel(written))
}

/// `functionCall` of `function_call`.
pub(super) fn camel(name: &str) -> String {
    let mut out = String::new();
    let mut upper = false;
    for c in name.chars() {
        match c {
            '_' => upper = true,
            c if upper => {
                out.extend(c.to_uppercase());
                upper = false;
            }
            c => out.push(c),
        }
    }
    out
}

fn wrong_type(path: &Path, expected: &'static str, value: &Value) -> Fault {
    let got = type_name(value);
    Fault {
        path: path.clone(),
        wrong: Wrong::Type { expected, got },
    }
}

fn word(value: &Value, words: &'static [&'static str], path: &Path) -> Result<(), Fault> {
    let got = value.as_str().unwrap_or_default();
    if words.contains(&got) {
        return Ok(());
    }
    let wrong = Wrong::Word {
        got: got.to_owned(),
        allowed: words.to_vec(),
    };
    Err(Fault {
        path: path.clone(),
        wrong,
    })
}

fn within(value: &Value, least: f64, most: f64, path: &Path) -> Result<(), Fault> {
    let number = value.as_f64().unwrap_or_default();
    let wrong = if number < least {
        Wrong::Below(least)
    } else if number > most {
        Wrong::Above(most)
    } else {
        return Ok(());
    };
    Err(Fault {
        path: path.clone(),
        wrong,
    })
}

/// The type of a value in JSON's words.
pub(super) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(n) if n.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
