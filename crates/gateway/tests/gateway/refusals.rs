//! What is refused, with which words, and what of it is on record.

use ledger::{Entry, Source};

use crate::house::{House, KEY, ask, post_with, stating};

#[tokio::test]
async fn refusals_explain() {
    let house = House::open().await;
    let answer = house.chat(&ask("abroad")).await;
    assert_eq!(answer.refusal(), (403, "refused_by_law".into(), Some("false")));
    let error = answer.json()["error"].clone();
    let message = error["message"].as_str().unwrap();
    for word in ["`shanghai`", "GDPR Art. 4", "(eu/gdpr/", "It would be lawful with: "] {
        assert!(message.contains(word), "`{word}` is not in: {message}");
    }
    assert_eq!(error["type"], "permission_error");
    let comity = &error["comity"];
    assert_eq!(comity["endpoint"], "shanghai");
    assert!(comity["provision"].as_str().unwrap().starts_with("eu/gdpr/"), "{comity}");
    assert!(comity["cite"].as_str().unwrap().starts_with("GDPR Art."), "{comity}");
    let ruling = &comity["ruling"];
    assert_eq!(ruling["verdict"], "conditional");
    let ways: Vec<_> = ruling["ways"].as_array().unwrap().iter().map(ToString::to_string).collect();
    assert!(ways.iter().any(|way| way.contains("scc:EU") && way.contains("tia:EU")), "{ways:?}");
    assert!(!ruling["because"].as_array().unwrap().is_empty());

    assert_eq!(house.refusals(), ["refused_by_law"]);
    assert_eq!(house.counts(), [0, 0, 0, 0]);
    let report = house.end().await;
    assert_eq!((report.admissions, report.refusals, report.decisions), (0, 1, 1));
}

#[tokio::test]
async fn whoever_is_not_known_is_refused() {
    let house = House::open().await;
    let no_key: [&[(&str, &str)]; 10] = [
        &[],
        &[("authorization", "Bearer nobody")],
        &[("authorization", "Bearer")],
        &[("authorization", "Bearer ")],
        &[("authorization", "Basic a2V5LW9mLXN1cHBvcnQ=")],
        &[("authorization", "key-of-support")],
        &[("x-api-key", "nobody")],
        &[("authorization", "Bearer key-of-support"), ("x-api-key", "key-of-silent")],
        // Two keys: which one is meant is not for us to guess.
        &[("authorization", "Bearer key-of-support"), ("authorization", "Bearer key-of-silent")],
        &[("authorization", "Bearer key-that-ran-out")],
    ];
    for headers in no_key {
        let answer = house.send(post_with(headers, ask("assistant").to_string())).await;
        assert_eq!(answer.refusal(), (401, "invalid_api_key".into(), Some("false")), "{headers:?}");
    }
    assert_eq!(house.counts(), [0, 0, 0, 0]);
    assert_eq!(house.end().await.admissions, 0);
}

#[tokio::test]
async fn a_key_that_ends_today_ends_where_today_ends_first() {
    let house = House::open().await;
    house.clock.set(house.clock.now() - 86_400_000 - 3_600_000);
    // A clock that went back a day does not open it again.
    let old = [("authorization", "Bearer key-that-ran-out")];
    let answer = house.send(post_with(&old, ask("assistant").to_string())).await;
    assert_eq!(answer.refusal(), (503, "clock_went_back".into(), Some("false")));
    house.end().await;
}

#[tokio::test]
async fn what_a_caller_states_only_adds_caution() {
    let house = House::open().await;
    assert_eq!(house.send(stating(&[], "mumbai")).await.status, 200);
    // Covered by the agreement as well.
    assert_eq!(house.send(stating(&[("x-comity-data", "behavioural")], "mumbai")).await.status, 200);
    assert_eq!(house.send(stating(&[("x-comity-subject", "FR")], "mumbai")).await.status, 200);
    for more in [
        &[("x-comity-data", "health")][..],
        &[("x-comity-data", "behavioural, health")],
        &[("x-comity-data", "behavioural"), ("x-comity-data", "health")],
        // Outside of what a caller may choose among: added to all that the floor names.
        &[("x-comity-subject", "KP")],
        &[("x-comity-subject", "FR, KP")],
    ] {
        let answer = house.send(stating(more, "mumbai")).await;
        assert_eq!(answer.refusal(), (403, "refused_by_law".into(), Some("false")), "{more:?}");
    }
    // Nothing that a caller may say makes lawful what is not.
    for less in [
        ("x-comity-data", "public"),
        ("x-comity-data", "aggregate"),
        ("x-comity-data", "behavioural"),
        ("x-comity-subject", "DE"),
        ("x-comity-subject", "CN"),
        ("x-comity-purpose", "customer_service"),
    ] {
        let answer = house.send(stating(&[less], "abroad")).await;
        assert!(matches!(answer.status.as_u16(), 400 | 403), "{less:?}: {}", answer.text());
    }
    assert_eq!(house.upstream("shanghai").count(), 0);
    let sources: Vec<_> = house.admissions().into_iter().map(|a| a.sources).collect();
    let caller = |fact: &str| [(fact.to_owned(), Source::Caller)].into_iter().collect();
    assert_eq!(sources, [Default::default(), caller("data"), caller("subject")]);
    house.end().await;
}

