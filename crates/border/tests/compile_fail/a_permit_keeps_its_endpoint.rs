use std::sync::Arc;

use border::Permit;
use estate::Endpoint;

fn other_endpoint(permit: &mut Permit, other: Arc<Endpoint>) {
    permit.endpoint = other;
}

fn by_the_side(permit: &Permit, other: Endpoint) {
    *permit.endpoint() = other;
}

fn longer(permit: &mut Permit) {
    permit.issued_ms = u64::MAX;
}

fn main() {
    let _ = (other_endpoint, by_the_side, longer);
}
