//! `comity demo` with the real model: the main job as a newcomer sees it.

use std::path::Path;

use serde_json::Value;

use crate::run::{Run, comity};

/// The demo, its ledger in a folder of the test's own.
fn demo(folder: &tempfile::TempDir) -> Run {
    let model = std::env::var_os("COMITY_MODEL").unwrap_or_else(|| {
        panic!("COMITY_MODEL is not set: run `cargo xtask test`, which gets the model for this test")
    });
    comity(["demo"]).env("COMITY_MODEL", model).env("TMPDIR", folder.path())
}

/// Which key asks for which model, at which attempt it was answered, and what came of it: the endpoint and its place, or the
/// status and code of the error.
const SCENES: [(&str, &str, u64, &str); 13] = [
    ("demo-support-eu", "assistant", 1, "rhein-frankfurt in DE"),
    ("demo-support-eu", "assistant", 1, "rhein-frankfurt in DE"),
    ("demo-support-eu", "assistant-mumbai", 0, "403 refused_by_law"),
    ("demo-support-eu", "assistant", 2, "rhein-paris in FR"),
    ("demo-support-eu", "assistant-overseas", 0, "403 refused_by_law"),
    ("demo-support-us", "assistant", 1, "columbia-virginia in US-VA"),
    ("demo-support-us", "assistant-covered", 0, "403 refused_by_law"),
    ("demo-support-cn", "assistant", 1, "rhein-frankfurt in DE"),
    ("demo-campaign-cn", "assistant", 1, "rhein-frankfurt in DE"),
    ("demo-support-in", "assistant", 1, "ganga-mumbai in IN"),
    ("demo-payments-in-archive", "assistant", 1, "ganga-mumbai in IN"),
    ("demo-payments-in-scoring", "assistant-deletes", 1, "rhein-frankfurt in DE"),
    ("demo-payments-in-scoring", "assistant-keeps", 0, "403 refused_by_law"),
];

#[test]
fn every_scene_ends_as_the_law_says_and_everything_verifies() {
    let folder = tempfile::tempdir().unwrap();
    let said = demo(&folder).json().done().exits(0).value();
    let scenes = said["scenes"].as_array().unwrap();
    let ended: Vec<(&str, &str, u64, String)> = scenes
        .iter()
        .map(|s| {
            (
                s["key"].as_str().unwrap(),
                s["model"].as_str().unwrap(),
                s["attempt"].as_u64().unwrap_or(0),
                end(s),
            )
        })
        .collect();
    let ended: Vec<(&str, &str, u64, &str)> =
        ended.iter().map(|(k, m, n, end)| (*k, *m, *n, end.as_str())).collect();
    assert_eq!(ended, SCENES);

    let verified = &said["verified"];
    assert_eq!((&verified["holds"], &verified["receipts"]), (&true.into(), &13.into()), "{verified}");
    // One dead endpoint was tried and is on record beside the nine that answered.
    assert_eq!(
        (&verified["ledger"]["admissions"], &verified["ledger"]["refusals"]),
        (&10.into(), &4.into()),
        "{verified}"
    );

    let ledger = Path::new(verified["folder"].as_str().unwrap());
    assert!(ledger.starts_with(folder.path()), "{}", ledger.display());
    let args =
        ["verify".into(), "--vkey".into(), ledger.join("log.vkey").into_os_string(), "--ledger".into()];
    comity(args.into_iter().chain([ledger.as_os_str().to_owned()])).done().exits(0);
}

/// How a scene ended.
fn end(scene: &Value) -> String {
    if scene["status"] == 200 {
        assert!(!scene["answer"].as_str().unwrap().trim().is_empty(), "the model said nothing: {scene}");
        return format!("{} in {}", scene["endpoint"].as_str().unwrap(), scene["place"].as_str().unwrap());
    }
    let comity = &scene["error"]["comity"];
    assert!(
        comity["cite"].is_string() && comity["provision"].is_string(),
        "a refusal cites the law: {scene}"
    );
    format!("{} {}", scene["status"], scene["error"]["code"].as_str().unwrap_or_default())
}

#[test]
fn in_a_pipe_it_is_plain_text() {
    let folder = tempfile::tempdir().unwrap();
    let seen = demo(&folder).done().exits(0);
    assert!(!seen.stdout.contains('\u{1b}') && !seen.stderr.contains('\u{1b}'), "{seen}");
    for said in [
        "every endpoint is served on this machine by the embedded engine",
        "rhein-paris in FR",
        "GDPR Art. 44-46",
        "28 CFR 202.401",
        "RBI circular",
        "Verified: 13 receipts",
        "comity serve",
        "curl ",
        "from openai import OpenAI",
    ] {
        assert!(seen.stdout.to_lowercase().contains(&said.to_lowercase()), "`{said}` is not in:\n{seen}");
    }
}

#[test]
fn without_a_model_it_says_how_to_get_one() {
    let nowhere = tempfile::tempdir().unwrap();
    let absent = nowhere.path().join("absent.gguf");
    let without = comity(["demo"]).env("XDG_CACHE_HOME", nowhere.path()).done().to_string();
    let run = comity(["demo".as_ref(), "--model".as_ref(), absent.as_os_str()]).env("TMPDIR", nowhere.path());
    insta::assert_snapshot!(without + &run.calling(&absent, "[model]").done().to_string());
}
