//! The journal: files of at most a few megabytes, named for the index of their first entry.
//!
//! A file begins with a head that lets recovery start there: magic (8), index of the first entry (8), length of the
//! log's name (4), the name, count of open admissions (4), their indices (8 each), CRC-32C of all before (4). Numbers
//! are little-endian. The head is written in one step, so a crash never leaves half of one. Groups follow, see `frame`.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

use crate::error::OpenError;
use crate::frame;
use crate::storage::{Append, Durable, Storage};

pub(crate) const FOLDER: &str = "journal";
const MAGIC: [u8; 8] = *b"CMTYJNL1";

/// A group's buffer is kept for the next group up to this size, in bytes.
const BUFFER_KEPT: usize = 1 << 20;

/// The end of the journal, where groups are added.
pub(crate) struct Journal {
    storage: Arc<dyn Storage>,
    origin: String,
    /// Size in bytes at which a new file is begun.
    limit: u64,
    file: Box<dyn Append>,
    bytes: u64,
    next: u64,
    buffer: Vec<u8>,
}

impl Journal {
    /// Begins a file at index `first`.
    pub(crate) fn begin(
        storage: Arc<dyn Storage>,
        origin: &str,
        limit: u64,
        first: u64,
        open: &BTreeSet<u64>,
    ) -> io::Result<Self> {
        let (file, bytes) = begin_file(&*storage, origin, first, open)?;
        Ok(Self { storage, origin: origin.to_owned(), limit, file, bytes, next: first, buffer: Vec::new() })
    }

    /// Goes on in the last file after its intact groups; what follows them is cut off.
    pub(crate) fn resume(
        storage: Arc<dyn Storage>,
        segment: &Segment,
        limit: u64,
        end: &frame::Scanned,
    ) -> io::Result<Self> {
        let bytes = u64::try_from(segment.body + end.end).unwrap_or(u64::MAX);
        let mut file = storage.append(&path(segment.first), bytes)?;
        // The groups were read, but perhaps only from memory: a crash of the program, not of the machine.
        file.sync()?;
        let origin = segment.origin.clone();
        Ok(Self { storage, origin, limit, file, bytes, next: end.next, buffer: Vec::new() })
    }

    /// Index of the next entry.
    pub(crate) fn next(&self) -> u64 {
        self.next
    }

    /// Records a group: one write, one sync. Gives the index of its first entry.
    pub(crate) fn commit<'a>(&mut self, entries: impl Iterator<Item = &'a [u8]>) -> io::Result<u64> {
        let first = self.next;
        let mut next = first;
        frame::begin_group(&mut self.buffer);
        for entry in entries {
            frame::push_record(&mut self.buffer, next, entry);
            next += 1;
        }
        let count = u32::try_from(next - first).map_err(|_| io::ErrorKind::FileTooLarge)?;
        frame::seal_group(&mut self.buffer, first, count);
        self.file.write(&self.buffer)?;
        self.file.sync()?;
        self.next = next;
        self.bytes += u64::try_from(self.buffer.len()).unwrap_or(u64::MAX);
        self.buffer.shrink_to(BUFFER_KEPT);
        Ok(first)
    }

    /// Begins a new file if this one is full.
    pub(crate) fn roll(&mut self, open: &BTreeSet<u64>) -> io::Result<()> {
        if self.bytes >= self.limit {
            (self.file, self.bytes) = begin_file(&*self.storage, &self.origin, self.next, open)?;
        }
        Ok(())
    }
}

fn begin_file(
    storage: &dyn Storage,
    origin: &str,
    first: u64,
    open: &BTreeSet<u64>,
) -> io::Result<(Box<dyn Append>, u64)> {
    let head = encode_head(origin, first, open);
    let bytes = u64::try_from(head.len()).unwrap_or(u64::MAX);
    storage.write(&path(first), &head, Durable::Yes)?;
    Ok((storage.append(&path(first), bytes)?, bytes))
}

/// The path of the file that begins at this index.
pub(crate) fn path(first: u64) -> String {
    format!("{FOLDER}/{first:020}")
}

/// First indices of all files, in order.
pub(crate) fn list(storage: &dyn Storage) -> Result<Vec<u64>, OpenError> {
    let names = storage.list(FOLDER).map_err(OpenError::storage("list the journal"))?;
    // A crash can leave a half-written `.tmp` behind; it is not part of the journal.
    let mut firsts: Vec<u64> = names.iter().filter_map(|name| name.parse().ok()).collect();
    firsts.sort_unstable();
    Ok(firsts)
}

