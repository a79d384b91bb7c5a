//! An upstream's words made fit for people and logs.

use memchr::memmem;

pub use account::words::one_line;

use crate::refusal::Refusal;

/// The same refusal without `key`, should the upstream have repeated it in a form that does not look like one.
///
/// A body that holds it is not handed on.
pub fn without_key(mut refusal: Refusal, key: &str) -> Refusal {
    if let Some(message) = account::words::without(&refusal.message, key) {
        refusal.message = message;
    }
    let key = key.trim();
    let holds_it = |body: &[u8]| key.len() >= 8 && memmem::find(body, key.as_bytes()).is_some();
    if refusal.body.as_deref().is_some_and(holds_it) {
        refusal.body = None;
    }
    refusal
}
