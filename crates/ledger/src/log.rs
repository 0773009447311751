//! The ledger as its users hold it.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use tlog::{Hash, Signer};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::entry::{Entry, Outcome, OutcomeCode, SCHEMA, Start};
use crate::error::{AppendError, OpenError, ReadError};
use crate::published;
use crate::queue::{Item, Link, Queue};
use crate::recovery::{Ground, Recovered};
use crate::sequencer::{Latest, Published, latest};
use crate::storage::{Disk, Storage};
use crate::writer::{Ended, Writer};

/// Milliseconds since 1970, whenever called.
pub type Clock = Arc<dyn Fn() -> u64 + Send + Sync>;

/// How a ledger is opened.
pub struct LedgerOptions {
    /// Where it lives.
    pub storage: Arc<dyn Storage>,
    /// Its key; the key's name is the log's name (origin).
    pub signer: Signer,
    /// The time that its own entries bear.
    pub clock: Clock,
    /// Name and version of the program, for the start entry.
    pub software: String,
    /// How long a recorded entry may wait to be published, unless it is asked for. Default 1 s: what is published
    /// together shares its syncs.
    pub publish_every: Duration,
    /// How long an entry of [`Ledger::append_soon`] may wait to be recorded. Default 100 ms.
    pub linger: Duration,
    /// How long an entry may wait for as many others as shared the last sync, to share the next; a lone caller never
    /// waits. Default 300 µs.
    pub gather: Duration,
    /// Size in bytes at which a journal file is full. Default 8 MiB. Opening reads one or two files whole.
    pub segment_bytes: u64,
    /// How many entries may wait in [`Ledger::append`]. Default 4096.
    pub waiting: usize,
}

impl LedgerOptions {
    /// The defaults.
    #[must_use]
    pub fn new(storage: Arc<dyn Storage>, signer: Signer, clock: Clock) -> Self {
        Self {
            storage,
            signer,
            clock,
            software: concat!("comity ", env!("CARGO_PKG_VERSION")).to_owned(),
            publish_every: Duration::from_secs(1),
            linger: Duration::from_millis(100),
            gather: Duration::from_micros(300),
            segment_bytes: 8 << 20,
            waiting: 4096,
        }
    }

    /// The defaults, in a folder on disk, which is made if need be.
    ///
    /// # Errors
    /// [`OpenError::Storage`] if it cannot be made.
    pub fn in_folder(folder: &Path, signer: Signer, clock: Clock) -> Result<Self, OpenError> {
        let disk = Disk::new(folder).map_err(OpenError::storage(format!("make `{}`", folder.display())))?;
        Ok(Self::new(Arc::new(disk), signer, clock))
    }
}

/// What was found when a ledger was opened, and what was done about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Recovery {
    /// Entries that were there.
    pub size: u64,
    /// Their root hash.
    pub root: Hash,
    /// Index of the start entry that was then written.
    pub start: u64,
    /// Admissions that had no outcome; each got the outcome `abandoned`.
    pub abandoned: Vec<u64>,
    /// Bytes at the end of the journal that a crash had left half written. No entry in them was acknowledged.
    pub dropped_bytes: usize,
    /// Whether all tiles were made again from the journal.
    pub rebuilt: bool,
}

/// An entry and the proof that it is in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The line.
    pub entry: String,
    /// Its `tlog-proof` text.
    pub proof: String,
}

/// An open ledger. Clones share it.
///
/// End it with [`Ledger::close`], which tells whether all was recorded. When the last clone is dropped instead, what
/// waits is still recorded and published, but nobody hears of it.
#[derive(Clone)]
pub struct Ledger {
    inner: Arc<Inner>,
}

struct Inner {
    storage: Arc<dyn Storage>,
    clock: Clock,
    origin: String,
    vkey: String,
    queue: Arc<Queue>,
    durable: Arc<AtomicU64>,
    latest: Latest,
    waiting: Arc<Semaphore>,
    ended: Mutex<Option<Ended>>,
}

