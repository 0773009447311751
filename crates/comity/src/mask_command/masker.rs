//! What masks the texts of one run: a finder, a key, and the vault of what was masked.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, anyhow};
use estate::Estate;
use mask::{ConversationKey, Finder, Hints, MaskKey, MaskMap, RecognizerFailed, Vault};

use super::told::{self, Told};
use crate::cli::{Cli, MaskArgs};
use crate::{loading, recognizing, show, system};

pub(super) struct Masker {
    finder: Finder,
    hints: Hints,
    key: MaskKey,
    vault: Vault,
    /// Whether the originals of one text are needed after it.
    keeps: bool,
}

impl Masker {
    /// Takes dictionaries and key from where the command line says.
    pub(super) fn new(cli: &Cli, args: &MaskArgs, hints: Hints) -> anyhow::Result<Masker> {
        let estate = estate(cli)?;
        let finder = match estate.as_deref() {
            Some(estate) => gateway::finder(estate, recognizing::recognizer(estate, &cli.estate)?),
            None => Finder::default(),
        };
        let key = key(cli, args, estate.as_deref())?;
        let vault = Vault::new(conversation(&key));
        Ok(Masker { finder, hints, key, vault, keeps: args.map.is_some() || !args.jsonl })
    }

    /// The text masked, and what was found in it. Its own hints go before those of the run.
    ///
    /// # Errors
    /// The recognizer could not search it.
    pub(super) fn mask<'t>(
        &mut self,
        text: &'t str,
        hints: Option<&Hints>,
    ) -> Result<(Cow<'t, str>, Vec<Told>), RecognizerFailed> {
        if !self.keeps {
            self.vault = Vault::new(conversation(&self.key));
        }
        let findings = self.finder.try_find(text, hints.unwrap_or(&self.hints))?;
        Ok((self.vault.mask(text, &findings), told::told(text, &findings)))
    }

    /// What undoes the masks so far.
    pub(super) fn map(&self) -> MaskMap {
        self.vault.to_map()
    }
}

/// All that is masked with one key has the same pseudonyms, here and in the next run.
fn conversation(key: &MaskKey) -> ConversationKey {
    key.conversation(&[b"comity mask"])
}

/// The estate for its dictionaries. One that nobody named and that does not load is done without, and that is said.
fn estate(cli: &Cli) -> anyhow::Result<Option<Arc<Estate>>> {
    if !cli.estate_named && !cli.estate.join("estate.toml").exists() {
        return Ok(None);
    }
    match loading::estate(&cli.estate) {
        Err(error) if !cli.estate_named => {
            show::note(format!(
                "the dictionaries of the estate in this folder are not used: {}, or run `comity check`",
                loading::brief(&error)
            ));
            Ok(None)
        }
        loaded => loaded.map(Some),
    }
}

fn key(cli: &Cli, args: &MaskArgs, estate: Option<&Estate>) -> anyhow::Result<MaskKey> {
    match (&args.key, estate) {
        (Some(file), _) => key_in(file),
        (None, Some(estate)) => gateway::mask_key(estate, &cli.estate, &system::entropy())
            .context("the estate's key of pseudonyms cannot be had; name a file with one by `--key FILE`"),
        (None, None) => {
            let mut bytes = [0; 32];
            system::entropy()(&mut bytes);
            Ok(MaskKey::from_bytes(bytes)?)
        }
    }
}

fn key_in(file: &Path) -> anyhow::Result<MaskKey> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("the key in `{}` cannot be read", file.display()))?;
    let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes()).ok();
    let bytes: Option<[u8; 32]> = bytes.and_then(|bytes| bytes.try_into().ok());
    bytes.and_then(|bytes| MaskKey::from_bytes(bytes).ok()).ok_or_else(|| {
        anyhow!(
            "`{}` is no key of pseudonyms: expected 64 hexadecimal digits, not all alike; make one with \
             `openssl rand -hex 32`",
            file.display()
        )
    })
}
