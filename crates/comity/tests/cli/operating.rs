//! Putting a gateway in front of live traffic: trials first, then limits that hold through the end of the process.

use http::StatusCode;
use testkit::Postgres;

use crate::house::{BACK, DESK, House};
use crate::http::{ask, get};
use crate::run::comity;
use crate::served::Served;

const TRIAL: &str = r#"
[[shadow]]
id = "trial"
systems = ["desk"]
models = ["overseas"]
until = "2026-12-31"
by = "platform team"
why = "before it is enforced"
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_trial_lets_pass_what_the_law_would_not_and_is_seen_everywhere() {
    let house = House::build().await;
    house.write("trial.toml", TRIAL);
    let served = Served::start(&house);
    let reply = ask(served.address, DESK, "overseas").await;
    assert_eq!((reply.status, reply.header("x-comity-endpoint")), (StatusCode::OK, "away"), "{reply:?}");
    assert_eq!(reply.header("x-comity-shadow"), "trial");
    let held = ask(served.address, DESK, "assistant").await;
    assert_eq!(held.header("x-comity-endpoint"), "home");
    let ready = get(served.address, "/readyz", "").await.json();
    let conditions = ready["conditions"].as_array().unwrap();
    let trials = conditions.iter().find(|c| c["name"] == "trials").unwrap();
    assert_eq!(trials["note"], "rulings are not enforced under `trial` until 2026-12-31");
    let logs = served.stop().join("\n");
    assert!(logs.contains("rulings are not enforced under `trial` until 2026-12-31"), "{logs}");
    let shown = comity(["shadow"]).on(house.path()).done().exits(0);
    insta::assert_snapshot!(shown);
    let report =
        |since: &str| comity(["shadow", "--since", since]).on(house.path()).json().done().exits(0).value();
    assert_eq!(report("2026-11-01")["trials"][0]["crossings"][0]["law"], "refused");
    assert_eq!(report("2027-01-01")["trials"][0]["crossings"].as_array().unwrap().len(), 0);
}

/// Prices for the endpoints of the house, and a budget for what one key may spend.
fn budget(house: &House) {
    let endpoints = std::fs::read_to_string(house.file("endpoints.toml")).unwrap();
    let price =
        "operation = \"process_in_clear\"\nprice = { input = 100.0, output = 100.0, currency = \"EUR\" }\n";
    house.write("endpoints.toml", &endpoints.replace("operation = \"process_in_clear\"\n", price));
    house.write(
        "limits.toml",
        "[limits]\ncurrency = \"EUR\"\nassumed_output = 100\n[[limit]]\nid = \"desk\"\nsystem = \"desk\"\nspend_per_day = 0.03\n",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_budget_that_is_spent_stays_spent_when_the_process_is_killed() {
    let house = House::build().await;
    budget(&house);
    let served = Served::start(&house);
    let mut answered = 0;
    loop {
        let reply = ask(served.address, DESK, "assistant").await;
        if reply.status == StatusCode::TOO_MANY_REQUESTS {
            assert_eq!(reply.code(), "insufficient_quota", "{reply:?}");
            break;
        }
        assert_eq!(reply.status, StatusCode::OK, "{reply:?}");
        answered += 1;
        assert!(answered < 100, "a budget ends");
    }
    served.kill();
    let served = Served::start(&house);
    let reply = ask(served.address, DESK, "assistant").await;
    assert_eq!((reply.status, reply.code().as_str()), (StatusCode::TOO_MANY_REQUESTS, "insufficient_quota"));
    assert_eq!(
        ask(served.address, BACK, "assistant").await.status,
        StatusCode::OK,
        "another system has its own"
    );
    assert_eq!(house.home.count(), answered + 1);
    served.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn replicas_that_share_a_store_share_a_budget_and_refuse_without_it() {
    let mut store = Postgres::start().unwrap();
    let replicas = [House::build().await, House::build().await];
    for (replica, name) in replicas.iter().zip(["one", "two"]) {
        budget(replica);
        let limits = std::fs::read_to_string(replica.file("limits.toml")).unwrap();
        let shared = format!("[limits]\nstore = \"{}\"\n", store.url());
        replica.write("limits.toml", &limits.replace("[limits]\n", &shared));
        // Each replica writes a ledger of its own.
        let estate = std::fs::read_to_string(replica.file("estate.toml")).unwrap();
        replica
            .write("estate.toml", &estate.replace("house.example/log", &format!("{name}.house.example/log")));
    }
    let served = replicas.each_ref().map(Served::start);
    let mut answered = [0, 0];
    for turn in 0.. {
        assert!(turn < 200, "a budget ends");
        let reply = ask(served[turn % 2].address, DESK, "assistant").await;
        if reply.status == StatusCode::TOO_MANY_REQUESTS {
            assert_eq!(reply.code(), "insufficient_quota", "{reply:?}");
            break;
        }
        assert_eq!(reply.status, StatusCode::OK, "{reply:?}");
        answered[turn % 2] += 1;
    }
    assert!(answered[0] >= 1 && answered[1] >= 1, "{answered:?}");
    store.crash().unwrap();
    let reply = ask(served[0].address, DESK, "assistant").await;
    assert_eq!(
        (reply.status, reply.code().as_str()),
        (StatusCode::SERVICE_UNAVAILABLE, "limits_unavailable")
    );
    let unlimited = ask(served[0].address, BACK, "assistant").await;
    assert_eq!(unlimited.status, StatusCode::OK, "what is not limited does not ask the store");
    let [one, two] = served;
    drop(one.stop());
    drop(two.stop());
}