impl Ledger {
    /// Opens a ledger, or begins one: recovers, closes what a crash left open, writes a start entry, publishes.
    ///
    /// # Errors
    /// [`OpenError`]. If the journal or the checkpoint is not as it must be, nothing on disk was changed.
    pub fn open(options: LedgerOptions) -> Result<(Self, Recovery), OpenError> {
        let lock = options.storage.lock().map_err(|source| match source.kind() {
            std::io::ErrorKind::WouldBlock => OpenError::Locked,
            _ => OpenError::Storage { what: "lock the ledger".into(), source },
        })?;
        let ground = Ground {
            storage: Arc::clone(&options.storage),
            signer: options.signer.clone(),
            limit: options.segment_bytes,
        };
        let mut recovered = ground.recover()?;
        let recovery = resume(&mut recovered, &options)?;
        let published = recovered.sequencer.publish().map_err(OpenError::storage("publish the log"))?;
        let ledger = Self::start(options, recovered, published, lock);
        let ledger = ledger.map_err(OpenError::storage("start the writer"))?;
        Ok((ledger, recovery))
    }

    fn start(
        options: LedgerOptions,
        recovered: Recovered,
        published: Published,
        lock: Box<dyn Send>,
    ) -> std::io::Result<Self> {
        let queue = Arc::new(Queue::default());
        let durable = Arc::new(AtomicU64::new(recovered.journal.next()));
        let latest: Latest = Arc::new(Mutex::new(Arc::new(published)));
        let writer = Writer {
            journal: recovered.journal,
            sequencer: recovered.sequencer,
            open: recovered.open,
            queue: Arc::clone(&queue),
            durable: Arc::clone(&durable),
            latest: Arc::clone(&latest),
            publish_every: options.publish_every,
            linger: options.linger,
            gather: options.gather,
            lock,
        };
        let inner = Inner {
            storage: options.storage,
            clock: options.clock,
            origin: options.signer.name().to_owned(),
            vkey: options.signer.vkey().to_owned(),
            queue,
            durable,
            latest,
            waiting: Arc::new(Semaphore::new(options.waiting)),
            ended: Mutex::new(Some(writer.spawn()?)),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Records an entry: on return it is durable, at this index.
    ///
    /// If the future is dropped while it waits, the entry may or may not be recorded.
    ///
    /// # Errors
    /// [`AppendError`]; the entry must then be taken as not recorded.
    pub async fn append(&self, entry: &Entry) -> Result<u64, AppendError> {
        let line = entry.to_line()?.into_bytes();
        let permit = Arc::clone(&self.inner.waiting).acquire_owned().await.ok();
        let (done, answer) = oneshot::channel();
        self.push(entry, line, Some(done), permit)?;
        match answer.await {
            Ok(answer) => answer,
            Err(_) => Err(self.inner.queue.health().err().unwrap_or(AppendError::Closed)),
        }
    }

    /// Queues an entry for the next group, without waiting; for outcomes, which nothing waits for. It costs no sync of
    /// its own unless nothing else is recorded for [`LedgerOptions::linger`].
    ///
    /// # Errors
    /// [`AppendError`] if it has no line or the ledger no longer records. An outcome without an open admission is
    /// found out later: it is logged and left out.
    pub fn append_soon(&self, entry: &Entry) -> Result<(), AppendError> {
        let line = entry.to_line()?.into_bytes();
        self.push(entry, line, None, None)
    }

    fn push(
        &self,
        entry: &Entry,
        line: Vec<u8>,
        done: Option<oneshot::Sender<Result<u64, AppendError>>>,
        permit: Option<OwnedSemaphorePermit>,
    ) -> Result<(), AppendError> {
        self.inner.queue.push(Item { line, link: Link::of(entry), done, _permit: permit })
    }

    /// Whether entries can be recorded; if not, why.
    ///
    /// # Errors
    /// The reason, in words.
    pub fn health(&self) -> Result<(), String> {
        self.inner.queue.health().map_err(|error| error.to_string())
    }

    /// Entries that are durable.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.inner.durable.load(Ordering::Acquire)
    }

    /// The log's name.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.inner.origin
    }

    /// The public key that checks its checkpoints, as text.
    #[must_use]
    pub fn vkey(&self) -> &str {
        &self.inner.vkey
    }

    /// The time by the ledger's clock, in milliseconds since 1970.
    #[must_use]
    pub fn now(&self) -> u64 {
        (self.inner.clock)()
    }

    /// The line of a durable entry. Blocks on storage.
    ///
    /// # Errors
    /// [`ReadError`] if there is no such entry or it cannot be read.
    pub fn entry(&self, index: u64) -> Result<String, ReadError> {
        published::entry(&*self.inner.storage, &*self.covering(index)?, index)
    }

