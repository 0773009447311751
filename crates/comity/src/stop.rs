//! `comity stop`: close an endpoint or a system now, or open it again.

use std::process::ExitCode;

use anyhow::{anyhow, bail};
use estate::Estate;
use ledger::{Closure, ClosureKind, Entry};
use serde_json::json;

use crate::cli::{Cli, Format, StopArgs};
use crate::closed::ClosedFile;
use crate::control::{self, Kind, Order};
use crate::{loading, running, show, system};

pub(crate) fn run(cli: &Cli, args: &StopArgs) -> anyhow::Result<ExitCode> {
    let estate = loading::estate(&cli.estate)?;
    let kind = kind(&estate, &args.id)?;
    let by = args.by.clone().or_else(|| std::env::var("USER").ok()).unwrap_or_else(|| "unknown".to_owned());
    let order = Order { kind, id: args.id.clone(), closed: !args.reopen, by, why: args.why.clone() };
    let folder = running::ledger_folder(&cli.estate, &estate);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (index, live) = runtime.block_on(async {
        match control::send(&folder, &order).await? {
            Some(answer) => Ok::<_, anyhow::Error>((
                answer.index.ok_or_else(|| anyhow!(answer.error.unwrap_or_default()))?,
                true,
            )),
            None => Ok((alone(cli, &estate, &order).await?, false)),
        }
    })?;
    let done = if order.closed { "closed" } else { "open" };
    let reach = if live {
        "the running gateway obeys already"
    } else {
        "no gateway is running; the next one will obey"
    };
    match cli.format {
        Format::Json => {
            show::json(&json!({ "id": order.id, "state": done, "entry": index, "gateway_running": live }))?
        }
        Format::Text => show::line(format!("`{}` is {done}: {reach} (entry {index})", order.id)),
    }
    Ok(ExitCode::SUCCESS)
}

fn kind(estate: &Estate, id: &str) -> anyhow::Result<Kind> {
    let endpoint = estate.endpoints().any(|e| e.id.as_str() == id);
    let system = estate.systems().any(|s| s.id.as_str() == id);
    match (endpoint, system) {
        (true, false) => Ok(Kind::Endpoint),
        (false, true) => Ok(Kind::System),
        (true, true) => bail!("`{id}` is both an endpoint and a system; give one of them another id"),
        (false, false) => {
            let known =
                estate.endpoints().map(|e| e.id.as_str()).chain(estate.systems().map(|s| s.id.as_str()));
            let help = terms::nearest(id, known)
                .map(|n| format!("; the nearest known one is `{n}`"))
                .unwrap_or_default();
            bail!("no endpoint or system `{id}` in this estate{help}")
        }
    }
}

/// Without a running gateway, written by ourselves. As with one, a closure holds first and is put on record after, and an
/// opening holds only once it is on record.
async fn alone(cli: &Cli, estate: &Estate, order: &Order) -> anyhow::Result<u64> {
    let folder = running::ledger_folder(&cli.estate, estate);
    let closed = ClosedFile::beside(&folder);
    if order.closed {
        running::ledger_folder_made(&folder)?;
        closed.set(&order.target(), true)?;
    }
    let (ledger, _) = running::open_ledger(&folder, &estate.gateway().ledger_origin)?;
    let kind = if order.kind == Kind::Endpoint { ClosureKind::Endpoint } else { ClosureKind::System };
    let closure = Closure {
        ms: system::clock()(),
        kind,
        id: order.id.clone(),
        by: order.by.clone(),
        why: order.why.clone(),
    };
    let entry = if order.closed { Entry::Stop(closure) } else { Entry::Reopen(closure) };
    let index = ledger.append(&entry).await?;
    ledger.close().await?;
    if !order.closed {
        closed.set(&order.target(), false)?;
    }
    Ok(index)
}
