//! Putting a gateway in front of live traffic: trials first, then limits that hold through the end of the process.

use http::StatusCode;
use testkit::{Mode, Postgres};

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
async fn an_end_in_order_waits_until_the_store_was_told_what_requests_cost() {
    let mut store = Postgres::start().unwrap();
    let house = House::build().await;
    budget(&house);
    let limits = std::fs::read_to_string(house.file("limits.toml")).unwrap();
    let shared = format!("[limits]\nstore = \"{}\"\n", store.url());
    house.write("limits.toml", &limits.replace("[limits]\n", &shared));
    let mut served = Served::start(&house);
    house.home.set(Mode::Gated);
    let address = served.address;
    let asked = tokio::spawn(async move { ask(address, DESK, "assistant").await });
    house.home.arrived(1).await;
    // What the request costs is known only while the store is down.
    store.crash().unwrap();
    house.home.open(100);
    assert_eq!(asked.await.unwrap().status, StatusCode::OK);
    served.signal("TERM");
    served.wait_for("drained");
    store.start_again().unwrap();
    let (code, logs) = served.ended();
    assert_eq!(code, Some(0), "{}", logs.join("\n"));
    let left = store.query("SELECT count(*) FROM comity_limits_reservation").unwrap();
    assert_eq!(left.trim(), "0", "an estimate is left to be charged: {}", logs.join("\n"));
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

/// The name `assistant` with two versions, each pinned by the digest of its weights.
fn versions(house: &House) {
    let estate = std::fs::read_to_string(house.file("estate.toml")).unwrap();
    let pinned = format!("name = \"Fake\"\ndigest = \"{}\"\n", "ab".repeat(32));
    house.write("estate.toml", &estate.replace("name = \"Fake\"\n", &pinned));
    let systems = std::fs::read_to_string(house.file("systems.toml")).unwrap();
    let two = "assistant = { versions = [{ id = \"1\", endpoints = [\"home\"] }, { id = \"2\", endpoints = [\"second\"] }] }, first";
    house.write("systems.toml", &systems.replace("assistant = [\"home\", \"second\", \"away\"], first", two));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_promoted_and_rolled_back_by_hand_and_stays_so_after_a_restart() {
    let house = House::build().await;
    versions(&house);
    let served = Served::start(&house);
    let model = |args: &[&str]| comity(["model"].iter().chain(args)).on(house.path()).done();
    let serves = async |served: &Served| {
        let reply = ask(served.address, DESK, "assistant").await;
        assert_eq!(reply.status, StatusCode::OK, "{reply:?}");
        reply.header("x-comity-version").to_owned()
    };
    assert_eq!(serves(&served).await, "1");
    let unknown = model(&["promote", "assistant", "9"]).exits(2);
    insta::assert_snapshot!("promote_unknown", unknown);
    insta::assert_snapshot!(
        "promote",
        model(&["promote", "desk/assistant", "2", "--why", "better"]).exits(0)
    );
    assert_eq!(serves(&served).await, "2");
    served.kill();
    let served = Served::start(&house);
    assert_eq!(serves(&served).await, "2", "a restart forgets nothing");
    served.stop();
    let back = model(&["rollback", "assistant", "--why", "incident 43", "--by", "on call"]).exits(0);
    insta::assert_snapshot!("rollback_without_a_gateway", back);
    let served = Served::start(&house);
    assert_eq!(serves(&served).await, "1");
    served.stop();
    insta::assert_snapshot!("history", model(&["history", "assistant"]).exits(0));
    insta::assert_snapshot!("rollback_nothing", model(&["rollback", "assistant"]).exits(2));
}

/// A management key, and its entry in an estate.
const MANAGER: &str = "key-of-on-call";

fn manager(scopes: &str) -> String {
    use sha2::Digest;
    let sha256 = data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(MANAGER));
    format!("[[manager]]\nid = \"on-call\"\nsha256 = \"{sha256}\"\nscopes = {scopes}\n")
}

/// The files of an estate, to be run a second time with a ledger of its own.
fn twin(house: &House) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(house.path()).unwrap().map(Result::unwrap).filter(|f| f.path().is_file()) {
        let text = std::fs::read_to_string(file.path()).unwrap();
        let own = text.replace("house.example/log", "twin.house.example/log");
        std::fs::write(folder.path().join(file.file_name()), own).unwrap();
    }
    folder
}

#[tokio::test(flavor = "multi_thread")]
async fn an_act_reaches_every_replica_and_status_tells_who_runs_what() {
    let house = House::build().await;
    house.write("manager.toml", &manager("[\"status\", \"stop\"]"));
    let folder = twin(&house);
    let one = Served::start(&house);
    let two = Served::of(folder.path());
    let replicas = format!(
        "[[replica]]\nid = \"one\"\nurl = \"http://{}\"\n[[replica]]\nid = \"two\"\nurl = \"http://{}\"\n",
        one.address, two.address
    );
    // The operator's own copy of the estate.
    let desk = tempfile::tempdir().unwrap();
    for file in ["estate.toml", "endpoints.toml", "systems.toml", "manager.toml"] {
        std::fs::copy(house.file(file), desk.path().join(file)).unwrap();
    }
    let run = |args: &[&str]| comity(args).on(desk.path()).env("COMITY_MANAGER_KEY", MANAGER).done();
    let alone = comity(["status"]).on(desk.path()).done().exits(2);
    assert!(alone.stderr.contains("COMITY_MANAGER_KEY"), "{alone}");
    std::fs::write(desk.path().join("replicas.toml"), &replicas).unwrap();
    let told = run(&["status"]).exits(1);
    assert!(
        told.stdout.contains("another estate") && told.stdout.contains("0 of 2 run the estate"),
        "{told}"
    );
    house.write("replicas.toml", &replicas);
    std::fs::write(folder.path().join("replicas.toml"), &replicas).unwrap();
    let (mut one, mut two) = (one, two);
    for served in [&mut one, &mut two] {
        served.signal("HUP");
        served.wait_for("law and estate reloaded");
    }
    let told = run(&["status"]).exits(0);
    assert!(told.stdout.contains("2 of 2 run the estate"), "{told}");
    let told = run(&["stop", "home", "--why", "incident 44"]).exits(0);
    assert!(
        told.stdout.contains("one: closed (entry ") && told.stdout.contains("two: closed (entry "),
        "{told}"
    );
    assert!(told.stdout.contains("2 of 2 replicas have it, the last of them after "), "{told}");
    for served in [&one, &two] {
        assert_eq!(ask(served.address, DESK, "assistant").await.header("x-comity-endpoint"), "second");
    }
    let reopened = run(&["stop", "home", "--reopen"]).exits(1);
    assert!(reopened.stdout.contains("has no scope `reopen`"), "{reopened}");
    drop(two.stop());
    let told = run(&["stop", "second"]).exits(1);
    assert!(told.stdout.contains("two: not reached") && told.stdout.contains("1 of 2 replicas"), "{told}");
    let stranger = get(one.address, "/v1/comity/status", DESK).await;
    assert_eq!(stranger.status, StatusCode::UNAUTHORIZED, "a caller's key manages nothing");
    let misuse = ask(one.address, MANAGER, "assistant").await;
    assert_eq!(misuse.status, StatusCode::UNAUTHORIZED, "a management key asks for nothing");
    drop(one.stop());
}