/// A journal file, read whole.
pub(crate) struct Segment {
    pub(crate) first: u64,
    pub(crate) origin: String,
    /// Admissions without an outcome when it was begun.
    pub(crate) open: BTreeSet<u64>,
    bytes: Vec<u8>,
    body: usize,
}

impl Segment {
    pub(crate) fn read(storage: &dyn Storage, origin: &str, first: u64) -> Result<Self, OpenError> {
        let file = path(first);
        let bytes = storage.read(&file).map_err(OpenError::storage(format!("read {file}")))?;
        let foreign = |why| OpenError::Foreign { file: file.clone(), origin: origin.to_owned(), why };
        let head = decode_head(&bytes).ok_or_else(|| foreign("its head is damaged"))?;
        if head.first != first {
            return Err(foreign("its head names another first entry"));
        }
        if head.origin != origin {
            return Err(foreign("its head names another log"));
        }
        Ok(Self { first, origin: head.origin, open: head.open, body: head.length, bytes })
    }

    /// Gives every entry of every intact group.
    pub(crate) fn scan<E>(&self, each: impl FnMut(u64, &[u8]) -> Result<(), E>) -> Result<frame::Scanned, E> {
        frame::scan(self.bytes.get(self.body..).unwrap_or_default(), self.first, each)
    }

    /// Bytes behind the intact groups, without the zeros that storage keeps ready for further ones.
    pub(crate) fn behind(&self, scanned: &frame::Scanned) -> usize {
        let behind = self.bytes.get(self.end(scanned)..).unwrap_or_default();
        behind.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1)
    }

    /// Where in the file the intact groups end.
    pub(crate) fn end(&self, scanned: &frame::Scanned) -> usize {
        self.body + scanned.end
    }
}

fn encode_head(origin: &str, first: u64, open: &BTreeSet<u64>) -> Vec<u8> {
    let mut head = MAGIC.to_vec();
    head.extend_from_slice(&first.to_le_bytes());
    head.extend_from_slice(&u32::try_from(origin.len()).unwrap_or(u32::MAX).to_le_bytes());
    head.extend_from_slice(origin.as_bytes());
    head.extend_from_slice(&u32::try_from(open.len()).unwrap_or(u32::MAX).to_le_bytes());
    for admission in open {
        head.extend_from_slice(&admission.to_le_bytes());
    }
    head.extend_from_slice(&crc32c::crc32c(&head).to_le_bytes());
    head
}

struct Head {
    first: u64,
    origin: String,
    open: BTreeSet<u64>,
    length: usize,
}

fn decode_head(bytes: &[u8]) -> Option<Head> {
    let rest = bytes.strip_prefix(&MAGIC)?;
    let (first, rest) = rest.split_first_chunk::<8>()?;
    let (origin, rest) = rest.split_first_chunk::<4>()?;
    let (origin, rest) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*origin)).ok()?)?;
    let (count, rest) = rest.split_first_chunk::<4>()?;
    let open_bytes = usize::try_from(u32::from_le_bytes(*count)).ok()?.checked_mul(8)?;
    let (open, rest) = rest.split_at_checked(open_bytes)?;
    let (crc, body) = rest.split_first_chunk::<4>()?;
    let length = bytes.len() - body.len();
    let covered = bytes.get(..length - crc.len())?;
    (crc32c::crc32c(covered) == u32::from_le_bytes(*crc)).then_some(())?;
    let open = open.as_chunks::<8>().0.iter().map(|index| u64::from_le_bytes(*index)).collect();
    Some(Head {
        first: u64::from_le_bytes(*first),
        origin: str::from_utf8(origin).ok()?.to_owned(),
        open,
        length,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_reads_back_and_no_flipped_bit_passes() {
        let open = BTreeSet::from([3, 1_000_000]);
        let head = encode_head("example.com/log", 77, &open);
        let read = decode_head(&[head.clone(), b"groups".to_vec()].concat()).unwrap();
        assert_eq!((read.first, read.origin.as_str(), read.length), (77, "example.com/log", head.len()));
        assert_eq!(read.open, open);
        for at in 0..head.len() {
            let mut changed = head.clone();
            changed[at] ^= 4;
            assert!(decode_head(&changed).is_none(), "flipped at {at}");
            assert!(decode_head(&head[..at]).is_none(), "cut at {at}");
        }
    }
}
