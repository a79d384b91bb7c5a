//! What the user says, with the results of tools.

use std::borrow::Cow;

use chat::{Loss, Part, ToolCall, ToolResult};

use super::super::super::wire::{About, Image, Outcome, User, Words};
use super::super::{ORIGIN, Pen, media};
use super::{cached, call_id, filled, words};

/// The result of a call that the client never answered: the API wants one.
const UNANSWERED: &str = "(no result)";

#[derive(Default)]
pub(super) struct Asked<'a> {
    texts: Vec<Cow<'a, str>>,
    images: Vec<Image<'a>>,
    results: Vec<&'a ToolResult>,
}

impl<'a> Asked<'a> {
    /// These words.
    pub(super) fn of(text: impl Into<Cow<'a, str>>) -> Self {
        Self {
            texts: vec![text.into()],
            ..Self::default()
        }
    }

    pub(super) fn take(&mut self, part: &'a Part, pen: &mut Pen<'a>) {
        match part {
            Part::ToolResult(result) => {
                cached(result.cache.is_some(), pen);
                self.images.extend(pictures(result, pen));
                self.results.push(result);
            }
            Part::Image(image) => {
                cached(image.cache.is_some(), pen);
                self.images.extend(media::image(image, pen));
            }
            other => self.texts.extend(words(other, pen).map(Cow::Borrowed)),
        }
    }

    /// With the results of these calls, one each; what answers none of them is said in words.
    pub(super) fn write(self, calls: &[&'a ToolCall], pen: &mut Pen<'a>) -> User<'a> {
        let mut texts = self.texts;
        let mut results = self.results;
        let mut tool_results = Vec::with_capacity(calls.len());
        for call in calls {
            let place = results.iter().position(|result| result.call_id == call.id);
            let found = place.map(|place| results.remove(place));
            tool_results.push(match found {
                Some(result) => outcome(result, pen),
                None => unanswered(call, pen),
            });
        }
        for orphan in results {
            pen.lose(Loss::Field("tool_result.call_id".to_owned()));
            texts.push(Cow::Owned(text_of(orphan, pen)));
        }
        User {
            content: filled(texts.join("\n")),
            model_id: pen.model,
            origin: ORIGIN,
            images: self.images,
            user_input_message_context: About {
                tools: Vec::new(),
                tool_results,
            },
        }
    }
}

/// Pictures in a result stand beside it.
fn pictures<'a>(result: &'a ToolResult, pen: &mut Pen<'a>) -> Vec<Image<'a>> {
    let images = result.content.iter().filter_map(|part| match part {
        Part::Image(image) => media::image(image, pen),
        _ => None,
    });
    images.collect()
}

fn text_of<'a>(result: &'a ToolResult, pen: &mut Pen<'a>) -> String {
    let parts = result.content.iter();
    let texts: Vec<&str> = parts.filter_map(|part| words(part, pen)).collect();
    texts.join("\n")
}

fn outcome<'a>(result: &'a ToolResult, pen: &mut Pen<'a>) -> Outcome<'a> {
    Outcome {
        tool_use_id: call_id(&result.call_id),
        content: [Words {
            text: filled(text_of(result, pen)),
        }],
        status: if result.is_error { "error" } else { "success" },
    }
}

fn unanswered<'a>(call: &'a ToolCall, pen: &mut Pen<'_>) -> Outcome<'a> {
    pen.value(
        "tool_result",
        &call.id,
        "there was none; an error was sent in its place",
    );
    Outcome {
        tool_use_id: call_id(&call.id),
        content: [Words {
            text: UNANSWERED.to_owned(),
        }],
        status: "error",
    }
}
