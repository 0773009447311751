//! No text brings the loader down, and the hash follows what is stated and nothing else.

use proptest::prelude::*;

use super::{BASE, ENDPOINT, SYSTEM};
use estate::Estate;

/// Pieces that get further into the loader than random letters do.
fn piece() -> impl Strategy<Value = String> {
    let known = [BASE, ENDPOINT, SYSTEM].concat();
    let lines: Vec<String> = known.lines().map(|l| format!("{l}\n")).collect();
    let odd = [
        "[[system]]\n",
        "[system]\n",
        "owners = [{",
        "\u{feff}",
        "x = 1e999\n",
        "id = \"\"\n",
        "''' ",
        "= [[[\n",
        "\r",
        "0x",
    ];
    prop_oneof![
        4 => proptest::sample::select(lines),
        2 => proptest::sample::select(odd.map(str::to_owned).to_vec()),
        1 => ".{0,12}",
    ]
}

fn files() -> Vec<(String, String)> {
    [("a", BASE), ("b", ENDPOINT), ("c", SYSTEM)].map(|(n, t)| (n.to_owned(), t.to_owned())).to_vec()
}

fn hash(files: Vec<(String, String)>) -> String {
    Estate::from_files(files).unwrap().hash().to_owned()
}

proptest! {
    #[test]
    fn no_text_brings_it_down(pieces in proptest::collection::vec(piece(), 0..40), cut in 0_usize..400) {
        let text: String = pieces.concat();
        let cut = text.char_indices().map(|(i, _)| i).nth(cut).unwrap_or(text.len());
        let files = vec![("a".to_owned(), text[..cut].to_owned()), ("b".to_owned(), text[cut..].to_owned())];
        if let Err(faults) = Estate::from_files(files) {
            prop_assert!(!faults.faults.is_empty());
            super::rendered(&faults);
        }
    }

    #[test]
    fn the_order_of_files_does_not_matter(order in Just(files()).prop_shuffle()) {
        prop_assert_eq!(hash(order), hash(files()));
    }

    #[test]
    fn the_order_of_keys_does_not_matter(
        lines in Just(ENDPOINT.trim().lines().skip(1).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let shuffled = format!("[[endpoint]]\n{}\n", lines.join("\n"));
        let moved = vec![("a".to_owned(), [BASE, &shuffled, SYSTEM].concat())];
        prop_assert_eq!(hash(moved), hash(files()));
    }
}

#[test]
fn comments_and_spelling_do_not_change_the_hash_but_every_fact_does() {
    let endpoint = |from: &str, to: &str| {
        hash(vec![("a".to_owned(), [BASE, &ENDPOINT.replace(from, to), SYSTEM].concat())])
    };
    assert_eq!(endpoint("place = \"DE\"", "place='DE' # here"), hash(files()));
    assert_ne!(endpoint("place = \"DE\"", "place = \"FR\""), hash(files()));
    assert_ne!(endpoint("\"clear\"", "\"blind\""), hash(files()));
}

#[test]
fn deep_nesting_is_a_fault_and_not_the_end() {
    let deep = format!("x = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(Estate::from_files(vec![("a".to_owned(), deep)]).is_err());
    let dotted = "x.".repeat(100_000);
    for deep in [format!("{dotted}x = 1"), format!("[{dotted}x]"), format!("[[system]]\nfloor.{dotted}x = 1")]
    {
        assert!(Estate::from_files(vec![("a".to_owned(), deep)]).is_err());
    }
}
