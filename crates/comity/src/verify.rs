//! `comity verify`: receipts and ledgers, offline, trusting only public keys.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use data_encoding::HEXLOWER_PERMISSIVE;
use ledger::verify::{self, Report, Verified};
use ledger::{Digest, Entry};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::cli::{Cli, Format, VerifyArgs};
use crate::{loading, seal, show};

/// A receipt as the gateway gives it. Its own key is not trusted.
#[derive(Deserialize)]
struct ReceiptFile {
    entry: String,
    proof: String,
}

/// What one check gave.
struct Checked {
    what: String,
    result: Result<(String, Value), String>,
}

pub(crate) fn run(cli: &Cli, args: &VerifyArgs) -> anyhow::Result<ExitCode> {
    if args.receipts.is_empty() && args.ledger.is_none() && args.sealed.is_none() {
        bail!(
            "nothing to verify: name receipts, a ledger with `--ledger DIR`, or a sealed folder with `--sealed DIR`"
        );
    }
    if args.body.is_some() && args.receipts.len() != 1 {
        bail!("`--body` is held against one receipt: name exactly one");
    }
    let keys = keys(cli, args)?;
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let mut checks = Vec::new();
    for path in &args.receipts {
        let text =
            std::fs::read_to_string(path).with_context(|| format!("`{}` cannot be read", path.display()))?;
        let result = receipt(&text, &keys).and_then(|v| content(args, &v).map(|note| told(&v, &note)));
        checks.push(Checked { what: path.display().to_string(), result });
    }
    if let Some(folder) = &args.ledger {
        checks.push(Checked {
            what: folder.display().to_string(),
            result: whole(folder, &keys).map(|r| report(&r)),
        });
    }
    if let Some(folder) = &args.sealed {
        let told =
            |files: usize| (format!("all {files} files are as they were sealed"), json!({ "files": files }));
        checks.push(Checked {
            what: folder.display().to_string(),
            result: seal::check(folder, &keys).map(told),
        });
    }
    print(cli, &checks)
}

/// Checks a receipt's text.
pub(crate) fn receipt(text: &str, keys: &[&str]) -> Result<Verified, String> {
    let file: ReceiptFile = serde_json::from_str(text).map_err(|e| format!("not a receipt: {e}"))?;
    verify::verify_receipt(&file.entry, &file.proof, keys).map_err(|e| e.to_string())
}

/// Checks a ledger by any of the keys.
pub(crate) fn whole(folder: &Path, keys: &[&str]) -> Result<Report, String> {
    let mut last = "no public key was given".to_owned();
    for key in keys {
        match verify::verify_ledger(folder, key) {
            Ok(report) => return Ok(report),
            Err(fault) => last = fault.to_string(),
        }
    }
    Err(last)
}

fn keys(cli: &Cli, args: &VerifyArgs) -> anyhow::Result<Vec<String>> {
    if !args.vkey.is_empty() {
        return args.vkey.iter().map(|given| loading::vkey(given)).collect();
    }
    let estate = loading::estate(&cli.estate).context("no `--vkey` was given, and no estate declares one")?;
    let declared = estate.ledgers().iter().map(|l| cli.estate.join(&l.vkey).display().to_string());
    declared.map(|path| loading::vkey(&path)).collect()
}

/// Holds the body that crossed against the digest on record.
fn content(args: &VerifyArgs, verified: &Verified) -> Result<String, String> {
    let (Some(path), Some(salt)) = (&args.body, &args.salt) else { return Ok(String::new()) };
    let salt = HEXLOWER_PERMISSIVE.decode(salt.as_bytes()).ok().and_then(|s| <[u8; 16]>::try_from(s).ok());
    let salt = salt.ok_or("the salt is not 32 hexadecimal digits")?;
    let bytes = std::fs::read(path).map_err(|e| format!("`{}` cannot be read: {e}", path.display()))?;
    let recorded = match &verified.entry {
        Entry::Admission(a) => &a.digest,
        Entry::Refusal(r) => &r.digest,
        _ => return Err("this entry has no digest of content".to_owned()),
    };
    if Digest::salted(&salt, &bytes) == *recorded {
        Ok(", and these bytes are the ones recorded".to_owned())
    } else {
        Err("the bytes are not the ones recorded".to_owned())
    }
}

fn told(v: &Verified, note: &str) -> (String, Value) {
    let text = format!("entry {} of `{}` is in the log of {} entries{note}", v.index, v.origin, v.size);
    let entry = v.entry.to_line().ok().and_then(|line| serde_json::from_str::<Value>(&line).ok());
    (text, json!({ "origin": v.origin, "index": v.index, "size": v.size, "root": v.root, "entry": entry }))
}

fn report(r: &Report) -> (String, Value) {
    let outcomes: Vec<String> = r.outcomes.iter().map(|(code, n)| format!("{n} {}", code.as_str())).collect();
    let text = format!(
        "all {} entries of `{}` hold: {} decisions, {} admissions ({}), {} under way, {} refusals",
        r.size,
        r.origin,
        r.decisions,
        r.admissions,
        outcomes.join(", "),
        r.open.len(),
        r.refusals,
    );
    let by_code: Vec<_> = r.outcomes.iter().map(|(code, n)| (code.as_str(), n)).collect();
    let json = json!({
        "origin": r.origin, "size": r.size, "root": r.root, "decisions": r.decisions, "admissions": r.admissions,
        "outcomes": by_code.into_iter().map(|(c, n)| (c.to_owned(), json!(n))).collect::<serde_json::Map<_, _>>(),
        "open": r.open, "refusals": r.refusals,
    });
    (text, json)
}

fn print(cli: &Cli, checks: &[Checked]) -> anyhow::Result<ExitCode> {
    let all = checks.iter().all(|c| c.result.is_ok());
    match cli.format {
        Format::Json => {
            let each = checks.iter().map(|c| match &c.result {
                Ok((_, json)) => json!({ "what": c.what, "holds": true, "says": json }),
                Err(why) => json!({ "what": c.what, "holds": false, "why": why }),
            });
            show::json(&json!({ "holds": all, "checks": each.collect::<Vec<_>>() }))?;
        }
        Format::Text => {
            for check in checks {
                match &check.result {
                    Ok((text, _)) => show::line(format!("{} {}: {text}", show::bold("holds"), check.what)),
                    Err(why) => show::line(format!("{} {}: {why}", show::bold("DOES NOT HOLD"), check.what)),
                }
            }
        }
    }
    Ok(if all { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