    /// Gives the lines of durable entries from `first` to before `end`, in order. Blocks on storage.
    ///
    /// # Errors
    /// [`ReadError`] if there is no such entry or it cannot be read; and whatever `each` gives.
    pub fn entries<E: From<ReadError>>(
        &self,
        (first, end): (u64, u64),
        mut each: impl FnMut(u64, &str) -> Result<(), E>,
    ) -> Result<(), E> {
        let Some(last) = end.checked_sub(1).filter(|last| first <= *last) else { return Ok(()) };
        let published = self.covering(last)?;
        published::entries(&*self.inner.storage, &published, (first, end), &mut each)
    }

    /// The receipt of a durable entry, by the newest checkpoint, or a fresh one if that does not cover the entry.
    /// Blocks on storage.
    ///
    /// # Errors
    /// [`ReadError`] if there is no such entry or it cannot be read.
    pub fn receipt(&self, index: u64) -> Result<Receipt, ReadError> {
        published::receipt(&*self.inner.storage, &*self.covering(index)?, index)
    }

    /// A signed checkpoint that covers every entry durable when this is called. Blocks on storage.
    ///
    /// # Errors
    /// [`ReadError::Storage`] if it cannot be published.
    pub fn checkpoint(&self) -> Result<String, ReadError> {
        let size = self.size();
        let published = match size.checked_sub(1) {
            Some(last) => self.covering(last)?,
            None => latest(&self.inner.latest),
        };
        Ok(published.note.clone())
    }

    /// The published state that covers an entry.
    fn covering(&self, index: u64) -> Result<Arc<Published>, ReadError> {
        let size = self.size();
        if index >= size {
            return Err(ReadError::NoEntry { index, size });
        }
        let published = latest(&self.inner.latest);
        if index < published.size {
            return Ok(published);
        }
        self.publish()?;
        Ok(latest(&self.inner.latest))
    }

    fn publish(&self) -> Result<(), ReadError> {
        let (reply, answer) = mpsc::channel();
        let reply = Box::new(move |published| {
            // The asking thread waits below, so somebody listens.
            let _ = reply.send(published);
        });
        let asked = self.inner.queue.publish(reply);
        asked.map_err(|error| ReadError::Storage(error.to_string()))?;
        match answer.recv() {
            Ok(published) => published.map_err(|why| ReadError::Storage(why.to_string())),
            Err(_) => Err(ReadError::Storage("the ledger ended".into())),
        }
    }

    /// Records what waits, publishes it, and frees the folder. Other clones then refuse to record.
    ///
    /// # Errors
    /// [`AppendError`] if something that waited could not be recorded or published, or it was closed before.
    pub async fn close(self) -> Result<(), AppendError> {
        self.inner.queue.close();
        let ended = self.inner.ended.lock().unwrap_or_else(PoisonError::into_inner).take();
        match ended.ok_or(AppendError::Closed)?.await {
            Ok(ended) => ended.map_err(AppendError::Poisoned),
            Err(_) => Err(AppendError::Poisoned("the writing thread died".into())),
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.queue.close();
    }
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Ledger({}, {} entries)", self.inner.origin, self.size())
    }
}

/// Writes the start entry, and an outcome for every admission that a crash left without one.
fn resume(recovered: &mut Recovered, options: &LedgerOptions) -> Result<Recovery, OpenError> {
    let ms = (options.clock)();
    let edge = recovered.sequencer.edge();
    let (size, root) = (edge.size(), edge.root()?);
    let start = Entry::Start(Start {
        v: SCHEMA,
        ms,
        origin: options.signer.name().to_owned(),
        software: options.software.clone(),
        size,
        root: root.to_string(),
    });
    let abandoned: Vec<u64> = std::mem::take(&mut recovered.open).into_iter().collect();
    let code = OutcomeCode::Abandoned;
    let outcomes = abandoned.iter().map(|admission| {
        Entry::Outcome(Outcome {
            admission: *admission,
            code,
            ms,
            bytes: 0,
            tokens_in: None,
            tokens_out: None,
            price: None,
        })
    });
    let lines: Vec<String> =
        std::iter::once(start).chain(outcomes).map(|entry| entry.to_line()).collect::<Result<_, _>>()?;
    let committed = recovered.journal.commit(lines.iter().map(String::as_bytes));
    let start = committed.map_err(OpenError::storage("write the journal"))?;
    for line in &lines {
        recovered.sequencer.add(line.as_bytes()).map_err(OpenError::storage("write a tile"))?;
    }
    let dropped_bytes = recovered.dropped;
    Ok(Recovery { size, root, start, abandoned, dropped_bytes, rebuilt: recovered.rebuilt })
}
