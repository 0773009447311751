//! Steps of a task: each has a heading and a time, and one that fails does not hide the next.

use std::io::Write;
use std::time::Instant;

use anyhow::{Result, bail};

/// Steps done so far.
#[derive(Default)]
pub(crate) struct Steps {
    lines: Vec<String>,
    failed: Vec<&'static str>,
}

impl Steps {
    /// Runs a step and remembers how it ended.
    pub(crate) fn run(&mut self, name: &'static str, step: impl FnOnce() -> Result<()>) {
        say(&format!("\n== {name}"));
        let start = Instant::now();
        let ended = match step() {
            Ok(()) => "ok",
            Err(error) => {
                say(&format!("error: {error:#}"));
                self.failed.push(name);
                "FAILED"
            }
        };
        let line = format!("{name:<10} {ended:<6} {:>7.1} s", start.elapsed().as_secs_f64());
        say(&format!("== {line}"));
        self.lines.push(line);
    }

    /// Says how each step ended.
    ///
    /// # Errors
    /// The names of those that failed.
    pub(crate) fn finish(self) -> Result<()> {
        say(&format!("\n{}", self.lines.join("\n")));
        if !self.failed.is_empty() {
            bail!("failed: {}", self.failed.join(", "));
        }
        Ok(())
    }
}

/// Tells the person at the terminal; stdout is left to what a task is asked for.
pub(crate) fn say(line: &str) {
    // There is nobody to tell that the terminal is gone.
    let _unheard = writeln!(std::io::stderr(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_step_is_named_and_the_next_still_runs() {
        let mut steps = Steps::default();
        let mut ran = false;
        steps.run("first", || bail!("broken"));
        steps.run("second", || {
            ran = true;
            Ok(())
        });
        assert!(ran);
        assert_eq!(steps.finish().unwrap_err().to_string(), "failed: first");
    }
}
