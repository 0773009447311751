//! What a request asks for and what it used: requests, tokens, money.

use std::fmt;
use std::ops::Add;

use serde::{Deserialize, Serialize};

/// An amount of money: millionths of one unit of the operator's currency. Sums saturate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Micros(pub u64);

impl Micros {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The difference, or nothing.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Add for Micros {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

/// In units of the currency: `12.5`, `0.000001`.
impl fmt::Display for Micros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 1_000_000, self.0 % 1_000_000);
        if rest == 0 {
            return write!(f, "{whole}");
        }
        let rest = format!("{rest:06}");
        write!(f, "{whole}.{}", rest.trim_end_matches('0'))
    }
}

/// What one request needs, as estimated before it runs, or used, as known after. Beside this it is one request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Need {
    /// Tokens in and out together.
    pub tokens: u64,
    /// What it costs.
    pub cost: Micros,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_in_units() {
        let texts = [0, 1, 1_000_000, 12_500_000, 1_000_001].map(|m| Micros(m).to_string());
        assert_eq!(texts, ["0", "0.000001", "1", "12.5", "1.000001"]);
    }
}
