//! Words in the sources of the workspace's crates.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::table::{Table, Words};

/// A source file, without tests and comments.
pub(super) struct Source {
    /// Its path in the repository, with slashes.
    pub(super) path: String,
    /// Its text; lines are where they were.
    pub(super) text: String,
}

/// Reads every file below `crates/*/src` that is not a test.
pub(super) fn read(root: &Path) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for entry in fs::read_dir(root.join("crates")).context("cannot list the crates")? {
        walk(root, &entry?.path().join("src"), &mut sources)?;
    }
    sources.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(sources)
}

fn walk(root: &Path, folder: &Path, sources: &mut Vec<Source>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list `{}`", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            walk(root, &path, sources)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path)?;
            let path = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
            sources.extend(Source::new(path, &text));
        }
    }
    Ok(())
}

impl Source {
    /// The file as the rules see it; nothing if it is a test.
    pub(super) fn new(path: String, text: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or_default();
        if path.contains("/tests/") || ["tests.rs", "testing.rs"].contains(&name) {
            return None;
        }
        Some(Self { path, text: without_tests(text) })
    }

    fn krate(&self) -> &str {
        self.path.split('/').nth(1).unwrap_or_default()
    }
}

/// Tests stand last in a file, so what follows their module is theirs.
fn without_tests(text: &str) -> String {
    let mut kept = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let module = |next: &&str| next.starts_with("mod ") && next.ends_with('{');
        if line == "#[cfg(test)]" && lines.peek().is_some_and(module) {
            break;
        }
        kept.push(line.find("//").map_or(line, |comment| line.get(..comment).unwrap_or_default()));
    }
    kept.join("\n")
}

/// Every word in a file that a rule does not let say it, and every exception that is no longer used in full.
pub(super) fn faults(table: &Table, sources: &[Source]) -> Vec<String> {
    let mut faults = Vec::new();
    for rule in &table.words {
        for source in sources.iter().filter(|source| rule.binds(source)) {
            let found = rule.find(source);
            let granted = table.granted(rule, source);
            if found.len() > granted {
                faults.extend(found);
            }
        }
    }
    faults.extend(unused(table, sources));
    faults
}

fn unused(table: &Table, sources: &[Source]) -> Vec<String> {
    let used = |rule: &str, file: &str| {
        let rule = table.words.iter().find(|words| words.rule == rule);
        let source = sources.iter().find(|source| source.path == file);
        rule.zip(source).map_or(0, |(rule, source)| rule.find(source).len())
    };
    let exceptions = table.exception.iter().map(|granted| (granted, used(&granted.rule, &granted.file)));
    exceptions
        .filter(|(granted, used)| *used < granted.times)
        .map(|(granted, used)| {
            let (rule, file, times) = (&granted.rule, &granted.file, granted.times);
            format!("the table grants `{file}` {times} exceptions from `{rule}` and it needs {used}: lower the number")
        })
        .collect()
}

impl Table {
    fn granted(&self, rule: &Words, source: &Source) -> usize {
        let here = self.exception.iter().filter(|grant| grant.rule == rule.rule && grant.file == source.path);
        here.map(|grant| grant.times).sum()
    }
}

impl Words {
    fn binds(&self, source: &Source) -> bool {
        let named = self.crates.is_empty() || self.crates.iter().any(|name| name == source.krate());
        let path = format!("/{}", source.path);
        let free = |place: &String| match place.strip_suffix('/') {
            Some(_) => path.contains(&format!("/{place}")),
            None => place == source.krate() || path.ends_with(&format!("/{place}")),
        };
        named && !self.not_in.iter().any(free)
    }

    /// One message for each line of the file that says one of the words.
    fn find(&self, source: &Source) -> Vec<String> {
        let lines = source.text.lines().zip(1..);
        let said = lines.filter_map(|(line, number)| {
            let word = self.words.iter().find(|word| says(line, word))?;
            let Self { rule, why, .. } = self;
            Some(format!("{}:{number}: `{word}` ({rule}): {why}", source.path))
        });
        said.collect()
    }
}

/// Whether a line has a word that is not a part of a longer one. An edge of the word that is no letter may touch anything.
fn says(line: &str, word: &str) -> bool {
    let part = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    let (starts, ends) = (part(word.chars().next()), part(word.chars().next_back()));
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|start| start.chars().next_back());
        let after = line.get(at + word.len()..).and_then(|rest| rest.chars().next());
        let longer = (starts && part(before)) || (ends && part(after));
        !longer
    })
}
