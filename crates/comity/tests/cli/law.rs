//! `comity law`: what is known, what changes when, what differs, how two regimes compare. Against a small law of its own, so
//! that the law of the world may change.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::check::replace;
use crate::house;
use crate::run::{Run, comity};

/// Germany asks for clauses to send data out, and for more from 2027-03-01; Ghana is known to ask for nothing.
pub(crate) struct SmallLaw(TempDir);

impl SmallLaw {
    pub(crate) fn write() -> SmallLaw {
        let law = SmallLaw(tempfile::tempdir().unwrap());
        for (file, text) in [
            ("de/act/book.toml", include_str!("law/de-book.toml")),
            ("de/act/rules.cedar", include_str!("law/de-rules.cedar")),
            ("de/act/cases.toml", include_str!("law/de-cases.toml")),
            ("gh/act/book.toml", include_str!("law/gh-book.toml")),
            ("gh/act/rules.cedar", include_str!("law/gh-rules.cedar")),
            ("treaties/club/book.toml", include_str!("law/club-book.toml")),
        ] {
            let file = law.file(file);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        law
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }
}

/// `comity law ...` on a small law.
fn ask(law: &SmallLaw, args: &[&str]) -> Run {
    let folder = law.path().to_str().unwrap();
    comity(["law"].iter().chain(args).chain(&["--law", folder])).calling(law.path(), "[law]")
}

/// Adds two regimes that keep payments at home, one that takes German clauses with an addendum, and what it takes.
fn with_more(law: SmallLaw) -> SmallLaw {
    for (place, rules) in [
        ("IN", include_str!("law/in-rules.cedar")),
        ("RU", include_str!("law/ru-rules.cedar")),
        ("GB", include_str!("law/gb-rules.cedar")),
    ] {
        let id = format!("{}/act", place.to_lowercase());
        std::fs::create_dir_all(law.file(&id)).unwrap();
        let book = include_str!("law/gh-book.toml").replace("gh/act", &id).replace("GH", place);
        std::fs::write(law.file(&format!("{id}/book.toml")), book).unwrap();
        std::fs::write(law.file(&format!("{id}/rules.cedar")), rules).unwrap();
    }
    std::fs::write(law.file("equivalence.toml"), include_str!("law/equivalence.toml")).unwrap();
    law
}

/// The house's estate, without upstreams: nothing is sent.
fn estate() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let url = "https://models.example";
    let endpoints = [("home", "near", "DE"), ("second", "near", "FR"), ("away", "far", "US-VA")];
    let endpoints = endpoints.map(|(id, vendor, place)| house::endpoint(id, vendor, place, url)).concat();
    for (name, text) in
        [("estate.toml", house::ESTATE), ("endpoints.toml", &endpoints), ("systems.toml", &house::systems())]
    {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

#[test]
fn the_list_tells_what_is_known_how_fresh_and_how_sure() {
    let law = SmallLaw::write();
    insta::assert_snapshot!(ask(&law, &["list"]).done().exits(0));
    insta::assert_snapshot!(ask(&law, &["list", "de/"]).json().done().exits(0).stdout);
}

#[test]
fn the_list_names_the_places_where_nobody_looked() {
    let law = SmallLaw::write();
    let said = ask(&law, &["list", "--uncovered"]).json().done().exits(0).value();
    let uncovered: Vec<&str> =
        said["uncovered"].as_array().unwrap().iter().map(|p| p.as_str().unwrap()).collect();
    assert!(
        uncovered.contains(&"IT") && !uncovered.contains(&"DE") && !uncovered.contains(&"GH"),
        "{uncovered:?}"
    );
    let text = ask(&law, &["list", "--uncovered"]).done().exits(0).stdout;
    assert!(text.contains(" IT ") && text.contains(&format!("{} countries", uncovered.len())), "{text}");
}

#[test]
fn a_place_without_a_rulebook_is_told_apart_from_one_that_nobody_looked_at() {
    let law = SmallLaw::write();
    let list = |prefix: &str| ask(&law, &["list", prefix]).done().to_string();
    insta::assert_snapshot!([list("gh"), list("FR"), list("IT"), list("gg/ac")].concat());
}

#[test]
fn overdue_reviews_are_marked() {
    let law = SmallLaw::write();
    let text = |day: &str| {
        let said = ask(&law, &["list", "de", "--as-of", day]).done().exits(0).stdout;
        said.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert!(!text("2026-12-31").contains("OVERDUE"));
    assert!(text("2027-01-01").contains("review by 2026-12-31: OVERDUE"));
}

#[test]
fn a_rulebook_is_shown_with_lists_thresholds_and_ways() {
    insta::assert_snapshot!(ask(&SmallLaw::write(), &["show", "de/act"]).done().exits(0));
}

#[test]
fn a_provision_is_shown_with_its_text() {
    insta::assert_snapshot!(ask(&SmallLaw::write(), &["show", "de/act/1"]).done().exits(0));
}

#[test]
fn entries_are_data_for_programs() {
    let law = SmallLaw::write();
    let show = |id: &str| ask(&law, &["show", id]).json().done().exits(0);
    insta::assert_snapshot!(show("de/act/1").stdout);
    let germany = show("DE").value();
    assert_eq!(germany["books"][0]["id"], "de/act");
    assert_eq!(germany["books"][0]["provisions"][0]["ways"][0]["all"][0], "scc:EU");
    assert_eq!(show("IT").value()["covered"], false);
}

#[test]
fn an_unknown_entry_is_answered_with_the_nearest() {
    let law = SmallLaw::write();
    let show = |id: &str| ask(&law, &["show", id]).done().to_string();
    insta::assert_snapshot!([show("de/akt"), show("de/act/11"), show("Germany, West")].concat());
}

#[test]
fn the_calendar_tells_what_changes_when() {
    let law = SmallLaw::write();
    insta::assert_snapshot!(ask(&law, &["calendar"]).done().exits(0));
    insta::assert_snapshot!(ask(&law, &["calendar", "--until", "2026-12-31"]).json().done().exits(0).stdout);
    insta::assert_snapshot!(ask(&law, &["calendar", "--until", "2026-11-01"]).done());
}

#[test]
fn the_calendar_names_the_systems_that_are_ruled_otherwise() {
    let (law, estate) = (SmallLaw::write(), estate());
    insta::assert_snapshot!(
        ask(&law, &["calendar", "--from", "2027-02-01"]).on(estate.path()).done().exits(0)
    );
    let said =
        ask(&law, &["calendar", "--from", "2027-02-01"]).on(estate.path()).json().done().exits(0).value();
    let systems = said["days"][0]["systems"].as_array().unwrap();
    assert_eq!(systems.len(), 1, "{said}");
    assert_eq!((&systems[0]["system"], &systems[0]["lawful_before"]), (&"desk".into(), &2.into()));
    assert_eq!(systems[0]["lawful_after"], 1);
}

#[test]
fn a_diff_of_days_tells_what_holds_and_which_rulings_flip() {
    let (law, estate) = (SmallLaw::write(), estate());
    let diff = ["diff", "2027-02-28", "2027-03-01"];
    insta::assert_snapshot!(ask(&law, &diff).on(estate.path()).done().exits(0));
    let said = ask(&law, &diff).json().done().exits(0).value();
    let flips: Vec<&str> =
        said["cases"]["shifts"].as_array().unwrap().iter().map(|s| s["case"].as_str().unwrap()).collect();
    assert_eq!(flips, ["to France nothing is asked, until the law is tightened"], "{said}");
    assert_eq!(said["cases"]["shifts"][0]["leading"]["provision"], "de/act/2");
}

#[test]
fn a_diff_of_folders_tells_what_was_rewritten() {
    let (old, new) = (SmallLaw::write(), SmallLaw::write());
    replace(
        &new.file("de/act/rules.cedar"),
        "context.personal",
        "context.personal && context.form == \"raw\"",
    );
    replace(&new.file("de/act/rules.cedar"), "@all(\"scc:EU\")", "@all(\"scc:EU & tia:EU\")");
    replace(&new.file("de/act/book.toml"), "value = 500", "value = 400");
    replace(&new.file("de/act/book.toml"), "title = \"Export Act\"", "title = \"Act on Exports\"");
    let diff = |from: String, to: String| {
        let run =
            comity(["law", "diff", &from, &to]).calling(old.path(), "[old]").calling(new.path(), "[new]");
        run.done().exits(0).to_string()
    };
    let path = |law: &SmallLaw| law.path().display().to_string();
    insta::assert_snapshot!(diff(path(&old), path(&new)));
    insta::assert_snapshot!(diff(format!("{}@2026-01-01", path(&old)), path(&new)));
    insta::assert_snapshot!(diff(path(&old), path(&old)));
}

#[test]
fn a_side_of_a_diff_that_cannot_be_read_says_what_was_expected() {
    let law = SmallLaw::write();
    let diff = |a: &str| ask(&law, &["diff", a, "2026-01-01"]).done().exits(2).to_string();
    let at = format!("{}@soon", law.path().display());
    insta::assert_snapshot!([diff("2026-02-30"), diff("no-such-folder"), diff(&at)].concat());
}

/// The part of a text that begins with a heading.
fn from_heading<'a>(text: &'a str, heading: &str) -> &'a str {
    text.find(heading).map_or("", |at| &text[at..])
}

/// Asks where no solver is installed.
fn without_solver(law: &SmallLaw, args: &[&str]) -> crate::run::Run {
    ask(law, args).env("CVC5", "no-such-program")
}

#[test]
fn two_regimes_are_shown_side_by_side() {
    let law = with_more(SmallLaw::write());
    let text = without_solver(&law, &["compare", "DE", "GB"]).done().exits(0).stdout;
    let (rows, _) = text.split_once("customer messages").unwrap();
    insta::assert_snapshot!(rows);
}

#[test]
fn where_both_keep_data_at_home_a_flow_shows_it_and_the_evaluator_agrees() {
    let law = with_more(SmallLaw::write());
    let text = without_solver(&law, &["compare", "in", "RU"]).done().exits(0).stdout;
    let (clash, _) = from_heading(&text, "both at once").split_once("does satisfying").unwrap();
    insta::assert_snapshot!(clash);
    let said = without_solver(&law, &["compare", "in", "RU"]).json().done().exits(0).value();
    let attempts = said["conflicts"][0]["attempts"].as_array().unwrap();
    let flows: String = attempts.iter().map(|a| format!("{}\n", a["flow"])).collect();
    let rule = comity(
        ["rule", "--jsonl", "--law"].map(Into::into).into_iter().chain([law.path().as_os_str().to_owned()]),
    );
    let rulings = rule.input(flows).done().exits(0).values();
    assert_eq!(rulings.len(), attempts.len());
    assert!(rulings.iter().all(|r| r["verdict"] == "deny"), "{rulings:?}");
    assert!(said["searched"].as_u64().unwrap() > 500 && said["proved"].is_null(), "{}", said["searched"]);
}

#[test]
fn a_regime_that_lets_go_clashes_with_none() {
    let law = with_more(SmallLaw::write());
    let said = ask(&law, &["compare", "IN", "GB"]).json().done().exits(0).value();
    assert_eq!(said["conflicts"].as_array().unwrap().len(), 0, "{}", said["conflicts"]);
}

#[test]
fn what_satisfies_one_is_worth_what_the_other_takes_it_for() {
    let law = with_more(SmallLaw::write());
    let worth = |day: &str| {
        let text = without_solver(&law, &["compare", "DE", "GB", "--as-of", day]).done().exits(0).stdout;
        from_heading(&text, "does satisfying").to_owned()
    };
    insta::assert_snapshot!(worth("2026-11-21"));
    insta::assert_snapshot!(worth("2027-04-01"));
}

#[test]
fn what_is_so_of_every_flow_is_proved_and_what_is_not_is_shown() {
    let law = with_more(SmallLaw::write());
    let proved = |x: &str, y: &str| {
        let text = ask(&law, &["compare", x, y, "--as-of", "2026-11-21"]).done().exits(0).stdout;
        from_heading(&text, "for every flow").to_owned()
    };
    insta::assert_snapshot!([proved("DE", "GB"), proved("in", "RU")].concat());
}

#[test]
fn mutual_adequacy_is_told() {
    let law = with_more(SmallLaw::write());
    let text = |x: &str, y: &str| ask(&law, &["compare", x, y]).done().exits(0).stdout;
    assert!(text("RU", "in").contains("IN and RU hold each other adequate (Treaty of 2000)"));
    assert!(!text("DE", "GB").contains("adequate"));
}

#[test]
fn a_regime_that_nobody_knows_is_told_apart_from_one_that_nobody_looked_at() {
    let law = with_more(SmallLaw::write());
    let compare = |x: &str| ask(&law, &["compare", x, "DE"]).done().exits(2).to_string();
    insta::assert_snapshot!([compare("IT"), compare("dee"), compare("in/axt")].concat());
}

#[test]
fn faults_of_the_table_of_equivalences_are_reported_at_once() {
    let law = with_more(SmallLaw::write());
    replace(&law.file("equivalence.toml"), "under = \"GB\"", "under = \"UK\"");
    replace(&law.file("equivalence.toml"), "held = \"tia:EU\"", "held = \"tai:EU\"");
    replace(
        &law.file("equivalence.toml"),
        "cite = \"Treaty of 2000\"",
        "until = \"1999-01-01\"\ncite = \"\"",
    );
    insta::assert_snapshot!(ask(&law, &["list"]).done());
}
