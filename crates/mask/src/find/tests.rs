mod bank;
mod date;
mod dictionary;
mod mail;
mod network;
mod nothing;
mod phone;
mod promise;
mod secret;

use super::{Dictionary, Finder, Hints, Recognizer, RecognizerFailed};
use crate::{Evidence, Finding, Kind};

/// What is found in a text, with its words.
fn found(text: &str) -> Vec<(&str, Kind, Evidence)> {
    let findings = Finder::default().find(text, &Hints::default());
    findings.into_iter().map(|f| (&text[f.span], f.kind, f.evidence)).collect()
}

/// Every text has one finding, and it is the given one.
fn assert_each(cases: &[(&str, &str, Kind, Evidence)]) {
    let faults: Vec<String> = cases
        .iter()
        .filter(|(text, words, kind, evidence)| found(text) != [(*words, *kind, *evidence)])
        .map(|(text, words, kind, evidence)| {
            format!("{text}\n  wanted {words} {kind:?} {evidence:?}\n  found {:?}", found(text))
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// In none of the texts anything raises.
fn assert_none(texts: &[&str]) {
    let faults: Vec<String> = texts
        .iter()
        .filter_map(|text| {
            let raising: Vec<_> = found(text).into_iter().filter(|f| f.2 > Evidence::Bare).collect();
            (!raising.is_empty()).then(|| format!("{text}\n  found {raising:?}"))
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn structured_identifiers_are_found_where_they_stand() {
    let text = "Mail jane.doe@example.com, pay DE44 5001 0517 5407 3249 31 or 4111 1111 1111 1111, host 203.0.113.7, id 86 095 742 719.";
    let expected = [
        ("jane.doe@example.com", Kind::Email, Evidence::Shape),
        ("DE44 5001 0517 5407 3249 31", Kind::Iban, Evidence::Shape),
        ("4111 1111 1111 1111", Kind::Card, Evidence::Shape),
        ("203.0.113.7", Kind::Ip, Evidence::Shape),
        ("86 095 742 719", Kind::TaxId, Evidence::Bare),
    ];
    assert_eq!(found(text), expected);
}
