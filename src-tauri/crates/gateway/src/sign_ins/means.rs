//! What a sign-in, and later its renewals, need: from the settings, and from the environment where they say nothing.

use std::path::PathBuf;
use std::sync::Arc;

use account::Secret;
use account::credentials::OauthClient;
use account::endpoints::Endpoints;
use account::gemini_cli;
use account::sign_in::Means;
use account::web::{BadWay, Real};
use provider::ProviderType;

use crate::settings::Settings;

/// The means for sign-ins of this type. Looks for Gemini's client on the disk where it was told where. Blocks.
///
/// # Errors
/// The way out cannot be set up.
pub fn of(settings: &Settings, kind: ProviderType) -> Result<Means, BadWay> {
    let proxy = settings.proxy(kind);
    Ok(Means {
        web: Arc::new(Real::new(proxy)?),
        endpoints: endpoints(settings),
        gemini_client: gemini_client(settings),
    })
}

/// Where sign-ins, renewals and free calls go.
pub fn endpoints(settings: &Settings) -> Endpoints {
    let set = &settings.sign_in;
    let base = |kind| settings.base_url(kind).map(str::to_owned);
    Endpoints {
        gemini_auth: set.gemini_auth_url.clone(),
        gemini_token: set.gemini_token_url.clone(),
        gemini_api: base(ProviderType::GeminiCliOauth),
        qwen_oauth: set.qwen_base_url.clone(),
        qwen_api: base(ProviderType::QwenOauth),
        kiro_auth: set.kiro_auth_base_url.clone(),
        kiro_refresh: set.kiro_refresh_url.clone(),
        kiro_oidc: set.kiro_oidc_base_url.clone(),
        kiro_api: base(ProviderType::KiroOauth),
    }
}

/// Gemini's OAuth client: from the settings, the environment, or an installed Gemini CLI that was pointed at. Blocks.
pub fn gemini_client(settings: &Settings) -> Option<OauthClient> {
    let set = &settings.sign_in;
    let of = |set: &Option<String>, name: &str| {
        let set = set.clone().or_else(|| std::env::var(name).ok());
        set.map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty())
    };
    let named = || {
        Some(OauthClient {
            id: of(&set.gemini_client_id, "GEMINI_OAUTH_CLIENT_ID")?,
            secret: Secret::new(of(&set.gemini_client_secret, "GEMINI_OAUTH_CLIENT_SECRET")?),
        })
    };
    let installed = || {
        let path = of(&set.gemini_cli_path, "GEMINI_CLI_PATH").map(PathBuf::from)?;
        let found = gemini_cli::client(&path);
        if found.is_none() {
            tracing::warn!("no OAuth client is in {} (GEMINI_CLI_PATH)", path.display());
        }
        found
    };
    named().or_else(installed)
}
