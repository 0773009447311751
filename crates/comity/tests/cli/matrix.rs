//! `comity matrix`: one use of AI across all jurisdictions, under a small law that each kind of answer follows from.

use std::path::Path;

use serde_json::{Value, json};

use crate::house::House;
use crate::run::{Seen, comity, retail};

const BOOK: &str = r#"
id = "xx/ads"
title = "Advertisements"
instrument = "A law"
source = "https://example.org/law"
checked = "2026-05-01"
[hook]
places = ["BR", "CN", "JP", "KR", "RU", "CL", "US-NY"]
axes = ["subject_residence", "export_from"]
[[coverage]]
places = ["BR", "CN", "JP", "KR", "RU", "CL", "US", "US-NY", "DE"]
scope = "advertisements"
[[threshold]]
id = "xx/ads/large"
value = 10
unit = "persons"
window = "12_months"
cite = "Korea Art. 1"
"#;

const RULES: &str = r#"
@id("xx/ads/br") @effect("condition") @cite("Brazil Art. 1") @summary("Data leave Brazil with clauses or consent.") @confidence("low")
forbid (principal, action, resource) when { context.export_from in Place::"BR" && !(context.to in Place::"BR") };
@way("xx/ads/br") @all("scc:BR") @cite("Brazil Art. 2")
forbid (principal, action, resource);
@way("xx/ads/br") @all("consent_informed_transfer") @cite("Brazil Art. 3")
forbid (principal, action, resource);
@id("xx/ads/cn") @effect("condition") @cite("China Art. 1") @summary("Data leave China after an assessment.") @checked("2026-02-01")
forbid (principal, action, resource) when { context.export_from in Place::"CN" && !(context.to in Place::"CN") };
@way("xx/ads/cn") @all("assessment:CN & separate_consent") @cite("China Art. 2")
forbid (principal, action, resource);
@id("xx/ads/jp") @effect("duty") @cite("Japan Art. 1") @summary("Tell people that their prices are their own.")
forbid (principal, action, resource) when { context.subject_residence in Place::"JP" && context.purposes.contains("dynamic_pricing") };
@way("xx/ads/jp") @all("notice_given") @cite("Japan Art. 2")
forbid (principal, action, resource);
@id("xx/ads/kr") @effect("forbid") @cite("Korea Art. 1") @summary("Large exports are forbidden.")
forbid (principal, action, resource) when { context.export_from in Place::"KR" && !(context.to in Place::"KR") && context.persons_12_months > Threshold::"xx/ads/large".value };
@id("xx/ads/ru") @effect("forbid") @cite("Russia Art. 1") @summary("Data stay in Russia.")
forbid (principal, action, resource) when { context.export_from in Place::"RU" && !(context.to in Place::"RU") };
"#;

/// The small law in a folder.
fn law() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let book = folder.path().join("xx/ads");
    std::fs::create_dir_all(&book).unwrap();
    std::fs::write(book.join("book.toml"), BOOK).unwrap();
    std::fs::write(book.join("rules.cedar"), RULES).unwrap();
    folder
}

const TO_US: [&str; 6] = ["--purpose", "dynamic_pricing", "--data", "behavioural", "--to", "US"];

fn asked(law: &Path, more: &[&str]) -> Seen {
    let run = comity(["matrix", "--law"]).args([law.to_str().unwrap()]).args(more);
    run.calling(law, "[law]").done()
}

fn places(said: &Value) -> &Vec<Value> {
    said["jurisdictions"].as_array().unwrap()
}

fn place<'a>(said: &'a Value, code: &str) -> &'a Value {
    places(said).iter().find(|j| j["place"] == code).unwrap()
}

#[test]
fn each_jurisdiction_has_its_line_and_what_is_needed() {
    insta::assert_snapshot!(asked(law().path(), &TO_US));
}

#[test]
fn each_jurisdiction_is_an_object_for_programs() {
    let folder = law();
    let said = asked(folder.path(), &[&TO_US[..], &["--format", "json"]].concat()).exits(0).value();
    let codes = |key: &dyn Fn(&Value) -> String| {
        let of = |code: &&str| key(place(&said, code));
        ["BR", "CN", "JP", "KR", "RU", "CL", "AF"].iter().map(of).collect::<String>()
    };
    assert_eq!(codes(&|j| j["code"].as_str().unwrap().to_owned()), "CAHUPF.");
    assert_eq!(codes(&|j| j["at_home"]["code"].as_str().unwrap().to_owned()), "FFHFFF.");
    assert_eq!(said["counts"]["prohibited"], 1);
    insta::assert_json_snapshot!([place(&said, "BR"), place(&said, "CN"), place(&said, "JP")]);
}

