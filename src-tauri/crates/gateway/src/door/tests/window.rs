//! The window in a browser.

use bytes::Bytes;

use super::*;

const PAUSE: &str = r#"{"command":"pause"}"#;

fn pages() -> Pages {
    let file =
        |path: &str, text: &'static str| (path.to_owned(), Bytes::from_static(text.as_bytes()));
    Pages::of([
        file("index.html", "<p>the window</p>"),
        file("assets/main-abc.js", "let a"),
    ])
}

/// A rig, its window, and the cookie of a session.
async fn entered() -> (Rig, Arc<Window>, String) {
    let mut window = None;
    let rig = Rig::with(|address| {
        window = Some(Window::new(pages(), address).unwrap());
        window.clone()
    })
    .await;
    let window = window.unwrap();
    let (code, answer) = raw(rig.address, &path(&window.way_in()), "").await;
    assert_eq!(code, 200, "{answer}");
    let cookie = header(&answer, "set-cookie").unwrap().to_owned();
    (rig, window, cookie)
}

fn path(way_in: &str) -> String {
    let at = way_in.find("/control").unwrap();
    way_in[at..].to_owned()
}

fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = answer.lines();
    lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

#[tokio::test]
async fn k3_the_way_into_the_window_opens_once() {
    let (rig, window, cookie) = entered().await;
    for part in ["HttpOnly", "SameSite=Strict", "Path=/control"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let next = path(&window.way_in());
    assert_eq!(raw(rig.address, &next, "").await.0, 200);
    for used in [
        next.as_str(),
        "/control/ui/enter",
        "/control/ui/enter?token=",
    ] {
        let (code, answer) = raw(rig.address, used, "").await;
        assert_eq!((code, header(&answer, "set-cookie")), (403, None), "{used}");
    }
}

#[tokio::test]
async fn k3_the_window_shows_itself_to_its_sessions_only_and_with_a_strict_policy() {
    let (rig, _window, cookie) = entered().await;
    let session = format!("cookie: a=b; {}\r\n", cookie.split(';').next().unwrap());
    let (code, answer) = raw(rig.address, "/control/ui/", &session).await;
    assert!(
        code == 200 && answer.ends_with("<p>the window</p>"),
        "{answer}"
    );
    let policy = header(&answer, "content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"));
    let (code, answer) = raw(rig.address, "/control/ui/assets/main-abc.js", &session).await;
    assert_eq!(code, 200);
    assert!(
        header(&answer, "content-type")
            .unwrap()
            .starts_with("text/javascript")
    );
    assert!(
        header(&answer, "cache-control")
            .unwrap()
            .contains("immutable")
    );
    for outside in [
        "/control/ui/../../config.json",
        "/control/ui/%2e%2e/control-token",
        "/control/ui/x",
    ] {
        assert_eq!(
            raw(rig.address, outside, &session).await.0,
            404,
            "{outside}"
        );
    }
    for none in ["", "cookie: millpond=1\r\n", "cookie: \r\n"] {
        assert_eq!(
            raw(rig.address, "/control/ui/", none).await.0,
            401,
            "{none}"
        );
    }
}

#[tokio::test]
async fn k3_a_session_commands_only_from_the_window_itself() {
    let (rig, _window, cookie) = entered().await;
    let session = format!(
        "cookie: {}\r\ncontent-type: application/json\r\n",
        cookie.split(';').next().unwrap()
    );
    let own = format!("{session}origin: http://{}\r\n", rig.address);
    let command = async |headers: &str| {
        said(rig.address, "POST /control/command", headers, PAUSE)
            .await
            .0
    };
    assert_eq!(command(&own).await, 200);
    assert_eq!(raw(rig.address, "/control/status", &session).await.0, 200);
    // Another program's page on this host: its cookie comes along, its origin does too.
    let port = rig.address.port() ^ 1;
    for origin in [
        String::new(),
        format!("origin: http://127.0.0.1:{port}\r\n"),
        "origin: tauri://localhost\r\n".to_owned(),
        format!(
            "origin: http://{}\r\nsec-fetch-site: same-site\r\n",
            rig.address
        ),
    ] {
        let headers = format!("{session}{origin}");
        assert_eq!(command(&headers).await, 401, "{origin}");
    }
    let reading = format!("{session}sec-fetch-site: same-site\r\n");
    assert_eq!(raw(rig.address, "/control/status", &reading).await.0, 401);
}

#[tokio::test]
async fn without_a_window_there_are_no_pages() {
    let rig = Rig::new().await;
    assert_eq!(raw(rig.address, "/control/ui/", "").await.0, 401);
    let token = std::fs::read_to_string(rig.home.control_token()).unwrap();
    let good = format!("authorization: Bearer {token}\r\n");
    assert_eq!(raw(rig.address, "/control/ui/", &good).await.0, 404);
}
