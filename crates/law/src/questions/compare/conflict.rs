//! Flows that both regimes reach and that no place satisfies: each place is denied by one of them.

use terms::{Flow, Place, PlaceSet, Ruling, Verdict};

use super::matrix::{self, CLASSES, Class, VOLUMES};
use super::{Regime, Search};
use crate::RuleError;

/// How a flow comes to be under both laws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// One data set of people of both, held by exporters in both.
    Together,
    /// People of the second regime, exporter in the first.
    FromFirst,
    /// People of the first regime, exporter in the second.
    FromSecond,
}

/// A use of data for which no place satisfies both regimes.
#[derive(Debug, Clone)]
pub struct Conflict {
    /// The use.
    pub class: &'static str,
    /// How it is under both laws.
    pub setting: Setting,
    /// The least volume tried at which it is so.
    pub volume: u64,
    /// What the whole law says if each regime's part stays at its own home: the way out, where there is one.
    pub apart: [Verdict; 2],
    /// Every place and vendor that was tried.
    pub attempts: Vec<Attempt>,
}

/// A place and vendor that was tried.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Where the data would be.
    pub place: Place,
    /// Seat of the vendor.
    pub vendor: Place,
    /// The flow.
    pub flow: Flow,
    /// What each regime alone says of it.
    pub alone: [Ruling; 2],
    /// What the whole law says of it.
    pub whole: Ruling,
}

impl Conflict {
    /// Whether the evaluator denies every attempt by the whole law too.
    pub fn is_confirmed(&self) -> bool {
        self.attempts.iter().all(|o| o.whole.verdict() == Verdict::Deny)
    }
}

/// A place, a vendor, and what each regime alone says of them.
type Tried = (Place, Place, Flow, [Ruling; 2]);

impl Search<'_, '_> {
    pub(super) fn conflicts(&self) -> Result<Vec<Conflict>, RuleError> {
        let mut found = Vec::new();
        for class in &CLASSES {
            for setting in [Setting::Together, Setting::FromFirst, Setting::FromSecond] {
                for volume in VOLUMES {
                    let conflict = self.conflict(class, setting, volume)?;
                    let any = conflict.is_some();
                    found.extend(conflict);
                    if any {
                        break;
                    }
                }
            }
        }
        Ok(found)
    }

    /// Tries places until one satisfies both. What one regime denies everywhere is its own prohibition and no conflict.
    fn conflict(&self, class: &Class, setting: Setting, volume: u64) -> Result<Option<Conflict>, RuleError> {
        let mut tried: Vec<Tried> = Vec::new();
        for (place, vendor) in self.candidates() {
            let (people, from) = self.sides(setting);
            let flow = class.flow(volume, people, from, place, vendor);
            let [x, y] = self.regimes;
            let alone = [self.alone(x, &flow)?, self.alone(y, &flow)?];
            if !alone.iter().any(denies) {
                return Ok(None);
            }
            tried.push((place, vendor, flow, alone));
        }
        let each_has_a_place = [0, 1]
            .into_iter()
            .all(|i| tried.iter().any(|(_, _, _, alone)| alone.get(i).is_some_and(|ruling| !denies(ruling))));
        if !each_has_a_place {
            return Ok(None);
        }
        let rerun = |(place, vendor, flow, alone): Tried| {
            Ok(Attempt { place, vendor, whole: self.whole(&flow)?, flow, alone })
        };
        let attempts: Result<Vec<Attempt>, RuleError> = tried.into_iter().map(rerun).collect();
        let [x, y] = self.homes();
        let apart = |home: Place| -> Result<Verdict, RuleError> {
            Ok(self.whole(&class.flow(volume, home.into(), home.into(), home, home))?.verdict())
        };
        let apart = [apart(x)?, apart(y)?];
        Ok(Some(Conflict { class: class.name, setting, volume, apart, attempts: attempts? }))
    }

    /// The homes first: they settle most. Vendors are of the place itself, or of either home.
    fn candidates(&self) -> Vec<(Place, Place)> {
        let homes = self.homes();
        let mut places: Vec<Place> = homes.into_iter().chain([self.third]).collect();
        places.extend(matrix::elsewhere(homes).filter(|p| *p != self.third));
        let mut all: Vec<(Place, Place)> = places.iter().map(|p| (*p, *p)).collect();
        all.extend(places.iter().flat_map(|p| homes.map(|vendor| (*p, vendor))).filter(|(p, v)| p != v));
        all
    }

    fn sides(&self, setting: Setting) -> (PlaceSet, PlaceSet) {
        let [x, y] = self.homes();
        match setting {
            Setting::Together => (PlaceSet::from(x).with(y), PlaceSet::from(x).with(y)),
            Setting::FromFirst => (y.into(), x.into()),
            Setting::FromSecond => (x.into(), y.into()),
        }
    }
}

fn denies(ruling: &Ruling) -> bool {
    ruling.verdict() == Verdict::Deny
}

impl Setting {
    /// What it is, in words.
    pub fn described(self, [x, y]: [&Regime; 2]) -> String {
        match self {
            Setting::Together => format!("one data set of people in {} and {}, held in both", x.home, y.home),
            Setting::FromFirst => format!("people in {}, exporter in {}", y.home, x.home),
            Setting::FromSecond => format!("people in {}, exporter in {}", x.home, y.home),
        }
    }
}
