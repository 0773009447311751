//! `comity demo`: the main job on an example, over HTTP, with a real model, and everything verified at the end.

mod caller;
mod story;
mod tell;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, anyhow};
use estate::{EndpointId, Estate};
use include_dir::{Dir, include_dir};
use serve::{Listener, Options, stop};

use crate::cli::{Cli, DemoArgs, Format};
use crate::loading;
use crate::running::{Parts, Running};
use crate::{system, verify};

static EXAMPLE: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../examples/retail");

pub(crate) fn run(cli: &Cli, args: &DemoArgs) -> anyhow::Result<ExitCode> {
    engine::check_processor()?;
    engine::settle_threads(NonZeroUsize::MIN).context("the engine's threads cannot be settled")?;
    let model = args.model.clone().or_else(engine::find_model).ok_or_else(|| {
        anyhow!("no model: `cargo xtask demo` gets one, or give a GGUF file of the SmolLM2 family with `--model FILE`")
    })?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let code = runtime.block_on(demo(cli, &model));
    runtime.shutdown_background();
    code
}

/// What the demo prints about itself.
pub(crate) struct Stage {
    pub(crate) estate: Arc<Estate>,
    pub(crate) ledger: PathBuf,
    pub(crate) model: PathBuf,
}

async fn demo(cli: &Cli, model: &Path) -> anyhow::Result<ExitCode> {
    let estate = Arc::new(example()?);
    let ledger =
        std::env::temp_dir().join(format!("comity-demo-{}-{}", std::process::id(), system::clock()() / 1000));
    let parts = Parts {
        law: loading::law(cli)?,
        estate: estate.clone(),
        estate_folder: PathBuf::new(),
        ledger_folder: ledger.clone(),
        closed: Vec::new(),
        versions: Vec::new(),
        model: Some(model.to_owned()),
    };
    let running = Running::start(parts).await?;
    let stage = Stage { estate, ledger, model: model.to_owned() };
    let mut told = tell::Teller::new(cli.format == Format::Json, &stage);
    let (stopper, stopping) = stop();
    let listener = Listener::bind(([127, 0, 0, 1], 0).into(), Options::default()).await?;
    let address = listener.address();
    let gateway = running.gateway.clone();
    let serving = tokio::spawn(listener.run(move |request| gateway.clone().handle(request), stopping));
    let mut receipts = Vec::new();
    for scene in story::scenes() {
        let stopped = scene.stop_first.map(str::parse::<EndpointId>).transpose()?.zip(running.seats.as_ref());
        if let Some((endpoint, seats)) = &stopped {
            seats.close(endpoint);
        }
        let reply = caller::ask(address, &scene).await?;
        if let Some((endpoint, seats)) = &stopped {
            seats.reopen(endpoint);
        }
        receipts.push((scene.key, reply.index));
        told.scene(&scene, &reply, &running.border)?;
    }
    let fetched = fetch(address, &receipts).await?;
    stopper.drain();
    serving.await?;
    running.border.ledger().clone().close().await?;
    let vkey = std::fs::read_to_string(stage.ledger.join("log.vkey"))?;
    let checked = check(&fetched, &stage.ledger, vkey.trim());
    let holds = checked.is_ok();
    told.end(&stage, fetched.len(), checked)?;
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The example estate, as built in.
fn example() -> anyhow::Result<Estate> {
    let text =
        |f: &include_dir::File<'_>| Some((f.path().to_str()?.to_owned(), f.contents_utf8()?.to_owned()));
    let files = EXAMPLE
        .files()
        .filter(|f| f.path().extension().is_some_and(|e| e == "toml"))
        .filter_map(text)
        .collect();
    Estate::from_files(files).map_err(|faults| anyhow!("{:?}", miette::Report::new(faults)))
}

async fn fetch(
    address: std::net::SocketAddr,
    receipts: &[(&str, Option<u64>)],
) -> anyhow::Result<Vec<String>> {
    let mut all = Vec::new();
    for (key, index) in receipts {
        let index = index.ok_or_else(|| anyhow!("an answer came without a receipt"))?;
        all.push(caller::receipt(address, key, index).await?);
    }
    Ok(all)
}

/// The same checks as `comity verify` makes.
fn check(receipts: &[String], ledger: &Path, vkey: &str) -> Result<ledger::verify::Report, String> {
    for receipt in receipts {
        verify::receipt(receipt, &[vkey])?;
    }
    verify::whole(ledger, &[vkey])
}
