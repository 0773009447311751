//! How entries lie in a journal file: groups of framed records.
//!
//! A group is what one write and one sync made durable. It begins with 24 bytes, all numbers little-endian:
//! magic (4), count of records (4), index of the first (8), bytes of all records (4), CRC-32C of the 20 bytes before (4).
//! A record is: length (4), CRC-32C seeded with the record's index (4), the entry. The magic holds a byte that no UTF-8
//! text holds, so no entry can look like a group.
//!
//! A crash can tear only the last group, and nothing in it was acknowledged; so a torn last group is dropped whole.
//! Damage with an intact group behind it is no crash. Zeros behind the last group are room that storage keeps ready.

const MAGIC: [u8; 4] = [0xff, b'g', b'r', 1];

/// Bytes before the records of a group.
const HEADER: usize = 24;

/// Bytes before the entry in a record.
const RECORD_HEADER: usize = 8;

/// Starts a group in an emptied buffer.
pub(crate) fn begin_group(buffer: &mut Vec<u8>) {
    buffer.clear();
    buffer.resize(HEADER, 0);
}

/// Adds a record to the group.
pub(crate) fn push_record(buffer: &mut Vec<u8>, index: u64, entry: &[u8]) {
    let length = u32::try_from(entry.len()).unwrap_or(u32::MAX);
    buffer.extend_from_slice(&length.to_le_bytes());
    buffer.extend_from_slice(&checksum(index, entry).to_le_bytes());
    buffer.extend_from_slice(entry);
}

/// Fills in the group's header.
pub(crate) fn seal_group(buffer: &mut [u8], first: u64, count: u32) {
    let length = u32::try_from(buffer.len().saturating_sub(HEADER)).unwrap_or(u32::MAX);
    let Some(header) = buffer.first_chunk_mut::<HEADER>() else { return };
    *header = encode_header(first, count, length);
}

fn encode_header(first: u64, count: u32, length: u32) -> [u8; HEADER] {
    let mut header = [0; HEADER];
    let fields =
        MAGIC.into_iter().chain(count.to_le_bytes()).chain(first.to_le_bytes()).chain(length.to_le_bytes());
    for (slot, byte) in header.iter_mut().zip(fields) {
        *slot = byte;
    }
    let crc = header.first_chunk::<20>().map_or(0, |fields| crc32c::crc32c(fields));
    if let Some(slot) = header.last_chunk_mut::<4>() {
        *slot = crc.to_le_bytes();
    }
    header
}

fn checksum(index: u64, entry: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&index.to_le_bytes()), entry)
}

/// What a scan of the groups found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Scanned {
    /// Where the intact groups end.
    pub(crate) end: usize,
    /// Index after the last intact entry.
    pub(crate) next: u64,
    /// What follows them.
    pub(crate) tail: Tail,
}

/// What follows the intact groups.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Tail {
    /// Nothing, or zeros.
    Clean,
    /// Part of one group, as a crash leaves it.
    Torn,
    /// Damage, since an intact group lies behind it; that group's first index.
    Damaged(u64),
}

/// Reads groups that begin at index `next`, and gives each entry of each intact group.
///
/// # Errors
/// What `each` gives.
pub(crate) fn scan<E>(
    bytes: &[u8],
    mut next: u64,
    mut each: impl FnMut(u64, &[u8]) -> Result<(), E>,
) -> Result<Scanned, E> {
    let mut rest = bytes;
    let end = |rest: &[u8]| bytes.len() - rest.len();
    while !rest.is_empty() {
        let Some((records, after)) = read_group(rest, next) else {
            let tail = tail(rest, next);
            return Ok(Scanned { end: end(rest), next, tail });
        };
        for record in records {
            each(next, record)?;
            next += 1;
        }
        rest = after;
    }
    Ok(Scanned { end: end(rest), next, tail: Tail::Clean })
}

/// The records of an intact group and what follows it.
fn read_group(bytes: &[u8], next: u64) -> Option<(Vec<&[u8]>, &[u8])> {
    let group = read_header(bytes).filter(|group| group.first == next)?;
    let (_, body) = bytes.split_at_checked(HEADER)?;
    let (mut body, after) = body.split_at_checked(group.length)?;
    let mut records = Vec::with_capacity(group.count.min(body.len() / RECORD_HEADER));
    for index in next..next.checked_add(u64::try_from(group.count).ok()?)? {
        let (record, rest) = read_record(body, index)?;
        records.push(record);
        body = rest;
    }
    body.is_empty().then_some((records, after))
}

struct Header {
    first: u64,
    count: usize,
    length: usize,
}

fn read_header(bytes: &[u8]) -> Option<Header> {
    let header = bytes.first_chunk::<HEADER>()?;
    let (_, rest) = header.split_first_chunk::<4>()?;
    let (count, rest) = rest.split_first_chunk::<4>()?;
    let (first, rest) = rest.split_first_chunk::<8>()?;
    let (length, _) = rest.split_first_chunk::<4>()?;
    let first = u64::from_le_bytes(*first);
    let (count, length) = (u32::from_le_bytes(*count), u32::from_le_bytes(*length));
    let intact = *header == encode_header(first, count, length);
    intact.then_some(Header {
        first,
        count: usize::try_from(count).ok()?,
        length: usize::try_from(length).ok()?,
    })
}

