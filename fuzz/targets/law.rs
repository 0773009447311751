//! Rulebooks of one instrument, `book.toml` and `rules.cedar` with a line `%%` between: what loads also rules. The same text as
//! worked cases and as axes of the golden matrix is read or refused.
#![no_main]

use law::{Law, LawSource, Stance};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = law::cases::parse("zz/fuzz", text);
    let _ = law::golden::Axes::read(text);
    let names = ["zz/fuzz/book.toml", "zz/fuzz/rules.cedar"];
    let texts = text.splitn(2, "\n%%\n");
    let files: Vec<_> = names.into_iter().zip(texts).map(|(name, text)| (name.into(), text.into())).collect();
    let Ok(law) = Law::from_files(&files, LawSource::Folder("fuzz".into())) else { return };
    let flow = serde_json::json!({
        "subject_residence": "DE", "export_from": "DE", "to_location": "US", "vendor_hq": "US",
        "vendor_ultimate_owner": "US", "data": ["identity_basic"], "purpose": "inference",
    });
    let Ok(flow) = terms::Flow::from_json(&flow) else { panic!("the flow is well formed") };
    for day in law.dates().iter().take(4) {
        let Ok(edition) = law.at(*day, None) else { continue };
        // Doubt refuses: without coverage or with an unknown volume the answer may be anything but a crash.
        let _ = edition.rule(&flow, Stance::Question);
    }
});
