//! What a package brings beside the application: the command, and the window for browsers.

use std::process::Stdio;

use serde_json::Value;
use tests::client::Request;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;

use crate::app::{PATIENCE, home, program, words};

#[tokio::test]
#[ignore = "needs an installed package: cargo xtask test"]
async fn the_installed_command_shows_the_window_to_browsers() {
    let home = home(&Value::Null);
    let mut child = Command::new(program().with_file_name("millpond"))
        .args(["serve", "--ui"])
        .args(words(home.path()))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let way_in = async {
        loop {
            let line = lines.next_line().await.unwrap().expect("a way in");
            if let Some(way_in) = line.strip_prefix("window: http://") {
                return way_in.to_owned();
            }
        }
    };
    let way_in = tokio::time::timeout(PATIENCE, way_in)
        .await
        .expect("a way in");
    let (at, path) = way_in.split_once('/').unwrap();
    let at = at.parse().unwrap();
    let entered = Request::get(at, &format!("/{path}")).send().await;
    let cookie = entered
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let index = Request::get(at, "/control/ui/")
        .header("cookie", &cookie)
        .send()
        .await;
    assert_eq!(index.status, 200);
    assert!(
        index.text().contains("<script type=\"module\""),
        "{}",
        index.text()
    );
}
