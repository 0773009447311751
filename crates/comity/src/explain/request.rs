//! What is asked about: a model by its name, or a request with what is found in it.

use std::io::Read;
use std::path::Path;

use anyhow::{Context, anyhow};
use assess::Stated;
use estate::{Estate, Masking, System};
use gateway::Looked;
use serde_json::{Map, Value, json};

use super::unknown;
use crate::cli::{Cli, ExplainArgs};
use crate::recognizing;

pub(super) struct Asked {
    pub(super) model: Option<String>,
    pub(super) stated: Stated,
    /// What is in the request, where there is one.
    looked: Option<Looked>,
}

/// What the command line asks about; `stated` is what it states.
pub(super) fn asked(
    cli: &Cli,
    args: &ExplainArgs,
    at: (&Estate, &System),
    stated: Stated,
) -> anyhow::Result<Asked> {
    let Some(file) = &args.request else {
        return Ok(Asked { model: args.model.clone(), stated, looked: None });
    };
    let wire = gateway::wire_at(&args.path)
        .ok_or_else(|| unknown("path of requests", &args.path, gateway::paths()))?;
    let finder = gateway::finder(at.0, recognizing::recognizer(at.0, &cli.estate)?);
    let looked = gateway::look(wire, body(file)?.into(), &finder, at)
        .map_err(|error| anyhow!(error.message).context("the gateway would not take this request"))?;
    let Looked { detected, replaceable, maskable, .. } = looked;
    Ok(Asked {
        model: Some(looked.model.clone()),
        stated: Stated { detected, replaceable, maskable, ..stated },
        looked: Some(looked),
    })
}

fn body(file: &Path) -> anyhow::Result<Vec<u8>> {
    if file != Path::new("-") {
        return std::fs::read(file)
            .with_context(|| format!("the request `{}` cannot be read", file.display()));
    }
    let mut body = Vec::new();
    std::io::stdin().lock().read_to_end(&mut body).context("standard input cannot be read")?;
    Ok(body)
}

impl Asked {
    /// What was found, for people.
    pub(super) fn lines(&self, system: &System) -> Vec<String> {
        let Some(looked) = &self.looked else { return Vec::new() };
        let mut lines = vec![format!("Found in the request: {}", found(looked, system.masking))];
        let named = [("Data detected", looked.detected), ("Of these a mask takes away", looked.replaceable)];
        for (what, categories) in named.into_iter().filter(|(_, categories)| !categories.is_empty()) {
            lines.push(format!("{what}: {}", categories.names().collect::<Vec<_>>().join(", ")));
        }
        lines.extend(looked.refused.iter().map(|why| format!("The gateway refuses it everywhere: {why}")));
        lines.push(String::new());
        lines
    }

    /// The same for programs; nothing where no request was given.
    pub(super) fn json(&self) -> Map<String, Value> {
        let mut json = Map::new();
        let Some(looked) = &self.looked else { return json };
        let found = looked.kinds.iter().map(|(kind, count)| {
            json!({ "kind": kind.name(), "category": kind.category().to_string(), "count": count })
        });
        json.insert("model".to_owned(), json!(looked.model));
        json.insert("found".to_owned(), found.collect());
        json.insert("detected".to_owned(), looked.detected.names().collect());
        json.insert("replaceable".to_owned(), looked.replaceable.names().collect());
        json.insert("refused".to_owned(), json!(looked.refused));
        json
    }
}

fn found(looked: &Looked, masking: Masking) -> String {
    if !masking.reads() {
        return "its content is not read, since `masking` of this system is `off`".to_owned();
    }
    let kinds: Vec<String> = looked.kinds.iter().map(|(kind, count)| format!("{kind} ({count})")).collect();
    if kinds.is_empty() { "no identifiers".to_owned() } else { kinds.join(", ") }
}
