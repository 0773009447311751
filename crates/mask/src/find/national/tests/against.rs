//! The checks held against those of another author, the crate `stdnum`.

use super::super::SCHEMES;
use super::examples::{EXAMPLES, Example};

/// Where the two differ on purpose, and why.
const DIFFERENT: &[(&str, &str)] = &[
    ("dk/cpr", "numbers given in place of others have 60 added to the day; stdnum has no such days"),
    ("is/kennitala", "stdnum does not look at the century"),
    ("mx/rfc", "stdnum checks the last digit only when asked to"),
    ("kr/rrn", "stdnum checks foreigners as citizens"),
    ("lk/nic", "stdnum takes days after the 366th"),
    ("pk/cnic", "stdnum takes no 0 at the end"),
];

fn compact(written: &str) -> Vec<u8> {
    written.bytes().filter(u8::is_ascii_alphanumeric).map(|b| b.to_ascii_uppercase()).collect()
}

#[test]
fn every_change_of_one_digit_is_judged_as_by_stdnum() {
    let mut faults = Vec::new();
    for Example { country, scheme, good, stdnum, .. } in EXAMPLES.iter().filter(|e| !e.stdnum.is_empty()) {
        let Some(other) = stdnum::find(stdnum) else { panic!("{stdnum} is not in stdnum") };
        let row = SCHEMES.iter().map(|s| s.row).find(|r| r.country == *country && r.name == *scheme).unwrap();
        let places = (0..good.len()).filter(|i| good.as_bytes()[*i].is_ascii_digit());
        for (place, digit) in places.flat_map(|i| (b'0'..=b'9').map(move |d| (i, d))) {
            let mut changed = good.as_bytes().to_vec();
            changed[place] = digit;
            let written = String::from_utf8(changed).unwrap();
            let (ours, theirs) = ((row.check)(&compact(&written)), other.validate(&written).is_ok());
            if ours != theirs && !DIFFERENT.iter().any(|(key, _)| key == stdnum) {
                faults.push(format!("{stdnum} {written}: {ours} here, {theirs} there"));
            }
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}
