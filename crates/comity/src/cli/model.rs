//! The command line of model names and their versions.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// What is to be known of or done with the versions of a model name.
#[derive(Subcommand)]
pub(crate) enum ModelAct {
    /// Show which version serves, and who put which one in service when and why, out of the verified ledger.
    #[command(after_help = "Example:\n  comity model history assistant -C ESTATE")]
    History(ModelArgs),
    /// Put a version in service, for all requests or for a share of the conversations.
    #[command(
        after_help = "Examples:\n  comity model promote assistant 2025-11-01 --share 10 --why 'first look' -C ESTATE\n  \
        comity model promote assistant 2025-11-01 --why 'a week without complaints' -C ESTATE"
    )]
    Promote(PromoteArgs),
    /// Take the version that serves a share out of service, or else put the one back that served before.
    #[command(after_help = "Example:\n  comity model rollback assistant --why 'incident 43' -C ESTATE")]
    Rollback(RollbackArgs),
}

/// A model name.
#[derive(Args)]
pub(crate) struct ModelArgs {
    /// The model name, or `SYSTEM/NAME` where several systems have it.
    pub(crate) alias: String,
}

/// See [`ModelAct::Promote`].
#[derive(Args)]
pub(crate) struct PromoteArgs {
    #[command(flatten)]
    pub(crate) model: ModelArgs,
    /// The version, as the estate lists it.
    #[arg(id = "to", value_name = "VERSION")]
    pub(crate) version: String,
    /// The share of conversations that it gets, in percent; all if absent.
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(1..=99))]
    pub(crate) share: Option<u8>,
    #[command(flatten)]
    pub(crate) who: WhoArgs,
}

/// See [`ModelAct::Rollback`].
#[derive(Args)]
pub(crate) struct RollbackArgs {
    #[command(flatten)]
    pub(crate) model: ModelArgs,
    #[command(flatten)]
    pub(crate) who: WhoArgs,
}

/// Who does it, and why.
#[derive(Args)]
pub(crate) struct WhoArgs {
    /// The reason, for the record; no personal data.
    #[arg(long, default_value = "not stated")]
    pub(crate) why: String,
    /// The role or account that does it, for the record; the system user if absent.
    #[arg(long)]
    pub(crate) by: Option<String>,
    /// Folder of the ledger that the gateway writes, where the estate's files do not load or name another by now.
    #[arg(long, value_name = "DIR")]
    pub(crate) ledger: Option<PathBuf>,
    /// Only the gateway of this machine, though the estate names replicas.
    #[arg(long)]
    pub(crate) here: bool,
}
