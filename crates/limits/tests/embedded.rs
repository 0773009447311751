//! The embedded store as its callers see it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "the helpers of tests are tests")]

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use limits::{Calendar, Limit, Limits, Micros, Need, Over, Refused, Reservation, Rule, Subject};
use proptest::prelude::*;

/// 2024-02-29T23:59:00Z: a minute before a new day and a new month.
const NOW: u64 = 1_709_251_140_000;

fn need(tokens: u64, cost: u64) -> Need {
    Need { tokens, cost: Micros(cost) }
}

fn ask(name: &str, rule: Rule) -> (Subject, Rule) {
    (Subject::new(name), rule)
}

/// Of the embedded store an answer is there at once.
fn now<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn reserve(limits: &Limits, asks: &[(Subject, Rule)], need: Need, at: u64) -> Result<Reservation, Over> {
    match now(limits.reserve(asks, need, at)) {
        Ok(reservation) => Ok(reservation),
        Err(Refused::Over(over)) => Err(over),
        Err(Refused::Unavailable(why)) => panic!("{why}"),
    }
}

#[test]
fn all_subjects_have_room_or_nothing_is_taken() {
    let limits = Limits::embedded(Calendar::UTC);
    let wide = ask("system/support", Rule { concurrent: Some(9), ..Rule::default() });
    let narrow = ask("key/web", Rule { concurrent: Some(1), ..Rule::default() });
    let held = reserve(&limits, &[wide.clone(), narrow.clone()], need(0, 5), NOW).unwrap();
    let over = reserve(&limits, &[wide.clone(), narrow.clone()], need(0, 5), NOW).unwrap_err();
    assert_eq!((over.subject.as_str(), over.limit, over.size), ("key/web", Limit::Concurrent, 1));
    assert_eq!(over.to_string(), "`key/web` has reached its limit of 1 requests at one time");
    assert_eq!(limits.spending(&wide.0, NOW).live, 1);
    held.settle(need(0, 3), NOW);
    assert_eq!(limits.spending(&wide.0, NOW).live, 0);
    assert_eq!(limits.spending(&wide.0, NOW).day, Micros(3));
    reserve(&limits, &[wide, narrow], need(0, 5), NOW).unwrap().cancel(NOW);
}

#[test]
fn a_refusal_says_when_trying_again_may_help() {
    let limits = Limits::embedded(Calendar::UTC);
    let rule = |rule: Rule| [ask("key/web", rule)];
    let tokens = rule(Rule { tokens_per_minute: Some(600), ..Rule::default() });
    let day = rule(Rule { spend_per_day: Some(Micros(100)), ..Rule::default() });

    let over = reserve(&limits, &tokens, need(601, 0), NOW).unwrap_err();
    assert_eq!((over.limit, over.retry_after), (Limit::Tokens, None));
    assert_eq!(over.to_string(), "`key/web` asks for more than its limit of 600 tokens a minute");
    assert_eq!(reserve(&limits, &day, need(0, 101), NOW).unwrap_err().retry_after, None);

    reserve(&limits, &tokens, need(600, 0), NOW).unwrap().settle(need(600, 0), NOW);
    let over = reserve(&limits, &tokens, need(10, 0), NOW + 250).unwrap_err();
    assert_eq!(over.retry_after, Some(Duration::from_millis(750)));
    assert_eq!(over.standing.tokens.unwrap().remaining, 2);
    assert!(reserve(&limits, &tokens, need(10, 0), NOW + 1_000).is_ok());

    let held = reserve(&limits, &day, need(0, 60), NOW).unwrap();
    // Only reserved: may be given back at any time.
    assert_eq!(
        reserve(&limits, &day, need(0, 60), NOW).unwrap_err().retry_after,
        Some(Duration::from_secs(1))
    );
    held.settle(need(0, 60), NOW);
    // Spent: until midnight.
    let over = reserve(&limits, &day, need(0, 60), NOW).unwrap_err();
    assert_eq!((over.limit, over.retry_after), (Limit::SpendPerDay, Some(Duration::from_secs(60))));
    assert!(reserve(&limits, &day, need(0, 0), NOW).is_ok(), "what costs nothing needs no budget");
    assert!(reserve(&limits, &day, need(0, 60), NOW + 60_000).is_ok());
}

#[test]
fn tokens_that_were_underestimated_are_owed() {
    let limits = Limits::embedded(Calendar::UTC);
    let asks = [ask(
        "key/web",
        Rule { tokens_per_minute: Some(60), requests_per_minute: Some(10), ..Rule::default() },
    )];
    let held = reserve(&limits, &asks, need(10, 0), NOW).unwrap();
    let standing = held.standing();
    assert_eq!(standing.tokens.unwrap().remaining, 50);
    assert_eq!((standing.requests.unwrap().remaining, standing.requests.unwrap().limit), (9, 10));
    assert_eq!(standing.tokens.unwrap().reset, Duration::from_secs(10));
    held.settle(need(120, 0), NOW);
    let over = reserve(&limits, &asks, need(1, 0), NOW).unwrap_err();
    assert_eq!((over.limit, over.retry_after), (Limit::Tokens, Some(Duration::from_secs(61))));
}

