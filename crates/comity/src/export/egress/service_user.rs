//! The system user that the gateway runs as.

use std::fmt;
use std::str::FromStr;

/// A user by name or number, safe to stand between quotation marks in rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServiceUser(String);

/// A text that names no user.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a user is a number, or begins with a lower-case letter and has letters, digits, `-` and `_`")]
pub(crate) struct BadUser;

impl FromStr for ServiceUser {
    type Err = BadUser;

    fn from_str(text: &str) -> Result<Self, BadUser> {
        let named = text.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            && text.len() <= 32;
        // Root is whoever breaks out of everything else; rules for it would bind the whole machine.
        let numbered = text.parse::<u32>().is_ok_and(|number| number != 0);
        if (named && text != "root") || numbered { Ok(ServiceUser(text.to_owned())) } else { Err(BadUser) }
    }
}

impl fmt::Display for ServiceUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::ServiceUser;

    #[test]
    fn a_user_cannot_end_the_string_that_it_stands_in() {
        assert!(
            ["comity", "_comity", "comity-2", "998"].iter().all(|text| text.parse::<ServiceUser>().is_ok())
        );
        let bad = ["", "\"", "comity\" accept", "a\nb", "Comity", "root", "0", "-1"];
        assert!(bad.iter().all(|text| text.parse::<ServiceUser>().is_err()));
    }
}
