//! Vendors: where they sit, under which law they stand, and who owns them in the end.

use std::sync::Arc;

use terms::{Date, Place};

use crate::VendorId;

/// A company that may lay hands on data, or that trained a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vendor {
    /// Its id.
    pub id: VendorId,
    /// Its name, as people and the tables of known hosts write it.
    pub name: Arc<str>,
    /// Where it has its seat.
    pub hq: Place,
    /// Under which law it is organized.
    pub organised_in: Place,
    /// Its direct owners, as stated.
    pub owners: Vec<Owner>,
    /// Part of it in many small hands, in hundredths of a percent.
    pub dispersed: u16,
    /// Who holds it directly or through others, by place; the ultimate owners first, the largest of them leading.
    pub(crate) holdings: Vec<Holding>,
    /// Whether a law's own list names it; `None` is unknown.
    pub designated: Option<bool>,
    /// Where these facts come from.
    pub source: Option<String>,
    /// When they were checked.
    pub checked: Option<Date>,
}

/// A direct owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Who.
    pub who: OwnerName,
    /// The share held, in hundredths of a percent.
    pub share: u16,
}

/// Who an owner is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnerName {
    /// A vendor of the estate, itself owned by someone.
    Vendor(VendorId),
    /// Somebody else, taken as an ultimate owner.
    Other {
        /// The name.
        name: Arc<str>,
        /// Where the owner has its seat.
        place: Place,
    },
}

/// What owners of one place hold of a vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding {
    /// The seat of the owners.
    pub place: Place,
    /// Their share in hundredths of a percent. Who holds half of a company or more is taken to hold all that the company holds;
    /// a smaller share is multiplied. So this is never less than `economic`.
    pub share: u16,
    /// The plain product of the shares along the chain, in hundredths of a percent, rounded up.
    pub economic: u16,
    /// Whether the owners stand at the end of the chain; false for the seat of a company in between.
    pub ultimate: bool,
}

impl Vendor {
    /// The largest ultimate owners: the vendor itself where it states none.
    pub fn ultimate_owner(&self) -> Holding {
        let itself = Holding { place: self.hq, share: FULL, economic: FULL, ultimate: true };
        self.holdings.first().copied().unwrap_or(itself)
    }

    /// Everyone who holds it directly or through others, by place. A law that turns on any owner has to look at each.
    pub fn holdings(&self) -> &[Holding] {
        &self.holdings
    }

    /// Whether anyone with a seat in another country holds a part of it.
    pub fn has_foreign_owner(&self) -> bool {
        self.holdings.iter().any(|h| country(h.place) != country(self.hq))
    }
}

/// All of a company, in hundredths of a percent.
pub const FULL: u16 = 10_000;

fn country(place: Place) -> Place {
    place.parent().unwrap_or(place)
}
