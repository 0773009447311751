//! What judgment asks of an estate.

use terms::{Categories, Category, Date, Operation, Token, TokenSet};

use super::{ENDPOINT, SYSTEM, load};
use estate::{Estate, EstateFaults, PlacedBy, Upstream};

const CLOUD: &str = r#"
[[vendor]]
id = "aws"
name = "Amazon Web Services"
hq = "US"
organised_in = "US"

[[endpoint]]
id = "cloud"
model = "small"
upstream = { kind = "openai", url = "https://bedrock-runtime.eu-central-1.amazonaws.com/openai/v1", model = "m", credential = { env = "KEY" } }
operation = "process_in_clear"
parties = [
    { role = "operator", vendor = "aws", access = "clear", remote_access_from = ["US"] },
    { role = "support", vendor = "inland", access = "blind", places = ["FR", "aws:eu-west-1"] },
    { role = "model_vendor", vendor = "inland", access = "none" },
]
"#;

fn retail() -> Estate {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/retail");
    Estate::load(folder.as_ref()).unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn categories(names: &[&str]) -> Categories {
    names.iter().map(|n| Category::read(n).unwrap()).collect()
}

fn held(system: &str, vendor: &str, data: &[&str], on: &str) -> String {
    let estate = retail();
    let system = estate.system(&system.parse().unwrap()).unwrap();
    let held = estate.agreements_for(system, &vendor.parse().unwrap(), categories(data), day(on));
    format!("{:?} by {:?}", held.safeguards, held.agreements)
}

#[test]
fn the_place_and_the_operator_of_a_known_host_are_derived() {
    let estate = load(&[CLOUD]).unwrap();
    let endpoint = estate.endpoint(&"cloud".parse().unwrap()).unwrap();
    assert_eq!(endpoint.places.to_string(), "DE");
    assert!(matches!(&endpoint.placed_by, PlacedBy::Host { pattern, .. } if pattern.contains("{region}")));
    assert!(matches!(&endpoint.upstream, Upstream::Remote(estate::Remote { credential: Some(_), .. })));
    let places: Vec<String> = endpoint.parties.iter().map(|p| p.places.to_string()).collect();
    assert_eq!(places, ["DE", "FR, IE", "DE"]);
}

#[test]
fn a_file_may_state_more_places_than_its_host_tells() {
    let wider = CLOUD.replace("model = \"small\"\n", "model = \"small\"\nplace = [\"DE\", \"IE\"]\n");
    let estate = load(&[&wider]).unwrap();
    assert_eq!(estate.endpoint(&"cloud".parse().unwrap()).unwrap().places.to_string(), "DE, IE");
}

#[test]
fn a_known_host_without_its_operator_does_not_load() {
    let named = |text: String| load(&[&text]).unwrap_err();
    let reasons =
        |faults: EstateFaults| -> Vec<&str> { faults.faults.iter().map(|f| f.cause.reason()).collect() };
    assert_eq!(reasons(named(CLOUD.replace("Amazon Web Services", "Amazonas"))), ["host_disagrees"]);
    assert_eq!(reasons(named(CLOUD.replace("hq = \"US\"", "hq = \"FR\""))), ["host_disagrees"]);
}

#[test]
fn each_party_does_what_its_access_lets_it_and_a_system_may_add() {
    let estate = load(&[CLOUD, ENDPOINT, SYSTEM]).unwrap();
    let system = estate.system(&"desk".parse().unwrap()).unwrap();
    let endpoint = estate.endpoint(&"cloud".parse().unwrap()).unwrap();
    let operations = |system| -> Vec<Vec<&str>> {
        endpoint.parties.iter().map(|p| estate.operations(system, endpoint, p).names().collect()).collect()
    };
    assert_eq!(operations(system), [vec!["process_in_clear"], vec!["process_blind"], vec![]]);
    let mut storing = (**system).clone();
    storing.operations = TokenSet::EMPTY.with(Operation::Store);
    assert_eq!(
        operations(&storing),
        [vec!["store", "process_in_clear"], vec!["store", "process_blind"], vec![]]
    );
}

#[test]
fn an_agreement_counts_only_for_the_party_system_data_and_days_it_names() {
    let covered = "{scc:EU, tia:EU} by [scc-support-ganga]";
    let nothing = "{} by []";
    assert_eq!(held("support-eu", "ganga", &["identity_basic"], "2026-11-21"), covered);
    assert_eq!(held("support-eu", "ganga", &["identity_basic"], "2027-12-31"), covered);
    assert_eq!(held("support-eu", "ganga", &["identity_basic"], "2028-01-01"), nothing);
    assert_eq!(held("support-eu", "ganga", &["identity_basic"], "2025-12-31"), nothing);
    assert_eq!(held("support-eu", "ganga", &["identity_basic", "health"], "2026-11-21"), nothing);
    assert_eq!(held("support-eu", "columbia", &["identity_basic"], "2026-11-21"), nothing);
    assert_eq!(held("support-in", "ganga", &["identity_basic"], "2026-11-21"), nothing);
}

#[test]
fn agreements_of_an_exporter_cover_its_systems_and_add_up() {
    assert_eq!(
        held("campaign-cn", "rheinwerk", &["identity_basic"], "2026-11-21"),
        "{separate_consent, notice_given, opt_out_honoured, ai_output_label, scc:CN, filing:CN, pia:CN} by [cn-consent-guangzhou, cn-contract-rheinwerk, cn-messages]"
    );
}

#[test]
fn what_an_exporter_holds_on_its_own_counts_towards_any_vendor() {
    let paper = r#"
[[agreement]]
id = "assessed"
grants = ["dpia", "ai_transparency_notice"]
systems = ["desk"]
vendor = "any"
data = "all"
from = "2026-01-01"
signed = "2025-12-01"
document = { name = "dpia.pdf" }
"#;
    let estate = load(&[CLOUD, ENDPOINT, SYSTEM, paper]).unwrap();
    let desk = estate.system(&"desk".parse().unwrap()).unwrap();
    for vendor in ["aws", "inland"] {
        let held =
            estate.agreements_for(desk, &vendor.parse().unwrap(), categories(&["health"]), day("2026-11-21"));
        assert_eq!(format!("{:?}", held.safeguards), "{dpia, ai_transparency_notice}");
    }
}

#[test]
fn a_volume_that_is_not_declared_is_unknown_and_of_several_the_largest_counts() {
    let volume = |id: &str, of: &str, to: &str, window: &str, count: u32| {
        format!(
            "[[volume]]\nid = \"{id}\"\n{of}\ncounterparty = \"{to}\"\nunit = \"persons\"\nwindow = \"{window}\"\ncount = {count}\nas_of = \"2026-11-01\"\nsource = \"s\"\n"
        )
    };
    let volumes = [
        volume("a", "exporter = \"home\"", "any", "12_months", 500),
        volume("b", "system = \"desk\"", "inland", "12_months", 700),
        volume("c", "system = \"desk\"", "inland", "since_jan_1", 20),
        volume("d", "system = \"other\"", "any", "12_months", 9000),
    ];
    let other = SYSTEM.replace("\"desk\"", "\"other\"").replace("\"home\"", "\"away\"");
    let away = "[[exporter]]\nid = \"away\"\nname = \"Away\"\nplace = \"FR\"\n";
    let third = SYSTEM.replace("\"desk\"", "\"third\"").replace("\"home\"", "\"away\"");
    let estate = load(&[ENDPOINT, SYSTEM, &other, &third, away, &volumes.concat(), CLOUD]).unwrap();
    let ask = |system: &str, vendor: &str| -> Vec<String> {
        let system = estate.system(&system.parse().unwrap()).unwrap();
        estate.volumes_for(system, &vendor.parse().unwrap()).iter().map(|v| v.id.to_string()).collect()
    };
    assert_eq!(ask("desk", "inland"), ["b", "c"]);
    assert_eq!(ask("desk", "aws"), ["a"]);
    assert!(ask("third", "inland").is_empty());
}

#[test]
fn a_key_is_found_by_its_digest_and_good_until_its_last_day() {
    let digest = "b2a22339a04ba437a93c35ab0c3562540d3000249b08c7facd77d294ceb159ba";
    let key = format!("[[key]]\nid = \"k\"\nsystem = \"desk\"\nsha256 = \"{digest}\"\nuntil = 2026-11-21\n");
    let estate = load(&[ENDPOINT, SYSTEM, &key]).unwrap();
    let digest = estate.keys().next().unwrap().sha256;
    assert_eq!(estate.key(&digest, day("2026-11-21")).unwrap().id.as_str(), "k");
    assert!(estate.key(&digest, day("2026-11-22")).is_none());
    assert!(estate.key(&[0; 32], day("2026-11-21")).is_none());
}

#[test]
fn a_model_name_is_a_key_into_a_table_and_nothing_else() {
    let estate = retail();
    let system = estate.system(&"support-eu".parse().unwrap()).unwrap();
    let names = |model: &str| -> Option<Vec<String>> {
        Some(estate.endpoints_for_model(system, model)?.map(|e| e.id.to_string()).collect())
    };
    assert_eq!(names("assistant-mumbai").unwrap(), ["ganga-mumbai"]);
    assert_eq!(names("assistant").unwrap().len(), 6);
    assert_eq!(names("ganga-mumbai"), None);
}

#[test]
fn the_order_follows_the_price_where_a_system_asks_for_it() {
    let estate = retail();
    let system = estate.system(&"support-in".parse().unwrap()).unwrap();
    let order: Vec<&str> = estate.endpoints_of(system).map(|e| e.id.as_str()).collect();
    assert_eq!(order, ["ganga-mumbai", "columbia-virginia", "rhein-frankfurt"]);
}

#[test]
fn the_owner_behind_a_foreign_subsidiary_is_seen() {
    let estate = retail();
    let vendor = estate.vendor(&"huanghe-international".parse().unwrap()).unwrap();
    let owner = vendor.ultimate_owner();
    assert_eq!((owner.place.code(), owner.share), ("CN", 8000));
    assert!(vendor.has_foreign_owner());
}

/// Every flow of a system to an endpoint, as JSON.
fn flows(estate: &Estate, system: &str, endpoint: &str) -> Vec<serde_json::Value> {
    let system = estate.system(&system.parse().unwrap()).unwrap();
    let endpoint = estate.endpoint(&endpoint.parse().unwrap()).unwrap();
    let mut flows = Vec::new();
    for party in &endpoint.parties {
        for operation in estate.operations(system, endpoint, party).iter() {
            for owner in estate.vendor(&party.vendor).unwrap().holdings() {
                let mut flow = estate.towards(&system.to_flow(), party, operation, owner).unwrap();
                let volume = estate.volumes_for(system, &party.vendor)[0];
                flow.counts.set(volume.unit, volume.window, volume.count);
                flows.push(flow.to_json());
            }
        }
    }
    flows
}

#[test]
fn every_statement_becomes_its_fact() {
    let all = format!(
        "{SYSTEM}{}",
        r#"
[[system]]
id = "full"
name = "Full"
exporter = "home"
endpoints = ["there"]

[system.floor]
subject = ["DE", "FR"]
data = ["health"]
purposes = ["inference", "marketing"]
form = "pseudonymised"
operation = "store"
subject_citizenship = "IT"
collected_in = "ES"
directed_at = "PT"
origin = "KR"
received_under = "scc:KR"
contains_personal = true
hipaa_covered = false
adds_local_personal_data = true
occasional = false
told_ai = true
obvious_ai = false
medical_or_safety_reason = true
labour_rules_or_collective_contract = false
registered_operator = true
technology_unavailable_finding = false
exception_51_2021 = true
offered_to_public = true
localisation_order = false
synthetic_content_published = true
marketed_before_2025_08_02 = false
marketed_before_2026_08_02 = true

[[vendor]]
id = "owned"
name = "Owned"
hq = "SG"
organised_in = "HK"
owners = [{ name = "A", place = "CN", share = 70 }, { name = "B", place = "SG", share = 30 }]
designated = false

[[endpoint]]
id = "there"
model = "small"
upstream = { kind = "embedded" }
place = "IN"
operation = "process_in_clear"

[[endpoint.parties]]
role = "operator"
vendor = "owned"
access = "clear"
remote_access_from = ["VN"]
parent_access = true
keys_with_third_party = false
importer_adequate_law = true
importer_kind = "telecom"
relation = "intra_group"

[[volume]]
id = "v"
system = "full"
counterparty = "owned"
unit = "records"
window = "since_jan_1"
count = 7
as_of = "2026-11-01"
source = "s"
"#
    );
    let flows = flows(&load(&[ENDPOINT, &all]).unwrap(), "full", "there");
    assert_eq!(flows.len(), 4, "two operations times two owners");
    insta::assert_json_snapshot!(flows[0]);
    let facts = flows[0]["facts"].as_object().unwrap();
    let unstated: Vec<&str> =
        terms::Flag::ALL.iter().map(|f| f.name()).filter(|f| !facts.contains_key(*f)).collect();
    assert!(unstated.is_empty(), "{unstated:?} cannot be stated in an estate");
}

/// Two priced and tiered endpoints, and a system with a route of its own order for each.
fn routed(system: &str) -> Estate {
    let priced = |id: &str, tier: &str, price: u32| {
        let more = format!(
            "price = {{ input = {price}, output = 1, currency = \"EUR\" }}\ntier = \"{tier}\"\nweight = 3\ncapacity = 8\n"
        );
        ENDPOINT.replace("\"here\"", &format!("\"{id}\"")) + &more
    };
    let system = SYSTEM.replace("[\"here\"]", "[\"here\", \"there\"]") + system;
    load(&[&priced("here", "market", 2), &priced("there", "domestic", 1), &system]).unwrap()
}

#[test]
fn a_route_has_its_own_order() {
    let estate = routed(
        r#"model_aliases = { listed = ["here", "there"], cheap = { endpoints = ["here", "there"], order = "price" }, near = { endpoints = ["here", "there"], order = "tier" } }
masking = "needed"
masked_logprobs = "refuse"
"#,
    );
    let system = estate.system(&"desk".parse().unwrap()).unwrap();
    let first = |name: &str| system.model_aliases[name].endpoints[0].as_str().to_owned();
    assert_eq!([first("listed"), first("cheap"), first("near")], ["here", "there", "there"]);
    assert!(system.masking.may_mask());
    let endpoint = estate.endpoint(&"there".parse().unwrap()).unwrap();
    assert_eq!((endpoint.weight, endpoint.capacity), (3, Some(8)));
}

#[test]
fn what_is_lent_holds_for_its_days_and_systems() {
    let surge = r#"
[[surge]]
id = "loan"
vendor = "inland"
endpoints = ["here"]
systems = ["desk"]
from = "2026-01-01"
until = "2026-06-30"
signed = "2025-12-01"
document = { name = "loan.pdf" }

[[dictionary]]
id = "staff"
kind = "person"
words = ["Anna Schmidt"]
"#;
    let estate = load(&[ENDPOINT, SYSTEM, surge]).unwrap();
    let [loan] = estate.surges() else { panic!("one loan") };
    let lends = |on: &str| loan.lends(&"here".parse().unwrap(), &"desk".parse().unwrap(), day(on));
    assert_eq!([lends("2025-12-31"), lends("2026-06-30"), lends("2026-07-01")], [false, true, false]);
    assert!(!loan.lends(&"here".parse().unwrap(), &"other".parse().unwrap(), day("2026-02-01")));
    assert_eq!(estate.dictionaries()[0].words, ["Anna Schmidt"]);
}
