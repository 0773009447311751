//! What the law says of a flow.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::{Needs, Safeguard};

/// The verdict of a ruling, strictest first so that the meet of two is their minimum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing the exporter can add helps.
    Deny,
    /// A fact is missing that matters.
    Undecided,
    /// Not lawful yet: at least one clause is unmet.
    Conditional,
    /// Lawful as it stands.
    Permit,
}

impl Verdict {
    /// The word in output.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Deny => "deny",
            Verdict::Undecided => "undecided",
            Verdict::Conditional => "conditional",
            Verdict::Permit => "permit",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What a provision does when it bites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Denies, unless an exception that is held lifts it.
    Forbid,
    /// Must be met by one of its ways.
    Condition,
    /// Asks for something that no machine can judge.
    Duty,
    /// A state's power over a vendor; reported, denies nothing.
    Exposure,
    /// Leaves the ruling undecided: the facts as stated do not say whether a rule applies.
    Unclear,
}

/// How sure we are that a statement says what the law says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Read in the law, or nobody doubts it.
    #[default]
    High,
    /// From good second-hand sources.
    Medium,
    /// From memory or a single source: read the law before relying on it.
    Low,
    /// May have moved since it was checked.
    Recheck,
}

impl Confidence {
    /// The word in rulebooks and output.
    pub fn name(self) -> &'static str {
        match self {
            Confidence::High => "high",
            Confidence::Medium => "medium",
            Confidence::Low => "low",
            Confidence::Recheck => "recheck",
        }
    }

    /// The confidence with this name.
    pub fn read(name: &str) -> Option<Confidence> {
        use Confidence as C;
        [C::High, C::Medium, C::Low, C::Recheck].into_iter().find(|c| c.name() == name)
    }

    fn is_high(&self) -> bool {
        *self == Confidence::High
    }
}

/// A provision that bites.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Because {
    /// Identity of the provision, such as `eu/gdpr/44`.
    pub provision: String,
    /// Law and article.
    pub cite: String,
    /// What it does.
    pub effect: Effect,
    /// What it says, in plain words.
    pub summary: String,
    /// How sure we are of it; left out of the JSON where high.
    #[serde(skip_serializing_if = "Confidence::is_high")]
    pub confidence: Confidence,
}

/// Something the exporter must do or confirm that no machine can judge.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Duty {
    /// Identity of the provision that asks it, or `confirm/FACT` for a fact that was taken at its default.
    pub provision: String,
    /// Law and article.
    pub cite: String,
    /// What to do, in plain words.
    pub summary: String,
}

/// A state's power to compel the vendor, wherever the data lie.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Exposure {
    /// The state.
    pub state: String,
    /// The power, by its law.
    pub power: String,
}

/// What the ruling would be if a missing fact had certain values.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Outcome {
    /// The values, as a person would write them (`false`, `10000 or more`, `CN, RU`).
    pub value: String,
    /// The verdict they give.
    pub verdict: Verdict,
}

/// A fact that is unknown and on which the ruling turns.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MissingFact {
    /// Its key in the JSON form of a flow.
    pub fact: String,
    /// The provisions that turn on it.
    pub provisions: Vec<String>,
    /// What each value would give; filled only where an explanation was asked.
    pub outcomes: Vec<Outcome>,
}

/// What the law says of one flow: everything that applies, and the verdict that follows from it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ruling {
    /// Provisions that nothing held lifts.
    pub prohibitions: Vec<String>,
    /// Conditions of which a clause is unmet.
    pub unmet: Vec<String>,
    /// Facts that are missing and matter.
    pub missing: Vec<MissingFact>,
    /// Clauses still unmet.
    pub needs: Needs,
    /// Every condition and prohibition that bites, met or not.
    pub because: Vec<Because>,
    /// Who could compel the vendor.
    pub exposure: Vec<Exposure>,
    /// What no machine can judge.
    pub duties: Vec<Duty>,
    /// Hash of the edition that ruled.
    pub edition: String,
}

impl Ruling {
    /// The verdict: derived, never stored.
    pub fn verdict(&self) -> Verdict {
        if !self.prohibitions.is_empty() {
            Verdict::Deny
        } else if !self.missing.is_empty() {
            Verdict::Undecided
        } else if !self.needs.is_met() {
            Verdict::Conditional
        } else {
            Verdict::Permit
        }
    }

