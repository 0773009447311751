//! A label of Kubernetes by which pods are chosen.

use std::str::FromStr;

/// A label's key and value (Kubernetes, "Labels and Selectors", syntax and character set).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Label {
    pub(crate) key: String,
    pub(crate) value: String,
}

/// A text that is no label.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a label is `KEY=VALUE`, as in `app.kubernetes.io/name=comity`")]
pub(crate) struct BadLabel;

impl FromStr for Label {
    type Err = BadLabel;

    fn from_str(text: &str) -> Result<Self, BadLabel> {
        let (key, value) = text.split_once('=').ok_or(BadLabel)?;
        let (prefix, name) = key.split_once('/').unwrap_or(("default", key));
        if [prefix, name, value].into_iter().all(is_word) {
            Ok(Label { key: key.to_owned(), value: value.to_owned() })
        } else {
            Err(BadLabel)
        }
    }
}

/// Letters, digits, `-`, `_` and `.`, with a letter or digit at both ends.
fn is_word(text: &str) -> bool {
    let alone = |c: char| c.is_ascii_alphanumeric();
    text.len() <= 63
        && text.starts_with(alone)
        && text.ends_with(alone)
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::Label;

    #[test]
    fn a_label_cannot_end_the_string_that_it_stands_in() {
        let label: Label = "app.kubernetes.io/name=comity".parse().unwrap();
        assert_eq!((&*label.key, &*label.value), ("app.kubernetes.io/name", "comity"));
        assert!("app=comity".parse::<Label>().is_ok());
        for bad in ["app", "app=", "=comity", "app=\"x\"", "app=a\nb", "a/b/c=d", "app=-x"] {
            assert!(bad.parse::<Label>().is_err(), "{bad}");
        }
    }
}
