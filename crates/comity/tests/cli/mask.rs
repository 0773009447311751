//! `comity mask`: a text by its pseudonyms and back, or many as JSON Lines.

mod lines;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::run::{Run, Seen, comity};

/// Characters of one to four bytes, and one that is seen as one and has five.
const LETTER: &str = "Liebe Zoë 👩‍👩‍👧, write to jane.doe@example.com, pay DE44 5001 0517 5407 3249 31\n\
    or ring +49 30 901820. Born on 12.03.1980. Number 86 095 742 719.\n";
const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";

/// A folder with a key in it.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Desk {
        let desk = Desk(tempfile::tempdir().unwrap());
        desk.write("key", KEY);
        desk
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.file(name), text).unwrap();
    }

    /// `comity mask` with these arguments, of which those that begin with `@` are files of the desk.
    fn run(&self, args: &[&str]) -> Run {
        let args = args.iter().map(|arg| match arg.strip_prefix('@') {
            Some(name) => self.file(name).into_os_string(),
            None => arg.into(),
        });
        comity(["mask"]).args(args).calling(self.path(), "[desk]")
    }

    fn mask(&self, args: &[&str]) -> Run {
        self.run(&["--key", "@key"]).args(args.iter().map(|arg| match arg.strip_prefix('@') {
            Some(name) => self.file(name).into_os_string(),
            None => arg.into(),
        }))
    }
}

/// What stands at the characters that a finding names.
fn at(text: &str, finding: &Value) -> String {
    let [start, end] = ["start", "end"].map(|key| finding[key].as_u64().unwrap() as usize);
    text.chars().skip(start).take(end - start).collect()
}

#[test]
fn a_text_is_masked_and_its_findings_are_told() {
    let desk = Desk::new();
    insta::assert_snapshot!(desk.mask(&[]).input(LETTER).done().exits(0));
}

#[test]
fn a_text_is_one_object_for_programs() {
    let desk = Desk::new();
    let said = desk.mask(&[]).json().input(LETTER).done().exits(0).value();
    let findings = said["findings"].as_array().unwrap();
    let words: Vec<String> = findings.iter().map(|finding| at(LETTER, finding)).collect();
    assert_eq!(words[..2], ["jane.doe@example.com", "DE44 5001 0517 5407 3249 31"], "{said}");
    let originals: Vec<&str> =
        said["map"].as_array().unwrap().iter().map(|entry| entry["original"].as_str().unwrap()).collect();
    assert!(words.iter().all(|word| originals.contains(&word.as_str())), "{said}");
    let masked = said["masked"].as_str().unwrap();
    assert!(words.iter().all(|word| !masked.contains(word.as_str())), "{masked}");
    assert!(masked.starts_with("Liebe Zoë 👩‍👩‍👧, write to Email"), "{masked}");
    assert_eq!((&findings[1]["country"], &findings[1]["evidence"]), (&"DE".into(), &"shape".into()));
}

