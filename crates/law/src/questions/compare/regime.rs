//! A regime: the rulebooks of one jurisdiction, and the place where its exporter sits.

use terms::{Place, PlaceSet};

use crate::{Book, Edition, Law, RuleError};

/// The law of one jurisdiction, or a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regime {
    /// As it was asked for.
    pub name: String,
    /// Where its exporter and its people are: the jurisdiction, or one member of a bloc.
    pub home: Place,
    /// Its rulebooks. Powers to compel a vendor are not among them: they ask nothing.
    pub books: Vec<String>,
}

/// Why two regimes cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoRegime {
    /// Nothing is called so.
    #[error("no jurisdiction or rulebook `{given}`{}", .nearest.as_ref().map(|n| format!("; the nearest known one is `{n}`")).unwrap_or_default())]
    Unknown {
        /// The name as given.
        given: String,
        /// The known name most like it.
        nearest: Option<String>,
    },
    /// Nobody has looked at its law.
    #[error(
        "nobody has looked at the law of `{0}`, so there is nothing to compare; `comity law list` shows what is known"
    )]
    Unlooked(String),
    /// The law of the day could not be asked.
    #[error(transparent)]
    Rule(#[from] RuleError),
}

impl Regime {
    /// The regime of a name: a place in capitals is all law that holds there, its bloc's too; anything else is the beginning
    /// of the ids of rulebooks.
    pub(super) fn of(law: &Law, edition: &Edition, name: &str) -> Result<Regime, NoRegime> {
        let begins =
            |b: &&Book| b.id.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let asks = |b: &&Book| !b.id.starts_with("exposure/");
        let (place, books) = match name.parse::<Place>() {
            Ok(place) => {
                let all = edition.expanded(&PlaceSet::from(place));
                let holds = |b: &&Book| !all.is_empty() && all.iter().all(|p| edition.binds(b, p));
                (Some(place), ids(law.books().iter().filter(asks).filter(holds)))
            }
            Err(_) => {
                let found = || law.books().iter().filter(begins);
                (found().find_map(Book::jurisdiction), ids(found()))
            }
        };
        let Some(place) = place else { return Err(unknown(law, name)) };
        if books.is_empty() {
            return Err(NoRegime::Unlooked(name.to_owned()));
        }
        Ok(Regime { name: name.to_owned(), home: home(edition, place), books })
    }

    /// Whether a provision is of this regime.
    pub fn has(&self, provision: &str) -> bool {
        let of =
            |book: &String| provision.strip_prefix(book.as_str()).is_some_and(|rest| rest.starts_with('/'));
        self.books.iter().any(of)
    }
}

fn ids<'a>(books: impl Iterator<Item = &'a Book>) -> Vec<String> {
    books.map(|b| b.id.clone()).collect()
}

/// A bloc is stood for by its most populous member, where that is one of it.
fn home(edition: &Edition, place: Place) -> Place {
    let members = edition.expanded(&PlaceSet::from(place));
    let germany = members.iter().find(|p| p.code() == "DE");
    germany.filter(|_| place.is_bloc()).or_else(|| members.iter().next()).unwrap_or(place)
}

fn unknown(law: &Law, name: &str) -> NoRegime {
    let books = law.books().iter().filter_map(|b| b.id.split('/').next());
    let books = books.chain(law.books().iter().map(|b| b.id.as_str()));
    let known = books.chain(Place::all().map(|p| -> &str { p.code() }));
    NoRegime::Unknown { given: name.to_owned(), nearest: terms::nearest(name, known).map(str::to_owned) }
}
