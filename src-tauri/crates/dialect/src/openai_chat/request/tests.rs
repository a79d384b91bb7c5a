//! Requests, both ways.

mod invalid;
mod reading;
mod round_trip;
mod writing;

use chat::{Loss, Request};
use serde_json::Value;

use crate::translate::{Target, Written};

fn target(official_host: bool) -> Target {
    Target {
        model: "up".to_owned(),
        official_host,
        default_max_tokens: 4096,
    }
}

fn read(body: &Value) -> Request {
    super::read(body.to_string().as_bytes()).unwrap()
}

fn written(request: &Request, target: &Target) -> (Value, Vec<Loss>) {
    let Written { body, losses, .. } = super::write(request, target);
    (serde_json::from_slice(&body).unwrap(), losses)
}
