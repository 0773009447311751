//! Identifiers that are valid by their own check digits. Those of national schemes are judged by the crate `stdnum`, or here
//! where it has none, and never by the finder that is measured.

use crate::chance::Chance;

/// Whether `stdnum` takes a number of this scheme.
fn valid(scheme: &'static str) -> impl Fn(&str) -> bool {
    move |number| stdnum::find(scheme).is_some_and(|v| v.validate(number).is_ok())
}

/// A number of the scheme in this shape.
pub(crate) fn shaped(chance: &mut Chance, scheme: &'static str, shape: &str) -> String {
    chance.until(valid(scheme), |chance| chance.fill(shape))
}

/// The digits of `number` in groups of these sizes.
pub(crate) fn grouped(number: &str, sizes: &[usize], separator: &str) -> String {
    let (mut groups, mut rest) = (Vec::new(), number);
    for size in sizes {
        let (group, after) = rest.split_at_checked(*size).unwrap_or((rest, ""));
        groups.push(group);
        rest = after;
    }
    groups.join(separator)
}

fn digit(c: char) -> u32 {
    c.to_digit(36).unwrap_or(0)
}

fn weighted(number: &str, weights: &[u32]) -> u32 {
    number.chars().zip(weights).map(|(c, w)| digit(c) * w).sum()
}

/// ISO/IEC 7812-1, annex B.
pub(crate) fn luhn(number: &str) -> bool {
    let double = |(i, c): (usize, char)| match digit(c) * (1 + i as u32 % 2) {
        n if n > 9 => n - 9,
        n => n,
    };
    number.chars().rev().enumerate().map(double).sum::<u32>() % 10 == 0
}

pub(crate) fn email(chance: &mut Chance) -> String {
    let name =
        chance.pick(&["anna", "j.mueller", "maria_lopez", "l.rossi", "piet", "kasia.nowak", "joao", "sofia"]);
    let more = chance.pick(&["", ".k", "+news", "87", "-work", "_2"]);
    let host = chance.pick(&[
        "example.com",
        "mail.example.org",
        "firma-beispiel.de",
        "exemple.fr",
        "example.co.uk",
        "ejemplo.es",
    ]);
    format!("{name}{more}@{host}")
}

/// ISO 13616: the two digits make the whole 1 modulo 97.
pub(crate) fn iban(chance: &mut Chance) -> String {
    let shape = chance.pick(&[
        "DE..dddddddddddddddddd",
        "NL..ABNAdddddddddd",
        "ES..dddddddddddddddddddd",
        "FR..ddddddddddddddddddddddd",
        "IT..Ldddddddddddddddddddddd",
        "PL..dddddddddddddddddddddddd",
        "PT..ddddddddddddddddddddd",
        "GB..NWBKdddddddddddddd",
        "CH..ddddddddddddddddd",
        "AT..dddddddddddddddd",
        "BE..dddddddddddd",
    ]);
    let country = shape.get(..2).unwrap_or_default();
    let account = chance.fill(shape.get(4..).unwrap_or_default());
    let turned = format!("{account}{country}00");
    let rest = turned.chars().fold(0, |rest, c| match digit(c) {
        n if n > 9 => (rest * 100 + n) % 97,
        n => (rest * 10 + n) % 97,
    });
    let compact = format!("{country}{:02}{account}", 98 - rest);
    if chance.once_in(2) {
        compact
    } else {
        grouped(&compact, &[4, 4, 4, 4, 4, 4, 4], " ").trim_end().to_owned()
    }
}

pub(crate) fn card(chance: &mut Chance) -> String {
    let shape = chance.pick(&[
        "4ddddddddddddddd",
        "51dddddddddddddd",
        "55dddddddddddddd",
        "6011dddddddddddd",
        "37ddddddddddddd",
    ]);
    let compact = chance.until(luhn, |chance| chance.fill(shape));
    let sizes: &[usize] = if compact.len() == 15 { &[4, 6, 5] } else { &[4, 4, 4, 4] };
    match chance.within(0, 3) {
        0 => compact,
        1 => grouped(&compact, sizes, "-"),
        _ => grouped(&compact, sizes, " "),
    }
}

pub(crate) fn ip(chance: &mut Chance) -> String {
    match chance.within(0, 4) {
        0 => chance.fill("2a00:Dxxx:Dxxx:Dxxx:Dxxx:Dxxx:Dxxx:Dxxx"),
        1 => format!("2001:db8:{}", chance.fill("Dxx::Dxxx")),
        _ => {
            let first = chance.pick(&[10, 85, 91, 172, 192, 203]);
            format!("{first}.{}.{}.{}", chance.within(0, 256), chance.within(0, 256), chance.within(1, 255))
        }
    }
}

pub(crate) fn mac(chance: &mut Chance) -> String {
    chance.fill("00:1a:xx:xx:xx:xx")
}

pub(crate) fn url(chance: &mut Chance) -> String {
    match chance.within(0, 3) {
        0 => format!("https://deploy:{}@git.example.com/team/repo.git", chance.fill("xDLdLdxxLd")),
        1 => format!("postgres://app:{}@db.example.com:5432/orders", chance.fill("LxdxLdLx8d")),
        _ => format!("https://api.example.com/v1/export?token={}", chance.fill("xxxxdxxxxLdxxxxd")),
    }
}