#[test]
fn facts_and_safeguards_that_are_stated_count() {
    let folder = law();
    let code = |more: &[&str], of: &str| {
        let said = asked(folder.path(), &[&TO_US[..], more, &["--format", "json"]].concat()).exits(0).value();
        place(&said, of)["code"].clone()
    };
    let of = ["--fact", "volume_unit=persons", "--fact", "volume_window=12_months", "--volume"];
    assert_eq!(code(&[&of[..], &["11"]].concat(), "KR"), "P");
    assert_eq!(code(&[&of[..], &["10"]].concat(), "KR"), "F");
    assert_eq!(code(&["--safeguard", "scc:BR"], "BR"), "F");
}

#[test]
fn a_file_says_the_flow_and_flags_go_before_it() {
    let folder = law();
    let file = folder.path().join("flow.json");
    // The people of the file are not those who are asked about.
    let flow = json!({"subject_residence": "DE", "export_from": "DE", "data": ["behavioural"], "purpose": "marketing", "facts": {"occasional": true}});
    std::fs::write(&file, flow.to_string()).unwrap();
    let file = file.to_str().unwrap();
    let said = |more: &[&str]| {
        asked(folder.path(), &[&["--flow", file, "--format", "json"], more].concat()).exits(0).value()
    };
    let home = said(&[]);
    assert_eq!(
        (&place(&home, "BR")["asked_of"], &place(&home, "BR")["code"]),
        (&json!("at_home"), &json!("F"))
    );
    assert_eq!(place(&home, "JP")["code"], "F", "marketing is not pricing");
    let given = said(&["--purpose", "dynamic_pricing", "--to", "US", "--fact", "told_ai=true"]);
    assert_eq!(
        (&place(&given, "BR")["asked_of"], &place(&given, "BR")["code"]),
        (&json!("as_given"), &json!("C"))
    );
    assert_eq!(place(&given, "JP")["code"], "H");
}

#[test]
fn what_cannot_be_asked_says_why() {
    let folder = law();
    std::fs::write(folder.path().join("list.json"), "[]").unwrap();
    std::fs::write(folder.path().join("broken.json"), "{").unwrap();
    let with = |name: &str| {
        asked(folder.path(), &["--flow", folder.path().join(name).to_str().unwrap()]).exits(2).to_string()
    };
    insta::assert_snapshot!(
        [
            asked(folder.path(), &[]).exits(2).to_string(),
            with("absent.json"),
            with("list.json"),
            with("broken.json"),
            asked(folder.path(), &["--purpose", "pricing"]).exits(2).to_string(),
            comity(["matrix", "--system", "support-uk"]).on(retail()).done().exits(2).to_string(),
            comity(["matrix", "--system", "support-eu", "--to", "US"])
                .on(retail())
                .done()
                .exits(2)
                .to_string(),
            comity(["matrix", "--purpose", "marketing", "--html", "/no/such/folder/page.html"])
                .done()
                .exits(2)
                .to_string(),
        ]
        .concat()
    );
}

/// Brazil would rather have its people's data anywhere but in Germany, and Russia nowhere but at home.
const PICKY: &str = r#"
@id("xx/ads/br") @effect("forbid") @cite("Brazil Art. 1") @summary("Not to Germany.")
forbid (principal, action, resource) when { context.directed_at in Place::"BR" && context.to in Place::"DE" };
@id("xx/ads/br-fr") @effect("condition") @cite("Brazil Art. 2") @summary("To France with clauses.")
forbid (principal, action, resource) when { context.subject_residence in Place::"BR" && context.to in Place::"FR" };
@way("xx/ads/br-fr") @all("scc:BR") @cite("Brazil Art. 3")
forbid (principal, action, resource);
@id("xx/ads/br-us") @effect("duty") @cite("Brazil Art. 4") @summary("Tell people.")
forbid (principal, action, resource) when { context.subject_citizenship in Place::"BR" && context.to in Place::"US" };
@id("xx/ads/ru") @effect("forbid") @cite("Russia Art. 1") @summary("Data stay in Russia.")
forbid (principal, action, resource) when { context.collected_in in Place::"RU" && !(context.to in Place::"RU") };
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_system_is_asked_about_on_its_best_endpoint() {
    let (house, folder) = (House::build().await, law());
    std::fs::write(folder.path().join("xx/ads/rules.cedar"), PICKY).unwrap();
    let law = folder.path().to_str().unwrap();
    let run = || comity(["matrix", "--system", "desk", "--law", law]).on(house.path());
    let said = run().json().done().exits(0).value();
    let answer = |code: &str| (place(&said, code)["code"].clone(), place(&said, code)["endpoint"].clone());
    assert_eq!(answer("DE"), (json!("F"), json!("home")));
    assert_eq!(answer("BR"), (json!("H"), json!("away")));
    assert_eq!(answer("RU"), (json!("P"), json!("home")), "where nothing helps, the first is as good as any");
    assert_eq!(answer("AF").0, ".");
    let text = run().done().exits(0).stdout;
    assert!(text.contains("on away: Brazil Art. 4: Tell people."), "{text}");
}
