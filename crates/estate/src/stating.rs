//! Where an estate states each fact of a flow: who knows it writes it there, and who misses it is sent there.

use std::fmt;

use crate::read::sections::{self, Section};

/// A key of a part of an estate, in which a fact of a flow is stated.
#[derive(Debug, Clone, Copy)]
pub struct Home {
    /// The key.
    pub key: &'static str,
    /// The part.
    pub section: &'static Section,
}

impl PartialEq for Home {
    fn eq(&self, other: &Home) -> bool {
        (self.key, self.section.name) == (other.key, other.section.name)
    }
}

impl fmt::Display for Home {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` in {}", self.key, self.section.name)
    }
}

/// Facts that an estate knows by another name, or by the same one in a part that a look-up would not find.
static RENAMED: [(&str, &str, &Section); 14] = [
    ("subject_residence", "subject", &sections::FLOOR),
    ("purpose", "purposes", &sections::FLOOR),
    ("export_from", "place", &sections::EXPORTER),
    ("exporter_kind", "kind", &sections::EXPORTER),
    ("to_location", "place", &sections::ENDPOINT),
    ("to_region", "place", &sections::ENDPOINT),
    ("operation", "operation", &sections::ENDPOINT),
    ("vendor_hq", "hq", &sections::VENDOR),
    ("vendor_organised_in", "organised_in", &sections::VENDOR),
    ("vendor_ultimate_owner", "owners", &sections::VENDOR),
    ("owner_share_percent", "owners", &sections::VENDOR),
    ("safeguards", "grants", &sections::AGREEMENT),
    ("volume_unit", "unit", &sections::VOLUME),
    ("volume_window", "window", &sections::VOLUME),
];

/// Counts are stated as a whole entry.
const COUNTED: [&str; 2] = ["volume_persons", "counts"];

/// The parts that state facts under the names of a flow's JSON form.
static SAME_NAME: [&Section; 3] = [&sections::FLOOR, &sections::PARTY, &sections::VENDOR];

/// Where a fact is stated, by its key in the JSON form of a flow; `None` for what an estate does not state, such as the day.
pub fn home_of(fact: &str) -> Option<Home> {
    if COUNTED.contains(&fact) {
        return Some(Home { key: "count", section: &sections::VOLUME });
    }
    if let Some((_, key, section)) = RENAMED.iter().find(|(name, ..)| *name == fact) {
        return Some(Home { key, section });
    }
    terms::fact_key(fact).ok().or((fact == "received_under").then_some("received_under"))?;
    SAME_NAME.into_iter().find_map(|section| {
        let key = section.keys.iter().find(|k| k.name == fact)?;
        Some(Home { key: key.name, section })
    })
}

#[cfg(test)]
mod tests {
    use terms::{Flag, Token};

    use super::{SAME_NAME, home_of};

    #[test]
    fn every_circumstance_is_stated_in_one_part_and_says_what_its_absence_means() {
        for flag in Flag::ALL {
            let homes: Vec<_> =
                SAME_NAME.iter().flat_map(|s| s.keys).filter(|k| k.name == flag.name()).collect();
            assert_eq!(homes.len(), 1, "`{flag}` has no one home in an estate");
            let told = homes.first().map_or("", |k| k.about);
            if flag.default_favors_exporter() && *flag != Flag::ParentAccess {
                assert!(told.ends_with("absent is unknown"), "{flag}: {told}");
            } else if flag.default_value() == Some(false) && *flag != Flag::ParentAccess {
                assert!(told.contains("; absent counts as "), "{flag}: {told}");
            }
        }
    }

    #[test]
    fn a_missing_fact_sends_to_its_key() {
        let told = |fact: &str| home_of(fact).map(|h| h.to_string()).unwrap_or_default();
        assert_eq!(told("offered_to_public"), "`offered_to_public` in `floor` of a `[[system]]`");
        assert_eq!(told("exporter_kind"), "`kind` in `[[exporter]]`");
        assert_eq!(told("relation"), "`relation` in a party of an `[[endpoint]]`");
        assert_eq!(told("designated"), "`designated` in `[[vendor]]`");
        assert_eq!(told("volume_persons"), "`count` in `[[volume]]`");
        assert_eq!(told("as_of"), "");
        assert_eq!(told("shoe_size"), "");
    }
}
