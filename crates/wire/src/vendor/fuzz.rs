//! Entry points for fuzzing: each takes any bytes and panics if a promise of the vendors' side is broken.

use std::collections::BTreeSet;

use bytes::Bytes;

use crate::dialog::Delta;
use crate::vendor::{Ending, Flavor, StreamFault, Vendor};

/// A stream of an OpenAI-compatible server.
pub fn stream_of_openai(data: &[u8]) {
    stream(Vendor::OpenAi(Flavor::OpenAi), data);
}

/// A stream of Anthropic's.
pub fn stream_of_anthropic(data: &[u8]) {
    stream(Vendor::Anthropic, data);
}

/// A stream of Gemini's.
pub fn stream_of_gemini(data: &[u8]) {
    stream(Vendor::Gemini, data);
}

/// A stream of Bedrock's: frames of Amazon's event stream.
pub fn eventstream(data: &[u8]) {
    stream(Vendor::Bedrock, data);
}

/// A stream of Bedrock's, whose frames are made here, since no fuzzer finds a checksum: lines of a name, a space and a payload.
pub fn stream_of_bedrock(data: &[u8]) {
    let Some((at, lines)) = data.split_first() else { return };
    let mut framed = vec![*at];
    for line in lines.split(|byte| *byte == b'\n') {
        let (name, payload) = line.split_at(line.iter().position(|byte| *byte == b' ').unwrap_or(line.len()));
        framed.extend(frame(name, payload));
    }
    stream(Vendor::Bedrock, &framed);
}

/// Whole answers, errors and vectors of every vendor.
pub fn body_of_any(data: &[u8]) {
    let vendors = [Vendor::OpenAi(Flavor::Mistral), Vendor::Anthropic, Vendor::Gemini, Vendor::Bedrock];
    for vendor in vendors {
        let _ = vendor.read(data);
        let _ = vendor.read_embeddings(data);
        let fault = vendor.fault(400, |_| None, data);
        assert!(!fault.kind.is_empty() || !data.is_empty());
    }
}

/// Reads a stream whole, and split where the first byte says; both must give the same, and keep the promises of [`Delta`].
fn stream(vendor: Vendor, data: &[u8]) {
    let Some((at, stream)) = data.split_first() else { return };
    let at = usize::from(*at).min(stream.len());
    let whole = read(vendor, &[stream]);
    let split = read(vendor, &[stream.get(..at).unwrap_or_default(), stream.get(at..).unwrap_or_default()]);
    assert!(whole == split);
    check(&whole.0, whole.1);
}

/// All deltas of a stream given in pieces, how it ended, and why it could not be read.
pub(crate) fn read(vendor: Vendor, pieces: &[&[u8]]) -> (Vec<Delta>, Ending, Option<StreamFault>) {
    let mut reader = vendor.stream(1 << 20);
    let mut all = Vec::new();
    for piece in pieces {
        let Ok(deltas) = reader.push(Bytes::copy_from_slice(piece)) else { break };
        all.extend(deltas);
    }
    let fault = reader.push(Bytes::new()).err();
    let (last, ending) = reader.end();
    all.extend(last);
    (all, ending, fault)
}

/// One start before everything else but numbers and places; blocks numbered from 0, open while something is added to them, not
/// overlapping unless they are calls; nothing of an answer after its finish, and nothing at all after the end or a fault.
pub(crate) fn check(deltas: &[Delta], ending: Ending) {
    let (mut starts, mut over) = (0, false);
    let (mut open, mut next, mut finished) =
        (BTreeSet::new(), std::collections::BTreeMap::new(), BTreeSet::new());
    for delta in deltas {
        assert!(!over);
        match delta {
            Delta::Start { .. } => starts += 1,
            Delta::Open { choice, block, what } => {
                let next = next.entry(*choice).or_insert(0);
                assert!(*next == *block && !finished.contains(choice));
                *next += 1;
                let call = matches!(what, crate::dialog::Block::Call { .. });
                assert!(open.iter().all(|(at, _, other)| at != choice || call && *other));
                open.insert((*choice, *block, call));
            }
            Delta::More { choice, block, .. } | Delta::Seal { choice, block, .. } => {
                assert!(open.iter().any(|(at, nth, _)| at == choice && nth == block));
            }
            Delta::Close { choice, block } => {
                let before = open.len();
                open.retain(|(at, nth, _)| at != choice || nth != block);
                assert!(open.len() + 1 == before);
            }
            Delta::Finish { choice, .. } => {
                assert!(finished.insert(*choice) && open.iter().all(|(at, ..)| at != choice));
            }
            Delta::Tokens(_) | Delta::Geo(_) => {}
            Delta::Fault(_) => over = true,
            Delta::End => {
                assert!(
                    starts == 1 && open.is_empty() && next.keys().all(|choice| finished.contains(choice))
                );
                over = true;
            }
        }
    }
    assert!(starts <= 1 && (ending == Ending::Done) == (deltas.last() == Some(&Delta::End)));
}

/// A frame with the headers that say it is an event of this name.
fn frame(name: &[u8], payload: &[u8]) -> Vec<u8> {
    let name = name.get(..64).unwrap_or(name);
    let mut head = b"\x0d:message-type\x07\x00\x05event\x0b:event-type\x07\x00".to_vec();
    head.push(u8::try_from(name.len()).unwrap_or_default());
    head.extend_from_slice(name);
    let length = |bytes: usize| u32::try_from(bytes).unwrap_or_default().to_be_bytes();
    let mut out = [length(16 + head.len() + payload.len()), length(head.len())].concat();
    out.extend_from_slice(&crc32fast::hash(&out).to_be_bytes());
    out.extend_from_slice(&head);
    out.extend_from_slice(payload);
    out.extend_from_slice(&crc32fast::hash(&out).to_be_bytes());
    out
}
