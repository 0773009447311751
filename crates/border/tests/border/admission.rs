//! Who is let through, and who is not.

use border::{Refused, Target};
use ledger::{Entry, OutcomeCode, Shadowed};
use terms::Verdict;
use testkit::store::{Lie, Operation, Persisted, Reported};

use crate::house::{ESTATE, House, NOW, crossing, outcomes, poll_once};

#[tokio::test]
async fn no_record_no_crossing() {
    let faults = [
        (Operation::Append, Reported::NoSpace, Persisted::Nothing),
        (Operation::Append, Reported::NoSpace, Persisted::First(9)),
        (Operation::Sync, Reported::Io, Persisted::Nothing),
        // The worst: the disk kept it and says that it did not.
        (Operation::Sync, Reported::Io, Persisted::All),
    ];
    for (on, reported, persisted) in faults {
        for after in 0..2 {
            // With `after` 0 the decision cannot be recorded, with 1 the admission.
            let house = House::open().await;
            let judged = house.judge("support", "assistant");
            house.store.lie(Lie { on, path: "journal/".into(), after, reported, persisted });
            let refused = house.admit(&judged, "frankfurt").await.unwrap_err();
            assert!(matches!(refused, Refused::NoRecord(_)), "{refused}");
            assert_eq!(refused.code(), "no_record");
            // The disk is well again, but what it holds is not known: nothing crosses until the ledger is opened anew.
            let again = house.admit(&judged, "frankfurt").await.unwrap_err();
            assert_eq!(again.code(), "no_record");
            assert!(house.border.ledger().health().is_err());
        }
    }
}

#[tokio::test]
async fn a_ledger_that_failed_is_whole_again_when_opened_anew() {
    for persisted in [Persisted::Nothing, Persisted::All] {
        let house = House::open().await;
        let judged = house.judge("support", "assistant");
        drop(house.admit(&judged, "frankfurt").await.unwrap());
        house.recorded(5).await;
        let lie =
            Lie { on: Operation::Sync, path: "journal/".into(), after: 0, reported: Reported::Io, persisted };
        house.store.lie(lie);
        house.admit(&judged, "frankfurt").await.unwrap_err();
        let survivor = House {
            store: house.store.crash(0),
            border: house.border.clone(),
            clock: house.clock.clone(),
            law: house.law.clone(),
        };
        let border =
            crate::house::open(&survivor.store, &survivor.clock, survivor.law.clone(), ESTATE).await.unwrap();
        let survivor = House { border: border.into(), ..survivor };
        let found = outcomes(&survivor.entries());
        // What was kept although it was denied is closed as abandoned: possibly sent, for all that the disk knows.
        let kept = persisted == Persisted::All;
        assert_eq!(found.contains(&OutcomeCode::Abandoned), kept);
        assert_eq!(survivor.end().await.admissions, 1 + u64::from(kept));
    }
}

#[tokio::test]
async fn doubt_refuses() {
    let house = House::open().await;
    for (system, model, endpoint) in [
        ("uncounted", "assistant", "shanghai"),
        ("uncovered", "assistant", "frankfurt"),
        ("support", "sealed", "sealed"),
    ] {
        let judged = house.judge(system, model);
        let candidate = &judged.assessment().candidates[0];
        assert_eq!(candidate.verdict, Verdict::Undecided, "{system}");
        assert_eq!(candidate.ruling().verdict(), Verdict::Undecided, "{system}");
        assert!(!candidate.ruling().missing.is_empty(), "{system} is told what is missing");
        assert_eq!(judged.lawful().count(), 0);
        let refused = house.admit(&judged, endpoint).await.unwrap_err();
        assert!(matches!(refused, Refused::NotACandidate(_)), "{refused}");
    }
    assert_eq!(house.end().await.admissions, 0);
}

#[tokio::test]
async fn what_is_not_lawful_is_not_admitted_however_it_is_asked_for() {
    let house = House::open().await;
    let judged = house.judge("support", "assistant");
    let lawful: Vec<&str> = judged.lawful().map(|c| c.endpoint.id.as_str()).collect();
    assert_eq!(lawful, ["frankfurt", "paris"]);
    // Not lawful; lawful, but for other systems; not behind this model; nowhere at all.
    for endpoint in ["shanghai", "virginia", "sealed", "atlantis"] {
        let refused = house.admit(&judged, endpoint).await.unwrap_err();
        assert_eq!(refused.code(), "refused_by_law", "{endpoint}");
    }
    let unknown = house.border.judge(house.request("support", "../frankfurt")).err().unwrap();
    assert_eq!(unknown.code(), "model_not_found");
    assert_eq!(house.end().await.admissions, 0);
}

#[tokio::test]
async fn a_fact_that_callers_may_not_state_is_refused() {
    let house = House::open().await;
    let mut request = house.request("support", "assistant");
    request.stated.subject = Some(terms::Place::subdivision("FR").unwrap().into());
    let refused = house.border.judge(request.clone()).err().unwrap();
    assert_eq!(refused.code(), "fact_not_statable");
    house.border.refuse(&request, None, b"{}", refused.code()).await.unwrap();
    assert_eq!(house.end().await.refusals, 1);
}

#[tokio::test]
async fn a_judgment_of_another_border_admits_nothing() {
    let (one, other) = (House::open().await, House::open().await);
    let judged = one.judge("support", "assistant");
    let refused = other.admit(&judged, "frankfurt").await.unwrap_err();
    assert!(matches!(refused, Refused::Outdated), "{refused}");
    assert_eq!(other.end().await.admissions, 0);
}