    /// Both rulings together: what holds if both flows happen. The verdict of the meet is the stricter of the two.
    #[must_use]
    pub fn meet(mut self, other: &Ruling) -> Ruling {
        merge(&mut self.prohibitions, &other.prohibitions);
        merge(&mut self.unmet, &other.unmet);
        merge_missing(&mut self.missing, &other.missing);
        self.needs = self.needs.and(&other.needs);
        merge(&mut self.because, &other.because);
        merge(&mut self.exposure, &other.exposure);
        merge(&mut self.duties, &other.duties);
        if !other.edition.is_empty() && !self.edition.split('+').any(|e| e == other.edition) {
            if !self.edition.is_empty() {
                self.edition.push('+');
            }
            self.edition.push_str(&other.edition);
        }
        self
    }

    /// The minimal ways to make it lawful, cheapest first; none for a prohibition, since nothing helps there.
    pub fn ways(&self) -> Vec<Vec<Safeguard>> {
        if self.prohibitions.is_empty() { self.needs.ways() } else { Vec::new() }
    }

    /// The provision to name first: a prohibition, else a condition that is unmet, else any that bites.
    pub fn leading(&self) -> Option<&Because> {
        let of = |ids: &[String]| self.because.iter().find(|b| ids.contains(&b.provision));
        of(&self.prohibitions).or_else(|| of(&self.unmet)).or_else(|| self.because.first())
    }

    /// Whether a provision that bites is met by what is held.
    pub fn is_met(&self, because: &Because) -> bool {
        let open = |m: &MissingFact| m.provisions.contains(&because.provision);
        !self.prohibitions.contains(&because.provision)
            && !self.unmet.contains(&because.provision)
            && !self.missing.iter().any(open)
    }
}

fn merge<T: Ord + Clone>(into: &mut Vec<T>, from: &[T]) {
    into.extend_from_slice(from);
    into.sort();
    into.dedup();
}

fn merge_missing(into: &mut Vec<MissingFact>, from: &[MissingFact]) {
    for fact in from {
        match into.iter_mut().find(|m| m.fact == fact.fact) {
            None => into.push(fact.clone()),
            Some(known) => {
                merge(&mut known.provisions, &fact.provisions);
                merge(&mut known.outcomes, &fact.outcomes);
            }
        }
    }
    into.sort();
}

impl Serialize for Ruling {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let texts = |sets: &[Vec<Safeguard>]| -> Vec<Vec<String>> {
            sets.iter().map(|set| set.iter().map(Safeguard::to_string).collect()).collect()
        };
        let mut out = serializer.serialize_struct("Ruling", 8)?;
        out.serialize_field("verdict", &self.verdict())?;
        out.serialize_field("needs", &texts(self.needs.clauses()))?;
        out.serialize_field("ways", &texts(&self.ways()))?;
        out.serialize_field("missing_facts", &self.missing.iter().map(|m| &m.fact).collect::<Vec<_>>())?;
        out.serialize_field("because", &self.because)?;
        out.serialize_field("exposure", &self.exposure)?;
        out.serialize_field("duties", &self.duties)?;
        out.serialize_field("edition", &self.edition)?;
        out.end()
    }
}

#[cfg(test)]
mod tests {
    use super::{MissingFact, Ruling, Verdict};
    use crate::Needs;

    fn rulings() -> Vec<Ruling> {
        let permit = Ruling { edition: "e1".into(), ..Ruling::default() };
        let needs = Needs::any_of(&[vec!["scc:EU".parse().unwrap(), "tia:EU".parse().unwrap()]]);
        let missing = MissingFact { fact: "volume_persons".into(), provisions: vec![], outcomes: vec![] };
        vec![
            Ruling { prohibitions: vec!["us/dsp/303".into()], ..permit.clone() },
            Ruling { missing: vec![missing], ..permit.clone() },
            Ruling { needs, ..permit.clone() },
            permit,
        ]
    }

    #[test]
    fn the_verdict_of_a_meet_is_the_stricter_one() {
        let verdicts = [Verdict::Deny, Verdict::Undecided, Verdict::Conditional, Verdict::Permit];
        for (a, va) in rulings().iter().zip(verdicts) {
            assert_eq!(a.verdict(), va);
            for (b, vb) in rulings().iter().zip(verdicts) {
                assert_eq!(a.clone().meet(b).verdict(), va.min(vb));
                assert_eq!(a.clone().meet(b), b.clone().meet(a));
            }
        }
    }
}
