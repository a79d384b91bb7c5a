//! nginx as what it is measured as: one worker, kept connections on both sides, no buffering, its access log on.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::{Peer, Watched, Who};
use crate::bench::failed::Failed;
use crate::bench::process::Process;
use crate::bench::rig::{READY, Rig};

pub(super) fn start(rig: &Rig, folder: &Path) -> Result<Peer, Failed> {
    let program = rig.nginx.as_deref().ok_or(Failed::Missing {
        program: "nginx",
        package: "nginx-light",
    })?;
    let at = free_address()?;
    let settings = folder.join("nginx.conf");
    std::fs::write(&settings, written(rig, folder, at)).map_err(|source| Failed::File {
        path: settings.clone(),
        source,
    })?;
    let log = folder.join("nginx.log");
    let settings = settings.to_string_lossy();
    let errors = folder.join("error.log");
    let words = ["-c", &settings, "-e", &errors.to_string_lossy()];
    let mut process = Process::start("nginx", rig.proxy_core, program, &words, Some(&log))?;
    let begun = Instant::now();
    while TcpStream::connect(at).is_err() {
        process.alive()?;
        if begun.elapsed() > READY {
            return Err(process.late(READY));
        }
        thread::sleep(Duration::from_millis(1));
    }
    Ok(Peer {
        who: Who::Nginx,
        at,
        key: None,
        verbatim: true,
        watched: Watched::Own(process),
    })
}

/// nginx cannot take a free port by itself; nobody else is likely to take this one in the moment between.
fn free_address() -> Result<SocketAddr, Failed> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

fn written(rig: &Rig, folder: &Path, at: SocketAddr) -> String {
    let folder = folder.display();
    let servers: String = rig
        .doors
        .good
        .iter()
        .map(|door| format!("        server {door};\n"))
        .collect();
    format!(
        "daemon off;
worker_processes 1;
worker_rlimit_nofile 8192;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{
    worker_connections 8192;
}}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    client_body_buffer_size 64k;
    keepalive_requests 100000000;
    tcp_nodelay on;
    upstream fake {{
{servers}        keepalive 1024;
        keepalive_requests 100000000;
    }}
    server {{
        listen {at} backlog=4096;
        location / {{
            proxy_pass http://fake;
            proxy_http_version 1.1;
            proxy_set_header Connection \"\";
            proxy_buffering off;
            proxy_read_timeout 300s;
        }}
    }}
}}
"
    )
}
