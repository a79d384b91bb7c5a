//! What a line looks like: `2026-11-25T15:44:46.933263Z  INFO request id=req_… model=gpt-x status=200`.
//!
//! Each request is a line, so a line is made of few writes: the usual format of the library takes five times as long,
//! an eighth of all that a request costs.

use std::cell::Cell;
use std::fmt::{self, Debug, Write as _};

use jiff::Timestamp;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// See the module.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line;

impl<S, N> FormatEvent<S, N> for Line
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut line: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        write_time(&mut line, Timestamp::now())?;
        line.write_str(word(*event.metadata().level()))?;
        let mut fields = Fields {
            line: &mut line,
            done: Ok(()),
        };
        event.record(&mut fields);
        fields.done?;
        line.write_char('\n')
    }
}

const fn word(level: Level) -> &'static str {
    match level {
        Level::ERROR => " ERROR",
        Level::WARN => "  WARN",
        Level::INFO => "  INFO",
        Level::DEBUG => " DEBUG",
        Level::TRACE => " TRACE",
    }
}

/// `2026-11-25T15:44:46`.
const SECOND: usize = 19;

thread_local! {
    /// The latest second and its text: many lines share one.
    static LATEST: Cell<(i64, [u8; SECOND])> = const { Cell::new((i64::MIN, [0; SECOND])) };
}

fn write_time(line: &mut Writer<'_>, now: Timestamp) -> fmt::Result {
    let second = now.as_microsecond().div_euclid(1_000_000);
    let micros = now.as_microsecond().rem_euclid(1_000_000);
    let (of, mut text) = LATEST.get();
    if of != second {
        let whole = now.strftime("%Y-%m-%dT%H:%M:%S").to_string();
        // A year of five digits would not fit; it is cut rather than refused.
        for (to, from) in text.iter_mut().zip(whole.bytes()) {
            *to = from;
        }
        LATEST.set((second, text));
    }
    line.write_str(std::str::from_utf8(&text).unwrap_or_default())?;
    let mut fraction = *b".000000Z";
    let mut left = micros;
    for digit in fraction.iter_mut().skip(1).take(6).rev() {
        *digit = b'0' + u8::try_from(left % 10).unwrap_or_default();
        left /= 10;
    }
    line.write_str(std::str::from_utf8(&fraction).unwrap_or_default())
}

struct Fields<'a, 'w> {
    line: &'a mut Writer<'w>,
    done: fmt::Result,
}

impl Fields<'_, '_> {
    fn write(&mut self, field: &Field, value: impl FnOnce(&mut Writer<'_>) -> fmt::Result) {
        if self.done.is_ok() {
            self.done = self
                .line
                .write_char(' ')
                .and_then(|()| match field.name() {
                    "message" => Ok(()),
                    name => self
                        .line
                        .write_str(name)
                        .and_then(|()| self.line.write_char('=')),
                })
                .and_then(|()| value(self.line));
        }
    }
}

impl Visit for Fields<'_, '_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.write(field, |line| match is_plain(value) {
            true => line.write_str(value),
            // Quoted and escaped: no value can begin a line of its own.
            false => write!(line, "{value:?}"),
        });
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.write(field, |line| write!(line, "{value}"));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.write(field, |line| write!(line, "{value}"));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.write(field, |line| {
            line.write_str(if value { "true" } else { "false" })
        });
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.write(field, |line| write!(OneLine(line), "{value:?}"));
    }
}

fn is_plain(value: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\' | b'=');
    !value.is_empty() && value.bytes().all(plain)
}

/// Messages and what displays itself may hold foreign text, which must not begin a line of its own.
struct OneLine<'a, 'w>(&'a mut Writer<'w>);

impl fmt::Write for OneLine<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text;
        while let Some(at) = rest.find(char::is_control) {
            let (before, after) = rest.split_at(at);
            self.0.write_str(before)?;
            let Some(control) = after.chars().next() else {
                break;
            };
            write!(self.0, "{}", control.escape_default())?;
            rest = &after[control.len_utf8()..];
        }
        self.0.write_str(rest)
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(say: impl FnOnce()) -> String {
        let kept = Kept::default();
        let to = kept.clone();
        let lines = tracing_subscriber::fmt()
            .event_format(Line)
            .with_writer(move || to.clone())
            .finish();
        tracing::subscriber::with_default(lines, say);
        let bytes = kept.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_line_is_its_time_its_level_its_message_and_its_fields() {
        let text = logged(|| {
            tracing::info!(
                model = "gpt-x",
                status = 200_u16,
                ok = true,
                error = None::<&str>,
                "request"
            );
        });
        let (time, rest) = text.split_at(27);
        assert!(time.parse::<Timestamp>().is_ok(), "{time}");
        assert!(time.ends_with('Z'), "{time}");
        assert_eq!(rest, "  INFO request model=gpt-x status=200 ok=true\n");
    }

    #[test]
    fn no_foreign_text_begins_a_line_or_a_field_of_its_own() {
        let text = logged(|| {
            let evil = "a\n2026-01-01T00:00:00Z ERROR b=c\r\u{85}\u{1b}[31m";
            tracing::warn!(value = evil, shown = %evil, "{evil}");
        });
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(!text.trim_end().contains(char::is_control), "{text}");
        assert!(logged(|| tracing::info!(v = "a=b c", "m")).contains("v=\"a=b c\""));
    }

    #[test]
    fn times_are_written_to_the_microsecond() {
        for micros in [0, 1, 999_999, 1_000_000, 1_764_000_000_123_456, -1] {
            let time = Timestamp::from_microsecond(micros).unwrap();
            let mut text = String::new();
            write_time(&mut Writer::new(&mut text), time).unwrap();
            assert_eq!(text.parse::<Timestamp>().unwrap(), time, "{text}");
        }
    }
}
