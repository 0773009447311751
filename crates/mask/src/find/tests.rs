use super::{Finder, Hints};
use crate::{Evidence, Kind};

fn found(text: &str) -> Vec<(&str, Kind, Evidence)> {
    let findings = Finder::default().find(text, &Hints::default());
    findings.into_iter().map(|f| (&text[f.span], f.kind, f.evidence)).collect()
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
