//! The hop through real sockets: reuse, replacement of a dead connection, breaks, proxies.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, header};
use http_body_util::{BodyExt, Full};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use url::Url;

use super::{Hop, HopError, Route};
use crate::upstream::Course;

const LIMIT: Duration = Duration::from_secs(5);
const WHOLE: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// Reads one request head and its body by content-length; `None` when the peer closed.
async fn read_request(socket: &mut TcpStream) -> Option<String> {
    let mut seen = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let n = socket.read(&mut piece).await.ok()?;
        if n == 0 {
            return None;
        }
        seen.extend_from_slice(&piece[..n]);
        let text = String::from_utf8_lossy(&seen).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .map_or(0, |n| n.trim().parse().unwrap());
            if body.len() >= length {
                return Some(text);
            }
        }
    }
}

fn request(hop: &Hop) -> Request<Full<Bytes>> {
    Request::post(hop.route().request_target("/v1/x"))
        .header(header::HOST, "upstream.test")
        .body(Full::new(Bytes::from_static(b"hello")))
        .unwrap()
}

fn hop_to(port: u16, proxy: Option<&str>) -> Arc<Hop> {
    let url = Url::parse(&format!("http://127.0.0.1:{port}")).unwrap();
    Hop::new(Route::new(&url, proxy).unwrap())
}

async fn call(hop: &Arc<Hop>) -> Result<Bytes, HopError> {
    let answer = hop
        .send(request(hop), LIMIT, LIMIT, &Course::default())
        .await?
        .0;
    Ok(answer.into_body().collect().await.unwrap().to_bytes())
}

/// A server that gives each connection `per_connection` whole answers and then closes it.
async fn server(per_connection: usize) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                for _ in 0..per_connection {
                    if read_request(&mut socket).await.is_none() {
                        return;
                    }
                    socket.write_all(WHOLE.as_bytes()).await.unwrap();
                }
            });
        }
    });
    (port, connections)
}

#[tokio::test]
async fn a_finished_body_hands_its_connection_to_the_next_request() {
    let (port, connections) = server(usize::MAX).await;
    let hop = hop_to(port, None);
    for _ in 0..5 {
        assert_eq!(call(&hop).await.unwrap(), "ok");
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_connection_that_died_idle_is_replaced_unseen() {
    let (port, connections) = server(1).await;
    let hop = hop_to(port, None);
    for _ in 0..5 {
        assert_eq!(call(&hop).await.unwrap(), "ok");
    }
    assert_eq!(connections.load(Ordering::SeqCst), 5);
}

#[tokio::test]
async fn a_close_before_any_answer_on_a_fresh_connection_is_an_error() {
    let (port, connections) = server(0).await;
    let failed = call(&hop_to(port, None)).await;
    assert!(matches!(failed, Err(HopError::Broken(_))), "{failed:?}");
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_closed_port_is_an_error_of_the_upstream_and_not_of_this_machine() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let failed = call(&hop_to(port, None)).await;
    assert!(
        matches!(failed, Err(HopError::Connect { local: false, .. })),
        "{failed:?}"
    );
}

#[tokio::test]
async fn s2_a_body_cut_before_its_length_is_an_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        read_request(&mut socket).await.unwrap();
        let cut = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf";
        socket.write_all(cut.as_bytes()).await.unwrap();
    });
    let hop = hop_to(port, None);
    let answer = hop
        .send(request(&hop), LIMIT, LIMIT, &Course::default())
        .await
        .unwrap()
        .0;
    assert!(answer.into_body().collect().await.is_err());
}

#[tokio::test]
async fn s4_a_dropped_body_closes_the_upstream_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (closed, seen_closed) = oneshot::channel();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        read_request(&mut socket).await.unwrap();
        let open = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n";
        socket.write_all(open.as_bytes()).await.unwrap();
        assert!(read_request(&mut socket).await.is_none());
        closed.send(()).unwrap();
    });
    let hop = hop_to(port, None);
    let mut body = hop
        .send(request(&hop), LIMIT, LIMIT, &Course::default())
        .await
        .unwrap()
        .0
        .into_body();
    let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
    assert_eq!(first, "hi");
    drop(body);
    tokio::time::timeout(Duration::from_secs(1), seen_closed)
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn an_http_proxy_gets_the_whole_address_and_its_own_credentials() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = listener.local_addr().unwrap().port();
    let (tell, told) = oneshot::channel();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        tell.send(read_request(&mut socket).await.unwrap()).unwrap();
        socket.write_all(WHOLE.as_bytes()).await.unwrap();
    });
    let hop = hop_to(9, Some(&format!("http://me:p%40ss@127.0.0.1:{proxy}")));
    assert_eq!(call(&hop).await.unwrap(), "ok");
    let seen = told.await.unwrap();
    assert!(
        seen.starts_with("POST http://127.0.0.1:9/v1/x HTTP/1.1\r\n"),
        "{seen}"
    );
    let value = hop.route().proxy_authorization().unwrap();
    assert_eq!(value.to_str().unwrap(), "Basic bWU6cEBzcw==");
}

#[tokio::test]
async fn a_socks5h_proxy_is_told_the_host_by_name() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = listener.local_addr().unwrap().port();
    let (tell, told) = oneshot::channel();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        // RFC 1928: greeting, method, then the request with address type 3 (domain name).
        let mut greeting = [0; 2];
        socket.read_exact(&mut greeting).await.unwrap();
        let mut methods = vec![0; usize::from(greeting[1])];
        socket.read_exact(&mut methods).await.unwrap();
        socket.write_all(&[5, 0]).await.unwrap();
        let mut head = [0; 5];
        socket.read_exact(&mut head).await.unwrap();
        assert_eq!(head[..4], [5, 1, 0, 3]);
        let mut rest = vec![0; usize::from(head[4]) + 2];
        socket.read_exact(&mut rest).await.unwrap();
        let name = String::from_utf8_lossy(&rest[..rest.len() - 2]).into_owned();
        socket
            .write_all(&[5, 0, 0, 1, 127, 0, 0, 1, 0, 80])
            .await
            .unwrap();
        read_request(&mut socket).await.unwrap();
        socket.write_all(WHOLE.as_bytes()).await.unwrap();
        tell.send(name).unwrap();
    });
    let url = Url::parse("http://upstream.test:8080").unwrap();
    let route = Route::new(&url, Some(&format!("socks5h://127.0.0.1:{proxy}"))).unwrap();
    assert_eq!(call(&Hop::new(route)).await.unwrap(), "ok");
    assert_eq!(told.await.unwrap(), "upstream.test");
}

#[test]
fn a_proxy_address_that_is_not_understood_says_what_is() {
    let url = Url::parse("http://127.0.0.1:1").unwrap();
    let odd = Route::new(&url, Some("ftp://127.0.0.1:1")).unwrap_err();
    assert!(odd.to_string().contains("known are http, socks5"), "{odd}");
    assert!(Route::new(&url, Some("nowhere")).is_err());
}

#[tokio::test]
async fn s3_a_silent_upstream_costs_its_own_limit_and_not_the_connections_too() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let hop = Hop::new(Route::new(&url.parse().unwrap(), None).unwrap());
    // It accepts (the system does, for the backlog) and says nothing.
    let begun = tokio::time::Instant::now();
    let outcome = hop
        .send(
            request(&hop),
            Duration::from_secs(60),
            Duration::from_millis(50),
            &Course::default(),
        )
        .await;
    assert!(matches!(outcome, Err(HopError::Silent(limit)) if limit.as_millis() == 50));
    assert!(begun.elapsed() < Duration::from_secs(30));
}
