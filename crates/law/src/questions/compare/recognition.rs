//! Whether what satisfies one regime satisfies the other: twin flows, one from each home, to the same place.

use terms::{Flow, Place, PlaceSet, SafeguardSet, Verdict, Way};

use super::matrix::{self, CLASSES, VOLUMES};
use super::{Regime, Search};
use crate::RuleError;
use crate::equivalence::Equivalent;

/// To how many places the twins are sent.
const DESTINATIONS: usize = 6;

/// Whether satisfying one regime satisfies the other.
#[derive(Debug, Clone, Default)]
pub struct Recognition<'a> {
    /// Twins of which both regimes ask for something.
    pub asked: usize,
    /// Those of them where a way of the first is enough for the second.
    pub enough: usize,
    /// Twins that the second does not let go at all, or cannot decide.
    pub refused: usize,
    /// What was held, what it counted as and what is left, the commonest first.
    pub rows: Vec<Recognized<'a>>,
}

/// What one way of the first regime is worth under the second.
#[derive(Debug, Clone)]
pub struct Recognized<'a> {
    /// What satisfies the first.
    pub held: Way,
    /// By which rows it counts for the second.
    pub by: Vec<&'a Equivalent>,
    /// What the second asks beyond it; empty if nothing.
    pub left: Way,
    /// How many twins are so.
    pub twins: usize,
    /// One of them, as the second regime sees it, with everything held that counts.
    pub example: Flow,
    /// The use that it shows.
    pub class: &'static str,
    /// What the whole law says of the example.
    pub whole: Verdict,
}

impl<'a> Search<'_, 'a> {
    /// Whether satisfying the first regime satisfies the second; the other way round if `reversed`.
    pub(super) fn recognition(&self, reversed: bool) -> Result<Recognition<'a>, RuleError> {
        let [first, second] = self.regimes;
        let [x, y] = if reversed { [second, first] } else { [first, second] };
        let mut found = Recognition::default();
        for class in &CLASSES {
            for volume in VOLUMES {
                for to in self.destinations() {
                    let twin = |of: &Regime| class.flow(volume, of.home.into(), of.home.into(), to, to);
                    self.twins(&mut found, class.name, [(x, twin(x)), (y, twin(y))])?;
                }
            }
        }
        found.rows.sort_by_key(|row| std::cmp::Reverse(row.twins));
        Ok(found)
    }

    fn destinations(&self) -> Vec<Place> {
        let homes = self.homes();
        let others = matrix::elsewhere(homes).filter(|p| *p != self.third);
        [self.third].into_iter().chain(others).take(DESTINATIONS).collect()
    }

    /// One pair of twins. Where either asks nothing, or the first cannot be satisfied, there is nothing to recognize.
    fn twins(
        &self,
        found: &mut Recognition<'a>,
        class: &'static str,
        [(x, of_x), (y, of_y)]: [(&Regime, Flow); 2],
    ) -> Result<(), RuleError> {
        // What is a matter of fact is so under any law, and says nothing of how one law takes the other's mechanisms.
        let mut ways = self.alone(x, &of_x)?.ways();
        ways.retain(|way| !way.iter().any(|s| s.is_matter_of_fact()));
        let plain = self.alone(y, &of_y)?.verdict();
        if ways.is_empty() || plain == Verdict::Permit {
            return Ok(());
        }
        if plain != Verdict::Conditional {
            found.refused += 1;
            return Ok(());
        }
        let mut best: Option<Recognized<'a>> = None;
        for held in ways {
            let Some(worth) = self.worth(class, y, &of_y, held)? else { continue };
            if best.as_ref().is_none_or(|b| cost(&worth) < cost(b)) {
                best = Some(worth);
            }
        }
        if let Some(best) = best {
            found.add(Recognized { whole: self.whole(&best.example)?.verdict(), ..best });
        }
        Ok(())
    }

    /// What a way of the first regime is worth for a flow under the second; nothing that can be told if it leaves facts open.
    fn worth(
        &self,
        class: &'static str,
        y: &Regime,
        flow: &Flow,
        held: Way,
    ) -> Result<Option<Recognized<'a>>, RuleError> {
        let under = |place: Place| {
            let places = self.edition.expanded(&PlaceSet::from(place));
            places.contains(y.home) || y.home.parent().is_some_and(|p| places.contains(p))
        };
        let own: SafeguardSet = held.iter().copied().collect();
        let (safeguards, by) = self.law.equivalences().counted(own, self.day, under);
        let example = Flow { safeguards, ..flow.clone() };
        let ruling = self.alone(y, &example)?;
        let left = ruling.ways().into_iter().next().unwrap_or_default();
        let whole = ruling.verdict();
        let told = matches!(whole, Verdict::Permit | Verdict::Conditional);
        Ok(told.then_some(Recognized { held, by, left, twins: 1, example, class, whole }))
    }
}

/// The least left to do first, then the least to hold, then the fewest detours.
fn cost(found: &Recognized<'_>) -> (u32, u32, usize) {
    let effort = |way: &Way| way.iter().map(|s| s.effort()).sum();
    (effort(&found.left), effort(&found.held), found.by.len())
}

impl<'a> Recognition<'a> {
    fn add(&mut self, one: Recognized<'a>) {
        self.asked += 1;
        self.enough += usize::from(one.left.is_empty());
        let alike =
            |row: &&mut Recognized<'a>| row.held == one.held && row.by == one.by && row.left == one.left;
        match self.rows.iter_mut().find(alike) {
            Some(row) => row.twins += 1,
            None => self.rows.push(one),
        }
    }
}
