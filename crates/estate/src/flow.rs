//! From what an estate states to a proposed crossing: which statement becomes which fact, and nothing more.
//!
//! What a caller adds, which safeguards are held, which volume counts and which day it is come from whoever judges.

use terms::{Flag, Flow, Operation};

use crate::{Estate, FlowFloor, Holding, Party, System};

impl FlowFloor {
    /// The exporter's side of a flow; everything about the importer is unknown.
    pub fn to_flow(&self) -> Flow {
        Flow {
            subject_residence: Some(self.subject_residence),
            export_from: Some(self.export_from),
            data: Some(self.data),
            form: self.form,
            purposes: Some(self.purposes),
            facts: self.facts.clone(),
            ..Flow::default()
        }
    }
}

impl System {
    /// The floor as a flow: a request of this system before its caller says anything.
    pub fn to_flow(&self) -> Flow {
        self.floor().to_flow()
    }
}

impl Estate {
    /// The flow as it would go to one party, for one operation and one of the holdings of its vendor. `None` only if the party
    /// is not of this estate.
    ///
    /// A crossing is lawful only if it is for every operation of [`Estate::operations`] and every holding of
    /// [`crate::Vendor::holdings`].
    pub fn towards(&self, flow: &Flow, party: &Party, operation: Operation, owner: &Holding) -> Option<Flow> {
        let vendor = self.vendor(&party.vendor)?;
        let mut flow = flow.clone();
        flow.to_location = Some(party.places);
        flow.vendor_hq = Some(vendor.hq.into());
        flow.vendor_ultimate_owner = Some(owner.place.into());
        flow.facts.owner_share = Some(owner.share);
        flow.facts.vendor_organised_in = Some(vendor.organised_in.into());
        flow.facts.operation = Some(operation);
        flow.facts.relation = party.relation;
        flow.facts.importer_kind = party.importer_kind;
        flow.facts.remote_access_from = party.remote_access_from;
        flow.facts.flags.set(Flag::Designated, vendor.designated);
        for (flag, value) in party.flags() {
            flow.facts.flags.set(flag, Some(value));
        }
        Some(flow)
    }
}
