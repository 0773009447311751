//! Check digits (ISO/IEC 7064, Luhn, Verhoeff and weighted sums) and dates within numbers. All take ASCII digits.

/// The value of the `i`-th character: a digit's, or 10 and up for the letters A to Z.
pub(crate) fn value(chars: &[u8], i: usize) -> u32 {
    match chars.get(i) {
        Some(c @ b'0'..=b'9') => u32::from(c - b'0'),
        Some(c @ b'A'..=b'Z') => u32::from(c - b'A') + 10,
        _ => 0,
    }
}

/// The number that `length` digits from `from` on write.
pub(crate) fn number(chars: &[u8], from: usize, length: usize) -> u64 {
    (from..from + length).fold(0, |n, i| n * 10 + u64::from(value(chars, i)))
}

/// The sum of the leading characters' values, each times its weight.
pub(crate) fn weighted(chars: &[u8], weights: &[u32]) -> u32 {
    weights.iter().enumerate().map(|(i, w)| w * value(chars, i)).sum()
}

/// The value of the last character.
pub(crate) fn last(chars: &[u8]) -> u32 {
    value(chars, chars.len().saturating_sub(1))
}

/// Whether the check digit of Luhn fits (ISO/IEC 7812-1, annex B).
pub(crate) fn luhn(digits: &[u8]) -> bool {
    let double = |n: u32| if n > 4 { n * 2 - 9 } else { n * 2 };
    let place = |(i, d): (usize, &u8)| {
        let n = u32::from(d.wrapping_sub(b'0'));
        if i % 2 == 1 { double(n) } else { n }
    };
    digits.iter().all(u8::is_ascii_digit) && digits.iter().rev().enumerate().map(place).sum::<u32>() % 10 == 0
}

/// Whether the check digit of Verhoeff fits (J. Verhoeff, Error Detecting Decimal Codes, 1969: the dihedral group D5).
pub(crate) fn verhoeff(digits: &[u8]) -> bool {
    const STEP: [u32; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let permuted = |mut n: u32, times: usize| {
        for _ in 0..times % 8 {
            n = STEP.get(n as usize).copied().unwrap_or(0);
        }
        n
    };
    let sum = digits
        .iter()
        .rev()
        .enumerate()
        .fold(0, |sum, (i, d)| dihedral(sum, permuted(u32::from(d.wrapping_sub(b'0')), i)));
    sum == 0
}

/// The product of two elements of D5: 0 to 4 turn, 5 to 9 turn and mirror.
fn dihedral(a: u32, b: u32) -> u32 {
    match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => 5 + (a + b - 5) % 5,
        (false, true) => 5 + (a - 5 + 5 - b) % 5,
        (false, false) => (a + 5 - b) % 5,
    }
}

/// Whether the check digit of ISO/IEC 7064 MOD 11,10 fits.
pub(crate) fn mod11_10(digits: &[u8]) -> bool {
    let Some((check, rest)) = digits.split_last() else { return false };
    let product = rest.iter().fold(10, |product, d| {
        let sum = (u32::from(d.wrapping_sub(b'0')) + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10 == u32::from(check.wrapping_sub(b'0'))
}

/// Whether all characters are the same: such numbers are placeholders.
pub(crate) fn all_same(chars: &[u8]) -> bool {
    chars.windows(2).all(|pair| pair.first() == pair.last())
}

/// Whether there is such a day, of a year with four digits.
pub(crate) fn is_day(year: u64, month: u64, day: u64) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    (1..=days).contains(&day)
}

/// Whether there is such a day in a year of which only the last two digits are known; 29 February is believed.
pub(crate) fn is_short_day(month: u64, day: u64) -> bool {
    is_day(2000, month, day)
}

/// Whether someone living, or lately living, may be born on that day.
pub(crate) fn is_birthday(year: u64, month: u64, day: u64) -> bool {
    (1880..2050).contains(&year) && is_day(year, month, day)
}
