//! The command line, as clap reads it. What stands here is also the reference under `docs/`.

use std::path::PathBuf;

use clap::parser::ValueSource;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

mod content;
mod export;
mod law;
mod model;
mod operating;

pub(crate) use content::{ExplainArgs, MaskArgs};
pub(crate) use export::{EgressArgs, Export, Filter};
pub(crate) use law::{
    ClaimArg, LawCalendarArgs, LawCheckArgs, LawCompareArgs, LawDiffArgs, LawGoldenArgs, LawListArgs,
    LawProveArgs, LawQuestion, LawShowArgs,
};
pub(crate) use model::{ModelAct, ModelArgs, PromoteArgs, RollbackArgs, WhoArgs};
pub(crate) use operating::{BundleArgs, SealArgs, ShadowArgs, StatusArgs, StopArgs};

/// The control plane for sovereign AI: every crossing ruled on, made lawful where possible, recorded so that anyone can verify it.
#[derive(Parser)]
#[command(name = "comity", version, max_term_width = 100, propagate_version = true)]
pub(crate) struct Cli {
    /// Folder of the estate.
    #[arg(short = 'C', long = "estate", global = true, default_value = ".", value_name = "DIR")]
    pub(crate) estate: PathBuf,
    /// Whether the user named that folder.
    #[arg(skip)]
    pub(crate) estate_named: bool,
    /// Folder of rulebooks to use instead of the built-in ones.
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) law: Option<PathBuf>,
    /// What output looks like.
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What output looks like.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

impl Cli {
    /// Reads the arguments of this process; help, version and mistakes end it.
    pub(crate) fn of_process() -> Cli {
        let matches = Cli::command().get_matches();
        let mut cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
        cli.estate_named = matches.value_source("estate") == Some(ValueSource::CommandLine);
        cli
    }
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Show the main job on an example: a retailer in five countries, real requests, real law, receipts verified at the end.
    #[command(after_help = "Example:\n  comity demo --model SmolLM2-135M-Instruct.Q8_0.gguf")]
    Demo(DemoArgs),
    /// Run the inference gateway of an estate until SIGTERM; SIGHUP reloads law and estate.
    #[command(after_help = "Example:\n  comity serve -C examples/retail")]
    Serve(ServeArgs),
    /// Ask what the law says of a flow.
    #[command(
        after_help = "Examples:\n  comity rule --subject DE --export-from DE --to IN --vendor-hq IN --owner IN --data health --purpose inference\n  \
        comity rule --jsonl --as-of 2024-03-21 < flows.jsonl > rulings.jsonl"
    )]
    Rule(Box<RuleArgs>),
    /// Show how one use of AI stands in every jurisdiction: free, human review, conditional, prior approval, undecided, prohibited.
    #[command(
        after_help = "Examples:\n  comity matrix --purpose dynamic_pricing --data behavioural,identity_basic --to US --vendor US --html pricing.html\n  \
        comity matrix --system support-eu -C examples/retail"
    )]
    Matrix(Box<MatrixArgs>),
    /// Check receipts and ledgers offline, trusting only public keys.
    #[command(
        after_help = "Examples:\n  comity verify --vkey ledger/log.vkey receipt.json\n  comity verify --vkey ledger/log.vkey --ledger ledger"
    )]
    Verify(VerifyArgs),
    /// Check that estate and law load; report every fault. Exits 0 if clean, 1 with findings, 2 on unusable input.
    #[command(after_help = "Example:\n  comity check -C examples/retail")]
    Check,
    /// Show where a system's requests may run, in order, and why not elsewhere. Sends nothing.
    #[command(after_help = "Examples:\n  comity explain support-eu -C examples/retail --subject FR\n  \
        comity explain support-eu -C examples/retail --request request.json --path /v1/messages")]
    Explain(ExplainArgs),
    /// Replace identifiers in a text with pseudonyms, or undo that. Text in and out; findings on standard error. Sends nothing.
    #[command(
        after_help = "Examples:\n  comity mask --country DE --map letter.map < letter.txt > masked.txt\n  \
        comity mask --restore letter.map < answer.txt\n  \
        echo '{\"id\": 1, \"text\": \"Write to zoe@example.org\"}' | comity mask --jsonl"
    )]
    Mask(MaskArgs),
    /// Ask the law itself, not of one flow.
    #[command(after_help = "Example:\n  comity law list jp")]
    Law {
        /// What to ask.
        #[command(subcommand)]
        question: LawQuestion,
    },
    /// Write what the estate says in the form that another program takes. Sends nothing.
    #[command(after_help = "Example:\n  comity export egress --for cilium -C examples/retail > egress.yaml")]
    Export {
        /// What to write.
        #[command(subcommand)]
        what: Export,
    },
    /// Close an endpoint or a system at once, or open it again. Running gateways obey at once.
    #[command(after_help = "Example:\n  comity stop rhein-frankfurt -C examples/retail --why 'incident 42'")]
    Stop(StopArgs),
    /// Show, promote and roll back the versions of a model name. Running gateways obey at once.
    #[command(after_help = "Example:\n  comity model promote assistant 2025-11-01 --share 10 -C ESTATE")]
    Model {
        /// What to do.
        #[command(subcommand)]
        act: ModelAct,
    },
    /// Show what a trial (`[[shadow]]`) has shown: which crossings the law would have refused or had elsewhere, and why.
    #[command(after_help = "Example:\n  comity shadow -C examples/retail --since 2026-11-01")]
    Shadow(ShadowArgs),
    /// Sign estate, law and the versions in service as one bundle, for replicas to run by.
    #[command(after_help = "Example:\n  comity bundle out --counter 42 --key bundle.key -C ESTATE\n  \
        comity serve --bundle out --bundle-key bundle.vkey -C /etc/comity")]
    Bundle(BundleArgs),
    /// Sign the files of a folder, to carry it to where there is no network; `comity verify --sealed` checks it there.
    #[command(
        after_help = "Examples:\n  comity seal comity-archive --key seal.key\n  comity verify --sealed comity-archive --vkey seal.vkey"
    )]
    Seal(SealArgs),
    /// Show by which estate and law each running gateway rules, and what is closed there. Exits 1 unless all run these files.
    #[command(after_help = "Example:\n  COMITY_MANAGER_KEY=... comity status -C ESTATE")]
    Status(StatusArgs),
    /// Print reference documentation as Markdown.
    #[command(hide = true)]
    Docs {
        /// Which.
        what: Reference,
    },
}

