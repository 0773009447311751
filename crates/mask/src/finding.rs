//! A finding: where in a text an identifier stands, what it is, and how sure that is.

use std::ops::Range;

use terms::{Category, Place};

use crate::Kind;

/// An identifier found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where it stands, in bytes of the text that was searched.
    pub span: Range<usize>,
    /// What it is.
    pub kind: Kind,
    /// The country whose scheme it follows, if it follows one.
    pub country: Option<Place>,
    /// The kind of data it is.
    pub category: Category,
    /// What speaks for it.
    pub evidence: Evidence,
}

/// What speaks for a finding, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// Check digits fit, and nothing else says so: one number in ten or a hundred would. It is masked and raises nothing.
    Bare,
    /// Its shape belongs to nothing else, such as an IBAN's or an e-mail address's.
    Shape,
    /// A word beside it says what it is.
    Context,
    /// The operator named it.
    Dictionary,
}

impl Finding {
    /// Whether it raises the categories of a request: a number that only happens to fit does not.
    pub fn raises(&self) -> bool {
        self.evidence > Evidence::Bare
    }
}
