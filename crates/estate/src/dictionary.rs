//! Words that are identifiers to the organization, whatever they look like to others.

use terms::Category;

use crate::DictionaryId;

/// Words of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dictionary {
    /// Its id.
    pub id: DictionaryId,
    /// What the words are.
    pub kind: WordKind,
    /// The words, each of one or more.
    pub words: Vec<String>,
    /// The kind of data that they are, where it does not follow from what they are.
    pub category: Option<Category>,
}

/// What the words of a dictionary are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WordKind {
    /// Names of people.
    Person,
    /// Postal addresses, or parts of them.
    Address,
    /// Names of organizations.
    Organization,
    /// Anything else, such as names of projects.
    Term,
}

impl WordKind {
    pub(crate) const WORDS: [(&str, WordKind); 4] = [
        ("person", WordKind::Person),
        ("address", WordKind::Address),
        ("organization", WordKind::Organization),
        ("term", WordKind::Term),
    ];
}
