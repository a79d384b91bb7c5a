use proptest::prelude::*;
use serde_json::json;

use super::*;

fn parsed(text: &str) -> Document {
    Document::parse(Path::new("a.json"), text).unwrap()
}

fn reason(text: &str) -> String {
    Document::parse(Path::new("a.json"), text)
        .err()
        .unwrap()
        .reason
}

#[test]
fn d2_what_is_broken_is_named_with_its_place_and_no_word_of_it() {
    for (broken, expected) in [
        ("{\n  \"A\": sk-canary\n}", "line 2, column 8: "),
        ("{\"A\": 1", "line 1, column 1: unterminated object"),
        ("{\"A\": 1 \"B\": 2}", "line 1, column 8: expected comma"),
        ("[1]", "it should hold one object, { … }"),
        ("{} {}", "line 1, column 4: "),
    ] {
        let reason = reason(broken);
        assert!(reason.starts_with(expected), "{broken}: {reason}");
        assert!(!reason.contains("canary"), "{reason}");
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), [0xff, 0xfe, b'{', 0]).unwrap();
    let error = Document::load(file.path()).err().unwrap();
    assert!(error.to_string().contains("not UTF-8"), "{error}");
    let deep = "[".repeat(100_000);
    assert!(reason(&format!("{{\"a\": {deep}")).contains("nesting"));
}

#[test]
fn d2_an_edit_of_a_broken_file_leaves_it_as_it_is() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("a.json");
    std::fs::write(&path, "{\"A\": ").unwrap();
    let result = edit(&path, |file| {
        set(file.object(), "A", &json!(1));
        Ok::<_, FileError>(())
    });
    assert!(matches!(result, Err(FileError::Unreadable(_))));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "{\"A\": ");
}

#[test]
fn r2_an_edit_that_changes_nothing_writes_nothing() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("a.json");
    let nothing = |file: &Document| {
        set(file.object(), "A", &json!(1));
        Ok::<_, FileError>(())
    };
    edit(&path, |_| Ok::<_, FileError>(())).unwrap();
    assert!(!path.exists(), "an empty edit makes no file");
    std::fs::write(&path, "{ \"A\":1}").unwrap();
    let before = std::fs::metadata(&path).unwrap().modified().unwrap();
    edit(&path, nothing).unwrap();
    assert_eq!(
        std::fs::metadata(&path).unwrap().modified().unwrap(),
        before
    );
}

