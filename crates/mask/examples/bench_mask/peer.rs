//! Presidio in a process of its own, which searches all documents whenever it is asked to.

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

use crate::documents::{Document, Truth};
use crate::labels::{LABELS, kind_of};
use crate::score::Found;

/// The process.
pub(crate) struct Peer {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    pub(crate) recognizers: Value,
}

/// One pass over all documents.
pub(crate) struct Pass {
    pub(crate) seconds: f64,
    /// The findings in each document, as they came: start and end in characters, entity and score.
    found: Vec<Vec<(usize, usize, String, f64)>>,
}

impl Peer {
    /// Starts it with the documents in `file`.
    pub(crate) fn start(python: &Path, file: &Path) -> Result<Peer, Box<dyn Error>> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/bench_mask/presidio.py");
        let sought: Vec<&str> = LABELS.iter().map(|label| label.entity).collect();
        let mut child = Command::new(python)
            .arg(script)
            .arg(file)
            .arg(sought.join(","))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (Some(orders), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("the process has no pipes".into());
        };
        let mut peer = Peer { child, orders, answers: BufReader::new(answers), recognizers: Value::Null };
        peer.recognizers = taken(&mut peer.answer()?, "recognizers");
        Ok(peer)
    }

    /// Has it search all documents in the manner of `order`: `context`, `bare` or `sought`.
    pub(crate) fn pass(&mut self, order: &str) -> Result<Pass, Box<dyn Error>> {
        writeln!(self.orders, "{order}")?;
        let mut answer = self.answer()?;
        let seconds = taken(&mut answer, "seconds").as_f64().ok_or("no time")?;
        Ok(Pass { seconds, found: serde_json::from_value(taken(&mut answer, "found"))? })
    }

    /// Ends it.
    pub(crate) fn stop(self) -> Result<(), Box<dyn Error>> {
        let Peer { mut child, orders, .. } = self;
        drop(orders);
        child.wait()?;
        Ok(())
    }

    fn answer(&mut self) -> Result<Value, Box<dyn Error>> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        Ok(serde_json::from_str(&line)?)
    }
}

fn taken(answer: &mut Value, name: &str) -> Value {
    answer.get_mut(name).map(Value::take).unwrap_or_default()
}

impl Pass {
    /// The findings of kinds that are planted; with `only_sought` of the planted entities only, which is more than a finder
    /// can know of a text.
    pub(crate) fn found(&self, documents: &[Document], threshold: f64, only_sought: bool) -> Vec<Vec<Found>> {
        let each = |(document, found): (&Document, &Vec<(usize, usize, String, f64)>)| {
            let mut places: Vec<usize> = document.text.char_indices().map(|(at, _)| at).collect();
            places.push(document.text.len());
            let place = |character: &usize| places.get(*character).copied().unwrap_or(document.text.len());
            let sought = |entity: &str| LABELS.iter().any(|l| l.entity == entity);
            let kept = found.iter().filter(|f| f.3 >= threshold && (!only_sought || sought(&f.2)));
            let found = kept.filter_map(|(start, end, entity, score)| {
                let span = place(start)..place(end);
                Some(Found { span, kind: kind_of(entity)?, score: *score })
            });
            found.filter(|f| f.kind != mask::Kind::UrlCredential || meets_a_url(f, &document.truth)).collect()
        };
        documents.iter().zip(&self.found).map(each).collect()
    }
}

/// Presidio finds URLs and does not say which hold a secret: only those that do are counted.
fn meets_a_url(found: &Found, truth: &[Truth]) -> bool {
    truth.iter().any(|t| {
        LABELS.get(t.label).is_some_and(|l| l.entity == "URL")
            && found.span.start < t.span.end
            && t.span.start < found.span.end
    })
}
