//! Characters of the block of tags (U+E0000 to U+E007F), which spell ASCII that no font shows.

/// The flags of England, Scotland and Wales are a black flag and tags (UTS #51, ED-14a); so would be those of
/// other subdivisions.
const BLACK_FLAG: char = '\u{1f3f4}';

/// Ends a flag.
const CANCEL: char = '\u{e007f}';

/// The tags that are not part of a flag.
pub(super) fn count(text: &str) -> usize {
    let mut total = 0;
    let mut rest = text;
    while let Some(start) = rest.find(is_tag) {
        let (before, from) = rest.split_at(start);
        let run = from.find(|c| !is_tag(c)).unwrap_or(from.len());
        let (tags, after) = from.split_at(run);
        if !(before.ends_with(BLACK_FLAG) && is_subdivision(tags)) {
            total += tags.chars().count();
        }
        rest = after;
    }
    total
}

fn is_tag(c: char) -> bool {
    matches!(c, '\u{e0000}'..='\u{e007f}')
}

/// A region's two letters, one to three letters or digits of its subdivision, and the end, all as tags (CLDR,
/// unicode_subdivision_id).
fn is_subdivision(tags: &str) -> bool {
    let Some(code) = tags.strip_suffix(CANCEL) else { return false };
    let letters = code.chars().take(2).all(|c| matches!(c, '\u{e0061}'..='\u{e007a}'));
    let rest = code.chars().all(|c| matches!(c, '\u{e0030}'..='\u{e0039}' | '\u{e0061}'..='\u{e007a}'));
    letters && rest && (3..=5).contains(&code.chars().count())
}
