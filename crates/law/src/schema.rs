//! The Cedar schema that every rule is checked against, and the names it gives to facts.

use terms::{Flag, Token, VolumeUnit, VolumeWindow};

/// Name of the place attribute of the importer's side; a leg of remote access has the place of access here.
pub(crate) const PLACES: [&str; 10] = [
    "subject_residence",
    "subject_citizenship",
    "export_from",
    "collected_in",
    "directed_at",
    "to",
    "vendor_hq",
    "vendor_organised_in",
    "vendor_ultimate_owner",
    "origin",
];

pub(crate) const WORDS: [&str; 5] = ["form", "operation", "relation", "exporter_kind", "importer_kind"];

/// Attribute that holds the volume when it is counted in `unit` over `window`.
pub(crate) fn volume_name(unit: VolumeUnit, window: VolumeWindow) -> String {
    format!("{unit}_{window}")
}

/// All volume attributes.
pub(crate) fn volumes() -> impl Iterator<Item = (VolumeUnit, VolumeWindow)> {
    VolumeUnit::ALL.iter().flat_map(|u| VolumeWindow::ALL.iter().map(move |w| (*u, *w)))
}

/// The schema in Cedar's own syntax. Every fact is a required attribute, so that no rule can be skipped for want of one.
pub fn text() -> String {
    let mut attributes: Vec<String> = PLACES.iter().map(|p| format!("{p}: Place")).collect();
    attributes.extend(WORDS.iter().map(|w| format!("{w}: String")));
    attributes
        .extend(Flag::ALL.iter().filter(|f| **f != Flag::ContainsPersonal).map(|f| format!("{f}: Bool")));
    attributes.extend(volumes().map(|(u, w)| format!("{}: Long", volume_name(u, w))));
    attributes.extend(
        ["personal: Bool", "data: Set<String>", "purposes: Set<String>", "owner_share: Long"]
            .map(str::to_owned),
    );
    format!(
        "entity List;\nentity Place in [Place, List];\nentity Threshold {{ value: Long }};\nentity Anyone;\n\
         action \"cross\" appliesTo {{ principal: Anyone, resource: Anyone, context: {{ {} }} }};\n",
        attributes.join(", ")
    )
}
