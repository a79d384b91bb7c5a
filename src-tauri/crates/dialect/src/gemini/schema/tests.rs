//! Schemas of every kind, and what is left of them.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::super::fields::At;
use super::{from_openapi, lower, lower_parameters};

/// A schema, and the keywords that were lost with it.
fn lowered(schema: &Value) -> (Value, Vec<String>) {
    let mut losses = Vec::new();
    let lowered = lower(schema, "f", &mut losses);
    let keywords = losses.into_iter().map(|loss| match loss {
        chat::Loss::Schema { at, keyword } if at == "f" => keyword,
        other => panic!("{other:?}"),
    });
    let keywords = keywords.collect();
    assert_eq!(unfit(&lowered, "schema"), None, "{schema}");
    (lowered, keywords)
}

/// Why a schema is not one that the API takes: its allow-list, written down anew.
fn unfit(schema: &Value, kind: &str) -> Option<String> {
    let all = |list: &Value| {
        list.as_array()
            .unwrap()
            .iter()
            .find_map(|one| unfit(one, "schema"))
    };
    let fields = schema.as_object()?;
    if kind == "properties" {
        return fields.values().find_map(|one| unfit(one, "schema"));
    }
    fields.iter().find_map(|(key, value)| match key.as_str() {
        "title" | "description" => (!value.is_string()).then(|| format!("{key}: {value}")),
        "format" => (![
            "date-time",
            "date",
            "time",
            "int32",
            "int64",
            "float",
            "double",
        ]
        .contains(&value.as_str()?))
        .then(|| format!("format: {value}")),
        "type" => {
            let words = value
                .as_array()
                .map_or_else(|| vec![value], |list| list.iter().collect());
            let null = words.iter().filter(|word| **word == "null").count();
            (words.len() - null > 1).then(|| format!("type: {value}"))
        }
        "enum" => {
            let list = value.as_array().unwrap();
            (list.is_empty() || !list.iter().all(|one| one.is_string() || one.is_number()))
                .then(|| format!("enum: {value}"))
        }
        "minimum" | "maximum" => (!value.is_number()).then(|| format!("{key}: {value}")),
        "minItems" | "maxItems" => (!value.is_u64()).then(|| format!("{key}: {value}")),
        "required" | "propertyOrdering" => {
            let known = schema["properties"].as_object();
            let named = |name: &Value| {
                known.is_some_and(|known| known.contains_key(name.as_str().unwrap()))
            };
            (!value.as_array().unwrap().iter().all(named)).then(|| format!("{key}: {value}"))
        }
        "anyOf" | "prefixItems" => all(value),
        "properties" => unfit(value, "properties"),
        "items" => unfit(value, "schema"),
        "additionalProperties" => {
            if value.is_boolean() {
                None
            } else {
                unfit(value, "schema")
            }
        }
        other => Some(other.to_owned()),
    })
}

