//! Another model's name in a body that is otherwise left as it came.

use bytes::Bytes;

use crate::{Dialect, ModelField, gemini};

/// The body of a call whose path names the model, with this one wherever the body repeats it: `None` where it does not.
pub fn rename_repeated(dialect: Dialect, body: &[u8], name: &str) -> Option<Vec<u8>> {
    match dialect {
        Dialect::Gemini => gemini::rename::rename(body, name),
        _ => None,
    }
}

/// The body with this model; no other byte changes.
///
/// A body that already says so is handed back without a copy.
pub fn rename_model(body: &Bytes, field: &ModelField, name: &str) -> Bytes {
    let (Some(before), Some(after)) = (body.get(..field.span.start), body.get(field.span.end..))
    else {
        return body.clone();
    };
    if field.name == name {
        return body.clone();
    }
    let mut renamed = Vec::with_capacity(before.len() + name.len() + 2 + after.len());
    renamed.extend_from_slice(before);
    if serde_json::to_writer(&mut renamed, name).is_err() {
        return body.clone();
    }
    renamed.extend_from_slice(after);
    renamed.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::envelope;

    fn renamed(body: &'static str, name: &str) -> String {
        let body = Bytes::from_static(body.as_bytes());
        let field = envelope(Dialect::OpenaiChat, &body).unwrap().model.unwrap();
        String::from_utf8(rename_model(&body, &field, name).to_vec()).unwrap()
    }

    #[test]
    fn only_the_models_bytes_change() {
        assert_eq!(
            renamed(
                r#"{ "x": {"model":"in"}, "model" :  "a\"\u0062" , "y":1.0e2 } "#,
                "n\"é"
            ),
            r#"{ "x": {"model":"in"}, "model" :  "n\"é" , "y":1.0e2 } "#
        );
    }

    #[test]
    fn the_last_of_two_models_is_renamed() {
        assert_eq!(
            renamed(r#"{"model":"a","model":"b"}"#, "c"),
            r#"{"model":"a","model":"c"}"#
        );
    }

    #[test]
    fn the_same_name_costs_no_copy() {
        let body = Bytes::from_static(br#"{"model":"a"}"#);
        let field = envelope(Dialect::OpenaiChat, &body).unwrap().model.unwrap();
        assert_eq!(rename_model(&body, &field, "a").as_ptr(), body.as_ptr());
    }

    #[test]
    fn a_span_of_another_body_changes_nothing() {
        let body = Bytes::from_static(b"{}");
        let field = crate::ModelField {
            name: "a".to_owned(),
            span: 5..9,
        };
        assert_eq!(rename_model(&body, &field, "b"), body);
    }
}
