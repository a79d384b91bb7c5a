//! Where sign-ins, renewals and free calls go: the vendors' own addresses, or those that the user has set.

use std::borrow::Cow;

/// The region of Builder ID, and of Kiro's own service.
pub const HOME_REGION: &str = "us-east-1";
const GEMINI_USER_INFO: &str = "https://www.googleapis.com/oauth2/v2/userinfo";

/// The addresses. `None` is the vendor's own; one that was set is used as it is, without a `/` at its end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Endpoints {
    /// `GEMINI_OAUTH_AUTH_URL`.
    pub gemini_auth: Option<String>,
    /// `GEMINI_OAUTH_TOKEN_URL`.
    pub gemini_token: Option<String>,
    /// `GEMINI_BASE_URL`: Code Assist.
    pub gemini_api: Option<String>,
    /// `QWEN_OAUTH_BASE_URL`.
    pub qwen_oauth: Option<String>,
    /// `QWEN_BASE_URL`.
    pub qwen_api: Option<String>,
    /// `KIRO_AUTH_BASE_URL`: the portal and the exchange of social sign-ins.
    pub kiro_auth: Option<String>,
    /// `KIRO_REFRESH_URL`: renewal of social sign-ins, the whole address.
    pub kiro_refresh: Option<String>,
    /// `KIRO_OIDC_BASE_URL`: AWS SSO OIDC.
    pub kiro_oidc: Option<String>,
    /// `KIRO_BASE_URL`.
    pub kiro_api: Option<String>,
}

fn set(address: Option<&String>) -> Option<&str> {
    address.map(|address| address.trim_end_matches('/'))
}

impl Endpoints {
    /// The page on which Google asks for consent.
    pub fn gemini_consent(&self) -> &str {
        set(self.gemini_auth.as_ref()).unwrap_or("https://accounts.google.com/o/oauth2/v2/auth")
    }

    /// Where Google's tokens are exchanged and renewed.
    pub fn gemini_tokens(&self) -> &str {
        set(self.gemini_token.as_ref()).unwrap_or("https://oauth2.googleapis.com/token")
    }

    /// Where Google tells whose a token is. A token of another endpoint is not shown to Google.
    pub fn gemini_user_info(&self) -> Option<String> {
        match &self.gemini_token {
            None => Some(GEMINI_USER_INFO.to_owned()),
            Some(address) => {
                let url = url::Url::parse(address).ok()?;
                Some(url.join("/oauth2/v2/userinfo").ok()?.into())
            }
        }
    }

    /// A method of Code Assist. The base may be written with its version.
    pub fn code_assist(&self, method: &str) -> String {
        let base = self.code_assist_base();
        format!("{base}/v1internal:{method}")
    }

    /// A running operation of Code Assist.
    pub fn code_assist_operation(&self, name: &str) -> String {
        let base = self.code_assist_base();
        format!("{base}/v1internal/{name}")
    }

    fn code_assist_base(&self) -> &str {
        let base = set(self.gemini_api.as_ref()).unwrap_or("https://cloudcode-pa.googleapis.com");
        ["/v1internal", "/v1beta", "/v1"]
            .iter()
            .find_map(|version| base.strip_suffix(version))
            .unwrap_or(base)
    }

    /// Where Qwen gives out device codes.
    pub fn qwen_device(&self) -> String {
        format!("{}/api/v1/oauth2/device/code", self.qwen_base())
    }

    /// Where Qwen's tokens are fetched and renewed.
    pub fn qwen_tokens(&self) -> String {
        format!("{}/api/v1/oauth2/token", self.qwen_base())
    }

    fn qwen_base(&self) -> &str {
        set(self.qwen_oauth.as_ref()).unwrap_or("https://chat.qwen.ai")
    }

    /// Kiro's page, which offers all its doors.
    pub fn kiro_portal(&self) -> String {
        let base = set(self.kiro_auth.as_ref()).unwrap_or("https://app.kiro.dev");
        format!("{base}/signin")
    }

    /// A path of Kiro's service for Google's and GitHub's accounts.
    pub fn kiro_social(&self, path: &str) -> String {
        let base =
            set(self.kiro_auth.as_ref()).unwrap_or("https://prod.us-east-1.auth.desktop.kiro.dev");
        format!("{base}/{path}")
    }

    /// Where social sign-ins are renewed.
    pub fn kiro_renewal(&self) -> Cow<'_, str> {
        match &self.kiro_refresh {
            Some(address) => Cow::Borrowed(address),
            None => Cow::Owned(self.kiro_social("refreshToken")),
        }
    }

    /// A path of AWS SSO OIDC in a region.
    pub fn kiro_oidc(&self, region: &str, path: &str) -> String {
        match set(self.kiro_oidc.as_ref()) {
            Some(base) => format!("{base}/{path}"),
            None => format!("https://oidc.{region}.amazonaws.com/{path}"),
        }
    }

    /// Where Kiro's API is in a region.
    pub fn kiro_api(&self, region: &str) -> String {
        match set(self.kiro_api.as_ref()) {
            Some(base) => base.to_owned(),
            None => format!("https://q.{region}.amazonaws.com"),
        }
    }
}
