//! SIGHUP: law and estate as one, the last good ones where newer ones do not load, and not for ever.

use http::StatusCode;

use crate::check::replace;
use crate::house::{BACK, DESK, House};
use crate::http::{ask, get};
use crate::served::{Served, until};

const FAULTS: &str = "law or estate does not load";
const FAILED: &str = "reload failed; the last good law and estate stay in force";
const DONE: &str = "law and estate reloaded";

#[tokio::test(flavor = "multi_thread")]
async fn a_new_estate_is_taken_on_sighup() {
    let house = House::build().await;
    let mut served = Served::start(&house);
    assert_eq!(ask(served.address, BACK, "new").await.status, StatusCode::NOT_FOUND);
    replace(
        &house.file("systems.toml"),
        r#"{ assistant = ["home"] }"#,
        r#"{ assistant = ["home"], new = ["home"] }"#,
    );
    assert_eq!(
        ask(served.address, BACK, "new").await.status,
        StatusCode::NOT_FOUND,
        "not without being told"
    );
    served.signal("HUP");
    served.wait_for(DONE);
    assert_eq!(ask(served.address, BACK, "new").await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_file_keeps_the_last_good_ones_loudly_until_it_is_mended() {
    let house = House::build().await;
    let mut served = Served::start(&house);
    replace(&house.file("endpoints.toml"), "vendor = \"near\"", "vendor = \"naer\"");
    replace(&house.file("systems.toml"), "exporter = \"house\"", "exporter = \"hose\"");
    served.signal("HUP");
    let said = served.wait_for(FAULTS)["faults"].as_str().unwrap().to_owned();
    assert!(said.contains("naer") && said.contains("hose"), "the log has every fault: {said}");
    served.wait_for(FAILED);

    let ready = get(served.address, "/readyz", "").await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    let state = &ready.json()["conditions"][0];
    assert_eq!((&state["name"], &state["ready"]), (&"law-and-estate".into(), &false.into()));
    let reason = state["reason"].as_str().unwrap();
    assert!(
        reason.contains("endpoints.toml") && reason.contains("systems.toml"),
        "it names the files: {reason}"
    );
    assert!(metric(&served, "comity_stale 1").await);
    assert_eq!(get(served.address, "/healthz", "").await.status, StatusCode::OK);
    assert_eq!(
        ask(served.address, DESK, "assistant").await.status,
        StatusCode::OK,
        "the last good ones serve"
    );

    replace(&house.file("endpoints.toml"), "vendor = \"naer\"", "vendor = \"near\"");
    replace(&house.file("systems.toml"), "exporter = \"hose\"", "exporter = \"house\"");
    served.signal("HUP");
    served.wait_for(DONE);
    assert_eq!(get(served.address, "/readyz", "").await.status, StatusCode::OK);
    assert!(metric(&served, "comity_stale 0").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_good_ones_serve_only_for_so_long() {
    let house = House::build().await;
    replace(&house.file("estate.toml"), "max_stale = \"10m\"", "max_stale = \"50ms\"");
    let mut served = Served::with_a_real_clock(&house);
    replace(&house.file("endpoints.toml"), "vendor = \"near\"", "vendor = \"naer\"");
    served.signal("HUP");
    served.wait_for(FAILED);
    let address = served.address;
    until("stale", || async move {
        ask(address, DESK, "assistant").await.status == StatusCode::SERVICE_UNAVAILABLE
    })
    .await;
    let crossed = house.home.count();
    let stale = ask(served.address, DESK, "assistant").await;
    assert_eq!((stale.code().as_str(), stale.header("x-should-retry")), ("stale", "false"));
    assert_eq!(house.home.count(), crossed);
    let anybody = ask(served.address, "key-of-nobody", "assistant").await.text();
    for inside in ["near", "naer", "vendor"] {
        assert!(!anybody.contains(inside), "a caller is shown the estate's text: {anybody}");
    }
    replace(&house.file("endpoints.toml"), "vendor = \"naer\"", "vendor = \"near\"");
    served.signal("HUP");
    served.wait_for(DONE);
    assert_eq!(ask(served.address, DESK, "assistant").await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_that_is_gone_is_a_bad_file_too() {
    let house = House::build().await;
    let mut served = Served::start(&house);
    replace(&house.file("endpoints.toml"), "env = \"UPSTREAM_KEY\"", "env = \"NOT_THERE\"");
    served.signal("HUP");
    let said = served.wait_for(FAULTS)["faults"].as_str().unwrap().to_owned();
    assert!(said.contains("NOT_THERE"), "{said}");
    served.wait_for(FAILED);
    assert_eq!(get(served.address, "/readyz", "").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(ask(served.address, DESK, "assistant").await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_only_a_start_reads_are_named() {
    let house = House::build().await;
    let mut served = Served::start(&house);
    replace(&house.file("estate.toml"), "max_stale = \"10m\"", "max_stale = \"5m\"\nmax_requests = 7");
    served.signal("HUP");
    let said = served.wait_for("these settings of the gateway take effect with its next start");
    assert_eq!(said["settings"], "max_requests", "max_stale is in force already");
}

async fn metric(served: &Served, line: &str) -> bool {
    get(served.address, "/metrics", "").await.text().lines().any(|l| l == line)
}
