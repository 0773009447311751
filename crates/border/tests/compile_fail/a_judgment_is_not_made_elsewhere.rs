use std::sync::Arc;

use border::{Judged, Request};

fn forge(judged: Judged, request: Arc<Request>) -> Judged {
    Judged { request, ..judged }
}

fn main() {
    let _ = forge;
}
