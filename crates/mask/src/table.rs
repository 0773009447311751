//! Which pseudonym stands for which original, and putting the originals back into a text.

use std::borrow::Cow;
use std::collections::BTreeMap;

use zeroize::Zeroizing;

use crate::Kind;
use crate::pseudonym::{self, Beginning, Code, Pseudonym, forms};
use crate::restore::Inside;

/// Originals by their pseudonyms. Wiped when dropped.
#[derive(Clone, Default)]
pub(crate) struct Table {
    kinds: BTreeMap<Kind, BTreeMap<Code, Entry>>,
}

#[derive(Clone)]
struct Entry {
    pseudonym: String,
    original: Zeroizing<String>,
}

impl Table {
    pub(crate) fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.kinds.values().map(BTreeMap::len).sum()
    }

    /// Pseudonym, original and kind of each entry.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&str, &str, Kind)> {
        let entries = self.kinds.iter().flat_map(|(kind, codes)| codes.values().map(|entry| (*kind, entry)));
        entries.map(|(kind, entry)| (entry.pseudonym.as_str(), entry.original.as_str(), kind))
    }

    pub(crate) fn original(&self, pseudonym: Pseudonym) -> Option<&str> {
        self.kinds.get(&pseudonym.kind)?.get(&pseudonym.code).map(|entry| entry.original.as_str())
    }

    pub(crate) fn put(&mut self, pseudonym: Pseudonym, original: Zeroizing<String>) {
        let entry = Entry { pseudonym: pseudonym.to_string(), original };
        self.kinds.entry(pseudonym.kind).or_default().insert(pseudonym.code, entry);
    }

    pub(crate) fn remove(&mut self, pseudonym: Pseudonym) {
        if let Some(codes) = self.kinds.get_mut(&pseudonym.kind) {
            codes.remove(&pseudonym.code);
        }
        self.kinds.retain(|_, codes| !codes.is_empty());
    }

    /// The text with originals in place of pseudonyms. `escaped` says whether a backslash before the text takes its
    /// first character, which only matters inside JSON.
    pub(crate) fn restore<'t>(&self, text: &'t str, inside: Inside, escaped: bool) -> Cow<'t, str> {
        let (mut restored, mut done) = (String::new(), 0);
        for (span, pseudonym) in forms(text) {
            let Some(original) = self.original(pseudonym) else { continue };
            let before = text.get(..span.start).unwrap_or_default();
            if inside.takes_next(before, escaped) {
                continue;
            }
            restored.push_str(before.get(done..).unwrap_or_default());
            inside.put(original, &mut restored);
            done = span.end;
        }
        if done == 0 {
            return Cow::Borrowed(text);
        }
        restored.push_str(text.get(done..).unwrap_or_default());
        Cow::Owned(restored)
    }

    /// Where the longest end of `text` begins that could become a pseudonym of this table, or the text's end.
    ///
    /// A whole pseudonym is not such an end, nor is a part of one, since pseudonyms do not overlap.
    pub(crate) fn open_end(&self, text: &str) -> usize {
        let last = text.char_indices().rev().take(pseudonym::LONGEST - 1);
        let starts = last.take_while(|(_, letter)| pseudonym::may_hold(*letter)).map(|(at, _)| at);
        let open = starts.filter(|at| text.get(*at..).is_some_and(|end| self.may_begin_with(end)));
        open.last().unwrap_or(text.len())
    }

    fn may_begin_with(&self, text: &str) -> bool {
        self.kinds.iter().any(|(kind, codes)| match pseudonym::beginning(text, *kind) {
            None => false,
            Some(Beginning::Word) => true,
            Some(Beginning::Body(open)) => open.start() != open.end() && codes.range(open).next().is_some(),
        })
    }
}
