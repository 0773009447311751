//! What is still needed: clauses over safeguards, an AND of ORs, kept minimal.
//!
//! A way to lawfulness is a set of safeguards that meets every clause. Needs form a meet-semilattice under [`Needs::and`]:
//! associative, commutative and idempotent, and holding more safeguards never leaves more to do.

use crate::{Safeguard, SafeguardSet};

/// One clause: any one of these safeguards meets it.
pub type Clause = Vec<Safeguard>;

/// A set of safeguards that together meet everything needed, cheapest first within a list.
pub type Way = Vec<Safeguard>;

/// How many ways are listed at most; the clauses stay complete.
const MOST_WAYS: usize = 64;

/// A minimal conjunction of clauses. Empty means that nothing is needed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Needs(Vec<Clause>);

impl Needs {
    /// Nothing is needed.
    pub fn nothing() -> Self {
        Self::default()
    }

    /// What is needed where any one of `ways`, held in full, suffices. No way at all is not expressible as a need and must
    /// be a prohibition before it comes here; the result is then one clause that nothing meets.
    pub fn any_of(ways: &[Way]) -> Self {
        let mut clauses = vec![Clause::new()];
        for way in ways {
            clauses = clauses.iter().flat_map(|c| way.iter().map(|s| extended(c, *s))).collect();
            minimize(&mut clauses);
        }
        Self::sorted(clauses)
    }

    /// Both needs together.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        if other.0.is_empty() {
            return self.clone();
        }
        let mut clauses: Vec<Clause> = self.0.iter().chain(&other.0).cloned().collect();
        minimize(&mut clauses);
        Self::sorted(clauses)
    }

    /// What is left once `held` is held.
    #[must_use]
    pub fn after(&self, held: &SafeguardSet) -> Self {
        let left = self.0.iter().filter(|c| !c.iter().any(|s| held.contains(*s))).cloned();
        Self(left.collect())
    }

    /// Whether nothing is needed.
    pub fn is_met(&self) -> bool {
        self.0.is_empty()
    }

    /// The clauses.
    pub fn clauses(&self) -> &[Clause] {
        &self.0
    }

    /// The minimal ways that meet every clause, cheapest first, at most 64 of them.
    pub fn ways(&self) -> Vec<Way> {
        let mut ways = vec![Way::new()];
        for clause in &self.0 {
            ways = ways.iter().flat_map(|w| met(w, clause)).collect();
            minimize(&mut ways);
            ways.sort_by_key(|w| (effort(w), w.clone()));
            ways.truncate(MOST_WAYS);
        }
        if self.0.is_empty() { Vec::new() } else { ways }
    }

    fn sorted(mut clauses: Vec<Clause>) -> Self {
        for clause in &mut clauses {
            clause.sort_by_key(|s| (s.effort(), *s));
        }
        clauses.sort();
        Self(clauses)
    }
}

fn effort(way: &Way) -> u32 {
    way.iter().map(|s| s.effort()).sum()
}

fn met(way: &Way, clause: &Clause) -> Vec<Way> {
    if clause.iter().any(|s| way.contains(s)) {
        vec![way.clone()]
    } else {
        clause.iter().map(|s| extended(way, *s)).collect()
    }
}

fn extended(set: &[Safeguard], one: Safeguard) -> Vec<Safeguard> {
    let mut set = set.to_vec();
    if !set.contains(&one) {
        set.push(one);
        set.sort();
    }
    set
}

/// Keeps only sets that contain no other set of the list (absorption).
fn minimize(sets: &mut Vec<Vec<Safeguard>>) {
    sets.sort_by_key(|s| (s.len(), s.clone()));
    sets.dedup();
    let mut kept: Vec<Vec<Safeguard>> = Vec::with_capacity(sets.len());
    for set in sets.drain(..) {
        if !kept.iter().any(|k| k.iter().all(|s| set.contains(s))) {
            kept.push(set);
        }
    }
    *sets = kept;
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Needs, Way};
    use crate::{Safeguard, SafeguardSet};

    const POOL: [&str; 7] =
        ["scc:EU", "bcr:EU", "tia:EU", "dpf_certified", "baa", "local_copy", "separate_consent"];

    fn safeguard(i: usize) -> Safeguard {
        POOL[i % POOL.len()].parse().unwrap()
    }
    fn way(text: &str) -> Way {
        text.split('&').map(|s| s.parse().unwrap()).collect()
    }
    fn ways() -> impl Strategy<Value = Vec<Way>> {
        prop::collection::vec(prop::collection::vec(0_usize..7, 1..4), 1..5)
            .prop_map(|ws| ws.into_iter().map(|w| w.into_iter().map(safeguard).collect()).collect())
    }
    fn held() -> impl Strategy<Value = SafeguardSet> {
        prop::collection::vec(0_usize..7, 0..6).prop_map(|w| w.into_iter().map(safeguard).collect())
    }
    fn holds_one(ways: &[Way], held: &SafeguardSet) -> bool {
        ways.iter().any(|w| w.iter().all(|s| held.contains(*s)))
    }

    #[test]
    fn clauses_and_ways_of_the_usual_transfer() {
        let needs = Needs::any_of(&[way("scc:EU&tia:EU"), way("bcr:EU&tia:EU")]);
        let text = |sets: &[Vec<Safeguard>]| format!("{sets:?}");
        assert_eq!(text(needs.clauses()), "[[scc:EU, bcr:EU], [tia:EU]]");
        assert_eq!(text(&needs.ways()), "[[scc:EU, tia:EU], [bcr:EU, tia:EU]]");
    }

    #[test]
    fn a_way_that_asks_nothing_leaves_nothing() {
        assert!(Needs::any_of(&[way("baa"), Way::new()]).is_met());
        assert!(Needs::nothing().ways().is_empty());
    }

    proptest! {
        #[test]
        fn needs_are_met_exactly_when_a_way_is_held(ways in ways(), held in held()) {
            prop_assert_eq!(Needs::any_of(&ways).after(&held).is_met(), holds_one(&ways, &held));
        }

        #[test]
        fn meet_is_a_semilattice(a in ways(), b in ways(), c in ways()) {
            let [a, b, c] = [a, b, c].map(|w| Needs::any_of(&w));
            prop_assert_eq!(a.and(&b), b.and(&a));
            prop_assert_eq!(a.and(&b).and(&c), a.and(&b.and(&c)));
            prop_assert_eq!(a.and(&a), a.clone());
            prop_assert_eq!(a.and(&Needs::nothing()), a);
        }

        #[test]
        fn holding_more_never_leaves_more(a in ways(), held in held(), more in held()) {
            let needs = Needs::any_of(&a);
            let with_more = needs.after(&held.clone().union(&more));
            prop_assert!(with_more.clauses().iter().all(|c| needs.after(&held).clauses().contains(c)));
        }

        #[test]
        fn every_listed_way_meets_the_needs(a in ways(), b in ways()) {
            let needs = Needs::any_of(&a).and(&Needs::any_of(&b));
            for way in needs.ways() {
                prop_assert!(needs.after(&way.into_iter().collect()).is_met());
            }
        }
    }
}
