//! The flows that regimes are held against: some twenty uses of data, at three volumes, from anywhere to anywhere.

use terms::{
    Category, Counts, Facts, Flag, Flags, Flow, Form, Operation, PartyKind, Place, PlaceSet, Purpose,
    Relation, Token, VolumeUnit, VolumeWindow,
};

/// How many persons (devices, records) within any window.
pub const VOLUMES: [u64; 3] = [100, 50_000, 2_000_000];

/// The volume that rows tell of.
pub(super) const MIDDLE: u64 = 50_000;

/// Places that a flow may be sent to, beside those that a question names.
const ELSEWHERE: [&str; 14] =
    ["US", "SG", "DE", "CH", "GB", "JP", "IN", "AE", "BR", "CA", "AU", "KR", "ZA", "HK"];

/// One use of data.
pub(super) struct Class {
    pub(super) name: &'static str,
    data: &'static [Category],
    form: Form,
    purpose: Purpose,
    operation: Operation,
    relation: Relation,
    exporter: PartyKind,
    importer: PartyKind,
}

/// What most uses have in common: raw data, hosted by a private vendor for a private exporter.
const HOSTED: Class = Class {
    name: "",
    data: &[],
    form: Form::Raw,
    purpose: Purpose::Hosting,
    operation: Operation::Store,
    relation: Relation::VendorAgreement,
    exporter: PartyKind::Private,
    importer: PartyKind::CloudProvider,
};

/// The same, read by a vendor who works on it.
const WORKED_ON: Class =
    Class { operation: Operation::ProcessInClear, importer: PartyKind::Private, ..HOSTED };

pub(super) const CLASSES: [Class; 19] = [
    Class { name: "customer contacts, hosted", data: &[Category::IdentityBasic], ..HOSTED },
    Class {
        name: "customer messages, to a language model",
        data: &[Category::IdentityBasic, Category::CommsContent],
        purpose: Purpose::Inference,
        importer: PartyKind::AiProvider,
        ..WORKED_ON
    },
    Class {
        name: "health records, for care",
        data: &[Category::Health, Category::Ehr],
        purpose: Purpose::HealthcareDelivery,
        exporter: PartyKind::HealthProvider,
        ..WORKED_ON
    },
    Class {
        name: "patient records, stored",
        data: &[Category::Health, Category::Ehr],
        purpose: Purpose::HealthcareDelivery,
        exporter: PartyKind::HealthProvider,
        ..HOSTED
    },
    Class {
        name: "genomic data, for research",
        data: &[Category::Genomic, Category::Health],
        purpose: Purpose::HealthResearch,
        relation: Relation::ControllerToController,
        exporter: PartyKind::Research,
        importer: PartyKind::Research,
        ..WORKED_ON
    },
    Class {
        name: "payment records, stored",
        data: &[Category::PaymentSystem, Category::Financial],
        purpose: Purpose::PaymentProcessing,
        exporter: PartyKind::PaymentOperator,
        ..HOSTED
    },
    Class {
        name: "bank records, stored",
        data: &[Category::Financial, Category::CreditInfo, Category::GovId],
        exporter: PartyKind::FinancialEntity,
        ..HOSTED
    },
    Class {
        name: "credit scoring",
        data: &[Category::CreditInfo, Category::Financial],
        purpose: Purpose::CreditScoring,
        exporter: PartyKind::FinancialEntity,
        ..WORKED_ON
    },
    Class {
        name: "training a model on behavior",
        data: &[Category::Behavioural, Category::OnlineId],
        purpose: Purpose::Training,
        importer: PartyKind::AiProvider,
        ..WORKED_ON
    },
    Class {
        name: "ad targeting by profile",
        data: &[Category::IdentityBasic, Category::OnlineId, Category::Behavioural],
        purpose: Purpose::AdTargeting,
        relation: Relation::ControllerToController,
        importer: PartyKind::OnlinePlatform,
        ..WORKED_ON
    },
    Class {
        name: "staff files, within the group",
        data: &[Category::IdentityBasic, Category::Employee],
        purpose: Purpose::HrAdmin,
        relation: Relation::IntraGroup,
        importer: PartyKind::Private,
        ..HOSTED
    },
    Class { name: "biometric templates, hosted", data: &[Category::Biometric], ..HOSTED },
    Class {
        name: "children's data, for teaching",
        data: &[Category::Children, Category::Education],
        purpose: Purpose::EducationService,
        ..WORKED_ON
    },
    Class {
        name: "precise location, for personalization",
        data: &[Category::LocationPrecise, Category::OnlineId],
        purpose: Purpose::Personalization,
        ..WORKED_ON
    },
    Class {
        name: "public registers, hosted",
        data: &[Category::PublicSector, Category::IdentityBasic],
        exporter: PartyKind::PublicBody,
        ..HOSTED
    },
    Class {
        name: "subscriber data, stored",
        data: &[Category::TelecomSubscriber, Category::CommsMetadata],
        exporter: PartyKind::Telecom,
        ..HOSTED
    },
    Class { name: "map data, stored", data: &[Category::Geospatial], ..HOSTED },
    Class {
        name: "plant and network data, hosted",
        data: &[Category::CriticalInfra, Category::NonpersonalIndustrial],
        ..HOSTED
    },
    Class {
        name: "anonymous statistics",
        data: &[Category::Behavioural],
        form: Form::Anonymised,
        purpose: Purpose::Statistics,
        ..HOSTED
    },
];

