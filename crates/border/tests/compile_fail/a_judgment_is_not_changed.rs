use std::sync::Arc;

use assess::Assessment;
use border::Judged;

fn swap(judged: &mut Judged, milder: Arc<Assessment>) {
    judged.assessment = milder;
}

fn main() {
    let _ = swap;
}