#[tokio::test]
async fn a_word_that_is_not_known_is_an_error_with_the_nearest_one() {
    let house = House::open().await;
    for (header, word, nearest) in [
        ("x-comity-data", "helth", "`health`"),
        ("x-comity-data", "behavioural,bihavioural", "`behavioural`"),
        ("x-comity-subject", "de", "`DE`"),
        ("x-comity-purpose", "infrence", "`inference`"),
        // A header that is not known might have been caution.
        ("x-comity-subjects", "FR", "`x-comity-subject`"),
        ("x-comity-purposes", "profiling", "`x-comity-purpose`"),
    ] {
        let answer = house.send(stating(&[(header, word)], "assistant")).await;
        assert_eq!(
            answer.refusal(),
            (400, "invalid_fact".into(), Some("false")),
            "{header}: {word}: {}",
            answer.text()
        );
        assert!(answer.text().contains(nearest), "{}", answer.text());
        assert_eq!(answer.json()["error"]["param"], header);
    }
    assert_eq!(house.counts(), [0, 0, 0, 0]);
    house.end().await;
}

#[tokio::test]
async fn callers_that_may_state_nothing_are_told_so() {
    let house = House::open().await;
    for (header, value) in
        [("x-comity-subject", "DE"), ("x-comity-data", "health"), ("x-comity-purpose", "inference")]
    {
        let headers = [("authorization", "Bearer key-of-silent"), (header, value)];
        let answer = house.send(post_with(&headers, ask("assistant").to_string())).await;
        assert_eq!(answer.refusal(), (403, "fact_not_statable".into(), Some("false")));
    }
    let headers = [("authorization", "Bearer key-of-silent"), ("x-comity-data", " , ")];
    assert_eq!(house.send(post_with(&headers, ask("assistant").to_string())).await.status, 200);
    assert_eq!(house.refusals(), ["fact_not_statable"; 3]);
    assert_eq!(house.end().await.admissions, 1);
}

#[tokio::test]
async fn a_refusal_is_recorded_with_all_that_fell_out() {
    let house = House::open().await;
    house.send(stating(&[("x-comity-subject", "KP")], "assistant")).await;
    let refusal =
        house.entries().into_iter().find_map(|e| if let Entry::Refusal(r) = e { Some(r) } else { None });
    let refusal = refusal.unwrap();
    assert_eq!((refusal.code.as_str(), refusal.system.as_str()), ("refused_by_law", "support"));
    assert_eq!(refusal.decisions.len(), 4);
    house.end().await;
}

#[tokio::test]
async fn law_and_estate_too_old_refuse_without_showing_why_to_callers() {
    let house = House::open().await;
    house.border.reload(Err("endpoints.toml:3: unknown key `secret-project`".into())).await.unwrap();
    assert_eq!(house.chat(&ask("assistant")).await.status, 200);
    house.clock.advance(601_000);
    let answer = house.chat(&ask("assistant")).await;
    assert_eq!(answer.refusal(), (503, "stale".into(), Some("false")));
    assert!(!answer.text().contains("secret-project"), "{}", answer.text());
    // What was recorded before stays readable.
    assert_eq!(house.get(KEY, "/v1/comity/receipts/4").await.status, 200);
    assert_eq!(house.end().await.admissions, 1);
}

#[tokio::test]
async fn a_reload_between_two_requests_is_noticed_at_once() {
    let house = House::open().await;
    assert_eq!(house.chat(&ask("assistant")).await.status, 200);
    let same = house.border.latest().estate().clone();
    assert!(house.border.reload(Ok((house.law.clone(), same))).await.unwrap().taken);
    assert_eq!(house.chat(&ask("assistant")).await.status, 200);
    // A new snapshot decides anew.
    let report = house.end().await;
    assert_eq!((report.configs, report.decisions), (2, 2));
}
