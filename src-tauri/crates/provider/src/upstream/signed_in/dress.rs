//! What a service wants around a call: path, headers, body.

use account::Credentials;
use account::free::{gemini, kiro};
use bytes::Bytes;
use dialect::code_assist::{self, Envelope};
use dialect::{Invalid, qwen};
use http::header::{ACCEPT, AUTHORIZATION, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

use crate::endpoint::Api;
use crate::kind::ProviderType;
use crate::login::Login;
use crate::refusal::{Cause, Refusal};
use crate::upstream::Call;

/// A call, dressed.
pub(super) struct Dress {
    /// Its path below the root of the address; `None` for that of its [`Api`].
    pub(super) path: Option<&'static str>,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// How Qwen Code names itself; its server looks at it.
const QWEN_CODE: &str = "QwenCode/0.24.4 (linux; x64)";

pub(super) fn of(
    kind: ProviderType,
    login: &Login,
    credentials: &Credentials,
    call: &Call<'_>,
) -> Result<Dress, Refusal> {
    let mut headers = HeaderMap::with_capacity(16);
    let accept = if call.stream {
        "text/event-stream"
    } else {
        "application/json"
    };
    headers.insert(ACCEPT, HeaderValue::from_static(accept));
    headers.insert(AUTHORIZATION, bearer(credentials)?);
    match kind {
        ProviderType::GeminiCliOauth => code_assist(login, credentials, call, headers),
        ProviderType::QwenOauth => qwen(call, headers),
        ProviderType::KiroOauth => kiro(credentials, call, headers),
        ProviderType::OpenaiCustom | ProviderType::ClaudeCustom | ProviderType::GeminiCustom => {
            Err(not_there(kind))
        }
    }
}

fn bearer(credentials: &Credentials) -> Result<HeaderValue, Refusal> {
    let text = format!("Bearer {}", credentials.access().expose());
    let mut value = HeaderValue::try_from(text).map_err(|_| {
        let text = "the access token holds characters that no header can carry; sign in again";
        Refusal::new(Cause::KeyDead, text)
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// Gemini CLI's: `/v1internal:generateContent`, with the request in an envelope.
fn code_assist(
    login: &Login,
    credentials: &Credentials,
    call: &Call<'_>,
    mut headers: HeaderMap,
) -> Result<Dress, Refusal> {
    let prompt = Uuid::new_v4().to_string();
    let (path, body) = match call.api {
        Api::GenerateContent => {
            let envelope = Envelope {
                model: call.model,
                project: login.project(credentials),
                prompt_id: Some(&prompt),
                session: None,
            };
            let path = match call.stream {
                true => "v1internal:streamGenerateContent?alt=sse",
                false => "v1internal:generateContent",
            };
            (
                path,
                code_assist::wrap(&call.body, &envelope).map_err(invalid)?,
            )
        }
        Api::CountContent => (
            "v1internal:countTokens",
            code_assist::wrap_count(&call.body, call.model).map_err(invalid)?,
        ),
        _ => return Err(not_there(ProviderType::GeminiCliOauth)),
    };
    headers.insert(USER_AGENT, HeaderValue::from_static(gemini::USER_AGENT));
    Ok(Dress {
        path: Some(path),
        headers,
        body: body.into(),
    })
}

/// OpenAI Chat with one system message.
fn qwen(call: &Call<'_>, mut headers: HeaderMap) -> Result<Dress, Refusal> {
    if call.api != Api::ChatCompletions {
        return Err(not_there(ProviderType::QwenOauth));
    }
    headers.insert(USER_AGENT, HeaderValue::from_static(QWEN_CODE));
    for (name, value) in [
        ("x-dashscope-useragent", QWEN_CODE),
        ("x-dashscope-cachecontrol", "enable"),
        ("x-dashscope-authtype", "qwen-oauth"),
    ] {
        let name = HeaderName::from_static(name);
        headers.insert(name, HeaderValue::from_static(value));
    }
    let edited = qwen::with_system_parts(&call.body).map_err(invalid)?;
    Ok(Dress {
        path: None,
        headers,
        body: edited.map_or_else(|| call.body.clone(), Bytes::from),
    })
}

/// Kiro's IDE's: the conversation with the profile it is made for.
fn kiro(
    credentials: &Credentials,
    call: &Call<'_>,
    mut headers: HeaderMap,
) -> Result<Dress, Refusal> {
    let facts = credentials.kiro();
    let ide = kiro::ide(facts.and_then(|facts| facts.machine_id.as_deref()));
    headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
    let sdk = format!(
        "aws-sdk-js/1.0.34 ua/2.1 os/linux lang/js md/nodejs#22.22.0 api/codewhispererstreaming#1.0.34 m/E {ide}"
    );
    for (name, value) in [
        ("user-agent", sdk),
        ("x-amz-user-agent", format!("aws-sdk-js/1.0.34 {ide}")),
        ("x-amzn-codewhisperer-optout", "true".to_owned()),
        ("x-amzn-kiro-agent-mode", "vibe".to_owned()),
        ("amz-sdk-invocation-id", Uuid::new_v4().to_string()),
        ("amz-sdk-request", "attempt=1; max=3".to_owned()),
    ] {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    let body = match facts.and_then(kiro::known_profile) {
        Some(profile) => dialect::kiro::for_profile(&call.body, profile).into(),
        None => call.body.clone(),
    };
    Ok(Dress {
        path: Some("generateAssistantResponse"),
        headers,
        body,
    })
}

fn invalid(invalid: Invalid) -> Refusal {
    Refusal::new(Cause::BadRequest, invalid.to_string())
}

fn not_there(kind: ProviderType) -> Refusal {
    let text = format!("{} have no such call", kind.plain_name());
    Refusal::new(Cause::ModelMissing, text)
}
