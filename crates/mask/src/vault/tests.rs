//! What masking and restoring promise, over arbitrary texts.

use std::borrow::Cow;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::{Evidence, MaskKey, WeakKey, fuzz_restore};

fn vault() -> Vault {
    Vault::new(ConversationKey::fixed())
}

fn key(byte: u8) -> MaskKey {
    let mut bytes = [byte; 32];
    bytes[0] = !byte;
    MaskKey::from_bytes(bytes).unwrap()
}

fn finding(span: Range<usize>, kind: Kind) -> Finding {
    Finding { span, kind, country: None, category: kind.category(), evidence: Evidence::Shape }
}

fn kinds() -> impl Strategy<Value = Kind> {
    proptest::sample::select(Kind::ALL)
}

/// Texts with things in them that make a mask harder: quotes, escapes, words of pseudonyms, what folds oddly.
fn texts() -> impl Strategy<Value = String> {
    let parts = prop_oneof![
        4 => any::<char>().prop_map(String::from),
        2 => "[a-zA-Z0-9]{1,4}",
        1 => "(?i)(email|phone|taxid|ip|term|E|Em)[2-9bcd]{0,13}",
        1 => proptest::sample::select(vec!["\\", "\"", "\n", "\u{2028}", "İ", "ı", "'s", "**"]).prop_map(String::from),
    ];
    vec(parts, 0..24).prop_map(|parts| parts.concat())
}

/// A text as parts: some are findings, the others stand between them.
fn found() -> impl Strategy<Value = (String, Vec<Finding>)> {
    vec((texts(), proptest::option::of(kinds())), 0..6).prop_map(|parts| {
        let (mut text, mut findings) = (String::new(), vec![]);
        for (part, kind) in parts {
            let start = text.len();
            text.push_str(&part);
            findings.extend(kind.map(|kind| finding(start..text.len(), kind)));
        }
        (text, findings)
    })
}

/// How a model may write a pseudonym.
fn dress(pseudonym: &str, style: u8) -> String {
    match style % 8 {
        0 => pseudonym.to_uppercase(),
        1 => pseudonym.to_lowercase(),
        2 => pseudonym.to_uppercase().replace('I', "İ"),
        3 => pseudonym.to_lowercase().replace('i', "ı"),
        4 => format!("\"{pseudonym}\""),
        5 => format!("**{pseudonym}**"),
        6 => format!("{pseudonym}s and {pseudonym}'s"),
        _ => pseudonym.to_owned(),
    }
}

/// Restoring as it is defined, tried at each place: slow, and shares nothing with what it checks.
fn restored_slowly(vault: &Vault, text: &str) -> String {
    let (mut rest, mut restored) = (text, String::new());
    while let Some(letter) = rest.chars().next() {
        let here = vault.originals().find_map(|(pseudonym, original, _)| {
            let mut letters = rest.chars();
            let same = pseudonym.chars().all(|expected| {
                letters.next().is_some_and(|letter| {
                    letter.eq_ignore_ascii_case(&expected) || "iI".contains(expected) && "ıİ".contains(letter)
                })
            });
            same.then_some((original, letters.as_str()))
        });
        let (put, after) = here.unwrap_or((&rest[..letter.len_utf8()], &rest[letter.len_utf8()..]));
        restored.push_str(put);
        rest = after;
    }
    restored
}

