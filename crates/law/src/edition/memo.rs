//! What findings depend on, as the key under which an edition remembers them.

use std::hash::{Hash, Hasher};

use quick_cache::Equivalent;
use terms::{Counts, Flow};

use crate::findings::Stance;

/// A flow without its safeguards and day, its volume rounded down to the last number that any law counts against, and who asks.
#[derive(PartialEq, Eq, Clone)]
pub(super) struct Signature {
    pub(super) flow: Flow,
    pub(super) stance: Stance,
}

/// The same, borrowed, so that a flow that is remembered is not copied.
pub(super) struct SignatureRef<'a> {
    pub(super) flow: &'a Flow,
    pub(super) volume: Option<u64>,
    pub(super) counts: Counts,
    pub(super) stance: Stance,
}

/// The parts of a flow that a signature has, in one order for both forms.
fn parts(flow: &Flow, volume: Option<u64>, counts: Counts) -> impl Hash + PartialEq + '_ {
    let places = (
        &flow.subject_residence,
        &flow.export_from,
        &flow.to_location,
        &flow.vendor_hq,
        &flow.vendor_ultimate_owner,
    );
    (places, flow.data, flow.form, flow.purposes, volume, counts, &flow.facts)
}

impl Hash for Signature {
    fn hash<H: Hasher>(&self, state: &mut H) {
        parts(&self.flow, self.flow.volume, self.flow.counts).hash(state);
        self.stance.hash(state);
    }
}

impl Hash for SignatureRef<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        parts(self.flow, self.volume, self.counts).hash(state);
        self.stance.hash(state);
    }
}

impl Equivalent<Signature> for SignatureRef<'_> {
    fn equivalent(&self, key: &Signature) -> bool {
        self.stance == key.stance
            && parts(self.flow, self.volume, self.counts)
                == parts(&key.flow, key.flow.volume, key.flow.counts)
    }
}
