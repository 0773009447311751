//! What must hold of money: no budget is passed, nothing spent is lost, nothing is counted twice.

use crate::counted::Counted;
use crate::estate_text::BUDGETS;
use crate::judge::{Judgment, judgment, meets};
use crate::phase::Evidence;
use crate::record::{Record, Spent};
use crate::tally::{Doubt, Span};

/// The longest that a store of limits takes to hear of an end, in milliseconds.
const HEARD_MS: u64 = 1_500;

/// The longest that it takes after an outage.
const AGAIN_MS: u64 = 5_000;

/// How long it keeps what was set aside for a request that it could not answer.
const LOST_MS: u64 = 30_000;

/// Judges everything about money.
pub(crate) fn judge(evidence: &Evidence, record: &Record) -> Vec<Judgment> {
    let mut all = vec![budgets(evidence, record), stored(evidence, record)];
    all.extend(evidence.counted.iter().map(|counted| spent(evidence, record, counted)));
    all
}

/// No budget is passed by more than what requests had underestimated.
fn budgets(evidence: &Evidence, record: &Record) -> Judgment {
    let mut faults = Vec::new();
    let mut says = Vec::new();
    for counted in &evidence.counted {
        let Some(budget) = BUDGETS.iter().find(|budget| budget.subject == counted.subject) else { continue };
        let Spent { recorded, underestimated, .. } = recorded(evidence, record, counted);
        let text = format!("`{}` spent {recorded} of {} micros", budget.subject, budget.micros);
        if recorded > budget.micros + underestimated {
            faults.push(text.clone());
        }
        says.push(text);
    }
    faults.extend(evidence.counted.is_empty().then(|| "nothing was counted".to_owned()));
    judgment("no budget is passed", &faults, says.join(", "))
}

/// What limits have counted is what the record says: to the last millionth in the process, within bounds in a store that
/// learns of ends by itself.
fn spent(evidence: &Evidence, record: &Record, counted: &Counted) -> Judgment {
    let Spent { recorded, least, most, .. } = recorded(evidence, record, counted);
    let shared = evidence.is_shared;
    let (least, most) =
        if shared { (least, most + doubted(evidence, counted)) } else { (recorded, recorded) };
    let bounds = if shared { format!(", bounds {least} to {most}") } else { String::new() };
    Judgment {
        name: "what limits counted is what the record says",
        holds: (least..=most).contains(&counted.micros),
        says: format!(
            "`{}`: {} micros counted, {recorded} on record{bounds}",
            counted.subject, counted.micros
        ),
    }
}

fn recorded(evidence: &Evidence, record: &Record, counted: &Counted) -> Spent {
    record.spent(&counted.subject, |ms| counted.window.holds(ms), &unheard(evidence))
}

/// When a store of limits may not have heard of what ended: right before the process ended, and all through an outage that
/// was just before.
fn unheard(evidence: &Evidence) -> Vec<Span> {
    let before = |gap: &Span| {
        let soon = gap.from.saturating_sub(HEARD_MS);
        let just = Span { from: soon.saturating_sub(AGAIN_MS), to: gap.from };
        let outages = evidence.outages.iter().filter(|outage| outage.meets(just));
        let from = outages.map(|outage| outage.from.saturating_sub(HEARD_MS)).fold(soon, u64::min);
        Span { from, to: gap.to }
    };
    evidence.gaps.iter().map(before).collect()
}

/// What may have been set aside, and charged as its replica died, for requests that never came to an admission.
fn doubted(evidence: &Evidence, counted: &Counted) -> u64 {
    let unheard = unheard(evidence);
    // Only a store that goes or comes back while it is asked can take room and not say so.
    let turns =
        |outage: &Span| [outage.from, outage.to].map(|at| Span { from: at, to: at.saturating_add(1000) });
    let turns: Vec<Span> = evidence.outages.iter().flat_map(turns).collect();
    let died_after = |doubt: &Doubt| match doubt.of_store {
        false => meets(&unheard, doubt.span),
        true => {
            let kept = Span { from: doubt.span.from, to: doubt.span.to + LOST_MS };
            meets(&turns, doubt.span) && meets(&evidence.gaps, kept)
        }
    };
    let of = |doubt: &&Doubt| {
        let Doubt { key, .. } = doubt;
        let pays = [format!("key/{}", key.id), format!("system/{}", key.system)];
        pays.contains(&counted.subject) && counted.window.holds(doubt.span.to) && died_after(doubt)
    };
    evidence.tally.doubts.iter().filter(of).map(|doubt| doubt.micros).sum()
}

/// The sum beside the ledger is that of the entries before its mark.
fn stored(evidence: &Evidence, record: &Record) -> Judgment {
    let name = "the stored sum is that of the entries before its mark";
    let Some(stored) = &evidence.stored else {
        return Judgment { name, holds: evidence.is_shared, says: "there is none".to_owned() };
    };
    let mut faults = Vec::new();
    for counted in &stored.counted {
        let sum = record.spent_before(&counted.subject, stored.mark, |ms| counted.window.holds(ms));
        if sum != counted.micros {
            faults.push(format!("`{}`: {} stored, {sum} on record", counted.subject, counted.micros));
        }
    }
    judgment(name, &faults, format!("{} subjects, mark {}", stored.counted.len(), stored.mark))
}
