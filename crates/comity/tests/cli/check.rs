//! `comity check` and `comity explain`: do estate and law load, and what follows from them.

use std::path::Path;

use crate::run::{comity, retail};
use crate::small_law;

/// A copy of the example that a test may break.
fn copy() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy_into(&retail(), folder.path());
    folder
}

pub(crate) fn copy_into(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type().unwrap().is_dir() {
            copy_into(&from, &to);
        } else if from.extension().is_some_and(|e| e == "toml" || e == "cedar") {
            std::fs::copy(from, to).unwrap();
        }
    }
}

#[track_caller]
pub(crate) fn replace(file: &Path, old: &str, new: &str) {
    let text = std::fs::read_to_string(file).unwrap();
    assert!(text.contains(old), "`{old}` is not in {}", file.display());
    std::fs::write(file, text.replacen(old, new, 1)).unwrap();
}

#[test]
fn the_example_is_clean() {
    let seen = comity(["check"]).on(retail()).done().exits(0);
    // How much law there is changes too often for a snapshot.
    let (estate, law) = seen.stdout.split_once(" keys, ").unwrap_or_default();
    assert_eq!(estate, "clean: 7 systems, 7 endpoints, 6 vendors, 10 agreements, 7");
    assert!(law.contains(" rulebooks, ") && law.contains(" statements of law\nestate "), "{seen}");
}

#[test]
fn the_example_is_clean_for_programs_too() {
    let said = comity(["check"]).on(retail()).json().done().exits(0).value();
    assert_eq!(said["clean"], true);
    assert_eq!((&said["counts"]["systems"], &said["counts"]["endpoints"]), (&7.into(), &7.into()));
    assert!(said["counts"]["statements_of_law"].as_u64().unwrap() > 20, "{said}");
}

#[test]
fn faults_of_several_files_come_at_once() {
    let folder = copy();
    replace(&folder.path().join("vendors.toml"), "hq = \"IN\"", "hq = \"India\"");
    replace(&folder.path().join("endpoints.toml"), "vendor = \"rheinwerk\"", "vendor = \"rheinwrek\"");
    replace(&folder.path().join("systems.toml"), "told_ai = true", "tolled_ai = true");
    insta::assert_snapshot!(comity(["check"]).on(folder.path()).done());
}

#[test]
fn faults_are_data_for_programs() {
    let folder = copy();
    replace(&folder.path().join("endpoints.toml"), "vendor = \"rheinwerk\"", "vendor = \"rheinwrek\"");
    replace(&folder.path().join("systems.toml"), "told_ai = true", "tolled_ai = true");
    insta::assert_snapshot!(comity(["check"]).on(folder.path()).json().done());
}

#[test]
fn a_folder_without_an_estate_is_unusable() {
    let folder = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(comity(["check"]).on(folder.path()).done());
}

#[test]
fn faults_of_the_law_are_findings_and_do_not_hide_those_of_the_estate() {
    let (estate, law) = (copy(), tempfile::tempdir().unwrap());
    replace(&estate.path().join("endpoints.toml"), "vendor = \"rheinwerk\"", "vendor = \"rheinwrek\"");
    broken_law(law.path());
    let run =
        comity(["check", "--law"].map(Into::into).into_iter().chain([law.path().as_os_str().to_owned()]));
    insta::assert_snapshot!(run.on(estate.path()).done());
}

/// Two faults in two files.
pub(crate) fn broken_law(folder: &Path) {
    copy_into(&retail().join("../../rulebooks"), folder);
    replace(&folder.join("exposure/us/rules.cedar"), "@effect(\"exposure\")", "@effect(\"exposition\")");
    replace(&folder.join("in/rbi/rules.cedar"), "@cite(", "@sight(");
}

#[test]
fn explain_shows_the_ordered_lawful_set_and_why_the_others_fell_out() {
    let law = tempfile::tempdir().unwrap();
    small_law::write(law.path());
    let args = ["explain", "support-eu", "--law"].map(Into::into).into_iter();
    insta::assert_snapshot!(comity(args.chain([law.path().as_os_str().to_owned()])).on(retail()).done());
}

#[test]
fn explain_names_a_missing_fact_and_where_to_state_it() {
    let folder = copy();
    replace(&folder.path().join("systems.toml"), "synthetic_content_published = false\n", "");
    let seen = comity(["explain", "support-eu"]).on(folder.path()).done().exits(0);
    // A table wraps its cells.
    let said = seen.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("state `synthetic_content_published` in `floor` of a `[[system]]`"), "{seen}");
    let json = comity(["explain", "support-eu"]).on(folder.path()).json().done().exits(0).value();
    assert_eq!(json["candidates"][0]["ruling"]["verdict"], "undecided", "{json}");
}

