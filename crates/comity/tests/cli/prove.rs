//! `comity law prove`: what is so of the law for every flow, and the flow of which it is not so.

use crate::run::comity;

#[test]
fn a_book_is_proved_alive() {
    let said = comity(["law", "prove", "in/rbi", "--as-of", "2026-11-21"]).json().done().exits(0).value();
    assert!(said["method"]["solver"]["cvc5"].is_string(), "the program `cvc5` is not installed: {said}");
    assert_eq!((&said["dead"], &said["can_fail"]), (&serde_json::json!([]), &serde_json::json!([])));
}

#[test]
fn china_let_go_of_some_exports_in_2024_and_a_flow_shows_it() {
    let asked = ["law", "prove", "cn/pipl", "--since", "2024-03-21", "--as-of", "2024-03-22"];
    let said = comity(asked).json().done().exits(0).value();
    assert_eq!(said["whole"]["not_looser"]["outcome"], "refuted", "{said}");
    assert!(
        said["whole"]["not_looser"]["flow"]["export_from"].as_str().is_some_and(|p| p.starts_with("CN")),
        "{said}"
    );
    let claimed = [&asked[..], &["--claim", "not-looser"]].concat();
    comity(claimed).json().done().exits(1);
}

#[test]
fn a_change_since_nowhere_is_unusable() {
    let said = comity(["law", "prove", "--since", "no-such-folder"]).done().exits(2);
    assert!(said.to_string().contains("neither a day (YYYY-MM-DD) nor a folder of rulebooks"), "{said}");
}
