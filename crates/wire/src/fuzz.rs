//! Entry points for fuzzing: each takes any bytes and panics if a promise of this crate is broken.

use bytes::{Bytes, BytesMut};

use crate::dialog::{Block, Choice, Delta, Finish, Part, Reply};
use crate::texts::InsideText;
use crate::{
    ChatRequest, EventRewriter, Inbound, Limits, Respond, SseReader, StreamWatch, TextSink, Wire,
    read_answer, read_answer_of, rewrite_answer,
};

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

const WIRES: [Wire; 5] = [Wire::Chat, Wire::Responses, Wire::Messages, Wire::Embeddings, Wire::CountTokens];

/// Reads a request of the wire that the first byte chooses, and everything in it.
pub fn fuzz_inbound(data: &[u8]) {
    let Some((which, body)) = data.split_first() else { return };
    let wire = WIRES.get(usize::from(*which) % WIRES.len()).copied().unwrap_or(Wire::Chat);
    inbound(wire, body);
}

/// Reads a request; with each of its texts replaced by itself it must have no others, and with another model it
/// must read as the same request.
pub(crate) fn inbound(wire: Wire, body: &[u8]) {
    let limits = Limits { max_bytes: 1 << 16, max_depth: 32, max_messages: 64 };
    let Ok(request) = Inbound::read(wire, Bytes::copy_from_slice(body), &limits) else { return };
    let _ = (request.dialog(), request.stateless(), request.vendor_side(), request.embeddings_input());
    let roomy = Limits { max_bytes: limits.max_bytes * 2, max_depth: 33, ..limits };
    let other = Inbound::read(wire, request.with_model("other"), &roomy);
    assert!(other.is_ok_and(|other| other.model() == "other"));
    let Ok(texts) = request.texts() else { return };
    for part in &request.unreadable() {
        let _ = request.path_at(part.at);
    }
    let same: Vec<_> = texts.iter().map(|at| (at, at.text.clone())).collect();
    let again = request.replaced(&same).and_then(|again| {
        let count = again.texts()?.len();
        Ok((count, again.unreadable().len()))
    });
    // A word that was written with escapes is text, and structure once it is written without.
    assert!(again.is_ok_and(|(count, blind)| count <= texts.len() && blind == request.unreadable().len()));
}

/// Leaves texts as they are, but holds the last character of each piece back.
#[derive(Default)]
struct Slow(std::collections::BTreeMap<u32, String>);

impl TextSink for Slow {
    fn whole(&mut self, text: &str, _: InsideText) -> Option<String> {
        Some(text.to_owned())
    }

    fn piece(&mut self, channel: u32, text: &str, _: InsideText) -> String {
        let mut all = self.0.remove(&channel).unwrap_or_default();
        all.push_str(text);
        let last = all.pop().map(String::from).unwrap_or_default();
        self.0.insert(channel, last);
        all
    }

    fn end(&mut self, channel: u32) -> String {
        self.0.remove(&channel).unwrap_or_default()
    }
}

/// Rewrites a stream of the wire that the first byte chooses, whole and split where the second byte says; both must
/// give the same, and a stream that was complete must stay so.
pub fn fuzz_rewrite(data: &[u8]) {
    let [which, at, stream @ ..] = data else { return };
    let wire = WIRES.get(usize::from(*which) % 3).copied().unwrap_or(Wire::Chat);
    let at = usize::from(*at).min(stream.len());
    let (Some(head), Some(tail)) = (stream.get(..at), stream.get(at..)) else { return };
    let whole = rewritten(wire, &[stream]);
    assert!(events(&[&whole]) == events(&[&rewritten(wire, &[head, tail])]));
    let (mut before, mut after) = (StreamWatch::of(wire, usize::MAX), StreamWatch::of(wire, usize::MAX));
    if before.pass(Bytes::copy_from_slice(stream)).is_ok() && after.pass(whole).is_ok() {
        assert!(!before.seen().done || after.seen().done);
    }
    let _ = (rewrite_answer(wire, stream, &mut Slow::default()), read_answer_of(wire, stream));
}

fn rewritten(wire: Wire, pieces: &[&[u8]]) -> Bytes {
    let (mut sink, mut out) = (Slow::default(), BytesMut::new());
    let mut rewriter = EventRewriter::new(wire, usize::MAX);
    for piece in pieces {
        let _ = rewriter.pass(Bytes::copy_from_slice(piece), &mut sink, &mut out);
    }
    rewriter.finish(&mut sink, &mut out);
    assert!(sink.0.is_empty());
    out.freeze()
}

/// Answers with any text and arguments, whole and in two pieces: what is written must be read as a complete answer.
pub fn fuzz_respond(data: &[u8]) {
    let Some((which, text)) = data.split_first() else { return };
    let wire = WIRES.get(usize::from(*which) % 3).copied().unwrap_or(Wire::Chat);
    let text = String::from_utf8_lossy(text).into_owned();
    let respond = Respond::new(wire, "1", 0, &text, true);
    let parts = vec![Part::Text(text.clone()), Part::Refusal(text.clone())];
    let choices = vec![Choice { parts, finish: Finish::Stop }];
    let whole = respond.whole(&Reply { choices, ..Reply::default() });
    assert!(whole.is_ok_and(|body| read_answer_of(wire, &body).is_ok_and(|seen| seen.finished == 1)));
    let what = Block::Call { id: text.clone(), name: text.clone() };
    let (choice, block) = (0, 0);
    let (mut writer, mut out) = (respond.begin_stream(), BytesMut::new());
    for delta in [
        Delta::Open { choice, block, what },
        Delta::More { choice, block, text },
        Delta::Finish { choice, finish: Finish::Calls },
        Delta::End,
    ] {
        writer.write(&delta, &mut out);
    }
    let mut watch = StreamWatch::of(wire, usize::MAX);
    assert!(watch.pass(out.clone().freeze()).is_ok_and(|passed| passed == out));
    assert!(watch.end() == crate::StreamEnd::Done);
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
