use std::sync::Arc;

use border::{Door, Spent};
use bytes::Bytes;
use estate::Endpoint;

async fn with_bytes<D: Door>(door: &D, endpoint: Arc<Endpoint>, bytes: Bytes) {
    door.open(endpoint, bytes).await;
}

async fn with_a_pair<D: Door>(door: &D, endpoint: Arc<Endpoint>, bytes: Bytes) {
    door.open((endpoint, bytes)).await;
}

async fn with_what_was_spent<D: Door>(door: &D, spent: Spent) {
    door.open(spent).await;
}

fn main() {}
