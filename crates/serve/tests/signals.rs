//! Real signals, sent to this test's own process. One test, since signals reach every listener in the process.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::process::Command;

use serve::{on_signals, stop};

fn raise(signal: &str) {
    let status = Command::new("kill").args([signal, &std::process::id().to_string()]).status().unwrap();
    assert!(status.success());
}

#[tokio::test]
async fn hangup_reloads_then_a_first_signal_drains_and_a_second_ends() {
    let (stopper, stop) = stop();
    let reloads = on_signals(stopper).unwrap();
    raise("-HUP");
    reloads.next().await;
    assert!(!stop.is_draining());
    raise("-TERM");
    stop.draining().await;
    raise("-INT");
    stop.ended().await;
}
