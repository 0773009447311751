//! A recognizer that runs a model: one made for the test, whose labels follow from the numbers of tokens alone.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use mask::{Evidence, Finder, Finding, Hints, Kind, Recognizer};
use recognizer::{Onnx, OpenError, Options};
use tempfile::TempDir;

/// Tokens by number, each with its label. The last one's row is beyond the table of scores.
const TOKENS: [(&str, &str); 9] = [
    ("[UNK]", "O"),
    ("[CLS]", "O"),
    ("[SEP]", "O"),
    ("wrote", "O"),
    ("Ada", "B-PER"),
    ("Lovelace", "I-PER"),
    ("Zürich", "B-LOC"),
    ("Acme", "B-ORG"),
    ("beyond", ""),
];
const LABELS: &str = r#"{"id2label": {"0": "O", "1": "B-PER", "2": "I-PER", "3": "B-LOC", "4": "B-ORG"}}"#;

struct Parts {
    options: Options,
    _folder: TempDir,
}

impl Parts {
    fn made() -> Parts {
        let folder = TempDir::new().unwrap();
        let file = |name: &str| folder.path().join(name);
        std::fs::write(file("tokenizer.json"), tokenizer()).unwrap();
        std::fs::write(file("config.json"), LABELS).unwrap();
        let library = model(&file("model.onnx"));
        let options = Options {
            library,
            model: file("model.onnx"),
            tokenizer: file("tokenizer.json"),
            labels: file("config.json"),
            max_tokens: 16,
        };
        Parts { options, _folder: folder }
    }

    fn opened(&self) -> Onnx {
        Onnx::open(&self.options).unwrap()
    }
}

/// Writes the model; gives the library that runs it.
fn model(file: &Path) -> PathBuf {
    let python = std::env::var_os("COMITY_PYTHON").unwrap_or_else(|| {
        panic!(
            "COMITY_PYTHON is not set: run `cargo xtask test`, which makes a Python with ONNX for this test"
        )
    });
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/model.py");
    let labels = TOKENS.iter().map(|(_, label)| label).filter(|label| !label.is_empty());
    let output = Command::new(python).arg("-B").arg(script).arg(file).args(labels).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().into()
}

/// Words as tokens, with the marks of the BERT family around them.
fn tokenizer() -> String {
    let vocab: Vec<String> = TOKENS.iter().enumerate().map(|(n, (t, _))| format!("\"{t}\": {n}")).collect();
    format!(
        r#"{{"version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "normalizer": null,
        "pre_tokenizer": {{"type": "Whitespace"}},
        "post_processor": {{"type": "BertProcessing", "sep": ["[SEP]", 2], "cls": ["[CLS]", 1]}}, "decoder": null,
        "model": {{"type": "WordLevel", "vocab": {{{}}}, "unk_token": "[UNK]"}}}}"#,
        vocab.join(", ")
    )
}

fn said<'t>(text: &'t str, found: &[Finding]) -> Vec<(&'t str, Kind)> {
    found.iter().map(|f| (&text[f.span.clone()], f.kind)).collect()
}

#[test]
fn names_places_and_organizations_are_found_where_they_stand() {
    let onnx = Parts::made().opened();
    let text = "« Ada Lovelace » wrote Ada, Acme & Zürich.";
    let found = onnx.recognize(text).unwrap();
    let expected = [
        ("Ada Lovelace", Kind::Person),
        ("Ada", Kind::Person),
        ("Acme", Kind::Organization),
        ("Zürich", Kind::Address),
    ];
    assert_eq!(said(text, &found), expected);
    assert!(found.iter().all(|f| f.evidence == Evidence::Context && f.category == f.kind.category()));
    assert_eq!(onnx.recognize("").unwrap(), []);
    assert_eq!(onnx.recognize(" \n").unwrap(), []);
}

#[test]
fn a_text_longer_than_the_model_reads_is_searched_whole() {
    let onnx = Parts::made().opened();
    for before in 0..40 {
        let text = format!("{}Ada Lovelace{} Acme", "wrote ".repeat(before), " wrote".repeat(25));
        let found = onnx.recognize(&text).unwrap();
        let expected = [("Ada Lovelace", Kind::Person), ("Acme", Kind::Organization)];
        assert_eq!(said(&text, &found), expected, "after {before} words");
    }
}

#[test]
fn a_model_that_fails_while_it_runs_is_not_taken_for_a_text_without_names() {
    let onnx = Parts::made().opened();
    let finder = Finder::default().with_recognizer(Arc::new(onnx));
    let find = |text| finder.try_find(text, &Hints::default());
    let failed = find("Ada went beyond").unwrap_err();
    assert!(failed.to_string().contains("the model"), "{failed}");
    let text = "Ada wrote jane@example.com";
    assert_eq!(said(text, &find(text).unwrap()), [("Ada", Kind::Person), ("jane@example.com", Kind::Email)]);
}

#[test]
fn what_does_not_open_names_the_file_at_fault() {
    let parts = Parts::made();
    let refused = |change: fn(&mut Options)| {
        let mut options = parts.options.clone();
        change(&mut options);
        Onnx::open(&options).unwrap_err()
    };
    let no_library = refused(|o| o.library = o.labels.clone());
    assert!(matches!(no_library, OpenError::NoLibrary(_) | OpenError::OtherLibrary(_)), "{no_library}");
    let no_model = refused(|o| o.model = o.labels.clone());
    assert!(
        matches!(&no_model, OpenError::UnreadableModel(e) if e.file == parts.options.labels),
        "{no_model}"
    );
    let no_tokenizer = refused(|o| o.tokenizer = o.model.clone());
    assert!(matches!(&no_tokenizer, OpenError::UnreadableTokenizer(_)), "{no_tokenizer}");
    let missing = refused(|o| o.labels = "/nowhere".into());
    assert!(matches!(&missing, OpenError::UnreadableLabels(_)), "{missing}");
    std::fs::write(&parts.options.labels, r#"{"id2label": {"0": "O", "1": "B-PER"}}"#).unwrap();
    let fewer = refused(|_| ());
    assert!(matches!(fewer, OpenError::NotRunning(_)), "{fewer}");
}
