//! Two regimes side by side: what each asks of the same flows, where both cannot be satisfied at once, and whether what
//! satisfies one satisfies the other.
//!
//! It is no proof: the answers are searched for over a matrix of flows, and every flow is ruled on by the edition.

use std::cell::Cell;

use terms::{Date, Flow, Place, PlaceSet, Ruling, Verdict};

use crate::equivalence::Mutual;
use crate::{Edition, Law, RuleError, Stance};

mod conflict;
mod matrix;
mod recognition;
mod regime;

pub use conflict::{Attempt, Conflict, Setting};
pub use matrix::VOLUMES;
pub use recognition::{Recognition, Recognized};
pub use regime::{NoRegime, Regime};

use matrix::{CLASSES, Class};

/// Where a flow of a side-by-side row goes, as its exporter sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Towards {
    /// Nowhere: it stays.
    Home,
    /// To the home of the other regime.
    Other,
    /// To a third place.
    Third,
}

/// What two regimes ask of one kind of use in one direction.
#[derive(Debug, Clone)]
pub struct Row {
    /// The kind of use.
    pub class: &'static str,
    /// The direction.
    pub towards: Towards,
    /// What the first asks of its own exporter.
    pub x: Asked,
    /// What the second asks of its own.
    pub y: Asked,
}

/// What one regime asks of a flow.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The flow, of the middle volume.
    pub flow: Flow,
    /// What the regime alone says of it.
    pub ruling: Ruling,
    /// The volumes at which its verdict is another.
    pub otherwise: Vec<(u64, Verdict)>,
}

/// Two regimes held against each other.
#[derive(Debug, Clone)]
pub struct Comparison<'a> {
    /// The regimes.
    pub regimes: [Regime; 2],
    /// The third place.
    pub third: Place,
    /// Side by side.
    pub rows: Vec<Row>,
    /// Flows for which no place satisfies both.
    pub conflicts: Vec<Conflict>,
    /// Whether satisfying the first satisfies the second, and the other way round.
    pub recognition: [Recognition<'a>; 2],
    /// Decisions by which the two hold each other adequate.
    pub mutual: Vec<&'a Mutual>,
    /// How many flows were ruled on.
    pub searched: usize,
}

impl Law {
    /// Holds two regimes against each other on `day`. Each is a jurisdiction (`DE`) or the beginning of ids (`eu`).
    ///
    /// # Errors
    /// A regime is not known, or the law of the day cannot be put together.
    pub fn compare(
        &self,
        x: &str,
        y: &str,
        third: Option<Place>,
        day: Date,
    ) -> Result<Comparison<'_>, NoRegime> {
        let edition = self.at(day, None)?;
        let regimes = [Regime::of(self, &edition, x)?, Regime::of(self, &edition, y)?];
        let homes = regimes.each_ref().map(|r| r.home);
        let third = third.unwrap_or_else(|| matrix::third(homes));
        let search =
            Search { law: self, day, edition: &edition, regimes: &regimes, third, ruled: Cell::new(0) };
        let rows = search.rows()?;
        let conflicts = search.conflicts()?;
        let recognition = [search.recognition(false)?, search.recognition(true)?];
        let mutual = self.equivalences().mutual.iter().filter(|m| m.period.holds(day, None));
        let mutual = mutual.filter(|m| edition.are_between(m, homes)).collect();
        let searched = search.ruled.get();
        Ok(Comparison { rows, conflicts, recognition, mutual, searched, third, regimes })
    }
}

impl Edition {
    fn are_between(&self, mutual: &Mutual, homes: [Place; 2]) -> bool {
        let [a, b] = mutual.between.map(|p| self.expanded(&PlaceSet::from(p)));
        let [x, y] = homes;
        a.contains(x) && b.contains(y) || a.contains(y) && b.contains(x)
    }
}

/// One search, which counts what it asks.
struct Search<'s, 'a> {
    law: &'a Law,
    day: Date,
    edition: &'s Edition,
    regimes: &'s [Regime; 2],
    third: Place,
    ruled: Cell<usize>,
}

impl Search<'_, '_> {
    fn homes(&self) -> [Place; 2] {
        self.regimes.each_ref().map(|r| r.home)
    }

    /// What one regime alone says of a flow.
    fn alone(&self, regime: &Regime, flow: &Flow) -> Result<Ruling, RuleError> {
        self.ruled.set(self.ruled.get() + 1);
        let findings = self.edition.findings(flow, Stance::Question)?;
        Ok(findings.only(|provision| regime.has(provision)).ruling(&flow.safeguards, self.edition.hash()))
    }

    /// What the whole law says of a flow.
    fn whole(&self, flow: &Flow) -> Result<Ruling, RuleError> {
        self.ruled.set(self.ruled.get() + 1);
        self.edition.rule(flow, Stance::Question)
    }

    fn rows(&self) -> Result<Vec<Row>, RuleError> {
        let [x, y] = self.regimes;
        let mut rows = Vec::new();
        for class in &CLASSES {
            for towards in [Towards::Home, Towards::Other, Towards::Third] {
                let asked = |of: &Regime, other: &Regime| self.asked(class, towards, of, other);
                rows.push(Row { class: class.name, towards, x: asked(x, y)?, y: asked(y, x)? });
            }
        }
        Ok(rows)
    }

    fn asked(
        &self,
        class: &Class,
        towards: Towards,
        of: &Regime,
        other: &Regime,
    ) -> Result<Asked, RuleError> {
        let to = match towards {
            Towards::Home => of.home,
            Towards::Other => other.home,
            Towards::Third => self.third,
        };
        let at = |volume: u64| class.flow(volume, of.home.into(), of.home.into(), to, to);
        let flow = at(matrix::MIDDLE);
        let ruling = self.alone(of, &flow)?;
        let mut otherwise = Vec::new();
        for volume in VOLUMES.into_iter().filter(|v| *v != matrix::MIDDLE) {
            let verdict = self.alone(of, &at(volume))?.verdict();
            if verdict != ruling.verdict() {
                otherwise.push((volume, verdict));
            }
        }
        Ok(Asked { flow, ruling, otherwise })
    }
}
