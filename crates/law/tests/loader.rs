//! What the loader refuses, all at once; what an explanation tells; and that slicing changes nothing but time.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;

use law::{Law, LawSource, Stance};
use terms::{Flow, Token, Verdict};

const BOOK: &str = r#"
id = "xx/test"
title = "Test"
instrument = "Test Act"
source = "here"
checked = "2026-01-01"
hook = { places = ["DE"], axes = ["export_from"] }
coverage = [{ places = ["DE"], scope = "all" }]
"#;

fn law(book: &str, rules: &str) -> Result<Law, law::LawFaults> {
    let files = [
        ("xx/test/book.toml".to_owned(), book.to_owned()),
        ("xx/test/rules.cedar".to_owned(), rules.to_owned()),
    ];
    Law::from_files(&files, LawSource::Folder("test".into()))
}

fn faults(rules: &str) -> String {
    law(BOOK, rules).err().unwrap().to_string()
}

#[test]
fn every_fault_of_the_rules_is_reported_at_once() {
    insta::assert_snapshot!(faults(
        r#"
        @id("xx/test/1") @cite("Act 1") @summary("No effect.")
        forbid (principal, action, resource);
        @id("xx/test/2") @effect("forbid") @cite("Act 2") @summary("A misspelled word.") @form("2020-01-01")
        forbid (principal, action, resource) when { context.data.contains("helth") };
        @id("xx/test/3") @effect("forbid") @cite("Act 3") @summary("A guard.") @from("soon")
        forbid (principal, action, resource) when { context has personal && context.personal };
        @id("xx/test/4") @effect("forbid") @cite("Act 4") @summary("A list that nobody keeps, and a place that is none.")
        forbid (principal, action, resource) when { context.to in List::"xx/none" || context.to in Place::"UK" };
        @id("xx/test/5") @effect("condition") @cite("Act 5") @summary("A wrong type.")
        forbid (principal, action, resource) when { context.persons_12_months == "many" };
        @id("xx/test/5") @effect("condition") @cite("Act 5") @summary("Twice.")
        forbid (principal, action, resource);
        @id("other/6") @effect("condition") @cite("Act 6") @summary("Of another book.")
        forbid (principal, action, resource);
        @way("xx/test/55") @all("ssc:EU") @cite("Act 7")
        forbid (principal, action, resource);
        @way("xx/test/55") @all("scc:EU") @cite("Act 7")
        forbid (principal, action, resource);
        @id("xx/test/9") @effect("forbid") @cite("Act 9") @summary("A number of its own.")
        forbid (principal, action, resource) when { context.persons_12_months > 10 };
        @id("xx/test/8") @effect("forbid") @cite("Act 8") @summary("A permit.")
        permit (principal, action, resource);
        "#
    ));
}

#[test]
fn a_book_that_cannot_be_read_says_where() {
    let fault = |book: &str| law(book, "").err().unwrap().to_string();
    insta::assert_snapshot!(
        [
            fault("id = 1"),
            fault(&BOOK.replace("xx/test", "yy/test")),
            fault(&BOOK.replace("\"DE\"]", "\"UK\"]")),
            Law::from_files(&[], LawSource::Embedded).err().unwrap().to_string(),
        ]
        .join("\n")
    );
}

#[test]
fn a_provision_without_a_way_denies_and_an_unmet_exception_is_no_way() {
    let rules = r#"
        @id("xx/test/1") @effect("condition") @cite("Act 1") @summary("Nothing meets it.")
        forbid (principal, action, resource) when { context.data.contains("health") };
        @id("xx/test/2") @effect("forbid") @cite("Act 2") @summary("Lifted by a licence.")
        forbid (principal, action, resource) when { context.data.contains("genomic") };
        @way("xx/test/2") @all("license:US") @cite("Act 3")
        forbid (principal, action, resource);
    "#;
    let law = law(BOOK, rules).unwrap();
    let edition = law.at("2026-01-01".parse().unwrap(), None).unwrap();
    let verdict = |data: &str, held: &[&str]| {
        let flow = serde_json::json!({"subject_residence": "DE", "export_from": "DE", "to_location": "FR", "vendor_hq": "FR",
            "vendor_ultimate_owner": "FR", "data": [data], "purpose": "inference", "safeguards": held, "facts": {"remote_access_from": []}});
        let ruling = edition.rule(&Flow::from_json(&flow).unwrap(), Stance::Question).unwrap();
        assert!(ruling.verdict() != Verdict::Deny || ruling.ways().is_empty());
        ruling.verdict()
    };
    assert_eq!(verdict("health", &[]), Verdict::Deny);
    assert_eq!(verdict("genomic", &[]), Verdict::Deny);
    assert_eq!(verdict("genomic", &["license:US"]), Verdict::Permit);
    assert_eq!(verdict("insurance", &[]), Verdict::Permit);
}

