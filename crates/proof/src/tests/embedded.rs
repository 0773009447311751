//! The law that is built in.

use std::time::Duration;

use law::Law;

use crate::{Prover, Scope};

#[test]
fn explore() {
    let law = Law::embedded().unwrap();
    let day = "2026-11-21".parse().unwrap();
    let edition = law.at(day, None).unwrap();
    let flows = law::cases::embedded().unwrap().into_iter().map(|c| c.flow).collect();
    let mut prover = Prover::new("cvc5", Duration::from_secs(20), flows);
    let t = std::time::Instant::now();
    let found = prover.soundness(&law, day).unwrap();
    println!("{:?} {}", t.elapsed(), found.asked);
    for (a, b) in [("in/rbi", "cn"), ("in/rbi", "eu"), ("cn", "in")] {
        let s = |x: &str| Scope(vec![x.to_owned()]);
        let t = std::time::Instant::now();
        println!("{a} {b} {:?}", prover.conflict(&edition, &s(a), &s(b)).unwrap());
        println!("{:?}", t.elapsed());
        println!("{a} {b} {:?}", prover.recognizes(&edition, &s(a), &s(b), &[]).unwrap());
        println!("{:?}", t.elapsed());
    }
}