#[test]
fn a_reservation_that_is_dropped_stays_charged_and_frees_its_place() {
    let limits = Limits::embedded(Calendar::UTC);
    let asks =
        [ask("key/web", Rule { concurrent: Some(1), requests_per_minute: Some(2), ..Rule::default() })];
    drop(reserve(&limits, &asks, need(7, 40), NOW).unwrap());
    let spending = limits.spending(&asks[0].0, NOW);
    assert_eq!((spending.live, spending.day, spending.reserved), (0, Micros(40), Micros(0)));
    reserve(&limits, &asks, need(7, 40), NOW).unwrap().cancel(NOW);
    assert_eq!(limits.spending(&asks[0].0, NOW), spending);
    assert!(reserve(&limits, &asks, need(7, 40), NOW).is_ok(), "a canceled request does not count as one");
}

#[test]
fn a_request_counts_for_the_day_in_which_it_was_admitted() {
    let limits = Limits::embedded(Calendar::UTC);
    let asks = [ask("key/web", Rule { spend_per_month: Some(Micros(100)), ..Rule::default() })];
    let held = reserve(&limits, &asks, need(0, 90), NOW).unwrap();
    let next = NOW + 60_000;
    let other = reserve(&limits, &asks, need(0, 90), next).unwrap();
    held.settle(need(0, 90), next);
    assert_eq!(limits.spending(&asks[0].0, next).month, Micros(0));
    // The clock goes back; the month does not.
    assert!(reserve(&limits, &asks, need(0, 90), NOW).is_err());
    other.settle(need(0, 20), next);
    limits.charge(&[asks[0].0.clone()], Micros(5), next);
    limits.charge(&[asks[0].0.clone()], Micros(1_000), NOW);
    assert_eq!(limits.spending(&asks[0].0, next).month, Micros(25));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Threads reserve more than they use and sometimes less. At no time is more spent and reserved than the budget
    /// and what was underestimated.
    #[test]
    fn a_budget_is_never_exceeded_by_more_than_was_underestimated(
        budget in 0_u64..2_000,
        plans in prop::collection::vec(prop::collection::vec((0_u64..120, 0_u64..140), 1..60), 2..6),
    ) {
        let limits = Limits::embedded(Calendar::UTC);
        let rule = Rule { spend_per_day: Some(Micros(budget)), concurrent: Some(3), ..Rule::default() };
        let asks = [ask("key/web", rule), ask("system/support", Rule::default())];
        // What is spent and reserved, never more than really is.
        let (held, under, spent) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for plan in &plans {
                let (limits, asks, held, under, spent) = (&limits, &asks, &held, &under, &spent);
                scope.spawn(move || for (estimate, used) in plan {
                    let Ok(reservation) = reserve(limits, asks, need(0, *estimate), NOW) else { continue };
                    let now = held.fetch_add(*estimate, Ordering::SeqCst) + estimate;
                    assert!(*estimate == 0 || now <= budget + under.load(Ordering::SeqCst));
                    assert!(limits.spending(&asks[0].0, NOW).live <= 3);
                    under.fetch_add(used.saturating_sub(*estimate), Ordering::SeqCst);
                    spent.fetch_add(*used, Ordering::SeqCst);
                    held.fetch_sub(estimate.saturating_sub(*used), Ordering::SeqCst);
                    reservation.settle(need(0, *used), NOW);
                    held.fetch_add(used.saturating_sub(*estimate), Ordering::SeqCst);
                });
            }
        });
        for (subject, _) in &asks {
            let spending = limits.spending(subject, NOW);
            prop_assert_eq!(spending.day, Micros(spent.load(Ordering::SeqCst)));
            prop_assert_eq!((spending.reserved, spending.live), (Micros(0), 0));
        }
        prop_assert!(spent.into_inner() <= budget + under.into_inner());
    }
}

#[test]
fn a_charge_of_nothing_begins_no_month() {
    let limits = Limits::embedded(Calendar::UTC);
    let asks = [ask("key/web", Rule::default())];
    let held = reserve(&limits, &asks, need(0, 5), NOW).unwrap();
    limits.charge(&[Subject::new("key/web")], Micros::ZERO, NOW + 120_000);
    assert_eq!(limits.spending(&Subject::new("key/web"), NOW).reserved, Micros(5));
    held.settle(need(0, 5), NOW);
    assert_eq!(limits.spending(&Subject::new("key/web"), NOW).month, Micros(5));
}
