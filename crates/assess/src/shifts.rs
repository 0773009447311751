//! Which endpoints of which systems are ruled otherwise when the law moves and the estate does not.

use std::sync::Arc;

use estate::{Endpoint, Estate, System};
use law::questions::Shift;
use law::{Edition, RuleError, Stance};
use terms::{Date, Verdict};

use crate::{Bench, Candidate, Stated};

/// An endpoint whose ruling shifts.
#[derive(Debug, Clone)]
pub struct EndpointShift {
    /// The endpoint.
    pub endpoint: Arc<Endpoint>,
    /// How the meet of its flows is ruled before and after.
    pub shift: Shift,
}

/// A system that is ruled otherwise.
#[derive(Debug, Clone)]
pub struct SystemShift {
    /// The system.
    pub system: Arc<System>,
    /// How many of its endpoints were lawful.
    pub lawful_before: usize,
    /// How many are.
    pub lawful_after: usize,
    /// The endpoints whose ruling shifts.
    pub endpoints: Vec<EndpointShift>,
}

/// How the rulings of an estate shift.
#[derive(Debug, Clone, Default)]
pub struct EstateShifts {
    /// How many flows were ruled on.
    pub ruled: usize,
    /// The systems of which any endpoint is ruled otherwise.
    pub systems: Vec<SystemShift>,
}

/// Rules on every flow of the estate under both editions. The estate is taken as of `day` on both sides, agreements included, so
/// that what shifts is the law's doing alone.
///
/// # Errors
/// A flow has too many combinations of places.
pub fn shifts(
    estate: &Estate,
    day: Date,
    before: &Arc<Edition>,
    after: &Arc<Edition>,
) -> Result<EstateShifts, RuleError> {
    let mut found = EstateShifts::default();
    for system in estate.systems() {
        let [was, is] = [before, after].map(|edition| candidates(estate, system, day, edition));
        let (was, is) = (was?, is?);
        found.ruled += is.iter().map(|c| c.flows.len()).sum::<usize>();
        let endpoints = was.iter().zip(&is).filter_map(|(was, is)| {
            let shift = Shift::between(was.ruling(), is.ruling())?;
            Some(EndpointShift { endpoint: is.endpoint.clone(), shift })
        });
        let endpoints: Vec<EndpointShift> = endpoints.collect();
        if !endpoints.is_empty() {
            let (lawful_before, lawful_after) = (lawful(&was), lawful(&is));
            found.systems.push(SystemShift {
                system: system.clone(),
                lawful_before,
                lawful_after,
                endpoints,
            });
        }
    }
    Ok(found)
}

fn candidates(
    estate: &Estate,
    system: &System,
    day: Date,
    edition: &Arc<Edition>,
) -> Result<Vec<Candidate>, RuleError> {
    let editions = std::slice::from_ref(edition);
    let bench = Bench { estate, editions, days: &[day], stance: Stance::Border };
    let assessed = bench.assess(system, None, &Stated::default())?;
    Ok(assessed.map(|a| a.candidates).unwrap_or_default())
}

fn lawful(candidates: &[Candidate]) -> usize {
    candidates.iter().filter(|c| c.verdict == Verdict::Permit).count()
}
