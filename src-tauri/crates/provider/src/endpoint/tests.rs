use proptest::prelude::*;

use super::*;

const OPENAI: ProviderType = ProviderType::OpenaiCustom;
const GEMINI: ProviderType = ProviderType::GeminiCustom;

fn joined(base: &str, api: Api) -> String {
    join(OPENAI, base, api).map_or_else(|e| e.to_string(), |url| url.to_string())
}

#[test]
fn each_form_of_a_base_reaches_the_call() {
    use Api::{ChatCompletions as Chat, CountTokens, Embeddings, Messages, Models, Responses};
    #[rustfmt::skip]
    let rows = [
        ("https://api.openai.com", Chat, "https://api.openai.com/v1/chat/completions"),
        ("https://api.openai.com/v1/", Chat, "https://api.openai.com/v1/chat/completions"),
        (" https://api.openai.com/v1\n", Models, "https://api.openai.com/v1/models"),
        ("https://api.openai.com//", Embeddings, "https://api.openai.com/v1/embeddings"),
        ("https://x.example/api/v3", Chat, "https://x.example/api/v3/chat/completions"),
        ("https://open.bigmodel.cn/api/paas/v4", Chat, "https://open.bigmodel.cn/api/paas/v4/chat/completions"),
        ("https://x.example/v1beta2/openai", Models, "https://x.example/v1beta2/openai/v1/models"),
        ("https://x.example/paas/v1beta", Models, "https://x.example/paas/v1beta/models"),
        ("https://x.example/v1beta2", Models, "https://x.example/v1beta2/models"),
        ("https://x.example/openai", Chat, "https://x.example/openai/v1/chat/completions"),
        ("https://x.example/v", Chat, "https://x.example/v/v1/chat/completions"),
        ("https://x.example/v1-old", Chat, "https://x.example/v1-old/v1/chat/completions"),
        ("https://x.example/vault", Messages, "https://x.example/vault/v1/messages"),
        ("https://x.example/foo/chat/completions#", Chat, "https://x.example/foo/chat/completions"),
        ("https://x.example/odd?k=1#", Messages, "https://x.example/odd?k=1"),
        ("https://x.example/foo/chat/completions#", Models, "https://x.example/foo/v1/models"),
        ("https://x.example/foo/responses#", Responses, "https://x.example/foo/responses"),
        ("https://x.example/foo/#", Chat, "https://x.example/foo/chat/completions"),
        ("https://x.example/foo/#", Models, "https://x.example/foo/models"),
        ("https://x.example/v1/chat/completions", Models, "https://x.example/v1/models"),
        ("https://x.example/v1/models/", Chat, "https://x.example/v1/chat/completions"),
        ("https://x.example/responses", Chat, "https://x.example/v1/chat/completions"),
        ("https://x.example/mymodels", Models, "https://x.example/mymodels/v1/models"),
        ("https://api.anthropic.com", Messages, "https://api.anthropic.com/v1/messages"),
        ("https://api.anthropic.com/v1/messages", Messages, "https://api.anthropic.com/v1/messages"),
        ("https://api.anthropic.com/v1/messages/count_tokens", Messages, "https://api.anthropic.com/v1/messages"),
        ("https://api.anthropic.com", CountTokens, "https://api.anthropic.com/v1/messages/count_tokens"),
        ("https://api.deepseek.com/anthropic", Messages, "https://api.deepseek.com/anthropic/v1/messages"),
        ("https://x.example/d?api-version=2", Chat, "https://x.example/d/v1/chat/completions?api-version=2"),
        ("http://127.0.0.1:8080", Chat, "http://127.0.0.1:8080/v1/chat/completions"),
        ("http://[::1]:8080/v1", Chat, "http://[::1]:8080/v1/chat/completions"),
    ];
    for (base, api, expected) in rows {
        assert_eq!(joined(base, api), expected, "{base} {api:?}");
    }
}

#[test]
fn a_base_that_is_no_address_says_how_one_is_written() {
    for base in [
        "",
        "api.openai.com",
        "api.openai.com:443/v1",
        "localhost:8080",
        "https://",
        "/v1",
    ] {
        assert!(
            joined(base, Api::Models).contains("write https://host"),
            "{base}"
        );
    }
    assert!(joined("ftp://x.example", Api::Models).contains("ftp://"));
    assert_eq!(
        join(OPENAI, "https://user:pass@x.example", Api::Models),
        Err(BadBase::Credentials)
    );
}

#[test]
fn a_key_pasted_as_an_address_does_not_show() {
    let said = joined("sk-ant-api03-canary0000000000000000", Api::Models);
    assert!(!said.contains("canary"), "{said}");
}

