//! What else would be lawful: the same flow with one thing changed that a person could change.

use serde::Serialize;
use terms::{Flow, Form, Operation, Place, PlaceSet, Ruling, Token, Verdict};

use crate::{Edition, RuleError, Stance};

/// A change that makes a flow milder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Alternative {
    /// What to change, in words.
    pub change: String,
    /// The values that do, in words.
    pub to: Vec<String>,
    /// The ruling that they give.
    pub verdict: Verdict,
}

/// Every single change that would do better than the ruling, the nearest to what was asked first.
pub(super) fn of(
    edition: &Edition,
    flow: &Flow,
    stance: Stance,
    ruling: &Ruling,
) -> Result<Vec<Alternative>, RuleError> {
    if ruling.verdict() == Verdict::Permit {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for (change, variants) in changes(edition, flow) {
        let mut best: Option<Alternative> = None;
        for (label, variant) in variants {
            let verdict = edition.rule(&variant, stance)?.verdict();
            match &mut best {
                Some(known) if known.verdict > verdict => {}
                Some(known) if known.verdict == verdict => known.to.push(label),
                _ => best = Some(Alternative { change: change.to_owned(), to: vec![label], verdict }),
            }
        }
        found.extend(best.filter(|b| b.verdict > ruling.verdict()));
    }
    // What only asks for less is worth knowing where nothing is free.
    if found.iter().any(|a: &Alternative| a.verdict == Verdict::Permit) {
        found.retain(|a| a.verdict == Verdict::Permit);
    }
    // A vendor of the place is no further alternative where the same vendor may do it there.
    let mut kept: Vec<Alternative> = Vec::new();
    for alternative in found {
        if !kept.iter().any(|k| k.to == alternative.to && k.verdict == alternative.verdict) {
            kept.push(alternative);
        }
    }
    Ok(kept)
}

type Variants = Vec<(String, Flow)>;

fn changes(edition: &Edition, flow: &Flow) -> Vec<(&'static str, Variants)> {
    vec![
        ("keep it where it is, with the same vendor", at_home(flow, false)),
        ("keep it where it is, with a vendor of that place", at_home(flow, true)),
        ("another place, with the same vendor", elsewhere(edition, flow, false)),
        ("another place, with a vendor of that place", elsewhere(edition, flow, true)),
        ("another form", forms(flow)),
        ("another operation", operations(flow)),
        ("without a purpose", fewer_purposes(flow)),
        ("without a category of data", fewer_categories(flow)),
    ]
}

fn moved(flow: &Flow, place: Place, vendor_too: bool) -> (String, Flow) {
    let there: Option<PlaceSet> = Some(place.into());
    let mut moved = Flow { to_location: there, ..flow.clone() };
    if vendor_too {
        moved.vendor_hq = there;
        moved.vendor_ultimate_owner = there;
        moved.facts.vendor_organised_in = None;
        moved.facts.remote_access_from = moved.facts.remote_access_from.map(|_| PlaceSet::EMPTY);
    }
    (place.code().to_owned(), moved)
}

fn at_home(flow: &Flow, vendor_too: bool) -> Variants {
    let home = flow.export_from.filter(|home| home.len() == 1 && Some(*home) != flow.to_location);
    home.iter().flat_map(|home| home.iter()).map(|p| moved(flow, p, vendor_too)).collect()
}

fn elsewhere(edition: &Edition, flow: &Flow, vendor_too: bool) -> Variants {
    let given = |set: &Option<PlaceSet>, p: Place| set.is_some_and(|set| set.contains(p));
    let country = |p: &Place| !p.is_bloc() && p.parent().is_none();
    let other = |p: &Place| !given(&flow.export_from, *p) && !given(&flow.to_location, *p);
    edition.covered().iter().filter(country).filter(other).map(|p| moved(flow, p, vendor_too)).collect()
}

fn forms(flow: &Flow) -> Variants {
    let plausible = [
        Form::Pseudonymised,
        Form::Encrypted,
        Form::DeidentifiedHipaa,
        Form::Aggregated,
        Form::Anonymised,
        Form::Synthetic,
    ];
    let other = plausible.into_iter().filter(|f| *f != flow.form);
    other.map(|form| (form.name().to_owned(), Flow { form, ..flow.clone() })).collect()
}

fn operations(flow: &Flow) -> Variants {
    if !matches!(flow.facts.operation, None | Some(Operation::ProcessInClear)) {
        return Vec::new();
    }
    let mut blind = flow.clone();
    blind.facts.operation = Some(Operation::ProcessBlind);
    vec![(Operation::ProcessBlind.name().to_owned(), blind)]
}

fn fewer_purposes(flow: &Flow) -> Variants {
    let Some(all) = flow.purposes.filter(|p| p.iter().count() > 1) else { return Vec::new() };
    let without = |purpose: terms::Purpose| {
        let purposes = Some(all.iter().filter(|p| *p != purpose).collect());
        (purpose.name().to_owned(), Flow { purposes, ..flow.clone() })
    };
    all.iter().map(without).collect()
}

fn fewer_categories(flow: &Flow) -> Variants {
    let Some(all) = flow.data.filter(|d| d.iter().count() > 1) else { return Vec::new() };
    let without = |category: terms::Category| {
        let data = Some(all.iter().filter(|c| *c != category).collect());
        (category.name().to_owned(), Flow { data, ..flow.clone() })
    };
    all.iter().map(without).collect()
}
