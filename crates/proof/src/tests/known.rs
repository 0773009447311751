//! Small laws of which the answers are known, the false ones too.

use std::time::Duration;

use law::Law;

use crate::{Method, Prover, Scope};

fn today() -> terms::Date {
    "2026-11-21".parse().unwrap()
}

#[test]
fn explore() {
    let law = Law::embedded().unwrap();
    let edition = law.at(today(), None).unwrap();
    let flows = law::cases::embedded().unwrap().into_iter().map(|c| c.flow).collect();
    for mut prover in [Prover::new("cvc5", Duration::from_secs(20), Vec::new()), Prover::new("cvc5", Duration::from_secs(20), flows)] {
        let t = std::time::Instant::now();
        let found = prover.soundness(&law, today()).unwrap();
        println!("{:?} {}", t.elapsed(), serde_json::to_string_pretty(&found).unwrap());
    }
    let mut prover = Prover::new("cvc5", Duration::from_secs(20), Vec::new());
    for (a, b) in [("2023-06-01", "2026-11-21"), ("2026-11-21", "2023-06-01"), ("2024-03-21", "2024-03-22")] {
        let t = std::time::Instant::now();
        let found = prover.compare(&law.at(a.parse().unwrap(), None).unwrap(), &law.at(b.parse().unwrap(), None).unwrap(), &Scope::default()).unwrap();
        println!("{a} {b} {:?} {}", t.elapsed(), serde_json::to_string_pretty(&found).unwrap());
    }
    for (a, b) in [("in/rbi", "cn"), ("in/rbi", "eu")] {
        let s = |x: &str| Scope(vec![x.to_owned()]);
        let t = std::time::Instant::now();
        println!("{a} {b} {:?}", prover.conflict(&edition, &s(a), &s(b)).unwrap());
        println!("{:?}", t.elapsed());
        println!("{a} {b} {:?}", prover.recognizes(&edition, &s(a), &s(b), &[]).unwrap());
        println!("{:?}", t.elapsed());
    }
    let _ = Method::Search { flows: 0 };
}