#[test]
fn the_other_form_moves_the_call_in_or_out_of_v1() {
    #[rustfmt::skip]
    let rows = [
        ("https://x.example/a", Some("https://x.example/a/models")),
        ("https://x.example", Some("https://x.example/models")),
        ("https://x.example/v1", Some("https://x.example/models")),
        ("https://x.example/a/v1/chat/completions", Some("https://x.example/a/models")),
        ("https://x.example/v4", Some("https://x.example/v4/v1/models")),
        ("https://x.example/a/#", Some("https://x.example/a/v1/models")),
        ("https://x.example/a?k=1", Some("https://x.example/a/models?k=1")),
        ("https://x.example/messages#", None),
        ("nonsense", None),
    ];
    for (base, expected) in rows {
        let other = other_form(OPENAI, base).map(|other| joined(&other, Api::Models));
        assert_eq!(other.as_deref(), expected, "{base}");
    }
}

#[test]
fn addresses_hold_what_the_hop_needs() {
    let all = Addresses::new(OPENAI, "https://x.example/a?api-version=2").unwrap();
    assert_eq!(all.origin().authority(), "x.example");
    assert_eq!(
        all.path_and_query(Api::Models),
        "/a/v1/models?api-version=2"
    );
    for api in Api::ALL {
        assert_eq!(
            all.url(api),
            &join(OPENAI, "https://x.example/a?api-version=2", api).unwrap()
        );
    }
    let six = Addresses::new(OPENAI, "http://[::1]:8080").unwrap();
    assert_eq!(six.origin().authority(), "[::1]:8080");
    assert!(!six.origin().https);
    assert_eq!(six.path_and_query(Api::Messages), "/v1/messages");
}

#[test]
fn only_the_beta_mark_of_a_clients_query_goes_up() {
    let all = Addresses::new(OPENAI, "https://x.example").unwrap();
    let up = |query| all.with_client_query(Api::Messages, query).into_owned();
    assert_eq!(up(None), "/v1/messages");
    assert_eq!(up(Some("key=local&beta=true")), "/v1/messages?beta=true");
    assert_eq!(up(Some("key=local&beta=false")), "/v1/messages");
    let azure = Addresses::new(OPENAI, "https://x.example?v=2").unwrap();
    let up = azure.with_client_query(Api::Messages, Some("beta=true"));
    assert_eq!(up, "/v1/messages?v=2&beta=true");
}

#[test]
fn geminis_calls_stand_below_their_model_whatever_form_the_base_has() {
    let official = "https://generativelanguage.googleapis.com/v1beta/models";
    for base in [
        "https://generativelanguage.googleapis.com",
        "https://generativelanguage.googleapis.com/v1beta/",
        "https://generativelanguage.googleapis.com/v1beta/models",
        "https://generativelanguage.googleapis.com/v1beta/models/gemini-x:generateContent",
    ] {
        let url = join(GEMINI, base, Api::Models).unwrap();
        assert_eq!(url.as_str(), official, "{base}");
        for api in Api::ALL
            .into_iter()
            .filter(|api| api.method(false).is_some())
        {
            assert_eq!(join(GEMINI, base, api), Ok(url.clone()));
        }
    }
    let relay = join(GEMINI, "https://x.example/gemini/v1", Api::Models);
    assert_eq!(
        relay.unwrap().as_str(),
        "https://x.example/gemini/v1/models"
    );
    assert_eq!(
        other_form(GEMINI, "https://x.example/a").as_deref(),
        Some("https://x.example/a/#")
    );
    assert_eq!(
        other_form(GEMINI, "https://x.example/v1beta").as_deref(),
        Some("https://x.example/#")
    );
    assert_eq!(
        other_form(GEMINI, "https://x.example/a/#").as_deref(),
        Some("https://x.example/a/v1beta")
    );
}

#[test]
fn no_models_name_leads_out_of_its_place() {
    let all = Addresses::new(GEMINI, "https://x.example/?v=2").unwrap();
    #[rustfmt::skip]
    let rows = [
        ("gemini-2.5-pro", false, "/v1beta/models/gemini-2.5-pro:m?v=2"),
        ("models/gemini-x", true, "/v1beta/models/gemini-x:m?v=2&alt=sse"),
        ("tunedModels/mine", false, "/v1beta/tunedModels/mine:m?v=2"),
        ("../../x?y#z:w", false, "/v1beta/models/..%2F..%2Fx%3Fy%23z%3Aw:m?v=2"),
        ("ä b", false, "/v1beta/models/%C3%A4%20b:m?v=2"),
        ("", false, "/v1beta/models/:m?v=2"),
    ];
    for (model, sse, target) in rows {
        assert_eq!(all.of_model(model, "m", sse), target, "{model}");
    }
    let plain = Addresses::new(GEMINI, "https://x.example").unwrap();
    assert_eq!(plain.of_model("g", "m", true), "/v1beta/models/g:m?alt=sse");
}

proptest! {
    #[test]
    fn no_base_panics_and_every_joined_one_names_its_call(base in "(https?://)?[a-z0-9./:#?@\\[\\]é -]{0,40}") {
        for api in Api::ALL {
            if let Ok(url) = join(OPENAI, &base, api) {
                prop_assert!(url.host_str().is_some());
            }
        }
        if let Some(other) = other_form(OPENAI, &base) {
            prop_assert!(join(OPENAI, &other, Api::Models).is_ok());
            prop_assert_ne!(join(OPENAI, &other, Api::Models), join(OPENAI, &base, Api::Models));
        }
    }
}
