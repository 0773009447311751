//! The tables as they are written.

use serde::Deserialize;
use terms::Date;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cloud {
    pub(super) cloud: String,
    pub(super) operator: Operator,
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "checked")]
    _checked: Date,
    #[serde(rename = "region")]
    pub(super) regions: Vec<Region>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Region {
    pub(super) id: String,
    pub(super) place: String,
    pub(super) operator: Option<Operator>,
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "from")]
    _from: Option<Date>,
    #[serde(rename = "note")]
    _note: Option<String>,
}

/// Who runs a cloud, a region or a host.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Operator {
    pub(crate) vendor: String,
    pub(crate) hq: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Hosts {
    pub(super) host: Vec<HostRow>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HostRow {
    pub(super) pattern: String,
    pub(super) cloud: Option<String>,
    pub(super) places: Places,
    pub(super) operator: Operator,
    #[serde(rename = "api")]
    _api: String,
    #[serde(rename = "source")]
    _source: String,
    pub(super) checked: Date,
    #[serde(rename = "note")]
    _note: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Places {
    Word(String),
    List(Vec<String>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Profiles {
    pub(super) profile: Vec<Profile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Profile {
    pub(super) id: String,
    pub(super) cloud: String,
    pub(super) regions: Vec<String>,
    #[serde(default)]
    pub(super) global: bool,
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "checked")]
    _checked: Date,
    #[serde(rename = "note")]
    _note: Option<String>,
}