fn read_record(bytes: &[u8], index: u64) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (crc, rest) = rest.split_first_chunk::<4>()?;
    let (entry, rest) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
    (checksum(index, entry) == u32::from_le_bytes(*crc)).then_some((entry, rest))
}

fn tail(rest: &[u8], next: u64) -> Tail {
    if rest.iter().all(|byte| *byte == 0) {
        return Tail::Clean;
    }
    later_group(rest, next).map_or(Tail::Torn, Tail::Damaged)
}

/// The first index of a group that lies behind a damaged one: any group header but the expected one at the start.
fn later_group(bytes: &[u8], next: u64) -> Option<u64> {
    let here = read_header(bytes).map(|group| group.first).filter(|first| *first != next);
    here.or_else(|| {
        let (_, rest) = bytes.split_first()?;
        let starts = rest.windows(HEADER).filter(|window| window.starts_with(&MAGIC));
        starts.filter_map(read_header).map(|group| group.first).next()
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn group(first: u64, entries: &[&[u8]]) -> Vec<u8> {
        let mut buffer = Vec::new();
        begin_group(&mut buffer);
        for (index, entry) in (first..).zip(entries) {
            push_record(&mut buffer, index, entry);
        }
        seal_group(&mut buffer, first, entries.len().try_into().unwrap());
        buffer
    }

    fn read(bytes: &[u8], first: u64) -> (Scanned, Vec<(u64, Vec<u8>)>) {
        let mut seen = Vec::new();
        let scanned = scan(bytes, first, |index, entry| {
            seen.push((index, entry.to_vec()));
            Ok::<_, ()>(())
        });
        (scanned.unwrap(), seen)
    }

    #[test]
    fn a_file_cut_anywhere_loses_only_the_cut_group() {
        let (one, two) = (group(5, &[b"a", b"bb"]), group(7, &[b"ccc", b"", b"d"]));
        let bytes = [one.clone(), two].concat();
        for cut in one.len()..bytes.len() {
            let (scanned, seen) = read(&bytes[..cut], 5);
            let tail = if cut == one.len() { Tail::Clean } else { Tail::Torn };
            assert_eq!(scanned, Scanned { end: one.len(), next: 7, tail }, "cut at {cut}");
            assert_eq!(seen, [(5, b"a".to_vec()), (6, b"bb".to_vec())]);
        }
        let (scanned, seen) = read(&bytes, 5);
        assert_eq!(scanned, Scanned { end: bytes.len(), next: 10, tail: Tail::Clean });
        assert_eq!(seen.len(), 5);
    }

    #[test]
    fn damage_before_an_intact_group_is_told_from_a_torn_end() {
        let (one, two) = (group(0, &[b"first"]), group(1, &[b"second", b"third"]));
        let bytes = [one.clone(), two.clone()].concat();
        for at in 0..bytes.len() {
            let mut bytes = bytes.clone();
            bytes[at] ^= 0x10;
            let (scanned, _) = read(&bytes, 0);
            let expected = if at < one.len() { Tail::Damaged(1) } else { Tail::Torn };
            assert_eq!(scanned.tail, expected, "flipped at {at}");
        }
        assert_eq!(read(&two, 0).0.tail, Tail::Damaged(1), "a missing group is damage");
        assert_eq!(read(&[one.clone(), one].concat(), 0).0.tail, Tail::Damaged(0), "so is a repeated one");
    }

    #[test]
    fn an_entry_moved_to_another_index_does_not_pass() {
        let mut bytes = group(3, &[b"x"]);
        seal_group(&mut bytes, 4, 1);
        assert_eq!(read(&bytes, 4).0, Scanned { end: 0, next: 4, tail: Tail::Torn });
    }

    #[test]
    fn zeros_behind_the_groups_are_room_and_nothing_else() {
        let (one, two) = (group(0, &[b"first"]), group(1, &[b"second"]));
        let whole = [one.clone(), vec![0; 100]].concat();
        assert_eq!(read(&whole, 0).0, Scanned { end: one.len(), next: 1, tail: Tail::Clean });
        let torn = [one.clone(), two[..30].to_vec(), vec![0; 100]].concat();
        assert_eq!(read(&torn, 0).0, Scanned { end: one.len(), next: 1, tail: Tail::Torn });
        let zeroed = [vec![0; one.len()], two].concat();
        assert_eq!(read(&zeroed, 0).0, Scanned { end: 0, next: 0, tail: Tail::Damaged(1) });
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes: Vec<u8>, first: u64, magic: bool) {
            let bytes = if magic { [MAGIC.to_vec(), bytes].concat() } else { bytes };
            prop_assert!(read(&bytes, first).0.end <= bytes.len());
        }
    }
}
