//! The nearest known word to one that is not known, so that an error can suggest it.

/// The candidate most like `given`, if any is like enough to be worth suggesting.
pub fn nearest<'a>(given: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lowered = given.to_lowercase();
    candidates
        .into_iter()
        .map(|c| (strsim::jaro_winkler(&lowered, &c.to_lowercase()), c))
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
}
