//! From the bytes of tokens to text that may be shown.
//! It holds back half characters, and what may be the beginning of a stop sequence.

/// Puts an answer's text together.
pub(crate) struct Assembler {
    /// The beginning of a character whose end has not come yet.
    unfinished: Vec<u8>,
    /// Text that may turn out to begin a stop sequence.
    held: String,
    stops: Vec<String>,
}

/// What one more token adds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Added {
    /// Text to show; may be empty.
    pub(crate) text: String,
    /// A stop sequence is complete: the answer ends with `text`.
    pub(crate) stopped: bool,
}

impl Assembler {
    pub(crate) fn new(stops: &[String]) -> Self {
        let stops = stops.iter().filter(|stop| !stop.is_empty()).cloned().collect();
        Self { unfinished: Vec::new(), held: String::new(), stops }
    }

    pub(crate) fn add(&mut self, bytes: &[u8]) -> Added {
        self.unfinished.extend_from_slice(bytes);
        self.take_whole_characters();
        let found = self.stops.iter().filter_map(|stop| self.held.find(stop.as_str())).min();
        let show = found.unwrap_or_else(|| self.held.len() - self.possible_stop());
        let rest = self.held.split_off(show);
        let text = std::mem::replace(&mut self.held, rest);
        Added { text, stopped: found.is_some() }
    }

    /// What was held back and now ends the answer.
    pub(crate) fn finish(mut self) -> String {
        self.held.push_str(&String::from_utf8_lossy(&self.unfinished));
        self.held
    }

    fn take_whole_characters(&mut self) {
        while let Err(error) = std::str::from_utf8(&self.unfinished) {
            let whole = self.unfinished.drain(..error.valid_up_to()).collect();
            self.held.push_str(&String::from_utf8(whole).unwrap_or_default());
            match error.error_len() {
                None => return,
                Some(wrong) => drop(self.unfinished.drain(..wrong)),
            }
            self.held.push(char::REPLACEMENT_CHARACTER);
        }
        let whole = std::mem::take(&mut self.unfinished);
        self.held.push_str(&String::from_utf8(whole).unwrap_or_default());
    }

    /// Bytes at the end of `held` that could begin a stop sequence.
    fn possible_stop(&self) -> usize {
        let longest = |stop: &String| {
            let mut ends = stop.char_indices().map(|(at, _)| at).rev();
            ends.find(|&at| stop.get(..at).is_some_and(|begin| self.held.ends_with(begin)))
        };
        self.stops.iter().filter_map(longest).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is shown after each piece, and whether the answer was stopped.
    fn shown(stops: &[&str], pieces: &[&[u8]]) -> (Vec<String>, bool) {
        let stops: Vec<String> = stops.iter().map(|stop| stop.to_string()).collect();
        let mut assembler = Assembler::new(&stops);
        let mut texts = Vec::new();
        for piece in pieces {
            let added = assembler.add(piece);
            texts.push(added.text);
            if added.stopped {
                return (texts, true);
            }
        }
        texts.push(assembler.finish());
        (texts, false)
    }

    #[test]
    fn half_a_character_waits_for_the_other_half() {
        let (texts, _) = shown(&[], &[b"a\xF0\x9F", b"\x98", b"\x80b"]);
        assert_eq!(texts, ["a", "", "\u{1F600}b", ""]);
    }

    #[test]
    fn bytes_that_are_no_character_are_replaced_and_lose_nothing_after_them() {
        let (texts, _) = shown(&[], &[b"a\xFFb\xE2\x82", b"c", b"\xC3"]);
        assert_eq!(texts, ["a\u{FFFD}b", "\u{FFFD}c", "", "\u{FFFD}"]);
    }

    #[test]
    fn a_stop_across_tokens_is_never_shown() {
        let (texts, stopped) = shown(&["END"], &[b"one E", b"N", b"D two"]);
        assert_eq!((texts.concat(), stopped), ("one ".into(), true));
    }

    #[test]
    fn what_only_looked_like_a_stop_is_shown_later() {
        let (texts, stopped) = shown(&["END"], &[b"one E", b"N", b"T EN"]);
        assert_eq!((texts, stopped), (vec!["one ".into(), "".into(), "ENT ".into(), "EN".into()], false));
    }

    #[test]
    fn the_earliest_of_several_stops_wins() {
        let (texts, stopped) = shown(&["dd", "b", ""], &[b"aab dd"]);
        assert_eq!((texts.concat(), stopped), ("aa".into(), true));
    }

    #[test]
    fn a_stop_that_overlaps_itself_is_found() {
        let (texts, stopped) = shown(&["aab"], &[b"a", b"a", b"a", b"b"]);
        assert_eq!((texts.concat(), stopped), ("a".into(), true));
    }

    #[test]
    fn a_stop_of_wide_characters_is_found_across_half_characters() {
        let (texts, stopped) = shown(&["\u{1F600}!"], &[b"x\xF0\x9F", b"\x98\x80", b"!"]);
        assert_eq!((texts.concat(), stopped), ("x".into(), true));
    }
}
