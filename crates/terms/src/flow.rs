//! A proposed crossing, as plain data.

mod json;

pub use json::{FlowFault, FlowFaults, fact_key};

use crate::vocabulary::{Categories, Purposes};
use crate::{Date, Facts, Flag, Form, PlaceSet, SafeguardSet, Token, VolumeUnit, VolumeWindow};

/// A proposed crossing: whose data, of what kind, from where, to whom and where, for what, how much, when.
///
/// `None` means unknown, never "none". One flow has one importer; an endpoint with several parties is several flows. A set
/// of places means each of them: the flow is lawful only if it is lawful for all.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Flow {
    /// The day the crossing is judged for; the caller's clock where absent.
    pub as_of: Option<Date>,
    /// Where the people live that the data are about.
    pub subject_residence: Option<PlaceSet>,
    /// Where the exporter makes the data available from.
    pub export_from: Option<PlaceSet>,
    /// What kinds of data.
    pub data: Option<Categories>,
    /// In which form.
    pub form: Form,
    /// For what.
    pub purposes: Option<Purposes>,
    /// How many persons, devices or records (see [`Facts::volume_unit`]) within [`Facts::volume_window`].
    pub volume: Option<u64>,
    /// Counts in other units and over other windows, beside [`Flow::volume`].
    pub counts: Counts,
    /// Where the importer stores or processes.
    pub to_location: Option<PlaceSet>,
    /// Where the importer has its seat.
    pub vendor_hq: Option<PlaceSet>,
    /// Seat of the importer's ultimate owner.
    pub vendor_ultimate_owner: Option<PlaceSet>,
    /// What the exporter holds.
    pub safeguards: SafeguardSet,
    /// The circumstances.
    pub facts: Facts,
}

impl Default for Flow {
    fn default() -> Self {
        Flow {
            as_of: None,
            subject_residence: None,
            export_from: None,
            data: None,
            form: Form::Raw,
            purposes: None,
            volume: None,
            counts: Counts::default(),
            to_location: None,
            vendor_hq: None,
            vendor_ultimate_owner: None,
            safeguards: SafeguardSet::default(),
            facts: Facts::default(),
        }
    }
}

impl Flow {
    /// Reads the JSON form; every fault is reported, each with the nearest known word.
    pub fn from_json(value: &serde_json::Value) -> Result<Flow, FlowFaults> {
        json::read(value)
    }

    /// The JSON form; unknown facts are left out.
    pub fn to_json(&self) -> serde_json::Value {
        json::write(self)
    }

    /// Whether the data are about identifiable people: as stated, else by their categories and form; unknown if neither is known.
    pub fn contains_personal(&self) -> Option<bool> {
        self.facts.flag(Flag::ContainsPersonal).or_else(|| {
            if self.form.leaves_people_out() {
                Some(false)
            } else {
                self.data.map(|d| d.iter().any(|c| c.describes_people()))
            }
        })
    }

    /// The same flow with nothing held: what its ruling's clauses depend on.
    #[must_use]
    pub fn without_safeguards(&self) -> Flow {
        Flow { safeguards: SafeguardSet::default(), ..self.clone() }
    }
}

/// Counts by unit and window. A count that is not here is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Counts([Option<u64>; 9]);

impl Counts {
    fn position(unit: VolumeUnit, window: VolumeWindow) -> usize {
        unit.index() as usize * VolumeWindow::ALL.len() + window.index() as usize
    }

    /// The count in a unit over a window.
    pub fn get(&self, unit: VolumeUnit, window: VolumeWindow) -> Option<u64> {
        self.0.get(Self::position(unit, window)).copied().flatten()
    }

    /// States a count.
    pub fn set(&mut self, unit: VolumeUnit, window: VolumeWindow, count: u64) {
        if let Some(place) = self.0.get_mut(Self::position(unit, window)) {
            *place = Some(count);
        }
    }

    /// Every stated count.
    pub fn iter(&self) -> impl Iterator<Item = (VolumeUnit, VolumeWindow, u64)> + '_ {
        let all = VolumeUnit::ALL.iter().flat_map(|u| VolumeWindow::ALL.iter().map(move |w| (*u, *w)));
        all.filter_map(|(u, w)| self.get(u, w).map(|count| (u, w, count)))
    }

    /// The same counts, each changed by `change`.
    #[must_use]
    pub fn map(self, change: impl Fn(u64) -> u64) -> Counts {
        Counts(self.0.map(|count| count.map(&change)))
    }
}