#[test]
fn an_explanation_says_what_each_value_would_give() {
    let law = Law::embedded().unwrap();
    let edition = law.at("2026-11-21".parse().unwrap(), None).unwrap();
    let flow = serde_json::json!({"subject_residence": "CN", "export_from": "CN", "to_location": "DE", "vendor_hq": "DE",
        "vendor_ultimate_owner": "DE", "data": ["identity_basic"], "purpose": "inference", "volume_persons": null,
        "facts": {"volume_window": "since_jan_1", "operation": "process_in_clear", "remote_access_from": []}});
    let ruling = edition.explain(&Flow::from_json(&flow).unwrap(), Stance::Question).unwrap();
    let told: Vec<String> = ruling
        .missing
        .iter()
        .flat_map(|m| m.outcomes.iter().map(move |o| format!("{} {}: {}", m.fact, o.value, o.verdict)))
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn what_was_not_known_yet_does_not_rule() {
    let rules = r#"
        @id("xx/test/1") @effect("forbid") @cite("Act 1") @summary("Backdated.") @from("2025-01-01") @known("2025-06-01")
        forbid (principal, action, resource) when { context.personal };
        @id("xx/test/2") @effect("forbid") @cite("Act 2") @summary("Only a proposal.") @status("proposed")
        forbid (principal, action, resource) when { context.personal };
    "#;
    let law = law(BOOK, rules).unwrap();
    let at = |known: Option<&str>| {
        let edition = law.at("2025-03-01".parse().unwrap(), known.map(|k| k.parse().unwrap())).unwrap();
        edition.statements().count()
    };
    assert_eq!((at(None), at(Some("2025-05-31")), at(Some("2025-06-01"))), (1, 0, 1));
}

/// Every rulebook consulted for every flow, instead of those that a side of the flow hooks.
fn unsliced() -> Law {
    let every_place: Vec<String> =
        terms::Place::all().filter(|p| !p.is_bloc()).map(|p| format!("\"{p}\"")).collect();
    let mut files = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rulebooks"), "", &mut files);
    for (_, text) in files.iter_mut().filter(|(name, _)| name.ends_with("book.toml")) {
        let lines = text.lines().map(|line| match line.split_once(" = ") {
            Some(("axes", _)) => "axes = [\"export_from\", \"to_location\"]".to_owned(),
            _ => line.to_owned(),
        });
        let joined = lines.collect::<Vec<_>>().join("\n");
        let at = joined.find("[hook]\nplaces = ").unwrap();
        let end = at + joined[at + 7..].find('\n').unwrap() + 7;
        *text = format!("{}[hook]\nplaces = [{}]{}", &joined[..at], every_place.join(", "), &joined[end..]);
    }
    Law::from_files(&files, LawSource::Folder("unsliced".into())).unwrap()
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_string_lossy());
        if path.is_dir() {
            collect(&path, &format!("{name}/"), files);
        } else {
            files.push((name, std::fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn slicing_changes_nothing() {
    let (sliced, whole) = (Law::embedded().unwrap(), unsliced());
    let day = "2026-11-21".parse().unwrap();
    let (sliced, whole) = (sliced.at(day, None).unwrap(), whole.at(day, None).unwrap());
    let places = ["DE", "IN", "US", "CN", "HK", "GB"];
    let categories = ["identity_basic", "health", "payment_system", "genomic", "important_data"];
    let mut compared = 0;
    for subject in places {
        for (export, to) in places.iter().flat_map(|e| places.iter().map(move |t| (e, t))) {
            for (category, operation) in categories.iter().zip(terms::Operation::ALL.iter().cycle()) {
                let flow = serde_json::json!({"subject_residence": subject, "export_from": export, "to_location": to,
                    "vendor_hq": to, "vendor_ultimate_owner": "CN", "data": [category], "purpose": "training",
                    "volume_persons": 20_000, "facts": {"operation": operation.name(), "volume_window": "12_months"}});
                let flow = Flow::from_json(&flow).unwrap();
                let rule = |e: &law::Edition| e.rule(&flow, Stance::Border).unwrap();
                let (a, b) = (rule(&sliced), rule(&whole));
                assert_eq!(
                    (a.verdict(), &a.because, &a.needs),
                    (b.verdict(), &b.because, &b.needs),
                    "{}",
                    flow.to_json()
                );
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 6 * 36 * 5);
}

/// The fenced blocks of a language in a page, in order.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    page.split(&fence).skip(1).filter_map(|rest| rest.split("```").next()).map(str::to_owned).collect()
}

#[test]
fn the_example_of_the_guide_loads_and_agrees_with_its_case() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rulebooks.md");
    let page = std::fs::read_to_string(page).unwrap().replace("\"XX\"", "\"LK\"");
    let (books, rules) = (blocks(&page, "toml"), blocks(&page, "cedar"));
    let folder = tempfile::tempdir().unwrap();
    let book = folder.path().join("xx/pdpa");
    std::fs::create_dir_all(&book).unwrap();
    let files = [("book.toml", &books[0]), ("rules.cedar", &rules[0]), ("cases.toml", &books[1])];
    files.iter().for_each(|(name, text)| std::fs::write(book.join(name), text).unwrap());
    let law = Law::open(folder.path()).unwrap_or_else(|faults| panic!("{faults}"));
    let cases = law::cases::open(folder.path()).unwrap();
    assert_eq!((law.statements().len(), cases.len()), (4, 1));
    for case in cases {
        let ruling = law.at(case.as_of, None).unwrap().rule(&case.flow, Stance::Question).unwrap();
        assert_eq!(case.differences(&ruling), Vec::<String>::new());
    }
}