#[test]
fn a_new_file_is_private_and_ends_in_a_line() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("a.json");
    edit(&path, |file| {
        set(file.object(), "A", &json!({"b": [1, "x"]}));
        Ok::<_, FileError>(())
    })
    .unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text, "{\n  \"A\": {\n    \"b\": [1, \"x\"]\n  }\n}\n");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn of_two_properties_with_one_name_the_last_counts_and_is_the_one_that_is_set() {
    let file = parsed("{\"A\": 1, \"A\": 2}");
    assert_eq!(value(file.object(), "A"), Some(json!(2)));
    set(file.object(), "A", &json!(3));
    assert_eq!(file.text(), "{\"A\": 1, \"A\": 3}");
    remove(file.object(), "A");
    assert_eq!(value(file.object(), "A"), None);
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_stay() {
    let text = "\u{feff}{\r\n  \"A\": 1 // one\r\n}\r\n";
    let file = parsed(text);
    assert_eq!(file.text(), text);
    set(file.object(), "B", &json!(2));
    assert_eq!(
        file.text(),
        "\u{feff}{\r\n  \"A\": 1, // one\r\n  \"B\": 2\r\n}\r\n"
    );
}

/// One property of a generated file: raw value, and comments before and after it.
#[derive(Debug, Clone)]
struct Line {
    value: String,
    before: Option<String>,
    after: Option<String>,
}

fn line() -> impl Strategy<Value = Line> {
    let value = prop_oneof![
        "-?[1-9][0-9]{0,24}",
        "[0-9]\\.[0-9]{1,20}(e[0-9])?",
        "\"[a-z/#,{}: \\[\\]]{0,12}\"",
        Just("\"\\u0041\\n\\\"\"".to_owned()),
        Just("[1, /* in */ {\"x\": null}, ]".to_owned()),
        Just("{ \"deep\": [] // deep\n }".to_owned()),
        Just("null".to_owned()),
    ];
    let comment = prop::option::of("[ a-z\"{}\\[\\],:/*]{0,12}");
    (value, comment.clone(), comment).prop_map(|(value, before, after)| Line {
        value,
        before,
        after,
    })
}

fn file_of(lines: &[Line], indent: &str, newline: &str, trailing: bool) -> String {
    let mut text = format!("{{{newline}");
    for (n, line) in lines.iter().enumerate() {
        if let Some(comment) = &line.before {
            text += &format!("{indent}//{comment}{newline}");
        }
        let last = n + 1 == lines.len();
        let comma = if last && !trailing { "" } else { "," };
        text += &format!("{indent}\"k{n}\":  {}{comma}", line.value);
        if let Some(comment) = &line.after {
            text += &format!(" //{comment}");
        }
        text += newline;
    }
    text + "}" + newline
}

proptest! {
    #[test]
    fn d3_what_an_edit_does_not_name_survives_it(
        lines in prop::collection::vec(line(), 1..8),
        indent in "( {0,4}|\t)",
        crlf: bool,
        trailing: bool,
        which in any::<prop::sample::Index>(),
        new in prop_oneof!["[a-z\"\\\\\n\u{1}é]{0,8}".prop_map(Value::from), any::<u64>().prop_map(Value::from)],
    ) {
        let newline = if crlf { "\r\n" } else { "\n" };
        let text = file_of(&lines, &indent, newline, trailing);
        let which = which.index(lines.len());
        let name = format!("k{which}");
        let file = parsed(&text);
        prop_assert_eq!(&file.text(), &text);

        // In place: the value alone changes.
        set(file.object(), &name, &new);
        let mut expected = lines.clone();
        expected[which].value = new.to_string();
        let unchanged = serde_json::from_str::<Value>(&lines[which].value).ok() == Some(new.clone());
        if !unchanged {
            let again = parsed(&file.text());
            prop_assert_eq!(value(again.object(), &name), Some(new.clone()));
            // The editor may spell a text in its own way; everything else is to the byte.
            let spelled = property(again.object(), &name).unwrap().value().unwrap().to_string();
            expected[which].value = spelled;
            prop_assert_eq!(file.text(), file_of(&expected, &indent, newline, trailing));
        }

        // A new property, and one that goes.
        for removed in [false, true] {
            let file = parsed(&text);
            if removed {
                remove(file.object(), &name);
            } else {
                set(file.object(), "new", &new);
            }
            let after = file.text();
            let again = parsed(&after);
            prop_assert_eq!(value(again.object(), "new"), (!removed).then(|| new.clone()));
            prop_assert_eq!(value(again.object(), &name).is_none(), removed);
            for (n, line) in lines.iter().enumerate().filter(|(n, _)| !(removed && *n == which)) {
                let kept = format!("\"k{n}\":  {}", line.value);
                prop_assert!(after.contains(&kept), "{} is not in {}", kept, after);
                if let Some(comment) = &line.after {
                    let kept = format!(" //{comment}{newline}");
                    prop_assert!(after.contains(&kept), "{} is not in {}", kept, after);
                }
            }
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in "[{}\\[\\]\",:/*0-9a-c\n\\\\ -]{0,40}") {
        if let Ok(file) = Document::parse(Path::new("a.json"), &text) {
            set(file.object(), "new", &json!([{}]));
            set(file.object(), "a", &json!("b"));
            remove(file.object(), "b");
            let after = file.text();
            prop_assert!(Document::parse(Path::new("a.json"), &after).is_ok(), "{}", after);
        }
    }
}
