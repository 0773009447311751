//! From the text of files to an estate: parse, gather, read each part in the order of its references, and report every fault.

mod agreement;
mod dictionary;
mod document;
mod endpoint;
mod folder;
mod gateway;
mod hash;
mod limit;
mod manager;
mod party;
mod place;
mod recognizer;
mod routes;
mod screen;
pub(crate) mod sections;
mod shadow;
mod surge;
mod system;
mod table;
mod telemetry;
mod value;
mod vendor;

use std::collections::BTreeMap;
use std::sync::Arc;

use self::document::{Document, own_id, parse};
pub(crate) use self::folder::read_folder;
pub use self::sections::{Key, SECTIONS, Section};
use self::table::Table;
use crate::faults::{Cause, EstateFault, EstateFaults, Faults, SourceFile};
use crate::ids::Id;
use crate::{Estate, Exporter, Model, Organization};

/// Reads files given as name and text.
pub(crate) fn read_files(files: Vec<(String, String)>, faults: Faults) -> Result<Estate, EstateFaults> {
    let files: Vec<Arc<SourceFile>> =
        files.into_iter().map(|(name, text)| Arc::new(SourceFile { name, text: text.into() })).collect();
    let parsed: Vec<_> = files.iter().map(|file| parse(file, &faults)).collect();
    let unheard = Faults::default();
    let document = Document::gather(&parsed, &faults, &unheard);
    let estate = assemble(&document, &faults);
    drop(document);
    match (faults.take(), estate) {
        (None, Some(estate)) => Ok(estate),
        (Some(faults), _) => Err(faults),
        (None, None) => Err(EstateFaults { faults: vec![no_organization()] }),
    }
}

/// Every file of an estate's folder, as its name within the folder and its text; nothing of them is read yet.
///
/// # Errors
/// A file that cannot be read, or no `estate.toml`.
pub fn files_of(folder: &std::path::Path) -> Result<Vec<(String, String)>, EstateFaults> {
    let faults = Faults::default();
    let files = read_folder(folder, &faults);
    faults.take().map_or(Ok(files), Err)
}

fn no_organization() -> EstateFault {
    let cause = Cause::MissingKey { key: "organization", section: "an estate" };
    EstateFault::of_file("estate.toml", cause)
        .with_help("begin with `[organization]`, its `name` and its `seat`")
}

fn assemble(document: &Document<'_>, faults: &Faults) -> Option<Estate> {
    if document.section("organization").next().is_none() {
        faults.add(no_organization());
    }
    let organization = document.section("organization").filter_map(organization).next();
    let exporters = by_id(document, exporter, |x: &Exporter| x.id.clone());
    let vendors = vendor::vendors(document);
    let models = by_id(document, |t| model(t, document), |m: &Model| m.id.clone());
    let endpoints = endpoint::endpoints(document, &vendors);
    let systems = system::systems(document, &exporters, &models, &endpoints);
    let mut agreements = agreement::agreements(document);
    agreements.sort_by(|a, b| a.id.cmp(&b.id));
    let mut volumes = agreement::volumes(document);
    volumes.sort_by(|a, b| a.id.cmp(&b.id));
    let surges = surge::surges(document, &endpoints);
    let screens = screen::screens(document);
    let shadows = shadow::shadows(document, &systems);
    let dictionaries = dictionary::dictionaries(document);
    let recognizer = recognizer::recognizer(document);
    let keys = gateway::keys(document);
    let budgets = limit::budgets(document);
    let askers = limit::Askers { keys: &keys, systems: &systems, endpoints: &endpoints };
    let limits = limit::limits(document, budgets.currency, &askers);
    let managers = manager::managers(document, keys.values());
    let replicas = manager::replicas(document);
    let telemetry = telemetry::telemetry(document, &vendors);
    let ledgers = gateway::ledgers(document);
    let gateway = gateway::gateway(document, &ledgers);
    Some(Estate {
        organization: organization?,
        exporters,
        vendors,
        models,
        endpoints,
        systems,
        volumes,
        agreements,
        surges,
        shadows,
        screens,
        dictionaries,
        recognizer,
        keys,
        limits,
        budgets,
        managers,
        replicas,
        telemetry,
        gateway,
        ledgers,
        hash: hash::of(document),
        shared_hash: hash::shared(document),
    })
}

fn by_id<I: Id + Ord, T>(
    document: &Document<'_>,
    read: impl Fn(&Table<'_>) -> Option<T>,
    id: impl Fn(&T) -> I,
) -> BTreeMap<I, T> {
    document.section(I::WHAT).filter_map(read).map(|thing| (id(&thing), thing)).collect()
}

fn organization(table: &Table<'_>) -> Option<Organization> {
    let name = table.get("name", value::name);
    let seat = table.get("seat", value::seat);
    Some(Organization { name: name?, seat: seat? })
}

fn exporter(table: &Table<'_>) -> Option<Exporter> {
    let id = table.get("id", own_id);
    let name = table.get("name", value::name);
    let place = table.get("place", value::seat);
    let kind = table.get("kind", value::token);
    Some(Exporter { id: id?, name: name?, place: place?, kind })
}

fn model(table: &Table<'_>, document: &Document<'_>) -> Option<Model> {
    let id = table.get("id", own_id);
    let name = table.get("name", value::name);
    let developer = table.get("developer", |c| document.known(c));
    let digest = table.get("digest", value::digest);
    let license = table.get("license", value::string);
    Some(Model { id: id?, name, developer: developer?, digest, license })
}
