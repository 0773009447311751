//! Flows as JSON Lines to rulings as JSON Lines: in order, on all cores, in constant memory.

use std::io::{BufRead, BufReader, Read, Write};
use std::ops::ControlFlow;

use anyhow::Context;
use law::{Law, RuleError};
use serde_json::{Value, json};
use terms::Flow;

use super::{argue, explained, rule};
use crate::cli::RuleArgs;

/// How much is read ahead. What has arrived is ruled on at once, so a slow writer is answered line by line.
const AHEAD: usize = 1 << 20;
/// A line longer than this is not a flow.
const LONGEST: usize = 1 << 20;

/// What a stream came to.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tally {
    /// Lines that gave a ruling.
    pub(super) ruled: usize,
    /// Lines that gave an error instead.
    pub(super) unread: usize,
}

/// Rules on every line of `input`. A line that is not a flow gives an error object in its place, and the run goes on.
///
/// # Errors
/// The input cannot be read or the output not written; a reader that went away ends the run without an error.
pub(super) fn run(
    law: &Law,
    args: &RuleArgs,
    input: impl Read,
    mut output: impl Write,
) -> anyhow::Result<Tally> {
    let mut input = BufReader::with_capacity(AHEAD, input);
    let mut lines = Lines { law, args, next: 1, tally: Tally::default() };
    // The beginning of a line whose end has not arrived, and whether it is already known to be too long.
    let (mut begun, mut too_long) = (Vec::new(), false);
    loop {
        let arrived = input.fill_buf().context("standard input cannot be read")?;
        let (used, ended) = (arrived.len(), arrived.is_empty());
        let end = arrived.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let (mut whole, rest) = arrived.split_at(end);
        if too_long && end > 0 {
            let tail = whole.iter().position(|b| *b == b'\n').map_or(0, |at| at + 1);
            whole = whole.split_at(tail).1;
            too_long = false;
        }
        begun.extend_from_slice(whole);
        let mut flow = ControlFlow::Continue(());
        if (ended || end > 0) && !begun.is_empty() {
            flow = lines.rule(&begun, &mut output)?;
            begun.clear();
        }
        if !too_long {
            begun.extend_from_slice(rest);
        }
        input.consume(used);
        if begun.len() > LONGEST {
            lines.refuse_long(&mut output)?;
            (begun, too_long) = (Vec::new(), true);
        }
        if ended || flow.is_break() {
            return Ok(lines.tally);
        }
    }
}

struct Lines<'a> {
    law: &'a Law,
    args: &'a RuleArgs,
    /// Number of the next line.
    next: usize,
    tally: Tally,
}

impl Lines<'_> {
    fn refuse_long(&mut self, output: &mut impl Write) -> anyhow::Result<()> {
        let error = format!("the line is longer than {LONGEST} bytes; a flow is one short line of JSON");
        serde_json::to_writer(&mut *output, &json!({ "error": error, "line": self.next }))?;
        output.write_all(b"\n").context("standard output cannot be written")?;
        self.next += 1;
        self.tally.unread += 1;
        Ok(())
    }

    /// Rules on whole lines, shared out to all cores. It breaks off if nobody reads the output any more.
    fn rule(&mut self, text: &[u8], output: &mut impl Write) -> anyhow::Result<ControlFlow<()>> {
        let mut lines: Vec<(usize, &[u8])> = Vec::new();
        for line in text.split_inclusive(|b| *b == b'\n') {
            lines.push((self.next, line));
            self.next += 1;
        }
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let share = lines.len().div_ceil(cores).max(16);
        let (law, args) = (self.law, self.args);
        let done: Vec<anyhow::Result<Done>> = std::thread::scope(|scope| {
            let shares: Vec<_> =
                lines.chunks(share).map(|share| scope.spawn(move || rulings(law, args, share))).collect();
            let panicked = || Err(anyhow::anyhow!("a ruling failed; this is a bug"));
            shares.into_iter().map(|share| share.join().unwrap_or_else(|_| panicked())).collect()
        });
        for done in done {
            let done = done?;
            self.tally.ruled += done.tally.ruled;
            self.tally.unread += done.tally.unread;
            match output.write_all(&done.text).and_then(|()| output.flush()) {
                Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {
                    return Ok(ControlFlow::Break(()));
                }
                written => written.context("standard output cannot be written")?,
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}

/// The output of some lines.
#[derive(Default)]
struct Done {
    text: Vec<u8>,
    tally: Tally,
}

fn rulings(law: &Law, args: &RuleArgs, lines: &[(usize, &[u8])]) -> anyhow::Result<Done> {
    let mut done = Done::default();
    for (number, line) in lines.iter().filter(|(_, line)| !line.trim_ascii().is_empty()) {
        match ruled(law, args, line, &mut done.text) {
            Ok(()) => done.tally.ruled += 1,
            // An edition that cannot be built is no fault of the line.
            Err(error) if matches!(error.downcast_ref(), Some(RuleError::Build(_))) => return Err(error),
            Err(error) => {
                done.tally.unread += 1;
                serde_json::to_writer(
                    &mut done.text,
                    &json!({ "error": format!("{error:#}"), "line": number }),
                )?;
            }
        }
        done.text.push(b'\n');
    }
    Ok(done)
}

fn ruled(law: &Law, args: &RuleArgs, line: &[u8], text: &mut Vec<u8>) -> anyhow::Result<()> {
    let value: Value = serde_json::from_slice(line.trim_ascii()).context("not JSON")?;
    let flow = Flow::from_json(&value)?;
    let written = if args.explain {
        serde_json::to_writer(text, &explained(&argue(law, args, &flow)?))
    } else {
        serde_json::to_writer(text, &rule(law, args, &flow)?)
    };
    Ok(written?)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use clap::Parser;

    use super::{LONGEST, Tally, run};
    use crate::cli::{Cli, Command};

    fn ruled(input: &[u8]) -> (Tally, Vec<String>) {
        let cli = Cli::parse_from(["comity", "rule", "--jsonl", "--as-of", "2026-11-21"]);
        let Command::Rule(args) = &cli.command else { panic!("another command") };
        let law = law::Law::embedded().unwrap();
        let mut output = Vec::new();
        let tally = run(&law, args, Cursor::new(input), &mut output).unwrap();
        (tally, String::from_utf8(output).unwrap().lines().map(str::to_owned).collect())
    }

    #[test]
    fn a_line_too_long_is_refused_in_its_place_and_the_run_goes_on() {
        let flow = br#"{"export_from":"KP","data":[],"purpose":"inference"}"#;
        let long = vec![b'x'; 2 * LONGEST + 7];
        let input = [flow.as_slice(), b"\n", &long, b"\n", b"\n", flow].concat();
        let (tally, lines) = ruled(&input);
        assert_eq!(tally, Tally { ruled: 2, unread: 1 });
        let told: Vec<bool> =
            lines.iter().map(|l| l.contains("longer than") && l.contains("\"line\":2")).collect();
        assert_eq!(told, [false, true, false]);
    }

    #[test]
    fn rulings_come_in_the_order_of_their_flows() {
        let flow = |i: usize| format!("{{\"data\":[],\"nr{i}\":1}}\n");
        let input: String = (0..5_000).map(flow).collect();
        let (tally, lines) = ruled(input.as_bytes());
        assert_eq!(tally, Tally { ruled: 0, unread: 5_000 });
        let in_order = |(i, line): (usize, &String)| line.contains(&format!("nr{i}`"));
        assert!(lines.iter().enumerate().all(in_order));
    }
}
