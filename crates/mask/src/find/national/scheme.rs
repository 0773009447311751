//! The table of schemes, and the same table by length for looking up.

use std::sync::LazyLock;

use terms::Place;

use super::chain::{LIMIT, Places};
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
    /// The places that must have digits, and those that must have letters.
    digits: u32,
    letters: u32,
    layouts: Vec<Layout>,
}

/// The separator before each letter or digit, 0 for none, and what a number that is parted so is worth.
struct Layout {
    separators: Vec<u8>,
    /// The places that a separator comes before.
    parted: u32,
    strength: Strength,
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
            let (classes, separators) = compile(shape);
            let layout = Layout { parted: places(&separators, |s| s != 0), separators, strength: *strength };
            let Some(forms) = forms.get_mut(classes.len()) else { continue };
            match forms.iter_mut().find(|f| f.topic == topic && f.classes == classes) {
                Some(form) => form.layouts.push(layout),
                None => forms.push(Form::new(topic, classes, layout)),
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

/// The set of places, a bit each, at which a byte `fits`.
fn places(bytes: &[u8], fits: impl Fn(u8) -> bool) -> u32 {
    bytes.iter().zip(0..u32::BITS).fold(0, |set, (byte, place)| set | u32::from(fits(*byte)) << place)
}

impl Form {
    fn new(topic: Topic, classes: Vec<u8>, layout: Layout) -> Form {
        let (digits, letters) = (places(&classes, |c| c == b'd'), places(&classes, |c| c == b'L'));
        Form { topic, classes, digits, letters, layouts: vec![layout] }
    }

    /// Whether letters and digits stand where they should.
    pub(crate) fn fits(&self, written: &Places) -> bool {
        self.digits & !written.digits == 0 && self.letters & !written.letters == 0
    }

    /// What the way it is parted is worth; none if the scheme does not list it.
    pub(crate) fn strength(&self, separators: &[u8], written: &Places) -> Option<Strength> {
        let parted = written.parted & ((1 << separators.len()) - 1);
        let same =
            |layout: &&Layout| layout.parted == parted && (parted == 0 || layout.is_parted_by(separators));
        self.layouts.iter().filter(same).map(|layout| layout.strength).max()
    }

    /// Whether no check tells it from other numbers, so that it has to be parted as listed.
    pub(crate) fn needs_a_word(&self) -> bool {
        self.layouts.iter().all(|layout| layout.strength == Strength::Word)
    }
}

impl Layout {
    fn is_parted_by(&self, separators: &[u8]) -> bool {
        let same = |(want, is): (&u8, &u8)| want == is || (*want == b'_' && b" -.".contains(is));
        self.separators.iter().zip(separators).all(same)
    }
}
