//! `millpond login`: signs in to a service, by the engine that runs or by this program.
//!
//! - `session`: who plays the sign-in; `shown`: what of it is printed.

mod session;
mod shown;

use std::time::Duration;

use account::sign_in::{KiroMethod, Step, Way};
use gateway::home::Home;
use tokio::sync::mpsc;

use crate::args::{Door, Login, LoginArgs, Place};
use crate::failed::Failed;
use session::Session;
use shown::Shown;

/// How often a sign-in is looked at.
const LOOK: Duration = Duration::from_millis(200);

/// Signs in, and says as whom.
pub(crate) async fn run(place: &Place, args: LoginArgs) -> Result<(), Failed> {
    let home = Home::resolve(place.home.clone())?;
    let session = Session::begin(&home, place, way(&args), args.name.clone()).await?;
    let mut shown = Shown::new(!args.no_browser);
    let mut lines = lines();
    loop {
        let sign_in = session.now().await?;
        shown.show(&sign_in.step);
        match sign_in.step {
            Step::Done { .. } => return Ok(()),
            Step::Failed { failure } => return Err(Failed::SignIn(Box::new(failure))),
            step => {
                tokio::select! {
                    Some(line) = lines.recv() => {
                        if step.takes_paste()
                            && let Err(bad) = session.paste(&line).await
                        {
                            eprintln!("millpond: {bad}");
                        }
                    }
                    () = tokio::time::sleep(LOOK) => {}
                    _ = tokio::signal::ctrl_c() => session.cancel().await,
                }
            }
        }
    }
}

fn way(args: &LoginArgs) -> Way {
    match &args.service {
        Login::Gemini { project } => Way::Gemini {
            project: project.clone(),
        },
        Login::Qwen => Way::Qwen,
        Login::Kiro {
            method,
            start_url,
            region,
        } => {
            let default = match args.no_browser {
                true => Door::BuilderId,
                false => Door::Portal,
            };
            Way::Kiro {
                method: match method.unwrap_or(default) {
                    Door::Portal => KiroMethod::Portal,
                    Door::BuilderId => KiroMethod::BuilderId,
                    Door::Idc => KiroMethod::Idc,
                },
                start_url: start_url.clone(),
                region: region.clone(),
            }
        }
    }
}

/// Lines of standard input, each an address that somebody has pasted. Its end says nothing.
fn lines() -> mpsc::Receiver<String> {
    let (to, from) = mpsc::channel(4);
    // Reading blocks for as long as nobody types; the thread ends with the program.
    std::thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            if !line.trim().is_empty() && to.blocking_send(line).is_err() {
                return;
            }
        }
        // Kept open: a closed channel would be ready all the time.
        std::thread::park();
        drop(to);
    });
    from
}
