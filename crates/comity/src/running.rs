//! A gateway put together: ledger, border, doors, engine. What `serve` and `demo` share.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use border::{Alias, Border, BorderOptions, Closures, Serving, Target, Versions};
use estate::{Estate, Upstream};
use gateway::{Doors, Embedded, Gateway, GatewayOptions, Hands, NoEngine, Secrets};
use law::Law;
use ledger::{Ledger, LedgerOptions, Recovery};
use limits::Limits;
use serve::{ClientOptions, Health, Metrics, Otlp};

use crate::control::HandsOf;
use crate::seats::Seats;
use crate::spending::{self, Spending};
use crate::{recognizing, system};

/// Where the ledger of an estate is.
pub(crate) fn ledger_folder(estate_folder: &Path, estate: &Estate) -> PathBuf {
    estate_folder.join(&estate.gateway().ledger_folder)
}

/// Makes sure that the ledger's folder is there.
pub(crate) fn ledger_folder_made(folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("the ledger's folder `{}` cannot be made", folder.display()))
}

/// Opens the ledger in a folder, and makes it with its key on first use.
pub(crate) fn open_ledger(folder: &Path, origin: &str) -> anyhow::Result<(Ledger, Recovery)> {
    Ledger::open(ledger_options(folder, origin)?)
        .with_context(|| format!("the ledger in `{}` cannot be opened", folder.display()))
}

fn ledger_options(folder: &Path, origin: &str) -> anyhow::Result<LedgerOptions> {
    ledger_folder_made(folder)?;
    let signer = ledger::key::load_or_generate(&folder.join("log.key"), origin, ledger::key::random_seed)?;
    Ok(LedgerOptions::in_folder(folder, signer, system::clock())?)
}

/// What a gateway is put together from.
pub(crate) struct Parts {
    pub(crate) law: Arc<Law>,
    pub(crate) estate: Arc<Estate>,
    pub(crate) estate_folder: PathBuf,
    pub(crate) ledger_folder: PathBuf,
    pub(crate) closed: Vec<Target>,
    pub(crate) versions: Vec<(Alias, Serving)>,
    pub(crate) model: Option<PathBuf>,
}

/// A gateway that is ready to listen.
pub(crate) struct Running {
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) border: Arc<Border>,
    pub(crate) health: Health,
    pub(crate) seats: Option<Arc<Seats>>,
    pub(crate) recovery: Recovery,
    pub(crate) limits: Arc<Limits>,
    /// What carries out acts by hand.
    pub(crate) hands: Arc<dyn Hands>,
    /// What keeps the sum of what was spent, if money is limited and counted here.
    pub(crate) spending: Option<Spending>,
    /// What takes telemetry, if it goes anywhere.
    pub(crate) telemetry: Option<Otlp>,
}

/// Whether any endpoint needs the engine.
pub(crate) fn needs_engine(estate: &Estate) -> bool {
    estate.endpoints().any(|e| e.upstream == Upstream::Embedded)
}

impl Running {
    /// Opens the ledger, takes law and estate into force, makes doors.
    pub(crate) async fn start(parts: Parts) -> anyhow::Result<Running> {
        serve::install_crypto();
        let Parts { law, estate, estate_folder, ledger_folder, closed, versions, model } = parts;
        let entropy = system::entropy();
        let secrets = Secrets::read(&estate, &estate_folder)?;
        let mask_key = gateway::mask_key(&estate, &estate_folder, &entropy)?;
        let recognizer = recognizing::recognizer(&estate, &estate_folder)?;
        let seats = match &model {
            Some(model) => Some(Arc::new(Seats::start(model)?)),
            None => None,
        };
        if let Some(seats) = &seats {
            seats.seat_all(&estate);
        }
        let (ledger, recovery) = open_ledger(&ledger_folder, &estate.gateway().ledger_origin)?;
        let (limits, spending) = spending::limits(&estate, &estate_folder, (&ledger, &ledger_folder)).await?;
        let clock = system::clock();
        let closures = Closures::starting_with(closed);
        let versions = Versions::starting_with(versions);
        let entropy_of_border = entropy.clone();
        let options =
            BorderOptions { law, estate, ledger, clock, entropy: entropy_of_border, closures, versions };
        let border = Arc::new(Border::open(options).await?);
        let hands: Arc<dyn Hands> = Arc::new(HandsOf::new(border.clone(), &ledger_folder));
        let embedded: Arc<dyn Embedded> = match &seats {
            Some(seats) => seats.clone(),
            None => Arc::new(NoEngine),
        };
        let doors = Doors::new(&ClientOptions::default(), embedded, secrets)?;
        let health = Health::new();
        let metrics = Metrics::new("comity");
        let telemetry = gateway::telemetry(&border, &estate_folder, &metrics)?;
        let options = GatewayOptions {
            border: border.clone(),
            doors,
            entropy,
            metrics,
            health: health.clone(),
            mask_key,
            recognizer,
            limits: limits.clone(),
            hands: hands.clone(),
            telemetry: telemetry.clone(),
        };
        Ok(Running {
            gateway: Gateway::new(options),
            border,
            health,
            seats,
            recovery,
            limits,
            hands,
            spending,
            telemetry,
        })
    }
}
