//! Account and card numbers.

use iban::{Iban, IbanLike};

use super::check::luhn;
use super::few::Few;
use super::look::{Look, WIDTH, joins};
use super::overlap::Candidate;
use super::scan::{Search, Word};
use super::topic;
use crate::{Evidence, Kind};

/// ISO 13616: at most 34 characters.
const IBAN_LIMIT: usize = 34;

/// An IBAN that begins with `word`: written in one, or in groups parted by spaces or hyphens.
pub(crate) fn iban(search: &mut Search<'_>, word: &Word<'_>) {
    let look = &word.look;
    let [a, b, c, d, ..] = look.from(0) else { return };
    let begins =
        a.is_ascii_alphabetic() && b.is_ascii_alphabetic() && c.is_ascii_digit() && d.is_ascii_digit();
    if !begins || word.around.before(word.span.start).ends_with(joins) {
        return;
    }
    if let Some((end, country)) = account(look) {
        let span = word.span.start..look.place(end);
        let country = country.parse().ok();
        search.found.push(Candidate::new(span, Kind::Iban, Evidence::Shape).of(country));
    }
}

/// Where the account number ends, in characters, and its country.
fn account(look: &Look) -> Option<(usize, String)> {
    let mut compact = String::with_capacity(IBAN_LIMIT);
    let mut at = 0;
    loop {
        let c = look.at(at);
        if c.is_ascii_alphanumeric() && compact.len() < IBAN_LIMIT {
            compact.push(char::from(c.to_ascii_uppercase()));
        } else {
            return None;
        }
        at += 1;
        let next = look.at(at);
        if !next.is_ascii_alphanumeric()
            && compact.len() >= 15
            && let Ok(iban) = compact.parse::<Iban>()
        {
            return Some((at, iban.country_code().to_owned()));
        }
        at += usize::from(matches!(next, b' ' | b'-'));
    }
}

/// First digits, lengths and whether cards in one run of digits are told from other numbers by that alone.
struct Issuer {
    from: u32,
    to: u32,
    lengths: &'static [usize],
    well_known: bool,
}

const fn issuer(from: u32, to: u32, lengths: &'static [usize], well_known: bool) -> Issuer {
    Issuer { from, to, lengths, well_known }
}

/// Ranges of the first four digits (ISO/IEC 7812-1; the ranges as the networks publish them, listed in Wikipedia, "Payment
/// card number", section "Issuer identification number").
const ISSUERS: &[Issuer] = &[
    issuer(4000, 4999, &[16], true),                              // Visa
    issuer(4000, 4999, &[13, 19], false),                         // Visa
    issuer(5100, 5599, &[16], true),                              // Mastercard
    issuer(2221, 2720, &[16], true),                              // Mastercard
    issuer(3400, 3499, &[15], true),                              // American Express
    issuer(3700, 3799, &[15], true),                              // American Express
    issuer(6011, 6011, &[16, 19], true),                          // Discover
    issuer(6440, 6599, &[16, 19], true),                          // Discover
    issuer(3528, 3589, &[16, 17, 18, 19], true),                  // JCB
    issuer(3000, 3059, &[14, 16], false),                         // Diners Club
    issuer(3095, 3095, &[14, 16], false),                         // Diners Club
    issuer(3600, 3699, &[14, 16], false),                         // Diners Club
    issuer(3800, 3999, &[14, 16], false),                         // Diners Club
    issuer(6200, 6299, &[16, 17, 18, 19], true),                  // UnionPay
    issuer(2200, 2204, &[16, 17, 18, 19], true),                  // Mir
    issuer(9792, 9792, &[16], true),                              // Troy
    issuer(5000, 5099, &[12, 13, 14, 15, 16, 17, 18, 19], false), // Maestro, Elo, Verve
    issuer(5600, 5899, &[12, 13, 14, 15, 16, 17, 18, 19], false), // Maestro
    issuer(6000, 6999, &[12, 13, 14, 15, 16, 17, 18, 19], false), // Maestro, RuPay, Elo
];

/// A card number that begins with `word`.
pub(crate) fn card(search: &mut Search<'_>, word: &Word<'_>) {
    if word.look.word() < 4
        || word.around.before(word.span.start).ends_with(|c| joins(c) || matches!(c, '-' | '.' | '/'))
    {
        return;
    }
    let Some((digits, groups, end)) = card_digits(&word.look) else { return };
    let Some(well_known) = issued(&digits) else { return };
    let rest = word.around.after(word.look.place(end));
    if !luhn(&digits) || continues(rest) {
        return;
    }
    let trade = word.around.of_trade();
    let near = word.around.near(topic::CARD, word.look.place(end));
    let near = near.filter(|near| trade.is_none_or(|t| *near < t));
    let evidence = match (near, groups > 1 || well_known) {
        (Some(_), _) => Evidence::Context,
        (None, true) => Evidence::Shape,
        (None, false) if trade.is_some() => return,
        (None, false) => Evidence::Bare,
    };
    let card = Candidate::new(word.span.start..word.look.place(end), Kind::Card, evidence);
    search.found.push(card.near(near.unwrap_or(super::overlap::NO_WORD)));
}

/// The digits, the number of groups and the end in characters of 12 to 19 digits, in one or in groups as on cards.
fn card_digits(look: &Look) -> Option<(Few<u8, WIDTH>, usize, usize)> {
    let (mut digits, mut groups, mut at) = (Few::<u8, WIDTH>::new(), Few::<usize, 20>::new(), 0);
    let separator = look.at(look.word());
    loop {
        let group = super::look::run(look.from(at), u8::is_ascii_digit);
        digits.extend(look.from(at).iter().take(group).copied());
        groups.push(group);
        at += group;
        let goes_on =
            matches!(separator, b' ' | b'-') && look.at(at) == separator && look.at(at + 1).is_ascii_digit();
        if digits.len() > 19 || group == 0 {
            return None;
        }
        if !goes_on || digits.len() >= 19 {
            break;
        }
        at += 1;
    }
    let fits = matches!(
        &*groups,
        [12..=19] | [4, 4, 4, 4] | [4, 6, 4 | 5] | [4, 4, 4, 4, 1..=3] | [6, 13] | [4, 4, 4, 1]
    );
    fits.then_some((digits, groups.len(), at))
}

/// Whether a network issues such numbers, and whether they are well known.
fn issued(digits: &[u8]) -> Option<bool> {
    let first = digits.iter().take(4).fold(0, |n, d| n * 10 + u32::from(d.wrapping_sub(b'0')));
    let of = |i: &&Issuer| (i.from..=i.to).contains(&first) && i.lengths.contains(&digits.len());
    ISSUERS.iter().filter(of).map(|i| i.well_known).reduce(|a, b| a || b)
}

/// Whether what follows a number makes it a part of something longer.
fn continues(rest: &str) -> bool {
    let mut chars = rest.chars();
    match (chars.next(), chars.next()) {
        (Some(c), _) if joins(c) || c.is_alphanumeric() && c.is_ascii() => true,
        (Some('.' | ',' | '-' | '/' | ':'), Some(c)) => c.is_ascii_alphanumeric(),
        _ => false,
    }
}
