//! The table of schemes, and the same table by length for looking up.

use std::sync::LazyLock;

use terms::Place;

use super::chain::LIMIT;
use super::{
    africa, americas, asia, baltic, chinese, document, emso, europe, gulf, iberia, islands, nordic, oceania,
    slavic,
};
use crate::Kind;
use crate::find::topic::Topic;

/// What a shape is worth without a word beside it, if the check fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Strength {
    /// Nothing.
    Word,
    /// It is masked and raises nothing.
    Bare,
    /// It is written for nothing else.
    Shape,
}

/// One scheme.
pub(crate) struct Row {
    /// Name for tests.
    #[cfg_attr(not(test), expect(dead_code, reason = "tests tell schemes of one country apart by it"))]
    pub(crate) name: &'static str,
    /// The country, ISO 3166-1 alpha-2; a part of the name in tests.
    pub(crate) country: &'static str,
    pub(crate) kind: Kind,
    /// How it is written: `d` is a digit, `L` a letter, `w` either, `_` a space, hyphen or dot, and all else itself.
    pub(crate) shapes: &'static [(Strength, &'static str)],
    /// Whether check digits, dates and the like fit; given the letters and digits without separators, letters as capitals.
    pub(crate) check: fn(&[u8]) -> bool,
    /// Words for it, in lower case.
    pub(crate) words: &'static [&'static str],
}

/// A scheme with its country as a place.
pub(crate) struct Scheme {
    pub(crate) row: &'static Row,
    pub(crate) country: Option<Place>,
}

/// The letters and digits of some shapes of one scheme, with all the ways to part them.
pub(crate) struct Form {
    pub(crate) topic: Topic,
    classes: Vec<u8>,
    layouts: Vec<(Vec<u8>, Strength)>,
}

/// All schemes. Where a number fits several equally, the first goes.
pub(crate) static SCHEMES: LazyLock<Vec<Scheme>> = LazyLock::new(|| {
    let tables = [
        europe::ROWS,
        nordic::ROWS,
        slavic::ROWS,
        iberia::ROWS,
        emso::ROWS,
        baltic::ROWS,
        islands::ROWS,
        americas::ROWS,
        chinese::ROWS,
        asia::ROWS,
        gulf::ROWS,
        africa::ROWS,
        oceania::ROWS,
        document::ROWS,
    ];
    let rows = tables.into_iter().flatten();
    rows.map(|row| Scheme { row, country: row.country.parse().ok() }).collect()
});

/// The forms of all schemes by the number of their letters and digits.
pub(crate) static BY_LENGTH: LazyLock<Vec<Vec<Form>>> = LazyLock::new(|| {
    let mut forms: Vec<Vec<Form>> = (0..=LIMIT).map(|_| Vec::new()).collect();
    for (scheme, topic) in SCHEMES.iter().zip(0..) {
        for (strength, shape) in scheme.row.shapes {
            let (classes, layout) = compile(shape);
            let Some(forms) = forms.get_mut(classes.len()) else { continue };
            match forms.iter_mut().find(|f| f.topic == topic && f.classes == classes) {
                Some(form) => form.layouts.push((layout, *strength)),
                None => forms.push(Form { topic, classes, layouts: vec![(layout, *strength)] }),
            }
        }
    }
    forms
});

/// The classes of a shape's letters and digits, and the separator before each.
fn compile(shape: &str) -> (Vec<u8>, Vec<u8>) {
    let (mut classes, mut layout, mut separator) = (Vec::new(), Vec::new(), 0);
    for c in shape.bytes() {
        if matches!(c, b'd' | b'L' | b'w') {
            classes.push(c);
            layout.push(std::mem::take(&mut separator));
        } else {
            separator = c;
        }
    }
    (classes, layout)
}

impl Form {
    /// Whether letters and digits stand where they should.
    pub(crate) fn fits(&self, compact: &[u8]) -> bool {
        self.classes.iter().zip(compact).all(|(class, c)| match class {
            b'd' => c.is_ascii_digit(),
            b'L' => c.is_ascii_uppercase(),
            _ => true,
        })
    }

    /// What the way it is parted is worth; none if the scheme does not list it.
    pub(crate) fn strength(&self, separators: &[u8]) -> Option<Strength> {
        let same = |layout: &[u8]| {
            layout
                .iter()
                .zip(separators)
                .all(|(want, is)| want == is || (*want == b'_' && b" -.".contains(is)))
        };
        self.layouts.iter().filter(|(layout, _)| same(layout)).map(|(_, strength)| *strength).max()
    }

    /// Whether no check tells it from other numbers, so that it has to be parted as listed.
    pub(crate) fn needs_a_word(&self) -> bool {
        self.layouts.iter().all(|(_, strength)| *strength == Strength::Word)
    }
}
