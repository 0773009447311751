//! A browser without a window: what a page becomes once its scripts have run.

use std::path::Path;
use std::process::{Command, Stdio};

/// Nothing of a person's own browser is used, and nothing of the browser's own is fetched.
const ALONE: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// The document of the page in `file`, opened at a fragment, after its scripts have run.
pub(crate) fn document(file: &Path, fragment: &str) -> String {
    let chromium = std::env::var_os("COMITY_CHROMIUM").unwrap_or_else(|| {
        panic!("COMITY_CHROMIUM is not set: run `cargo xtask test`, which installs a browser for this test or says how to")
    });
    let home = tempfile::tempdir().unwrap();
    let mut browser = Command::new(chromium);
    browser.args(ALONE).arg(format!("--user-data-dir={}", home.path().join("profile").display()));
    browser
        .args(["--virtual-time-budget=3000", "--dump-dom"])
        .arg(format!("file://{}#{fragment}", file.display()));
    let output = browser.env("HOME", home.path()).stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let document = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && document.contains("</html>"), "{said}");
    document
}
