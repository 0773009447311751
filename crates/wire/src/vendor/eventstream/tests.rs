use bytes::Bytes;
use proptest::prelude::{any, prop, prop_assert, prop_assert_eq, proptest};

use super::{Frame, FrameReader, Kind, StreamFault};

/// A frame with text headers, as the specification has it.
pub(crate) fn frame(headers: &[(&str, &str)], payload: &[u8]) -> Vec<u8> {
    let mut head = Vec::new();
    for (name, value) in headers {
        head.push(name.len() as u8);
        head.extend_from_slice(name.as_bytes());
        head.push(7);
        head.extend_from_slice(&(value.len() as u16).to_be_bytes());
        head.extend_from_slice(value.as_bytes());
    }
    let mut out = ((16 + head.len() + payload.len()) as u32).to_be_bytes().to_vec();
    out.extend_from_slice(&(head.len() as u32).to_be_bytes());
    out.extend_from_slice(&crc32fast::hash(&out).to_be_bytes());
    out.extend_from_slice(&head);
    out.extend_from_slice(payload);
    let crc = crc32fast::hash(&out);
    out.extend_from_slice(&crc.to_be_bytes());
    out
}

/// An event as Bedrock sends it.
pub(crate) fn event(name: &str, payload: &str) -> Vec<u8> {
    let headers = [(":event-type", name), (":content-type", "application/json"), (":message-type", "event")];
    frame(&headers, payload.as_bytes())
}

fn read(pieces: &[&[u8]], limit: usize) -> (Vec<Frame>, Result<(), StreamFault>) {
    let mut reader = FrameReader::new(limit);
    let mut found = Vec::new();
    for piece in pieces {
        reader.push(piece);
        loop {
            match reader.next_frame() {
                Ok(Some(frame)) => found.push(frame),
                Ok(None) => break,
                Err(fault) => return (found, Err(fault)),
            }
        }
    }
    (found, Ok(()))
}

/// The empty message and the one with a single header that AWS's SDKs test with (aws-c-event-stream,
/// `tests/message_streaming_decoder_test.c`).
#[test]
fn checksums_are_those_of_amazon() {
    let empty = [0, 0, 0, 0x10, 0, 0, 0, 0, 0x05, 0xc2, 0x48, 0xeb, 0x7d, 0x98, 0xc8, 0xff];
    assert_eq!(frame(&[], b""), empty);
    assert_eq!(read(&[&empty], 64).1, Err(StreamFault::Malformed("a frame of no known type")));
}

#[test]
fn every_type_of_header_is_passed_over() {
    let mut head = Vec::new();
    for (kind, len) in [(0, 0), (1, 0), (2, 1), (3, 2), (4, 4), (5, 8), (8, 8), (9, 16)] {
        head.extend_from_slice(&[1, b'a', kind]);
        head.extend_from_slice(&vec![0xff; len]);
    }
    head.extend_from_slice(&[1, b'b', 6, 0, 2, 0xff, 0xff]);
    head.extend_from_slice(b"\x0d:message-type\x07\x00\x05event\x0b:event-type\x07\x00\x01x");
    assert_eq!(super::kind(&head), Ok(Kind::Event("x".to_owned())));
    for cut in 1..head.len() - 17 {
        let _ = super::kind(&head[..cut]);
    }
    assert!(super::kind(&head[..5]).is_err());
}

#[test]
fn a_frame_past_the_limit_is_refused_before_it_is_held() {
    let whole = event("x", "{}");
    assert_eq!(
        read(&[&whole[..12]], whole.len() - 1).1,
        Err(StreamFault::TooLarge { limit: whole.len() - 1 })
    );
    assert_eq!(read(&[&whole], whole.len()).0.len(), 1);
}

proptest! {
    #[test]
    fn any_split_gives_the_same_frames(payloads in prop::collection::vec(".{0,40}", 1..5), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6)) {
        let stream: Vec<u8> = payloads.iter().flat_map(|payload| event("e", payload)).collect();
        let mut at: Vec<usize> = cuts.iter().map(|cut| cut.index(stream.len())).collect();
        at.extend([0, stream.len()]);
        at.sort_unstable();
        let pieces: Vec<&[u8]> = at.windows(2).map(|cut| &stream[cut[0]..cut[1]]).collect();
        let (found, end) = read(&pieces, 4096);
        prop_assert_eq!(end, Ok(()));
        let texts: Vec<Bytes> = payloads.iter().map(|payload| Bytes::copy_from_slice(payload.as_bytes())).collect();
        prop_assert_eq!(found.into_iter().map(|frame| frame.payload).collect::<Vec<_>>(), texts);
    }

    /// CRC-32 finds every burst of up to 32 bits, so every damaged byte.
    #[test]
    fn a_damaged_byte_is_never_passed_on(at in any::<prop::sample::Index>(), flip in 1..=255_u8) {
        let mut stream = event("contentBlockDelta", r#"{"delta":{"text":"Hi"}}"#);
        let at = at.index(stream.len());
        stream[at] ^= flip;
        let (found, end) = read(&[&stream], 4096);
        prop_assert!(found.is_empty());
        prop_assert!(end.is_err());
    }
}
