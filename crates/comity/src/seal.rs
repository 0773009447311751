//! `comity seal`: signs the files of a folder, so that it can be carried to where there is no network and checked there.
//!
//! Two files are put in: `SHA256SUMS`, as `sha256sum --check` reads it, and `SHA256SUMS.note`, a signed note (C2SP signed-note) of the
//! same list. Checking finds every file that was changed, is missing, or was not there when it was sealed.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail, ensure};
use serde_json::json;
use sha2::{Digest, Sha256};
use tlog::Verifier;

use crate::cli::{Cli, Format, SealArgs};
use crate::show;

/// The list.
const SUMS: &str = "SHA256SUMS";
/// The signed list.
const NOTE: &str = "SHA256SUMS.note";
/// The first line of what is signed, so that no other note is taken for one of these.
const TITLE: &str = "comity sealed folder";
/// The name of the key that signs, in its text form and in every note.
const KEY_NAME: &str = "comity-seal";

pub(crate) fn run(cli: &Cli, args: &SealArgs) -> anyhow::Result<ExitCode> {
    let signer = ledger::key::load_or_generate(&args.key, KEY_NAME, ledger::key::random_seed)?;
    let sums = sums(&args.folder)?;
    ensure!(!sums.is_empty(), "`{}` has no files to seal", args.folder.display());
    let list = listed(&sums);
    let write = |name: &str, text: &str| {
        let path = args.folder.join(name);
        fs::write(&path, text).with_context(|| format!("`{}` cannot be written", path.display()))
    };
    write(SUMS, &list)?;
    write(NOTE, &signer.sign(&format!("{TITLE}\n{list}"))?)?;
    let vkey = ledger::key::public_path(&args.key);
    match cli.format {
        Format::Json => show::json(&json!({ "files": sums.len(), "vkey": signer.vkey() }))?,
        Format::Text => show::line(format!(
            "sealed {} files; whoever has `{}` from another way checks them by `comity verify --sealed`",
            sums.len(),
            vkey.display()
        )),
    }
    Ok(ExitCode::SUCCESS)
}

/// Checks a sealed folder by any of the keys; gives how many files it has.
pub(crate) fn check(folder: &Path, keys: &[&str]) -> Result<usize, String> {
    checked(folder, keys).map_err(|error| format!("{error:#}"))
}

fn checked(folder: &Path, keys: &[&str]) -> anyhow::Result<usize> {
    let keys = keys.iter().map(|vkey| Verifier::parse(vkey)).collect::<Result<Vec<_>, _>>()?;
    let note = fs::read_to_string(folder.join(NOTE)).with_context(|| format!("there is no `{NOTE}`"))?;
    let text = tlog::open_note(&note, &keys)?;
    let Some((TITLE, list)) = text.split_once('\n') else { bail!("the signed note is of something else") };
    let found = sums(folder)?;
    if listed(&found) == list {
        return Ok(found.len());
    }
    let sealed: BTreeMap<&str, &str> =
        list.lines().filter_map(|line| line.split_once("  ")).map(|(sum, name)| (name, sum)).collect();
    for (name, sum) in &found {
        match sealed.get(name.as_str()) {
            None => bail!("`{name}` was not there when the folder was sealed"),
            Some(before) => ensure!(before == sum, "`{name}` was changed since the folder was sealed"),
        }
    }
    let missing = sealed.keys().find(|name| !found.contains_key(**name)).copied().unwrap_or("a file");
    bail!("`{missing}` is missing");
}

/// The digest of every file but our own two, by its name below the folder.
fn sums(folder: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let mut sums = BTreeMap::new();
    walk(folder, folder, &mut sums)?;
    sums.remove(SUMS);
    sums.remove(NOTE);
    Ok(sums)
}

fn walk(root: &Path, folder: &Path, sums: &mut BTreeMap<String, String>) -> anyhow::Result<()> {
    let at = || format!("`{}` cannot be read", folder.display());
    for entry in fs::read_dir(folder).with_context(at)? {
        let path = entry.with_context(at)?.path();
        let kind = fs::symlink_metadata(&path)?.file_type();
        if kind.is_dir() {
            walk(root, &path, sums)?;
            continue;
        }
        // What a link leads to would not be carried along.
        ensure!(kind.is_file(), "`{}` is no plain file", path.display());
        let name = path.strip_prefix(root).unwrap_or(&path).to_str();
        let name = name.filter(|name| !name.contains(['\n', '\\']));
        let name = name.with_context(|| format!("`{}` has a name that no list can hold", path.display()))?;
        sums.insert(name.to_owned(), sum(&path)?);
    }
    Ok(())
}

fn sum(path: &Path) -> anyhow::Result<String> {
    let at = || format!("`{}` cannot be read", path.display());
    let (mut file, mut digest) = (fs::File::open(path).with_context(at)?, Sha256::new());
    io::copy(&mut file, &mut digest).with_context(at)?;
    Ok(data_encoding::HEXLOWER.encode(&digest.finalize()))
}

/// As `sha256sum` writes it.
fn listed(sums: &BTreeMap<String, String>) -> String {
    sums.iter().map(|(name, sum)| format!("{sum}  {name}\n")).collect()
}