proptest! {
    #[test]
    fn restoring_undoes_masking_byte_for_byte((text, findings) in found()) {
        let mut vault = vault();
        let masked = vault.mask(&text, &findings).into_owned();
        prop_assert_eq!(vault.restore(&masked, Inside::Text), text);
    }

    #[test]
    fn restoring_undoes_masking_among_pseudonyms_of_the_same_originals_and_parts_of_them(
        parts in vec((0_usize..4, any::<bool>(), 0_usize..24, 0_usize..24), 1..12),
    ) {
        let originals = [(Kind::Phone, "1"), (Kind::TaxId, "2"), (Kind::Ip, "3"), (Kind::Term, "4")];
        let known = originals.map(|(kind, original)| vault().pseudonym(kind, original));
        let (mut text, mut findings) = (String::new(), vec![]);
        for (which, is_found, from, to) in parts {
            let start = text.len();
            if is_found {
                text.push_str(originals[which].1);
                findings.push(finding(start..text.len(), originals[which].0));
            } else {
                text.extend(known[which].chars().take(to).skip(from.saturating_sub(6)));
            }
        }
        let mut vault = vault();
        let masked = vault.mask(&text, &findings).into_owned();
        prop_assert_eq!(vault.restore(&masked, Inside::Text), text);
    }

    #[test]
    fn nothing_found_is_left_and_nothing_else_is_changed((text, findings) in found()) {
        let mut vault = vault();
        let masked = vault.mask(&text, &findings).into_owned();
        let mut rest = masked.as_str();
        let mut done = 0;
        for finding in findings.iter().filter(|finding| !finding.span.is_empty()) {
            rest = rest.strip_prefix(&text[done..finding.span.start]).unwrap();
            rest = rest.strip_prefix(&vault.pseudonym(finding.kind, &text[finding.span.clone()])).unwrap();
            done = finding.span.end;
        }
        prop_assert_eq!(rest, &text[done..]);
    }

    #[test]
    fn findings_that_overlap_or_cut_characters_leave_nothing(
        text in texts(),
        spans in vec((0_usize..80, 0_usize..80, kinds()), 0..5),
    ) {
        let findings: Vec<_> = spans.into_iter().map(|(start, end, kind)| finding(start..end, kind)).collect();
        let mut vault = vault();
        let masked = vault.mask(&text, &findings).into_owned();
        prop_assert_eq!(vault.restore(&masked, Inside::Text), text.as_str());
        let is_left = |at: usize| !findings.iter().any(|finding| finding.span.contains(&at));
        let left = text.char_indices().filter(|(at, letter)| (*at..at + letter.len_utf8()).all(is_left));
        let mut between = masked;
        for (pseudonym, ..) in vault.originals() {
            between = between.replace(pseudonym, "");
        }
        prop_assert!(between.len() <= left.map(|(_, letter)| letter.len_utf8()).sum());
    }

    #[test]
    fn another_key_conversation_kind_or_text_gives_another_pseudonym(text in texts(), other in texts(), kind in kinds()) {
        prop_assume!(text != other);
        let pseudonym = |key: &MaskKey, scope: &[&[u8]], kind, text: &str| {
            Vault::new(key.conversation(scope)).pseudonym(kind, text)
        };
        let (one, two) = (key(1), key(2));
        let first = pseudonym(&one, &[b"desk", b"hello"], kind, &text);
        prop_assert_eq!(&first, &pseudonym(&one, &[b"desk", b"hello"], kind, &text));
        prop_assert_ne!(&first, &pseudonym(&two, &[b"desk", b"hello"], kind, &text));
        prop_assert_ne!(&first, &pseudonym(&one, &[b"deskh", b"ello"], kind, &text));
        prop_assert_ne!(&first, &pseudonym(&one, &[b"desk", b"hello", b""], kind, &text));
        prop_assert_ne!(&first, &pseudonym(&one, &[b"desk", b"hello"], kind, &other));
        // Not for the word alone: the bodies differ too.
        let body = |pseudonym: &str| pseudonym[pseudonym.len() - 12..].to_owned();
        let elsewhere = if kind == Kind::Email { Kind::Phone } else { Kind::Email };
        prop_assert_ne!(body(&first), body(&pseudonym(&one, &[b"desk", b"hello"], elsewhere, &text)));
    }

    #[test]
    fn restoring_does_what_it_says(
        parts in vec((texts(), 0_usize..5, any::<u8>(), 0_usize..40), 0..8),
        originals in vec((kinds(), texts()), 5),
    ) {
        let mut vault = vault();
        let known: Vec<_> = originals.iter().map(|(kind, text)| vault.pseudonym(*kind, text)).collect();
        let text: String = parts.iter().map(|(around, which, style, cut)| {
            let dressed = dress(&known[*which], *style);
            let cut = if *cut < 20 { dressed.floor_char_boundary(*cut) } else { dressed.len() };
            format!("{}{around}", &dressed[..cut])
        }).collect();
        prop_assert_eq!(vault.restore(&text, Inside::Text), restored_slowly(&vault, &text));
    }

    #[test]
    fn any_split_of_a_stream_restores_as_the_whole(
        parts in vec((texts(), 0_usize..5, any::<u8>(), 0_usize..40), 0..8),
        originals in vec((kinds(), texts()), 5),
        cuts in vec(0_usize..400, 0..40),
    ) {
        let mut vault = vault();
        let known: Vec<_> = originals.iter().map(|(kind, text)| vault.pseudonym(*kind, text)).collect();
        let text: String = parts.iter().map(|(around, which, style, cut)| {
            let dressed = dress(&known[*which], *style);
            format!("{}{around}", &dressed[..dressed.floor_char_boundary(*cut)])
        }).collect();
        let mut cuts: Vec<_> = cuts.iter().map(|cut| text.floor_char_boundary(*cut)).collect();
        cuts.extend([0, text.len()]);
        cuts.sort_unstable();
        for inside in [Inside::Text, Inside::JsonString] {
            let mut restorer = vault.restorer(inside);
            let pieces = cuts.windows(2).map(|cut| &text[cut[0]..cut[1]]);
            let mut joined: String = pieces.map(|piece| restorer.push(piece)).collect();
            joined += &restorer.finish();
            prop_assert_eq!(joined, vault.restore(&text, inside));
        }
    }

    #[test]
    fn the_fuzzed_promise_holds(bytes in vec(any::<u8>(), 0..200)) {
        fuzz_restore::restore(&bytes);
    }

    #[test]
    fn no_more_is_held_than_could_become_a_pseudonym(text in texts(), kind in kinds(), cut in 0_usize..24) {
        let mut vault = vault();
        let pseudonym = vault.pseudonym(kind, "original");
        let cut = cut.min(pseudonym.len() - 1);
        let stream = format!("{text} {}", &pseudonym[..cut]);
        let mut restorer = vault.restorer(Inside::Text);
        let settled = format!("{text} ");
        prop_assert_eq!(restorer.push(&stream), vault.restore(&settled, Inside::Text));
        prop_assert_eq!(restorer.finish(), &pseudonym[..cut]);
    }

    #[test]
    fn json_stays_json_and_says_the_original(parts in vec((texts(), 0_usize..3), 1..5), originals in vec(texts(), 3)) {
        let mut vault = vault();
        let known: Vec<_> = originals.iter().map(|text| vault.pseudonym(Kind::TaxId, text)).collect();
        parts.iter().for_each(|(around, _)| vault.reserve(around));
        let said = |words: &[String]| -> String {
            parts.iter().map(|(around, which)| format!("{around}{}", words[*which])).collect()
        };
        let masked = serde_json::to_string(&[said(&known)]).unwrap();
        let restored: [String; 1] = serde_json::from_str(&vault.restore(&masked, Inside::JsonString)).unwrap();
        prop_assert_eq!(&restored[0], &said(&originals));
    }

    #[test]
    fn a_pseudonym_that_stood_in_the_request_is_never_restored(text in texts(), kind in kinds(), style: u8) {
        let taken = vault().pseudonym(kind, "secret");
        let request = format!("{text}{}", dress(&taken, style));
        for late in [false, true] {
            let mut vault = vault();
            if late {
                vault.pseudonym(kind, "secret");
            }
            vault.reserve(&request);
            let other = vault.pseudonym(kind, "secret");
            prop_assert_ne!(&other, &taken);
            prop_assert_eq!(vault.restore(&request, Inside::Text), request.as_str());
            prop_assert_eq!(vault.restore(&other, Inside::Text), "secret");
        }
    }
}

