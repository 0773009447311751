use std::sync::Arc;

use terms::Category;

use super::{Dictionary, Evidence, Finder, Finding, Hints, Kind, Recognizer, RecognizerFailed};

fn finder(words: &[&str]) -> Finder {
    let words = words.iter().map(|w| (*w).to_owned()).collect();
    Finder::new(vec![Dictionary { kind: Kind::Term, words, category: Some(Category::Health) }])
}

fn words<'t>(finder: &Finder, text: &'t str) -> Vec<&'t str> {
    finder.find(text, &Hints::default()).into_iter().map(|f| &text[f.span]).collect()
}

#[test]
fn words_are_found_whole_and_in_any_case() {
    let finder = finder(&["Falcon", "Projekt Größe", "falcon nine", "項目", ""]);
    assert_eq!(words(&finder, "FALCON and falcon, falcons, Falcon-X"), ["FALCON", "falcon", "Falcon"]);
    assert_eq!(
        words(&finder, "PROJEKT GRÖSSE, PROJEKT GRÖßE, projekt größe"),
        ["PROJEKT GRÖSSE", "projekt größe"]
    );
    assert_eq!(words(&finder, "a falcon nine"), ["falcon nine"]);
    assert_eq!(words(&finder, "這個項目很好"), ["項目"]);
}

#[test]
fn the_category_is_the_operators_and_the_evidence_says_so() {
    let found = finder(&["Falcon"]).find("the falcon", &Hints::default());
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].category, found[0].evidence), (Category::Health, Evidence::Dictionary));
}

#[test]
fn a_word_does_not_cut_an_address() {
    assert_eq!(words(&finder(&["example"]), "jane@example.com of Example"), ["jane@example.com", "Example"]);
}

struct Names;

impl Recognizer for Names {
    fn recognize(&self, text: &str) -> Result<Vec<Finding>, RecognizerFailed> {
        let of = |span| Finding {
            span,
            kind: Kind::Person,
            country: None,
            category: Category::IdentityBasic,
            evidence: Evidence::Context,
        };
        Ok(vec![of(0..4), of(0..9), of(2..2), of(text.len()..text.len() + 5)])
    }
}

#[test]
fn a_recognizer_is_held_to_the_same_rules() {
    let finder = Finder::default().with_recognizer(Arc::new(Names));
    let words = |text| -> Vec<String> {
        let found = finder.try_find(text, &Hints::default()).unwrap();
        found.into_iter().map(|f| text[f.span].to_owned()).collect()
    };
    assert_eq!(words("Jane Doe, jane@example.com"), ["Jane Doe,", "jane@example.com"]);
    assert_eq!(words("é"), Vec::<String>::new());
}

struct Broken;

impl Recognizer for Broken {
    fn recognize(&self, _: &str) -> Result<Vec<Finding>, RecognizerFailed> {
        Err(RecognizerFailed::new("it is broken"))
    }
}

#[test]
fn a_recognizer_that_fails_is_not_taken_for_a_text_without_identifiers() {
    let finder = Finder::default().with_recognizer(Arc::new(Broken));
    let failed = finder.try_find("jane@example.com", &Hints::default()).unwrap_err();
    assert_eq!(failed.to_string(), "the recognizer could not search a text: it is broken");
}
