//! What a word stands for: a rulebook, a jurisdiction, a provision or a way.

use terms::{Date, Place, PlaceSet};

use crate::{Book, Kind, Law, RuleError, Statement};

/// What an id names.
#[derive(Debug, Clone)]
pub enum Entry<'a> {
    /// A jurisdiction with the rulebooks that hold there: its own first, then those of a bloc or country around it.
    Jurisdiction {
        /// The jurisdiction.
        place: Place,
        /// Whether somebody has looked at its law.
        covered: bool,
        /// The rulebooks.
        books: Vec<&'a Book>,
    },
    /// One rulebook.
    Book(&'a Book),
    /// One provision or way.
    Statement(&'a Statement),
}

/// Why nothing is shown for an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoEntry {
    /// Nothing has this id.
    #[error("no rulebook, jurisdiction or provision `{given}`{}", .nearest.as_ref().map(|n| format!("; the nearest known one is `{n}`")).unwrap_or_default())]
    Unknown {
        /// The id as given.
        given: String,
        /// The known id most like it.
        nearest: Option<String>,
    },
    /// The law of the day could not be put together.
    #[error(transparent)]
    Rule(#[from] RuleError),
}

impl Law {
    /// What `id` names on `day`: a rulebook, a provision, a way, or a jurisdiction in either case.
    ///
    /// # Errors
    /// Nothing has this id; the nearest is named.
    pub fn entry(&self, id: &str, day: Date) -> Result<Entry<'_>, NoEntry> {
        if let Some(book) = self.books().iter().find(|b| b.id == id) {
            return Ok(Entry::Book(book));
        }
        if let Some(statement) = self.statements().iter().find(|s| s.id == id) {
            return Ok(Entry::Statement(statement));
        }
        match id.to_uppercase().parse() {
            Ok(place) => Ok(self.jurisdiction(place, day)?),
            Err(_) => Err(self.unknown(id)),
        }
    }

    fn jurisdiction(&self, place: Place, day: Date) -> Result<Entry<'_>, RuleError> {
        let edition = self.at(day, None)?;
        let own = self.books().iter().filter(|b| b.jurisdiction() == Some(place));
        let around = |b: &&Book| {
            b.jurisdiction() != Some(place) && (edition.binds(b, place) || edition.covers(b, place))
        };
        let mut books: Vec<&Book> = own.chain(self.books().iter().filter(around)).collect();
        books.sort_by_key(|b| (b.jurisdiction() != Some(place), b.id.starts_with("exposure/")));
        let members = edition.expanded(&PlaceSet::from(place));
        let covered = members.iter().any(|p| edition.is_covered(p));
        Ok(Entry::Jurisdiction { place, covered, books })
    }

    fn unknown(&self, id: &str) -> NoEntry {
        let books = self.books().iter().map(|b| b.id.as_str());
        let known = books
            .chain(self.statements().iter().map(|s| s.id.as_str()))
            .chain(Place::all().map(|p| -> &str { p.code() }));
        NoEntry::Unknown { given: id.to_owned(), nearest: terms::nearest(id, known).map(str::to_owned) }
    }
}

impl Book {
    /// The jurisdiction whose law this is, by the first part of its id; none for treaties. What a State can compel stands
    /// under `exposure/` and is that State's law all the same.
    pub fn jurisdiction(&self) -> Option<Place> {
        let mut parts = self.id.split('/');
        let first = parts.next()?;
        let name = if first == "exposure" { parts.next()? } else { first };
        name.to_uppercase().parse().ok()
    }
}

impl Law {
    /// The ways that can meet a provision, of all dates.
    pub fn ways_of(&self, provision: &str) -> impl Iterator<Item = &Statement> {
        let meets = move |s: &&Statement| match &s.kind {
            Kind::Way { of, .. } => of.iter().any(|p| p == provision),
            Kind::Provision { .. } => false,
        };
        self.statements().iter().map(AsRef::as_ref).filter(meets)
    }
}
