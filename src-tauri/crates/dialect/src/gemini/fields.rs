//! Objects of a client's JSON, taken apart field by field, with the path of whatever is wrong in them.
//!
//! Read as the official API reads it (protobuf's JSON mapping): names in camel or snake case, `null` as absent, whole
//! numbers as numbers or as texts, one object where a list of them may stand.

use serde_json::{Map, Value};

use crate::Invalid;
pub(crate) use crate::at::{At, kind_of};

/// An object; what is taken out is gone, so that the rest is what nobody knew.
pub(crate) struct Fields<'a> {
    rest: Map<String, Value>,
    pub(crate) at: At<'a>,
}

impl<'a> Fields<'a> {
    /// The fields of an object.
    ///
    /// # Errors
    /// It is none.
    pub(crate) fn of(value: Value, at: At<'a>) -> Result<Self, Invalid> {
        match value {
            Value::Object(rest) => Ok(Self { rest, at }),
            other => Err(at.invalid(format!("must be an object, not {}", kind_of(&other)))),
        }
    }

    /// A field by its camel case name, in either spelling. `null` is as good as nothing.
    pub(crate) fn take(&mut self, name: &str) -> Option<Value> {
        let key = self.rest.keys().find(|key| same(key, name))?.clone();
        self.rest
            .shift_remove(&key)
            .filter(|value| !value.is_null())
    }

    /// Puts something back among what nobody took.
    pub(crate) fn put(&mut self, name: &str, value: Value) {
        self.rest.insert(name.to_owned(), value);
    }

    /// A text.
    pub(crate) fn text(&mut self, name: &str) -> Result<Option<String>, Invalid> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(self.wrong(name, "a string", &other)),
        }
    }

    /// A text that must be there and say something.
    pub(crate) fn filled(&mut self, name: &str) -> Result<String, Invalid> {
        match self.text(name)? {
            Some(text) if !text.is_empty() => Ok(text),
            _ => Err(self.at.field(name).invalid("must be a string, not empty")),
        }
    }

    pub(crate) fn boolean(&mut self, name: &str) -> Result<Option<bool>, Invalid> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(value)),
            Some(other) => Err(self.wrong(name, "true or false", &other)),
        }
    }

    pub(crate) fn number(&mut self, name: &str) -> Result<Option<f64>, Invalid> {
        let Some(value) = self.take(name) else {
            return Ok(None);
        };
        let number = match &value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        match number.filter(|number| number.is_finite()) {
            Some(number) => Ok(Some(number)),
            None => Err(self.wrong(name, "a number", &value)),
        }
    }

    pub(crate) fn integer(&mut self, name: &str) -> Result<Option<i64>, Invalid> {
        let Some(value) = self.take(name) else {
            return Ok(None);
        };
        match integer(&value) {
            Some(number) => Ok(Some(number)),
            None => Err(self.wrong(name, "a whole number", &value)),
        }
    }

    pub(crate) fn count(&mut self, name: &str) -> Result<Option<u64>, Invalid> {
        let Some(number) = self.integer(name)? else {
            return Ok(None);
        };
        u64::try_from(number)
            .map(Some)
            .map_err(|_| self.at.field(name).invalid("must not be negative"))
    }

    /// A list; one value by itself is a list of one.
    pub(crate) fn list(&mut self, name: &str) -> Option<Vec<Value>> {
        self.take(name).map(|value| match value {
            Value::Array(list) => list,
            one => vec![one],
        })
    }

    pub(crate) fn texts(&mut self, name: &str) -> Result<Option<Vec<String>>, Invalid> {
        let Some(list) = self.list(name) else {
            return Ok(None);
        };
        let above = self.at.field(name);
        list.into_iter()
            .enumerate()
            .map(|(index, value)| match value {
                Value::String(text) => Ok(text),
                other => Err(above
                    .index(index)
                    .invalid(format!("must be a string, not {}", kind_of(&other)))),
            })
            .collect::<Result<_, _>>()
            .map(Some)
    }

    /// What nobody took.
    pub(crate) fn rest(self) -> Map<String, Value> {
        let mut rest = self.rest;
        rest.retain(|_, value| !value.is_null());
        rest
    }

    fn wrong(&self, name: &str, wanted: &str, got: &Value) -> Invalid {
        self.at
            .field(name)
            .invalid(format!("must be {wanted}, not {}", kind_of(got)))
    }
}

/// A whole number as protobuf's JSON mapping takes it.
pub(crate) fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| {
            let number = number.as_f64()?;
            let whole = number.fract() == 0.0 && number.abs() < 9e15;
            // In this range a whole float is that integer.
            whole.then_some(number as i64)
        }),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// Whether a key is this camel case name, or its snake case form.
fn same(key: &str, camel: &str) -> bool {
    if key == camel {
        return true;
    }
    let mut key = key.bytes();
    for wanted in camel.bytes() {
        let plain = wanted.to_ascii_lowercase();
        if plain != wanted && key.next() != Some(b'_') {
            return false;
        }
        if key.next() != Some(plain) {
            return false;
        }
    }
    key.next().is_none()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn both_spellings_name_the_same_field() {
        assert!(same("max_output_tokens", "maxOutputTokens"));
        assert!(same("maxOutputTokens", "maxOutputTokens"));
        assert!(same("top_k", "topK"));
        for odd in [
            "maxoutputtokens",
            "max_output",
            "max_output_tokens_",
            "MaxOutputTokens",
            "",
        ] {
            assert!(!same(odd, "maxOutputTokens"), "{odd}");
        }
    }

    #[test]
    fn a_path_names_the_way_to_the_field() {
        let contents = At::Root.field("contents");
        let first = contents.index(1);
        let mut fields = Fields::of(json!({"text": 7}), first).unwrap();
        let error = fields.text("text").unwrap_err();
        assert_eq!(
            error.to_string(),
            "contents[1].text: must be a string, not a number"
        );
    }

    #[test]
    fn whole_numbers_are_taken_as_protobuf_takes_them() {
        for (value, number) in [
            (json!(5), Some(5)),
            (json!("5"), Some(5)),
            (json!(5.0), Some(5)),
            (json!(5.5), None),
            (json!(1e300), None),
            (json!("x"), None),
            (json!(true), None),
        ] {
            assert_eq!(integer(&value), number, "{value}");
        }
    }
}
