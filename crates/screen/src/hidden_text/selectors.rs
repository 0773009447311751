//! Variation selectors. One after a character chooses how it looks; any further one chooses nothing, and 256 of
//! them make bytes.

/// The selectors that choose nothing.
pub(super) fn count(text: &str) -> usize {
    let mut total = 0;
    let mut before = None;
    for c in text.chars() {
        if is_selector(c) && !before.is_some_and(|base| has_variants(base, c)) {
            total += 1;
        }
        before = Some(c);
    }
    total
}

fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Whether a character may have this selector: those of the supplement are for ideographs (UTS #37), and none is
/// for another.
fn has_variants(base: char, selector: char) -> bool {
    if selector >= '\u{e0100}' { is_ideograph(base) } else { !is_selector(base) && !base.is_whitespace() }
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3400}'..='\u{9fff}')
        || matches!(c, '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}
