//! `GET /v1/comity/receipts/{index}`: an entry and its proof, to the key that made it.

use std::sync::Arc;

use http::{Response, StatusCode};
use ledger::Entry;
use serve::{Body, Problem};

use crate::caller;
use crate::errors;
use crate::routes::{Gateway, json};

impl Gateway {
    pub(crate) async fn receipt(self: &Arc<Self>, headers: &http::HeaderMap, index: &str) -> Response<Body> {
        let snapshot = match self.border.snapshot() {
            Ok(snapshot) => snapshot,
            // Receipts stay readable when nothing may cross.
            Err(_) => self.border.latest(),
        };
        let caller = match caller::known(headers, &snapshot) {
            Ok(caller) => caller,
            Err(error) => return errors::response(wire::Wire::Chat, &error, ""),
        };
        // One way to write an index, so that no other answers.
        let Some(index) = index.parse::<u64>().ok().filter(|n| n.to_string() == index) else {
            return missing(index);
        };
        let (border, key) = (self.border.clone(), caller.key.id.to_string());
        let read = move || {
            let entry = border.ledger().entry(index).ok()?;
            let made_by = match Entry::parse(&entry).ok()? {
                Entry::Admission(admission) => admission.key,
                Entry::Refusal(refusal) => refusal.key,
                _ => return None,
            };
            if made_by == key { border.ledger().receipt(index).ok() } else { None }
        };
        match tokio::task::spawn_blocking(read).await {
            Ok(Some(receipt)) => json(&serde_json::json!({
                "origin": self.border.ledger().origin(),
                "index": index,
                "entry": receipt.entry,
                "proof": receipt.proof,
                "vkey": self.border.ledger().vkey(),
            })),
            _ => missing(&index.to_string()),
        }
    }
}

/// The same answer whether there is no such entry or it is another's.
fn missing(index: &str) -> Response<Body> {
    Problem::new(StatusCode::NOT_FOUND)
        .with_detail(format!("this key has no receipt {index}"))
        .into_response()
}
