//! What the application costs: printed, and held below limits that a broken build would exceed.

use std::time::{Duration, Instant};

use serde_json::Value;
use tests::wait;

use crate::app::{App, PATIENCE, home};
use crate::panel::Panel;

/// Long enough to tell a busy loop from rest.
const WATCHED: Duration = Duration::from_secs(5);

/// The processes of an application: itself and those below it.
pub(crate) fn family(pid: u32) -> Vec<u32> {
    let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
    let children = children.unwrap_or_default();
    let below = children
        .split_whitespace()
        .flat_map(|child| family(child.parse().unwrap()));
    std::iter::once(pid).chain(below).collect()
}

/// Resident memory in MB, shared pages once.
fn memory(pid: u32) -> f64 {
    let of = |pid: u32| {
        let rollup =
            std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
        let line = rollup.lines().find(|line| line.starts_with("Pss:"));
        let kb = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
        kb.unwrap_or_default() / 1024.0
    };
    family(pid).into_iter().map(of).sum()
}

/// Processor time in hundredths of a second.
fn ticks(pid: u32) -> u64 {
    let of = |pid: u32| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let after = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        let fields: Vec<u64> = after
            .split_whitespace()
            .skip(11)
            .take(2)
            .map_while(|n| n.parse().ok())
            .collect();
        fields.iter().sum::<u64>()
    };
    family(pid).into_iter().map(of).sum()
}

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: cargo xtask desktop"]
async fn r2_r3_the_hidden_application_rests_and_keeps_no_web_view() {
    let mut panel = Panel::open().await;
    let begun = Instant::now();
    let app = App::start(home(&Value::Null), &["--hidden"]);
    let item = panel.item().await;
    let ready = begun.elapsed();
    let pid = app.pid();
    let views = || family(pid).len() - 1;
    assert_eq!(views(), 0, "a web view without a window");
    let hidden = memory(pid);
    let before = ticks(pid);
    tokio::time::sleep(WATCHED).await;
    let idle = ticks(pid) - before;
    item.click("Open Millpond").await;
    wait::until("a web view", PATIENCE, || views() > 0).await;
    tokio::time::sleep(WATCHED).await;
    let shown = memory(pid);
    eprintln!(
        "measured: tray ready {} ms, memory {hidden:.0} MB hidden and {shown:.0} MB with the window, \
         {idle} ticks of 10 ms in {WATCHED:?} at rest",
        ready.as_millis()
    );
    assert!(idle < 25, "{idle} ticks at rest");
    item.click("Quit Millpond").await;
    app.ended().await;
}