#[test]
fn t6_each_keyword_is_kept_lowered_or_lost() {
    #[rustfmt::skip]
    let rows = [
        (json!({"type": "object", "properties": {"title": {"type": "string", "title": "T"}, "$ref": {"type": "number", "minimum": 1}},
            "required": ["title", "gone"], "additionalProperties": false, "$schema": "x", "$comment": "y"}),
         json!({"type": "object", "properties": {"title": {"type": "string", "title": "T"}, "$ref": {"type": "number", "minimum": 1}},
            "additionalProperties": false, "required": ["title"]}), vec!["required"]),
        (json!({"const": "x"}), json!({"type": "string", "enum": ["x"]}), vec![]),
        (json!({"const": 5}), json!({"type": "integer", "enum": [5]}), vec![]),
        (json!({"const": true}), json!({"type": "boolean"}), vec!["const"]),
        (json!({"const": null}), json!({"type": "null"}), vec![]),
        (json!({"const": {"a": 1}}), json!({}), vec!["const"]),
        (json!({"enum": ["a", "a", null]}), json!({"type": ["string", "null"], "enum": ["a"]}), vec![]),
        (json!({"enum": ["a", 1]}), json!({}), vec!["enum"]),
        (json!({"enum": [1, 2.5]}), json!({"type": "number", "enum": [1, 2.5]}), vec![]),
        (json!({"enum": [true, false]}), json!({"type": "boolean"}), vec![]),
        (json!({"type": "string", "nullable": true}), json!({"type": ["string", "null"]}), vec![]),
        (json!({"type": ["string", "null"], "format": "date"}), json!({"type": ["string", "null"], "format": "date"}), vec![]),
        (json!({"type": ["string", "array", "null"], "items": {"type": "string"}, "description": "d"}),
         json!({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}, {"type": "null"}], "description": "d"}), vec![]),
        (json!({"type": ["string", "number"], "anyOf": [{"type": "string"}]}), json!({"anyOf": [{"type": "string"}]}), vec!["type"]),
        (json!({"type": "STRING"}), json!({"type": "string"}), vec![]),
        (json!({"type": "file"}), json!({}), vec!["type"]),
        (json!({"oneOf": [{"type": "string"}, true]}), json!({"anyOf": [{"type": "string"}, {}]}), vec![]),
        (json!({"anyOf": [{}], "oneOf": [{}]}), json!({"anyOf": [{}]}), vec!["oneOf"]),
        (json!({"anyOf": []}), json!({}), vec!["anyOf"]),
        (json!({"not": {}, "if": {}, "then": {}, "pattern": "x", "minLength": 1, "default": 1, "examples": [], "x-own": 1, "format": "uri"}),
         json!({}), vec!["not", "if", "then", "pattern", "minLength", "default", "examples", "x-own", "format"]),
        (json!({"items": [{"type": "string"}, true], "minItems": 1}), json!({"prefixItems": [{"type": "string"}, {}], "minItems": 1}), vec![]),
        (json!({"items": false}), json!({"items": {}}), vec!["false"]),
        (json!({"minItems": -1, "minimum": "x", "title": 7, "properties": [], "required": "x"}), json!({}),
            vec!["minItems", "minimum", "title", "properties", "required"]),
        (json!(true), json!({}), vec![]),
        (json!(false), json!({}), vec!["false"]),
        (json!("x"), json!({}), vec!["schema"]),
    ];
    for (schema, expected, lost) in rows {
        assert_eq!(
            lowered(&schema),
            (expected, lost.into_iter().map(str::to_owned).collect()),
            "{schema}"
        );
    }
}

