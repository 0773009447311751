//! How a use of AI stands in a jurisdiction, in one word.

use std::fmt;

use serde::{Serialize, Serializer};
use terms::{Duty, Ruling, Verdict};

/// How something stands under a law, mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Standing {
    /// Lawful as it is.
    Free,
    /// Lawful, with duties that a person has to see to.
    HumanReview,
    /// Lawful once something is in place that the parties can put there themselves.
    Conditional,
    /// Lawful only once an authority has acted.
    PriorApproval,
    /// A fact is missing that matters.
    Undecided,
    /// Nothing that could be added helps.
    Prohibited,
}

/// A standing, or that nobody looked at the law in question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    /// Somebody looked, and so it stands.
    Looked(Standing),
    /// No rulebook covers the law of some place that has a say.
    NotLookedAt,
}

impl Standing {
    /// All of them, mildest first.
    pub const ALL: [Standing; 6] = [
        Standing::Free,
        Standing::HumanReview,
        Standing::Conditional,
        Standing::PriorApproval,
        Standing::Undecided,
        Standing::Prohibited,
    ];

    /// The standing that follows from a ruling.
    pub fn of(ruling: &Ruling) -> Standing {
        match ruling.verdict() {
            Verdict::Deny => Standing::Prohibited,
            Verdict::Undecided => Standing::Undecided,
            Verdict::Conditional if needs_an_authority(ruling) => Standing::PriorApproval,
            Verdict::Conditional => Standing::Conditional,
            Verdict::Permit if ruling.duties.iter().any(is_for_people) => Standing::HumanReview,
            Verdict::Permit => Standing::Free,
        }
    }
}

/// Whether every way holds an act of an authority: some clause then offers nothing else.
fn needs_an_authority(ruling: &Ruling) -> bool {
    ruling.needs.clauses().iter().any(|clause| clause.iter().all(|s| s.is_authority_act()))
}

/// Whether a duty asks for a person's judgment; to confirm a fact or look at a rulebook again is our own housekeeping.
pub(super) fn is_for_people(duty: &Duty) -> bool {
    !duty.provision.starts_with("confirm/") && !duty.provision.starts_with("review/")
}

impl Mark {
    /// All of them, in the order in which to show them.
    pub const ALL: [Mark; 7] = [
        Mark::Looked(Standing::Free),
        Mark::Looked(Standing::HumanReview),
        Mark::Looked(Standing::Conditional),
        Mark::Looked(Standing::PriorApproval),
        Mark::Looked(Standing::Undecided),
        Mark::Looked(Standing::Prohibited),
        Mark::NotLookedAt,
    ];

    /// The mark of a ruling. A prohibition stands whatever the laws say that nobody looked at; everything else waits for them.
    pub fn of(ruling: &Ruling) -> Mark {
        let standing = Standing::of(ruling);
        let unlooked = ruling.missing.iter().any(|m| m.fact.starts_with("law:"));
        if unlooked && standing != Standing::Prohibited { Mark::NotLookedAt } else { Mark::Looked(standing) }
    }

    /// The mark in one letter, for tables of many.
    pub fn code(self) -> char {
        match self {
            Mark::Looked(Standing::Free) => 'F',
            Mark::Looked(Standing::HumanReview) => 'H',
            Mark::Looked(Standing::Conditional) => 'C',
            Mark::Looked(Standing::PriorApproval) => 'A',
            Mark::Looked(Standing::Undecided) => 'U',
            Mark::Looked(Standing::Prohibited) => 'P',
            Mark::NotLookedAt => '.',
        }
    }

    /// The mark in words.
    pub fn name(self) -> &'static str {
        match self {
            Mark::Looked(Standing::Free) => "free",
            Mark::Looked(Standing::HumanReview) => "human review",
            Mark::Looked(Standing::Conditional) => "conditional",
            Mark::Looked(Standing::PriorApproval) => "prior approval",
            Mark::Looked(Standing::Undecided) => "undecided",
            Mark::Looked(Standing::Prohibited) => "prohibited",
            Mark::NotLookedAt => "not looked at",
        }
    }

    /// The milder of two has the lower rank. What nobody looked at may turn out better than what is prohibited, and no better
    /// than what is undecided.
    pub fn rank(self) -> u8 {
        match self {
            Mark::Looked(Standing::Prohibited) => 7,
            Mark::NotLookedAt => 6,
            Mark::Looked(standing) => standing as u8,
        }
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// As one word, with `_` between its parts.
impl Serialize for Mark {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name().replace(' ', "_"))
    }
}
