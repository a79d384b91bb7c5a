//! What Linux tells about a process: proc(5).

use std::path::PathBuf;

use crate::bench::failed::Failed;

/// Ticks a second in `/proc/PID/stat`; the same on every Linux that Rust's std runs on.
const TICKS: f64 = 100.0;

/// What a process holds in memory, in MB of 10^6 bytes.
#[derive(Debug, Clone, Copy, Default, serde::Serialize, serde::Deserialize)]
pub(crate) struct Memory {
    /// Resident, shared pages included.
    pub(crate) resident: f64,
    /// Proportional: a page that n processes share counts an n-th.
    pub(crate) proportional: f64,
}

/// User and system time since the process began, in seconds.
pub(crate) fn cpu_seconds(pid: u32) -> Result<f64, Failed> {
    let stat = read(pid, "stat")?;
    // The name stands in brackets and may hold blanks: fields are counted behind it.
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    let ticks = |at: usize| fields.get(at).and_then(|word| word.parse::<f64>().ok());
    match (ticks(11), ticks(12)) {
        (Some(user), Some(system)) => Ok((user + system) / TICKS),
        _ => Err(unread(pid, "stat")),
    }
}

/// What the processes hold together.
pub(crate) fn memory(pids: &[u32]) -> Result<Memory, Failed> {
    let mut sum = Memory::default();
    for pid in pids {
        let rollup = read(*pid, "smaps_rollup")?;
        let of = |name: &str| {
            rollup
                .lines()
                .find_map(|line| line.strip_prefix(name)?.trim().strip_suffix(" kB"))
                .and_then(|number| number.trim().parse::<f64>().ok())
                .map(|kilobytes| kilobytes * 1024.0 / 1e6)
                .ok_or_else(|| unread(*pid, "smaps_rollup"))
        };
        sum.resident += of("Rss:")?;
        sum.proportional += of("Pss:")?;
    }
    Ok(sum)
}

/// A process and its children.
pub(crate) fn family(pid: u32) -> Result<Vec<u32>, Failed> {
    let children = read(pid, &format!("task/{pid}/children"))?;
    let children = children
        .split_whitespace()
        .filter_map(|word| word.parse().ok());
    Ok(std::iter::once(pid).chain(children).collect())
}

/// The cores that this process may use.
pub(crate) fn cores() -> Result<Vec<usize>, Failed> {
    let status = read(std::process::id(), "status")?;
    let list = status
        .lines()
        .find_map(|line| line.strip_prefix("Cpus_allowed_list:"))
        .ok_or_else(|| unread(std::process::id(), "status"))?;
    Ok(list.trim().split(',').flat_map(range).collect())
}

fn range(text: &str) -> std::ops::Range<usize> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (first.parse::<usize>(), last.parse::<usize>()) {
        (Ok(first), Ok(last)) => first..last + 1,
        _ => 0..0,
    }
}

fn path(pid: u32, file: &str) -> PathBuf {
    PathBuf::from(format!("/proc/{pid}/{file}"))
}

fn read(pid: u32, file: &str) -> Result<String, Failed> {
    let path = path(pid, file);
    std::fs::read_to_string(&path).map_err(|source| Failed::File { path, source })
}

fn unread(pid: u32, file: &str) -> Failed {
    Failed::File {
        path: path(pid, file),
        source: std::io::ErrorKind::InvalidData.into(),
    }
}
