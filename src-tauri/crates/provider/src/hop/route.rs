//! Where to connect and what the request line looks like: directly, through an HTTP proxy, through SOCKS.

use std::io::ErrorKind;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::{HeaderValue, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::{SocksV5, Tunnel};
use tower_service::Service;
use url::Url;

use super::HopError;
use super::link::{Link, Stream, describe};

/// A proxy address that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadRoute {
    /// It is no URL.
    #[error("\"{0}\" is not a proxy address; write http://host:port or socks5h://host:port")]
    NotAUrl(String),
    /// It has a scheme that is not spoken.
    #[error("proxy scheme \"{0}\" is not known; known are http, socks5 and socks5h")]
    Scheme(String),
    /// The TLS library found no way to verify certificates.
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
}

/// The way to one origin.
#[derive(Debug, Clone)]
pub struct Route {
    connector: Connector,
    target: Uri,
    absolute: Option<Absolute>,
}

/// A plain `http://` upstream behind an HTTP proxy: the request line names the whole address (RFC 9112 §3.2.2).
#[derive(Debug, Clone)]
struct Absolute {
    prefix: String,
    authorization: Option<HeaderValue>,
}

#[derive(Debug, Clone)]
enum Connector {
    Direct(HttpsConnector<HttpConnector>),
    Tunnel(HttpsConnector<Tunnel<HttpConnector>>),
    Socks(HttpsConnector<SocksV5<HttpConnector>>),
}

impl Route {
    /// The way to `scheme://host:port` of `target`, through `proxy` where there is one.
    pub fn new(target: &Url, proxy: Option<&str>) -> Result<Self, BadRoute> {
        let origin = origin_of(target)?;
        let Some(proxy) = proxy else {
            return Ok(Self {
                connector: Connector::Direct(tls_over(tcp())?),
                target: origin,
                absolute: None,
            });
        };
        let url = Url::parse(proxy).map_err(|_| BadRoute::NotAUrl(proxy.to_owned()))?;
        match url.scheme() {
            "http" => Self::by_http_proxy(target, origin, &url),
            "socks5" | "socks5h" => Self::by_socks(origin, &url),
            other => Err(BadRoute::Scheme(other.to_owned())),
        }
    }

    fn by_http_proxy(target: &Url, origin: Uri, proxy: &Url) -> Result<Self, BadRoute> {
        let address = origin_of(proxy)?;
        let authorization = basic_auth(proxy);
        if target.scheme() == "http" {
            let prefix = origin.to_string().trim_end_matches('/').to_owned();
            return Ok(Self {
                connector: Connector::Direct(tls_over(tcp())?),
                target: address,
                absolute: Some(Absolute {
                    prefix,
                    authorization,
                }),
            });
        }
        let mut tunnel = Tunnel::new(address, tcp());
        if let Some(value) = authorization {
            tunnel = tunnel.with_auth(value);
        }
        Ok(Self {
            connector: Connector::Tunnel(tls_over(tunnel)?),
            target: origin,
            absolute: None,
        })
    }

    fn by_socks(origin: Uri, proxy: &Url) -> Result<Self, BadRoute> {
        let mut socks =
            SocksV5::new(origin_of(proxy)?, tcp()).local_dns(proxy.scheme() == "socks5");
        if !proxy.username().is_empty() {
            socks = socks.with_auth(
                decode(proxy.username()),
                decode(proxy.password().unwrap_or_default()),
            );
        }
        Ok(Self {
            connector: Connector::Socks(tls_over(socks)?),
            target: origin,
            absolute: None,
        })
    }

    /// The request target for a path: as it is, or with the whole address before it.
    pub fn request_target(&self, path_and_query: &str) -> String {
        match &self.absolute {
            None => path_and_query.to_owned(),
            Some(absolute) => format!("{}{path_and_query}", absolute.prefix),
        }
    }

    /// `proxy-authorization`, where each request must carry it.
    pub fn proxy_authorization(&self) -> Option<&HeaderValue> {
        self.absolute.as_ref()?.authorization.as_ref()
    }

    pub(super) async fn connect(&self, limit: Duration) -> Result<Link, HopError> {
        match tokio::time::timeout(limit, self.open()).await {
            Err(_) => Err(HopError::ConnectTimeout(limit)),
            Ok(result) => result,
        }
    }

    async fn open(&self) -> Result<Link, HopError> {
        let target = self.target.clone();
        let stream: Stream = match self.connector.clone() {
            Connector::Direct(mut by) => by.call(target).await,
            Connector::Tunnel(mut by) => by.call(target).await,
            Connector::Socks(mut by) => by.call(target).await,
        }
        .map_err(|error| HopError::Connect {
            local: is_local(error.as_ref()),
            message: describe(error.as_ref()),
        })?;
        Link::open(stream)
            .await
            .map_err(|error| HopError::Broken(describe(&error)))
    }
}

fn tcp() -> HttpConnector {
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp.set_keepalive(Some(Duration::from_secs(30)));
    tcp
}

fn tls_over<C>(inner: C) -> Result<HttpsConnector<C>, BadRoute> {
    HttpsConnectorBuilder::new()
        .with_provider_and_platform_verifier(rustls::crypto::ring::default_provider())
        .map(|builder| builder.https_or_http().enable_http1().wrap_connector(inner))
        .map_err(|error| BadRoute::Tls(error.to_string()))
}

fn origin_of(url: &Url) -> Result<Uri, BadRoute> {
    let bad = || BadRoute::NotAUrl(url.to_string());
    let host = url.host_str().ok_or_else(bad)?;
    let port = match url.port_or_known_default() {
        Some(port) => port,
        None if url.scheme().starts_with("socks5") => 1080,
        None => return Err(bad()),
    };
    Uri::builder()
        .scheme(if url.scheme() == "https" {
            "https"
        } else {
            "http"
        })
        .authority(format!("{host}:{port}"))
        .path_and_query("/")
        .build()
        .map_err(|_| bad())
}

fn basic_auth(proxy: &Url) -> Option<HeaderValue> {
    if proxy.username().is_empty() {
        return None;
    }
    let pair = format!(
        "{}:{}",
        decode(proxy.username()),
        decode(proxy.password().unwrap_or_default())
    );
    let mut value = HeaderValue::try_from(format!("Basic {}", BASE64.encode(pair))).ok()?;
    value.set_sensitive(true);
    Some(value)
}

fn decode(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}

/// Whether a failed connection says that this machine has no network, and nothing about the upstream.
fn is_local(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(cause) = next {
        if let Some(io) = cause.downcast_ref::<std::io::Error>()
            && matches!(
                io.kind(),
                ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown
            )
        {
            return true;
        }
        // getaddrinfo's EAI_AGAIN: no name server answered, which is this machine's side.
        if cause
            .to_string()
            .contains("Temporary failure in name resolution")
        {
            return true;
        }
        next = cause.source();
    }
    false
}
