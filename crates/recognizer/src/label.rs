//! The labels of a model and what they mean here.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use mask::Kind;

use crate::{OpenError, Unlabeled, UnreadableLabels};

/// A label that means something here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Label {
    pub(crate) kind: Kind,
    /// Whether it starts a new name, also right after another of its kind.
    pub(crate) begins: bool,
}

/// Reads the labels by number; `None` is one that means nothing here.
///
/// # Errors
/// They cannot be read, or mean nothing at all.
pub(crate) fn read(file: &Path) -> Result<Vec<Option<Label>>, OpenError> {
    let labels = names(file).map_err(|source| UnreadableLabels { file: file.to_owned(), source })?;
    let labels: Vec<Option<Label>> = labels.iter().map(|name| label(name)).collect();
    if labels.iter().all(Option::is_none) {
        return Err(Unlabeled { file: file.to_owned() }.into());
    }
    Ok(labels)
}

fn names(file: &Path) -> Result<Vec<String>, Box<dyn Error + Send + Sync>> {
    let text = std::fs::read_to_string(file)?;
    if text.trim_start().starts_with('{') {
        return of_config(&text);
    }
    Ok(text.lines().map(|line| line.trim().to_owned()).collect())
}

/// `id2label` of a model's configuration, as the library Transformers writes it: numbers as keys.
fn of_config(text: &str) -> Result<Vec<String>, Box<dyn Error + Send + Sync>> {
    let config: serde_json::Value = serde_json::from_str(text)?;
    let names = config.get("id2label").and_then(|names| names.as_object()).ok_or("it has no `id2label`")?;
    let mut by_number: BTreeMap<usize, String> = BTreeMap::new();
    for (number, name) in names {
        let name = name.as_str().ok_or("a label in `id2label` is no text")?;
        by_number.insert(number.parse()?, name.to_owned());
    }
    if by_number.keys().copied().ne(0..by_number.len()) {
        return Err("the numbers in `id2label` have gaps".into());
    }
    Ok(by_number.into_values().collect())
}

/// Prefixes of the schemes BIO, BIOES and BILOU; a label without one continues what stands before it.
fn label(name: &str) -> Option<Label> {
    let (prefix, word) = match name.split_once(['-', '_']) {
        Some((prefix, word)) if prefix.len() == 1 => (prefix, word),
        _ => ("I", name),
    };
    let kind = match word.to_ascii_uppercase().as_str() {
        "PER" | "PERSON" => Kind::Person,
        "LOC" | "LOCATION" | "ADDRESS" | "GPE" => Kind::Address,
        "ORG" | "ORGANIZATION" | "ORGANISATION" => Kind::Organization,
        _ => return None,
    };
    Some(Label { kind, begins: matches!(prefix, "B" | "S" | "U") })
}

#[cfg(test)]
mod tests {
    use super::{Kind, Label, label, names, read};
    use crate::OpenError;

    #[test]
    fn labels_are_read_with_and_without_the_prefixes_of_their_schemes() {
        let of = |kind, begins| Some(Label { kind, begins });
        assert_eq!(label("B-PER"), of(Kind::Person, true));
        assert_eq!(label("I-GPE"), of(Kind::Address, false));
        assert_eq!(label("U-org"), of(Kind::Organization, true));
        assert_eq!(label("PERSON"), of(Kind::Person, false));
        assert_eq!((label("O"), label("B-MISC"), label("")), (None, None, None));
    }

    #[test]
    fn labels_of_a_configuration_are_in_the_order_of_their_numbers() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let labels: Vec<String> = (0..11).map(|n| format!("\"{n}\": \"L{n}\"")).collect();
        std::fs::write(file.path(), format!("{{\"id2label\": {{{}}}}}", labels.join(","))).unwrap();
        let names = names(file.path()).unwrap();
        assert_eq!((names[2].as_str(), names[10].as_str()), ("L2", "L10"));
        std::fs::write(file.path(), r#"{"id2label": {"0": "O", "2": "B-PER"}}"#).unwrap();
        assert!(matches!(read(file.path()), Err(OpenError::UnreadableLabels(_))));
    }

    #[test]
    fn labels_that_mean_nothing_here_are_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "O\nB-MISC\n").unwrap();
        assert!(matches!(read(file.path()), Err(OpenError::Unlabeled(_))));
    }
}
