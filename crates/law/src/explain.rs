//! What each value of a missing fact would give.

use std::collections::BTreeMap;

use terms::{
    Category, Flag, Flow, Operation, Outcome, PartyKind, Place, PlaceSet, Purpose, Relation, Ruling, Token,
    Verdict, VolumeUnit, VolumeWindow,
};

use crate::{Edition, RuleError, Stance};

mod alternatives;
mod argument;

pub use alternatives::Alternative;
pub use argument::{Argument, MetBy, Point};

impl Edition {
    /// The ruling, with what each value of every missing fact would give.
    pub fn explain(&self, flow: &Flow, stance: Stance) -> Result<Ruling, RuleError> {
        let mut ruling = self.rule(flow, stance)?;
        for missing in &mut ruling.missing {
            if missing.fact == "volume_persons" {
                missing.outcomes = self.volumes(flow, stance)?;
                continue;
            }
            let mut by_verdict: BTreeMap<Verdict, Vec<String>> = BTreeMap::new();
            for (label, variant) in variants(&missing.fact, flow) {
                by_verdict.entry(self.rule(&variant, stance)?.verdict()).or_default().push(label);
            }
            let outcome =
                |(verdict, labels): (Verdict, Vec<String>)| Outcome { value: shortened(&labels), verdict };
            missing.outcomes = by_verdict.into_iter().rev().map(outcome).collect();
        }
        Ok(ruling)
    }

    /// The ranges of volume that give the same verdict, in order.
    fn volumes(&self, flow: &Flow, stance: Stance) -> Result<Vec<Outcome>, RuleError> {
        let mut ranges: Vec<(u64, Verdict)> = Vec::new();
        for start in std::iter::once(0).chain(self.breaks().iter().copied()) {
            let (_, variant) = with(String::new(), flow, |f| f.volume = Some(start));
            let verdict = self.rule(&variant, stance)?.verdict();
            if ranges.last().is_none_or(|(_, last)| *last != verdict) {
                ranges.push((start, verdict));
            }
        }
        let end = |i: usize| ranges.get(i + 1).map(|(next, _)| next - 1);
        let label = |i: usize, start: u64| {
            end(i).map_or(format!("{start} or more"), |end| format!("{start} to {end}"))
        };
        Ok(ranges
            .iter()
            .enumerate()
            .map(|(i, (start, verdict))| Outcome { value: label(i, *start), verdict: *verdict })
            .collect())
    }
}

/// Long lists of places say how many more there are.
fn shortened(labels: &[String]) -> String {
    const SHOWN: usize = 12;
    let shown = labels.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    match labels.len().checked_sub(SHOWN) {
        Some(more) if more > 0 => format!("{shown} and {more} more"),
        _ => shown,
    }
}

/// The flow with the fact set to each value that a law could tell apart.
fn variants(fact: &str, flow: &Flow) -> Vec<(String, Flow)> {
    if let Ok(flag) = Flag::read(fact) {
        return [true, false].map(|v| with(v.to_string(), flow, |f| f.facts.flags.set(flag, Some(v)))).into();
    }
    match fact {
        "volume_unit" => each(flow, |f, t: VolumeUnit| f.facts.volume_unit = Some(t)),
        "volume_window" => each(flow, |f, t: VolumeWindow| f.facts.volume_window = Some(t)),
        "operation" => each(flow, |f, t: Operation| f.facts.operation = Some(t)),
        "relation" => each(flow, |f, t: Relation| f.facts.relation = Some(t)),
        "exporter_kind" => each(flow, |f, t: PartyKind| f.facts.exporter_kind = Some(t)),
        "importer_kind" => each(flow, |f, t: PartyKind| f.facts.importer_kind = Some(t)),
        "purpose" => each(flow, |f, t: Purpose| f.purposes = Some([t].into_iter().collect())),
        "data" => each(flow, |f, t: Category| f.data = Some([t].into_iter().collect())),
        other => places(other, flow),
    }
}

fn with(label: String, flow: &Flow, change: impl Fn(&mut Flow)) -> (String, Flow) {
    let mut changed = flow.clone();
    change(&mut changed);
    (label, changed)
}

fn each<T: Token>(flow: &Flow, change: impl Fn(&mut Flow, T)) -> Vec<(String, Flow)> {
    T::ALL.iter().map(|t| with(t.name().to_owned(), flow, |f| change(f, *t))).collect()
}

/// The places that a flow states of a fact.
fn stated(fact: &str, flow: &Flow) -> Option<PlaceSet> {
    match fact {
        "subject_residence" => flow.subject_residence,
        "export_from" => flow.export_from,
        "to_location" => flow.to_location,
        "vendor_hq" => flow.vendor_hq,
        "vendor_ultimate_owner" => flow.vendor_ultimate_owner,
        _ => None,
    }
}

fn places(fact: &str, flow: &Flow) -> Vec<(String, Flow)> {
    let set = |flow: &mut Flow, place: Place| {
        let set = Some(place.into());
        match fact {
            "subject_residence" => flow.subject_residence = set,
            "export_from" => flow.export_from = set,
            "to_location" => flow.to_location = set,
            "vendor_hq" => flow.vendor_hq = set,
            "vendor_ultimate_owner" => flow.vendor_ultimate_owner = set,
            "subject_citizenship" => flow.facts.subject_citizenship = set,
            "collected_in" => flow.facts.collected_in = set,
            "directed_at" => flow.facts.directed_at = set,
            "remote_access_from" => flow.facts.remote_access_from = set,
            "vendor_organised_in" => flow.facts.vendor_organised_in = set,
            _ => return false,
        }
        true
    };
    if !set(&mut flow.clone(), Place::EU) {
        return Vec::new();
    }
    // Where the country is stated and still matters, its parts have laws of their own.
    let stated = stated(fact, flow);
    let asked = move |p: &Place| match &stated {
        Some(stated) => p.parent().is_some_and(|country| stated.contains(country)),
        None => !p.is_bloc() && p.parent().is_none(),
    };
    Place::all()
        .filter(asked)
        .map(|p| {
            with(p.code().to_owned(), flow, |f| {
                set(f, p);
            })
        })
        .collect()
}
