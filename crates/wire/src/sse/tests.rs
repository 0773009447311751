use bytes::Bytes;
use proptest::prelude::{Strategy, prop, prop_assert, prop_assert_eq, proptest};

use super::{Event, SseError, SseReader, frame};
use crate::fuzz::events;

fn all(pieces: &[&str]) -> Vec<Event> {
    let mut reader = SseReader::new(1 << 16);
    let mut found = Vec::new();
    for piece in pieces {
        reader.push(Bytes::copy_from_slice(piece.as_bytes()));
        while let Some(event) = reader.next_event().unwrap() {
            found.push(event);
        }
    }
    found
}

fn data(pieces: &[&str]) -> Vec<String> {
    all(pieces).into_iter().filter_map(|e| e.data).map(|d| String::from_utf8(d.to_vec()).unwrap()).collect()
}

#[test]
fn events_end_at_any_kind_of_blank_line() {
    for end in ["\n\n", "\r\r", "\r\n\r\n", "\n\r\n", "\r\n\r", "\n\r"] {
        assert_eq!(data(&[&format!("data: a{end}data:b{end}")]), ["a", "b"], "{end:?}");
    }
}

#[test]
fn a_carriage_return_ends_an_event_at_once() {
    assert_eq!(data(&["data: a\r\n\r"]), ["a"]);
    assert_eq!(data(&["data: a\r\n\r", "\n", "data: b\r", "\n\r\n"]), ["a", "b"]);
    assert_eq!(data(&["data: a\r\r", "\n", "\ndata: b\n\n"]), ["a", "b"]);
}

#[test]
fn lines_of_data_are_joined() {
    assert_eq!(data(&["data: a\ndata:\ndata\ndata:  b: c\n\n"]), ["a\n\n\n b: c"]);
    assert_eq!(data(&["data\n\n"]), [""]);
}

#[test]
fn comments_names_and_unknown_fields() {
    let found = all(&[": keep-alive\n\nid: 7\nevent: error\nretry: 1\ndata: x\n\nevent: idle\n\n"]);
    assert_eq!(found.len(), 3);
    assert_eq!((found[0].data.as_ref(), found[2].data.as_ref()), (None, None));
    assert_eq!(found[1].name.as_deref(), Some(b"error".as_slice()));
    assert_eq!(found[1].data.as_deref(), Some(b"x".as_slice()));
}

#[test]
fn one_byte_order_mark_at_the_start_is_ignored() {
    assert_eq!(data(&["\u{feff}data: a\n\n\u{feff}data: b\n\n"]), ["a"]);
}

#[test]
fn an_unfinished_event_is_not_given_out() {
    let mut reader = SseReader::new(64);
    reader.push(Bytes::from_static(b"data: a\n\ndata: b\n"));
    assert!(reader.next_event().unwrap().is_some());
    assert_eq!(reader.next_event(), Ok(None));
    assert!(reader.is_mid_event());
    reader.push(Bytes::from_static(b"\r\n"));
    assert_eq!(reader.next_event().unwrap().unwrap().data.unwrap(), "b");
    assert!(!reader.is_mid_event());
}

#[test]
fn an_event_within_one_chunk_is_not_copied() {
    let chunk = Bytes::from_static(b"data: a\n\n");
    let mut reader = SseReader::new(64);
    reader.push(chunk.clone());
    let event = reader.next_event().unwrap().unwrap();
    assert_eq!(event.raw.as_ptr(), chunk.as_ptr());
    assert_eq!(event.data.unwrap().as_ptr(), chunk[6..].as_ptr());
}

#[test]
fn an_event_past_the_limit_ends_the_stream() {
    let mut reader = SseReader::new(9);
    reader.push(Bytes::from_static(b"data: a\n\n"));
    assert!(reader.next_event().unwrap().is_some());
    for piece in [b"data: ".as_slice(), b"abcd"] {
        reader.push(Bytes::from_static(piece));
        let expected = if piece.len() == 6 { Ok(None) } else { Err(SseError::TooLarge { limit: 9 }) };
        assert_eq!(reader.next_event(), expected);
    }
    reader.push(Bytes::from_static(b"\n\n"));
    assert_eq!(reader.next_event(), Err(SseError::TooLarge { limit: 9 }));
}

#[test]
fn frames_hold_no_line_end_of_any_kind() {
    assert_eq!(
        frame("{\"a\":\"ü\u{85}\u{2028}\u{2029}\"}".as_bytes()),
        "data: {\"a\":\"ü\\u0085\\u2028\\u2029\"}\n\n"
    );
    assert_eq!(frame("{\"a\":\"ü–\"}".as_bytes()), "data: {\"a\":\"ü–\"}\n\n");
}

/// Streams made of the pieces where readers go wrong.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let pieces = ["\n", "\r", "\r\n", "data: ", "data", ":", " ", "x", "event: e", "\u{feff}", "é", "[DONE]"];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..24)
        .prop_map(|pieces| pieces.concat().into_bytes())
}

proptest! {
    #[test]
    fn any_split_gives_the_same_events(stream in stream(), cuts in prop::collection::vec(0..64_usize, 0..6)) {
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(stream.len())).collect();
        cuts.extend([0, stream.len()]);
        cuts.sort_unstable();
        let pieces: Vec<&[u8]> = cuts.windows(2).map(|cut| &stream[cut[0]..cut[1]]).collect();
        prop_assert_eq!(events(&pieces), events(&[&stream]));
        let bytes: Vec<&[u8]> = stream.chunks(1).collect();
        prop_assert_eq!(events(&bytes), events(&[&stream]));
    }

    #[test]
    fn frames_joined_are_the_stream(stream in stream(), at in 0..64_usize) {
        let at = at.min(stream.len());
        let mut reader = SseReader::new(1 << 16);
        let mut joined = Vec::new();
        for piece in [&stream[..at], &stream[at..]] {
            reader.push(Bytes::copy_from_slice(piece));
            while let Some(event) = reader.next_event().unwrap() {
                joined.extend_from_slice(&event.raw);
            }
        }
        prop_assert!(stream.starts_with(&joined));
        prop_assert_eq!(&reader.held[..], &stream[joined.len()..]);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>) {
        crate::fuzz::fuzz_sse(&bytes);
    }
}