/// Telephone numbers as people of the language's country write them, in blocks that are given out.
pub(crate) fn phone(chance: &mut Chance, language: usize) -> String {
    const SHAPES: [&[&str]; 8] = [
        &[
            "(212) 736-dddd",
            "415-967-dddd",
            "+1 312 845 dddd",
            "+44 20 7946 0ddd",
            "020 7946 0ddd",
            "07911 12dddd",
        ],
        &["+49 30 2Dddddd", "030 2Dddddd", "0171 2dddddd", "+49 171 2dddddd", "089/2Dddddd"],
        &["+33 6 12 dd dd dd", "06 12 dd dd dd", "01 42 dd dd dd", "+33 1 42 dd dd dd"],
        &["+34 612 ddd ddd", "612 ddd ddd", "91 5dd dd dd", "+34 915 ddd ddd"],
        &["+39 06 698d dddd", "06 698d dddd", "+39 333 12d dddd", "333 12d dddd"],
        &["+31 6 12dddddd", "06 12dddddd", "020 62ddddd", "+31 20 62d dddd", "06-12dddddd"],
        &["+48 601 ddd ddd", "601 ddd ddd", "22 62d dd dd", "+48 22 62d dd dd"],
        &["+351 912 ddd ddd", "912 ddd ddd", "213 4dd ddd", "+351 213 4dd ddd"],
    ];
    let shapes = SHAPES.get(language).copied().unwrap_or_default();
    let shape = chance.pick(shapes);
    chance.fill(shape)
}

/// NHS Data Dictionary, "NHS number": the weights 10 to 2 and the check digit make a multiple of 11.
pub(crate) fn nhs(chance: &mut Chance) -> String {
    let fits = |n: &str| weighted(n, &[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11);
    let compact = chance.until(fits, |chance| chance.fill("Dddddddddd"));
    if chance.once_in(2) { compact } else { grouped(&compact, &[3, 3, 4], " ") }
}

/// Services Australia: weights 1, 3, 7, 9 twice modulo 10.
pub(crate) fn medicare(chance: &mut Chance) -> String {
    let fits = |n: &str| {
        let check = n.chars().nth(8).map_or(0, digit);
        weighted(n, &[1, 3, 7, 9, 1, 3, 7, 9]) % 10 == check && matches!(n.chars().next(), Some('2'..='6'))
    };
    let compact = chance.until(fits, |chance| chance.fill("DddddddddD"));
    if chance.once_in(2) { compact } else { grouped(&compact, &[4, 5, 1], " ") }
}

/// Weights 2, 7, 6, 5, 4, 3, 2, and 4 more for those given since 2000 (Wikipedia, "National Registration Identity Card").
pub(crate) fn nric(chance: &mut Chance) -> String {
    let first = chance.pick(&["S", "T", "F", "G"]);
    let digits = chance.fill("ddddddd");
    let sum = weighted(&digits, &[2, 7, 6, 5, 4, 3, 2]) + if matches!(first, "T" | "G") { 4 } else { 0 };
    let letters = if matches!(first, "S" | "T") { "JZIHGFEDCBA" } else { "XWUTRQPNMLK" };
    let letter = letters.chars().nth(sum as usize % 11).unwrap_or('A');
    format!("{first}{digits}{letter}")
}

/// Letters of a name, the day of birth, a place and a letter that checks them.
pub(crate) fn codice_fiscale(chance: &mut Chance) -> String {
    let month = chance.pick(&["A", "B", "C", "D", "E", "H", "L", "M", "P", "R", "S", "T"]);
    let name = chance.pick(&["RSSMRA", "BNCLGU", "VRDGPP", "FRRNNA", "CLMLCU", "RMNGLI"]);
    let place = chance.pick(&["H501", "F205", "L219", "D612", "A944"]);
    let day = chance.within(1, 29) + if chance.once_in(2) { 40 } else { 0 };
    let head = format!("{name}{}{month}{day:02}{place}", chance.within(50, 99));
    chance.until(valid("it/codicefiscale"), |chance| format!("{head}{}", chance.fill("L")))
}

/// Year, month and day as six digits; the first number is of the century before.
pub(crate) fn birthday(chance: &mut Chance) -> String {
    format!("{:02}{:02}{:02}", chance.within(40, 99), chance.within(1, 13), chance.within(1, 29))
}

/// A number that begins with a birthday, and ends as `shape` says.
pub(crate) fn born(chance: &mut Chance, scheme: &'static str, shape: &str) -> String {
    let day = birthday(chance);
    chance.until(valid(scheme), |chance| chance.fill(&format!("{day}{shape}")))
}

/// Day, month, year, and one of 31 characters that checks them.
pub(crate) fn hetu(chance: &mut Chance) -> String {
    let (day, month, year) = (chance.within(1, 29), chance.within(1, 13), chance.within(40, 99));
    let head = format!("{day:02}{month:02}{year:02}-{}", chance.fill("Ddd"));
    let checks: Vec<char> = "0123456789ABCDEFHJKLMNPRSTUVWXY".chars().collect();
    chance.until(valid("fi/hetu"), |chance| format!("{head}{}", chance.pick(&checks)))
}
