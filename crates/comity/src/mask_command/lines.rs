//! Texts as JSON Lines to masked texts as JSON Lines: in order, and in memory that does not grow with their number.

mod line;

use std::io::{BufRead, BufReader, BufWriter, ErrorKind, Read, Write};

use anyhow::Context;
use serde::Serialize;
use serde_json::Value;

use super::masker::Masker;
use super::told::Told;
use line::{Line, Unread};

/// How much is read ahead. What has arrived is answered at once, so a slow writer is answered line by line.
const AHEAD: usize = 1 << 16;
/// A line longer than this is not one text.
const LONGEST: usize = 16 << 20;

/// What a stream came to.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tally {
    /// Lines that were masked.
    pub(super) masked: usize,
    /// Lines that gave an error instead.
    pub(super) unread: usize,
}

/// Masks the text of every line of `input`. A line that cannot be read gives an error object in its place, and the run goes on.
///
/// # Errors
/// The input cannot be read or the output not written; a reader that went away ends the run without an error.
pub(super) fn run(masker: &mut Masker, input: impl Read, output: impl Write) -> anyhow::Result<Tally> {
    let mut input = BufReader::with_capacity(AHEAD, input);
    let mut output = BufWriter::new(output);
    let (mut tally, mut line, mut number) = (Tally::default(), Vec::new(), 0);
    while next(&mut input, &mut line).context("standard input cannot be read")? {
        number += 1;
        let answer = answer(masker, &line, number, &mut tally)?;
        let mut written = output.write_all(&answer);
        if !input.buffer().contains(&b'\n') {
            written = written.and_then(|()| output.flush());
        }
        match written {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => break,
            written => written.context("standard output cannot be written")?,
        }
    }
    Ok(tally)
}

/// Reads the next line, or of one that is too long a byte more than may be; whether there was any.
fn next(input: &mut impl BufRead, line: &mut Vec<u8>) -> std::io::Result<bool> {
    line.clear();
    let most = u64::try_from(LONGEST).unwrap_or(u64::MAX).saturating_add(1);
    let read = input.take(most).read_until(b'\n', line)?;
    if line.len() > LONGEST && !line.ends_with(b"\n") {
        input.skip_until(b'\n')?;
    }
    Ok(read > 0)
}

/// The line of output for a line of input; nothing for a blank one.
fn answer(masker: &mut Masker, line: &[u8], number: usize, tally: &mut Tally) -> anyhow::Result<Vec<u8>> {
    if line.trim_ascii().is_empty() {
        return Ok(Vec::new());
    }
    let mut answer = match read(line) {
        Ok(Line { id, text, hints }) => {
            tally.masked += 1;
            let (masked, findings) = masker.mask(&text, hints.as_ref())?;
            serde_json::to_vec(&Masked { id, masked: &masked, findings })?
        }
        Err(Unread { id, error }) => {
            tally.unread += 1;
            serde_json::to_vec(&Failed { id, error, line: number })?
        }
    };
    answer.push(b'\n');
    Ok(answer)
}

fn read(line: &[u8]) -> Result<Line, Unread> {
    if line.trim_ascii_end().len() > LONGEST {
        let error = format!("the line is longer than {LONGEST} bytes; split its text");
        return Err(Unread { id: None, error });
    }
    Line::read(line)
}

#[derive(Serialize)]
struct Masked<'a> {
    id: Value,
    masked: &'a str,
    findings: Vec<Told>,
}

#[derive(Serialize)]
struct Failed {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Value>,
    error: String,
    line: usize,
}
