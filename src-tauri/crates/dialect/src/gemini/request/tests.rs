//! Requests, read and written.

mod laws;
mod reading;
mod writing;

use chat::{Loss, Request};
use serde_json::Value;

use crate::Invalid;
use crate::translate::{Target, Written};

/// A model whose name tells nothing, so that the client's own words are kept.
fn target() -> Target {
    named("some-model")
}

fn named(model: &str) -> Target {
    Target {
        model: model.to_owned(),
        official_host: true,
        default_max_tokens: 4_096,
    }
}

fn read(body: &Value) -> Result<Request, Invalid> {
    super::read(body.to_string().as_bytes())
}

fn write(request: &Request, target: &Target) -> (Value, Vec<Loss>) {
    let Written { body, losses, .. } = super::write(request, target);
    (serde_json::from_slice(&body).unwrap(), losses)
}
