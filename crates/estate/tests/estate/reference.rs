//! The list of keys is what the loader reads: no key is declared and then ignored.

use estate::{Estate, SECTIONS};

/// A value that no key accepts.
const ODD: &str = "2026-01-01T00:00:00Z";

/// How an entry with one odd key is written, by the section's name.
fn entry(section: &str, key: &str) -> String {
    let part = section.trim_matches('`');
    if part.starts_with('[') {
        let upstream = if part == "[[endpoint]]" && key != "upstream" {
            "upstream = { kind = \"embedded\" }"
        } else {
            ""
        };
        let upstream =
            if part == "[telemetry]" && key != "url" { "url = \"https://otel.example\"" } else { upstream };
        return format!("{part}\n{upstream}\n{key} = {ODD}\n");
    }
    let inside = match section {
        "an owner of a `[[vendor]]`" => "[[vendor]]\nowners = [{ @ }]",
        "`upstream` of an `[[endpoint]]`" if key == "kind" => "[[endpoint]]\nupstream = { @ }",
        "`upstream` of an `[[endpoint]]`" => "[[endpoint]]\nupstream = { kind = \"openai\", @ }",
        "`credential` of an `upstream`, `mask_key` of the `[gateway]`" => {
            "[[endpoint]]\nupstream = { kind = \"openai\", credential = { @ } }"
        }
        "a party of an `[[endpoint]]`" => "[[endpoint]]\nparties = [{ @ }]",
        "`price` of an `[[endpoint]]`" => "[[endpoint]]\nprice = { @ }",
        "`timeouts` of an `[[endpoint]]`" => "[[endpoint]]\ntimeouts = { @ }",
        "a name in `model_aliases` of a `[[system]]`" => "[[system]]\nmodel_aliases = { name = { @ } }",
        "a version of a name in `model_aliases`" => {
            "[[system]]\nmodel_aliases = { name = { versions = [{ @ }] } }"
        }
        "`floor` of a `[[system]]`" => "[[system]]\nfloor = { @ }",
        "`caller` of a `[[system]]`" => "[[system]]\ncaller = { @ }",
        "`subject` of a `caller`" => "[[system]]\ncaller = { subject = { @ } }",
        "`document` of an `[[agreement]]` or a `[[surge]]`" => "[[agreement]]\ndocument = { @ }",
        "`ledger` of the `[gateway]`" => "[gateway]\nledger = { @ }",
        other => panic!("how is {other} written?"),
    };
    inside.replace('@', &format!("{key} = {ODD}")) + "\n"
}

#[test]
fn every_key_of_the_reference_is_read() {
    for section in SECTIONS {
        for key in section.keys {
            let text = entry(section.name, key.name);
            let faults = Estate::from_files(vec![("x".to_owned(), text.clone())]).unwrap_err().faults;
            let odd = |f: &estate::EstateFault| f.span().is_some_and(|s| text.get(s) == Some(ODD));
            assert!(faults.iter().any(odd), "{} of {} is not read: {faults:?}", key.name, section.name);
            let unknown = faults.iter().find(|f| f.cause.reason() == "unknown_key");
            assert!(unknown.is_none(), "{unknown:?}");
        }
    }
}

#[test]
fn a_key_that_has_to_be_there_is_missed() {
    for section in SECTIONS.iter().filter(|s| s.name.starts_with("`[[")) {
        let text = format!("{}\n", section.name.trim_matches('`'));
        let faults = Estate::from_files(vec![("x".to_owned(), text)]).unwrap_err().faults;
        let shown = faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        for key in section.keys.iter().filter(|k| k.required) {
            assert!(shown.contains(&format!("{} needs the key `{}`", section.name, key.name)), "{shown}");
        }
    }
}
