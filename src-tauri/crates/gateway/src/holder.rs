//! Who holds a port: the one thing about sockets that each system tells in its own way.
//!
//! Linux: `/proc/net/tcp` names the socket's inode, `/proc/<pid>/fd` who has it (proc(5)). macOS and Windows keep this
//! behind `lsof` and `Get-NetTCPConnection`: there the command to ask with is named.

use std::net::SocketAddr;

/// Who listens there, in words for the user.
pub(crate) fn of(at: SocketAddr) -> String {
    found(at).unwrap_or_else(|| how_to_ask(at.port()))
}

#[cfg(target_os = "linux")]
fn found(at: SocketAddr) -> Option<String> {
    let inode = inode(at.port())?;
    let socket = format!("socket:[{inode}]");
    for process in std::fs::read_dir("/proc").ok()?.flatten() {
        let Ok(pid) = process.file_name().to_string_lossy().parse::<u32>() else {
            continue;
        };
        let Ok(files) = std::fs::read_dir(process.path().join("fd")) else {
            continue;
        };
        let holds = files.flatten().any(|file| {
            std::fs::read_link(file.path()).is_ok_and(|link| link.as_os_str() == socket.as_str())
        });
        if holds {
            let name = std::fs::read_to_string(process.path().join("comm")).unwrap_or_default();
            return Some(format!("held by {} (process {pid})", name.trim()));
        }
    }
    None
}

/// The inode of the socket that listens on a port. A line's second column is `address:port` in hexadecimal, its fourth
/// the state (`0A` listens), its tenth the inode.
#[cfg(target_os = "linux")]
fn inode(port: u16) -> Option<String> {
    let suffix = format!(":{port:04X}");
    ["/proc/net/tcp", "/proc/net/tcp6"].iter().find_map(|path| {
        let table = std::fs::read_to_string(path).ok()?;
        table.lines().skip(1).find_map(|line| {
            let mut columns = line.split_whitespace().skip(1);
            let local = columns.next()?;
            let state = columns.nth(1)?;
            let inode = columns.nth(5)?;
            (local.ends_with(&suffix) && state == "0A").then(|| inode.to_owned())
        })
    })
}

#[cfg(not(target_os = "linux"))]
fn found(_: SocketAddr) -> Option<String> {
    None
}

fn how_to_ask(port: u16) -> String {
    if cfg!(windows) {
        format!("held by another program; `Get-NetTCPConnection -LocalPort {port}` shows which")
    } else {
        format!("held by another program; `lsof -iTCP:{port} -sTCP:LISTEN` shows which")
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_busy_port_names_its_holder() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let told = of(listener.local_addr().unwrap());
        assert!(
            told.contains(&format!("process {}", std::process::id())),
            "{told}"
        );
    }
}
