//! What an endpoint answered.

use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;

use crate::words::one_line;

/// An answer, whatever its status.
#[derive(Clone, Default)]
pub struct Heard {
    /// HTTP status.
    pub status: u16,
    /// `content-type`.
    pub content_type: String,
    /// `retry-after`, where it names seconds.
    pub retry_after: Option<Duration>,
    /// Its body, or the first megabyte of it.
    pub body: Bytes,
}

/// What is wrong with an answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// A web page: a firewall's, or a captive portal's.
    #[error("a web page came in place of an answer (status {status}){}", titled(.title))]
    Page {
        /// HTTP status.
        status: u16,
        /// The page's title.
        title: String,
    },
    /// The service says no.
    #[error("status {status}: {words}")]
    No {
        /// HTTP status.
        status: u16,
        /// Its code for that: `invalid_grant`, `ThrottlingException`, `PERMISSION_DENIED`.
        code: String,
        /// Its words; the code, where it has none.
        words: String,
        /// How long it asks to wait.
        retry_after: Option<Duration>,
    },
    /// A success that is none.
    #[error("the answer (status {status}) {what}")]
    Odd {
        /// HTTP status.
        status: u16,
        /// What is wrong with it.
        what: &'static str,
    },
}

fn titled(title: &str) -> String {
    if title.is_empty() {
        String::new()
    } else {
        format!(": {title}")
    }
}

impl Heard {
    /// The JSON of a success, or what is wrong.
    ///
    /// # Errors
    /// As [`Trouble`] says.
    pub fn json(&self) -> Result<Value, Trouble> {
        let status = self.status;
        if self.is_page() {
            return Err(Trouble::Page {
                status,
                title: self.title(),
            });
        }
        let value: Option<Value> = serde_json::from_slice(&self.body).ok();
        let is_good = (200..300).contains(&status);
        match value {
            // Qwen's token endpoint may refuse with status 200.
            Some(value) if is_good && value.get("error").is_none_or(Value::is_null) => Ok(value),
            Some(value) => Err(self.refused(&value)),
            None if is_good => Err(Trouble::Odd {
                status,
                what: "is no JSON",
            }),
            None => Err(self.refused(&Value::Null)),
        }
    }

    /// OAuth says `error` and `error_description`; Google's APIs `error.{message,status}`; AWS `message`, `__type`, `reason`.
    fn refused(&self, value: &Value) -> Trouble {
        let error = value.get("error");
        let text = |value: Option<&Value>, name: &str| {
            let text = value?.get(name)?.as_str()?;
            (!text.is_empty()).then(|| text.to_owned())
        };
        let code = error
            .and_then(Value::as_str)
            .map(str::to_owned)
            .or_else(|| reason(error))
            .or_else(|| text(error, "status"))
            .or_else(|| text(error, "code"))
            .or_else(|| text(Some(value), "reason"))
            .or_else(|| text(Some(value), "__type").map(|name| last(&name)))
            .or_else(|| text(Some(value), "code"))
            .unwrap_or_default();
        let words = text(Some(value), "error_description")
            .or_else(|| text(error, "message"))
            .or_else(|| text(Some(value), "message"))
            .or_else(|| text(Some(value), "Message"))
            .unwrap_or_else(|| match (code.is_empty(), value.is_null()) {
                (false, _) => code.clone(),
                (true, true) => String::from_utf8_lossy(&self.body).into_owned(),
                (true, false) => "no message".to_owned(),
            });
        Trouble::No {
            status: self.status,
            code: one_line(&code),
            words: one_line(&words),
            retry_after: self.retry_after,
        }
    }

    fn is_page(&self) -> bool {
        let start: Vec<u8> = self
            .body
            .trim_ascii_start()
            .iter()
            .take(14)
            .copied()
            .collect();
        let start = String::from_utf8_lossy(&start).to_ascii_lowercase();
        let said = self.content_type.to_ascii_lowercase();
        said.starts_with("text/html")
            || said.starts_with("application/xhtml")
            || ["<!doctype html", "<html", "<head", "<body"]
                .iter()
                .any(|tag| start.starts_with(tag))
    }

    fn title(&self) -> String {
        let page = String::from_utf8_lossy(&self.body);
        let low = page.to_ascii_lowercase();
        let found = || {
            let tag = low.find("<title")?;
            let start = tag + low[tag..].find('>')? + 1;
            let end = start + low[start..].find("</title")?;
            page.get(start..end)
        };
        found().map(one_line).unwrap_or_default()
    }
}

/// Google's `ErrorInfo.reason`, which says more than the status.
fn reason(error: Option<&Value>) -> Option<String> {
    let details = error?.get("details")?.as_array()?;
    let reason = details.iter().find_map(|one| one.get("reason")?.as_str());
    reason.map(str::to_owned)
}

/// `com.amazon.coral#ThrottlingException` is a `ThrottlingException`.
fn last(name: &str) -> String {
    name.rsplit(['#', '.']).next().unwrap_or(name).to_owned()
}

impl std::fmt::Debug for Heard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The body may hold tokens.
        write!(f, "status {}, {} bytes", self.status, self.body.len())
    }
}
