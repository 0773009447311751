//! Lines of a ledger: what reads as an entry is written the same, byte for byte.
#![no_main]

use ledger::Entry;

libfuzzer_sys::fuzz_target!(|line: &str| {
    let Ok(entry) = Entry::parse(line) else { return };
    if let Ok(written) = entry.to_line() {
        assert!(written == line, "an entry has one form");
    }
});
