//! Masking the texts of one request, and what is needed to undo it.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::key::ConversationKey;
use crate::map::MaskMap;
use crate::pseudonym::{Pseudonym, forms};
use crate::restore::{Inside, Restorer};
use crate::table::Table;
use crate::{Finding, Kind};

/// Pseudonyms of one request, such as `Email7k2m9qv4t3x5`, and their originals. It is dropped with the request, and its
/// originals are wiped; nothing else keeps them but the restorers and maps made of it.
///
/// # One text, one pseudonym
/// Only exactly the same text of the same kind has the same pseudonym: `+49 30 123` and `+4930123` have two. Else one
/// of them would come back written as the other, and what goes out masked would not come back byte for byte. The model
/// does not see that the two are the same number; it would if pseudonyms were given to values.
///
/// # Pseudonyms that are in the request
/// A text may have something of a pseudonym's form in it, by chance, from an answer that was not restored, or because
/// somebody wants an original in the answer that is not theirs. No original ever gets a pseudonym that stood in a text
/// of the request. So that this holds for all of them, give every text of the request to [`Vault::reserve`] before the
/// first is masked; [`Vault::mask`] reserves its own.
pub struct Vault {
    key: ConversationKey,
    reserved: HashSet<Pseudonym>,
    table: Arc<Table>,
}

impl Vault {
    /// An empty vault of this conversation.
    pub fn new(key: ConversationKey) -> Vault {
        Vault { key, reserved: HashSet::new(), table: Arc::default() }
    }

    /// Keeps everything in `text` that looks like a pseudonym from being used as one.
    ///
    /// If one was given out before, it is no longer restored, so that an answer may show a pseudonym and never somebody
    /// else's original. Restorers made before still restore it.
    pub fn reserve(&mut self, text: &str) {
        for (_, pseudonym) in forms(text) {
            if self.reserved.insert(pseudonym) && self.table.original(pseudonym).is_some() {
                Arc::make_mut(&mut self.table).remove(pseudonym);
            }
        }
    }

    /// The text with a pseudonym in place of each finding.
    ///
    /// Nothing that a finding covers is left: a span that cuts a character is widened to the whole of it, and of
    /// findings that overlap the later gets what the earlier left over.
    pub fn mask<'t>(&mut self, text: &'t str, findings: &[Finding]) -> Cow<'t, str> {
        self.reserve(text);
        let mut spans: Vec<_> =
            findings.iter().map(|finding| (whole(text, &finding.span), finding.kind)).collect();
        spans.sort_by_key(|(span, _)| (span.start, span.end));
        let (mut masked, mut done) = (String::new(), 0);
        for (span, kind) in spans {
            let start = span.start.max(done);
            let Some(original) = text.get(start..span.end).filter(|original| !original.is_empty()) else {
                continue;
            };
            masked.push_str(text.get(done..start).unwrap_or_default());
            masked.push_str(&self.pseudonym(kind, original));
            done = span.end;
        }
        if done == 0 {
            return Cow::Borrowed(text);
        }
        masked.push_str(text.get(done..).unwrap_or_default());
        Cow::Owned(masked)
    }

    /// The pseudonym of an original. Nothing else in this vault has it.
    pub fn pseudonym(&mut self, kind: Kind, original: &str) -> String {
        let mut counter = 0;
        loop {
            let pseudonym = self.key.derive(kind, original, counter);
            if self.take(pseudonym, original) {
                return pseudonym.to_string();
            }
            counter = counter.wrapping_add(1);
        }
    }

    /// Whether the pseudonym now stands for the original; it does not if it is reserved or stands for another.
    fn take(&mut self, pseudonym: Pseudonym, original: &str) -> bool {
        if self.reserved.contains(&pseudonym) {
            return false;
        }
        if let Some(taken) = self.table.original(pseudonym) {
            return taken == original;
        }
        Arc::make_mut(&mut self.table).put(pseudonym, Zeroizing::new(original.to_owned()));
        true
    }

    /// Whether nothing was masked.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// How many originals have a pseudonym.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Pseudonym, original and kind of everything that can be restored, in no order that tells of the text.
    pub fn originals(&self) -> impl Iterator<Item = (&str, &str, Kind)> {
        self.table.entries()
    }

    /// The whole text with originals in place of their pseudonyms, borrowed if there are none in it. Only what is in
    /// this vault is replaced; whatever else has the form of a pseudonym stays as it is.
    pub fn restore<'t>(&self, text: &'t str, inside: Inside) -> Cow<'t, str> {
        self.table.restore(text, inside, false)
    }

    /// Restores a text that comes in pieces. It has a share in what the vault holds now, and may outlive it.
    pub fn restorer(&self, inside: Inside) -> Restorer {
        Restorer::new(Arc::clone(&self.table), inside)
    }

    /// What can be written down to undo the mask later. It has the originals in it.
    pub fn to_map(&self) -> MaskMap {
        MaskMap::new(Arc::clone(&self.table))
    }
}

/// The span in whole characters and within the text.
fn whole(text: &str, span: &Range<usize>) -> Range<usize> {
    text.floor_char_boundary(span.start)..text.ceil_char_boundary(span.end)
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault")
            .field("originals", &self.len())
            .field("reserved", &self.reserved.len())
            .finish_non_exhaustive()
    }
}
