//! `comity stop`: close an endpoint or a system now, or open it again.

use std::path::Path;
use std::process::ExitCode;

use estate::Estate;
use gateway::{Act, Order};
use ledger::{Closure, Entry};
use serde_json::json;

use crate::cli::{Cli, Format, StopArgs};
use crate::closed::ClosedFile;
use crate::control;
use crate::{loading, replicas, running, show, system};

pub(crate) fn run(cli: &Cli, args: &StopArgs) -> anyhow::Result<ExitCode> {
    let by = args.by.clone().or_else(|| std::env::var("USER").ok()).unwrap_or_else(|| "unknown".to_owned());
    let id = args.id.clone();
    let act = if args.reopen { Act::Open(id) } else { Act::Close(id) };
    let order = Order { act, by, why: args.why.clone() };
    // A running gateway obeys whatever has become of the files since: an incident does not wait until they load.
    let estate = loading::estate(&cli.estate);
    let folder = args.ledger.clone().unwrap_or_else(|| match &estate {
        Ok(estate) => running::ledger_folder(&cli.estate, estate),
        Err(_) => cli.estate.join(estate::Gateway::default().ledger_folder),
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    if let Some(estate) = estate.as_ref().ok().filter(|e| !args.here && !e.replicas().is_empty()) {
        let done = if args.reopen { "open" } else { "closed" };
        return runtime.block_on(replicas::order(cli, estate, &order, done));
    }
    let (index, live) = runtime.block_on(async {
        match control::send(&folder, &order).await? {
            Some(index) => Ok::<_, anyhow::Error>((index, true)),
            None => Ok((alone(&*estate?, &folder, (args, &order)).await?, false)),
        }
    })?;
    tell(cli, args, index, live)?;
    Ok(ExitCode::SUCCESS)
}

fn tell(cli: &Cli, args: &StopArgs, index: u64, live: bool) -> anyhow::Result<()> {
    let done = if args.reopen { "open" } else { "closed" };
    let reach = if live {
        "the running gateway obeys already"
    } else {
        "no gateway is running; the next one will obey"
    };
    match cli.format {
        Format::Json => {
            show::json(&json!({ "id": args.id, "state": done, "entry": index, "gateway_running": live }))?
        }
        Format::Text => show::line(format!("`{}` is {done}: {reach} (entry {index})", args.id)),
    }
    Ok(())
}

/// Without a running gateway, written by ourselves. As with one, a closure holds first and is put on record after, and an
/// opening holds only once it is on record.
async fn alone(estate: &Estate, folder: &Path, (args, order): (&StopArgs, &Order)) -> anyhow::Result<u64> {
    let target = control::target(estate, &args.id)?;
    let closed = ClosedFile::beside(folder);
    if !args.reopen {
        running::ledger_folder_made(folder)?;
        closed.set(&target, true)?;
    }
    let (ledger, _) = running::open_ledger(folder, &estate.gateway().ledger_origin)?;
    let closure = Closure {
        ms: system::clock()(),
        kind: target.kind(),
        id: args.id.clone(),
        by: order.by.clone(),
        why: order.why.clone(),
    };
    let entry = if !args.reopen { Entry::Stop(closure) } else { Entry::Reopen(closure) };
    let index = ledger.append(&entry).await?;
    ledger.close().await?;
    if args.reopen {
        closed.set(&target, false)?;
    }
    Ok(index)
}