#[test]
fn explain_as_data_names_each_flow_and_its_agreements() {
    let said =
        comity(["explain", "support-eu", "--subject", "FR"]).on(retail()).json().done().exits(0).value();
    let candidates: Vec<(&str, bool, &str)> = said["candidates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| {
            let verdict = c["ruling"]["verdict"].as_str().unwrap();
            (c["endpoint"].as_str().unwrap(), c["lawful"].as_bool().unwrap(), verdict)
        })
        .collect();
    insta::assert_debug_snapshot!(candidates);
    let mumbai = &said["candidates"][3];
    assert_eq!(mumbai["flows"][0]["agreements"][0], "scc-support-ganga", "{mumbai}");
    assert_eq!(mumbai["flows"][0]["flow"]["subject_residence"], "FR", "{mumbai}");
}

#[test]
fn explain_follows_the_day() {
    let lawful = |day: &str| {
        let run = comity(["explain", "support-eu", "--model", "assistant-overseas", "--as-of", day]);
        run.on(retail()).json().done().exits(0).value()["candidates"][0]["lawful"].as_bool().unwrap()
    };
    assert!(lawful("2025-12-31"), "the agreement is in force on its last day");
    assert!(!lawful("2026-01-01"), "and not on the next");
}

#[test]
fn explain_answers_an_unknown_word_with_the_nearest() {
    let explain =
        |args: &[&str]| comity(["explain"].iter().chain(args)).on(retail()).done().exits(2).to_string();
    insta::assert_snapshot!(
        [
            explain(&["suport-eu"]),
            explain(&["support-eu", "--model", "asistant"]),
            explain(&["support-eu", "--data", "helth"]),
            explain(&["support-eu", "--subject", "XX"]),
        ]
        .concat()
    );
}

/// A letter with an account number, which no paper with the vendor in Mumbai covers.
const REQUEST: &str = r#"{"model": "assistant", "messages": [{"role": "user",
    "content": "I am jane.doe@example.com, pay to DE44 5001 0517 5407 3249 31 or jane@example.org"}]}"#;

/// The example, where content is masked.
fn masking(how: &str) -> tempfile::TempDir {
    let folder = copy();
    let masked = format!("exporter = \"meridian-eu\"\nmasking = \"{how}\"");
    replace(&folder.path().join("systems.toml"), "exporter = \"meridian-eu\"", &masked);
    folder
}

fn explain_by_small_law(folder: &Path, args: &[&str], input: &str) -> crate::run::Seen {
    let law = tempfile::tempdir().unwrap();
    small_law::write(law.path());
    let run =
        comity(["explain", "support-eu", "--request", "-"]).args(args).args(["--law".as_ref(), law.path()]);
    run.on(folder).input(input).done()
}

#[test]
fn explain_reads_a_request_and_shows_where_it_may_go_masked() {
    insta::assert_snapshot!(explain_by_small_law(masking("needed").path(), &[], REQUEST).exits(0));
}

#[test]
fn explain_tells_where_content_goes_masked_only_and_where_it_is_not_read() {
    let image = r#"{"model": "assistant-mumbai", "messages": [{"role": "user", "content": [
        {"type": "text", "text": "jane@example.org"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}]}]}"#;
    let messages =
        r#"{"model": "assistant-mumbai", "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}]}"#;
    let said = |how: &str, args: &[&str], body: &str| {
        explain_by_small_law(masking(how).path(), args, body).exits(0).to_string()
    };
    insta::assert_snapshot!(
        [
            said("always", &[], &REQUEST.replace("assistant", "assistant-mumbai")),
            said("always", &[], image),
            said("off", &["--path", "/v1/messages"], messages),
        ]
        .concat()
    );
}

#[test]
fn explain_gives_what_it_found_as_data() {
    let folder = masking("needed");
    std::fs::write(folder.path().join("request.json"), REQUEST).unwrap();
    let file = folder.path().join("request.json");
    let run = comity(["explain", "support-eu", "--request"]).args([file]).on(folder.path()).json();
    let said = run.done().exits(0).value();
    let found = said["found"].as_array().unwrap();
    assert_eq!((&found[0]["kind"], &found[0]["count"]), (&"email".into(), &2.into()), "{said}");
    assert_eq!(said["model"], "assistant");
    assert_eq!(said["detected"], said["replaceable"]);
    let mumbai: Vec<(bool, bool)> = said["candidates"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|c| c["endpoint"] == "ganga-mumbai")
        .map(|c| (c["masked"].as_bool().unwrap(), c["lawful"].as_bool().unwrap()))
        .collect();
    assert_eq!(mumbai, [(false, false), (true, true)]);
}

#[test]
fn explain_says_why_a_request_cannot_be_asked_about() {
    let folder = masking("needed");
    let said =
        |args: &[&str], body: &str| explain_by_small_law(folder.path(), args, body).exits(2).to_string();
    insta::assert_snapshot!(
        [
            said(&[], "{"),
            said(&[], r#"{"model": "asistant", "messages": []}"#),
            said(&["--path", "/v1/message"], REQUEST),
            said(&["--model", "assistant"], REQUEST),
        ]
        .concat()
    );
}
