//! Bundles: estate, law and the versions in service as one signed file, for replicas to run by.
//!
//! A bundle is two files: `bundle.json` with the contents, and `bundle.note`, a signed note (C2SP signed-note) of its counter and
//! digest. What differs from replica to replica, `[gateway]` and the declared ledgers, stays on each machine.

mod door;
mod make;
mod source;

use std::collections::BTreeMap;

use anyhow::{Context, bail, ensure};
use border::{Alias, Serving};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tlog::Verifier;

pub(crate) use make::run;
pub(crate) use source::BundleSource;

/// The contents of a bundle.
pub(crate) const CONTENTS: &str = "bundle.json";
/// What is signed of it.
pub(crate) const NOTE: &str = "bundle.note";

/// The first line of what is signed, so that no other note is taken for one of these.
const TITLE: &str = "comity bundle";

/// Contents of another form are not read.
const FORM: u32 = 1;

/// Everything that replicas share.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Contents {
    v: u32,
    counter: u64,
    /// Files of the estate, by name.
    pub(crate) estate: BTreeMap<String, String>,
    /// Rulebooks instead of the built-in ones, if there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) law: Option<BTreeMap<String, String>>,
    /// The versions of model names in service.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) versions: Vec<(Alias, Serving)>,
}

/// What a signed note says of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Head {
    /// Goes up with each bundle, so that an old one is not taken for a new one.
    pub(crate) counter: u64,
    /// SHA-256 of the contents, in hexadecimal.
    pub(crate) digest: String,
}

impl Head {
    fn of(counter: u64, contents: &[u8]) -> Head {
        Head { counter, digest: data_encoding::HEXLOWER.encode(&Sha256::digest(contents)) }
    }

    fn text(&self) -> String {
        format!("{TITLE}\n{}\n{}\n", self.counter, self.digest)
    }

    /// What a note says, if it is signed by `key` and is written exactly as we write it.
    pub(crate) fn read(note: &str, key: &Verifier) -> anyhow::Result<Head> {
        let text = tlog::open_note(note, std::slice::from_ref(key))?;
        let mut lines = text.lines();
        let (Some(TITLE), Some(counter), Some(digest)) = (lines.next(), lines.next(), lines.next()) else {
            bail!("the signed note is of something else than a bundle");
        };
        let head =
            Head { counter: counter.parse().context("the counter is no number")?, digest: digest.to_owned() };
        ensure!(head.text() == text, "the signed note is not of the form of a bundle");
        Ok(head)
    }

    /// The contents that this head is of.
    pub(crate) fn contents(&self, bytes: &[u8]) -> anyhow::Result<Contents> {
        let found = Head::of(self.counter, bytes);
        ensure!(
            found == *self,
            "`{CONTENTS}` has another digest than its signed note says: {}",
            found.digest
        );
        let contents: Contents = serde_json::from_slice(bytes).context("the contents cannot be read")?;
        ensure!(
            contents.v == FORM,
            "the contents are of form {}, and this program reads form {FORM}",
            contents.v
        );
        ensure!(contents.counter == self.counter, "the contents have another counter than their signed note");
        Ok(contents)
    }

    /// Whether this may take the place of `before`: no older counter, and never another bundle of the same.
    pub(crate) fn follows(&self, before: &Head) -> anyhow::Result<()> {
        ensure!(
            self.counter >= before.counter,
            "the bundle has the counter {}, and one with {} ran here before: an old bundle is not taken back",
            self.counter,
            before.counter
        );
        ensure!(
            self.counter > before.counter || self.digest == before.digest,
            "there are two bundles with the counter {}: whoever signs them must not use one twice",
            self.counter
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests;
