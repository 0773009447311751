//! `comity model`: which version of a model name serves, another one for a share or for all, and back.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use border::{Border, BorderOptions, Closures, Shift, Versions, alias_meant};
use estate::Estate;
use gateway::{Act, Order};
use ledger::verify::read_verified;
use ledger::{Entry, Version, VersionAct};
use serde_json::json;

use crate::cli::{Cli, Format, ModelAct, ModelArgs, PromoteArgs, RollbackArgs, WhoArgs};
use crate::closed::ClosedFile;
use crate::control::{self, HandsOf};
use crate::versions_file::VersionsFile;
use crate::{loading, replicas, running, show, system};

pub(crate) fn run(cli: &Cli, act: &ModelAct) -> anyhow::Result<ExitCode> {
    match act {
        ModelAct::History(args) => history(cli, args),
        ModelAct::Promote(PromoteArgs { model, version, share, who }) => {
            shift(cli, (model, who), Shift::Promote { version: version.clone(), share: *share })
        }
        ModelAct::Rollback(RollbackArgs { model, who }) => shift(cli, (model, who), Shift::Rollback),
    }
}

fn shift(cli: &Cli, (model, who): (&ModelArgs, &WhoArgs), shift: Shift) -> anyhow::Result<ExitCode> {
    let by = who.by.clone().or_else(|| std::env::var("USER").ok()).unwrap_or_else(|| "unknown".to_owned());
    let back = shift == Shift::Rollback;
    let act = Act::Shift { alias: model.alias.clone(), shift };
    let order = Order { act, by, why: who.why.clone() };
    // A running gateway obeys whatever has become of the files since: an incident does not wait until they load.
    let estate = loading::estate(&cli.estate);
    let folder = folder(cli, who, estate.as_deref().ok());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    if let Some(estate) = estate.as_ref().ok().filter(|e| !who.here && !e.replicas().is_empty()) {
        let done = if back { "rolled back" } else { "promoted" };
        return runtime.block_on(replicas::order(cli, estate, &order, done));
    }
    let (index, live) = runtime.block_on(async {
        match control::send(&folder, &order).await? {
            Some(index) => Ok::<_, anyhow::Error>((index, true)),
            None => Ok((alone(cli, estate?, &folder, &order).await?, false)),
        }
    })?;
    tell(cli, &folder, (&model.alias, index, live))?;
    Ok(ExitCode::SUCCESS)
}

fn folder(cli: &Cli, who: &WhoArgs, estate: Option<&Estate>) -> PathBuf {
    who.ledger.clone().unwrap_or_else(|| match estate {
        Some(estate) => running::ledger_folder(&cli.estate, estate),
        None => cli.estate.join(estate::Gateway::default().ledger_folder),
    })
}

/// Without a running gateway, by a border of our own that opens for nobody.
async fn alone(cli: &Cli, estate: Arc<Estate>, folder: &Path, order: &Order) -> anyhow::Result<u64> {
    running::ledger_folder_made(folder)?;
    let (ledger, _) = running::open_ledger(folder, &estate.gateway().ledger_origin)?;
    let options = BorderOptions {
        law: loading::law(cli)?,
        estate,
        ledger: ledger.clone(),
        clock: system::clock(),
        entropy: system::entropy(),
        closures: Closures::starting_with(ClosedFile::beside(folder).read()?),
        versions: Versions::starting_with(VersionsFile::beside(folder).read()?),
    };
    let hands = HandsOf::new(Arc::new(Border::open(options).await?), folder);
    let done = hands.done(order).await;
    drop(hands);
    ledger.close().await?;
    done
}

fn tell(cli: &Cli, folder: &Path, (alias, index, live): (&str, u64, bool)) -> anyhow::Result<()> {
    let kept = VersionsFile::beside(folder).read()?;
    let is =
        |given: &border::Alias| given.name == alias || format!("{}/{}", given.system, given.name) == alias;
    let serving = kept.into_iter().find(|(given, _)| is(given)).map(|(_, serving)| serving);
    let serving = serving.context("the versions in service were not kept")?;
    let reach = if live {
        "the running gateway obeys already"
    } else {
        "no gateway is running; the next one will obey"
    };
    match cli.format {
        Format::Json => show::json(
            &json!({ "alias": alias, "serving": serving, "entry": index, "gateway_running": live }),
        ),
        Format::Text => {
            let canary =
                serving.canary.as_ref().map(|(v, share)| format!(", and `{v}` {share} % of conversations"));
            let canary = canary.unwrap_or_default();
            show::line(format!("`{}` serves `{alias}`{canary}: {reach} (entry {index})", serving.live));
            Ok(())
        }
    }
}

fn history(cli: &Cli, args: &ModelArgs) -> anyhow::Result<ExitCode> {
    let estate = loading::estate(&cli.estate)?;
    let folder = running::ledger_folder(&cli.estate, &estate);
    let alias = alias_meant(&estate, &args.alias)?;
    let system = estate.systems().find(|s| s.id.as_str() == alias.system).context("the system is gone")?;
    let versions = Versions::starting_with(VersionsFile::beside(&folder).read()?);
    let serving = versions.serving(system, &alias.name).context("the name has no versions")?;
    let listed: Vec<String> = system
        .route(&alias.name)
        .into_iter()
        .flat_map(|route| &route.versions)
        .map(ToString::to_string)
        .collect();
    let acts = acts(&folder, &alias)?;
    match cli.format {
        Format::Json => show::json(&json!({
            "system": alias.system, "alias": alias.name, "listed": listed, "serving": serving,
            "acts": acts.iter().map(|(index, act)| json!({"entry": index, "act": act})).collect::<Vec<_>>(),
        }))?,
        Format::Text => {
            for version in &listed {
                show::line(format!("{:>6}  {version}", share(&serving, version)));
            }
            acts.iter().for_each(|(index, act)| show::line(told(*index, act)));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What a version gets.
fn share(serving: &border::Serving, version: &str) -> String {
    let of_canary = serving.canary.as_ref().map_or(0, |(_, share)| *share);
    match &serving.canary {
        Some((canary, share)) if canary == version => format!("{share} %"),
        _ if serving.live == version => format!("{} %", 100 - of_canary),
        _ => "-".to_owned(),
    }
}

/// The acts on record; none if there is no ledger yet.
fn acts(folder: &Path, alias: &border::Alias) -> anyhow::Result<Vec<(u64, Version)>> {
    let Ok(vkey) = std::fs::read_to_string(folder.join("log.vkey")) else { return Ok(Vec::new()) };
    let mut acts = Vec::new();
    read_verified(&|path| std::fs::read(folder.join(path)), vkey.trim(), &mut |index, entry| {
        if let Entry::Version(act) = entry
            && act.system == alias.system
            && act.alias == alias.name
        {
            acts.push((index, act));
        }
    })?;
    Ok(acts)
}

fn told(index: u64, act: &Version) -> String {
    let moment = i64::try_from(act.ms).ok().and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
    let moment = moment.map(|at| at.to_string()).unwrap_or_default();
    let what = match act.act {
        VersionAct::Promote => "promoted",
        VersionAct::Rollback => "rolled back",
    };
    let canary =
        act.canary.as_ref().zip(act.share).map(|(v, share)| format!(", `{v}` {share} %")).unwrap_or_default();
    format!("{moment}  {what}: `{}`{canary}, by {}: {} (entry {index})", act.live, act.by, act.why)
}
