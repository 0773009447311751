use std::sync::Arc;

use border::{Message, Permit, Record};
use estate::Endpoint;

fn forge(endpoint: Arc<Endpoint>, message: Message, record: Record) -> Permit {
    Permit::new(endpoint, message, u64::MAX, record)
}

fn main() {
    let _ = forge;
}
