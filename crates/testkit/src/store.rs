//! A store that lies: what it reports and what it keeps fail separately.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use ledger::storage::{Append, Durable, Storage};

/// A folder in memory that knows which bytes would survive a loss of power. Clones share it.
#[derive(Clone, Default)]
pub struct LyingStore {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    contents: Mutex<Contents>,
    released: Condvar,
}

#[derive(Default)]
struct Contents {
    files: BTreeMap<String, File>,
    lies: Vec<Lie>,
    locked: bool,
    held: bool,
    syncs: usize,
    batches: usize,
}

#[derive(Clone, Default)]
struct File {
    bytes: Vec<u8>,
    /// How many of the bytes would survive.
    durable: usize,
    /// What would be there instead, if none of them survive.
    before: Option<Vec<u8>>,
}

/// An operation that can be lied about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Adding to a journal file.
    Append,
    /// Making an appended or a written file durable.
    Sync,
    /// Writing a whole file.
    Write,
}

/// What the store answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reported {
    /// All is well.
    Done,
    /// ENOSPC.
    NoSpace,
    /// EIO.
    Io,
}

/// What the store does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Persisted {
    /// All of it.
    All,
    /// Nothing.
    Nothing,
    /// Only so many bytes.
    First(usize),
}

/// One lie, told at the next operation of its kind on a path that begins so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lie {
    /// On what.
    pub on: Operation,
    /// On which paths.
    pub path: String,
    /// How many such operations pass before.
    pub after: usize,
    /// What is answered.
    pub reported: Reported,
    /// What is done.
    pub persisted: Persisted,
}

impl LyingStore {
    /// An empty folder, honest so far.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Lies once.
    pub fn lie(&self, lie: Lie) {
        self.contents().lies.push(lie);
    }

    /// Lets syncs wait until [`LyingStore::release`].
    pub fn hold(&self) {
        self.contents().held = true;
    }

    /// Lets syncs go on.
    pub fn release(&self) {
        self.contents().held = false;
        self.shared.released.notify_all();
    }

    /// How many syncs of appended files there were.
    #[must_use]
    pub fn syncs(&self) -> usize {
        self.contents().syncs
    }

    /// How many syncs of written files there were, each of any number of files.
    #[must_use]
    pub fn batches(&self) -> usize {
        self.contents().batches
    }

