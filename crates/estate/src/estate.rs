//! The estate as one valid value, and the questions that judgment asks of it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use terms::{Categories, Date, Operation, TokenSet};

use crate::faults::Faults;
use crate::{
    Agreement, ApiKey, Budgets, CountedFor, DeclaredLedger, Dictionary, Endpoint, EndpointId, EstateFaults,
    Exporter, ExporterId, Gateway, Held, Limit, Manager, Model, ModelId, Organization, Party, Recognizer,
    Replica, Screen, Shadow, Surge, System, SystemId, Telemetry, Vendor, VendorId, Volume, read,
};

/// What an organization owns and depends on; every id in it leads somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Estate {
    pub(crate) organization: Organization,
    pub(crate) exporters: BTreeMap<ExporterId, Exporter>,
    pub(crate) vendors: BTreeMap<VendorId, Vendor>,
    pub(crate) models: BTreeMap<ModelId, Model>,
    pub(crate) endpoints: BTreeMap<EndpointId, Arc<Endpoint>>,
    pub(crate) systems: BTreeMap<SystemId, Arc<System>>,
    pub(crate) volumes: Vec<Volume>,
    pub(crate) agreements: Vec<Agreement>,
    pub(crate) surges: Vec<Surge>,
    pub(crate) shadows: Vec<Shadow>,
    pub(crate) screens: Vec<Screen>,
    pub(crate) dictionaries: Vec<Dictionary>,
    pub(crate) recognizer: Option<Recognizer>,
    pub(crate) keys: BTreeMap<[u8; 32], ApiKey>,
    pub(crate) limits: Vec<Limit>,
    pub(crate) budgets: Budgets,
    pub(crate) managers: Vec<Manager>,
    pub(crate) replicas: Vec<Replica>,
    pub(crate) telemetry: Option<Telemetry>,
    pub(crate) gateway: Gateway,
    pub(crate) ledgers: Vec<DeclaredLedger>,
    pub(crate) hash: String,
    pub(crate) shared_hash: String,
}

impl Estate {
    /// Reads every `*.toml` of a folder and below; one of them is `estate.toml`. Reports every fault of every file.
    pub fn load(folder: &Path) -> Result<Estate, EstateFaults> {
        let faults = Faults::default();
        let files = read::read_folder(folder, &faults);
        read::read_files(files, faults)
    }

    /// The same from files in memory, each a name and a text. Touches nothing else and never panics, whatever the text.
    pub fn from_files(files: Vec<(String, String)>) -> Result<Estate, EstateFaults> {
        read::read_files(files, Faults::default())
    }

    /// SHA-256 over everything stated and the tables of known places, in hexadecimal; the order of files and keys does not matter.
    pub fn hash(&self) -> &str {
        &self.hash
    }
    /// The same over everything but `[gateway]` and the declared ledgers, which differ from replica to replica.
    pub fn shared_hash(&self) -> &str {
        &self.shared_hash
    }
    /// Whose estate it is.
    pub fn organization(&self) -> &Organization {
        &self.organization
    }
    /// How the gateway is set up.
    pub fn gateway(&self) -> &Gateway {
        &self.gateway
    }
    /// The logs that together record every crossing.
    pub fn ledgers(&self) -> &[DeclaredLedger] {
        &self.ledgers
    }
    /// Every system, by id.
    pub fn systems(&self) -> impl Iterator<Item = &Arc<System>> {
        self.systems.values()
    }
    /// A system.
    pub fn system(&self, id: &SystemId) -> Option<&Arc<System>> {
        self.systems.get(id)
    }
    /// Every endpoint, by id.
    pub fn endpoints(&self) -> impl Iterator<Item = &Arc<Endpoint>> {
        self.endpoints.values()
    }
    /// An endpoint.
    pub fn endpoint(&self, id: &EndpointId) -> Option<&Arc<Endpoint>> {
        self.endpoints.get(id)
    }
    /// Every vendor, by id.
    pub fn vendors(&self) -> impl Iterator<Item = &Vendor> {
        self.vendors.values()
    }
    /// A vendor.
    pub fn vendor(&self, id: &VendorId) -> Option<&Vendor> {
        self.vendors.get(id)
    }
    /// Every exporter, by id.
    pub fn exporters(&self) -> impl Iterator<Item = &Exporter> {
        self.exporters.values()
    }
    /// An exporter.
    pub fn exporter(&self, id: &ExporterId) -> Option<&Exporter> {
        self.exporters.get(id)
    }
    /// Every model, by id.
    pub fn models(&self) -> impl Iterator<Item = &Model> {
        self.models.values()
    }
    /// A model.
    pub fn model(&self, id: &ModelId) -> Option<&Model> {
        self.models.get(id)
    }
    /// Every agreement, by id.
    pub fn agreements(&self) -> &[Agreement] {
        &self.agreements
    }
    /// Every agreement to lend capacity, by id.
    pub fn surges(&self) -> &[Surge] {
        &self.surges
    }
    /// Every trial, by id.
    pub fn shadows(&self) -> &[Shadow] {
        &self.shadows
    }
    /// Every set of screens, by id.
    pub fn screens(&self) -> &[Screen] {
        &self.screens
    }
    /// The screens of a system, if it has any.
    pub fn screen_of(&self, system: &SystemId) -> Option<&Screen> {
        self.screens.iter().find(|screen| screen.systems.names(system))
    }
    /// Every dictionary, by id.
    pub fn dictionaries(&self) -> &[Dictionary] {
        &self.dictionaries
    }
    /// The model that recognizes identifiers, if there is one.
    pub fn recognizer(&self) -> Option<&Recognizer> {
        self.recognizer.as_ref()
    }
    /// Every declared volume, by id.
    pub fn volumes(&self) -> &[Volume] {
        &self.volumes
    }
    /// Every limit, by id.
    pub fn limits(&self) -> &[Limit] {
        &self.limits
    }
    /// The management key with this digest, if it is good on `day`.
    pub fn manager(&self, sha256: &[u8; 32], day: Date) -> Option<&Manager> {
        let manager = self.managers.iter().find(|manager| manager.sha256 == *sha256);
        manager.filter(|manager| manager.until.is_none_or(|last| day <= last))
    }
    /// Every running gateway, by id.
    pub fn replicas(&self) -> &[Replica] {
        &self.replicas
    }
    /// How limits are counted.
    pub fn budgets(&self) -> &Budgets {
        &self.budgets
    }
    /// Where traces and metrics go, if anywhere.
    pub fn telemetry(&self) -> Option<&Telemetry> {
        self.telemetry.as_ref()
    }
    /// Every API key, by digest.
    pub fn keys(&self) -> impl Iterator<Item = &ApiKey> {
        self.keys.values()
    }

