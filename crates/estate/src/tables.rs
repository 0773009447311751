//! The dated tables of known clouds, hosts and cross-region profiles, built into the program.
//!
//! They say what may be concluded from a region's or a host's name alone. What they do not list is unknown.

mod rows;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use terms::{Date, Place, PlaceSet};

pub(crate) use self::rows::Operator;
use self::rows::{Cloud, HostRow, Hosts, Places, Profile, Profiles, Region};

/// The text of every table; part of an estate's hash, since it decides what a region means.
pub(crate) const TEXTS: [(&str, &str); 5] = [
    ("clouds/aws.toml", include_str!("../data/clouds/aws.toml")),
    ("clouds/azure.toml", include_str!("../data/clouds/azure.toml")),
    ("clouds/gcp.toml", include_str!("../data/clouds/gcp.toml")),
    ("hosts.toml", include_str!("../data/hosts.toml")),
    ("profiles.toml", include_str!("../data/profiles.toml")),
];

static BUILT_IN: LazyLock<Result<Tables, String>> = LazyLock::new(Tables::built_in);

/// What the tables say.
#[derive(Debug)]
pub(crate) struct Tables {
    clouds: BTreeMap<String, Cloud>,
    exact: Vec<HostRow>,
    patterns: Vec<HostRow>,
    profiles: BTreeMap<String, Profile>,
}

/// What a host name tells.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) pattern: String,
    pub(crate) operator: Operator,
    pub(crate) checked: Date,
    pub(crate) cloud: Option<String>,
    pub(crate) place: HostPlace,
}

/// What a host name tells of its place.
#[derive(Debug)]
pub(crate) enum HostPlace {
    /// These places, all of them.
    Known(PlaceSet),
    /// Nothing: the host promises no place.
    Unpromised,
    /// A region that the table of its cloud does not list.
    UnknownRegion(String),
}

/// What a model id says of cross-region routing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Profiled {
    /// Nothing: it runs where it is called.
    No,
    /// It may run in any of these places as well.
    In(PlaceSet),
    /// It may run anywhere.
    Anywhere,
}

/// What a region or profile stands for.
#[derive(Debug)]
pub(crate) struct Regions {
    pub(crate) places: PlaceSet,
    pub(crate) operators: Vec<Operator>,
}

/// The places that a region's or a profile's name stands for, such as `azure:swedencentral`; `None` if no table has it.
pub fn region_places(word: &str) -> Option<PlaceSet> {
    let regions = Tables::get().ok()?.regions(word)?;
    Some(regions.places).filter(|places| !places.is_empty())
}

impl Tables {
    /// The built-in tables; an error only if the program was built with broken ones.
    pub(crate) fn get() -> Result<&'static Tables, &'static str> {
        BUILT_IN.as_ref().map_err(String::as_str)
    }

    fn built_in() -> Result<Tables, String> {
        let [(_, aws), (_, azure), (_, gcp), (_, hosts), (_, profiles)] = TEXTS;
        let mut clouds = BTreeMap::new();
        for text in [aws, azure, gcp] {
            let cloud: Cloud = parse(text)?;
            clouds.insert(cloud.cloud.clone(), cloud);
        }
        let (exact, patterns) =
            parse::<Hosts>(hosts)?.host.into_iter().partition(|row| !row.pattern.contains('{'));
        let profiles = parse::<Profiles>(profiles)?.profile;
        let profiles = profiles.into_iter().map(|p| (p.id.clone(), p)).collect();
        Ok(Tables { clouds, exact, patterns, profiles })
    }

    /// What the name of a host tells; `None` if the tables do not list it.
    pub(crate) fn host(&self, host: &str) -> Option<Known> {
        if let Some(row) = self.exact.iter().find(|r| r.pattern == host) {
            return Some(self.known(row, None));
        }
        let hit = |row| Some((row, matched(row, host)?));
        let hits: Vec<(&HostRow, Option<&str>)> = self.patterns.iter().filter_map(hit).collect();
        let listed = |(row, region): &&(&HostRow, Option<&str>)| {
            region.is_none_or(|id| self.region_of(row.cloud.as_deref().unwrap_or(""), id).is_some())
        };
        let (row, region) = hits.iter().find(listed).or_else(|| hits.first())?;
        Some(self.known(row, *region))
    }

