//! Runs a case of a test file in a process of its own: the test binary again, told by the environment what to do.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

const CASE: &str = "MILLPOND_TEST_CASE";
const HOME: &str = "MILLPOND_TEST_HOME";

/// After this long a child is hung, and ends itself.
const HUNG: Duration = Duration::from_secs(60);

/// A child that runs `case` on `home`. The test file must have a test `in_child` that calls [`run_case`].
///
/// It is a session with no keychain in reach: what `wrapper` (`dbus-run-session --`, say) or the caller adds is all there is.
pub(crate) fn child(wrapper: &[&OsStr], case: &str, home: &Path) -> Command {
    let this = std::env::current_exe().unwrap();
    let mut words = wrapper.iter().copied().chain([this.as_os_str()]);
    let mut command = Command::new(words.next().unwrap());
    command
        .args(words)
        .args(["--exact", "in_child", "--nocapture"])
        .env(CASE, case)
        .env(HOME, home)
        .env("HOME", home)
        .env("XDG_RUNTIME_DIR", home)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    for session in [
        "DBUS_SESSION_BUS_ADDRESS",
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "XDG_DATA_HOME",
        "XDG_CONFIG_HOME",
    ] {
        command.env_remove(session);
    }
    command
}

/// In the child: runs the case it was started for. In the parent's own round of tests: nothing.
pub(crate) fn run_case(run: impl AsyncFn(&str, PathBuf) + Send + 'static) {
    let (Ok(case), Some(home)) = (std::env::var(CASE), std::env::var_os(HOME)) else {
        return;
    };
    let (done, end) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(run(&case, home.into()));
        drop(runtime);
        let _ = done.send(());
    });
    match end.recv_timeout(HUNG) {
        Ok(()) => {}
        Err(mpsc::RecvTimeoutError::Disconnected) => panic!("the case failed: see above"),
        Err(mpsc::RecvTimeoutError::Timeout) => {
            eprintln!("the case hangs");
            std::process::exit(3);
        }
    }
}

/// Prints a line for the parent.
#[expect(clippy::print_stdout, reason = "the way to the parent")]
pub(crate) fn tell(line: &str) {
    println!("TOLD {line}");
}

/// What a child [told](tell), if this line of its output is such.
pub(crate) fn told(line: &str) -> Option<&str> {
    // libtest may have begun the line with the name of the test.
    line.split_once("TOLD ").map(|(_, told)| told)
}
