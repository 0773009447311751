//! What a ruling costs: remembered, asked of Cedar, and the edition itself.
#![expect(clippy::expect_used, reason = "a bench that cannot go on says so and ends")]

use std::sync::Arc;

use divan::{Bencher, black_box};
use law::{Edition, Law, LawSource, Stance};
use serde_json::json;
use terms::{Flow, SafeguardSet};

fn main() {
    divan::main();
}

/// A flow that stays at home, one that needs papers, one that is refused, and one of which much is unknown.
const FLOWS: [&str; 4] = ["home", "papers", "refused", "unknown"];

fn flow(name: &str) -> Flow {
    let (from, to, data, facts) = match name {
        "home" => ("DE", "FR", "identity_basic", facts("DE")),
        "papers" => ("DE", "IN", "identity_basic", facts("DE")),
        "refused" => ("US", "CN", "health", facts("US")),
        _ => ("CN", "US", "identity_basic", json!({})),
    };
    let flow = Flow::from_json(&json!({
        "subject_residence": from, "export_from": from, "to_location": to, "vendor_hq": to,
        "vendor_ultimate_owner": to, "data": [data], "purpose": ["inference", "customer_service"],
        "volume_persons": 250_000, "facts": facts,
    }));
    flow.expect("a flow")
}

fn facts(from: &str) -> serde_json::Value {
    json!({
        "exporter_kind": "private", "importer_kind": "private", "subject_citizenship": from, "collected_in": from,
        "directed_at": from, "contains_personal": true, "hipaa_covered": false, "occasional": false,
        "remote_access_from": [], "operation": "process_in_clear", "keys_with_third_party": false,
        "importer_adequate_law": false, "relation": "vendor_agreement", "told_ai": true, "obvious_ai": false,
    })
}

fn edition() -> Arc<Edition> {
    let law = Law::embedded().expect("the law loads");
    law.at("2026-11-21".parse().expect("a day"), None).expect("an edition")
}

fn held() -> SafeguardSet {
    ["scc:EU", "tia:EU"].into_iter().map(|s| s.parse().expect("a safeguard")).collect()
}

/// What a border asks of a flow that it has seen before.
#[divan::bench(args = FLOWS)]
fn warm_verdict(bencher: Bencher, name: &str) {
    let (edition, flow, held) = (edition(), flow(name), held());
    bencher.bench(|| edition.findings(black_box(&flow), Stance::Border).map(|f| f.verdict(&held)));
}

/// The same with all texts of the ruling.
#[divan::bench(args = FLOWS)]
fn warm_ruling(bencher: Bencher, name: &str) {
    let (edition, flow) = (edition(), flow(name));
    bencher.bench(|| edition.rule(black_box(&flow), Stance::Border));
}

/// A flow seen for the first time, the policies of its slice at hand.
#[divan::bench(args = FLOWS)]
fn cold(bencher: Bencher, name: &str) {
    let (edition, flow) = (edition(), flow(name));
    bencher.bench(|| edition.find(black_box(&flow), Stance::Border));
}

/// The law of a day from statements that are read already.
#[divan::bench(sample_count = 10)]
fn build_edition(bencher: Bencher) {
    let law = || Law::embedded().expect("the law loads");
    let day = "2026-11-21".parse().expect("a day");
    bencher.with_inputs(law).bench_refs(|law| law.at(day, None));
}

/// Reading and checking all rulebooks: a part of every start.
#[divan::bench(sample_count = 10)]
fn read_law() -> bool {
    matches!(Law::embedded().expect("the law loads").source(), LawSource::Embedded)
}
