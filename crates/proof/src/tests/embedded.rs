//! The law that is built in.

use std::time::Duration;

use law::Law;

use crate::{Claim, Dated, Prover, Scope};

#[test]
fn no_statement_of_the_law_can_fail_and_none_is_dead() {
    let law = Law::embedded().unwrap();
    let flows = law::cases::embedded().unwrap().into_iter().map(|c| c.flow).collect();
    let mut prover = Prover::new("cvc5", Duration::from_secs(20), flows);
    let found = prover.soundness(&law, "2026-11-21".parse().unwrap(), &Scope::default()).unwrap();
    assert!(found.is_clean(), "{}", serde_json::to_string_pretty(&found).unwrap());
    assert!(found.shown * 2 > found.statements, "the worked cases should show most statements at work");
}

#[test]
fn indian_payment_data_and_chinese_core_data_have_no_common_home() {
    let law = Law::embedded().unwrap();
    let dated = Dated::at(&law, "2026-11-21".parse().unwrap()).unwrap();
    let mut prover = Prover::new("cvc5", Duration::from_secs(20), Vec::new());
    let book = |id: &str| Scope(vec![id.to_owned()]);
    let found = prover.conflict(&dated, &book("in/rbi"), &book("cn")).unwrap();
    assert!(matches!(found.compatible, Claim::Refuted(_)), "{found:?}");
    assert_eq!((found.first_allows, found.second_allows), (vec!["IN".to_owned()], vec!["CN".to_owned()]));
}
