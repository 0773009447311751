//! Cost of reading a request and of watching a stream.

use bytes::{Bytes, BytesMut};
use divan::Bencher;
use wire::dialog::{Block, Delta};
use wire::{ChatRequest, Inbound, Limits, Respond, StreamWatch, Wire};

fn main() {
    divan::main();
}

fn request(size: usize) -> Bytes {
    let content = "The quick brown fox jumps. ".repeat(size / 27);
    let body = serde_json::json!({
        "model": "small", "stream": true, "temperature": 0.2,
        "messages": [{"role": "system", "content": "You help."}, {"role": "user", "content": content}],
    });
    body.to_string().into()
}

#[divan::bench(args = [1 << 10, 16 << 10])]
fn read_request(bencher: Bencher, size: usize) {
    let body = request(size);
    bencher.bench(|| ChatRequest::read(body.clone(), &Limits::default()));
}

#[divan::bench(args = [1 << 10, 16 << 10])]
fn find_texts(bencher: Bencher, size: usize) {
    let read = Inbound::read(Wire::Chat, request(size), &Limits::default());
    bencher.bench(|| read.as_ref().map(|read| read.texts().map(|texts| texts.len())).ok());
}

#[divan::bench]
fn find_texts_of_every_kind(bencher: Bencher) {
    let body = Bytes::from_static(include_bytes!("../src/texts/fixtures/chat.json"));
    let read = Inbound::read(Wire::Chat, body, &Limits::default());
    bencher.bench(|| read.as_ref().map(|read| read.texts().map(|texts| texts.len())).ok());
}

#[divan::bench]
fn find_unreadable(bencher: Bencher) {
    let body = Bytes::from_static(include_bytes!("../src/texts/fixtures/chat.json"));
    let read = Inbound::read(Wire::Chat, body, &Limits::default());
    bencher.bench(|| read.as_ref().map(|read| read.unreadable().len()).ok());
}

#[divan::bench(args = [1 << 10, 16 << 10])]
fn read_value(bencher: Bencher, size: usize) {
    let body = request(size);
    bencher.bench(|| serde_json::from_slice::<serde_json::Value>(&body));
}

#[divan::bench(args = [1 << 10])]
fn replace_model(bencher: Bencher, size: usize) {
    let read = ChatRequest::read(request(size), &Limits::default());
    bencher.bench(|| read.as_ref().map(|read| read.with_model_and_usage("vendor/small-7b")).ok());
}

#[divan::bench]
fn watch_chunk(bencher: Bencher) {
    let mut writer = Respond::new(Wire::Chat, "0123456789", 1_700_000_000, "small", false).begin_stream();
    let mut chunk = BytesMut::new();
    let text = " brown".to_owned();
    for delta in
        [Delta::Open { choice: 0, block: 0, what: Block::Text }, Delta::More { choice: 0, block: 0, text }]
    {
        chunk.clear();
        writer.write(&delta, &mut chunk);
    }
    let chunk = chunk.freeze();
    let mut watch = StreamWatch::new(1 << 20);
    bencher.bench_local(move || watch.pass(chunk.clone()));
}
