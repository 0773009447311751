//! Estates of one file, or of two with a line `%%` between: read whole, or refused with at least one fault.
#![no_main]

use estate::Estate;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let names = ["estate.toml", "more.toml"];
    let texts = text.splitn(2, "\n%%\n");
    let files: Vec<_> = names.into_iter().zip(texts).map(|(name, text)| (name.into(), text.into())).collect();
    match Estate::from_files(files.clone()) {
        Ok(estate) => {
            let again = Estate::from_files(files.into_iter().rev().collect());
            assert!(again.is_ok_and(|again| again.hash() == estate.hash()), "the order of files does not matter");
        }
        Err(faults) => assert!(!faults.to_string().is_empty(), "a refusal says why"),
    }
});