impl Class {
    /// The flow of this use, with nothing held and every fact known: nobody abroad can open the data.
    pub(super) fn flow(
        &self,
        volume: u64,
        people: PlaceSet,
        from: PlaceSet,
        to: Place,
        vendor: Place,
    ) -> Flow {
        Flow {
            subject_residence: Some(people),
            export_from: Some(from),
            data: Some(self.data.iter().copied().collect()),
            form: self.form,
            purposes: Some([self.purpose].into_iter().collect()),
            volume: Some(volume),
            counts: counts(volume),
            to_location: Some(to.into()),
            vendor_hq: Some(vendor.into()),
            vendor_ultimate_owner: Some(vendor.into()),
            facts: self.facts(&from),
            ..Flow::default()
        }
    }

    fn facts(&self, from: &PlaceSet) -> Facts {
        let mut flags = Flags::default();
        for flag in Flag::ALL.iter().filter(|f| **f != Flag::ContainsPersonal) {
            flags.set(*flag, Some(flag.default_value().unwrap_or(false)));
        }
        let american = from.iter().any(|p| p.code().starts_with("US"));
        flags.set(Flag::HipaaCovered, Some(american && self.exporter == PartyKind::HealthProvider));
        Facts {
            operation: Some(self.operation),
            relation: Some(self.relation),
            exporter_kind: Some(self.exporter),
            importer_kind: Some(self.importer),
            remote_access_from: Some(PlaceSet::EMPTY),
            volume_unit: Some(VolumeUnit::Persons),
            volume_window: Some(VolumeWindow::TwelveMonths),
            flags,
            ..Facts::default()
        }
    }
}

fn counts(volume: u64) -> Counts {
    let mut counts = Counts::default();
    for unit in VolumeUnit::ALL {
        for window in VolumeWindow::ALL {
            counts.set(*unit, *window, volume);
        }
    }
    counts
}

/// Places outside both homes, in a fixed order.
pub(super) fn elsewhere(homes: [Place; 2]) -> impl Iterator<Item = Place> {
    ELSEWHERE.iter().filter_map(|code| code.parse().ok()).filter(move |p| !homes.contains(p))
}

/// The third place, unless another is asked for.
pub(super) fn third(homes: [Place; 2]) -> Place {
    let [x, _] = homes;
    elsewhere(homes).next().unwrap_or(x)
}