/// A reference made from code.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Reference {
    /// The command line.
    Cli,
    /// The estate's files.
    Config,
    /// The words of flows and rules.
    Words,
}

#[derive(Args)]
pub(crate) struct DemoArgs {
    /// The model file (GGUF, SmolLM2 family); otherwise COMITY_MODEL, or the one in the cache folder.
    #[arg(long, value_name = "FILE")]
    pub(crate) model: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct ServeArgs {
    /// The model file for embedded endpoints; otherwise COMITY_MODEL, or the one in the cache folder.
    #[arg(long, value_name = "FILE")]
    pub(crate) model: Option<PathBuf>,
    /// Address to listen on instead of the estate's; port 0 takes a free one.
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: Option<std::net::SocketAddr>,
    /// What log lines look like.
    #[arg(long, value_enum, default_value_t = LogLines::Human)]
    pub(crate) logs: LogLines,
    /// Load law and estate again when a file of theirs changes, without SIGHUP.
    #[arg(long)]
    pub(crate) watch: bool,
    /// Run by the signed bundle in this folder or at this address, and by every newer one; the estate's folder then has only
    /// `[gateway]` and `[[ledger]]`.
    #[arg(long, value_name = "DIR|URL", conflicts_with = "watch")]
    pub(crate) bundle: Option<String>,
    /// The public key that bundles are signed by, or a file with it.
    #[arg(long, value_name = "VKEY")]
    pub(crate) bundle_key: Option<String>,
    /// Take only the bundle with this SHA-256.
    #[arg(long, value_name = "SHA256")]
    pub(crate) bundle_pin: Option<String>,
}

/// What log lines look like.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogLines {
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}

