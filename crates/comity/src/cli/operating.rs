//! The command line of whoever operates gateways.

use std::path::PathBuf;

use clap::Args;

/// See [`super::Command::Bundle`].
#[derive(Args)]
pub(crate) struct BundleArgs {
    /// The folder that the bundle is put into.
    #[arg(value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Its number, higher than that of any bundle before: replicas do not go back.
    #[arg(long, value_name = "N")]
    pub(crate) counter: u64,
    /// The file of the private key that signs; made if it is not there, with the public key beside it.
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
}

/// See [`super::Command::Seal`].
#[derive(Args)]
pub(crate) struct SealArgs {
    /// The folder.
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
    /// The file of the private key that signs; made if it is not there, with the public key beside it.
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
}

/// See [`super::Command::Status`].
#[derive(Args)]
pub(crate) struct StatusArgs {
    /// Ask this gateway only, instead of the `[[replica]]`s of the estate or the address that it listens on.
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
}

/// See [`super::Command::Shadow`].
#[derive(Args)]
pub(crate) struct ShadowArgs {
    /// Count crossings from this day on (UTC); all if absent.
    #[arg(long, value_name = "DAY")]
    pub(crate) since: Option<terms::Date>,
}

/// See [`super::Command::Stop`].
#[derive(Args)]
pub(crate) struct StopArgs {
    /// Id of an endpoint or a system.
    pub(crate) id: String,
    /// Open it again.
    #[arg(long)]
    pub(crate) reopen: bool,
    /// The reason, for the record; no personal data.
    #[arg(long, default_value = "not stated")]
    pub(crate) why: String,
    /// Folder of the ledger that the gateway writes, where the estate's files do not load or name another by now.
    #[arg(long, value_name = "DIR")]
    pub(crate) ledger: Option<PathBuf>,
    /// Only the gateway of this machine, though the estate names replicas.
    #[arg(long)]
    pub(crate) here: bool,
    /// The role or account that does it, for the record; the system user if absent.
    #[arg(long)]
    pub(crate) by: Option<String>,
}
