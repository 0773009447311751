//! `comity mask`: pseudonyms in place of the identifiers in a text, and the originals back in theirs.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Context;
use mask::{Hints, MaskMap};
use serde::Serialize;

use crate::cli::{Cli, Format, MaskArgs};
use crate::show;

mod lines;
mod map_file;
mod masker;
mod told;
mod undo;

use map_file::MapFile;
use masker::Masker;
use told::Told;

pub(crate) fn run(cli: &Cli, args: &MaskArgs) -> anyhow::Result<ExitCode> {
    if let Some(map) = &args.restore {
        return undo::run(map, args.jsonl);
    }
    let countries = args.country.iter().map(|c| c.parse()).collect::<Result<_, _>>()?;
    let mut masker = Masker::new(cli, args, Hints { countries })?;
    if args.jsonl { many(args, &mut masker) } else { one(cli, args, &mut masker) }
}

/// One text with all of standard input in it. The map is written first: a masked text whose map was lost is of no use.
fn one(cli: &Cli, args: &MaskArgs, masker: &mut Masker) -> anyhow::Result<ExitCode> {
    let text = io::read_to_string(io::stdin().lock()).context(
        "standard input cannot be read as text in UTF-8; convert it first, as with `iconv -t utf-8`",
    )?;
    let (masked, findings) = masker.mask(&text, None)?;
    if let Some(path) = &args.map {
        MapFile::create(path)?.write(&masker.map())?;
    }
    let findings = findings.into_iter().map(Told::with_evidence).collect::<Vec<_>>();
    match cli.format {
        Format::Json => {
            let map = args.map.is_none().then(|| masker.map());
            show::json(&Answer { masked: &masked, findings: &findings, map })?;
        }
        Format::Text => {
            findings.iter().for_each(show::note);
            // As it is: it may hold what only looks like colors.
            let mut output = io::stdout().lock();
            let written = output.write_all(masked.as_bytes()).and_then(|()| output.flush());
            written.context("standard output cannot be written")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What a program gets. The map is left out where it has a file of its own.
#[derive(Serialize)]
struct Answer<'a> {
    masked: &'a str,
    findings: &'a [Told],
    #[serde(skip_serializing_if = "Option::is_none")]
    map: Option<MaskMap>,
}

/// One text a line. A line that cannot be read gives an error on its line, and exit code 1 at the end.
fn many(args: &MaskArgs, masker: &mut Masker) -> anyhow::Result<ExitCode> {
    let map = args.map.as_deref().map(MapFile::create).transpose()?;
    let done = lines::run(masker, io::stdin().lock(), io::stdout().lock());
    // What was masked before a failure can be undone too.
    if let Some(map) = map {
        map.write(&masker.map())?;
    }
    let lines::Tally { masked, unread } = done?;
    if unread == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    show::note(format!(
        "{unread} line(s) could not be masked, {masked} could; each says why on its own line of output"
    ));
    Ok(ExitCode::from(1))
}
