//! `comity serve`: the gateway of an estate, until it is told to stop.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use estate::Estate;
use gateway::Secrets;
use serve::{Condition, Listener, Options, Stop, init_telemetry, on_signals, stop};

use crate::cli::{Cli, LogLines, ServeArgs};
use crate::closed::ClosedFile;
use crate::control;
use crate::loading;
use crate::running::{Parts, Running, ledger_folder, needs_engine};
use crate::service_manager;
use crate::source::{Loaded, Source};
use crate::spending;
use crate::telling::{LAST_FLUSH, Telling};
use crate::versions_file::VersionsFile;

pub(crate) fn run(cli: &Cli, args: &ServeArgs) -> anyhow::Result<ExitCode> {
    engine::check_processor()?;
    engine::settle_threads(NonZeroUsize::MIN).context("the engine's threads cannot be settled")?;
    let format = if args.logs == LogLines::Json { serve::LogFormat::Json } else { serve::LogFormat::Human };
    init_telemetry(format, &std::env::var("COMITY_LOG").unwrap_or_else(|_| "info".to_owned()))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let code = runtime.block_on(serve(cli, args));
    // A generation under way may not hold up the end.
    runtime.shutdown_background();
    code
}

async fn serve(cli: &Cli, args: &ServeArgs) -> anyhow::Result<ExitCode> {
    let (stopper, stopping) = stop();
    let reloads = on_signals(stopper)?;
    serve::install_crypto();
    let mut source = Source::of(cli, args)?;
    let Loaded { law, estate, versions: given } = source.load(cli).await?;
    let folder = ledger_folder(&cli.estate, &estate);
    let closed = ClosedFile::beside(&folder);
    let versions = VersionsFile::beside(&folder);
    let parts = Parts {
        law,
        closed: closed.read()?,
        versions: given.map_or_else(|| versions.read(), Ok)?,
        model: model(args, &estate),
        estate_folder: cli.estate.clone(),
        ledger_folder: folder.clone(),
        estate: estate.clone(),
    };
    let mut running = Running::start(parts).await?;
    if let Some(spending) = running.spending.take() {
        tokio::spawn(spending.keep());
    }
    let running = Arc::new(running);
    if !running.recovery.abandoned.is_empty() {
        tracing::warn!(
            crossings = running.recovery.abandoned.len(),
            "crossings of an earlier run had no end and are recorded as abandoned"
        );
    }
    let orders = control::listen(&folder)?;
    let listeners = bind(args, &estate).await?;
    let current = running.health.condition("law-and-estate");
    current.ready();
    tell_of_trials(&running, &estate);
    let telling = Arc::new(Telling::new(running.border.clone(), running.health.clone()));
    if running.telemetry.is_some() {
        telling.rule().await;
        tokio::spawn(telling.clone().watch());
    }
    let ledger = running.health.condition("ledger");
    ledger.ready();
    if running.seats.is_none() && needs_engine(&estate) {
        let engine = running.health.condition("engine");
        engine.unready("no model: embedded endpoints do not answer; give one with --model, or run `cargo xtask demo` once");
    }
    tokio::spawn(control::obey(orders, running.hands.clone()));
    tokio::spawn(watch_ledger(running.clone(), ledger));
    if estate.budgets().store.is_some() {
        tokio::spawn(watch_limits(running.clone(), running.health.condition("limits")));
    }
    service_manager::started();
    let serving = listen(listeners, &running, &stopping);
    tokio::pin!(serving);
    loop {
        tokio::select! {
            cut = &mut serving => return end(&running, &folder, cut).await,
            () = reloads.next() => {}
            () = source.news(cli) => {}
        }
        let loaded = source.load(cli).await;
        reload(cli, &running, &estate, (loaded, &current)).await;
        telling.rule().await;
    }
}

fn model(args: &ServeArgs, estate: &Estate) -> Option<std::path::PathBuf> {
    if needs_engine(estate) { args.model.clone().or_else(engine::find_model) } else { None }
}

async fn bind(args: &ServeArgs, estate: &Estate) -> anyhow::Result<Vec<Listener>> {
    let addresses: Vec<SocketAddr> =
        args.listen.map_or_else(|| estate.gateway().listen.clone(), |one| vec![one]);
    let mut listeners = Vec::new();
    for address in addresses {
        let gateway = estate.gateway();
        let options = Options {
            header_read_timeout: gateway.header_deadline,
            drain_deadline: gateway.drain_deadline,
            ..Options::default()
        };
        let listener = Listener::bind(address, options).await?;
        tracing::info!(address = %listener.address(), estate = estate.organization().name.as_ref(), "listening");
        listeners.push(listener);
    }
    Ok(listeners)
}

/// Serves on every address until told to stop; gives how many connections were cut.
async fn listen(listeners: Vec<Listener>, running: &Running, stopping: &Stop) -> usize {
    let mut all = tokio::task::JoinSet::new();
    for listener in listeners {
        let gateway = running.gateway.clone();
        all.spawn(listener.run(move |request| gateway.clone().handle(request), stopping.clone()));
    }
    let mut cut = 0;
    while let Some(drained) = all.join_next().await {
        cut += drained.map_or(0, |d| d.cut);
    }
    cut
}

/// The longest that the end waits for a shared store of limits to be told what requests cost.
const SETTLING: std::time::Duration = std::time::Duration::from_secs(5);

