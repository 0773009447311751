//! A gateway that is killed under load: what it acknowledged is there, what it left open is said to be abandoned.

use std::sync::{Arc, Mutex};

use http::StatusCode;
use testkit::Mode;

use super::verified;
use crate::house::{DESK, House};
use crate::http::{get, try_ask};
use crate::served::Served;

#[tokio::test(flavor = "multi_thread")]
async fn kill_under_load_loses_nothing_that_was_acknowledged() {
    let house = House::build().await;
    let served = Served::start(&house);
    let address = served.address;
    house.second.set(Mode::Gated);
    let hanging: Vec<_> = (0..3).map(|_| tokio::spawn(try_ask(address, DESK, "other", true))).collect();
    house.second.arrived(3).await;
    let acknowledged = Arc::new(Mutex::new(Vec::new()));
    let callers: Vec<_> = (0..8)
        .map(|n| tokio::spawn(call_until_it_breaks(address, n % 2 == 0, acknowledged.clone())))
        .collect();
    house.home.arrived(200).await;
    served.kill();
    for caller in callers {
        caller.await.unwrap();
    }
    for request in hanging {
        assert!(request.await.unwrap().is_err());
    }
    let acknowledged = std::mem::take(&mut *acknowledged.lock().unwrap());
    assert!(acknowledged.len() >= 100, "{}", acknowledged.len());

    let mut served = Served::start(&house);
    let said = "crossings of an earlier run had no end and are recorded as abandoned";
    let line = served.seen.iter().find(|l| l.contains(said)).cloned();
    let line = line.unwrap_or_else(|| served.wait_for(said).to_string());
    let abandoned = serde_json::from_str::<serde_json::Value>(&line).unwrap()["crossings"].as_u64().unwrap();
    assert!(abandoned >= 3, "{line}");
    for index in &acknowledged {
        let receipt = get(served.address, &format!("/v1/comity/receipts/{index}"), DESK).await;
        assert_eq!(receipt.status, StatusCode::OK, "entry {index} was acknowledged and is lost");
    }
    served.stop();
    let report = verified(&house);
    assert_eq!(report["outcomes"]["abandoned"], abandoned, "{report}");
    assert_eq!(report["open"].to_string(), "[]");
    assert!(report["admissions"].as_u64().unwrap() >= acknowledged.len() as u64 + 3);
}

async fn call_until_it_breaks(
    address: std::net::SocketAddr,
    stream: bool,
    acknowledged: Arc<Mutex<Vec<u64>>>,
) {
    while let Ok(reply) = try_ask(address, DESK, "first", stream).await {
        assert_eq!(reply.status, StatusCode::OK, "{reply:?}");
        acknowledged.lock().unwrap().push(reply.index());
    }
}
