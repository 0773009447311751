//! Every kind of fault, as a person sees it.

use insta::assert_snapshot;

use super::{BASE, ENDPOINT, SYSTEM, load, refused, rendered};
use estate::Estate;

#[test]
fn the_base_itself_loads() {
    load(&[ENDPOINT, SYSTEM]).unwrap();
}

#[test]
fn all_faults_of_all_files_come_at_once() {
    let one = BASE.replace("seat = \"DE\"", "seat = \"UK\"\nseatt = 1").replace("hq = \"DE\"\n", "");
    let two = SYSTEM.replace("identity_basic", "identity_basik").replace("\"home\"", "\"hom\"");
    let files =
        [("estate.toml", one), ("systems.toml", two), ("broken.toml", "[[vendor]\nid = 1 2\n".to_owned())];
    let files = files.map(|(name, text)| (name.to_owned(), text)).to_vec();
    assert_snapshot!(rendered(&Estate::from_files(files).unwrap_err()));
}

#[test]
fn an_estate_without_an_organization() {
    assert_snapshot!(rendered(&Estate::from_files(vec![]).unwrap_err()));
}

#[test]
fn a_part_that_nobody_knows() {
    assert_snapshot!(refused("[[endpiont]]\nid = \"x\"\n"));
}

#[test]
fn a_part_in_the_wrong_shape() {
    assert_snapshot!(refused("vendor = \"x\"\n[[gateway]]\nmax_body = 1\n"));
}

#[test]
fn two_definitions_of_one_id_and_of_one_part() {
    assert_snapshot!(refused(
        "[organization]\nname = \"Other\"\nseat = \"FR\"\n\n[[vendor]]\nid = \"inland\"\nname = \"Other\"\nhq = \"FR\"\norganised_in = \"FR\"\n"
    ));
}

#[test]
fn ids_are_lower_case_words() {
    assert_snapshot!(refused("[[model]]\nid = \"Big Model\"\ndeveloper = \"inland\"\n"));
}

#[test]
fn ids_that_lead_nowhere() {
    let endpoint =
        ENDPOINT.replace("\"small\"", "\"smal\"").replace("vendor = \"inland\"", "vendor = \"xyz\"");
    let system = SYSTEM.replace("[\"here\"]", "[\"her\", \"here\"]");
    assert_snapshot!(refused(&format!("{endpoint}{system}")));
}

#[test]
fn values_of_the_wrong_type_and_beyond_reason() {
    assert_snapshot!(refused(
        r#"
[gateway]
listen = "localhost"
max_body = 0
max_requests = "many"
drain_deadline = "soon"
max_stale = "3 days"
review = "ignore"
ledger = { folder = "ledger", origin = "a b" }
"#
    ));
}

#[test]
fn owners_in_a_circle() {
    let vendor = |id: &str, owner: &str| {
        format!(
            "[[vendor]]\nid = \"{id}\"\nname = \"{id}\"\nhq = \"DE\"\norganised_in = \"DE\"\nowners = [{{ vendor = \"{owner}\", share = 100 }}]\n"
        )
    };
    assert_snapshot!(refused(
        &[vendor("a", "b"), vendor("b", "c"), vendor("c", "a"), vendor("d", "a")].concat()
    ));
}

