//! The command line.

use std::path::PathBuf;

use clap::Parser;

/// One local endpoint in front of every way you have to reach language models, in the tray.
#[derive(Debug, Clone, Parser)]
#[command(name = "millpond-app", version)]
pub(crate) struct Args {
    /// The folder of settings, pools and statistics [default: the system's place for application data]
    #[arg(long, env = "MILLPOND_HOME", value_name = "DIR")]
    pub(crate) home: Option<PathBuf>,
    /// Where secrets are kept: auto, keychain or file
    #[arg(long, default_value = "auto", value_name = "PLACE")]
    pub(crate) secrets: account::SecretsMode,
    /// Start in the tray, without the window
    #[arg(long)]
    pub(crate) hidden: bool,
}

impl Args {
    /// What a start with the session is given.
    pub(crate) fn at_login(&self) -> Vec<String> {
        let mut words = vec!["--hidden".to_owned()];
        if let Some(home) = &self.home {
            let home = std::path::absolute(home).unwrap_or_else(|_| home.clone());
            words.extend(["--home".to_owned(), home.display().to_string()]);
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Args::command().debug_assert();
    }

    #[test]
    fn a_start_with_the_session_is_hidden_and_keeps_the_home() {
        let args = Args::try_parse_from(["millpond-app", "--home", "/h"]).unwrap();
        assert_eq!(args.at_login(), ["--hidden", "--home", "/h"]);
    }
}
