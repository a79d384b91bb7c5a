use super::*;

const SIZED: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 ";
const CHUNKED: &[u8] = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n\
    d\r\ndata: {\"a\":1}\r\n2\r\n\n\n\r\ne;x=y\r\ndata: [DONE]\n\n\r\n0\r\n\r\n";

/// Reads an answer that comes in two pieces; the body, and how many bytes were used.
fn read(bytes: &[u8], cut: usize) -> Result<(Reply, Vec<u8>, usize), Malformed> {
    let mut reply = Reply::new();
    let mut body = Vec::new();
    let used = reply.feed(&bytes[..cut], |piece| body.extend_from_slice(piece))?;
    let rest = reply.feed(&bytes[used..], |piece| body.extend_from_slice(piece))?;
    Ok((reply, body, used + rest))
}

#[test]
fn an_answer_with_a_length_is_read_the_same_wherever_it_is_cut() -> Result<(), Malformed> {
    for cut in 0..SIZED.len() {
        let (reply, body, used) = read(SIZED, cut)?;
        assert!(reply.is_over());
        assert_eq!(reply.status(), 200);
        assert_eq!(body, b"hello");
        assert_eq!(used, SIZED.len() - "HTTP/1.1 ".len());
    }
    Ok(())
}

#[test]
fn a_chunked_answer_is_read_the_same_wherever_it_is_cut() -> Result<(), Malformed> {
    for cut in 0..CHUNKED.len() {
        let (reply, body, used) = read(CHUNKED, cut)?;
        assert!(reply.is_over(), "cut at {cut}");
        assert_eq!(body, b"data: {\"a\":1}\n\ndata: [DONE]\n\n");
        assert_eq!(used, CHUNKED.len());
    }
    Ok(())
}

#[test]
fn an_answer_that_breaks_off_is_not_over() -> Result<(), Malformed> {
    for end in 0..CHUNKED.len() {
        let mut reply = Reply::new();
        reply.feed(&CHUNKED[..end], |_| ())?;
        assert!(!reply.is_over(), "cut at {end}");
    }
    Ok(())
}

#[test]
fn what_is_no_answer_is_refused() {
    let feed = |bytes: &[u8]| Reply::new().feed(bytes, |_| ()).err();
    assert_eq!(feed(b"SSH-2.0\r\n\r\n"), Some(Malformed::Status));
    assert_eq!(feed(b"HTTP/1.1 200 OK\r\n\r\n"), Some(Malformed::Length));
    assert_eq!(
        feed(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"),
        Some(Malformed::Chunk)
    );
}

#[test]
fn every_data_line_is_found_once_wherever_a_stream_is_cut() {
    let stream = b"event: x\r\ndata: one\r\n\r\n: comment\ndata:two\n\ndata: [DONE]\n\n";
    for cut in 0..stream.len() {
        let mut lines = EventLines::default();
        let mut seen = Vec::new();
        for piece in [&stream[..cut], &stream[cut..]] {
            lines.feed(piece, |data| {
                seen.push(String::from_utf8_lossy(data).into_owned());
            });
        }
        assert_eq!(seen, ["one", "two", "[DONE]"], "cut at {cut}");
    }
}
