//! Which headers of an upstream's answer go to the client, where the body goes to it as it came.

use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderName};

/// Carried over under their own names. `request-id` is what Anthropic's SDKs show of an answer.
const PASSING: [HeaderName; 4] = [
    CONTENT_TYPE,
    CACHE_CONTROL,
    HeaderName::from_static("openai-processing-ms"),
    HeaderName::from_static("request-id"),
];
const UPSTREAM_ID: HeaderName = HeaderName::from_static("x-upstream-request-id");
/// Anthropic's name, and OpenAI's.
const IDS: [HeaderName; 2] = [
    HeaderName::from_static("request-id"),
    HeaderName::from_static("x-request-id"),
];

/// The headers of an answer that the client gets.
///
/// A closed list, so that neither cookies nor hop-by-hop headers nor a length that no longer fits can slip through. The
/// upstream's request id is told as `x-upstream-request-id`, since `x-request-id` is Millpond's own. Rate-limit headers
/// and organization ids are left out: they tell of one account, and the client speaks to a pool of them; a client that
/// throttled itself by them would leave the other accounts idle.
pub fn down_headers(upstream: &HeaderMap) -> HeaderMap {
    let mut down = HeaderMap::with_capacity(PASSING.len() + 4);
    for name in PASSING {
        if let Some(value) = upstream.get(&name) {
            down.insert(name, value.clone());
        }
    }
    if let Some(id) = IDS.iter().find_map(|name| upstream.get(name)) {
        down.insert(UPSTREAM_ID, id.clone());
    }
    down
}
