//! The finder of identifiers, with the dictionaries of one estate; and the key of their pseudonyms.

use std::path::Path;
use std::sync::{Arc, Weak};

use border::Entropy;
use estate::{Estate, WordKind};
use mask::{Dictionary, Finder, Kind, MaskKey, Recognizer};

use crate::secrets::{self, SecretsError};

/// A finder and the estate whose dictionaries it has.
pub(crate) struct Dictionaries {
    estate: Weak<Estate>,
    finder: Arc<Finder>,
}

impl Dictionaries {
    pub(crate) fn of(estate: &Arc<Estate>, recognizer: Option<Arc<dyn Recognizer>>) -> Dictionaries {
        Dictionaries { estate: Arc::downgrade(estate), finder: Arc::new(finder(estate, recognizer)) }
    }

    pub(crate) fn is_of(&self, estate: &Arc<Estate>) -> bool {
        std::ptr::eq(self.estate.as_ptr(), Arc::as_ptr(estate))
    }

    pub(crate) fn finder(&self) -> Arc<Finder> {
        self.finder.clone()
    }
}

/// What finds identifiers in content of this estate: its dictionaries and, if there is one, its recognizer.
pub fn finder(estate: &Estate, recognizer: Option<Arc<dyn Recognizer>>) -> Finder {
    let dictionaries = estate.dictionaries().iter().map(|dictionary| Dictionary {
        kind: kind(dictionary.kind),
        words: dictionary.words.clone(),
        category: dictionary.category,
    });
    let finder = Finder::new(dictionaries.collect());
    match recognizer {
        Some(recognizer) => finder.with_recognizer(recognizer),
        None => finder,
    }
}

fn kind(words: WordKind) -> Kind {
    match words {
        WordKind::Person => Kind::Person,
        WordKind::Address => Kind::Address,
        WordKind::Organization => Kind::Organization,
        WordKind::Term => Kind::Term,
    }
}

/// The key of pseudonyms: from where the estate says, or a new one for this run. Files are relative to `folder`.
///
/// # Errors
/// The key cannot be had, or is none.
pub fn mask_key(estate: &Estate, folder: &Path, entropy: &Entropy) -> Result<MaskKey, SecretsError> {
    const OF: &str = "`mask_key`";
    const EXPECTED: &str = "a key of pseudonyms is 64 hexadecimal digits, not all alike";
    let malformed = || SecretsError::Malformed { of: OF.to_owned(), expected: EXPECTED };
    let mut bytes = [0; 32];
    match &estate.gateway().mask_key {
        None => entropy(&mut bytes),
        Some(source) => {
            let text = secrets::text(OF, source, folder)?;
            let read = data_encoding::HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes()).ok();
            bytes = read.and_then(|read| read.try_into().ok()).ok_or_else(malformed)?;
        }
    }
    MaskKey::from_bytes(bytes).map_err(|_| malformed())
}
