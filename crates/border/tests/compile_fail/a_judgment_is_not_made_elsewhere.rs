use std::sync::Arc;

use assess::Assessment;
use border::{Judged, Request, Snapshot};

fn forge(snapshot: Arc<Snapshot>, request: Arc<Request>, assessment: Arc<Assessment>) -> Judged {
    Judged { snapshot, request, assessment }
}

fn main() {
    let _ = forge;
}
