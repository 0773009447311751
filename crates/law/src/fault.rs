//! What can be wrong with a rulebook; all of it is reported at once.

use std::fmt;

/// One thing wrong with one file of the law.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LawFault {
    /// The file, relative to the root of the rulebooks.
    pub file: String,
    /// The line, where one is to blame.
    pub line: Option<usize>,
    /// The provision, way or row, where one is to blame.
    pub at: String,
    /// What is wrong and what was expected.
    pub message: String,
}

/// Everything wrong with the law as given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LawFaults(pub Vec<LawFault>);

impl LawFaults {
    pub(crate) fn push(&mut self, file: &str, at: impl Into<String>, message: impl Into<String>) {
        self.0.push(LawFault { file: file.to_owned(), line: None, at: at.into(), message: message.into() });
    }

    pub(crate) fn push_at(
        &mut self,
        file: &str,
        line: usize,
        at: impl Into<String>,
        message: impl Into<String>,
    ) {
        let fault =
            LawFault { file: file.to_owned(), line: Some(line), at: at.into(), message: message.into() };
        self.0.push(fault);
    }
}

impl fmt::Display for LawFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the law does not load: {} fault(s)", self.0.len())?;
        for fault in &self.0 {
            let at = if fault.at.is_empty() { String::new() } else { format!(" `{}`", fault.at) };
            let line = fault.line.map(|line| format!(":{line}")).unwrap_or_default();
            write!(f, "\n  {}{line}{at}: {}", fault.file, fault.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for LawFaults {}
