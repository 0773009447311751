//! The golden matrix beside the rulebooks is what the law says, and every rulebook shows in it.

use std::path::Path;

use law::golden::{self, Axes};
use law::{Law, cases};

const HELP: &str = "run `cargo xtask law golden` and review the diff";

fn committed(file: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rulebooks/golden");
    std::fs::read_to_string(folder.join(file)).unwrap_or_default()
}

/// The first line in which two texts differ.
fn first_difference(committed: &str, now: &str) -> String {
    let differing = committed.lines().zip(now.lines()).find(|(a, b)| a != b);
    differing
        .map_or("one is longer than the other".to_owned(), |(a, b)| format!("committed: {a}\nnow:       {b}"))
}

#[test]
fn the_golden_matrix_is_what_the_law_says() {
    let law = Law::embedded().unwrap();
    let axes = Axes::read(&committed("axes.toml")).unwrap();
    let now = golden::matrix(&law, &axes).unwrap();
    let then = committed("matrix.txt");
    assert!(then == now, "the law rules otherwise than committed; {HELP}\n{}", first_difference(&then, &now));
}

#[test]
fn every_worked_case_is_ruled_as_committed() {
    let now = golden::cases(&Law::embedded().unwrap(), &cases::embedded().unwrap()).unwrap();
    let then = committed("cases.txt");
    assert!(
        then == now,
        "cases are ruled otherwise than committed; {HELP}\n{}",
        first_difference(&then, &now)
    );
}

#[test]
fn every_rulebook_shows_in_the_golden_matrix() {
    let law = Law::embedded().unwrap();
    let axes = Axes::read(&committed("axes.toml")).unwrap();
    assert_eq!(
        golden::unseen(&law, &axes).unwrap(),
        Vec::<&str>::new(),
        "`golden/axes.toml` lacks a use that shows them"
    );
}
