//! `comity stop`: at once, without a reload, and for good until it is opened again.

use http::StatusCode;

use super::verified;
use crate::check::replace;
use crate::house::{BACK, DESK, House};
use crate::http::ask;
use crate::run::{Run, comity};
use crate::served::Served;

fn stop(house: &House, args: &[&str]) -> Run {
    comity(["stop"].iter().chain(args)).on(house.path())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_is_closed_at_once_and_stays_so_until_it_is_opened() {
    let house = House::build().await;
    let served = Served::start(&house);
    assert_eq!(ask(served.address, DESK, "assistant").await.header("x-comity-endpoint"), "home");
    let closed = stop(&house, &["home", "--why", "incident 42"]).done().to_string();
    assert_eq!(ask(served.address, DESK, "assistant").await.header("x-comity-endpoint"), "second");
    let alone = ask(served.address, DESK, "first").await;
    assert_eq!(
        (alone.status, alone.code().as_str()),
        (StatusCode::SERVICE_UNAVAILABLE, "no_lawful_endpoint_alive")
    );
    assert_eq!(house.home.count(), 1);
    served.stop();

    let served = Served::start(&house);
    assert_eq!(
        ask(served.address, DESK, "assistant").await.header("x-comity-endpoint"),
        "second",
        "a restart"
    );
    let opened = stop(&house, &["home", "--reopen", "--by", "the officer on duty"]).done().to_string();
    assert_eq!(ask(served.address, DESK, "assistant").await.header("x-comity-endpoint"), "home");
    served.stop();
    insta::assert_snapshot!(closed + &opened);
    assert_eq!(verified(&house)["open"].to_string(), "[]");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_system_is_closed_for_its_callers_only() {
    let house = House::build().await;
    let served = Served::start(&house);
    stop(&house, &["back"]).done().exits(0);
    let closed = ask(served.address, BACK, "assistant").await;
    assert_eq!((closed.status, closed.code().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "system_closed"));
    assert_eq!(ask(served.address, DESK, "assistant").await.status, StatusCode::OK);
    stop(&house, &["back", "--reopen"]).done().exits(0);
    assert_eq!(ask(served.address, BACK, "assistant").await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_gateway_the_next_one_obeys() {
    let house = House::build().await;
    let closed = stop(&house, &["home"]).done().to_string();
    let served = Served::start(&house);
    assert_eq!(ask(served.address, DESK, "assistant").await.header("x-comity-endpoint"), "second");
    served.stop();
    let opened = stop(&house, &["home", "--reopen"]).json().done().to_string();
    let served = Served::start(&house);
    assert_eq!(ask(served.address, DESK, "assistant").await.header("x-comity-endpoint"), "home");
    insta::assert_snapshot!(closed + &opened);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_crash_the_socket_left_behind_misleads_nobody() {
    let house = House::build().await;
    Served::start(&house).kill();
    assert!(house.ledger().join("control.sock").exists());
    let closed = stop(&house, &["home"]).json().done().exits(0).value();
    assert_eq!(closed["gateway_running"], false);
    let served = Served::start(&house);
    assert_eq!(ask(served.address, DESK, "assistant").await.header("x-comity-endpoint"), "second");
    assert_eq!(stop(&house, &["home", "--reopen"]).json().done().value()["gateway_running"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_id_is_answered_with_the_nearest() {
    let house = House::build().await;
    insta::assert_snapshot!(stop(&house, &["hone"]).done());
    assert!(!house.ledger().exists(), "nothing was written");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_does_not_wait_until_the_files_load() {
    let house = House::build().await;
    let served = Served::start(&house);
    house.write("endpoints.toml", "[[endpoint]]\n");
    let closed = stop(&house, &["home"]).json().done().exits(0).value();
    assert_eq!(closed["gateway_running"], true);
    assert_eq!(ask(served.address, DESK, "assistant").await.header("x-comity-endpoint"), "second");
    let unknown = stop(&house, &["hone"]).done().exits(2).stderr;
    assert!(unknown.contains("`home`"), "the gateway knows its own estate: {unknown}");

    // The ledger's new place counts from the next start; the running gateway is where it was.
    std::fs::remove_file(house.file("endpoints.toml")).unwrap();
    replace(&house.file("estate.toml"), "folder = \"ledger\"", "folder = \"elsewhere\"");
    let ledger = house.ledger().display().to_string();
    let opened = stop(&house, &["home", "--reopen", "--ledger", &ledger]).json().done().exits(0).value();
    assert_eq!(opened["gateway_running"], true);
    served.stop();
    stop(&house, &["home"]).done().exits(2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_closed_and_why_is_on_record() {
    let house = House::build().await;
    let served = Served::start(&house);
    let args = ["home", "--why", "incident 42", "--by", "duty officer"];
    let index = stop(&house, &args).json().done().exits(0).value()["entry"].as_u64().unwrap();
    served.stop();
    let journal = std::fs::read_dir(house.ledger().join("journal")).unwrap();
    let written: Vec<u8> = journal.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect();
    let written = String::from_utf8_lossy(&written);
    assert!(index > 0 && written.contains("incident 42") && written.contains("duty officer"), "{written}");
}