    /// The API key with this digest, if it is good on `day`. The look-up is by digest, so its time tells nothing of a key.
    pub fn key(&self, sha256: &[u8; 32], day: Date) -> Option<&ApiKey> {
        self.keys.get(sha256).filter(|k| k.until.is_none_or(|last| day <= last))
    }

    /// The endpoints of a system in its order of preference.
    pub fn endpoints_of<'a>(&'a self, system: &'a System) -> impl Iterator<Item = &'a Arc<Endpoint>> {
        system.endpoints.iter().filter_map(|id| self.endpoint(id))
    }

    /// The endpoints behind a model name that a client asks for, in the system's order of preference; `None` if the system has no such name.
    pub fn endpoints_for_model<'a>(
        &'a self,
        system: &'a System,
        model: &str,
    ) -> Option<impl Iterator<Item = &'a Arc<Endpoint>>> {
        let route = system.model_aliases.get(model)?;
        Some(route.endpoints.iter().filter_map(|id| self.endpoint(id)))
    }

    /// What a party does with the data of a system at an endpoint: each is a flow of its own, and all have to be lawful.
    /// Empty if the party has no access.
    pub fn operations(&self, system: &System, endpoint: &Endpoint, party: &Party) -> TokenSet<Operation> {
        self.operations_of(system, endpoint.operation, party)
    }

    /// The same where this is done with the data.
    pub fn operations_of(&self, system: &System, operation: Operation, party: &Party) -> TokenSet<Operation> {
        let at_endpoint = party.operations(operation);
        if at_endpoint.is_empty() { at_endpoint } else { at_endpoint.union(system.operations) }
    }

    /// What is held on `day` towards a vendor for data of a system, and by which papers.
    pub fn agreements_for(&self, system: &System, vendor: &VendorId, data: Categories, day: Date) -> Held {
        let mut held = Held::default();
        let counts = |a: &&Agreement| {
            a.is_with(vendor)
                && a.systems.names(&system.id)
                && a.exporters.names(&system.exporter)
                && a.covers_data(data)
                && a.holds_on(day)
        };
        for agreement in self.agreements.iter().filter(counts) {
            held.safeguards = std::mem::take(&mut held.safeguards).union(&agreement.grants);
            held.agreements.push(agreement.id.clone());
        }
        held
    }

    /// The declared volumes that bear on a system and a vendor: for each unit and window the largest. Each makes a flow of its
    /// own; none means that the volume is unknown.
    pub fn volumes_for(&self, system: &System, vendor: &VendorId) -> Vec<&Volume> {
        let mut largest: Vec<&Volume> = Vec::new();
        for volume in self.volumes.iter().filter(|v| v.bears_on(system, vendor)) {
            match largest.iter_mut().find(|v| v.unit == volume.unit && v.window == volume.window) {
                Some(known) if known.count >= volume.count => {}
                Some(known) => *known = volume,
                None => largest.push(volume),
            }
        }
        largest
    }
}

impl Volume {
    fn bears_on(&self, system: &System, vendor: &VendorId) -> bool {
        let ours = match &self.of {
            CountedFor::System(id) => *id == system.id,
            CountedFor::Exporter(id) => *id == system.exporter,
        };
        ours && self.counterparty.as_ref().is_none_or(|v| v == vendor)
    }
}
