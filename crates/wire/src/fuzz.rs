//! Entry points for fuzzing: each takes any bytes and panics if a promise of this crate is broken.

use bytes::Bytes;

use crate::{ChatRequest, Limits, SseReader, StreamWatch, read_answer};

/// Reads a request and everything in it; a rewritten request must read as the same one with another model.
pub fn fuzz_request(data: &[u8]) {
    let limits = Limits { max_bytes: 1 << 16, max_depth: 32, max_messages: 64 };
    let Ok(request) = ChatRequest::read(Bytes::copy_from_slice(data), &limits) else { return };
    for message in request.messages().flatten() {
        let _ = message.text();
    }
    let roomy = Limits { max_bytes: limits.max_bytes * 2, max_depth: 33, ..limits };
    for body in [request.with_model("other"), request.with_model_and_usage("other")] {
        let again = ChatRequest::read(body, &roomy);
        assert!(
            again.is_ok_and(
                |again| again.model() == "other" && again.message_count() == request.message_count()
            )
        );
    }
}

/// Reads a stream whole and split in two at a place the first byte chooses; both must give the same events.
pub fn fuzz_sse(data: &[u8]) {
    let Some((at, stream)) = data.split_first() else { return };
    let at = usize::from(*at).min(stream.len());
    let whole = events(&[stream]);
    let split = events(&[stream.get(..at).unwrap_or_default(), stream.get(at..).unwrap_or_default()]);
    assert!(whole == split);
    let _ = StreamWatch::new(4096).hiding_usage().pass(Bytes::copy_from_slice(stream));
    let _ = read_answer(stream);
}

/// The named data of a stream given in pieces.
pub(crate) fn events(pieces: &[&[u8]]) -> Vec<(Option<Bytes>, Bytes)> {
    let mut reader = SseReader::new(usize::MAX);
    let mut events = Vec::new();
    for piece in pieces {
        reader.push(Bytes::copy_from_slice(piece));
        while let Ok(Some(event)) = reader.next_event() {
            events.extend(event.data.map(|data| (event.name, data)));
        }
    }
    events
}
