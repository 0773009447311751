//! The finder: one pass over a text, and a closer look wherever a digit, an `@` or a word of the operator stands.

mod around;
mod bank;
mod check;
mod coordinates;
mod date;
mod dictionary;
mod few;
mod look;
mod mail;
mod national;
mod network;
mod overlap;
mod phone;
mod scan;
mod secret;
#[cfg(test)]
mod tests;
mod topic;

use std::fmt;
use std::sync::Arc;

use terms::Place;

use crate::Finding;
use dictionary::Dictionaries;
pub use dictionary::Dictionary;
use overlap::Candidate;
use scan::Search;

/// Finds identifiers. It never changes and may be shared by threads.
#[derive(Clone, Default)]
pub struct Finder {
    dictionaries: Dictionaries,
    recognizers: Vec<Arc<dyn Recognizer>>,
}

/// What is known of a text beforehand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hints {
    /// Countries that the text has to do with, such as where its subject lives. They decide between schemes that a number
    /// fits equally, and where a telephone number without a country belongs; they are no evidence.
    pub countries: Vec<Place>,
}

/// Another way to find identifiers, such as a model of the operator's.
pub trait Recognizer: Send + Sync {
    /// What it finds in `text`. Spans that are empty, pass the end or cut a character are dropped.
    ///
    /// # Errors
    /// It could not search the text, which is not to be taken for a text without identifiers.
    fn recognize(&self, text: &str) -> Result<Vec<Finding>, RecognizerFailed>;
}

/// A recognizer could not search a text. Says why, and nothing of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecognizerFailed {
    why: String,
}

impl RecognizerFailed {
    /// Failed, and why. The words may be logged.
    pub fn new(why: impl Into<String>) -> RecognizerFailed {
        RecognizerFailed { why: why.into() }
    }
}

impl fmt::Display for RecognizerFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the recognizer could not search a text: {}", self.why)
    }
}

impl std::error::Error for RecognizerFailed {}

impl Finder {
    /// A finder that also knows the operator's words.
    pub fn new(dictionaries: Vec<Dictionary>) -> Finder {
        Finder { dictionaries: Dictionaries::new(dictionaries), recognizers: Vec::new() }
    }

    /// Asks `recognizer` too. Where its findings overlap with others the same rules decide.
    #[must_use]
    pub fn with_recognizer(mut self, recognizer: Arc<dyn Recognizer>) -> Finder {
        self.recognizers.push(recognizer);
        self
    }

    /// The identifiers in `text` by its own schemes and the operator's words, sorted by where they start; recognizers are not
    /// asked. They never overlap, and their spans lie on the boundaries of characters. Time and memory grow with the length of
    /// the text and no faster.
    pub fn find(&self, text: &str, hints: &Hints) -> Vec<Finding> {
        overlap::resolve(text, self.candidates(text, hints))
    }

    /// The same with what the recognizers find.
    ///
    /// # Errors
    /// A recognizer could not search the text.
    pub fn try_find(&self, text: &str, hints: &Hints) -> Result<Vec<Finding>, RecognizerFailed> {
        let mut found = self.candidates(text, hints);
        for recognizer in &self.recognizers {
            found.extend(recognizer.recognize(text)?.into_iter().map(Candidate::foreign));
        }
        Ok(overlap::resolve(text, found))
    }

    fn candidates(&self, text: &str, hints: &Hints) -> Vec<Candidate> {
        let mut search = Search::new(text, hints);
        search.run();
        let mut found = search.found;
        self.dictionaries.find(text, &mut found);
        found
    }
}

impl fmt::Debug for Finder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Finder").field("recognizers", &self.recognizers.len()).finish_non_exhaustive()
    }
}
