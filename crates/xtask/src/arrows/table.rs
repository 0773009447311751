//! The committed table.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::Deserialize;

/// What may depend on what.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    /// The rooms.
    pub(super) crates: BTreeMap<String, Room>,
    /// Crates that no room imports.
    pub(super) outside: BTreeMap<String, Outside>,
    /// Who may name a dependency; a star stands for any ending.
    pub(super) owners: BTreeMap<String, Vec<String>>,
    /// Rules on words in the sources.
    pub(super) words: Vec<Words>,
    #[serde(default)]
    pub(super) exception: Vec<Exception>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Room {
    /// Imports go to lower rings.
    pub(super) ring: u8,
    /// What it may import.
    pub(super) uses: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Outside {
    pub(super) uses: Vec<String>,
}

/// Words that only some files may say.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub(super) rule: String,
    pub(super) why: String,
    /// Crates it binds; all of them if none is named.
    #[serde(default)]
    pub(super) crates: Vec<String>,
    /// Crates, file names and folders (with a slash at the end) that it does not bind.
    #[serde(default)]
    pub(super) not_in: Vec<String>,
    pub(super) words: Vec<String>,
}

/// A file that may break a rule on words so many times.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Exception {
    pub(super) rule: String,
    pub(super) file: String,
    pub(super) times: usize,
    #[expect(dead_code, reason = "required of the table's writers, read by people")]
    pub(super) why: String,
}

impl Table {
    pub(super) fn read(text: &str) -> Result<Self> {
        toml::from_str(text).context("cannot read the table of arrows")
    }

    /// How many exceptions are granted in all.
    pub(super) fn exceptions(&self) -> usize {
        self.exception.iter().map(|exception| exception.times).sum()
    }

    /// What a crate may import; `None` if the table does not know it.
    pub(super) fn uses(&self, name: &str) -> Option<&[String]> {
        let room = self.crates.get(name).map(|room| &room.uses);
        room.or_else(|| self.outside.get(name).map(|outside| &outside.uses)).map(Vec::as_slice)
    }

    /// The ring of a room.
    pub(super) fn ring(&self, name: &str) -> Option<u8> {
        self.crates.get(name).map(|room| room.ring)
    }

    /// Who may name a dependency; `None` if anybody may.
    pub(super) fn owners(&self, dependency: &str) -> Option<&[String]> {
        let fits = |pattern: &str| match pattern.strip_suffix('*') {
            Some(start) => dependency.starts_with(start),
            None => dependency == pattern,
        };
        self.owners.iter().find(|(pattern, _)| fits(pattern)).map(|(_, owners)| owners.as_slice())
    }
}