async fn end(running: &Running, folder: &std::path::Path, cut: usize) -> anyhow::Result<ExitCode> {
    tracing::info!(cut, "drained");
    if tokio::time::timeout(SETTLING, running.limits.flush()).await.is_err() {
        tracing::warn!(
            "the store of limits was not told what the last requests cost; the next start charges their estimates"
        );
    }
    if let Some(telemetry) = &running.telemetry
        && !telemetry.flush(LAST_FLUSH).await
    {
        tracing::warn!("the last telemetry did not arrive in time and is dropped");
    }
    running.border.ledger().clone().close().await.context("the ledger was not closed in order")?;
    // A socket without a gateway behind it only misleads.
    drop(std::fs::remove_file(control::path(folder)));
    Ok(ExitCode::SUCCESS)
}

/// Law, estate and credentials as one; a fault in any keeps the last good ones. `started` is the estate of the start.
async fn reload(
    cli: &Cli,
    running: &Running,
    started: &Estate,
    (loaded, current): (anyhow::Result<Loaded>, &Condition),
) {
    let loaded = loaded.and_then(|Loaded { law, estate, versions }| {
        let secrets = Secrets::read(&estate, &cli.estate)?;
        // The one that runs would pass for the one that is named.
        anyhow::ensure!(
            estate.recognizer() == started.recognizer(),
            "another `[recognizer]` needs a new start"
        );
        anyhow::ensure!(
            estate.budgets().store == started.budgets().store,
            "another `store` of `[limits]` needs a new start"
        );
        anyhow::ensure!(estate.telemetry() == started.telemetry(), "another `[telemetry]` needs a new start");
        // What was spent so far was not counted.
        anyhow::ensure!(
            !spending::is_limited(&estate) || spending::is_limited(started),
            "the first limit of money needs a new start"
        );
        Ok((law, estate, (secrets, versions)))
    });
    let (snapshot, rest) = match loaded {
        Ok((law, estate, rest)) => (Ok((law, estate)), Some(rest)),
        Err(error) => {
            // The whole story is for the operator's log alone: once too old, callers are told the reason.
            tracing::error!(faults = %format!("{error:#}"), "law or estate does not load");
            (Err(loading::brief(&error)), None)
        }
    };
    let (secrets, versions) = rest.unzip();
    if let (Ok((_, estate)), Some(seats)) = (&snapshot, &running.seats) {
        seats.seat_all(estate);
    }
    if let Some(secrets) = &secrets {
        // Before the estate that names them, so that none of its crossings lacks one.
        running.gateway.doors().add_secrets(secrets.clone());
    }
    match running.border.reload_with(snapshot, versions.flatten()).await {
        Ok(reload) => {
            running.gateway.metrics().reloaded(reload.taken);
            // An operator who reloads may just have mended something.
            running.gateway.forget_endpoints();
            match reload.reason {
                None => {
                    if let Some(secrets) = secrets {
                        running.gateway.doors().replace_secrets(secrets);
                    }
                    current.ready();
                    tracing::info!("law and estate reloaded");
                    tell_of_trials(running, running.border.latest().estate());
                    warn_of_settings(started.gateway(), running.border.latest().estate().gateway());
                }
                Some(reason) => {
                    current.unready(format!("{reason}; the last good ones serve for at most max_stale"));
                    tracing::error!(%reason, "reload failed; the last good law and estate stay in force");
                }
            }
        }
        Err(error) => tracing::error!(%error, "the reload could not be recorded"),
    }
}

/// Says what is ruled on and not held to the ruling, wherever somebody may look.
fn tell_of_trials(running: &Running, estate: &Estate) {
    let condition = running.health.condition("trials");
    let trials: Vec<String> =
        estate.shadows().iter().map(|trial| format!("`{}` until {}", trial.id, trial.until)).collect();
    if trials.is_empty() {
        return condition.ready();
    }
    let note = format!("rulings are not enforced under {}", trials.join(", "));
    tracing::warn!("{note}");
    condition.ready_with(note);
}

/// Says which settings have changed that only a start reads, so that nobody takes them for being in force.
fn warn_of_settings(started: &estate::Gateway, now: &estate::Gateway) {
    let changed = [
        ("listen", started.listen != now.listen),
        (
            "ledger",
            (&started.ledger_folder, &started.ledger_origin) != (&now.ledger_folder, &now.ledger_origin),
        ),
        ("mask_key", started.mask_key != now.mask_key),
        ("max_requests", started.max_requests != now.max_requests),
        ("header_deadline", started.header_deadline != now.header_deadline),
        ("drain_deadline", started.drain_deadline != now.drain_deadline),
    ];
    let changed: Vec<&str> =
        changed.into_iter().filter(|(_, changed)| *changed).map(|(name, _)| name).collect();
    if !changed.is_empty() {
        tracing::warn!(
            settings = changed.join(", "),
            "these settings of the gateway take effect with its next start"
        );
    }
}

async fn watch_limits(running: Arc<Running>, condition: Condition) {
    let mut tick = tokio::time::interval(std::time::Duration::from_secs(1));
    loop {
        tick.tick().await;
        if running.limits.is_up() {
            condition.ready();
        } else {
            condition.unready("the store of limits does not answer");
        }
    }
}

async fn watch_ledger(running: Arc<Running>, condition: Condition) {
    let mut tick = tokio::time::interval(std::time::Duration::from_secs(1));
    loop {
        tick.tick().await;
        match running.border.ledger().health() {
            Ok(()) => condition.ready(),
            Err(reason) => condition.unready(reason),
        }
    }
}
