//! What kind of body an answer has: an API's, a web page, or none.

use http::HeaderValue;

use super::one_line;

/// A body by its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    Empty,
    /// A web page: of a firewall, a proxy, or a site that is no API.
    Html,
    /// It looks like JSON.
    Json,
    Text,
}

impl Page {
    pub(super) fn of(content_type: Option<&HeaderValue>, body: &[u8]) -> Self {
        let body = body.trim_ascii_start();
        match body.first() {
            None => Self::Empty,
            Some(b'{' | b'[') => Self::Json,
            _ if begins_like_html(body) || not_an_api(content_type) => Self::Html,
            _ => Self::Text,
        }
    }
}

/// Whether an answer of this content type is a web page, which no API gives: with status 200 the address is wrong.
pub fn not_an_api(content_type: Option<&HeaderValue>) -> bool {
    content_type.is_some_and(|value| {
        let value = value.as_bytes().trim_ascii_start();
        ["text/html", "application/xhtml"]
            .iter()
            .any(|html| starts_with(value, html))
    })
}

/// A web page in words: by its title, where it has one.
pub(super) fn described(html: &str) -> String {
    match title(html).map(one_line).filter(|title| !title.is_empty()) {
        Some(title) => one_line(&format!("a web page in place of an answer: {title}")),
        None => "a web page in place of an answer".to_owned(),
    }
}

fn title(html: &str) -> Option<&str> {
    let low = html.to_ascii_lowercase();
    let tag = low.find("<title")?;
    let start = tag + low[tag..].find('>')? + 1;
    let end = start + low[start..].find("</title")?;
    // Lower-casing ASCII keeps every position.
    html.get(start..end)
}

fn begins_like_html(body: &[u8]) -> bool {
    ["<!doctype html", "<html", "<head", "<body"]
        .iter()
        .any(|tag| starts_with(body, tag))
}

fn starts_with(bytes: &[u8], text: &str) -> bool {
    bytes
        .get(..text.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(text.as_bytes()))
}
