//! Cost of looking at a text with nothing in it, and at the worst that was thought of.
//!
//! Figures are in `docs/screens.md`.

use divan::Bencher;
use divan::counter::BytesCount;
use screen::{Origin, Policy, Room, Screen, Seed, Sketch, Sweeps};

fn main() {
    divan::main();
}

const SIZE: usize = 1 << 20;
const PROSE: &str = "The committee met on the second floor and agreed that the matter should rest until spring, when \
    the river falls and the road over the pass is open again. Nobody objected; the minutes were read and signed. ";
const GERMAN: &str = "Der Ausschuss tagte im zweiten Stock und beschloss, die Sache bis zum Frühjahr ruhen zu lassen, wenn der \
    Fluss fällt und die Straße über den Pass wieder offen ist. Niemand widersprach; das Protokoll wurde verlesen. ";
const RUSSIAN: &str = "Комитет собрался на втором этаже и решил отложить дело до весны, когда река спадёт и дорога через \
    перевал снова откроется. Никто не возражал; протокол был прочитан и подписан. ";
const JAPANESE: &str = "委員会は二階で開かれ、川の水が引いて峠の道が再び開く春まで、この件を保留することで一致した。異議はなかった。";

fn look(bencher: Bencher, policy: &Policy, origin: Origin, text: &str) {
    bencher.counter(BytesCount::of_str(text)).bench(|| {
        let mut screen = Screen::new(policy);
        screen.look(origin, text);
        screen.finish().len()
    });
}

#[divan::bench(args = ["english", "german", "russian", "japanese"])]
fn prose(bencher: Bencher, language: &str) {
    let piece = match language {
        "english" => PROSE,
        "german" => GERMAN,
        "russian" => RUSSIAN,
        _ => JAPANESE,
    };
    look(bencher, &Policy::default(), Origin::Document, &piece.repeat(SIZE / piece.len()));
}

#[divan::bench(args = ["hidden_text", "injection", "bounds"])]
fn one_screen_on_prose(bencher: Bencher, which: &str) {
    let all = Policy::default();
    let policy = Policy {
        hidden_text: which == "hidden_text",
        injection: all.injection.filter(|_| which == "injection"),
        bounds: all.bounds.filter(|_| which == "bounds"),
    };
    look(bencher, &policy, Origin::Document, &PROSE.repeat(SIZE / PROSE.len()));
}

/// A request of 1 KiB.
#[divan::bench]
fn short(bencher: Bencher) {
    look(bencher, &Policy::default(), Origin::User, &PROSE.repeat(5));
}

/// Texts made to be slow; each is an eighth of the prose.
#[divan::bench(sample_count = 10, args = [
    "ignore ", "ignore all previous ", "show print ", "#", "a b c d ", "a0b1c3", "%41", "YWJj", "](http://a?", "1\n", "\u{200b}", "аp",
])]
fn hostile(bencher: Bencher, piece: &str) {
    look(bencher, &Policy::default(), Origin::User, &piece.repeat(SIZE / piece.len() / 8));
}

#[divan::bench]
fn sketch_of_1_kib(bencher: Bencher) {
    let (text, seed) = (PROSE.repeat(5), Seed::from_bytes([1; 16]));
    bencher.counter(BytesCount::of_str(&text)).bench(|| Sketch::of(&text, &seed));
}

/// One request of a key that has asked as often as is remembered.
#[divan::bench]
fn asked_with_full_memory(bencher: Bencher) {
    let sketch = Sketch::of(PROSE, &Seed::from_bytes([1; 16]));
    let mut sweeps = Sweeps::new(Room::default());
    for at in 0..512 {
        sweeps.asked(1, sketch, at);
    }
    bencher.bench_local(|| sweeps.asked(1, sketch, 600));
}
