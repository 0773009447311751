//! `comity serve`: answers, stops, and keeps to one ledger.

mod closing;
mod crash;
mod reload;

use http::{Method, StatusCode};
use http_body_util::BodyExt;
use serde_json::json;
use testkit::Mode;

use crate::house::{BACK, DESK, House, SECRET};
use crate::http::{ask, get, send, try_ask};
use crate::run::{comity, retail};
use crate::served::{Served, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_request_is_answered_and_marked() {
    let house = House::build().await;
    let served = Served::start(&house);
    let reply = ask(served.address, DESK, "assistant").await;
    assert_eq!(reply.status, StatusCode::OK, "{reply:?}");
    assert_eq!(reply.json()["choices"][0]["message"]["content"], house.home.text());
    assert_eq!((reply.header("x-comity-endpoint"), reply.header("x-comity-place")), ("home", "DE"));
    assert!(reply.header("x-comity-receipt").starts_with("house.example/log "), "{reply:?}");
    assert!(reply.header("x-request-id").starts_with("req-"), "{reply:?}");

    let crossed = &house.home.requests()[0];
    assert_eq!(crossed.headers["authorization"], format!("Bearer {SECRET}"));
    assert!(!format!("{crossed:?}").contains(DESK), "the caller's key crossed: {crossed:?}");
    let body: serde_json::Value = serde_json::from_slice(&crossed.body).unwrap();
    assert_eq!(body["model"], "fake-large");

    let receipt = get(served.address, &format!("/v1/comity/receipts/{}", reply.index()), DESK).await;
    assert_eq!(receipt.json()["index"], reply.index());
    let others = get(served.address, &format!("/v1/comity/receipts/{}", reply.index()), BACK).await;
    assert_eq!(others.status, StatusCode::NOT_FOUND, "a receipt is its own key's only");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_serves_beside_and_what_it_does_not() {
    let house = House::build().await;
    let served = Served::start(&house);
    assert_eq!(get(served.address, "/healthz", "").await.status, StatusCode::OK);
    let ready = get(served.address, "/readyz", "").await;
    assert_eq!(ready.status, StatusCode::OK, "{ready:?}");
    ask(served.address, DESK, "assistant").await;
    let metrics = get(served.address, "/metrics", "").await.text();
    for line in [
        "comity_requests_total 1",
        "comity_stale 0",
        "comity_crossings_total{endpoint=\"home\",outcome=\"served\"} 1",
    ] {
        assert!(metrics.lines().any(|l| l == line), "`{line}` is not in:\n{metrics}");
    }
    let models = get(served.address, "/v1/models", BACK).await.json();
    assert_eq!(models["data"][0]["id"], "assistant");
    assert_eq!(models["data"].as_array().unwrap().len(), 1);
    for path in ["/", "/v1", "/v1/completions", "/v1/moderations", "/v1/comity", "/v1//models"] {
        let reply = get(served.address, path, DESK).await;
        assert_eq!(
            (reply.status, reply.code()),
            (StatusCode::NOT_FOUND, "unknown_path".to_owned()),
            "{path}"
        );
    }
    let reply = get(served.address, "/v1/chat/completions", DESK).await;
    assert_eq!((reply.status, reply.code().as_str()), (StatusCode::METHOD_NOT_ALLOWED, "wrong_method"));
    assert_eq!(house.home.count(), 1, "nothing but the chat request crossed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_manager_is_told_once_requests_are_answered() {
    let house = House::build().await;
    let socket = house.file("manager.sock");
    let manager = std::os::unix::net::UnixDatagram::bind(&socket).unwrap();
    manager.set_read_timeout(Some(std::time::Duration::from_secs(60))).unwrap();
    let served = Served::under_a_service_manager(&house, &socket);
    let mut told = [0; 64];
    let length = manager.recv(&mut told).unwrap();
    assert_eq!(&told[..length], b"READY=1\n");
    assert_eq!(get(served.address, "/readyz", "").await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_say_why_and_nothing_crosses() {
    let house = House::build().await;
    let served = Served::start(&house);
    let refused = ask(served.address, DESK, "overseas").await;
    assert_eq!((refused.status, refused.code()), (StatusCode::FORBIDDEN, "refused_by_law".to_owned()));
    assert_eq!(refused.header("x-should-retry"), "false");
    let error = &refused.json()["error"];
    assert!(error["message"].as_str().unwrap().contains("GDPR"), "{error}");
    assert!(error["comity"]["ruling"]["ways"].as_array().is_some_and(|ways| !ways.is_empty()), "{error}");
    assert!(refused.index() > 0, "a refusal is on record");
    let nobody = ask(served.address, "key-of-nobody", "assistant").await;
    assert_eq!((nobody.status, nobody.code()), (StatusCode::UNAUTHORIZED, "invalid_api_key".to_owned()));
    let unknown = ask(served.address, DESK, "gpt-4").await;
    assert_eq!((unknown.status, unknown.code()), (StatusCode::NOT_FOUND, "model_not_found".to_owned()));
    let crossed = house.home.count() + house.second.count() + house.away.count();
    assert_eq!(crossed, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn failover_stays_inside_the_law() {
    let house = House::build().await;
    let served = Served::start(&house);
    house.home.die().await;
    let second = ask(served.address, DESK, "assistant").await;
    assert_eq!((second.status, second.header("x-comity-endpoint")), (StatusCode::OK, "second"));
    house.second.die().await;
    let none = ask(served.address, DESK, "assistant").await;
    assert_eq!(
        (none.status, none.code()),
        (StatusCode::SERVICE_UNAVAILABLE, "no_lawful_endpoint_alive".to_owned())
    );
    assert_eq!(none.header("x-should-retry"), "false");
    assert_eq!(house.away.count(), 0, "the unlawful endpoint lives, and is not asked");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_in_any_log() {
    let house = House::build().await;
    let served = Served::logging(&house, "trace");
    ask(served.address, DESK, "assistant").await;
    ask(served.address, DESK, "overseas").await;
    house.home.set(Mode::Status(401));
    ask(served.address, DESK, "first").await;
    let logs = served.stop().join("\n");
    assert!(logs.contains("\"TRACE\""), "the finest logs are on");
    for secret in [SECRET, DESK] {
        assert!(!logs.contains(secret), "a log line has a secret");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_lets_requests_finish_and_ends_with_zero() {
    let house = House::build().await;
    let mut served = Served::start(&house);
    house.home.set(Mode::Gated);
    let address = served.address;
    let asked = tokio::spawn(async move { try_ask(address, DESK, "first", true).await });
    house.home.arrived(1).await;
    served.signal("TERM");
    until("it takes no new connections", || async { tokio::net::TcpStream::connect(address).await.is_err() })
        .await;
    house.home.open(100);
    let reply = asked.await.unwrap().unwrap();
    assert_eq!(reply.status, StatusCode::OK);
    assert!(reply.text().ends_with("data: [DONE]\n\n"), "{}", reply.text());
    assert_eq!(served.wait_for("drained")["cut"], 0);
    let (code, _) = served.ended();
    assert_eq!(code, Some(0));
    assert!(!house.ledger().join("control.sock").exists());
    insta::assert_snapshot!(
        comity(["verify", "--ledger"].map(Into::into).into_iter().chain([house.ledger().into_os_string()]))
            .on(house.path())
            .done()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_sigterm_ends_at_once() {
    let house = House::build().await;
    let mut served = Served::start(&house);
    house.home.set(Mode::Gated);
    let address = served.address;
    let asked = tokio::spawn(async move { try_ask(address, DESK, "first", true).await });
    house.home.arrived(1).await;
    served.signal("TERM");
    until("it takes no new connections", || async { tokio::net::TcpStream::connect(address).await.is_err() })
        .await;
    served.signal("TERM");
    assert_eq!(served.wait_for("drained")["cut"], 1);
    let (code, _) = served.ended();
    assert_eq!(code, Some(0));
    assert!(asked.await.unwrap().is_err(), "the upstream never answered");
    let report = verified(&house);
    assert_eq!(
        (&report["admissions"], &report["open"]),
        (&json!(1), &json!([])),
        "the cut one has its end on record"
    );
}

/// What `comity verify` says of the whole ledger, which must hold.
pub(crate) fn verified(house: &House) -> serde_json::Value {
    let ledger = house.ledger().display().to_string();
    let said = comity(["verify", "--ledger", &ledger]).on(house.path()).json().done().exits(0).value();
    said["checks"][0]["says"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_passed_on_as_it_comes() {
    let house = House::build().await;
    let served = Served::start(&house);
    house.home.set(Mode::Gated);
    house.home.open(2);
    let body =
        json!({ "model": "first", "stream": true, "messages": [{ "role": "user", "content": "Hello" }] });
    let reply =
        send(served.address, Method::POST, "/v1/chat/completions", DESK, body.to_string()).await.unwrap();
    let mut body = reply.into_body();
    let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
    assert!(first.starts_with(b"data: {"), "the first event comes while the upstream holds back the second");
    house.home.open(100);
    let rest = body.collect().await.unwrap().to_bytes();
    assert!(rest.ends_with(b"data: [DONE]\n\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_ledger_has_one_gateway() {
    let house = House::build().await;
    let served = Served::start(&house);
    let second =
        comity(["serve", "--listen", "127.0.0.1:0"]).on(house.path()).env("UPSTREAM_KEY", SECRET).done();
    insta::assert_snapshot!(second);
    let reply = ask(served.address, DESK, "assistant").await;
    assert_eq!(reply.status, StatusCode::OK, "the first goes on");
    let closed = comity(["stop", "second"]).on(house.path()).json().done().exits(0).value();
    assert_eq!(closed["gateway_running"], true, "and still obeys");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_keeps_it_from_starting_is_said() {
    let house = House::build().await;
    let serve =
        |house: &House| comity(["serve", "--listen", "127.0.0.1:0"]).on(house.path()).done().to_string();
    let without_secret = serve(&house);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let run = comity(["serve", "--listen", &address]).on(house.path()).env("UPSTREAM_KEY", SECRET);
    let taken = run.calling(&address, "[address]").done();
    assert_eq!(taken.code, Some(2));
    std::fs::write(house.file("ledger/closed.json"), "{").unwrap();
    let run = comity(["serve", "--listen", "127.0.0.1:0"]).on(house.path()).env("UPSTREAM_KEY", SECRET);
    let unreadable = run.done().to_string();
    let missing =
        comity(["serve", "--listen", "127.0.0.1:0"]).on(retail().join("nowhere")).done().to_string();
    insta::assert_snapshot!([without_secret, taken.stderr, unreadable, missing].join("\n=====\n"));
}
