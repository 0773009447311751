//! Characters without width. Single ones are ordinary: joiners shape Arabic, Persian and Indic words and emoji, a
//! zero-width space lets Thai and Khmer lines break, a byte order mark begins a file. Runs of them are bits, and
//! single ones between Latin, Greek or Cyrillic letters keep a word from being found.

/// So many in a row that are not all the same are bits.
const RUN: usize = 3;

/// So many of one in a row are no slip of the finger; three zero-width spaces occur in ordinary Khmer.
const RUN_OF_ONE: usize = 8;

/// So many words that are cut by one are no accident; one or two come along with copied text.
const CUTS: usize = 3;

/// The characters in runs, and the cuts in words if there are enough of them.
pub(super) fn count(text: &str) -> usize {
    let (mut in_runs, mut cuts) = (0, 0);
    let mut run = Run::default();
    let mut before = None;
    for c in text.chars() {
        if is_widthless(c) {
            run.push(c);
            continue;
        }
        if run.length > 0 {
            in_runs += run.suspicious(before);
            cuts += usize::from(run.cuts(before, c));
            run = Run::default();
        }
        before = Some(c);
    }
    in_runs += run.suspicious(before);
    in_runs + if cuts >= CUTS { cuts } else { 0 }
}

/// Whether a character takes no room and is not one of the groups that have a rule of their own.
pub(super) fn is_widthless(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{34f}' | '\u{61c}')
        || matches!(
            c,
            '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}' | '\u{3164}' | '\u{ffa0}'
        )
}

/// Characters without width that follow one another.
#[derive(Default)]
struct Run {
    length: usize,
    last: Option<char>,
    differ: bool,
    /// Whether one is among them that no language types in pairs with others.
    odd: bool,
}

impl Run {
    fn push(&mut self, c: char) {
        self.differ |= self.last.is_some_and(|last| last != c);
        self.odd |= matches!(c, '\u{200b}' | '\u{2060}'..='\u{2064}' | '\u{feff}');
        self.last = Some(c);
        self.length += 1;
    }

    /// How many characters to tell. Two that differ are a run too, where none of them is a mark or a joiner
    /// of its script.
    fn suspicious(&self, before: Option<char>) -> usize {
        let hangul = before.is_some_and(|c| matches!(c, '\u{1100}'..='\u{11ff}'));
        let bits = self.length >= RUN && self.differ && !hangul;
        let pair = self.length == 2 && self.differ && self.odd && before.is_none_or(|c| c.is_ascii());
        if bits || pair || self.length >= RUN_OF_ONE { self.length } else { 0 }
    }

    /// Whether one stands between two letters that it has no business between.
    fn cuts(&self, before: Option<char>, after: char) -> bool {
        let mark = self.last.is_some_and(|c| matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{34f}'));
        self.length < RUN_OF_ONE && !mark && before.is_some_and(needs_none) && needs_none(after)
    }
}

/// Letters of scripts without joiners: Latin, Greek, Cyrillic.
fn needs_none(c: char) -> bool {
    c.is_alphabetic() && matches!(c, 'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{24f}' | '\u{370}'..='\u{52f}')
}
