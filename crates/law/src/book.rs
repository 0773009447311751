//! `book.toml`: what a rulebook is about, whom it hooks, and its dated lists and thresholds.

use serde::Deserialize;
use terms::{Confidence, Date, Place, PlaceSet, Token, VolumeUnit, VolumeWindow};

use crate::fault::LawFaults;
use crate::period::Period;

/// A jurisdiction's instrument: its facts that are data, not conditions.
#[derive(Debug, Clone)]
pub struct Book {
    /// Identity, equal to its folder: `eu/gdpr`.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Official name or number of the instrument.
    pub instrument: String,
    /// Where it can be read.
    pub source: String,
    /// When we last looked.
    pub checked: Date,
    /// When we must look again.
    pub review_by: Option<Date>,
    /// How sure we are of a statement that does not say so itself.
    pub confidence: Confidence,
    /// The places whose law this is.
    pub hooks: PlaceSet,
    /// The sides of a flow that can lie in a hooked place and make the book bite.
    pub axes: Vec<Axis>,
    /// Places for which this book says that we looked.
    pub coverage: Vec<Coverage>,
    /// The lists that the book keeps, empty ones too.
    pub lists: Vec<String>,
    /// Dated memberships.
    pub listings: Vec<Listing>,
    /// Dated numbers.
    pub thresholds: Vec<Threshold>,
}

/// A side of a flow on which a law can hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Axis {
    /// Residence of the data subjects.
    SubjectResidence,
    /// Citizenship of the data subjects.
    SubjectCitizenship,
    /// Where the exporter is.
    ExportFrom,
    /// Where the data were collected.
    CollectedIn,
    /// At which public the service is aimed.
    DirectedAt,
    /// Where the importer acts.
    ToLocation,
    /// Seat of the importer.
    VendorHq,
    /// Law of organization of the importer.
    VendorOrganisedIn,
    /// Seat of its ultimate owner.
    VendorUltimateOwner,
}

impl Axis {
    /// The word in rulebooks and output.
    pub fn name(self) -> &'static str {
        match self {
            Axis::SubjectResidence => "subject_residence",
            Axis::SubjectCitizenship => "subject_citizenship",
            Axis::ExportFrom => "export_from",
            Axis::CollectedIn => "collected_in",
            Axis::DirectedAt => "directed_at",
            Axis::ToLocation => "to_location",
            Axis::VendorHq => "vendor_hq",
            Axis::VendorOrganisedIn => "vendor_organised_in",
            Axis::VendorUltimateOwner => "vendor_ultimate_owner",
        }
    }
}

/// "We looked at this place's law, on this date."
#[derive(Debug, Clone)]
pub struct Coverage {
    /// The places looked at.
    pub places: PlaceSet,
    /// What was looked at, in words.
    pub scope: String,
}

/// One dated membership of a place in a list or bloc.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// The list: a bloc (`EEA`) or a list of a law (`eu/adequate`).
    pub list: String,
    /// The member.
    pub place: Place,
    /// When it is one.
    pub period: Period,
    /// The decision that made it one.
    pub cite: String,
}

/// One dated number that a law counts against.
#[derive(Debug, Clone, PartialEq)]
pub struct Threshold {
    /// Its name in rules: `us/dsp/genomic`.
    pub id: String,
    /// The number; rules say whether "at least" or "more than".
    pub value: u64,
    /// What it counts.
    pub unit: VolumeUnit,
    /// Over which time it counts.
    pub window: VolumeWindow,
    /// When it holds.
    pub period: Period,
    /// The article.
    pub cite: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBook {
    id: String,
    title: String,
    instrument: String,
    source: String,
    checked: Date,
    review_by: Option<Date>,
    confidence: Option<String>,
    hook: RawHook,
    #[serde(default)]
    coverage: Vec<RawCoverage>,
    #[serde(default)]
    list: Vec<RawList>,
    #[serde(default)]
    threshold: Vec<RawThreshold>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHook {
    places: Vec<String>,
    axes: Vec<Axis>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCoverage {
    places: Vec<String>,
    scope: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawList {
    id: String,
    member: Vec<RawMember>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMember {
    place: Option<String>,
    #[serde(default)]
    places: Vec<String>,
    from: Option<Date>,
    until: Option<Date>,
    known: Option<Date>,
    cite: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawThreshold {
    id: String,
    value: u64,
    unit: String,
    window: String,
    from: Option<Date>,
    until: Option<Date>,
    known: Option<Date>,
    cite: String,
}

impl Book {
    /// Reads `book.toml`. Faults go to `faults`; the book is `None` only if nothing of it can be used.
    pub(crate) fn read(file: &str, folder: &str, text: &str, faults: &mut LawFaults) -> Option<Book> {
        let raw: RawBook = match toml::from_str(text) {
            Ok(raw) => raw,
            Err(error) => {
                faults.push(file, "", error.to_string().trim_end().to_owned());
                return None;
            }
        };
        if raw.id != folder {
            faults.push(file, &raw.id, format!("the id must equal its folder `{folder}`"));
        }
        let mut places = |at: &str, codes: &[String]| read_places(file, at, codes, faults);
        let hooks = places("hook", &raw.hook.places);
        let coverage = raw
            .coverage
            .into_iter()
            .map(|c| Coverage { places: places("coverage", &c.places), scope: c.scope })
            .collect();
        let confidence = match raw.confidence.as_deref().map(|c| (c, Confidence::read(c))) {
            None => Confidence::High,
            Some((_, Some(confidence))) => confidence,
            Some((given, None)) => {
                let help = "is not one of high, medium, low, recheck";
                faults.push(file, "confidence", format!("`{given}` {help}"));
                Confidence::Low
            }
        };
        let lists = raw.list.iter().map(|l| l.id.clone()).collect();
        let listings = raw.list.into_iter().flat_map(|l| listings(file, l, faults)).collect();
        let thresholds = raw.threshold.into_iter().filter_map(|t| threshold(file, t, faults)).collect();
        Some(Book {
            id: raw.id,
            title: raw.title,
            instrument: raw.instrument,
            source: raw.source,
            checked: raw.checked,
            review_by: raw.review_by,
            confidence,
            hooks,
            axes: raw.hook.axes,
            coverage,
            lists,
            listings,
            thresholds,
        })
    }
}

fn read_places(file: &str, at: &str, codes: &[String], faults: &mut LawFaults) -> PlaceSet {
    let read = |code: &String| code.parse::<Place>().map_err(|e| faults.push(file, at, e.to_string())).ok();
    codes.iter().filter_map(read).collect()
}

fn listings(file: &str, raw: RawList, faults: &mut LawFaults) -> Vec<Listing> {
    let mut found = Vec::new();
    for member in raw.member {
        let codes: Vec<String> = member.place.into_iter().chain(member.places).collect();
        let period = Period { from: member.from, until: member.until, known: member.known };
        for place in read_places(file, &raw.id, &codes, faults).iter() {
            found.push(Listing { list: raw.id.clone(), place, period, cite: member.cite.clone() });
        }
    }
    found
}

fn threshold(file: &str, raw: RawThreshold, faults: &mut LawFaults) -> Option<Threshold> {
    let unit = VolumeUnit::read(&raw.unit).map_err(|e| faults.push(file, &raw.id, e.to_string())).ok()?;
    let window =
        VolumeWindow::read(&raw.window).map_err(|e| faults.push(file, &raw.id, e.to_string())).ok()?;
    let period = Period { from: raw.from, until: raw.until, known: raw.known };
    Some(Threshold { id: raw.id, value: raw.value, unit, window, period, cite: raw.cite })
}