#[test]
fn t6_references_are_followed_and_circles_end() {
    let schema = json!({
        "$defs": {"name": {"$anchor": "n", "type": "string", "description": "a name"}, "a/b": {"type": "integer"},
            "node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}, "label": {"$ref": "#n"}}}},
        "type": "object",
        "properties": {
            "one": {"$ref": "#/$defs/name"},
            "two": {"$ref": "#/$defs/name", "description": "another"},
            "odd": {"$ref": "#/$defs/a~1b"},
            "coded": {"$ref": "#/%24defs/name"},
            "list": {"$ref": "#/$defs/node"},
            "gone": {"$ref": "https://x.example/y"},
        },
    });
    let (lowered, lost) = lowered(&schema);
    let name = json!({"type": "string", "description": "a name"});
    assert_eq!(
        lowered["properties"],
        json!({
            "one": name,
            "two": {"type": "string", "description": "another"},
            "odd": {"type": "integer"},
            "coded": name,
            "list": {"type": "object", "properties": {"next": {"type": "object"}, "label": name}},
            "gone": {},
        })
    );
    assert_eq!(lost, ["$ref"]);
}

#[test]
fn t6_what_must_hold_together_is_joined() {
    let schema = json!({"allOf": [
        {"type": "object", "properties": {"a": {"type": ["integer", "null"]}}, "required": ["a"]},
        {"$ref": "#/$defs/b"},
    ], "properties": {"a": {"type": "number", "minimum": 1}, "c": {}}, "$defs": {
        "b": {"properties": {"b": {"enum": ["x", "y"]}}, "required": ["b"], "additionalProperties": false},
    }});
    let (lowered, lost) = lowered(&schema);
    assert_eq!(
        lowered,
        json!({"type": "object", "properties": {
            "a": {"type": "integer", "minimum": 1}, "c": {}, "b": {"type": "string", "enum": ["x", "y"]},
        }, "additionalProperties": false, "required": ["a", "b"]})
    );
    assert_eq!(lost, Vec::<String>::new());
}

#[test]
fn t6_a_schema_that_grows_without_end_is_cut() {
    // Each names the next twice: 2^40 of them.
    let mut defs = Map::new();
    for at in 0..40 {
        let next = json!({"$ref": format!("#/$defs/n{}", at + 1)});
        defs.insert(
            format!("n{at}"),
            json!({"properties": {"l": next, "r": next}}),
        );
    }
    defs.insert("n40".to_owned(), json!({"type": "string"}));
    let (_, lost) = lowered(&json!({"$ref": "#/$defs/n0", "$defs": defs}));
    assert_eq!(lost, ["nesting", "$ref"].map(str::to_owned)[..lost.len()]);
    assert!(!lost.is_empty());
    let mut deep = json!({"type": "string"});
    for _ in 0..100 {
        deep = json!({"items": deep});
    }
    assert_eq!(lowered(&deep).1, ["nesting"]);
}

#[test]
fn a_functions_arguments_are_an_object() {
    let mut losses = Vec::new();
    assert_eq!(
        lower_parameters(&json!({}), "f", &mut losses),
        json!({"type": "object"})
    );
}

#[test]
fn a_schema_in_capitals_is_read() {
    let schema = json!({"type": "OBJECT", "nullable": true, "properties": {
        "a": {"type": "NUMBER", "maximum": 3, "example": 1},
        "b": {"any_of": [{"type": "STRING", "max_length": "9"}, {"type": "NULL"}]},
        "type": {"type": "TYPE_UNSPECIFIED"},
    }, "property_ordering": ["a"], "additionalProperties": {"type": "STRING"}, "default": {}});
    assert_eq!(
        from_openapi(schema, At::Root).unwrap(),
        json!({"type": ["object", "null"], "properties": {
            "a": {"type": "number", "examples": [1], "maximum": 3},
            "b": {"anyOf": [{"type": "string", "maxLength": 9}, {"type": "null"}]},
            "type": {},
        }, "additionalProperties": {"type": "string"}, "propertyOrdering": ["a"], "default": {}})
    );
}

/// JSON Schema of 2020-12, and what people write for it.
fn schema() -> impl Strategy<Value = Value> {
    let kind = prop::sample::select(vec![
        "string", "number", "integer", "boolean", "array", "object", "null", "odd",
    ]);
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        kind.clone().prop_map(|kind| json!({ "type": kind })),
        prop::collection::vec(kind, 1..4)
            .prop_map(|kinds| json!({ "type": kinds, "minimum": 1, "format": "date" })),
        prop::collection::vec(
            prop::sample::select(vec![
                json!("a"),
                json!(1),
                json!(2.5),
                json!(null),
                json!(true),
                json!({})
            ]),
            0..4
        )
        .prop_map(|values| json!({ "enum": values })),
        prop::sample::select(vec!["#", "#/$defs/x", "#/properties/a", "#y", "z"])
            .prop_map(|to| json!({ "$ref": to })),
        Just(
            json!({"const": "c", "nullable": true, "pattern": "x", "uniqueItems": true, "minItems": 1})
        ),
        Just(json!(7)),
    ];
    leaf.prop_recursive(4, 40, 4, |inner| {
        let key = prop::sample::select(vec!["a", "b", "type", "$ref", "properties"]);
        let map = prop::collection::btree_map(key, inner.clone(), 0..4);
        let list = prop::collection::vec(inner.clone(), 0..3);
        prop_oneof![
            map.clone().prop_map(|map| json!({ "type": "object", "properties": map, "required": ["a", "b"], "propertyOrdering": ["b"] })),
            inner.clone().prop_map(|one| json!({ "items": one, "type": "array", "contains": {} })),
            list.clone().prop_map(|list| json!({ "prefixItems": list, "items": false })),
            list.clone().prop_map(|list| json!({ "anyOf": list, "description": "d" })),
            (list.clone(), list.clone()).prop_map(|(one, other)| json!({ "oneOf": one, "allOf": other })),
            (inner.clone(), inner.clone()).prop_map(|(one, other)| json!({ "if": one, "then": other, "not": {}, "additionalProperties": one })),
            (map, inner).prop_map(|(map, one)| json!({ "$defs": {"x": one}, "properties": map, "$anchor": "y", "patternProperties": {"x": {}} })),
        ]
    })
}

proptest! {
    #[test]
    fn t6_whatever_comes_only_what_is_taken_is_sent(schema in schema()) {
        let (once, _) = lowered(&schema);
        // What is sent needs no further lowering.
        prop_assert_eq!(lowered(&once), (once.clone(), Vec::new()));
    }
}
