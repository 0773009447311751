//! The nearest known word to one that is not known, so that an error can suggest it.

/// How long a word has to be so that another is suggested because it is a part of it.
const PART: usize = 5;

/// The candidate most like `given`, if any is like enough to be worth suggesting: one that `given` is a part of goes first.
pub fn nearest<'a>(given: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lowered = given.to_lowercase();
    let likeness = |candidate: &str| {
        let candidate = candidate.to_lowercase();
        let part = lowered.len() >= PART && candidate.contains(&lowered);
        strsim::jaro_winkler(&lowered, &candidate) + if part { 1.0 } else { 0.0 }
    };
    candidates
        .into_iter()
        .map(|c| (likeness(c), c))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, c)| c)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn suggests_what_is_like_and_nothing_else() {
        assert_eq!(nearest("helth", ["health", "financial"]), Some("health"));
        assert_eq!(nearest("xyzzy", ["health", "financial"]), None);
    }

    #[test]
    fn a_part_of_a_word_suggests_the_word() {
        let purposes = ["predictive_policing_profile", "dynamic_pricing"];
        assert_eq!(nearest("pricing", purposes), Some("dynamic_pricing"));
        assert_eq!(nearest("prediktive", purposes), Some("predictive_policing_profile"));
    }
}
