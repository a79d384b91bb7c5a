//! The command line, as DESIGN lays it out.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use gateway::RequestId;
use provider::ProviderType;

/// One local endpoint in front of every way you have to reach language models.
#[derive(Debug, Parser)]
#[command(name = "millpond", version, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Where everything is kept.
#[derive(Debug, Clone, Args)]
pub(crate) struct Place {
    /// The folder of settings, pools and statistics [default: the system's place for application data]
    #[arg(long, global = true, env = "MILLPOND_HOME", value_name = "DIR")]
    pub(crate) home: Option<PathBuf>,
    /// Where secrets are kept: auto, keychain or file
    #[arg(long, global = true, default_value = "auto", value_name = "PLACE")]
    pub(crate) secrets: account::SecretsMode,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the proxy without a window
    Serve(Serve),
    /// List and change provider instances
    #[command(subcommand)]
    Pool(Pool),
    /// Sign in to a service that knows its users by an account
    Login(LoginArgs),
    /// Ask instances whether they are well; free of charge unless --billed
    Check(Check),
    /// Read and change settings
    #[command(subcommand)]
    Config(Config),
    /// What was asked, served and spent
    Stats(Listing),
    /// What happened to one request
    Explain(Explain),
    /// Look for what could keep Millpond from working
    Doctor(Listing),
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The address to listen on [default: 127.0.0.1]
    #[arg(long, value_name = "H")]
    pub(crate) host: Option<String>,
    /// The port; 0 takes a free one [default: 6455]
    #[arg(long, value_name = "P")]
    pub(crate) port: Option<u16>,
    /// The local key that clients must show
    #[arg(
        long,
        env = "MILLPOND_API_KEY",
        hide_env_values = true,
        value_name = "K"
    )]
    pub(crate) api_key: Option<String>,
    /// The pool to ask when nothing else names one
    #[arg(long, value_name = "T")]
    pub(crate) model_provider: Option<ProviderType>,
    /// A pools file that is used in place
    #[arg(long, value_name = "F")]
    pub(crate) provider_pools_file: Option<PathBuf>,
    /// A settings file in place of the home's config.json
    #[arg(long, value_name = "F")]
    pub(crate) config: Option<PathBuf>,
    /// Serve three built-in upstreams, so that balancing and failover can be seen without a key
    #[arg(long)]
    pub(crate) demo: bool,
    /// Show the window to this machine's browsers; its address, which opens once, stands on standard error
    #[arg(long, value_name = "DIR", num_args = 0..=1, require_equals = true)]
    pub(crate) ui: Option<Option<PathBuf>>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Pool {
    /// Every instance: its pool, name, state and counters
    List(Listing),
    /// Add an instance; its key is read from a prompt or standard input
    Add {
        /// The provider type, such as openai-custom
        #[arg(value_name = "TYPE")]
        kind: ProviderType,
        #[command(flatten)]
        fields: Fields,
    },
    /// Change an instance; with --key a new key is read from a prompt or standard input
    Edit {
        /// Its uuid, the beginning of it, or its name
        uuid: String,
        /// Read a new key
        #[arg(long)]
        key: bool,
        #[command(flatten)]
        fields: Fields,
    },
    /// Remove an instance, and its key from the vault
    Remove {
        /// Its uuid, the beginning of it, or its name
        uuid: String,
    },
    /// Let a disabled instance serve again
    Enable {
        /// Its uuid, the beginning of it, or its name
        uuid: String,
    },
    /// Keep an instance, but ask it no more
    Disable {
        /// Its uuid, the beginning of it, or its name
        uuid: String,
    },
    /// Take over the instances of another provider_pools.json, or an official client's sign-in, into the vault
    Import {
        /// The file, which stays as it is; gemini, qwen or kiro stand for that client's own in its usual place
        file: PathBuf,
    },
    /// Write all instances to a new file, without their secrets
    Export {
        /// The file; it must not exist yet
        file: PathBuf,
    },
}

/// What of an instance can be set.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Fields {
    /// What to call it
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// The upstream's address, with or without /v1
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// Its share of requests beside the others
    #[arg(long)]
    pub(crate) weight: Option<u32>,
    /// Its tier: lower numbers are asked first
    #[arg(long)]
    pub(crate) priority: Option<u32>,
    /// The most requests at once
    #[arg(long, value_name = "N")]
    pub(crate) concurrency_limit: Option<u32>,
    /// The model that a billed check asks for
    #[arg(long, value_name = "MODEL")]
    pub(crate) check_model: Option<String>,
    /// http://… or socks5h://…, or none
    #[arg(long, value_name = "URL")]
    pub(crate) proxy: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// A provider type or an instance's uuid [default: every instance]
    #[arg(value_name = "TYPE | UUID")]
    pub(crate) which: Option<String>,
    /// One real request of one token each, which costs money
    #[arg(long)]
    pub(crate) billed: bool,
    #[command(flatten)]
    pub(crate) listing: Listing,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Show one setting, or all
    Get {
        /// The setting, such as SERVER_PORT
        key: Option<String>,
        #[command(flatten)]
        listing: Listing,
    },
    /// Change a setting in config.json; comments and unknown keys stay
    Set {
        /// The setting, such as SERVER_PORT
        key: String,
        /// Its value, as JSON or plain text
        value: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// What stands in x-request-id
    pub(crate) id: RequestId,
    #[command(flatten)]
    pub(crate) listing: Listing,
}

#[derive(Debug, Args)]
pub(crate) struct LoginArgs {
    #[command(subcommand)]
    pub(crate) service: Login,
    /// Print the address or the code, open nothing, and wait
    #[arg(long, global = true)]
    pub(crate) no_browser: bool,
    /// What to call the instance [default: the account's address]
    #[arg(long, global = true)]
    pub(crate) name: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Login {
    /// Gemini Code Assist, by a Google account
    Gemini {
        /// The id of a Google Cloud project, which accounts of companies need
        #[arg(long, value_name = "ID")]
        project: Option<String>,
    },
    /// Qwen, by a code
    Qwen,
    /// Kiro
    Kiro {
        /// By which door [default: portal; builder-id with --no-browser]
        #[arg(long)]
        method: Option<Door>,
        /// idc: the company's start page, https://d-….awsapps.com/start
        #[arg(long, value_name = "U", required_if_eq("method", "idc"))]
        start_url: Option<String>,
        /// idc: its AWS region [default: us-east-1]
        #[arg(long, value_name = "R")]
        region: Option<String>,
    },
}

/// Kiro's doors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Door {
    /// Kiro's page, which offers all the others
    Portal,
    /// AWS Builder ID, by a code
    BuilderId,
    /// IAM Identity Center, by a code
    Idc,
}

/// How a listing is shown.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Listing {
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_home_belongs_to_every_command() {
        for line in [
            ["millpond", "--home", "/h", "serve"],
            ["millpond", "serve", "--home", "/h"],
        ] {
            let cli = Cli::try_parse_from(line).unwrap();
            assert_eq!(cli.place.home.as_deref(), Some("/h".as_ref()));
        }
    }
}
