//! Characters that a person does not see, or sees as others than the model does.
//!
//! Every rule has its exceptions for the scripts and emoji that need the same characters; a text in Arabic,
//! Persian, Hebrew or Hindi, and a family of emoji, say nothing here. Pure ASCII never comes this far.

mod bidi;
mod mixed;
mod selectors;
mod tags;
mod widthless;

use crate::Detail;
pub(crate) use mixed::{latin_like, may_pass_for_latin, touches};

/// The shortest run of private-use characters that is told; an icon font has one at a time, a logo too.
const PRIVATE_RUN: usize = 4;

/// Looks at a text and tells what it has, each detail with the number of its characters or words.
pub(crate) fn look(text: &str, mut tell: impl FnMut(Detail, usize)) {
    let seen = Seen::of(text);
    if seen.bidi {
        tell(Detail::BidiControls, bidi::count(text));
    }
    if seen.tags {
        tell(Detail::TagCharacters, tags::count(text));
    }
    if seen.widthless {
        tell(Detail::ZeroWidth, widthless::count(text));
    }
    if seen.selectors {
        tell(Detail::VariationSelectors, selectors::count(text));
    }
    if seen.private {
        tell(Detail::PrivateUse, private_runs(text));
    }
    tell(Detail::InvisibleFormat, seen.formats);
    if seen.lookalikes {
        tell(Detail::MixedScripts, mixed::count(text));
    }
}

/// Which groups of characters a text has at all: one pass, so that ordinary text pays for nothing else.
#[derive(Default)]
struct Seen {
    bidi: bool,
    tags: bool,
    widthless: bool,
    selectors: bool,
    private: bool,
    lookalikes: bool,
    formats: usize,
}

impl Seen {
    fn of(text: &str) -> Seen {
        let mut seen = Seen::default();
        for c in text.chars().filter(|c| !c.is_ascii()) {
            seen.note(c);
        }
        seen
    }

    fn note(&mut self, c: char) {
        match c {
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => self.bidi = true,
            '\u{e0000}'..='\u{e007f}' => self.tags = true,
            '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => self.selectors = true,
            c if is_private(c) => self.private = true,
            c if is_lost_format(c) => self.formats += 1,
            c if widthless::is_widthless(c) => self.widthless = true,
            c if mixed::may_pass_for_latin(c) => self.lookalikes = true,
            _ => {}
        }
    }
}

fn is_private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10fffd}')
}

/// Deprecated format characters (Unicode, section 23.3) and interlinear annotation, which is for exchange inside
/// programs.
fn is_lost_format(c: char) -> bool {
    matches!(c, '\u{206a}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}')
}

fn private_runs(text: &str) -> usize {
    let runs = text.split(|c| !is_private(c)).map(|run| run.chars().count());
    runs.filter(|length| *length >= PRIVATE_RUN).sum()
}

#[cfg(test)]
mod tests;
