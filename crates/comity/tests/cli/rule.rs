//! `comity rule`: one flow by flags, or many as JSON Lines.

use std::path::Path;

use serde_json::{Value, json};

use crate::check::{broken_law, copy_into};
use crate::run::{Seen, comity, retail};
use crate::small_law;

/// Health data from Germany to an Indian company.
const TO_INDIA: [&str; 15] = [
    "rule",
    "--subject",
    "DE",
    "--export-from",
    "DE",
    "--to",
    "IN",
    "--vendor-hq",
    "IN",
    "--owner",
    "IN",
    "--data",
    "identity_basic",
    "--purpose",
    "inference",
];

fn to_india(more: &[&str]) -> Seen {
    comity(TO_INDIA.iter().chain(more)).done()
}

/// The same under a law that stays as it is.
fn to_india_by_small_law(more: &[&str]) -> Seen {
    let folder = tempfile::tempdir().unwrap();
    small_law::write(folder.path());
    with_law(folder.path(), more)
}

#[test]
fn a_flow_by_flags() {
    insta::assert_snapshot!(to_india_by_small_law(&[]));
}

#[test]
fn a_flow_by_flags_for_programs() {
    insta::assert_snapshot!(to_india_by_small_law(&["--format", "json"]));
}

#[test]
fn safeguards_that_are_held_are_ticked_off() {
    let needs = |held: &str| {
        let said = to_india(&["--format", "json", "--safeguard", held]).exits(0).value();
        (said["verdict"].as_str().unwrap().to_owned(), said["needs"].to_string())
    };
    let (verdict, left) = needs("scc:EU");
    assert_eq!(verdict, "conditional");
    assert!(left.contains("tia:EU") && !left.contains("scc:EU"), "{left}");
    assert_eq!(needs("scc:EU,tia:EU"), ("permit".into(), "[]".into()));
}

#[test]
fn unknown_words_are_answered_with_the_nearest() {
    let said =
        |flag: &str, word: &str| comity(["rule", "--subject", "DE", flag, word]).done().exits(2).to_string();
    insta::assert_snapshot!(
        [
            said("--data", "helth"),
            said("--purpose", "inferense"),
            said("--safeguard", "ssc:EU"),
            said("--form", "row"),
            said("--to", "XX"),
            said("--fact", "volume_unit=person"),
            said("--fact", "exporter_knd=private"),
            said("--fact", "exporter_kind"),
            said("--as-of", "2026-02-30"),
        ]
        .concat()
    );
}

/// One line a flow: who is asked about changes, the place of the answer does not.
fn flow(day: Option<&str>, to: &str) -> Value {
    let mut flow = json!({
        "subject_residence": "DE", "export_from": "DE", "to_location": to, "vendor_hq": to, "vendor_ultimate_owner": to,
        "data": ["identity_basic"], "purpose": "inference", "volume_persons": 1000, "safeguards": [], "facts": {},
    });
    if let Some(day) = day {
        flow["as_of"] = json!(day);
    }
    flow
}

fn lines(flows: &[Value]) -> String {
    flows.iter().map(|flow| format!("{flow}\n")).collect()
}

fn verdicts(seen: &Seen) -> Vec<String> {
    seen.values().iter().map(|v| v["verdict"].as_str().unwrap_or("error").to_owned()).collect()
}

#[test]
fn rulings_come_in_the_order_of_the_flows() {
    let flows: Vec<Value> = ["FR", "IN", "JP", "IN", "FR"].map(|to| flow(None, to)).into();
    let seen = comity(["rule", "--jsonl"]).input(lines(&flows)).done().exits(0);
    assert_eq!(verdicts(&seen), ["permit", "conditional", "permit", "conditional", "permit"], "{seen}");
}

#[test]
fn a_line_that_is_no_flow_says_so_on_its_line_and_the_others_are_ruled_on() {
    let mut unknown_key = flow(None, "FR");
    unknown_key["safegards"] = json!([]);
    let mut unknown_word = flow(None, "FR");
    unknown_word["data"] = json!(["helth"]);
    let input = format!(
        "{}{{\"subject\n\n{}",
        lines(&[flow(None, "FR"), unknown_key]),
        lines(&[unknown_word, flow(None, "FR")])
    );
    let seen = comity(["rule", "--jsonl"]).input(input).done().exits(2);
    assert_eq!(verdicts(&seen), ["permit", "error", "error", "error", "permit"], "{seen}");
    let faults: Vec<Value> = seen.values().into_iter().filter(|v| v["error"].is_string()).collect();
    insta::assert_snapshot!(lines(&faults) + &seen.stderr);
}

#[test]
fn a_thousand_flows_give_a_thousand_rulings() {
    let flows: Vec<Value> = (0..1000).map(|n| flow(None, if n % 3 == 0 { "IN" } else { "FR" })).collect();
    let seen = comity(["rule", "--jsonl"]).input(lines(&flows)).done().exits(0);
    let conditional = verdicts(&seen).iter().enumerate().all(|(n, v)| (v == "conditional") == (n % 3 == 0));
    assert!(conditional && seen.values().len() == 1000);
}

