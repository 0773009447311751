//! Missing facts in words: which, and where the estate states each.

use terms::MissingFact;

/// What to do about missing facts, for an operator: "state `relation` in a party of an `[[endpoint]]`". Empty if none is missing.
pub fn advice(missing: &[MissingFact]) -> String {
    let mut stated: Vec<(String, Vec<String>)> = Vec::new();
    let mut others = Vec::new();
    for fact in missing.iter().map(|m| m.fact.as_str()) {
        match estate::home_of(fact) {
            None => others.push(other(fact)),
            Some(home) => {
                let (part, key) = (home.section.name.to_owned(), named(fact, home.key));
                match stated.iter_mut().find(|(p, _)| *p == part) {
                    Some((_, keys)) => keys.push(key),
                    None => stated.push((part, vec![key])),
                }
            }
        }
    }
    let stated = stated.iter().map(|(part, keys)| format!("state {} in {part}", keys.join(", ")));
    stated.chain(others).collect::<Vec<_>>().join("; ")
}

/// The key, and the fact where that is another word.
fn named(fact: &str, key: &str) -> String {
    if fact == key { format!("`{key}`") } else { format!("`{key}` (the {})", fact.replace('_', " ")) }
}

/// What is missing and cannot be stated as a fact.
fn other(fact: &str) -> String {
    match fact.split_once(':') {
        Some(("law", place)) => format!("no rulebook covers the law of {place}"),
        Some(("review", provision)) => {
            format!("`{provision}` has to be looked at again, its review date has passed")
        }
        _ if fact == "parties" => {
            "say in `parties` of the `[[endpoint]]` who works with the data there".to_owned()
        }
        _ if fact == "edition" => "no law was loaded".to_owned(),
        _ => format!("`{fact}` is unknown"),
    }
}

#[cfg(test)]
mod tests {
    use terms::MissingFact;

    use super::advice;

    fn told(facts: &[&str]) -> String {
        let missing = |f: &&str| MissingFact { fact: (*f).to_owned(), provisions: vec![], outcomes: vec![] };
        advice(&facts.iter().map(missing).collect::<Vec<_>>())
    }

    #[test]
    fn each_fact_has_its_key_and_its_part() {
        assert_eq!(
            told(&["exporter_kind", "offered_to_public", "synthetic_content_published"]),
            "state `kind` (the exporter kind) in `[[exporter]]`; \
             state `offered_to_public`, `synthetic_content_published` in `floor` of a `[[system]]`"
        );
        assert_eq!(told(&["volume_persons"]), "state `count` (the volume persons) in `[[volume]]`");
    }

    #[test]
    fn what_cannot_be_stated_is_told_apart() {
        let all = told(&["law:KP", "parties", "review:eu/gdpr/44"]);
        for part in ["the law of KP", "`parties`", "`eu/gdpr/44` has to be looked at again"] {
            assert!(all.contains(part), "{all}");
        }
        assert_eq!(told(&[]), "");
    }
}