#[test]
fn a_pseudonym_is_the_same_in_every_release() {
    // Reckoned by another program, from the description of the form.
    let conversation = key(7).conversation(&[b"desk", b"hello"]);
    assert_eq!(Vault::new(conversation).pseudonym(Kind::Email, "ada@example.org"), "Email37tht8hdrrf8");
}

#[test]
fn two_originals_never_share_a_pseudonym() {
    let mut vault = vault();
    let pseudonym = vault.key.derive(Kind::Email, "a", 0);
    assert!(vault.take(pseudonym, "b"));
    assert!(vault.take(pseudonym, "b"));
    assert!(!vault.take(pseudonym, "a"));
    assert_eq!(vault.pseudonym(Kind::Email, "a"), vault.key.derive(Kind::Email, "a", 1).to_string());
    assert_eq!(vault.len(), 2);
}

#[test]
fn something_of_the_form_that_is_not_in_the_vault_stays() {
    let mut other = Vault::new(key(1).conversation(&[]));
    let foreign = other.pseudonym(Kind::Email, "ada@example.org");
    let mut vault = vault();
    vault.pseudonym(Kind::Email, "ada@example.org");
    assert!(matches!(vault.restore(&foreign, Inside::Text), Cow::Borrowed(_)));
}

#[test]
fn text_without_pseudonyms_is_not_copied() {
    let mut empty = vault();
    assert!(matches!(empty.mask("Nothing here", &[]), Cow::Borrowed(_)));
    let mut restorer = empty.restorer(Inside::Text);
    assert!(matches!(restorer.push("A Phone, an Em"), Cow::Borrowed("A Phone, an Em")));
    empty.pseudonym(Kind::Email, "ada@example.org");
    let mut restorer = empty.restorer(Inside::Text);
    assert!(matches!(restorer.push("A Phone, an Em"), Cow::Borrowed("A Phone, an ")));
    assert_eq!(restorer.push("u"), "Emu");
    assert!(matches!(restorer.push("."), Cow::Borrowed(".")));
}

