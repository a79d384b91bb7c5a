//! Every known variant of a credential file, and what a renewal leaves as it was.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use proptest::prelude::*;
use serde_json::json;

use super::*;

const NOW: &str = "2026-09-01T12:00:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn renewal() -> Renewal {
    Renewal {
        access: Secret::new("new-access".to_owned()),
        refresh: Some(Secret::new("new-refresh".to_owned())),
        lifetime: Duration::from_secs(3600),
        more: Vec::new(),
    }
}

fn read(service: Service, value: &Value) -> Credentials {
    Credentials::read(service, &value.to_string()).unwrap()
}

fn written(credentials: &Credentials) -> Value {
    serde_json::from_str(credentials.text().expose()).unwrap()
}

/// Every known form of a document with the tokens `old-access` and `old-refresh` that end at 12:34:56.
fn variants() -> Vec<(Service, Value)> {
    vec![
        (
            Service::Gemini,
            json!({"access_token": "old-access", "refresh_token": "old-refresh", "scope": "s", "token_type": "Bearer",
                "expiry_date": 1_788_266_096_000_i64, "x": [1, {"y": null}]}),
        ),
        (
            Service::Gemini,
            json!({"token": {"access_token": "old-access", "refresh_token": "old-refresh", "expiry": "2026-09-01T14:34:56+02:00",
                "client_id": "id", "client_secret": "cs", "token_uri": "u", "x": 1}, "project_id": "p", "email": "a@b.c", "type": "gemini"}),
        ),
        (
            Service::Qwen,
            json!({"access_token": "old-access", "refresh_token": "old-refresh", "resource_url": "portal.qwen.ai", "expiry_date": 1_788_266_096_000_i64}),
        ),
        (
            Service::Qwen,
            json!({"access_token": "old-access", "refresh_token": "old-refresh", "last_refresh": NOW, "resource_url": "portal.qwen.ai",
                "email": "me", "type": "qwen", "expired": "2026-09-01T12:34:56Z"}),
        ),
        (
            Service::Kiro,
            json!({"accessToken": "old-access", "refreshToken": "old-refresh", "profileArn": "arn:a", "expiresAt": "2026-09-01T12:34:56.000Z",
                "authMethod": "social", "provider": "Google"}),
        ),
        (
            Service::Kiro,
            json!({"accessToken": "old-access", "refreshToken": "old-refresh", "expiresAt": "2026-09-01T12:34:56", "clientIdHash": "e9",
                "authMethod": "IdC", "provider": "BuilderId", "region": "eu-central-1"}),
        ),
        (
            Service::Kiro,
            json!({"accessToken": "old-access", "refreshToken": "old-refresh", "expire": 1_788_266_096, "clientId": "i", "clientSecret": "s"}),
        ),
        (
            Service::Kiro,
            json!({"accessToken": "old-access", "refreshToken": "old-refresh", "expires_at": "1788266096", "idcRegion": "us-east-1"}),
        ),
        (
            Service::Kiro,
            json!([{"disabled": true}, {"accessToken": "old-access", "refreshToken": "old-refresh", "expiresAt": "2026-09-01T12:34:56Z",
                "authMethod": "idc", "clientId": "i", "clientSecret": "s", "priority": 3}]),
        ),
    ]
}

#[test]
fn o5_every_known_variant_is_read() {
    let ends: Timestamp = "2026-09-01T12:34:56Z".parse().unwrap();
    for (service, value) in variants() {
        let read = read(service, &value);
        assert_eq!(read.access().expose(), "old-access", "{value}");
        assert_eq!(read.refresh().unwrap().expose(), "old-refresh", "{value}");
        assert_eq!(read.expires(), Some(ends), "{value}");
        let packed = BASE64.encode(value.to_string());
        assert_eq!(Credentials::read(service, &packed).unwrap(), read);
        let marked = format!("\u{feff}\n{value}\n");
        assert_eq!(Credentials::read(service, &marked).unwrap(), read);
    }
}

#[test]
fn o5_a_renewal_changes_three_fields_in_their_own_form_and_keeps_the_rest() {
    for (service, value) in variants() {
        let old = read(service, &value);
        let new = old.renewed(&renewal(), now());
        let again = Credentials::read(service, new.text().expose()).unwrap();
        assert_eq!(again.access().expose(), "new-access");
        assert_eq!(again.refresh().unwrap().expose(), "new-refresh");
        assert_eq!(again.expires().unwrap().to_string(), "2026-09-01T13:00:00Z");
        assert_eq!(shape(&written(&new)), shape(&value), "{value}");
        let changed = differing(&value, &written(&new));
        assert_eq!(changed, 3, "{value}\n{}", new.text().expose());
    }
}

