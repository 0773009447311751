//! Opening: from whatever a crash left to a ledger that goes on where the last acknowledged entry stands.
//!
//! Reads first and decides; only when everything holds does it change anything. Usually it reads the last journal file
//! and a few tiles; if tiles are missing or wrong it makes all of them again from the whole journal.
//!
//! The published checkpoint is the guard against a fork: a journal that does not reach it, or leads to another root, is
//! refused. Whoever removes the checkpoint removes the guard.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::io;
use std::sync::Arc;

use tlog::{Checkpoint, Edge, Signer, WIDTH, leaf_hash};

use crate::error::OpenError;
use crate::frame::{Scanned, Tail};
use crate::journal::{self, Journal, Segment};
use crate::published::read_tile;
use crate::queue::Link;
use crate::sequencer::{CHECKPOINT, Sequencer};
use crate::storage::Storage;

/// What recovery works on.
pub(crate) struct Ground {
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) signer: Signer,
    /// Size in bytes at which a journal file is full.
    pub(crate) limit: u64,
}

/// A ledger ready to go on.
pub(crate) struct Recovered {
    pub(crate) journal: Journal,
    pub(crate) sequencer: Sequencer,
    /// Admissions without an outcome.
    pub(crate) open: BTreeSet<u64>,
    /// Bytes of a torn group that were cut off.
    pub(crate) dropped: usize,
    /// Whether all tiles were made again.
    pub(crate) rebuilt: bool,
}

impl Ground {
    /// Recovers.
    pub(crate) fn recover(self) -> Result<Recovered, OpenError> {
        let published = self.published()?;
        let segments = journal::list(&*self.storage)?;
        match segments.last() {
            Some(last) => self.resume(&segments, *last, published.as_ref()),
            None => self.begin(published.as_ref()),
        }
    }

    fn begin(self, published: Option<&Checkpoint>) -> Result<Recovered, OpenError> {
        if let Some(published) = published.filter(|published| published.size > 0) {
            return Err(OpenError::Behind { published: published.size, intact: 0 });
        }
        let open = BTreeSet::new();
        let journal = Journal::begin(Arc::clone(&self.storage), self.signer.name(), self.limit, 0, &open)
            .map_err(OpenError::storage("begin the journal"))?;
        let sequencer = Sequencer::new(self.storage, self.signer, Edge::new());
        Ok(Recovered { journal, sequencer, open, dropped: 0, rebuilt: false })
    }

    fn resume(
        self,
        segments: &[u64],
        last: u64,
        published: Option<&Checkpoint>,
    ) -> Result<Recovered, OpenError> {
        let tail = Segment::read(&*self.storage, self.signer.name(), last)?;
        let Ok(end) = tail.scan(|_, _| Ok::<_, Infallible>(()));
        check_whole(&tail, &end, true)?;
        if let Some(published) = published.filter(|published| published.size > end.next) {
            return Err(OpenError::Behind { published: published.size, intact: end.next });
        }
        let (base, rebuilt) = self.base(segments, published)?;
        let dropped = tail.behind(&end);
        let journal = Journal::resume(Arc::clone(&self.storage), &tail, self.limit, &end)
            .map_err(OpenError::storage("cut the torn end off the journal"))?;
        drop(tail);
        let (sequencer, open) = self.replay(segments, base)?;
        Ok(Recovered { journal, sequencer, open, dropped, rebuilt })
    }

    /// The edge to start from: the newest one whose tiles, with the journal, lead to the published root.
    fn base(&self, segments: &[u64], published: Option<&Checkpoint>) -> Result<(Edge, bool), OpenError> {
        let Some(published) = published else {
            self.walk(segments, 0, |_, _| Ok(()))?;
            return Ok((Edge::new(), true));
        };
        let from = published.size - published.size % WIDTH;
        let read = |tile| read_tile(|path| self.storage.read(path), tile).map_err(|error| error.to_string());
        if let Ok(edge) = Edge::load(from, read)
            && self.leads_to(segments, &edge, published)?
        {
            return Ok((edge, false));
        }
        let fork = OpenError::Fork { size: published.size };
        if from > 0 && self.leads_to(segments, &Edge::new(), published)? {
            return Ok((Edge::new(), true));
        }
        Err(fork)
    }

    /// Whether the edge and the journal after it have the published root at the published size.
    fn leads_to(&self, segments: &[u64], from: &Edge, published: &Checkpoint) -> Result<bool, OpenError> {
        let mut edge = from.clone();
        let mut root = (edge.size() == published.size).then(|| edge.root()).transpose()?;
        self.walk(segments, from.size(), |index, line| {
            if index == edge.size() && index < published.size {
                edge.push(leaf_hash(line));
                if edge.size() == published.size {
                    root = Some(edge.root()?);
                }
            }
            Ok(())
        })?;
        Ok(root == Some(published.root))
    }

    /// Makes the tiles from an edge on, and finds the admissions that wait.
    fn replay(&self, segments: &[u64], from: Edge) -> Result<(Sequencer, BTreeSet<u64>), OpenError> {
        let base = from.size();
        let mut sequencer = Sequencer::new(Arc::clone(&self.storage), self.signer.clone(), from);
        let mut open = match first_segment(segments, base) {
            Some(first) => Segment::read(&*self.storage, self.signer.name(), first)?.open,
            None => BTreeSet::new(),
        };
        self.walk(segments, base, |index, line| {
            let link = Link::of_line(line);
            if link.opens {
                open.insert(index);
            }
            if let Some(admission) = link.closes {
                open.remove(&admission);
            }
            if index >= base {
                sequencer.add(line).map_err(OpenError::storage("write a tile"))?;
            }
            Ok(())
        })?;
        Ok((sequencer, open))
    }

    /// Gives every entry of the files from the one that holds index `from` on.
    fn walk(
        &self,
        segments: &[u64],
        from: u64,
        mut each: impl FnMut(u64, &[u8]) -> Result<(), OpenError>,
    ) -> Result<(), OpenError> {
        let start = first_segment(segments, from)
            .ok_or(OpenError::Missing { from, to: segments.first().copied().unwrap_or(from) })?;
        let mut next = start;
        for first in segments.iter().copied().filter(|first| *first >= start) {
            if first != next {
                return Err(OpenError::Missing { from: next, to: first });
            }
            let segment = Segment::read(&*self.storage, self.signer.name(), first)?;
            let scanned = segment.scan(&mut each)?;
            check_whole(&segment, &scanned, segments.last() == Some(&first))?;
            next = scanned.next;
        }
        Ok(())
    }

    fn published(&self) -> Result<Option<Checkpoint>, OpenError> {
        let bytes = match self.storage.read(CHECKPOINT) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            found => found.map_err(OpenError::storage("read the checkpoint"))?,
        };
        let text = String::from_utf8_lossy(&bytes);
        Ok(Some(Checkpoint::open(&text, &[self.signer.verifier()])?))
    }
}

/// The file that holds this index.
fn first_segment(segments: &[u64], index: u64) -> Option<u64> {
    segments.iter().copied().rfind(|first| *first <= index)
}

/// Refuses a file with damage in it; a torn end is allowed in the last one only.
fn check_whole(segment: &Segment, scanned: &Scanned, last: bool) -> Result<(), OpenError> {
    let later = match scanned.tail {
        Tail::Clean => return Ok(()),
        Tail::Torn if last => return Ok(()),
        Tail::Torn => scanned.next,
        Tail::Damaged(later) => later,
    };
    let file = journal::path(segment.first);
    Err(OpenError::Damaged { file, at: segment.end(scanned), next: scanned.next, later })
}