#[derive(Args)]
pub(crate) struct RuleArgs {
    /// Read one flow a line as JSON from standard input; write one ruling a line.
    #[arg(long)]
    pub(crate) jsonl: bool,
    /// The day to rule for; today if absent. A flow's own `as_of` goes first.
    #[arg(long, value_name = "DAY")]
    pub(crate) as_of: Option<terms::Date>,
    /// Rule by what was known on this day.
    #[arg(long, value_name = "DAY")]
    pub(crate) known_at: Option<terms::Date>,
    /// Argue: what bites and why, what meets it, what is missing and what each value of it would give, what else would be lawful.
    #[arg(long)]
    pub(crate) explain: bool,
    /// Take no default in the exporter's favor, as a border does.
    #[arg(long)]
    pub(crate) strict: bool,
    /// Where the people live that the data are about; may be repeated.
    #[arg(long, value_name = "PLACE", value_delimiter = ',')]
    pub(crate) subject: Vec<String>,
    /// Where the exporter makes the data available from.
    #[arg(long, value_name = "PLACE", value_delimiter = ',')]
    pub(crate) export_from: Vec<String>,
    #[command(flatten)]
    pub(crate) flow: FlowArgs,
}

/// What a flow is, but for whose data they are and where they leave from.
#[derive(Args)]
pub(crate) struct FlowArgs {
    /// Where the importer stores or processes.
    #[arg(long, value_name = "PLACE", value_delimiter = ',')]
    pub(crate) to: Vec<String>,
    /// Seat of the importer.
    #[arg(long, visible_alias = "vendor", value_name = "PLACE", value_delimiter = ',')]
    pub(crate) vendor_hq: Vec<String>,
    /// Seat of its ultimate owner.
    #[arg(long, value_name = "PLACE", value_delimiter = ',')]
    pub(crate) owner: Vec<String>,
    /// Categories of data.
    #[arg(long, value_name = "CATEGORY", value_delimiter = ',')]
    pub(crate) data: Vec<String>,
    /// Form of the data.
    #[arg(long, value_name = "FORM")]
    pub(crate) form: Option<String>,
    /// Purposes.
    #[arg(long, value_name = "PURPOSE", value_delimiter = ',')]
    pub(crate) purpose: Vec<String>,
    /// How many persons (see the fact `volume_unit`) within the fact `volume_window`.
    #[arg(long, value_name = "N")]
    pub(crate) volume: Option<u64>,
    /// Safeguards that are held, such as scc:EU.
    #[arg(long, value_name = "SAFEGUARD", value_delimiter = ',')]
    pub(crate) safeguard: Vec<String>,
    /// Further facts, as KEY=VALUE; a comma makes a list, and nothing at all an empty one.
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) fact: Vec<String>,
}

#[derive(Args)]
pub(crate) struct MatrixArgs {
    /// A system of the estate: for people of each jurisdiction, on the best endpoint that it may use.
    #[arg(long, value_name = "ID", conflicts_with_all = ["flow", "FlowArgs"])]
    pub(crate) system: Option<String>,
    /// A file with the JSON form of a flow; people and exporter are in each jurisdiction in turn, whatever it says of them.
    /// Flags go before what the file says.
    #[arg(long, value_name = "FILE")]
    pub(crate) flow: Option<PathBuf>,
    /// The day; today if absent.
    #[arg(long, value_name = "DAY")]
    pub(crate) as_of: Option<terms::Date>,
    /// Write a page with a world map to this file: one file, to be opened in a browser, that needs no network.
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) facts: FlowArgs,
}

#[derive(Args)]
pub(crate) struct VerifyArgs {
    /// Receipts: JSON as the gateway gives them, with `entry` and `proof`.
    #[arg(value_name = "RECEIPT")]
    pub(crate) receipts: Vec<PathBuf>,
    /// A public key to trust, or a file that holds one; may be repeated. Otherwise the keys that the estate declares.
    #[arg(long, value_name = "KEY|FILE")]
    pub(crate) vkey: Vec<String>,
    /// A whole ledger to check: signature, every entry, tiles, and that each admission has its outcome.
    #[arg(long, value_name = "DIR")]
    pub(crate) ledger: Option<PathBuf>,
    /// A sealed folder to check: that no file was changed, is missing or was added.
    #[arg(long, value_name = "DIR")]
    pub(crate) sealed: Option<PathBuf>,
    /// The bytes that crossed, to be held against the digest in the one receipt given.
    #[arg(long, value_name = "FILE", requires = "salt")]
    pub(crate) body: Option<PathBuf>,
    /// The salt that came with the receipt (`x-comity-salt`).
    #[arg(long, value_name = "HEX", requires = "body")]
    pub(crate) salt: Option<String>,
}
