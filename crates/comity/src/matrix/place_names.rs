//! Names of places in English, as people say them.

use terms::Place;

/// Code and name, a line each.
const NAMES: &str = include_str!("names.tsv");

/// The name of a place; its code where there is none.
pub(crate) fn name(place: Place) -> &'static str {
    rows().find(|(code, _)| *code == place.code()).map_or(place.code(), |(_, name)| name)
}

/// Names sort as if they were written without accents.
pub(crate) fn sorting(name: &str) -> String {
    name.chars()
        .map(|c| match c {
            'Å' | 'ã' => 'a',
            'ç' => 'c',
            'é' => 'e',
            'í' => 'i',
            'ü' => 'u',
            other => other.to_ascii_lowercase(),
        })
        .collect()
}

fn rows() -> impl Iterator<Item = (&'static str, &'static str)> {
    NAMES.lines().filter_map(|line| line.split_once('\t'))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use terms::Place;

    use super::{name, rows, sorting};

    #[test]
    fn every_place_has_a_name_of_its_own() {
        let names: HashSet<&str> = Place::all().map(name).collect();
        assert_eq!(names.len(), Place::all().count());
        assert!(Place::all().all(|p| name(p) != p.code()));
        assert!(rows().all(|(code, _)| code.parse::<Place>().is_ok()));
    }

    #[test]
    fn accents_do_not_matter_in_order() {
        let mut names = ["Zambia", "Åland", "Türkiye", "Turkmenistan"];
        names.sort_by_key(|n| sorting(n));
        assert_eq!(names, ["Åland", "Türkiye", "Turkmenistan", "Zambia"]);
        assert!(rows().all(|(_, name)| sorting(name).is_ascii()));
    }
}
