//! Where the calls of an instance go, worked out once.

use std::sync::Arc;

use http::header::{HOST, PROXY_AUTHORIZATION};
use http::{HeaderMap, HeaderValue, Uri};

use super::{BadInstance, Hops, target, unfit};
use crate::endpoint::{Addresses, Api, BadBase};
use crate::hop::Hop;
use crate::kind::ProviderType;

/// The calls of one base, and the connections to it.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) addresses: Addresses,
    pub(super) hop: Arc<Hop>,
    host: HeaderValue,
    /// Request targets of calls whose path names no model.
    targets: Vec<Uri>,
}

impl Line {
    pub(super) fn new(
        kind: ProviderType,
        base: &str,
        proxy: Option<&str>,
        hops: &Hops,
    ) -> Result<Self, BadInstance> {
        let addresses = Addresses::new(kind, base)?;
        let hop = hops.to(&addresses, proxy)?;
        let host =
            HeaderValue::from_str(&addresses.origin().authority()).map_err(|_| unfit(base))?;
        let targets = Api::FIXED
            .into_iter()
            .map(|api| target(&hop, addresses.path_and_query(api)))
            .collect::<Result<_, BadBase>>()?;
        Ok(Self {
            addresses,
            hop,
            host,
            targets,
        })
    }

    /// What a request says of where it goes.
    pub(super) fn address(&self, headers: &mut HeaderMap) {
        headers.insert(HOST, self.host.clone());
        if let Some(value) = self.hop.route().proxy_authorization() {
            headers.insert(PROXY_AUTHORIZATION, value.clone());
        }
    }

    pub(super) fn target(&self, api: Api) -> Option<Uri> {
        self.targets.get(api as usize).cloned()
    }

    /// The path of a call that does not lie below a version: `/v1internal:generateContent`.
    pub(super) fn below_root(&self, call: &str) -> Result<Uri, BadBase> {
        let models = self.addresses.url(Api::Models).path();
        let stem = models.trim_end_matches("/models");
        let stem = ["/v1internal", "/v1beta", "/v1"]
            .iter()
            .find_map(|version| stem.strip_suffix(version))
            .unwrap_or(stem);
        target(&self.hop, &format!("{stem}/{call}"))
    }
}
