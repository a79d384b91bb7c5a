//! Who may come in: the local key, `Host` and `Origin`.
//!
//! A web page can make a browser send requests to loopback. It cannot forge these two headers: `Host` shows a
//! rebound name, `Origin` the page, and both are refused before a key is looked at.

use std::net::IpAddr;

use account::Secret;
use http::header::{AUTHORIZATION, HOST, ORIGIN};
use http::{HeaderMap, Uri};
use percent_encoding::percent_decode_str;

/// Schemes of editors' own web views, which no page of the web can bear.
const EDITOR_ORIGINS: [&str; 3] = ["vscode-webview://", "vscode-file://", "tauri://localhost"];

/// Why a request is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Stranger {
    /// `Host` is missing or names another machine.
    #[error(
        "the Host header names neither this machine nor the HOST that was set; a web page may not reach Millpond"
    )]
    Host,
    /// `Origin` is a web page.
    #[error("requests from web pages are refused; use Millpond from a program, not from a page")]
    Origin,
    /// No key came along.
    #[error("no local key; send it as Authorization: Bearer, x-api-key, x-goog-api-key or ?key=")]
    NoKey,
    /// The key is not the local key.
    #[error("the local key is wrong; `millpond config get REQUIRED_API_KEY` shows the right one")]
    WrongKey,
}

/// Checks `Host` and `Origin`. `host` is the setting that was bound.
pub fn check_source(headers: &HeaderMap, uri: &Uri, host: &str) -> Result<(), Stranger> {
    let named = headers
        .get(HOST)
        .and_then(|value| value.to_str().ok())
        .or_else(|| uri.authority().map(http::uri::Authority::as_str))
        .ok_or(Stranger::Host)?;
    if !is_ours(without_port(named), host) {
        return Err(Stranger::Host);
    }
    let Some(origin) = headers.get(ORIGIN) else {
        return Ok(());
    };
    let origin = origin.to_str().map_err(|_| Stranger::Origin)?;
    if EDITOR_ORIGINS.iter().any(|own| origin.starts_with(own)) {
        return Ok(());
    }
    let address = origin
        .strip_prefix("http://")
        .or_else(|| origin.strip_prefix("https://"))
        .ok_or(Stranger::Origin)?;
    if is_ours(without_port(address), host) {
        Ok(())
    } else {
        Err(Stranger::Origin)
    }
}

/// Checks the key, in any of the four forms that clients send it in; compared in constant time.
pub fn check_key(headers: &HeaderMap, uri: &Uri, key: &Secret<String>) -> Result<(), Stranger> {
    let mut came = false;
    let mut right = false;
    let mut look = |candidate: &[u8]| {
        came = true;
        right |= key.matches(candidate);
    };
    for value in headers.get_all(AUTHORIZATION) {
        let value = value.as_bytes();
        if value.len() > 7 && value[..7].eq_ignore_ascii_case(b"bearer ") {
            look(value[7..].trim_ascii());
        }
    }
    for name in ["x-api-key", "x-goog-api-key"] {
        for value in headers.get_all(name) {
            look(value.as_bytes());
        }
    }
    for pair in uri.query().unwrap_or_default().split('&') {
        if let Some(value) = pair.strip_prefix("key=") {
            look(&percent_decode_str(value).collect::<Vec<u8>>());
        }
    }
    match (came, right) {
        (_, true) => Ok(()),
        (true, false) => Err(Stranger::WrongKey),
        (false, false) => Err(Stranger::NoKey),
    }
}

/// `localhost`, a loopback address, the host that was set; where the proxy listens wider, any address of numbers,
/// which no rebound name can be.
fn is_ours(named: &str, set: &str) -> bool {
    let bare = named.trim_matches(['[', ']']);
    if bare.eq_ignore_ascii_case("localhost") || bare.eq_ignore_ascii_case(set) {
        return true;
    }
    let wide = set.parse::<IpAddr>().is_ok_and(|ip| !ip.is_loopback());
    bare.parse::<IpAddr>()
        .is_ok_and(|ip| ip.is_loopback() || wide)
}

fn without_port(authority: &str) -> &str {
    let authority = authority.split('/').next().unwrap_or_default();
    if let Some(end) = authority.find(']') {
        return &authority[..=end];
    }
    authority.split(':').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                let name = http::HeaderName::from_static(name);
                (name, value.parse().unwrap())
            })
            .collect()
    }

    #[test]
    fn k3_a_foreign_host_is_refused_and_our_names_are_not() {
        let uri = Uri::from_static("/v1/models");
        for host in ["127.0.0.1:6455", "localhost", "LOCALHOST:1", "[::1]:6455"] {
            let asked = check_source(&headers(&[("host", host)]), &uri, "127.0.0.1");
            assert_eq!(asked, Ok(()), "{host}");
        }
        for host in [
            "evil.example",
            "evil.example:6455",
            "192.168.1.5",
            "127.0.0.1.evil.example",
            "",
        ] {
            let asked = check_source(&headers(&[("host", host)]), &uri, "127.0.0.1");
            assert_eq!(asked, Err(Stranger::Host), "{host}");
        }
        assert_eq!(
            check_source(&headers(&[]), &uri, "127.0.0.1"),
            Err(Stranger::Host)
        );
        let wide = check_source(&headers(&[("host", "192.168.1.5:6455")]), &uri, "0.0.0.0");
        assert_eq!(wide, Ok(()));
        let rebound = check_source(&headers(&[("host", "evil.example")]), &uri, "0.0.0.0");
        assert_eq!(rebound, Err(Stranger::Host));
    }

    #[test]
    fn k3_a_web_page_is_refused() {
        let uri = Uri::from_static("/v1/models");
        let ask = |origin: &str| {
            check_source(
                &headers(&[("host", "localhost"), ("origin", origin)]),
                &uri,
                "127.0.0.1",
            )
        };
        for origin in [
            "https://evil.example",
            "null",
            "file://",
            "http://localhost.evil.example",
        ] {
            assert_eq!(ask(origin), Err(Stranger::Origin), "{origin}");
        }
        assert_eq!(ask("http://localhost:3000"), Ok(()));
        assert_eq!(ask("vscode-webview://abc"), Ok(()));
    }

    #[test]
    fn the_key_is_taken_in_all_four_forms_and_no_other_opens() {
        let key = Secret::new("mp-right".to_owned());
        let plain = Uri::from_static("/v1/models");
        for pair in [
            ("authorization", "Bearer mp-right"),
            ("authorization", "bearer mp-right"),
            ("x-api-key", "mp-right"),
            ("x-goog-api-key", "mp-right"),
        ] {
            assert_eq!(
                check_key(&headers(&[pair]), &plain, &key),
                Ok(()),
                "{pair:?}"
            );
        }
        let query = Uri::from_static("/v1/models?alt=sse&key=mp%2Dright");
        assert_eq!(check_key(&headers(&[]), &query, &key), Ok(()));
        assert_eq!(check_key(&headers(&[]), &plain, &key), Err(Stranger::NoKey));
        let wrong = headers(&[
            ("x-api-key", "mp-righ"),
            ("authorization", "Basic mp-right"),
        ]);
        assert_eq!(check_key(&wrong, &plain, &key), Err(Stranger::WrongKey));
    }
}
