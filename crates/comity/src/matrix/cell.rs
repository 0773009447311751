//! One answer: how a use of AI stands in one jurisdiction, why, and what is needed.

use law::matrix::{Asked, Mark};
use law::{Edition, Law};
use terms::{Confidence, Place, Ruling};

use super::words;

/// One answer.
pub(crate) struct Cell {
    /// How it stands.
    pub(crate) mark: Mark,
    /// The ruling behind it.
    pub(crate) ruling: Ruling,
    /// What it asks for.
    pub(crate) asked: Asked,
    /// The law behind it.
    pub(crate) reasons: Vec<Reason>,
    /// The endpoint, where systems are asked about.
    pub(crate) endpoint: Option<String>,
}

/// A provision that bites, or that may.
pub(crate) struct Reason {
    pub(crate) provision: String,
    pub(crate) cite: String,
    pub(crate) summary: String,
    /// Where it can be read.
    pub(crate) source: String,
    pub(crate) confidence: Confidence,
    /// What is held meets it.
    pub(crate) met: bool,
}

impl Cell {
    /// The answer that a ruling gives.
    pub(crate) fn of(law: &Law, edition: &Edition, place: Place, ruling: Ruling) -> Cell {
        Cell {
            mark: Mark::of(&ruling),
            asked: Asked::of(law, edition, place, &ruling),
            reasons: reasons(edition, &ruling),
            ruling,
            endpoint: None,
        }
    }

    /// The facts that were taken at their default.
    pub(crate) fn confirmed(&self) -> impl Iterator<Item = &str> {
        self.ruling.duties.iter().filter_map(|d| d.provision.strip_prefix("confirm/"))
    }

    /// The places whose law nobody looked at.
    pub(crate) fn unlooked(&self) -> impl Iterator<Item = &str> {
        self.ruling.missing.iter().filter_map(|m| m.fact.strip_prefix("law:"))
    }

    /// Law and article to name first.
    pub(crate) fn cite(&self) -> Option<&str> {
        let open = || self.reasons.iter().find(|r| !r.met).map(|r| r.cite.as_str());
        let duty = || self.asked.duties.first().map(|(d, _)| d.cite.as_str());
        let leading = || self.ruling.leading().map(|b| b.cite.as_str());
        match self.ruling.verdict() {
            terms::Verdict::Permit => duty().or_else(leading),
            terms::Verdict::Undecided => open().or_else(leading),
            _ => leading(),
        }
    }

    /// What is needed, in few words.
    pub(crate) fn needed(&self) -> String {
        let text = words::needed(self);
        match self.cite().filter(|_| self.mark != Mark::NotLookedAt) {
            Some(cite) => format!("{cite}: {text}"),
            None => text,
        }
    }
}

fn reasons(edition: &Edition, ruling: &Ruling) -> Vec<Reason> {
    let asked = ruling.missing.iter().flat_map(|m| &m.provisions);
    let ids: Vec<&str> =
        ruling.because.iter().map(|b| &b.provision).chain(asked).map(String::as_str).collect();
    let cited = edition.statements().filter(|s| ids.contains(&s.id.as_str()));
    let reason = |s: &law::Statement| Reason {
        provision: s.id.clone(),
        cite: s.cite.clone(),
        summary: s.summary.clone(),
        source: s.source.clone(),
        confidence: s.confidence,
        met: ruling.because.iter().any(|b| b.provision == s.id && ruling.is_met(b)),
    };
    let mut reasons: Vec<Reason> = cited.map(reason).collect();
    reasons.sort_by_key(|r| {
        (r.met, !ruling.prohibitions.contains(&r.provision), !ruling.unmet.contains(&r.provision))
    });
    reasons
}
