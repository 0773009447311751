//! Originals back in place of their pseudonyms, in a text that is passed on as it arrives.

use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use mask::{Inside, Restorer};

use super::map_file;

pub(super) fn run(map: &Path, jsonl: bool) -> anyhow::Result<ExitCode> {
    let inside = if jsonl { Inside::JsonString } else { Inside::Text };
    let restorer = map_file::read(map)?.restorer(inside);
    match pass(restorer, io::stdin().lock(), io::stdout().lock())? {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(error) => Err(error).context("standard output cannot be written"),
    }
}

/// Passes a text on. What the output says of itself is inside.
fn pass(
    mut restorer: Restorer,
    mut input: impl Read,
    mut output: impl Write,
) -> anyhow::Result<io::Result<()>> {
    let mut buffer = vec![0; 1 << 16];
    // The beginning of a character whose end has not arrived.
    let mut begun: Vec<u8> = Vec::new();
    loop {
        let count = match input.read(&mut buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            read => read.context("standard input cannot be read")?,
        };
        begun.extend_from_slice(buffer.get(..count).unwrap_or_default());
        let whole = whole_characters(&begun, count == 0)?;
        let piece = restorer.push(whole).into_owned();
        let used = whole.len();
        begun.drain(..used);
        let end = if count == 0 { restorer.finish() } else { String::new() };
        let written = output.write_all(piece.as_bytes()).and_then(|()| output.write_all(end.as_bytes()));
        if let (Err(error), _) | (_, Err(error)) = (written, output.flush()) {
            return Ok(Err(error));
        }
        if count == 0 {
            return Ok(Ok(()));
        }
    }
}

/// The text up to a character that is cut off; nothing may be cut off at the end.
fn whole_characters(bytes: &[u8], ended: bool) -> anyhow::Result<&str> {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(text),
        Err(error) => error,
    };
    if ended || error.error_len().is_some() {
        bail!("standard input is not text in UTF-8; convert it first, as with `iconv -t utf-8`");
    }
    let (whole, _) = bytes.split_at(error.valid_up_to());
    Ok(std::str::from_utf8(whole)?)
}
