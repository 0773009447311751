//! Bidirectional controls by which text reads otherwise than it stands: Trojan Source, CVE-2021-42574; UAX #9,
//! section 2.
//!
//! Marks (LRM, RLM, ALM) and balanced embeddings are part of ordinary text in right-to-left scripts, and programs
//! set what they fill in between FSI and PDI. An override is not: no script needs one.

/// The controls of the lines that use them for something else than setting right-to-left text.
pub(super) fn count(text: &str) -> usize {
    text.split(['\n', '\u{2029}']).filter_map(suspicious).sum()
}

/// How many controls a line has, if it is not ordinary.
fn suspicious(line: &str) -> Option<usize> {
    let controls: Vec<char> = line.chars().filter(|c| is_control(*c)).collect();
    if controls.is_empty() {
        return None;
    }
    let overrides = controls.iter().any(|c| matches!(c, '\u{202d}' | '\u{202e}'));
    let closed = balanced(&controls) || balanced(after_opening(line, &controls));
    let ordinary = !overrides && closed && (isolates_only(&controls) || has_right_to_left(line));
    (!ordinary).then_some(controls.len())
}

fn is_control(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether each embedding is closed by PDF and each isolate by PDI, in their order, before the line ends.
fn balanced(controls: &[char]) -> bool {
    let mut open = Vec::new();
    for control in controls {
        let closed = match control {
            '\u{202c}' => open.pop() == Some('\u{202c}'),
            '\u{2069}' => open.pop() == Some('\u{2069}'),
            '\u{202a}' | '\u{202b}' => {
                open.push('\u{202c}');
                true
            }
            _ => {
                open.push('\u{2069}');
                true
            }
        };
        if !closed {
            return false;
        }
    }
    open.is_empty()
}

/// The controls without an RLE at the very beginning: left open there, it says only which way the line runs.
fn after_opening<'c>(line: &str, controls: &'c [char]) -> &'c [char] {
    match controls {
        [_, rest @ ..] if line.starts_with('\u{202b}') => rest,
        all => all,
    }
}

/// What a program filled in, as Fluent and ICU set it: FSI and PDI in turn, not inside one another.
fn isolates_only(controls: &[char]) -> bool {
    controls.chunks(2).all(|pair| pair == ['\u{2068}', '\u{2069}'])
}

/// Whether a line has letters of a right-to-left script: Hebrew to Arabic Extended, the presentation forms, and
/// those of the SMP.
fn has_right_to_left(line: &str) -> bool {
    line.chars().any(|c| {
        matches!(c, '\u{5d0}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
            || matches!(c, '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
    })
}
