//! All rulebooks together, and the editions that follow from them by date.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use include_dir::{Dir, include_dir};
use terms::{Date, PlaceSet};

use crate::book::Book;
use crate::condition::Names;
use crate::edition::Edition;
use crate::equivalence::Equivalences;
use crate::fault::LawFaults;
use crate::statement::{self, Statement};
use crate::{RuleError, lint};

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../rulebooks");

/// Where the law was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LawSource {
    /// The rulebooks that were built in.
    Embedded,
    /// A folder given instead.
    Folder(String),
    /// A bundle, by its digest.
    Bundle(String),
}

/// The whole law that is known, of all dates.
pub struct Law {
    books: Vec<Book>,
    statements: Vec<Arc<Statement>>,
    names: Names,
    equivalences: Equivalences,
    valid_dates: Vec<Date>,
    known_dates: Vec<Date>,
    editions: Mutex<HashMap<Stretch, Arc<Edition>>>,
    source: LawSource,
}

/// Between which changes of the law, and of what was known of it, a day lies.
type Stretch = (usize, Option<usize>);

/// A file of the law: its path below the root, with `/`, and its text.
pub type File = (String, String);

impl Law {
    /// The rulebooks that were built in.
    pub fn embedded() -> Result<Law, LawFaults> {
        Law::from_files(&embedded_files(), LawSource::Embedded)
    }

    /// The rulebooks of a folder, instead of the built-in ones.
    pub fn open(folder: &Path) -> Result<Law, LawFaults> {
        let files = files_of(folder)?;
        Law::from_files(&files, LawSource::Folder(folder.display().to_string()))
    }

    /// The law in `files`, checked as a whole.
    pub fn from_files(files: &[File], source: LawSource) -> Result<Law, LawFaults> {
        let mut faults = LawFaults::default();
        let (books, statements) = read_all(files, &mut faults);
        if books.is_empty() && faults.0.is_empty() {
            faults.push("rulebooks", "", "none found; expected <jurisdiction>/<instrument>/book.toml");
        }
        let equivalences = Equivalences::read(files, &mut faults);
        let names = names(&books);
        let statements = compiled(statements, files, &names, &mut faults);
        if !faults.0.is_empty() {
            return Err(faults);
        }
        let (valid_dates, known_dates) = dates(&books, &statements);
        let editions = Mutex::default();
        Ok(Law { books, statements, names, equivalences, valid_dates, known_dates, editions, source })
    }

    /// The law as of `valid`, as known on `known` (everything we know, where absent). Editions are built once and shared.
    pub fn at(&self, valid: Date, known: Option<Date>) -> Result<Arc<Edition>, RuleError> {
        let key = (interval(&self.valid_dates, valid), known.map(|k| interval(&self.known_dates, k)));
        let mut editions = self.editions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(edition) = editions.get(&key) {
            return Ok(edition.clone());
        }
        let edition = Arc::new(Edition::build(&self.books, &self.statements, &self.names, valid, known)?);
        editions.insert(key, edition.clone());
        Ok(edition)
    }

    /// The days on which the law changes, in order.
    pub fn dates(&self) -> &[Date] {
        &self.valid_dates
    }

    /// The rulebooks.
    pub fn books(&self) -> &[Book] {
        &self.books
    }

    /// Every statement, of all dates.
    pub fn statements(&self) -> &[Arc<Statement>] {
        &self.statements
    }

    /// The lists as they stand in an edition of this law, with their members.
    pub fn lists<'a>(&'a self, edition: &'a Edition) -> impl Iterator<Item = (&'a str, PlaceSet)> {
        let list = |(name, at): (&'a String, &usize)| Some((name.as_str(), *edition.tables.lists.get(*at)?));
        self.names.lists.iter().filter_map(list)
    }

    /// The thresholds that have a value in an edition of this law.
    pub fn thresholds<'a>(&'a self, edition: &'a Edition) -> impl Iterator<Item = (&'a str, u64)> {
        let value = |at: &usize| edition.tables.thresholds.get(*at).copied().flatten();
        self.names.thresholds.iter().filter_map(move |(name, at)| Some((name.as_str(), value(at)?)))
    }

    /// Mechanisms of one law that another accepts.
    pub fn equivalences(&self) -> &Equivalences {
        &self.equivalences
    }

    /// Where the law was read from.
    pub fn source(&self) -> &LawSource {
        &self.source
    }
}

/// Every file of the built-in rulebooks.
pub(crate) fn embedded_files() -> Vec<File> {
    let mut files = Vec::new();
    collect(&EMBEDDED, &mut files);
    files
}

/// Every file of a folder of rulebooks.
pub fn files_of(folder: &Path) -> Result<Vec<File>, LawFaults> {
    let mut files = Vec::new();
    let mut faults = LawFaults::default();
    walk(folder, folder, &mut files, &mut faults);
    if faults.0.is_empty() { Ok(files) } else { Err(faults) }
}

