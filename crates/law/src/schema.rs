//! What a rule can ask of a leg: the attributes of `context`, in Cedar's schema and by number.

use std::sync::LazyLock;

use terms::{
    Category, Flag, Form, Operation, PartyKind, Purpose, Relation, Token, UnknownToken, VolumeUnit,
    VolumeWindow,
};

/// Names of the place attributes; a leg of remote access has the place of access in `to`.
pub(crate) const PLACES: [&str; 10] = [
    "subject_residence",
    "subject_citizenship",
    "export_from",
    "collected_in",
    "directed_at",
    "to",
    "vendor_hq",
    "vendor_organised_in",
    "vendor_ultimate_owner",
    "origin",
];

const WORDS: [(&str, Vocabulary); 5] = [
    ("form", Vocabulary::Form),
    ("operation", Vocabulary::Operation),
    ("relation", Vocabulary::Relation),
    ("exporter_kind", Vocabulary::PartyKind),
    ("importer_kind", Vocabulary::PartyKind),
];

/// A closed vocabulary whose words rules may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Vocabulary {
    Form,
    Operation,
    Relation,
    PartyKind,
    Category,
    Purpose,
}

impl Vocabulary {
    /// The position of a word, as a bit.
    pub(crate) fn bit(self, word: &str) -> Result<u64, UnknownToken> {
        fn bit<T: Token>(word: &str) -> Result<u64, UnknownToken> {
            T::read(word).map(|t| 1 << t.index())
        }
        match self {
            Vocabulary::Form => bit::<Form>(word),
            Vocabulary::Operation => bit::<Operation>(word),
            Vocabulary::Relation => bit::<Relation>(word),
            Vocabulary::PartyKind => bit::<PartyKind>(word),
            Vocabulary::Category => bit::<Category>(word),
            Vocabulary::Purpose => bit::<Purpose>(word),
        }
    }

    /// The word at a position.
    pub(crate) fn word(self, index: u64) -> &'static str {
        fn word<T: Token>(index: u64) -> &'static str {
            usize::try_from(index).ok().and_then(|i| T::ALL.get(i)).map_or("", |t| t.name())
        }
        match self {
            Vocabulary::Form => word::<Form>(index),
            Vocabulary::Operation => word::<Operation>(index),
            Vocabulary::Relation => word::<Relation>(index),
            Vocabulary::PartyKind => word::<PartyKind>(index),
            Vocabulary::Category => word::<Category>(index),
            Vocabulary::Purpose => word::<Purpose>(index),
        }
    }
}

/// What kind of value an attribute has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A place; the number of the place, or [`NO_PLACE`].
    Place,
    /// One word; its position in the vocabulary.
    Word(Vocabulary),
    /// Yes or no.
    Flag,
    /// A count.
    Number,
    /// A set of words; their bits.
    Set(Vocabulary),
}

/// An attribute of `context`, by number: at most 64, so that a set of them is one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Attribute(u8);

/// How many attributes there are.
pub(crate) const ATTRIBUTES: usize = 64;
/// The place of what comes from nowhere, written `Place::"none"` in rules.
pub(crate) const NO_PLACE: u64 = u64::MAX;

static TABLE: LazyLock<Vec<(String, Kind)>> = LazyLock::new(|| {
    let mut table: Vec<(String, Kind)> = PLACES.iter().map(|p| ((*p).to_owned(), Kind::Place)).collect();
    table.extend(WORDS.iter().map(|(name, words)| ((*name).to_owned(), Kind::Word(*words))));
    let flags = Flag::ALL.iter().filter(|f| **f != Flag::ContainsPersonal);
    table.extend(flags.map(|f| (f.name().to_owned(), Kind::Flag)));
    table.extend(volumes().map(|(u, w)| (volume_name(u, w), Kind::Number)));
    table.push(("personal".to_owned(), Kind::Flag));
    table.push(("data".to_owned(), Kind::Set(Vocabulary::Category)));
    table.push(("purposes".to_owned(), Kind::Set(Vocabulary::Purpose)));
    table.push(("owner_share".to_owned(), Kind::Number));
    table
});

/// The code of a place by its number.
pub(crate) fn place_name(number: u64) -> &'static str {
    let place = u16::try_from(number).ok().filter(|_| number != NO_PLACE).and_then(terms::Place::at);
    place.map_or("none", terms::Place::code)
}

impl Attribute {
    /// The attribute of a name.
    pub(crate) fn named(name: &str) -> Option<Attribute> {
        TABLE.iter().position(|(n, _)| n == name).and_then(|i| u8::try_from(i).ok()).map(Attribute)
    }

    /// All of them, in the order of their numbers.
    pub(crate) fn all() -> impl Iterator<Item = Attribute> {
        (0..TABLE.len()).filter_map(|i| u8::try_from(i).ok()).map(Attribute)
    }

    /// The attributes of a set.
    pub(crate) fn of(bits: u64) -> impl Iterator<Item = Attribute> {
        (0..64).filter(move |i| bits & (1 << i) != 0).map(Attribute)
    }

    pub(crate) fn name(self) -> &'static str {
        TABLE.get(self.index()).map_or("", |(name, _)| name.as_str())
    }

    pub(crate) fn kind(self) -> Kind {
        TABLE.get(self.index()).map_or(Kind::Flag, |(_, kind)| *kind)
    }

    pub(crate) fn index(self) -> usize {
        usize::from(self.0)
    }

    /// The set that holds only this attribute.
    pub(crate) fn bit(self) -> u64 {
        1_u64.checked_shl(u32::from(self.0)).unwrap_or(0)
    }
}

/// Attribute that holds the volume when it is counted in `unit` over `window`.
pub(crate) fn volume_name(unit: VolumeUnit, window: VolumeWindow) -> String {
    format!("{unit}_{window}")
}

/// All volume attributes.
pub(crate) fn volumes() -> impl Iterator<Item = (VolumeUnit, VolumeWindow)> {
    VolumeUnit::ALL.iter().flat_map(|u| VolumeWindow::ALL.iter().map(move |w| (*u, *w)))
}

/// The schema in Cedar's own syntax. Every fact is a required attribute, so that no rule can be skipped for want of one.
pub fn text() -> String {
    let attribute = |a: Attribute| {
        let kind = match a.kind() {
            Kind::Place => "Place",
            Kind::Word(_) => "String",
            Kind::Flag => "Bool",
            Kind::Number => "Long",
            Kind::Set(_) => "Set<String>",
        };
        format!("{}: {kind}", a.name())
    };
    let attributes: Vec<String> = Attribute::all().map(attribute).collect();
    format!(
        "entity List;\nentity Place in [Place, List];\nentity Threshold {{ value: Long }};\nentity Anyone;\n\
         action \"cross\" appliesTo {{ principal: Anyone, resource: Anyone, context: {{ {} }} }};\n",
        attributes.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::{ATTRIBUTES, Attribute};

    #[test]
    fn a_set_of_attributes_fits_one_word() {
        assert!(Attribute::all().count() <= ATTRIBUTES);
        assert!(Attribute::all().all(|a| Attribute::named(a.name()) == Some(a)));
    }
}
