//! One leg against the statements that its sides hook: what holds, and what turns on something unknown.

use crate::condition::Answer;
use crate::edition::Edition;
use crate::facts::LegFacts;
use crate::findings::Stance;

/// What the statements of an edition come to on one leg.
#[derive(Debug, Default)]
pub(crate) struct Evaluated {
    /// Provisions that hold or may, by position, with the attributes that they turn on.
    pub(crate) provisions: Vec<(usize, u64)>,
    /// The same of the ways of those provisions, in their order.
    pub(crate) ways: Vec<Vec<(usize, u64)>>,
    /// Attributes whose default was taken because the outcome turned on them.
    pub(crate) assumed: u64,
}

impl Edition {
    /// Takes every default as an unknown first, so that a default is taken, and reported, only where it matters. A border
    /// takes none at all.
    pub(crate) fn evaluate(&self, provisions: &[usize], facts: &LegFacts, stance: Stance) -> Evaluated {
        let mut assumed = 0;
        let mut asked = provisions.to_vec();
        loop {
            let open = facts.unknown | facts.assumed & !assumed;
            let mut found = self.once(&asked, facts, open);
            let next = found.turns_on() & facts.assumed & !assumed;
            if next == 0 || stance == Stance::Border {
                found.assumed = assumed;
                return found;
            }
            assumed |= next;
            // What failed with less known fails with more.
            asked = found.provisions.iter().map(|(at, _)| *at).collect();
        }
    }

    fn once(&self, provisions: &[usize], facts: &LegFacts, open: u64) -> Evaluated {
        let ask = |at: &usize| {
            let answer = self.rules.get(*at).map(|s| s.condition.ask(facts, open, &self.tables));
            match answer {
                None | Some(Answer::Fails) => None,
                Some(Answer::Holds) => Some((*at, 0)),
                Some(Answer::Open(bits)) => Some((*at, bits)),
            }
        };
        let mut found =
            Evaluated { provisions: provisions.iter().filter_map(ask).collect(), ..Evaluated::default() };
        let ways = |(at, _): &(usize, u64)| self.ways_of(*at).iter().filter_map(ask).collect();
        found.ways = found.provisions.iter().map(ways).collect();
        found
    }
}

impl Evaluated {
    fn turns_on(&self) -> u64 {
        let all = self.provisions.iter().chain(self.ways.iter().flatten());
        all.fold(0, |bits, (_, open)| bits | open)
    }
}
