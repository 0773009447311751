//! Flows in JSON: what reads is written, read again, and the same.
#![no_main]

use terms::Flow;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(value) = serde_json::from_slice(data) else { return };
    let Ok(flow) = Flow::from_json(&value) else { return };
    let Ok(again) = Flow::from_json(&flow.to_json()) else { panic!("a flow reads what it writes") };
    assert!(again.to_json() == flow.to_json(), "reading does not change a flow");
});
