//! Requests.
//!
//! How is written what this API says in another way:
//! - System and developer turns that lead are the top-level `system`. One amid the conversation stays where it is: as a
//!   system turn where vendor and model take that there, else as the user's words between `<system>` tags; moving it
//!   to the front would change what it answers to, and the whole prompt's cache with it.
//! - Neighbouring turns of one role are joined, results of tools first. Texts without words are left out, and so are turns
//!   that are empty then: the API refuses both.
//! - Thoughts go back only with the vendor's own signature, as they came.
//! - Tools of free text are functions with one text argument ([`Names::CUSTOM_INPUT`]).
//! - `thinking` lets every answer think, which a conversation has to fit: see `thinking`.

mod lower;
mod names;
mod options;
mod read;
mod schema;
mod thinking;
mod tools;
mod turns;

use chat::Request;

use super::model::Model;
use crate::names::Names;
use crate::translate::{Target, Written};

pub(crate) use read::{read, read_count};

use lower::Losses;
pub(super) use lower::foreign_loss;
pub(crate) use schema::as_object;

/// Writes a request for an upstream.
pub(crate) fn write(request: &Request, target: &Target) -> Written {
    let model = Model::of(&target.model);
    let mut losses = Losses::default();
    let told = names::Told::of(request);
    let takes_system = target.official_host && model.takes_system_turns();
    let mut turns = turns::lower(request, takes_system, &told, &mut losses);
    let thinking = thinking::plan(request, model, target, &mut turns, &mut losses);
    let mut names = Names::default();
    let mut out = Vec::with_capacity(4096);
    let mut body = super::json::Object::open(&mut out);
    body.put("model", &target.model);
    body.put("max_tokens", &thinking.max_tokens);
    if request.stream {
        body.put("stream", &true);
    }
    turns.write(&mut body);
    tools::write(request, model, &told, &mut body, &mut losses);
    thinking.write(&mut body);
    options::write(request, model, &thinking, &mut body, &mut losses);
    body.close();
    told.note(request, &mut names, &mut losses);
    Written {
        body: out,
        losses: losses.into_vec(),
        names,
    }
}

#[cfg(test)]
mod tests;