fn collect(dir: &Dir<'_>, files: &mut Vec<File>) {
    for file in dir.files() {
        if let (Some(path), Some(text)) = (file.path().to_str(), file.contents_utf8()) {
            files.push((path.to_owned(), text.to_owned()));
        }
    }
    dir.dirs().for_each(|d| collect(d, files));
}

fn walk(root: &Path, folder: &Path, files: &mut Vec<File>, faults: &mut LawFaults) {
    let shown = folder.display().to_string();
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return faults.push(&shown, "", format!("cannot be read: {error}")),
    };
    for path in entries.flatten().map(|e| e.path()) {
        if path.is_dir() {
            walk(root, &path, files, faults);
        } else if let Ok(name) = path.strip_prefix(root) {
            match std::fs::read_to_string(&path) {
                Ok(text) => files.push((name.to_string_lossy().replace('\\', "/"), text)),
                Err(error) => {
                    faults.push(&path.display().to_string(), "", format!("cannot be read: {error}"))
                }
            }
        }
    }
}

fn read_all(files: &[File], faults: &mut LawFaults) -> (Vec<Book>, Vec<Statement>) {
    let texts: HashMap<&str, &str> =
        files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let mut names: Vec<&str> = texts.keys().copied().filter(|n| n.ends_with("/book.toml")).collect();
    names.sort_unstable();
    let (mut books, mut statements) = (Vec::new(), Vec::new());
    for (book, read, found) in read_on_all_cores(&names, &texts) {
        books.extend(book);
        statements.extend(read);
        faults.0.extend(found.0);
    }
    (books, statements)
}

type ReadBook = (Option<Book>, Vec<Statement>, LawFaults);

/// Reading is most of what loading costs, and books are read apart. The order is that of the names, however it is shared out.
fn read_on_all_cores(names: &[&str], texts: &HashMap<&str, &str>) -> Vec<ReadBook> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = names.len().div_ceil(cores).max(1);
    std::thread::scope(|scope| {
        let read = |share: &[&str]| share.iter().map(|name| read_book(name, texts)).collect::<Vec<_>>();
        let shares: Vec<_> = names.chunks(share).map(|share| scope.spawn(move || read(share))).collect();
        shares
            .into_iter()
            .zip(names.chunks(share))
            .flat_map(|(done, share)| done.join().unwrap_or_else(|_| read(share)))
            .collect()
    })
}

fn read_book(name: &str, texts: &HashMap<&str, &str>) -> ReadBook {
    let mut faults = LawFaults::default();
    let folder = name.trim_end_matches("/book.toml");
    let text = texts.get(name).copied().unwrap_or_default();
    let Some(book) = Book::read(name, folder, text, &mut faults) else { return (None, Vec::new(), faults) };
    let rules = format!("{folder}/rules.cedar");
    let statements = match texts.get(rules.as_str()) {
        Some(text) => statement::read(&rules, &book, text, &mut faults),
        None => Vec::new(),
    };
    (Some(book), statements, faults)
}

/// Every list and threshold that some book keeps, numbered by name.
fn names(books: &[Book]) -> Names {
    let numbered = |names: BTreeSet<&str>| names.into_iter().map(str::to_owned).zip(0..).collect();
    let lists = books.iter().flat_map(|b| b.lists.iter().map(String::as_str));
    let thresholds = books.iter().flat_map(|b| b.thresholds.iter().map(|t| t.id.as_str()));
    Names { lists: numbered(lists.collect()), thresholds: numbered(thresholds.collect()) }
}

/// The statements with their conditions compiled and checked; what is at fault is reported.
fn compiled(
    mut statements: Vec<Statement>,
    files: &[File],
    names: &Names,
    faults: &mut LawFaults,
) -> Vec<Arc<Statement>> {
    for statement in &mut statements {
        if let Err(fault) = statement.compile(names) {
            let file = format!("{}/rules.cedar", statement.book);
            let text = files.iter().find(|(name, _)| *name == file).map_or("", |(_, text)| text.as_str());
            let line = fault.offset.map_or(statement.line, |offset| statement::line(text, offset));
            faults.push_at(&file, line, &statement.id, fault.message);
        }
    }
    lint::check(&statements, faults);
    statements.into_iter().map(Arc::new).collect()
}

fn dates(books: &[Book], statements: &[Arc<Statement>]) -> (Vec<Date>, Vec<Date>) {
    let periods = statements
        .iter()
        .map(|s| s.period)
        .chain(books.iter().flat_map(|b| b.listings.iter().map(|l| l.period)))
        .chain(books.iter().flat_map(|b| b.thresholds.iter().map(|t| t.period)));
    let (mut valid, mut known) = (BTreeSet::new(), BTreeSet::new());
    for period in periods {
        valid.extend(period.changes());
        known.extend(period.known);
    }
    valid.extend(statements.iter().filter_map(|s| s.review_by?.tomorrow().ok()));
    (valid.into_iter().collect(), known.into_iter().collect())
}

/// Which stretch between two changes a day lies in.
fn interval(dates: &[Date], day: Date) -> usize {
    dates.partition_point(|d| *d <= day)
}
