//! One pass over the bytes of a JSON value that was found valid before: every string, key and number with its place.
//! No tree is built and nothing is decoded; strings are skipped by `memchr`.

use std::ops::Range;

use memchr::memchr2;

use crate::places::Place;

/// What a walk meets. Spans are of whole tokens, quotes included.
pub(crate) trait Visit {
    /// A string that is a value.
    fn string(&mut self, place: Place, token: Range<usize>);
    /// A key that is not on the list of its object.
    fn strange_key(&mut self, _token: Range<usize>) {}
    /// A number.
    fn number(&mut self, _place: Place, _token: Range<usize>) {}
    /// An array or object begins.
    fn open(&mut self, _place: Place, _at: usize) {}
}

/// Walks a body whose outermost value stands at `root`. On bytes that are not JSON it ends somewhere.
pub(crate) fn walk(body: &[u8], root: Place, visit: &mut impl Visit) {
    let mut walk = Walk { body, at: 0, frames: Vec::with_capacity(16), next: Some(root) };
    while let Some(byte) = body.get(walk.at) {
        walk.step(*byte, visit);
    }
}

struct Walk<'a> {
    body: &'a [u8],
    at: usize,
    frames: Vec<Frame>,
    /// The place of the value that follows, known after a key.
    next: Option<Place>,
}

#[derive(Clone, Copy)]
struct Frame {
    place: Place,
    object: bool,
}

impl Walk<'_> {
    fn step(&mut self, byte: u8, visit: &mut impl Visit) {
        match byte {
            b'"' => self.string(visit),
            b'{' | b'[' => self.open(byte == b'{', visit),
            b'}' | b']' => {
                self.frames.pop();
                self.at += 1;
            }
            b'-' | b'0'..=b'9' => self.number(visit),
            b't' | b'f' | b'n' => {
                self.value_place();
                self.at += 4;
            }
            _ => self.at += 1,
        }
    }

    fn value_place(&mut self) -> Place {
        let frame = self.frames.last().map_or(Place::Free, |frame| frame.place);
        self.next.take().unwrap_or(frame)
    }

    fn string(&mut self, visit: &mut impl Visit) {
        let token = self.at..string_end(self.body, self.at);
        self.at = token.end;
        match self.frames.last() {
            Some(Frame { place, object: true }) if self.next.is_none() => {
                let child = place.child(inner(self.body, &token));
                self.next = Some(child.unwrap_or(place.stranger()));
                if child.is_none() {
                    visit.strange_key(token);
                }
            }
            _ => {
                let place = self.value_place();
                visit.string(place, token);
            }
        }
    }

    fn open(&mut self, object: bool, visit: &mut impl Visit) {
        let mut place = self.value_place();
        if object {
            place = place.narrowed(|name| said(self.body, self.at, name));
        }
        visit.open(place, self.at);
        self.frames.push(Frame { place, object });
        self.at += 1;
    }

    fn number(&mut self, visit: &mut impl Visit) {
        let rest = self.body.get(self.at..).unwrap_or_default();
        let digits = rest.iter().take_while(|b| b.is_ascii_alphanumeric() || b"+-.".contains(b)).count();
        let token = self.at..self.at + digits.max(1);
        self.at = token.end;
        let place = self.value_place();
        visit.number(place, token);
    }
}

/// The end of the string whose opening quote is at `at`, past its closing quote.
pub(crate) fn string_end(body: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    while let Some(found) = body.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        at += found + 1;
        if body.get(at - 1) == Some(&b'"') {
            return at;
        }
        at += 1;
    }
    body.len()
}

/// What stands between the quotes of a string.
pub(crate) fn inner<'a>(body: &'a [u8], token: &Range<usize>) -> &'a [u8] {
    body.get(token.start + 1..token.end.saturating_sub(1)).unwrap_or_default()
}

/// The string of the member called `name` of the object at `at`, if there is exactly one of that name.
fn said<'a>(body: &'a [u8], mut at: usize, name: &[u8]) -> Option<&'a [u8]> {
    let (mut depth, mut key, mut found) = (0_usize, None, None);
    while let Some(byte) = body.get(at) {
        let end = if *byte == b'"' { string_end(body, at) } else { at + 1 };
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 1 => return found,
            b'}' | b']' => depth -= 1,
            b',' if depth == 1 => key = None,
            b'"' if depth == 1 && key.is_none() => {
                key = Some(inner(body, &(at..end)));
                if key == Some(name) && found.is_some() {
                    return None;
                }
            }
            b'"' if depth == 1 && key == Some(name) => found = Some(inner(body, &(at..end))),
            _ => {}
        }
        at = end;
    }
    None
}

/// The path of the value or key whose token begins at `to`, such as `messages[2].content[0].text`. For people.
pub(crate) fn path(body: &[u8], to: usize) -> String {
    let mut steps: Vec<Step> = Vec::new();
    let mut at = 0;
    while let Some(byte) = body.get(at).filter(|_| at < to) {
        let end = if *byte == b'"' { string_end(body, at) } else { at + 1 };
        match (byte, steps.last_mut()) {
            (b'{', _) => steps.push(Step::Key(None)),
            (b'[', _) => steps.push(Step::Index(0)),
            (b'}' | b']', _) => drop(steps.pop()),
            (b',', Some(Step::Index(index))) => *index += 1,
            (b',', Some(Step::Key(key))) => *key = None,
            (b'"', Some(Step::Key(key))) if key.is_none() => *key = Some(at..end),
            _ => {}
        }
        at = end;
    }
    if let (Some(b'"'), Some(Step::Key(key @ None))) = (body.get(to), steps.last_mut()) {
        *key = Some(to..string_end(body, to));
    }
    written(body, &steps)
}

enum Step {
    Key(Option<Range<usize>>),
    Index(usize),
}

fn written(body: &[u8], steps: &[Step]) -> String {
    let mut path = String::new();
    for step in steps {
        match step {
            Step::Index(index) => path.push_str(&format!("[{index}]")),
            Step::Key(None) => {}
            Step::Key(Some(key)) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(&String::from_utf8_lossy(inner(body, key)));
            }
        }
    }
    path
}
