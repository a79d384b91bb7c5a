//! Who an instance is that is signed in to, and where its account is spoken to.

use std::sync::{Arc, OnceLock};

use account::free::kiro;
use account::{Credentials, Tokens};
use url::Url;

use crate::kind::ProviderType;

/// An account that was signed in to.
#[derive(Debug, Clone)]
pub struct Login {
    /// Its tokens, shared by all that use the account.
    pub tokens: Arc<Tokens>,
    /// Gemini: the Google Cloud project that was set.
    pub project: Option<String>,
    /// Whether the instance's address was set by the user: then no token answer moves it.
    pub fixed: bool,
    found: Arc<OnceLock<String>>,
}

impl Login {
    /// An account of these tokens.
    pub fn new(tokens: Arc<Tokens>, project: Option<String>, fixed: bool) -> Self {
        Self {
            tokens,
            project,
            fixed,
            found: Arc::default(),
        }
    }

    /// The project that requests are made for, as far as it is known.
    pub fn project<'a>(&'a self, credentials: &'a Credentials) -> Option<&'a str> {
        let written = || credentials.gemini()?.project.as_deref();
        let set = self.project.as_deref().or_else(written);
        set.or_else(|| self.found.get().map(String::as_str))
    }

    /// Google has named the project.
    pub(crate) fn note_project(&self, project: &str) {
        // Whoever was first has found the same.
        let _ = self.found.set(project.to_owned());
    }

    /// Where the account is spoken to, where its tokens say so.
    pub(crate) fn base(&self, kind: ProviderType, credentials: &Credentials) -> Option<String> {
        if self.fixed {
            return None;
        }
        match kind {
            ProviderType::QwenOauth => qwen_base(credentials.qwen()?.resource_url.as_deref()?),
            ProviderType::KiroOauth => {
                let facts = credentials.kiro()?;
                let region = kiro::region(facts, kiro::known_profile(facts));
                Some(format!("https://q.{region}.amazonaws.com"))
            }
            _ => None,
        }
    }
}

impl PartialEq for Login {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.tokens, &other.tokens)
            && self.project == other.project
            && self.fixed == other.fixed
    }
}

impl Eq for Login {}

/// The address that Qwen names, with or without a scheme. Tokens go to Qwen's and Alibaba Cloud's hosts only.
fn qwen_base(resource: &str) -> Option<String> {
    let text = match resource.contains("://") {
        true => resource.to_owned(),
        false => format!("https://{resource}"),
    };
    let url = Url::parse(text.trim()).ok()?;
    let host = url.host_str()?;
    let known = ["qwen.ai", "aliyuncs.com"].iter().any(|domain| {
        let below = host.strip_suffix(domain);
        below.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    });
    if known && url.scheme() == "https" {
        return Some(url.as_str().trim_end_matches('/').to_owned());
    }
    tracing::warn!("Qwen names the address {host}, which is not one of its own; it is not used");
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_go_to_the_services_own_hosts_only() {
        let rows = [
            ("portal.qwen.ai", Some("https://portal.qwen.ai")),
            (
                "https://portal.qwen.ai/v1/",
                Some("https://portal.qwen.ai/v1"),
            ),
            (
                "dashscope.aliyuncs.com/compatible-mode/v1",
                Some("https://dashscope.aliyuncs.com/compatible-mode/v1"),
            ),
            ("http://portal.qwen.ai", None),
            ("evil-qwen.ai", None),
            ("qwen.ai.evil.example", None),
            ("https://portal.qwen.ai@evil.example", None),
            ("", None),
        ];
        for (resource, expected) in rows {
            assert_eq!(qwen_base(resource).as_deref(), expected, "{resource}");
        }
    }
}