    fn known(&self, row: &HostRow, region: Option<&str>) -> Known {
        let in_table = region.and_then(|id| self.region_of(row.cloud.as_deref()?, id));
        let place = match (&row.places, in_table) {
            (Places::List(codes), _) => places(codes),
            (Places::Word(word), Some(region)) if word == "region" => {
                places(std::slice::from_ref(&region.place))
            }
            (Places::Word(word), None) if word == "region" => {
                HostPlace::UnknownRegion(region.unwrap_or("").to_owned())
            }
            (Places::Word(_), _) => HostPlace::Unpromised,
        };
        let operator = in_table.and_then(|r| r.operator.as_ref()).unwrap_or(&row.operator);
        Known {
            pattern: row.pattern.clone(),
            operator: operator.clone(),
            checked: row.checked,
            cloud: row.cloud.clone(),
            place,
        }
    }

    fn region_of(&self, cloud: &str, id: &str) -> Option<&Region> {
        self.clouds.get(cloud)?.regions.iter().find(|r| r.id == id)
    }

    /// What `aws:eu-central-1` or `bedrock:eu` stands for. A profile without regions promises no place: `places` is empty.
    pub(crate) fn regions(&self, word: &str) -> Option<Regions> {
        if let Some(profile) = self.profiles.get(word) {
            let promised = profile.regions.iter().filter(|_| !profile.global);
            let each = promised.filter_map(|id| self.one_region(&profile.cloud, id));
            return Some(each.fold(
                Regions { places: PlaceSet::EMPTY, operators: Vec::new() },
                |mut sum, one| {
                    sum.places = sum.places.union(&one.places);
                    sum.operators.extend(one.operators);
                    sum.operators.dedup();
                    sum
                },
            ));
        }
        let (cloud, id) = word.split_once(':')?;
        self.one_region(cloud, id)
    }

    fn one_region(&self, cloud: &str, id: &str) -> Option<Regions> {
        let region = self.region_of(cloud, id)?;
        let operator = region.operator.as_ref().unwrap_or(&self.clouds.get(cloud)?.operator);
        let place: Place = region.place.parse().ok()?;
        Some(Regions { places: place.into(), operators: vec![operator.clone()] })
    }

    /// What a model id at AWS says of regions: a prefix such as `eu.` names a cross-region profile, alone or at the end of a
    /// resource name; a profile that a customer made may hold any region.
    pub(crate) fn bedrock_profile(&self, model: &str) -> Profiled {
        if model.contains("application-inference-profile") {
            return Profiled::Anywhere;
        }
        let id = model.rsplit('/').next().unwrap_or(model);
        let prefix = id.split_once('.').map_or("", |(prefix, _)| prefix);
        match self.regions(&format!("bedrock:{prefix}")) {
            None => Profiled::No,
            Some(profile) if profile.places.is_empty() => Profiled::Anywhere,
            Some(profile) => Profiled::In(profile.places),
        }
    }

    /// Every word that may stand for a region or profile.
    pub(crate) fn words(&self) -> Vec<String> {
        let of_cloud = |c: &Cloud| {
            let name = c.cloud.clone();
            c.regions.iter().map(move |r| format!("{name}:{}", r.id)).collect::<Vec<_>>()
        };
        self.clouds.values().flat_map(of_cloud).chain(self.profiles.keys().cloned()).collect()
    }
}

fn parse<'t, T: Deserialize<'t>>(text: &'t str) -> Result<T, String> {
    T::deserialize(toml::Deserializer::parse(text).map_err(|e| e.to_string())?).map_err(|e| e.to_string())
}

fn places(codes: &[String]) -> HostPlace {
    let read: Option<PlaceSet> = codes.iter().map(|c| c.parse::<Place>().ok()).collect();
    read.map_or(HostPlace::Unpromised, HostPlace::Known)
}

/// Whether the whole host fits the pattern of a row, and the region that it names.
fn matched<'h>(row: &HostRow, host: &'h str) -> Option<Option<&'h str>> {
    let mut region = None;
    let (mut patterns, mut labels) = (row.pattern.split('.'), host.split('.'));
    loop {
        match (patterns.next(), labels.next()) {
            (None, None) => return Some(region),
            (Some(pattern), Some(label)) => match placeholder(pattern) {
                Some((before, "{region}", after)) => region = Some(inner(label, before, after)?),
                Some((before, _, after)) => drop(inner(label, before, after)?),
                None if pattern == label => {}
                None => return None,
            },
            _ => return None,
        }
    }
}

/// A label of a pattern as what stands before its placeholder, the placeholder, and what stands after it.
fn placeholder(pattern: &str) -> Option<(&str, &str, &str)> {
    let (start, end) = (pattern.find('{')?, pattern.find('}')?);
    Some((pattern.get(..start)?, pattern.get(start..=end)?, pattern.get(end + 1..)?))
}

fn inner<'h>(label: &'h str, before: &str, after: &str) -> Option<&'h str> {
    label.strip_prefix(before)?.strip_suffix(after).filter(|rest| !rest.is_empty())
}

#[cfg(test)]
mod tests;
