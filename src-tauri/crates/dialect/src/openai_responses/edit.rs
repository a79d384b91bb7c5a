//! Edits of a body's bytes that leave everything else as it came.

use std::ops::Range;

use serde_json::value::RawValue;

/// Where a part of a text stands in it.
pub(super) fn span_of(raw: &RawValue, text: &str) -> Range<usize> {
    let start = (raw.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    start..start.saturating_add(raw.get().len())
}

/// What has to be cut out of a list so that some of its elements are gone, and their commas with them.
pub(super) fn cuts(elements: &[Range<usize>], gone: &[bool]) -> Vec<Range<usize>> {
    let mut cuts = Vec::new();
    let mut from = None;
    let mut kept = None;
    for (span, gone) in elements.iter().zip(gone) {
        if *gone {
            from.get_or_insert(span.start);
            continue;
        }
        if let Some(from) = from.take() {
            cuts.push(from..span.start);
        }
        kept = Some(span.end);
    }
    if let (Some(from), Some(last)) = (from, elements.last()) {
        cuts.push(kept.unwrap_or(from)..last.end);
    }
    cuts
}

/// A text without these spans, which are in order.
pub(super) fn without(text: &str, cuts: &[Range<usize>]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut from = 0;
    for cut in cuts {
        out.extend_from_slice(text.get(from..cut.start).unwrap_or_default().as_bytes());
        from = cut.end.max(from);
    }
    out.extend_from_slice(text.get(from..).unwrap_or_default().as_bytes());
    out
}
