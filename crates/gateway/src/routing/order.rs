//! The order of the lawful candidates of one request.

use assess::{Candidate, Content};
use border::Judged;
use estate::{EndpointId, Order, Surge, SurgeId};
use terms::Verdict;

use super::Endpoints;

/// A candidate with what its place in the order rests on.
#[derive(Debug, Clone)]
pub(crate) struct Ranked<'a> {
    /// The candidate.
    pub(crate) candidate: &'a Candidate,
    /// The agreement to lend capacity under which it is held in reserve, if it is.
    pub(crate) reserve: Option<SurgeId>,
}

/// The lawful candidates, best first: those of the route in its order, then what others lend under an agreement that holds.
/// What is lent and under no agreement that holds today is not there at all.
pub(crate) fn ranked<'a>(
    judged: &'a Judged,
    endpoints: &Endpoints,
    chance: impl FnMut() -> f64,
) -> Vec<Ranked<'a>> {
    let lawful = judged.assessment().candidates.iter().filter(|c| c.verdict == Verdict::Permit);
    arranged(judged, lawful, endpoints, chance)
}

/// The endpoints of a request under a trial, best first: in the order of the route, as if there were no law; each with content as it
/// came, unless its system has it masked everywhere.
pub(crate) fn on_trial<'a>(
    judged: &'a Judged,
    endpoints: &Endpoints,
    chance: impl FnMut() -> f64,
) -> Vec<Ranked<'a>> {
    let mut known: Vec<&EndpointId> = Vec::new();
    let first_of_each = judged.assessment().candidates.iter().filter(|candidate| {
        let id = &candidate.endpoint.id;
        let is_new = !known.contains(&id);
        known.extend(is_new.then_some(id));
        is_new
    });
    arranged(judged, first_of_each, endpoints, chance)
}

/// Candidates in the order of the route, and after them what others lend.
fn arranged<'a>(
    judged: &'a Judged,
    candidates: impl Iterator<Item = &'a Candidate>,
    endpoints: &Endpoints,
    chance: impl FnMut() -> f64,
) -> Vec<Ranked<'a>> {
    let (mut own, mut lent) = (Vec::new(), Vec::new());
    for candidate in candidates {
        match reserve(judged, candidate) {
            Reserve::No => own.push(Ranked { candidate, reserve: None }),
            Reserve::Under(id) => lent.push(Ranked { candidate, reserve: Some(id) }),
            Reserve::Closed => {}
        }
    }
    sort(&mut own, order(judged), endpoints, chance);
    own.append(&mut lent);
    own
}

enum Reserve {
    No,
    Under(SurgeId),
    Closed,
}

fn reserve(judged: &Judged, candidate: &Candidate) -> Reserve {
    let (id, system) = (&candidate.endpoint.id, &judged.request().system.id);
    let snapshot = judged.snapshot();
    let mut lent = snapshot.estate().surges().iter().filter(|s| s.endpoints.contains(id)).peekable();
    if lent.peek().is_none() {
        return Reserve::No;
    }
    let holds = |surge: &&Surge| snapshot.days().iter().all(|day| surge.lends(id, system, *day));
    lent.find(holds).map_or(Reserve::Closed, |surge| Reserve::Under(surge.id.clone()))
}

fn order(judged: &Judged) -> Order {
    let request = judged.request();
    let route = request.model.as_deref().and_then(|name| request.system.model_aliases.get(name));
    route.map_or(request.system.order, |route| route.order)
}

/// Orders that do not change from one request to the next were made when the estate was read.
fn sort(own: &mut [Ranked<'_>], order: Order, endpoints: &Endpoints, mut chance: impl FnMut() -> f64) {
    match order {
        Order::Listed | Order::Price | Order::Tier => {}
        // One of which nothing is known comes first, so that something gets known.
        Order::Latency => own.sort_by_cached_key(|r| endpoints.first_byte_us(&r.candidate.endpoint.id)),
        Order::Weight => {
            let mut drawn: Vec<(f64, usize)> = own
                .iter()
                .enumerate()
                .map(|(at, r)| (key(chance(), r.candidate.endpoint.weight), at))
                .collect();
            drawn.sort_by(|a, b| b.0.total_cmp(&a.0));
            let sorted: Vec<Ranked<'_>> = drawn.iter().filter_map(|(_, at)| own.get(*at).cloned()).collect();
            own.iter_mut().zip(sorted).for_each(|(place, ranked)| *place = ranked);
        }
    }
}

/// The key by which a weighted choice without replacement sorts, the largest first (Efraimidis and Spirakis, "Weighted random
/// sampling with a reservoir", 2006).
fn key(chance: f64, weight: u32) -> f64 {
    chance.max(f64::MIN_POSITIVE).powf(1.0 / f64::from(weight.max(1)))
}

impl Ranked<'_> {
    /// Whether content goes there masked.
    pub(crate) fn is_masked(&self) -> bool {
        self.candidate.content == Content::Masked
    }
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn what_weighs_more_comes_first_more_often() {
        // A lattice of chances stands in for many draws.
        let steps = |n: u32| (1..n).map(move |i| f64::from(i) / f64::from(n));
        let mut first = 0;
        for a in steps(200) {
            first += steps(200).filter(|b| key(a, 3) > key(*b, 1)).count();
        }
        let share = f64::from(u32::try_from(first).unwrap()) / (199.0 * 199.0);
        assert!((share - 0.75).abs() < 0.01, "{share}");
    }
}
