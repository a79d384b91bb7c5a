//! The recorded cases, each translated to every other dialect and held against a reviewed snapshot beside it.
//!
//! A case is a folder `tests/cases/<dialect>/<case>/` at the root of the repository, with any of `request.json` (as a
//! client sends it), `reply.json` and `stream.sse` or `stream.json` (as an upstream answers); Kiro's have `stream.events`. `told.snap` holds what the
//! envelope and the tap say of it, and then the case in every other dialect.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed test panics")]

mod case;
mod cuts;
#[path = "../written/event_stream.rs"]
mod event_stream;
mod facts;
mod layout;
mod told;

use std::panic::{AssertUnwindSafe, catch_unwind};

use case::{Case, SPOKEN};
use chat::Dialect;

/// The snapshot beside the case.
fn snapshot(case: &Case, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(&case.folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_input_file(&case.folder);
    settings.bind(|| insta::assert_snapshot!("told", text));
}

fn translate_all(source: Dialect) {
    let cases = case::of(source);
    assert!(cases.len() >= 25, "{} cases of {source:?}", cases.len());
    let mut others = Vec::new();
    for case in cases {
        let mut text = facts::all(&case);
        for target in SPOKEN.into_iter().filter(|target| *target != source) {
            text += &told::all(&case, target);
        }
        text += &told::request(&case, Dialect::Kiro);
        let compared = catch_unwind(AssertUnwindSafe(|| snapshot(&case, &text)));
        if compared.is_err() {
            others.push(case.name);
        }
    }
    assert!(
        others.is_empty(),
        "told otherwise than reviewed: {others:?}"
    );
}

#[test]
fn cases_of_openai_chat() {
    translate_all(Dialect::OpenaiChat);
}

#[test]
fn cases_of_openai_responses() {
    translate_all(Dialect::OpenaiResponses);
}

#[test]
fn cases_of_anthropic() {
    translate_all(Dialect::Anthropic);
}

#[test]
fn cases_of_gemini() {
    translate_all(Dialect::Gemini);
}

#[test]
fn cases_of_kiro() {
    translate_all(Dialect::Kiro);
}
