//! Edits of a body's text that leave every other byte as it came.

use std::ops::Range;

use serde_json::value::RawValue;

/// What stands in a text in place of what: an empty text takes out.
pub(crate) type Edit<'a> = (Range<usize>, &'a str);

/// Where a part of a text stands in it.
pub(crate) fn span_of(part: &RawValue, text: &str) -> Range<usize> {
    let start = (part.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    start..start.saturating_add(part.get().len())
}

/// What has to be taken out of a list so that these elements (or an object's members) are gone, and their commas with them.
pub(crate) fn cuts(elements: &[Range<usize>], goes: impl Fn(usize) -> bool) -> Vec<Range<usize>> {
    let mut cuts = Vec::new();
    let mut kept_end = None;
    let mut from = None;
    for (at, span) in elements.iter().enumerate() {
        if goes(at) {
            from.get_or_insert(span.start);
        } else {
            if let Some(from) = from.take() {
                cuts.push(from..span.start);
            }
            kept_end = Some(span.end);
        }
    }
    if let (Some(from), Some(last)) = (from, elements.last()) {
        cuts.push(kept_end.unwrap_or(from)..last.end);
    }
    cuts
}

/// The text with these edits, which do not overlap.
pub(crate) fn edited(text: &str, mut edits: Vec<Edit<'_>>) -> Vec<u8> {
    edits.sort_by_key(|(span, _)| span.start);
    let mut out = Vec::with_capacity(text.len());
    let mut from = 0;
    for (span, put) in edits {
        out.extend_from_slice(text.get(from..span.start).unwrap_or_default().as_bytes());
        out.extend_from_slice(put.as_bytes());
        from = span.end.max(from);
    }
    out.extend_from_slice(text.get(from..).unwrap_or_default().as_bytes());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_elements_can_go_and_the_list_stays_one() {
        let text = "[ 10 , 20 ,30]";
        for gone in 0..8_usize {
            let list: Vec<&RawValue> = serde_json::from_str(text).unwrap();
            let spans: Vec<_> = list.iter().map(|one| span_of(one, text)).collect();
            let cuts = cuts(&spans, |at| gone & (1 << at) != 0);
            let edits = cuts.into_iter().map(|cut| (cut, "")).collect();
            let left: Vec<u64> = serde_json::from_slice(&edited(text, edits)).unwrap();
            let kept = (0..3).filter(|at| gone & (1 << at) == 0);
            let expected: Vec<u64> = kept.map(|at| (at + 1) * 10).collect();
            assert_eq!(left, expected, "{gone:b}");
        }
    }
}
