//! The running gateways of an estate: one order to all of them, and how each stands.

mod door;

use std::fmt::Write;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use estate::{BaseUrl, Estate, Replica};
use futures_util::future::join_all;
use gateway::Order;
use serde_json::{Value, json};

use crate::cli::{Cli, Format, StatusArgs};
use crate::{loading, show};

/// The environment variable with the management key.
pub(crate) const KEY: &str = "COMITY_MANAGER_KEY";

/// What one replica answered, and how long after the order was given.
struct Told {
    id: String,
    after: Duration,
    answer: Result<Value, String>,
}

/// Gives an order to every replica at once and tells which of them have it; `done` says what it then is.
pub(crate) async fn order(cli: &Cli, estate: &Estate, order: &Order, done: &str) -> anyhow::Result<ExitCode> {
    let body = serde_json::to_vec(order)?;
    let told = all(estate.replicas(), |url| door::post(url, "/v1/comity/acts", body.clone())).await?;
    let have = told.iter().filter(|t| t.answer.is_ok()).count();
    let last = told.iter().filter(|t| t.answer.is_ok()).map(|t| t.after).max().unwrap_or_default();
    match cli.format {
        Format::Json => show::json(&json!({
            "replicas": told.iter().map(Told::json).collect::<Vec<_>>(), "have_it": have, "last_after_ms": ms(last),
        }))?,
        Format::Text => {
            told.iter()
                .for_each(|t| show::line(t.line(|answer| format!("{done} (entry {})", answer["index"]))));
            show::line(format!(
                "{have} of {} replicas have it, the last of them after {:.1} ms",
                told.len(),
                ms(last)
            ));
        }
    }
    Ok(if have == told.len() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// `comity status`.
pub(crate) fn run(cli: &Cli, args: &StatusArgs) -> anyhow::Result<ExitCode> {
    let estate = loading::estate(&cli.estate)?;
    let asked = asked(&estate, args)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let told = runtime.block_on(all(&asked, |url| door::get(url, "/v1/comity/status")))?;
    let here = estate.shared_hash();
    let same = told.iter().filter(|t| t.answer.as_ref().is_ok_and(|a| a["shared_estate"] == here)).count();
    match cli.format {
        Format::Json => show::json(&json!({
            "shared_estate": here, "replicas": told.iter().map(Told::json).collect::<Vec<_>>(), "same_estate": same,
        }))?,
        Format::Text => {
            told.iter().for_each(|t| show::line(t.line(|answer| standing(answer, here))));
            show::line(format!(
                "{same} of {} run the estate {} of these files, `[gateway]` aside",
                told.len(),
                show::short(here)
            ));
        }
    }
    Ok(if same == told.len() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The replicas that the estate names, or the one address that it listens on.
fn asked(estate: &Estate, args: &StatusArgs) -> anyhow::Result<Vec<Replica>> {
    let one = |url: &str| -> anyhow::Result<Vec<Replica>> {
        let url: BaseUrl = url.parse().with_context(|| format!("`{url}` is no address"))?;
        Ok(vec![Replica { id: "gateway".parse()?, url }])
    };
    match (&args.url, estate.replicas(), estate.gateway().listen.first()) {
        (Some(url), _, _) => one(url),
        (None, [], Some(address)) => one(&format!("http://{address}")),
        (None, replicas, _) => Ok(replicas.to_vec()),
    }
}

async fn all<F: Future<Output = Result<Value, String>>>(
    replicas: &[Replica],
    ask: impl Fn(door::At) -> F,
) -> anyhow::Result<Vec<Told>> {
    let Ok(key) = std::env::var(KEY) else {
        bail!(
            "a management key is needed: set {KEY} to one whose digest stands in a `[[manager]]` of the estate"
        );
    };
    serve::install_crypto();
    let client = door::client()?;
    let begun = Instant::now();
    let asking = replicas.iter().map(|replica| {
        let at = door::At { client: client.clone(), url: replica.url.clone(), key: key.trim().to_owned() };
        let (answer, id) = (ask(at), replica.id.to_string());
        async move { Told { answer: answer.await, after: begun.elapsed(), id } }
    });
    Ok(join_all(asking).await)
}

impl Told {
    fn line(&self, words: impl Fn(&Value) -> String) -> String {
        match &self.answer {
            Ok(answer) => format!("{}: {}, after {:.1} ms", self.id, words(answer), ms(self.after)),
            Err(why) => format!("{}: {why}", self.id),
        }
    }

    fn json(&self) -> Value {
        match &self.answer {
            Ok(answer) => json!({ "id": self.id, "after_ms": ms(self.after), "answer": answer }),
            Err(why) => json!({ "id": self.id, "error": why }),
        }
    }
}

/// How a replica stands, in a line.
fn standing(answer: &Value, here: &str) -> String {
    let text = |key: &str| answer[key].as_str().unwrap_or("?").to_owned();
    let many = |key: &str| answer[key].as_array().map_or(0, Vec::len);
    let estate = if answer["shared_estate"] == here { "this estate" } else { "another estate" };
    let mut line = format!("{estate} {}, law", show::short(&text("shared_estate")));
    for edition in answer["editions"].as_array().into_iter().flatten() {
        // Writing to a string does not fail.
        let _ = write!(line, " {}", show::short(edition.as_str().unwrap_or("?")));
    }
    let _ = write!(line, ", {} entries in {}", answer["entries"], text("ledger"));
    for (key, what) in [("closed", "closed"), ("trials", "under trial")] {
        if many(key) > 0 {
            let _ = write!(line, ", {} {what}", many(key));
        }
    }
    if let Some(why) = answer["stale"].as_str() {
        let _ = write!(line, ", newer law or estate does not load: {why}");
    }
    line
}

fn ms(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 10_000.0).round() / 10.0
}
