//! Versions of a model name: one serves, another gets a share of the conversations, and going back holds at once.

use border::{Alias, Shift};
use ledger::{Entry, VersionAct};
use serde_json::{Value, json};

use crate::house::{House, KEY, Plan};

/// The system `versioned` has one name with two versions.
const VERSIONED: &str = r#"
[[system]]
id = "versioned"
name = "Versioned"
exporter = "eu"
endpoints = ["dated", "newer"]
floor = { subject = "DE", data = ["identity_basic"], purposes = ["inference"], subject_citizenship = "DE", collected_in = "DE", directed_at = "DE", contains_personal = true, hipaa_covered = false, adds_local_personal_data = false, occasional = false, told_ai = true, obvious_ai = false, offered_to_public = true, synthetic_content_published = false, localisation_order = false }

[system.model_aliases.assistant]
versions = [{ id = "2025-08-07", endpoints = ["dated"] }, { id = "2025-11-01", endpoints = ["newer"] }]

[[key]]
id = "versioned-key"
system = "versioned"
sha256 = "{SHA}"
"#;

fn more() -> &'static str {
    use sha2::Digest;
    let endpoint = |id: &str, upstream: &str, model: &str| {
        format!(
            "[[endpoint]]\nid = \"{id}\"\nmodel = \"assistant\"\nupstream = {{ kind = \"openai\", url = \"{{{upstream}}}\", model = \"{model}\", credential = {{ file = \"{upstream}.key\" }} }}\nplace = \"DE\"\nsource = \"test\"\nchecked = \"2026-11-01\"\noperation = \"process_in_clear\"\nparties = [{{ role = \"operator\", vendor = \"rhein\", access = \"clear\", remote_access_from = [], keys_with_third_party = false, importer_adequate_law = false, importer_kind = \"private\", relation = \"vendor_agreement\" }}]\n"
        )
    };
    let sha = data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(VERSIONED_KEY));
    let text = VERSIONED.replace("{SHA}", &sha);
    let endpoints =
        endpoint("dated", "frankfurt", "big-2025-08-07") + &endpoint("newer", "paris", "big-20251101");
    Box::leak((endpoints + &text).into_boxed_str())
}

const VERSIONED_KEY: &str = "key-of-versioned";

async fn house() -> House {
    House::with(Plan { more: more(), ..Plan::default() }).await
}

fn alias() -> Alias {
    Alias { system: "versioned".to_owned(), name: "assistant".to_owned() }
}

fn promote(version: &str, share: Option<u8>) -> Shift {
    Shift::Promote { version: version.to_owned(), share }
}

fn say(words: &[&str]) -> Value {
    let roles = ["user", "assistant"].iter().cycle();
    let messages: Vec<Value> =
        words.iter().zip(roles).map(|(text, role)| json!({"role": role, "content": text})).collect();
    json!({"model": "assistant", "messages": messages})
}

async fn version(house: &House, body: &Value) -> String {
    let request =
        crate::house::post_with(&[("authorization", &format!("Bearer {VERSIONED_KEY}"))], body.to_string());
    let answer = house.send(request).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.header("x-comity-version").unwrap().to_owned()
}

#[tokio::test]
async fn a_version_gets_a_share_then_all_and_goes_back_at_once() {
    let house = house().await;
    assert_eq!(version(&house, &say(&["Hi"])).await, "2025-08-07", "the first one listed serves");
    house.border.shift(&alias(), &promote("2025-11-01", Some(30)), ("ops", "first look")).await.unwrap();
    let mut newer = Vec::new();
    for n in 0..60 {
        let opening = format!("Question {n}");
        let first = version(&house, &say(&[&opening])).await;
        if first == "2025-11-01" {
            newer.push(opening.clone());
        }
        if n < 10 {
            let later = version(&house, &say(&[&opening, "Yes?", "And then?"])).await;
            assert_eq!(later, first, "a conversation stays where it began");
        }
    }
    assert!((8..=30).contains(&newer.len()), "{} of 60 at 30 %", newer.len());
    house.border.shift(&alias(), &promote("2025-11-01", None), ("ops", "no complaints")).await.unwrap();
    assert_eq!(version(&house, &say(&["Hi"])).await, "2025-11-01");
    house.border.shift(&alias(), &Shift::Rollback, ("ops", "incident 43")).await.unwrap();
    for opening in &newer {
        assert_eq!(version(&house, &say(&[opening])).await, "2025-08-07");
    }
    let acts: Vec<(VersionAct, String, Option<u8>, String)> = house
        .entries()
        .into_iter()
        .filter_map(|e| if let Entry::Version(v) = e { Some((v.act, v.live, v.share, v.why)) } else { None })
        .collect();
    let row = |act, live: &str, share, why: &str| (act, live.to_owned(), share, why.to_owned());
    assert_eq!(
        acts,
        [
            row(VersionAct::Promote, "2025-08-07", Some(30), "first look"),
            row(VersionAct::Promote, "2025-11-01", None, "no complaints"),
            row(VersionAct::Rollback, "2025-08-07", None, "incident 43"),
        ]
    );
    house.end().await;
}

#[tokio::test]
async fn a_caller_names_the_model_and_never_its_version() {
    let house = house().await;
    let mut body = say(&["Hi"]);
    for name in ["assistant@2025-11-01", "assistant@", "assistant@2030-01-01"] {
        body["model"] = json!(name);
        let request = crate::house::post_with(
            &[("authorization", &format!("Bearer {VERSIONED_KEY}"))],
            body.to_string(),
        );
        assert_eq!(house.send(request).await.code(), "model_not_found", "{name}");
    }
    let listed = house.get(VERSIONED_KEY, "/v1/models").await.json();
    let names: Vec<&str> =
        listed["data"].as_array().unwrap().iter().map(|m| m["id"].as_str().unwrap()).collect();
    assert_eq!(names, ["assistant"]);
    assert_eq!(house.get(KEY, "/v1/models").await.status, 200);
    house.end().await;
}
