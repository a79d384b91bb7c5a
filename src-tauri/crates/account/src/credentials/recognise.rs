//! Whose a credential file is, and where services' own programs keep theirs.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::document::{holder, parse};
use super::fields;
use crate::Service;

/// Where a service's own program keeps its file, below a user's home.
pub fn usual_place(service: Service, home: &Path) -> PathBuf {
    home.join(match service {
        Service::Gemini => ".gemini/oauth_creds.json",
        Service::Qwen => ".qwen/oauth_creds.json",
        Service::Kiro => ".aws/sso/cache/kiro-auth-token.json",
    })
}

/// Whose credentials a file holds; `None` where it holds none.
///
/// Kiro's are spelled in another way than the others'; those tell themselves apart by what stands beside the tokens, else by
/// where the file lies.
pub fn recognise(text: &str, path: &Path) -> Option<Service> {
    let root = parse(text).ok()?;
    holder(&root)?;
    let all = match &root {
        Value::Array(all) => all.iter().find(|one| fields::has_token(one))?,
        one => one,
    };
    let has = |name: &str| all.get(name).is_some();
    let says = |name: &str, words: &[&str]| {
        let value = all.get(name).and_then(Value::as_str).unwrap_or_default();
        words.iter().any(|word| value.contains(word))
    };
    let lies = |word: &str| path.to_string_lossy().to_ascii_lowercase().contains(word);
    if has("accessToken") || has("refreshToken") || has("data") {
        return Some(Service::Kiro);
    }
    if has("resource_url") || says("type", &["qwen"]) {
        return Some(Service::Qwen);
    }
    if has("token")
        || has("id_token")
        || says("type", &["gemini", "authorized_user"])
        || says("scope", &["googleapis"])
    {
        return Some(Service::Gemini);
    }
    if says("refresh_token", &["1//"]) || says("access_token", &["ya29."]) {
        return Some(Service::Gemini);
    }
    match (lies("qwen"), lies("gemini")) {
        (true, _) => Some(Service::Qwen),
        (_, true) => Some(Service::Gemini),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn o5_a_file_tells_whose_it_is() {
        let rows = [
            (r#"{"refreshToken":"r"}"#, "x.json", Some(Service::Kiro)),
            (r#"[{"refreshToken":"r"}]"#, "x.json", Some(Service::Kiro)),
            (
                r#"{"refresh_token":"r","resource_url":"p"}"#,
                "x.json",
                Some(Service::Qwen),
            ),
            (
                r#"{"refresh_token":"r","type":"qwen"}"#,
                "x.json",
                Some(Service::Qwen),
            ),
            (
                r#"{"refresh_token":"1//r"}"#,
                "x.json",
                Some(Service::Gemini),
            ),
            (
                r#"{"token":{"refresh_token":"r"},"type":"gemini"}"#,
                "x.json",
                Some(Service::Gemini),
            ),
            (
                r#"{"refresh_token":"r"}"#,
                "/home/a/.qwen/oauth_creds.json",
                Some(Service::Qwen),
            ),
            (
                r#"{"refresh_token":"r"}"#,
                "/home/a/.gemini/oauth_creds.json",
                Some(Service::Gemini),
            ),
            (r#"{"refresh_token":"r"}"#, "x.json", None),
            (r#"{"openai-custom":[]}"#, "x.json", None),
            ("", "x.json", None),
        ];
        for (text, path, expected) in rows {
            assert_eq!(recognise(text, Path::new(path)), expected, "{text} {path}");
        }
    }
}