    /// Waits until there were so many syncs of appended files.
    pub fn wait_for_syncs(&self, count: usize) {
        let mut contents = self.contents();
        while contents.syncs < count {
            contents = self.shared.released.wait(contents).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The folder as a loss of power would leave it now, with at most `luck` bytes more of every appended file.
    #[must_use]
    pub fn crash(&self, luck: usize) -> Self {
        let survivors = self
            .contents()
            .files
            .iter()
            .filter_map(|(path, file)| Some((path.clone(), file.after_crash(luck)?)))
            .collect();
        Self::of(survivors)
    }

    /// The folder as a death of the program would leave it now.
    #[must_use]
    pub fn copy(&self) -> Self {
        Self::of(self.contents().files.clone())
    }

    fn of(files: BTreeMap<String, File>) -> Self {
        let copy = Self::new();
        copy.contents().files = files;
        copy
    }

    /// Paths of all files, in order.
    #[must_use]
    pub fn paths(&self) -> Vec<String> {
        self.contents().files.keys().cloned().collect()
    }

    /// Changes a file behind the ledger's back; a file that is not there is made.
    pub fn tamper(&self, path: &str, change: impl FnOnce(&mut Vec<u8>)) {
        let mut contents = self.contents();
        let file = contents.files.entry(path.to_owned()).or_default();
        change(&mut file.bytes);
        file.durable = file.bytes.len();
    }

    /// Removes a file behind the ledger's back.
    pub fn remove(&self, path: &str) {
        self.contents().files.remove(path);
    }

    fn contents(&self) -> MutexGuard<'_, Contents> {
        self.shared.contents.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl File {
    fn after_crash(&self, luck: usize) -> Option<Self> {
        let kept = self.durable.saturating_add(luck).min(self.bytes.len());
        let bytes = if self.durable == 0 { self.before.clone()? } else { self.bytes.get(..kept)?.to_vec() };
        Some(Self { durable: bytes.len(), bytes, before: None })
    }
}

impl Contents {
    /// The lie that is due, or the truth.
    fn truth(&mut self, on: Operation, path: &str) -> (Reported, Persisted) {
        let told = self.lies.iter_mut().position(|lie| {
            let meant = lie.on == on && path.starts_with(&lie.path);
            let due = meant && lie.after == 0;
            if meant && !due {
                lie.after -= 1;
            }
            due
        });
        told.map_or((Reported::Done, Persisted::All), |at| {
            let lie = self.lies.remove(at);
            (lie.reported, lie.persisted)
        })
    }
}

impl Persisted {
    fn of(self, bytes: usize) -> usize {
        match self {
            Self::All => bytes,
            Self::Nothing => 0,
            Self::First(count) => count.min(bytes),
        }
    }
}

impl Reported {
    fn answer(self) -> io::Result<()> {
        match self {
            Self::Done => Ok(()),
            Self::NoSpace => Err(io::Error::from_raw_os_error(28)),
            Self::Io => Err(io::Error::from_raw_os_error(5)),
        }
    }
}

impl Storage for LyingStore {
    fn lock(&self) -> io::Result<Box<dyn Send>> {
        let mut contents = self.contents();
        if contents.locked {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        contents.locked = true;
        Ok(Box::new(Unlock(self.clone())))
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let prefix = format!("{folder}/");
        let contents = self.contents();
        let names = contents.files.keys().filter_map(|path| path.strip_prefix(&prefix));
        Ok(names.filter(|name| !name.contains('/')).map(str::to_owned).collect())
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let contents = self.contents();
        let file = contents.files.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(file.bytes.clone())
    }

    fn append(&self, path: &str, length: u64) -> io::Result<Box<dyn Append>> {
        let mut contents = self.contents();
        let file = contents.files.get_mut(path).ok_or(io::ErrorKind::NotFound)?;
        file.bytes.truncate(usize::try_from(length).unwrap_or(usize::MAX));
        file.durable = file.durable.min(file.bytes.len());
        Ok(Box::new(Growing { store: self.clone(), path: path.to_owned() }))
    }

    fn write(&self, path: &str, bytes: &[u8], durable: Durable) -> io::Result<()> {
        let mut contents = self.contents();
        let (reported, persisted) = contents.truth(Operation::Write, path);
        if persisted == Persisted::All {
            let old = contents.files.remove(path);
            let before = old.and_then(|old| if old.durable > 0 { Some(old.bytes) } else { old.before });
            let kept = if durable == Durable::Yes { bytes.len() } else { 0 };
            contents.files.insert(path.to_owned(), File { bytes: bytes.to_vec(), durable: kept, before });
        }
        reported.answer()
    }

    fn sync(&self, paths: &[String]) -> io::Result<()> {
        let mut contents = self.contents();
        contents.batches += 1;
        for path in paths {
            let (reported, persisted) = contents.truth(Operation::Sync, path);
            let file = contents.files.get_mut(path).ok_or(io::ErrorKind::NotFound)?;
            file.durable += persisted.of(file.bytes.len() - file.durable);
            reported.answer()?;
        }
        Ok(())
    }

    fn remove_folder(&self, folder: &str) -> io::Result<()> {
        let prefix = format!("{folder}/");
        self.contents().files.retain(|path, _| !path.starts_with(&prefix));
        Ok(())
    }
}

struct Unlock(LyingStore);

impl Drop for Unlock {
    fn drop(&mut self) {
        self.0.contents().locked = false;
    }
}

struct Growing {
    store: LyingStore,
    path: String,
}

impl Append for Growing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut contents = self.store.contents();
        let (reported, persisted) = contents.truth(Operation::Append, &self.path);
        let file = contents.files.get_mut(&self.path).ok_or(io::ErrorKind::NotFound)?;
        file.bytes.extend(bytes.iter().take(persisted.of(bytes.len())));
        reported.answer()
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut contents = self.store.contents();
        while contents.held {
            contents = self.store.shared.released.wait(contents).unwrap_or_else(PoisonError::into_inner);
        }
        contents.syncs += 1;
        self.store.shared.released.notify_all();
        let (reported, persisted) = contents.truth(Operation::Sync, &self.path);
        let file = contents.files.get_mut(&self.path).ok_or(io::ErrorKind::NotFound)?;
        file.durable += persisted.of(file.bytes.len() - file.durable);
        reported.answer()
    }
}
