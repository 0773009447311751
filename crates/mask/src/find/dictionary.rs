//! The operator's own words.

use aho_corasick::AhoCorasick;
use terms::Category;

use super::around::is_whole;
use super::overlap::Candidate;
use crate::{Evidence, Kind};

/// Words to be found wherever they stand whole, in any case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dictionary {
    /// What the words are.
    pub kind: Kind,
    /// The words or phrases.
    pub words: Vec<String>,
    /// The kind of data they are, if not that of their kind.
    pub category: Option<Category>,
}

/// All dictionaries in one automaton.
#[derive(Debug, Clone, Default)]
pub(crate) struct Dictionaries {
    automaton: Option<AhoCorasick>,
    owners: Vec<(Kind, Category)>,
}

impl Dictionaries {
    pub(crate) fn new(dictionaries: Vec<Dictionary>) -> Dictionaries {
        let mut words = Vec::new();
        let mut owners = Vec::new();
        for dictionary in &dictionaries {
            let owner = (dictionary.kind, dictionary.category.unwrap_or(dictionary.kind.category()));
            for spelling in dictionary.words.iter().flat_map(|word| spellings(word.trim())) {
                words.push(spelling);
                owners.push(owner);
            }
        }
        let automaton = AhoCorasick::builder().ascii_case_insensitive(true).build(&words).ok();
        Dictionaries { automaton: automaton.filter(|_| !words.is_empty()), owners }
    }

    pub(crate) fn find(&self, text: &str, found: &mut Vec<Candidate>) {
        let Some(automaton) = &self.automaton else { return };
        for word in automaton.find_overlapping_iter(text) {
            let span = word.start()..word.end();
            let owner = self.owners.get(word.pattern().as_usize());
            if let Some((kind, category)) = owner.filter(|_| is_whole(text, &span)) {
                let mut candidate = Candidate::new(span, *kind, Evidence::Dictionary);
                candidate.finding.category = *category;
                found.push(candidate);
            }
        }
    }
}

/// The spellings of a word that differ in the case of letters outside ASCII: as given, in small and in capital letters.
fn spellings(word: &str) -> Vec<String> {
    if word.is_empty() {
        return Vec::new();
    }
    let mut spellings = vec![word.to_owned()];
    if !word.is_ascii() {
        let mut letters = word.chars();
        let capital: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
        let title = capital + &letters.as_str().to_lowercase();
        spellings.extend([word.to_lowercase(), word.to_uppercase(), title]);
    }
    spellings
}