#[tokio::test]
async fn closing_holds_for_requests_under_way() {
    let house = House::open().await;
    let judged = house.judge("support", "assistant");
    let frankfurt = Target::Endpoint("frankfurt".into());
    house.border.close(frankfurt.clone(), true, "role:duty-officer", "drill").await.unwrap();
    let refused = house.admit(&judged, "frankfurt").await.unwrap_err();
    assert!(matches!(refused, Refused::EndpointClosed(_)), "{refused}");
    drop(house.admit(&judged, "paris").await.unwrap());
    house.border.close(frankfurt, false, "role:duty-officer", "drill over").await.unwrap();
    drop(house.admit(&judged, "frankfurt").await.unwrap());

    let support = Target::System("support".into());
    house.border.close(support.clone(), true, "role:duty-officer", "drill").await.unwrap();
    assert_eq!(house.admit(&judged, "paris").await.unwrap_err().code(), "system_closed");
    assert_eq!(
        house.border.judge(house.request("support", "assistant")).err().unwrap().code(),
        "system_closed"
    );
    assert_eq!(house.border.closures().all(), [support]);
    let report = house.end().await;
    assert_eq!((report.stops, report.reopens, report.admissions), (2, 1, 2));
}

#[tokio::test]
async fn closing_holds_for_an_admission_that_is_being_written() {
    let house = House::open().await;
    let judged = house.judge("support", "assistant");
    drop(house.permit().await);
    house.store.hold();
    let endpoint = "frankfurt".parse().unwrap();
    let mut admitting = Box::pin(house.border.admit(crossing(&judged, &endpoint)));
    assert!(poll_once(&mut admitting).is_pending());
    let mut closing =
        Box::pin(house.border.close(Target::Endpoint("frankfurt".into()), true, "role", "drill"));
    assert!(poll_once(&mut closing).is_pending());
    house.store.release();
    closing.await.unwrap();
    let refused = admitting.await.unwrap_err();
    assert!(matches!(refused, Refused::EndpointClosed(_)), "{refused}");
    drop(endpoint);
    assert_eq!(outcomes_of(house).await, [(OutcomeCode::NotSent, 2)]);
}

#[tokio::test]
async fn a_closure_that_cannot_be_recorded_holds_and_a_reopening_does_not() {
    let full = |after| Lie {
        on: Operation::Append,
        path: "journal/".into(),
        after,
        reported: Reported::NoSpace,
        persisted: Persisted::Nothing,
    };
    let frankfurt = || Target::Endpoint("frankfurt".into());
    let house = House::open().await;
    house.store.lie(full(0));
    assert!(house.border.close(frankfurt(), true, "role", "drill").await.is_err());
    assert_eq!(house.border.closures().all(), [frankfurt()]);

    let house = House::open().await;
    house.store.lie(full(1));
    house.border.close(frankfurt(), true, "role", "drill").await.unwrap();
    assert!(house.border.close(frankfurt(), false, "role", "over").await.is_err());
    assert_eq!(house.border.closures().all(), [frankfurt()]);
}

#[tokio::test]
async fn fallback_is_a_crossing_of_its_own() {
    let house = House::open().await;
    let judged = house.judge("support", "assistant");
    for (attempt, candidate) in (1..).zip(judged.lawful()) {
        let next = border::Crossing { attempt, ..crossing(&judged, &candidate.endpoint.id) };
        let permit = house.border.admit(next).await.unwrap();
        assert_eq!(permit.endpoint().id, candidate.endpoint.id);
        permit.spend().unwrap().record.close(OutcomeCode::Unreachable);
    }
    house.recorded(8).await;
    let admissions: Vec<_> = house
        .entries()
        .into_iter()
        .filter_map(|e| if let Entry::Admission(a) = e { Some((a.endpoint, a.attempt, a.ms)) } else { None })
        .collect();
    assert_eq!(admissions, [("frankfurt".to_owned(), 1, NOW), ("paris".to_owned(), 2, NOW)]);
    assert_eq!(outcomes_of(house).await, [(OutcomeCode::Unreachable, 2)]);
}

async fn outcomes_of(house: House) -> Vec<(OutcomeCode, u64)> {
    house.end().await.outcomes.into_iter().collect()
}

#[tokio::test]
async fn a_trial_of_the_estate_is_the_one_thing_that_lets_the_unlawful_cross_and_the_record_never_hides_it() {
    let trial = "[[shadow]]\nid = \"trial\"\nsystems = [\"support\"]\nuntil = \"2027-12-31\"\nby = \"ops\"\nwhy = \"drill\"\n";
    for stated in ["", trial] {
        let house = House::at(NOW, &format!("{ESTATE}\n{stated}")).await;
        let judged = house.judge("support", "assistant");
        let unlawful: Vec<_> = judged
            .assessment()
            .candidates
            .iter()
            .filter(|c| c.verdict != Verdict::Permit)
            .map(|c| c.endpoint.id.clone())
            .collect();
        assert!(!unlawful.is_empty());
        for endpoint in &unlawful {
            // Whoever asks does not say that the law would have had it otherwise; the border does.
            match house.border.admit(crossing(&judged, endpoint)).await {
                Ok(permit) => {
                    assert_eq!(stated, trial);
                    drop(permit);
                }
                Err(refused) => {
                    assert_eq!(stated, "", "{refused}");
                    assert_eq!(refused.code(), "refused_by_law");
                }
            }
        }
        let marks: Vec<Option<Shadowed>> = house
            .entries()
            .into_iter()
            .filter_map(|e| if let Entry::Admission(a) = e { Some(a.shadow) } else { None })
            .collect();
        let refused = Shadowed { id: "trial".to_owned(), instead: None, masked: false };
        let expected = if stated.is_empty() { 0 } else { unlawful.len() };
        assert_eq!(marks, vec![Some(refused); expected]);
    }
}