#[test]
fn a_map_undoes_a_mask() {
    let desk = Desk::new();
    let masked = desk.run(&["--map", "@letter.map"]).input(LETTER).done().exits(0);
    assert!(!masked.stdout.contains("jane.doe") && !masked.stderr.contains("jane.doe"), "{masked}");
    let mode = fs::metadata(desk.file("letter.map")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let restored = desk.run(&["--restore", "@letter.map"]).input(masked.raw()).done().exits(0);
    assert_eq!(restored.raw(), LETTER);
    assert_eq!(restored.stderr, "");
}

#[test]
fn a_map_is_not_overwritten() {
    let desk = Desk::new();
    desk.write("letter.map", "precious");
    for more in [&["--map", "@letter.map"][..], &["--jsonl", "--map", "@letter.map"]] {
        let seen = desk.run(more).input(LETTER).done().exits(2);
        assert_eq!(seen.stdout, "");
    }
    assert_eq!(fs::read_to_string(desk.file("letter.map")).unwrap(), "precious");
    insta::assert_snapshot!(desk.run(&["--map", "@letter.map"]).input(LETTER).done());
}

#[test]
fn a_map_in_its_file_is_not_in_the_answer_too() {
    let desk = Desk::new();
    let said = desk.mask(&["--map", "@letter.map"]).json().input(LETTER).done().exits(0);
    assert!(said.value().get("map").is_none());
    assert!(!said.raw().contains("jane.doe") && desk.file("letter.map").exists());
}

#[test]
fn one_key_gives_the_same_pseudonyms_and_no_key_gives_others() {
    let desk = Desk::new();
    let masked = |run: Run| run.input(LETTER).done().exits(0).raw().to_owned();
    assert_eq!(masked(desk.mask(&[])), masked(desk.mask(&[])));
    assert_ne!(masked(desk.run(&[])), masked(desk.run(&[])));
}

#[test]
fn what_keeps_it_from_masking_is_said() {
    let desk = Desk::new();
    desk.write("short", "00ff");
    desk.write("flat", &"00".repeat(32));
    desk.write("no.map", r#"[{"pseudonym": "Jane", "original": "x", "kind": "person"}]"#);
    let said = |args: &[&str]| desk.run(args).input(LETTER).done().exits(2).to_string();
    insta::assert_snapshot!(
        [
            said(&["--key", "@short"]),
            said(&["--key", "@flat"]),
            said(&["--key", "@absent"]),
            said(&["--country", "UK"]),
            said(&["--restore", "@absent"]),
            said(&["--restore", "@no.map"]),
            said(&["-C", "@nowhere"]),
        ]
        .concat()
    );
}

/// An estate with a name of its own, which no finder could know.
fn with_words(desk: &Desk, more: &str) -> PathBuf {
    let folder = desk.file("estate");
    crate::check::copy_into(&crate::run::retail(), &folder);
    let words = "[[dictionary]]\nid = \"projects\"\nkind = \"term\"\nwords = [\"Blue \\\"Heron\\\"\"]\n";
    fs::write(folder.join("words.toml"), format!("{words}{more}")).unwrap();
    folder
}

const SECRET: &str = "Say nothing of Blue \"Heron\" yet.";

#[test]
fn the_words_of_an_estate_are_masked_too() {
    let desk = Desk::new();
    let folder = with_words(&desk, "");
    let named = desk.mask(&[]).on(&folder).input(SECRET).done().exits(0);
    assert!(named.stdout.starts_with("Say nothing of Term") && !named.stdout.contains("Heron"), "{named}");
    assert_eq!(named.stderr, "term, trade_secret, characters 15..27, dictionary\n");
    let found = desk.mask(&[]).within(&folder).input(SECRET).done().exits(0);
    assert_eq!(found.stdout, named.stdout);
}

#[test]
fn an_estate_that_does_not_load_is_an_error_only_where_it_was_named() {
    let desk = Desk::new();
    let folder = with_words(&desk, "colour = \"blue\"\n");
    let named = desk.mask(&[]).on(&folder).input(SECRET).done().exits(2);
    assert!(named.stdout.is_empty() && named.stderr.contains("colour"), "{named}");
    let found: Seen = desk.mask(&[]).within(&folder).input(SECRET).done().exits(0);
    assert_eq!(found.stdout, SECRET);
    insta::assert_snapshot!(found.stderr);
    // Also where it is the folder that would be taken anyway.
    desk.mask(&["-C", "."]).within(&folder).input(SECRET).done().exits(2);
}

#[test]
fn a_text_that_is_no_text_is_refused() {
    let desk = Desk::new();
    let latin = b"Zo\xeb, jane.doe@example.com".as_slice();
    desk.write("empty.map", "[]");
    insta::assert_snapshot!(
        [
            desk.mask(&[]).input(latin).done().exits(2).to_string(),
            desk.run(&["--restore", "@empty.map"]).input(latin).done().exits(2).to_string(),
        ]
        .concat()
    );
}

/// Without it names would pass unseen that the operator wants seen.
#[cfg(not(feature = "onnx"))]
#[test]
fn a_recognizer_that_this_build_does_not_have_is_not_done_without() {
    let desk = Desk::new();
    let files = "library = 'l'\nmodel = 'names.onnx'\ntokenizer = 't'\nlabels = 'c'";
    desk.write(
        "estate.toml",
        &format!("[organization]\nname = 'Home'\nseat = 'DE'\n[recognizer]\n{files}\n"),
    );
    let seen = desk.mask(&["-C", "@"]).input(LETTER).done().exits(2);
    assert_eq!(seen.stdout, "");
    let why = "this build has no recognizer: build with `--features onnx`";
    assert!(seen.stderr.contains(why) && seen.stderr.contains("names.onnx"), "{seen}");
}
