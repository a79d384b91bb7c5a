//! Long values in short entries: Windows keeps at most 2,560 bytes in one.
//!
//! A value that fits is kept as it is in the entry `name`. A longer one goes in parts into `name/a1`, `name/a2`, … or `name/b1`, …, and
//! `name` becomes a head that tells which of the two rows, how many parts, how long, and a checksum. A write fills the row that the
//! present head does not use and then replaces the head, which is one step: interrupted at any point, it leaves the old value or the
//! new one. Rows are filled upwards and cleared downwards, so what is left of an interrupted write is always found again.

use zeroize::Zeroizing;

use super::error::KeychainFailure;
use crate::Secret;

/// Named entries of bytes, as the keychains have them.
pub(super) trait Entries: Send + Sync {
    /// The bytes of `name`, if there is such an entry.
    fn read(&self, name: &str) -> Result<Option<Secret<Vec<u8>>>, KeychainFailure>;
    /// Makes or replaces `name`, in one step.
    fn write(&self, name: &str, value: &[u8]) -> Result<(), KeychainFailure>;
    /// Removes `name`; it is no error if there is none.
    fn erase(&self, name: &str) -> Result<(), KeychainFailure>;
}

/// The smallest part size that works: a head must fit.
pub(super) const MIN_PART: usize = 80;

/// How often a read is begun anew when another process replaces the value under it.
const ATTEMPTS: usize = 3;

/// Reads the value of `name`: whole, or not at all.
pub(super) fn read(
    entries: &dyn Entries,
    name: &str,
) -> Result<Option<Secret<Vec<u8>>>, KeychainFailure> {
    let mut damage = "its parts kept changing";
    for _ in 0..ATTEMPTS {
        let Some(entry) = entries.read(name)? else {
            return Ok(None);
        };
        match Head::find(entry.expose()) {
            Found::Value => return Ok(Some(entry)),
            Found::Broken => damage = "its head is broken",
            Found::Head(head) => match gather(entries, name, &head)? {
                Ok(value) => return Ok(Some(value)),
                Err(what) => damage = what,
            },
        }
    }
    Err(KeychainFailure::Damaged(damage))
}

/// Writes `value` under `name`, in parts of at most `part` bytes (at least [`MIN_PART`]). Writers of one name must take turns.
pub(super) fn write(
    entries: &dyn Entries,
    name: &str,
    value: &[u8],
    part: usize,
) -> Result<(), KeychainFailure> {
    let part = part.max(MIN_PART);
    let used = match entries.read(name)?.map(|entry| Head::find(entry.expose())) {
        Some(Found::Head(head)) => Some(head.row),
        _ => None,
    };
    if value.len() <= part && !value.starts_with(MAGIC) {
        entries.write(name, value)?;
        tidy(entries, name, &[Row::A, Row::B]);
        return Ok(());
    }
    let row = used.map_or(Row::A, Row::other);
    clear(entries, name, row)?;
    let chunks = value.chunks(part);
    let head = Head {
        row,
        parts: chunks.len(),
        bytes: value.len(),
        checksum: checksum(value),
    };
    for (index, chunk) in chunks.enumerate() {
        entries.write(&row.part(name, index + 1), chunk)?;
    }
    entries.write(name, head.text().as_bytes())?;
    tidy(entries, name, &[row.other()]);
    Ok(())
}

/// Removes `name` and every part of it, also those that an interrupted write left.
pub(super) fn erase(entries: &dyn Entries, name: &str) -> Result<(), KeychainFailure> {
    // The head first: without it the parts mean nothing, while a head without its parts would be damage.
    entries.erase(name)?;
    clear(entries, name, Row::A)?;
    clear(entries, name, Row::B)
}

/// The value that `head` tells of, or what is wrong with it.
fn gather(
    entries: &dyn Entries,
    name: &str,
    head: &Head,
) -> Result<Result<Secret<Vec<u8>>, &'static str>, KeychainFailure> {
    let mut value = Zeroizing::new(Vec::new());
    for index in 1..=head.parts {
        match entries.read(&head.row.part(name, index))? {
            Some(part) => value.extend_from_slice(part.expose()),
            None => return Ok(Err("a part is missing")),
        }
    }
    if value.len() != head.bytes || checksum(&value) != head.checksum {
        return Ok(Err("a part is not of this value"));
    }
    Ok(Ok(Secret::new(std::mem::take(&mut *value))))
}

/// Clears rows that the head does not use. The value is kept by then, and the next write clears what this leaves.
fn tidy(entries: &dyn Entries, name: &str, rows: &[Row]) {
    for &row in rows {
        if let Err(failure) = clear(entries, name, row) {
            tracing::debug!(name, %failure, "old parts stay in the keychain until the next write");
        }
    }
}

fn clear(entries: &dyn Entries, name: &str, row: Row) -> Result<(), KeychainFailure> {
    let mut parts = 0;
    while entries.read(&row.part(name, parts + 1))?.is_some() {
        parts += 1;
    }
    (1..=parts)
        .rev()
        .try_for_each(|index| entries.erase(&row.part(name, index)))
}

/// One of the two rows of parts that an entry may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Row {
    A,
    B,
}

impl Row {
    fn other(self) -> Self {
        match self {
            Row::A => Row::B,
            Row::B => Row::A,
        }
    }

    fn letter(self) -> &'static str {
        match self {
            Row::A => "a",
            Row::B => "b",
        }
    }

    /// The name of a part; the first has index 1.
    fn part(self, name: &str, index: usize) -> String {
        format!("{name}/{}{index}", self.letter())
    }
}

/// What a head begins with. A value that begins so too is kept in parts, however short.
const MAGIC: &[u8] = b"millpond-parts-1 ";

/// What stands in the entry of a value in parts: `millpond-parts-1 <row> <parts> <bytes> <checksum>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Head {
    row: Row,
    parts: usize,
    bytes: usize,
    checksum: u64,
}

enum Found {
    Value,
    Head(Head),
    Broken,
}

impl Head {
    fn find(entry: &[u8]) -> Found {
        let Some(rest) = entry.strip_prefix(MAGIC) else {
            return Found::Value;
        };
        str::from_utf8(rest)
            .ok()
            .and_then(Self::parse)
            .map_or(Found::Broken, Found::Head)
    }

    fn parse(rest: &str) -> Option<Self> {
        let mut words = rest.split(' ');
        let head = Self {
            row: match words.next()? {
                "a" => Row::A,
                "b" => Row::B,
                _ => return None,
            },
            parts: words.next()?.parse().ok()?,
            bytes: words.next()?.parse().ok()?,
            checksum: u64::from_str_radix(words.next()?, 16).ok()?,
        };
        words.next().is_none().then_some(head)
    }

    fn text(&self) -> String {
        let Self {
            row,
            parts,
            bytes,
            checksum,
        } = self;
        let magic = String::from_utf8_lossy(MAGIC);
        format!("{magic}{} {parts} {bytes} {checksum:016x}", row.letter())
    }
}

/// FNV-1a, 64 bits: against parts of another write, not against an attacker, who would have to be in the keychain already.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests;