#[test]
fn a_whole_pseudonym_is_restored_with_its_last_character() {
    let mut vault = vault();
    let pseudonym = vault.pseudonym(Kind::Person, "Zoë");
    let mut restorer = vault.restorer(Inside::Text);
    let (last, held) = (pseudonym.len() - 1, "");
    assert_eq!(restorer.push(&pseudonym[..last]), held);
    assert_eq!(restorer.push(&pseudonym[last..]), "Zoë");
}

#[test]
fn an_escape_in_json_takes_the_first_letter_of_what_only_looks_like_a_pseudonym() {
    let mut vault = vault();
    let pseudonym = vault.pseudonym(Kind::TaxId, "123").to_lowercase();
    for (before, restored) in [("\\", false), ("\\\\", true), ("\\\\\\", false), ("x", true)] {
        let text = format!("{before}{pseudonym}");
        let expected = if restored { format!("{before}123") } else { text.clone() };
        assert_eq!(vault.restore(&text, Inside::JsonString), expected);
        assert_eq!(vault.restore(&text, Inside::Text), format!("{before}123"));
    }
}

#[test]
fn nothing_shows_an_original_or_a_key() {
    let mut vault = vault();
    let pseudonym = vault.pseudonym(Kind::Email, "ada@example.org");
    let restorer = vault.restorer(Inside::Text);
    let shown = format!("{vault:?} {restorer:?} {:?} {:?} {:?}", vault.to_map(), vault.key, key(1));
    assert!(!shown.contains("ada") && !shown.contains(&pseudonym), "{shown}");
    assert!(shown.starts_with("Vault { originals: 1, reserved: 0, .. }"), "{shown}");
    assert!(shown.ends_with("ConversationKey(..) MaskKey(..)"), "{shown}");
}

#[test]
fn a_key_of_one_byte_is_refused() {
    assert!(matches!(MaskKey::from_bytes([0; 32]), Err(WeakKey)));
    assert!(matches!(MaskKey::from_bytes([9; 32]), Err(WeakKey)));
}

#[test]
fn a_restorer_outlives_its_vault_and_moves_between_threads() {
    fn movable<T: Send + Sync + 'static>(value: T) -> T {
        value
    }
    let mut vault = vault();
    let pseudonym = vault.pseudonym(Kind::Email, "ada@example.org");
    let mut restorer = movable(vault.restorer(Inside::Text));
    drop(vault);
    assert_eq!(restorer.push(&pseudonym), "ada@example.org");
}
