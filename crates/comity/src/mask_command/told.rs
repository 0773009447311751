//! Findings as they are told: what, and where in characters. Never the identifier itself.

use std::fmt;

use mask::{Evidence, Finding};
use serde::Serialize;
use terms::Token;

#[derive(Serialize)]
pub(super) struct Told {
    /// Where it starts, in Unicode characters of the text as it came.
    start: usize,
    /// Where it ends; the character here is no part of it.
    end: usize,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<&'static str>,
    category: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<&'static str>,
    #[serde(skip)]
    speaks: Evidence,
}

/// What was found in `text`, in the order in which it stands there. One pass over the text.
pub(super) fn told(text: &str, findings: &[Finding]) -> Vec<Told> {
    let mut place = Place { text, bytes: 0, characters: 0 };
    let told = findings.iter().map(|finding| Told {
        start: place.at(finding.span.start),
        end: place.at(finding.span.end),
        kind: finding.kind.name(),
        country: finding.country.map(|country| country.code()),
        category: finding.category.name(),
        evidence: None,
        speaks: finding.evidence,
    });
    told.collect()
}

impl Told {
    /// With what speaks for it.
    pub(super) fn with_evidence(self) -> Told {
        Told { evidence: Some(word(self.speaks)), ..self }
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Told { start, end, kind, country, category, speaks, .. } = self;
        let country = country.map(|code| format!(" {code}")).unwrap_or_default();
        write!(f, "{kind}{country}, {category}, characters {start}..{end}, {}", word(*speaks))
    }
}

fn word(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Bare => "bare",
        Evidence::Shape => "shape",
        Evidence::Context => "context",
        Evidence::Dictionary => "dictionary",
    }
}

/// A place in a text, in bytes and in characters. It only moves on: findings are sorted and do not overlap.
struct Place<'t> {
    text: &'t str,
    bytes: usize,
    characters: usize,
}

impl Place<'_> {
    fn at(&mut self, bytes: usize) -> usize {
        self.characters += self.text.get(self.bytes..bytes).map_or(0, |between| between.chars().count());
        self.bytes = bytes;
        self.characters
    }
}
