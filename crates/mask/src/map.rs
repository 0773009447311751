//! A mask's undoing as a file.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize, Serializer};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::Kind;
use crate::pseudonym::{Pseudonym, forms};
use crate::restore::{Inside, Restorer};
use crate::table::Table;

/// Pseudonyms and their originals as they are written down: a list of entries with `pseudonym`, `original` and `kind`.
/// It is as secret as the text that was masked; its `Debug` shows a count only.
#[derive(Clone, Default, Deserialize)]
#[serde(try_from = "Vec<RawEntry>")]
pub struct MaskMap {
    table: Arc<Table>,
}

/// Why a map cannot be used. No message has an original in it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MapError {
    /// No such kind.
    #[error("no kind of identifier is called `{0}`")]
    UnknownKind(String),
    /// It has not the form, or that of another kind.
    #[error("`{pseudonym}` is no pseudonym of the kind `{kind}`")]
    NotAPseudonym {
        /// What stands there.
        pseudonym: String,
        /// The kind that stands beside it.
        kind: Kind,
    },
    /// Two originals for one pseudonym.
    #[error("`{0}` stands for two originals")]
    Twice(String),
}

impl MaskMap {
    pub(crate) fn new(table: Arc<Table>) -> MaskMap {
        MaskMap { table }
    }

    /// As [`Vault::restore`](crate::Vault::restore).
    pub fn restore<'t>(&self, text: &'t str, inside: Inside) -> Cow<'t, str> {
        self.table.restore(text, inside, false)
    }

    /// As [`Vault::restorer`](crate::Vault::restorer).
    pub fn restorer(&self, inside: Inside) -> Restorer {
        Restorer::new(Arc::clone(&self.table), inside)
    }

    /// Whether it has no entry.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.table.len()
    }
}

impl fmt::Debug for MaskMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MaskMap").field("len", &self.len()).finish_non_exhaustive()
    }
}

#[derive(Serialize)]
struct WrittenEntry<'a> {
    pseudonym: &'a str,
    original: &'a str,
    kind: &'static str,
}

impl Serialize for MaskMap {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.table.entries().map(|(pseudonym, original, kind)| WrittenEntry {
            pseudonym,
            original,
            kind: kind.name(),
        }))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    pseudonym: String,
    original: String,
    kind: String,
}

impl TryFrom<Vec<RawEntry>> for MaskMap {
    type Error = MapError;

    fn try_from(raw: Vec<RawEntry>) -> Result<MaskMap, MapError> {
        let mut table = Table::default();
        for entry in raw {
            let original = Zeroizing::new(entry.original);
            let pseudonym = read(&entry.pseudonym, &entry.kind)?;
            if table.original(pseudonym).is_some_and(|other| other != original.as_str()) {
                return Err(MapError::Twice(entry.pseudonym));
            }
            table.put(pseudonym, original);
        }
        Ok(MaskMap::new(Arc::new(table)))
    }
}

fn read(written: &str, name: &str) -> Result<Pseudonym, MapError> {
    let known = Kind::ALL.iter().copied().find(|kind| kind.name() == name);
    let kind = known.ok_or_else(|| MapError::UnknownKind(name.to_owned()))?;
    let whole = forms(written).find(|(span, found)| *span == (0..written.len()) && found.kind == kind);
    let refused = || MapError::NotAPseudonym { pseudonym: written.to_owned(), kind };
    whole.map(|(_, pseudonym)| pseudonym).ok_or_else(refused)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Vault;
    use crate::key::ConversationKey;

    fn vault() -> (Vault, String) {
        let mut vault = Vault::new(ConversationKey::fixed());
        let masked = vault.pseudonym(Kind::Person, "Zoë \"Z\"") + &vault.pseudonym(Kind::TaxId, "123");
        (vault, masked)
    }

    fn refusal(entries: &[[&str; 3]]) -> String {
        let entries = entries.iter().map(|[pseudonym, original, kind]| {
            serde_json::json!({"pseudonym": pseudonym, "original": original, "kind": kind})
        });
        serde_json::from_value::<MaskMap>(entries.collect()).unwrap_err().to_string()
    }

    #[test]
    fn a_map_that_was_written_down_restores_what_its_vault_would() {
        let (vault, masked) = vault();
        let written = serde_json::to_string(&vault.to_map()).unwrap();
        let map: MaskMap = serde_json::from_str(&written).unwrap();
        assert_eq!(map.len(), 2);
        for inside in [Inside::Text, Inside::JsonString] {
            assert_eq!(map.restore(&masked, inside), vault.restore(&masked, inside));
            assert_eq!(map.restorer(inside).push(&masked), vault.restore(&masked, inside));
        }
        assert_eq!(serde_json::to_string(&map).unwrap(), written);
    }

    #[test]
    fn a_map_that_would_restore_something_else_is_refused() {
        let (vault, _) = vault();
        let (pseudonym, ..) = vault.originals().find(|(.., kind)| *kind == Kind::TaxId).unwrap();
        assert_eq!(refusal(&[[pseudonym, "123", "tax"]]), "no kind of identifier is called `tax`");
        for (wrong, kind) in [("the", "tax_id"), (&pseudonym[1..], "tax_id"), (pseudonym, "email")] {
            let expected = format!("`{wrong}` is no pseudonym of the kind `{kind}`");
            assert_eq!(refusal(&[[wrong, "123", kind]]), expected);
        }
        let twice = [[pseudonym, "123", "tax_id"], [&pseudonym.to_uppercase(), "321", "tax_id"]];
        assert_eq!(refusal(&twice), format!("`{}` stands for two originals", pseudonym.to_uppercase()));
    }
}