#[test]
fn shares_that_do_not_add_up() {
    let vendor = |id: &str, owners: &str| {
        format!(
            "[[vendor]]\nid = \"{id}\"\nname = \"{id}\"\nhq = \"DE\"\norganised_in = \"DE\"\nowners = [{owners}]\n"
        )
    };
    let over =
        vendor("over", r#"{ vendor = "inland", share = 60 }, { name = "B", place = "FR", share = 60.5 }"#);
    let under = vendor("under", r#"{ vendor = "inland", share = 60 }"#);
    let one = vendor("one", r#"{ vendor = "inland", share = 101 }"#);
    let two = vendor("two", r#"{ vendor = "inland", place = "DE", share = 50 }, { name = "B", share = 50 }"#);
    assert_snapshot!(refused(&[over, under, one, two].concat()));
}

#[test]
fn facts_that_would_favor_the_exporter_have_no_default() {
    let endpoint = ENDPOINT
        .replace("operation = \"process_in_clear\"\n", "")
        .replace(", remote_access_from = []", "")
        .replace("\"inland\"", "\"owned\"");
    let owned = "[[vendor]]\nid = \"owned\"\nname = \"Owned\"\nhq = \"DE\"\norganised_in = \"DE\"\nowners = [{ name = \"A\", place = \"US\", share = 100 }]\n";
    assert_snapshot!(refused(&format!("{owned}{endpoint}")));
}

#[test]
fn someone_operates_every_endpoint() {
    assert_snapshot!(refused(&ENDPOINT.replace("\"operator\"", "\"suport\"")));
    assert_snapshot!(refused(&ENDPOINT.replace("\"operator\"", "\"support\"")));
}

fn at(url: &str, rest: &str) -> String {
    ENDPOINT
        .replace(
            "{ kind = \"embedded\" }",
            &format!("{{ kind = \"openai\", url = \"{url}\", model = \"m\" }}"),
        )
        .replace("place = \"DE\"\n", rest)
}

#[test]
fn a_known_host_has_its_own_say() {
    let wrong = at("https://bedrock-runtime.us-east-1.amazonaws.com/openai/v1", "place = \"DE\"\n");
    assert_snapshot!(refused(&wrong));
    assert_snapshot!(refused(&at("https://bedrock-runtime.eu-nowhere-1.amazonaws.com", "place = \"DE\"\n")));
    assert_snapshot!(refused(&at("https://api.openai.com/v1", "")));
}

#[test]
fn a_cross_region_model_is_in_all_its_places() {
    let profile = at("https://bedrock-runtime.eu-central-1.amazonaws.com", "place = \"DE\"\n")
        .replace("\"m\"", "\"eu.vendor.model\"");
    assert_snapshot!(refused(&profile));
    let global = at("https://bedrock-runtime.eu-central-1.amazonaws.com", "place = \"DE\"\n")
        .replace("\"m\"", "\"global.vendor.model\"");
    assert_snapshot!(refused(&global));
}

#[test]
fn any_other_host_was_looked_up_by_somebody() {
    assert_snapshot!(refused(&at("https://llm.example.com/v1", "place = \"DE\"\n")));
}

#[test]
fn plain_http_stays_on_this_machine() {
    let rest = "place = \"DE\"\nsource = \"s\"\nchecked = 2026-11-01\n";
    assert_snapshot!(refused(&at("http://llm.example.com/v1", rest)));
    load(&[&at("http://127.0.0.1:9/v1", rest)]).unwrap();
}

#[test]
fn regions_that_no_table_lists() {
    assert_snapshot!(refused(
        &ENDPOINT.replace("\"DE\"", "[\"aws:eu-central-11\", \"bedrock:global\", \"UK\"]")
    ));
}

#[test]
fn who_runs_an_endpoint_cannot_be_elsewhere() {
    let elsewhere = ENDPOINT
        .replace("access =", "places = \"FR\", access =")
        .replace("place = \"DE\"", "place = \"US-VA\"");
    assert_snapshot!(refused(&elsewhere));
    load(&[&ENDPOINT.replace("access =", "places = [\"FR\", \"DE\"], access =")]).unwrap();
}

#[test]
fn a_bloc_is_nobodys_seat() {
    assert_snapshot!(refused("[[exporter]]\nid = \"x\"\nname = \"X\"\nplace = \"EU\"\n"));
}

#[test]
fn a_model_name_can_be_written() {
    let odd = format!("{SYSTEM}model_aliases = {{ \"\" = [\"here\"] }}\n");
    assert_snapshot!(refused(&format!("{ENDPOINT}{odd}")));
}

#[test]
fn who_runs_a_region_is_a_hand_on_the_data_there() {
    assert_snapshot!(refused(&ENDPOINT.replace("\"DE\"", "\"aws:eu-central-1\"")));
}

#[test]
fn an_embedded_endpoint_says_where_it_is() {
    let endpoint =
        ENDPOINT.replace("place = \"DE\"\n", "").replace("\"embedded\"", "\"embedded\", model = \"m\"");
    assert_snapshot!(refused(&endpoint));
    assert_snapshot!(refused(&ENDPOINT.replace("place = \"DE\"\n", "")));
}

#[test]
fn a_secret_in_the_wrong_place_is_in_no_report() {
    let key = "[[key]]\nid = \"k\"\nsystem = \"desk\"\nsha256 = \"hunter2\"\nkey = \"hunter2\"\n";
    let rest = "place = \"DE\"\nsource = \"s\"\nchecked = 2026-11-01\n";
    let upstream = |id: &str, from: &str, to: &str| {
        at("https://llm.example.com", rest).replace(from, to).replace("\"here\"", &format!("\"{id}\""))
    };
    let files = [
        upstream("here", "model = \"m\"", "model = \"m\", credential = { env = \"hunter-2\" }"),
        upstream("b", "model = \"m\"", "model = \"m\", credential = \"hunter2\""),
        upstream("c", "model = \"m\"", "model = \"m\", api_key = \"hunter2\""),
        upstream("d", "https://llm", "https://me:hunter2@llm"),
        SYSTEM.to_owned(),
        key.to_owned(),
    ];
    let shown = refused(&files.concat());
    assert!(!shown.contains("hunter"), "{shown}");
    assert_snapshot!(shown);
}

#[test]
fn a_caller_chooses_among_the_places_of_the_floor() {
    let caller =
        format!("{SYSTEM}caller = {{ subject = {{ among = [\"DE\", \"FR\"] }}, data = \"remove\" }}\n");
    assert_snapshot!(refused(&format!("{ENDPOINT}{caller}")));
}

#[test]
fn a_system_uses_each_endpoint_once_and_its_models_stay_inside() {
    let system = SYSTEM.replace("[\"here\"]", "[\"here\", \"here\"]");
    assert_snapshot!(refused(&format!("{ENDPOINT}{system}")));
    let there = ENDPOINT.replace("\"here\"", "\"there\"");
    let system = format!("{SYSTEM}model_aliases = {{ m = [\"there\"], n = [] }}\n");
    assert_snapshot!(refused(&format!("{ENDPOINT}{there}{system}")));
}

#[test]
fn prices_are_compared_in_one_currency_only() {
    let priced = |id: &str, currency: &str| {
        let price = format!("price = {{ input = 1, output = 2.5, currency = \"{currency}\" }}\n");
        ENDPOINT.replace("\"here\"", &format!("\"{id}\"")) + &price
    };
    let system = SYSTEM.replace("[\"here\"]", "[\"here\", \"there\"]") + "order = \"price\"\n";
    assert_snapshot!(refused(&[priced("here", "EUR"), priced("there", "USD"), system.clone()].concat()));
    assert_snapshot!(refused(&[priced("here", "eur"), priced("there", "USD"), SYSTEM.to_owned()].concat()));
}

#[test]
fn an_agreement_names_whom_it_is_for() {
    assert_snapshot!(refused(
        r#"
[[agreement]]
id = "a"
grants = ["scc", "adequacy"]
vendor = "inland"
data = "al"
from = "2026-13-01"
until = 2025-01-01
signed = 2026-01-01T10:00:00Z
document = { name = "x", sha256 = "abc" }

[[agreement]]
id = "b"
grants = []
systems = []
vendor = "inland"
data = "all"
from = "2026-01-01"
until = "2025-01-01"
signed = "2026-01-01"
document = { name = "x" }
"#
    ));
}

#[test]
fn a_volume_is_counted_for_one_of_both() {
    let volume = |of: &str| {
        format!(
            "[[volume]]\nid = \"v{}\"\n{of}counterparty = \"anyy\"\nunit = \"people\"\nwindow = \"12_months\"\ncount = -1\nas_of = \"2026-11-01\"\nsource = \"s\"\n",
            of.len()
        )
    };
    assert_snapshot!(refused(&[volume(""), volume("exporter = \"home\"\nsystem = \"desk\"\n")].concat()));
}

#[test]
fn one_key_belongs_to_one_system() {
    let digest = "b2a22339a04ba437a93c35ab0c3562540d3000249b08c7facd77d294ceb159ba";
    let key = |id: &str| format!("[[key]]\nid = \"{id}\"\nsystem = \"desk\"\nsha256 = \"{digest}\"\n");
    assert_snapshot!(refused(&[ENDPOINT, SYSTEM, &key("a"), &key("b")].concat()));
}

#[test]
fn the_declared_logs_include_the_gateways_own() {
    assert_snapshot!(refused(
        "[gateway]\nledger = { folder = \"l\", origin = \"own\" }\n[[ledger]]\norigin = \"other\"\nvkey = \"k\"\n"
    ));
}

#[test]
fn a_fault_tells_its_file_and_bytes() {
    let faults = load(&["[[model]]\nid = \"m\"\ndeveloper = \"nobody\"\n"]).unwrap_err();
    let fault = &faults.faults[0];
    assert_eq!((fault.file(), fault.line(), fault.cause.reason()), ("estate.toml", Some(23), "no_such"));
    let text = format!("{BASE}[[model]]\nid = \"m\"\ndeveloper = \"nobody\"\n");
    assert_eq!(&text[fault.span().unwrap()], "\"nobody\"");
}

#[test]
fn a_fact_in_the_wrong_place_is_sent_to_its_own() {
    let system = SYSTEM.replace(
        "purposes = \"inference\"",
        "purposes = \"inference\", exporter_kind = \"private\", ofered_to_public = true, told_ai = \"yes\"",
    );
    let vendor = "[[vendor]]\nid = \"far\"\nname = \"Far\"\nhq = \"FR\"\norganised_in = \"FR\"\nrelation = \"intra_group\"\n";
    assert_snapshot!(refused(&format!("{ENDPOINT}{system}{vendor}")));
}

#[test]
fn what_an_importer_promises_names_it() {
    assert_snapshot!(refused(
        r#"[[agreement]]
id = "any"
grants = ["dpia", "scc:EU"]
systems = "all"
vendor = "any"
data = "all"
from = "2026-01-01"
signed = "2026-01-01"
document = { name = "x.pdf" }
"#
    ));
}

#[test]
fn an_upstream_has_what_its_kind_needs() {
    let upstream = |kind: &str, more: &str| {
        let upstream =
            format!("{{ kind = \"{kind}\", url = \"https://llm.example.com\", model = \"m\"{more} }}");
        let rest = "source = \"s\"\nchecked = 2026-11-01\n";
        ENDPOINT.replace("{ kind = \"embedded\" }", &upstream) + rest
    };
    assert_snapshot!(refused(&upstream("bedrock", "")));
    assert_snapshot!(refused(&upstream("anthropic", ", answers = [\"chat\", \"embeddings\"]")));
    assert_snapshot!(refused(&upstream("antropic", "")));
    load(&[&upstream("mistral", ", answers = [\"chat\", \"embeddings\"]")]).unwrap();
}

#[test]
fn nobody_lends_what_somebody_else_runs() {
    let lender = "[[vendor]]\nid = \"other\"\nname = \"Other\"\nhq = \"FR\"\norganised_in = \"FR\"\n";
    let surge = "[[surge]]\nid = \"loan\"\nvendor = \"other\"\nendpoints = [\"here\"]\nfrom = \"2026-02-01\"\nuntil = \"2026-01-01\"\nsigned = \"2025-12-01\"\ndocument = { name = \"x\" }\n";
    assert_snapshot!(refused(&format!("{ENDPOINT}{lender}{surge}")));
}

#[test]
fn a_limit_of_money_needs_prices_in_one_currency() {
    let limit = "[[limit]]\nid = \"daily\"\nsystem = \"desk\"\nspend_per_day = 5\n";
    assert_snapshot!(refused(&format!("{ENDPOINT}{SYSTEM}{limit}")));
    assert_snapshot!(refused(&format!("{ENDPOINT}{SYSTEM}[limits]\ncurrency = \"EUR\"\n{limit}")));
}

#[test]
fn a_limit_is_of_one_thing_once_and_limits_something() {
    let limits = "[[limit]]\nid = \"none\"\nsystem = \"desk\"\n[[limit]]\nid = \"nobody\"\nconcurrent = 1\n\
        [[limit]]\nid = \"twice\"\nsystem = \"desk\"\nconcurrent = 0\n";
    assert_snapshot!(refused(&format!("{ENDPOINT}{SYSTEM}{limits}")));
}

#[test]
fn the_store_of_limits_has_no_password_in_its_address() {
    let shown = refused("[limits]\nstore = \"postgresql://me:hunter2@db/limits\"\n");
    assert!(!shown.contains("hunter2"), "{shown}");
    assert_snapshot!(shown);
}

#[test]
fn what_stands_behind_a_version_does_not_change_under_it() {
    let versions = |versions: &str| {
        let system = SYSTEM.replace("[[system]]", "[[system]]\nmodel_aliases = { small = { VERSIONS } }");
        refused(&format!("{ENDPOINT}{}", system.replace("VERSIONS", versions)))
    };
    assert_snapshot!(versions("versions = [{ id = \"1\", endpoints = [\"here\"] }]"));
    assert_snapshot!(versions("endpoints = [\"here\"], versions = []"));
    assert_snapshot!(versions("order = \"listed\""));
}

#[test]
fn a_model_name_is_not_what_a_version_is_called() {
    let model = "digest = \"abababababababababababababababababababababababababababababababab\"\n";
    let base = crate::BASE.replace("id = \"small\"\n", &format!("id = \"small\"\n{model}"));
    for [one, other] in [["a", "a@1"], ["a@1", "a"]] {
        let name = |name: &str| match name {
            "a" => "a = { versions = [{ id = \"1\", endpoints = [\"here\"] }] }",
            _ => "\"a@1\" = [\"here\"]",
        };
        let aliases = format!("[[system]]\nmodel_aliases = {{ {}, {} }}", name(one), name(other));
        let text = [&base, ENDPOINT, &SYSTEM.replace("[[system]]", &aliases)].concat();
        let faults = estate::Estate::from_files(vec![("estate.toml".to_owned(), text)]).unwrap_err();
        assert!(faults.to_string().contains("1 fault"), "{faults}");
        assert!(crate::rendered(&faults).contains("is also what a version of another name is called"));
    }
}

#[test]
fn a_system_has_one_set_of_screens() {
    let screens = "[[screen]]\nid = \"all\"\ninjection = \"flag\"\n[[screen]]\nid = \"desk\"\nsystems = [\"desk\"]\nbounds = \"stop\"\n";
    assert_snapshot!(refused(&format!("{ENDPOINT}{SYSTEM}{screens}")));
}

#[test]
fn a_trial_names_its_end_and_a_model_name_that_there_is() {
    let trial = "[[shadow]]\nid = \"trial\"\nsystems = [\"desk\"]\nmodels = [\"smal\"]\nby = \"ops\"\nwhy = \"adoption\"\n";
    assert_snapshot!(refused(&format!("{ENDPOINT}{SYSTEM}{trial}")));
}

#[test]
fn a_cache_needs_content_that_is_searched() {
    let system = SYSTEM.replace(
        "[[system]]",
        "[[system]]\nmasking = \"off\"\nmodel_aliases = { small = { endpoints = [\"here\"], cache = \"1m\" } }",
    );
    assert_snapshot!(refused(&format!("{ENDPOINT}{system}")));
}

#[test]
fn a_telemetry_endpoint_is_placed_like_any_other_and_no_credential_is_shown() {
    let text = "[telemetry]\nurl = \"https://otel.example\"\nheader = \"Bearer hunter2\"\nshare = 2\n\
        credential = \"hunter2\"\noperation = \"store\"\nparties = []\n";
    let shown = refused(text);
    assert!(!shown.contains("hunter2"), "{shown}");
    for part in ["the name of a header", "from 0 to 1", "never written here", "state `place`, the `source`"] {
        assert!(shown.contains(part), "`{part}` is not in\n{shown}");
    }
}
