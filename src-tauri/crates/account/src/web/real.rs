//! Calls by HTTP.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::future::BoxFuture;
use url::Url;

use super::{Ask, Body, Heard, Unheard, Web};

/// From the first byte to the last.
const LIMIT: Duration = Duration::from_secs(30);
const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// No answer of an endpoint is longer; a page may be.
const MOST_READ: usize = 1 << 20;
const OWN_USER_AGENT: &str = concat!("millpond/", env!("CARGO_PKG_VERSION"));

/// By HTTP, directly or through a proxy.
#[derive(Debug, Clone)]
pub struct Real {
    client: reqwest::Client,
}

/// The way out cannot be set up.
#[derive(Debug, thiserror::Error)]
#[error("sign-ins cannot reach the network: {0}")]
pub struct BadWay(String);

impl Real {
    /// Through `proxy` (`http://…`, `socks5h://…`), or directly.
    ///
    /// # Errors
    /// The proxy's address cannot be meant, or TLS has no way to verify certificates.
    pub fn new(proxy: Option<&str>) -> Result<Self, BadWay> {
        let odd = |error: reqwest::Error| BadWay(describe(error));
        // It fails only where the program has chosen one before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_LIMIT)
            .timeout(LIMIT)
            .user_agent(OWN_USER_AGENT)
            .no_proxy();
        if let Some(proxy) = proxy {
            builder = builder.proxy(reqwest::Proxy::all(proxy).map_err(odd)?);
        }
        Ok(Self {
            client: builder.build().map_err(odd)?,
        })
    }

    async fn call(&self, ask: Ask) -> Result<Heard, Unheard> {
        let shown =
            || Unheard::BadAddress(ask.url.split('?').next().unwrap_or_default().to_owned());
        let url = Url::parse(&ask.url).map_err(|_| shown())?;
        let host = url.host_str().ok_or_else(shown)?.to_owned();
        let failed = |error: reqwest::Error| match error.is_timeout() {
            true => Unheard::Silent {
                host: host.clone(),
                seconds: LIMIT.as_secs(),
            },
            false => Unheard::Unreachable {
                host: host.clone(),
                reason: describe(error),
            },
        };
        let mut request = self.client.request(ask.method, url);
        for (name, value) in ask.headers {
            request = request.header(name, value);
        }
        if let Some(token) = &ask.bearer {
            request = request.bearer_auth(token.expose());
        }
        request = match ask.body {
            Body::Empty => request,
            Body::Json(value) => request.json(&value),
            Body::Form(fields) => request
                .header("content-type", "application/x-www-form-urlencoded")
                .body(form(&fields)),
        };
        let response = request.send().await.map_err(failed)?;
        let header = |name: &str| {
            let value = response.headers().get(name)?.to_str().ok()?;
            Some(value.trim().to_owned())
        };
        let mut heard = Heard {
            status: response.status().as_u16(),
            content_type: header("content-type").unwrap_or_default(),
            retry_after: header("retry-after")
                .and_then(|text| text.parse().ok())
                .map(Duration::from_secs),
            body: Bytes::new(),
        };
        heard.body = body(response).await.map_err(failed)?;
        Ok(heard)
    }
}

async fn body(mut response: reqwest::Response) -> Result<Bytes, reqwest::Error> {
    let mut all = BytesMut::new();
    while let Some(chunk) = response.chunk().await? {
        all.extend_from_slice(&chunk);
        if all.len() > MOST_READ {
            all.truncate(MOST_READ);
            break;
        }
    }
    Ok(all.freeze())
}

fn form(fields: &[(&'static str, crate::Secret<String>)]) -> String {
    let mut text = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields {
        text.append_pair(name, value.expose());
    }
    text.finish()
}

/// The cause at the bottom, which says what happened; what lies above repeats the address.
fn describe(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut cause: &dyn std::error::Error = &error;
    while let Some(below) = cause.source() {
        cause = below;
    }
    cause.to_string()
}

impl Web for Real {
    fn ask(&self, ask: Ask) -> BoxFuture<'_, Result<Heard, Unheard>> {
        Box::pin(self.call(ask))
    }
}
