//! A process settles its thread count by starting itself anew, and stays the process it was.
#![cfg(unix)]

use std::num::NonZeroUsize;
use std::process::Command;

const CHILD: &str = "ENGINE_TEST_SETTLES";

#[test]
fn a_process_starts_itself_anew_once_and_keeps_its_id() {
    if std::env::var_os(CHILD).is_some() {
        engine::settle_threads(NonZeroUsize::new(3).unwrap()).unwrap();
        println!("settled {} {}", std::process::id(), std::env::var("CANDLE_NUM_THREADS").unwrap());
        return;
    }
    let name = "a_process_starts_itself_anew_once_and_keeps_its_id";
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(CHILD, "1")
        .env("CANDLE_NUM_THREADS", "1")
        .env_remove("RAYON_NUM_THREADS")
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let id = child.id();
    let said = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    assert_eq!(said.matches("settled").count(), 1, "{said}");
    assert!(said.contains(&format!("settled {id} 3")), "{said}");
}