/// Names, order and types.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(map) => map.iter().map(|(k, v)| (k.clone(), shape(v))).collect(),
        Value::Array(all) => all.iter().map(shape).collect(),
        Value::String(_) => "text".into(),
        Value::Number(_) => 0.into(),
        other => other.clone(),
    }
}

fn differing(one: &Value, other: &Value) -> usize {
    match (one, other) {
        (Value::Object(a), Value::Object(b)) => {
            a.iter().map(|(name, v)| differing(v, &b[name])).sum()
        }
        (Value::Array(a), Value::Array(b)) => a.iter().zip(b).map(|(a, b)| differing(a, b)).sum(),
        _ => usize::from(one != other),
    }
}

#[test]
fn o5_what_is_missing_of_a_time_counts_as_over_and_is_written_as_the_service_would() {
    let raw = json!({"access_token": "a", "refresh_token": "r", "expires_in": 21600});
    let qwen = read(Service::Qwen, &raw);
    assert_eq!(qwen.expires(), None);
    let new = written(&qwen.renewed(&renewal(), now()));
    assert_eq!(new["expiry_date"], 1_788_267_600_000_i64);
    assert_eq!(new["expires_in"], 3600);
    let kiro = read(Service::Kiro, &json!({"refreshToken": "r"}));
    let new = written(&kiro.renewed(&renewal(), now()));
    assert_eq!(new["expiresAt"], "2026-09-01T13:00:00.000Z");
}

#[test]
fn o2_a_renewal_without_a_refresh_token_keeps_the_old_one() {
    let renewal = Renewal {
        refresh: None,
        ..renewal()
    };
    for (service, value) in variants() {
        let new = read(service, &value).renewed(&renewal, now());
        assert_eq!(new.refresh().unwrap().expose(), "old-refresh");
    }
}

#[test]
fn kiro_kinds_are_told_apart() {
    let auth = |value: Value| read(Service::Kiro, &value).kiro().unwrap().auth;
    let with = |more: Value| {
        let mut value = json!({"refreshToken": "r"});
        value
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        auth(value)
    };
    assert_eq!(with(json!({})), KiroAuth::Social);
    assert_eq!(with(json!({"authMethod": "builder-id"})), KiroAuth::Idc);
    assert_eq!(with(json!({"clientIdHash": "e9"})), KiroAuth::Idc);
    assert_eq!(
        with(json!({"clientId": "i", "clientSecret": "s"})),
        KiroAuth::Idc
    );
    assert_eq!(
        with(json!({"tokenEndpoint": "https://idp"})),
        KiroAuth::External
    );
    assert_eq!(
        client_id_hash("https://view.awsapps.com/start"),
        "e909a0580879b06ece1202964fbe9dda95ea4ce3"
    );
}

#[test]
fn what_is_no_credential_file_says_why() {
    let read = |text: &str| Credentials::read(Service::Kiro, text).unwrap_err();
    assert_eq!(read(""), BadCredentials::NotJson);
    assert_eq!(read("<html>"), BadCredentials::NotJson);
    assert_eq!(read("{}"), BadCredentials::NoToken);
    assert_eq!(read(r#"{"refreshToken":" "}"#), BadCredentials::NoToken);
    assert_eq!(
        read(r#"{"refreshToken":"aorAAA...xyz"}"#),
        BadCredentials::CutShort
    );
}

#[test]
fn k2_nothing_of_a_token_shows() {
    for (service, value) in variants() {
        let shown = format!("{:?}", read(service, &value));
        assert!(
            !shown.contains("old-") && !shown.contains("\"cs\""),
            "{shown}"
        );
    }
}

proptest! {
    #[test]
    fn o5_no_document_panics(text in "\\PC{0,200}|[\\[\\]{}\":,a-z0-9_]{0,80}") {
        for service in Service::ALL {
            let _ = Credentials::read(service, &text);
        }
    }

    #[test]
    fn o5_odd_times_are_passed_over(number in any::<f64>(), text in "[0-9TZ:+.-]{0,30}") {
        for value in [json!(number), json!(text)] {
            let read = read(Service::Qwen, &json!({"refresh_token": "r", "expiry_date": value}));
            let new = read.renewed(&renewal(), now());
            let again = Credentials::read(Service::Qwen, new.text().expose()).unwrap();
            let expected: Timestamp = "2026-09-01T13:00:00Z".parse().unwrap();
            prop_assert_eq!(again.expires(), Some(expected));
        }
    }
}