#[test]
fn the_law_is_the_days() {
    // Japan was found adequate on 2019-01-23; the Privacy Shield was struck down on 2020-07-16.
    let japan = |day: &str| {
        verdicts(&comity(["rule", "--jsonl", "--as-of", day]).input(lines(&[flow(None, "JP")])).done())
    };
    assert_eq!(japan("2019-01-22"), ["conditional"]);
    assert_eq!(japan("2019-01-23"), ["permit"]);
}

#[test]
fn a_flows_own_day_goes_first() {
    let flows = [flow(Some("2019-01-22"), "JP"), flow(None, "JP"), flow(Some("2019-01-22"), "JP")];
    let seen = comity(["rule", "--jsonl", "--as-of", "2019-01-23"]).input(lines(&flows)).done().exits(0);
    assert_eq!(verdicts(&seen), ["conditional", "permit", "conditional"]);
}

#[test]
fn chinese_thresholds_before_and_after_their_change() {
    let ruled = |day: &str| {
        let args = [
            "rule",
            "--subject",
            "CN",
            "--export-from",
            "CN",
            "--to",
            "DE",
            "--vendor-hq",
            "DE",
            "--owner",
            "DE",
            "--data",
            "identity_basic,online_id",
            "--purpose",
            "inference",
            "--volume",
            "50000",
            "--fact",
            "volume_unit=persons",
            "--fact",
            "volume_window=since_jan_1",
            "--safeguard",
            "separate_consent,notice_given,pia:CN",
            "--as-of",
            day,
            "--format",
            "json",
        ];
        let seen = comity(args).done().exits(0);
        let verdict = seen.value()["verdict"].as_str().unwrap().to_owned();
        (verdict, seen.value()["missing_facts"].to_string())
    };
    insta::assert_debug_snapshot!([ruled("2024-03-21"), ruled("2024-03-22")]);
}

#[test]
fn explain_says_what_each_value_of_a_missing_fact_would_give() {
    let asked = [
        "--safeguard",
        "scc:EU,tia:EU",
        "--fact",
        "exporter_kind=private",
        "--fact",
        "relation=controller_to_controller",
        "--fact",
        "remote_access_from=",
        "--fact",
        "volume_window=since_jan_1",
        "--strict",
        "--explain",
    ];
    insta::assert_snapshot!(to_india_by_small_law(&asked));
    let said = to_india_by_small_law(&[&asked[..], &["--format", "json"]].concat()).exits(0).value();
    let outcomes =
        said["explain"]["missing"]["volume_persons"]["outcomes"].as_array().cloned().unwrap_or_default();
    assert!(outcomes.len() >= 2, "{said}");
}

/// A copy of the built-in law.
fn law() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy_into(&retail().join("../../rulebooks"), folder.path());
    folder
}

fn with_law(folder: &Path, more: &[&str]) -> Seen {
    let folder = folder.display().to_string();
    let run = comity(TO_INDIA.iter().copied().chain(["--law", &folder]).chain(more.iter().copied()));
    run.calling(&folder, "[law]").done()
}

#[test]
fn a_folder_of_law_replaces_the_built_in_one() {
    let folder = law();
    let built_in = to_india(&["--format", "json"]).exits(0).value();
    let same = with_law(folder.path(), &["--format", "json"]).exits(0).value();
    assert_eq!(built_in, same, "the same files give the same edition");
    std::fs::remove_dir_all(folder.path().join("in")).unwrap();
    let other = with_law(folder.path(), &["--format", "json"]).exits(0).value();
    assert_ne!(built_in["edition"], other["edition"], "other law has another hash");
}

#[test]
fn a_broken_law_reports_all_its_faults() {
    let folder = tempfile::tempdir().unwrap();
    broken_law(folder.path());
    insta::assert_snapshot!(with_law(folder.path(), &[]));
}

#[test]
fn a_folder_without_law_says_what_was_expected() {
    let folder = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(with_law(folder.path(), &[]));
    insta::assert_snapshot!(with_law(&folder.path().join("absent"), &[]));
    std::fs::write(folder.path().join("a-file"), "").unwrap();
    with_law(&folder.path().join("a-file"), &[]).exits(2);
}

#[test]
fn what_was_not_known_yet_does_not_bite() {
    let ruled = |known_at: &str| {
        let args = [
            "rule",
            "--subject",
            "IN",
            "--export-from",
            "IN",
            "--to",
            "DE",
            "--vendor-hq",
            "DE",
            "--owner",
            "DE",
            "--data",
            "payment_system",
            "--purpose",
            "payment_processing",
            "--fact",
            "operation=store",
            "--as-of",
            "2018-10-15",
            "--known-at",
            known_at,
        ];
        let said = comity(args).json().done().exits(0).value();
        said["because"].to_string().contains("in/rbi/store")
    };
    assert!(!ruled("2018-04-05"), "the circular is of the next day");
    assert!(ruled("2018-04-06"));
}
