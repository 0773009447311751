//! Everything wrong with the files of an estate, each fault with its place in the text.

mod cause;

use std::cell::RefCell;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use miette::{Diagnostic, NamedSource, SourceSpan};

pub use self::cause::Cause;

/// A file of an estate.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SourceFile {
    pub(crate) name: String,
    pub(crate) text: Arc<str>,
}

/// Somewhere in a file.
#[derive(Debug, Clone)]
pub(crate) struct Spot {
    pub(crate) file: Arc<SourceFile>,
    pub(crate) span: Range<usize>,
}

impl Spot {
    /// `file:line`, to point at a second place.
    pub(crate) fn line(&self) -> String {
        let before = self.file.text.get(..self.span.start).unwrap_or("");
        format!("`{}`, line {}", self.file.name, before.matches('\n').count() + 1)
    }
}

/// Every fault of the files of an estate, in the order of files and of text.
#[derive(Debug, Clone, thiserror::Error, Diagnostic)]
#[error("the estate does not load: {}", count(.faults.len()))]
pub struct EstateFaults {
    /// The faults; never empty.
    #[related]
    pub faults: Vec<EstateFault>,
}

fn count(faults: usize) -> String {
    if faults == 1 { "1 fault".to_owned() } else { format!("{faults} faults") }
}

/// One fault.
#[derive(Debug, Clone)]
pub struct EstateFault {
    /// What is wrong.
    pub cause: Cause,
    /// What to do about it, if there is something to say.
    pub help: Option<String>,
    file: NamedSource<Arc<str>>,
    span: Option<Range<usize>>,
}

impl EstateFault {
    pub(crate) fn at(spot: &Spot, cause: Cause) -> Self {
        let file = NamedSource::new(&spot.file.name, Arc::clone(&spot.file.text)).with_language("TOML");
        EstateFault { cause, help: None, file, span: Some(spot.span.clone()) }
    }

    /// A fault of a file as a whole, or of one that is not there.
    pub(crate) fn of_file(name: &str, cause: Cause) -> Self {
        EstateFault { cause, help: None, file: NamedSource::new(name, Arc::from("")), span: None }
    }

    #[must_use]
    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The file, relative to the folder of the estate.
    pub fn file(&self) -> &str {
        self.file.name()
    }

    /// The line of the file where the fault begins, from 1.
    pub fn line(&self) -> Option<usize> {
        let before = self.file.inner().get(..self.span.as_ref()?.start)?;
        Some(before.matches('\n').count() + 1)
    }

    /// The bytes of the file that the fault is about.
    pub fn span(&self) -> Option<Range<usize>> {
        self.span.clone()
    }
}

impl fmt::Display for EstateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.cause)
    }
}

impl std::error::Error for EstateFault {}

impl Diagnostic for EstateFault {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(format!("estate::{}", self.cause.reason())))
    }
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|h| Box::new(h) as Box<dyn fmt::Display>)
    }
    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        self.span.as_ref().map(|_| &self.file as &dyn miette::SourceCode)
    }
    fn labels(&self) -> Option<Box<dyn Iterator<Item = miette::LabeledSpan> + '_>> {
        let span = self.span.clone()?;
        let label = self.cause.label();
        Some(Box::new(std::iter::once(miette::LabeledSpan::new_with_span(
            Some(label),
            SourceSpan::from(span),
        ))))
    }
}

/// Collects faults while files are read, so that all are reported at once.
#[derive(Default)]
pub(crate) struct Faults {
    found: RefCell<Vec<EstateFault>>,
    concealed: RefCell<Vec<Spot>>,
}

impl Faults {
    pub(crate) fn add(&self, fault: EstateFault) {
        self.found.borrow_mut().push(fault);
    }

    /// Keeps a value out of every report: it may be a secret that somebody put in the wrong place.
    pub(crate) fn conceal(&self, spot: Spot) {
        self.concealed.borrow_mut().push(spot);
    }

    /// Everything that is wrong so far, in the order of files and of text; `None` if nothing is.
    pub(crate) fn take(&self) -> Option<EstateFaults> {
        let mut faults = self.found.take();
        faults.sort_by(|a, b| {
            let key = |f: &EstateFault| (f.file().to_owned(), f.span.as_ref().map(|s| s.start));
            key(a).cmp(&key(b))
        });
        let masked = self.masked();
        for fault in &mut faults {
            if let Some((_, text)) =
                masked.iter().find(|(file, _)| Arc::ptr_eq(&file.text, fault.file.inner()))
            {
                fault.file = NamedSource::new(fault.file(), Arc::clone(text)).with_language("TOML");
            }
        }
        if faults.is_empty() { None } else { Some(EstateFaults { faults }) }
    }

    /// The text of each file that holds concealed values, with asterisks in their place.
    fn masked(&self) -> Vec<(Arc<SourceFile>, Arc<str>)> {
        let mut files: Vec<(Arc<SourceFile>, Vec<u8>)> = Vec::new();
        for Spot { file, span } in self.concealed.take() {
            let at = files.iter().position(|(known, _)| Arc::ptr_eq(known, &file)).unwrap_or_else(|| {
                files.push((Arc::clone(&file), file.text.as_bytes().to_vec()));
                files.len() - 1
            });
            let bytes = files.get_mut(at).and_then(|(_, bytes)| bytes.get_mut(span));
            bytes.into_iter().flatten().filter(|b| **b != b'\n').for_each(|b| *b = b'*');
        }
        files.into_iter().map(|(file, bytes)| (file, String::from_utf8_lossy(&bytes).into())).collect()
    }
}
