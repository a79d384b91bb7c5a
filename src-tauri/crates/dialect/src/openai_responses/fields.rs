//! An object of a client's body, taken apart field by field; what is wrong names the path of the field.

use chat::{Dialect, Foreign};
use serde_json::{Map, Value};

use crate::Invalid;
pub(super) use crate::at::{At, kind_of};

/// What is left of an object.
#[derive(Debug)]
pub(super) struct Fields<'p> {
    map: Map<String, Value>,
    at: At<'p>,
}

impl<'p> Fields<'p> {
    /// The fields of a value that must be an object.
    pub(super) fn of(value: Value, at: At<'p>) -> Result<Self, Invalid> {
        match value {
            Value::Object(map) => Ok(Self { map, at }),
            other => Err(at.invalid(format!("an object is needed here, not {}", kind_of(&other)))),
        }
    }

    /// Where the object stands.
    pub(super) const fn at(&self) -> At<'p> {
        self.at
    }

    /// What is wrong with one field.
    pub(super) fn invalid(&self, name: &str, message: impl Into<String>) -> Invalid {
        At::Field(&self.at, name).invalid(message)
    }

    /// A field of any kind; `null` is none.
    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        self.map.shift_remove(name).filter(|value| !value.is_null())
    }

    /// A text, looked at and left where it is.
    pub(super) fn peek(&self, name: &str) -> Option<&str> {
        self.map.get(name)?.as_str()
    }

    /// Whether there is such a field.
    pub(super) fn has(&self, name: &str) -> bool {
        self.map.get(name).is_some_and(|value| !value.is_null())
    }

    /// A text.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, Invalid> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(self.wrong(name, "a string", &other)),
        }
    }

    /// A text that must be there.
    pub(super) fn needed(&mut self, name: &str) -> Result<String, Invalid> {
        self.text(name)?
            .ok_or_else(|| self.invalid(name, "this field is required"))
    }

    /// A text that must be there and say something.
    pub(super) fn filled(&mut self, name: &str) -> Result<String, Invalid> {
        let text = self.needed(name)?;
        if text.is_empty() {
            return Err(self.invalid(name, "this field must not be empty"));
        }
        Ok(text)
    }

    /// Yes or no.
    pub(super) fn flag(&mut self, name: &str) -> Result<Option<bool>, Invalid> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(flag)),
            Some(other) => Err(self.wrong(name, "true or false", &other)),
        }
    }

    /// A number that counts something.
    pub(super) fn count(&mut self, name: &str) -> Result<Option<u64>, Invalid> {
        match self.take(name) {
            None => Ok(None),
            Some(value) => match value.as_u64() {
                Some(count) => Ok(Some(count)),
                None => Err(self.wrong(name, "a whole number, 0 or more,", &value)),
            },
        }
    }

    /// A number.
    pub(super) fn number(&mut self, name: &str) -> Result<Option<f64>, Invalid> {
        match self.take(name) {
            None => Ok(None),
            Some(value) => match value.as_f64() {
                Some(number) => Ok(Some(number)),
                None => Err(self.wrong(name, "a number", &value)),
            },
        }
    }

    /// A list; empty where there is none.
    pub(super) fn list(&mut self, name: &str) -> Result<Vec<Value>, Invalid> {
        match self.take(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(list)) => Ok(list),
            Some(other) => Err(self.wrong(name, "a list", &other)),
        }
    }

    /// Puts a field back, for [`Fields::rest`].
    pub(super) fn put(&mut self, name: &str, value: Value) {
        self.map.insert(name.to_owned(), value);
    }

    /// The whole object as it is now.
    pub(super) fn into_value(self) -> Value {
        Value::Object(self.map)
    }

    /// What was not taken, for its own dialect.
    pub(super) fn rest(mut self) -> Option<Foreign> {
        self.map.retain(|_, value| !value.is_null());
        Foreign::fields(Dialect::OpenaiResponses, self.map)
    }

    fn wrong(&self, name: &str, wanted: &str, found: &Value) -> Invalid {
        self.invalid(
            name,
            format!("{wanted} is needed here, not {}", kind_of(found)),
        )
    }
}
