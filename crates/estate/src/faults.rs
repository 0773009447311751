//! Everything wrong with the files of an estate, each fault with its place in the text.

use std::cell::RefCell;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use miette::{Diagnostic, NamedSource, SourceSpan};

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

/// What is wrong with an estate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Cause {
    /// A file or folder cannot be read.
    #[error("cannot read `{path}`: {why}")]
    Unreadable {
        /// The file or folder.
        path: String,
        /// The system's reason.
        why: String,
    },
    /// The text is not TOML.
    #[error("not TOML: {0}")]
    Syntax(String),
    /// A key that means nothing there.
    #[error("unknown key `{key}` in {section}")]
    UnknownKey {
        /// The key.
        key: String,
        /// The part of the estate.
        section: &'static str,
    },
    /// A key that has to be there.
    #[error("{section} needs the key `{key}`")]
    MissingKey {
        /// The key.
        key: &'static str,
        /// The part of the estate.
        section: &'static str,
    },
    /// A value of another type.
    #[error("`{key}` must be {expected}, not {got}")]
    WrongType {
        /// The key.
        key: String,
        /// What was expected.
        expected: &'static str,
        /// What is there.
        got: &'static str,
    },
    /// A value that its key cannot have.
    #[error("{0}")]
    BadValue(String),
    /// An id that leads nowhere.
    #[error("there is no {what} `{id}`")]
    NoSuch {
        /// What was meant.
        what: &'static str,
        /// The id.
        id: String,
    },
    /// Two definitions of one id.
    #[error("the {what} `{id}` is defined twice")]
    Twice {
        /// What is defined.
        what: &'static str,
        /// The id.
        id: String,
    },
    /// Vendors that own one another.
    #[error("ownership runs in a circle: {0}")]
    OwnersInCircle(String),
    /// Shares that cannot be.
    #[error("the shares of `{vendor}` add up to {sum} %, not 100 %")]
    Shares {
        /// The vendor.
        vendor: String,
        /// The sum, in percent.
        sum: String,
    },
    /// An endpoint says something else than the tables of known hosts.
    #[error("{0}")]
    HostDisagrees(String),
}

impl Cause {
    /// A stable word for the kind of fault.
    pub fn reason(&self) -> &'static str {
        match self {
            Cause::Unreadable { .. } => "unreadable",
            Cause::Syntax(_) => "syntax",
            Cause::UnknownKey { .. } => "unknown_key",
            Cause::MissingKey { .. } => "missing_key",
            Cause::WrongType { .. } => "wrong_type",
            Cause::BadValue(_) => "bad_value",
            Cause::NoSuch { .. } => "no_such",
            Cause::Twice { .. } => "twice",
            Cause::OwnersInCircle(_) => "owners_in_circle",
            Cause::Shares { .. } => "shares",
            Cause::HostDisagrees(_) => "host_disagrees",
        }
    }

    fn label(&self) -> String {
        match self {
            Cause::Syntax(_) | Cause::Unreadable { .. } => "here".to_owned(),
            Cause::UnknownKey { .. } => "not known here".to_owned(),
            Cause::MissingKey { key, .. } => format!("`{key}` is missing"),
            Cause::WrongType { expected, .. } => format!("expected {expected}"),
            Cause::BadValue(_) => "not accepted".to_owned(),
            Cause::NoSuch { .. } => "leads nowhere".to_owned(),
            Cause::Twice { .. } => "defined again".to_owned(),
            Cause::OwnersInCircle(_) => "closes the circle".to_owned(),
            Cause::Shares { .. } => "these shares".to_owned(),
            Cause::HostDisagrees(_) => "disagrees with the host".to_owned(),
        }
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
