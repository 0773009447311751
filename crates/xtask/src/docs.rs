//! References that are made from the program: it prints them, and this writes them down or compares.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::cargo::{self, output, root};
use crate::steps::say;

/// What `comity docs` is asked for, and where its answer lies.
const REFERENCES: [(&str, &str); 3] =
    [("cli", "docs/cli.md"), ("config", "docs/config.md"), ("words", "docs/words.md")];

/// Writes the references, or with `check` only compares them with what the program says.
///
/// # Errors
/// If the program does not build or cannot say it, or if `check` finds a difference.
pub(crate) fn run(check: bool) -> Result<()> {
    let program = cargo::build(&["--bin", "comity"])?;
    let mut stale = Vec::new();
    for (topic, file) in REFERENCES {
        let text = output(Command::new(&program).args(["docs", topic]))?;
        if settle(&root().join(file), &text, check)? {
            say(&format!("{file} is as the program says."));
        } else {
            stale.push(file);
        }
    }
    if !stale.is_empty() {
        bail!("not what the program says: {}; write them with `cargo xtask docs`", stale.join(", "));
    }
    Ok(())
}

/// Whether the file holds the text in the end; it is written unless only checked.
fn settle(file: &Path, text: &[u8], check: bool) -> Result<bool> {
    if fs::read(file).is_ok_and(|found| found == text) {
        return Ok(true);
    }
    if !check {
        fs::write(file, text).with_context(|| format!("cannot write `{}`", file.display()))?;
    }
    Ok(!check)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_writes_nothing_and_sees_a_difference() {
        let file = std::env::temp_dir().join(format!("comity-docs-{}.md", std::process::id()));
        assert!(settle(&file, b"one", false).unwrap());
        assert!(settle(&file, b"one", true).unwrap());
        assert!(!settle(&file, b"two", true).unwrap());
        assert_eq!(fs::read(&file).unwrap(), b"one");
        fs::remove_file(file).unwrap();
    }
}
