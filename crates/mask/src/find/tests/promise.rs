use proptest::prelude::*;

use super::{Finder, Hints, found};

/// Pieces that identifiers and their surroundings are made of.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[0-9]{1,6}",
        2 => "[ .,:/@+()-]",
        1 => "[A-Za-z]{1,8} ",
        1 => any::<char>().prop_map(String::from),
        1 => prop::sample::select(vec![
            "+49 30 1234567", "jane@example.com", "DE44 5001 0517 5407 3249 31", "born ", "SSN ", "-----BEGIN PRIVATE KEY-----", "://a:b@c", "\u{a0}", "\u{2011}", "٣", "７", "年", "48.8566, 2.3522",
            "2001:db8::1", "00:00:5e:00:53:af", "tel ", "°", "sk-ant-",
        ]).prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn spans_are_sorted_disjoint_and_whole_characters(text in text()) {
        crate::fuzz::find(text.as_bytes());
    }

    #[test]
    fn any_bytes_keep_the_promises(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        crate::fuzz::find(&bytes);
    }

    #[test]
    fn prose_around_changes_nothing(
        before in "([a-z]{2,9} ){8,12}",
        after in "( [a-z]{2,9}){4,6}",
        which in 0..6usize,
    ) {
        let identifier = ["jane@example.com", "DE44 5001 0517 5407 3249 31", "+49 30 1234567", "4111 1111 1111 1111", "2001:db8::1", "RCCMNL83S18D969H"][which];
        let alone = found(identifier);
        let text = format!("{before}{identifier}{after}");
        let within = found(&text);
        prop_assert_eq!(within.len(), 1);
        prop_assert_eq!((within[0].0, within[0].1), (alone[0].0, alone[0].1));
    }
}

#[test]
fn empty_text_has_nothing() {
    assert!(Finder::default().find("", &Hints::default()).is_empty());
}
