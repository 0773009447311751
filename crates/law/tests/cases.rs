//! The worked cases beside the rulebooks: written from the law, apart from the rules, so that the two can disagree.

use law::{Law, Stance, cases};

#[test]
fn every_worked_case_is_ruled_as_the_law_says() {
    let law = Law::embedded().unwrap();
    let cases = cases::embedded().unwrap();
    let mut wrong = Vec::new();
    for case in &cases {
        let ruling = law.at(case.as_of, case.known_at).unwrap().rule(&case.flow, Stance::Question).unwrap();
        for difference in case.differences(&ruling) {
            let ruling = serde_json::to_string(&ruling).unwrap();
            wrong.push(format!(
                "{}: {}: {difference}\n    why: {}\n    {ruling}",
                case.book, case.name, case.why
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases differ:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    assert!(cases.len() >= 400, "only {} cases", cases.len());
}

/// A provision or a way that no case would miss is either wrong or unguarded.
#[test]
fn every_statement_matters_to_some_case() {
    let law = Law::embedded().unwrap();
    let untested = cases::untested(&law, &cases::embedded().unwrap()).unwrap();
    let told: Vec<String> = untested
        .iter()
        .map(|u| {
            let lacks: Vec<String> = u.lacks.iter().map(ToString::to_string).collect();
            format!("{} ({}): {}", u.statement, u.cite, lacks.join("; "))
        })
        .collect();
    assert!(
        told.is_empty(),
        "{} statements are not shown in full by a case:\n{}",
        told.len(),
        told.join("\n")
    );
}
