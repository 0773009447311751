//! What must hold of a phase, each judged from its evidence.

use ledger::OutcomeCode;

use crate::judge_money;
use crate::phase::Evidence;
use crate::record::Record;
use crate::tally::Span;
use crate::watching::{Run, Trend};

/// The longest that the end of an answer takes to be on record, on a machine that is short of everything, in milliseconds.
const UNRECORDED_MS: u64 = 5_000;

/// One thing that must hold.
#[derive(Clone, Debug)]
pub(crate) struct Judgment {
    pub(crate) name: &'static str,
    pub(crate) holds: bool,
    pub(crate) says: String,
}

/// Judges everything.
pub(crate) fn judge(evidence: &Evidence) -> Vec<Judgment> {
    let empty = Record::default();
    let record = evidence.record.as_ref().unwrap_or(&empty);
    let mut all = vec![
        ledgers(evidence),
        one_end_each(record),
        receipts(evidence),
        forbidden(evidence, record),
        no_call_without_record(evidence, record),
        full_disks(evidence),
        answers(evidence, record),
        silence(evidence),
        explained(evidence),
        ends(evidence),
        flat("memory is flat", "KiB", &evidence.runs, Run::memory),
        flat("descriptors are flat", "open", &evidence.runs, |run| run.descriptors(evidence.callers)),
        happened(evidence, record),
    ];
    all.extend(judge_money::judge(evidence, record));
    all
}

/// What holds unless there are faults.
pub(crate) fn judgment(name: &'static str, faults: &[String], says: String) -> Judgment {
    match faults {
        [] => Judgment { name, holds: true, says },
        some => {
            let shown: Vec<&str> = some.iter().take(3).map(String::as_str).collect();
            let says = format!("{says}; {} faults: {}", some.len(), shown.join("; "));
            Judgment { name, holds: false, says }
        }
    }
}

fn ledgers(evidence: &Evidence) -> Judgment {
    let says = format!("{} times, at the end of each life", evidence.verified);
    judgment("the whole ledger verifies", &evidence.broken, says)
}

fn one_end_each(record: &Record) -> Judgment {
    let report = &record.report;
    let ends: u64 = report.outcomes.values().sum();
    Judgment {
        name: "every admission has one outcome",
        holds: report.admissions > 0 && report.open.is_empty() && ends == report.admissions,
        says: format!("{} admissions, {ends} outcomes, {} open", report.admissions, report.open.len()),
    }
}

fn receipts(evidence: &Evidence) -> Judgment {
    let receipts = &evidence.receipts;
    let says = format!("{} fetched and verified offline", receipts.verified);
    judgment("every receipt verifies", &receipts.faults, says)
}

fn forbidden(evidence: &Evidence, record: &Record) -> Judgment {
    let admitted = record.crossings.values().filter(|crossing| crossing.endpoint == "virginia").count();
    let refused = evidence.tally.count("403 refused_by_law");
    Judgment {
        name: "no forbidden call",
        holds: evidence.forbidden_calls == 0 && admitted == 0,
        says: format!("{} arrived, {admitted} admitted, {refused} refused by law", evidence.forbidden_calls),
    }
}

fn no_call_without_record(evidence: &Evidence, record: &Record) -> Judgment {
    let (calls, admissions) = (evidence.lawful_calls as u64, record.report.admissions);
    Judgment {
        name: "no call without an admission",
        holds: calls <= admissions,
        says: format!("{calls} calls arrived, {admissions} admissions on record"),
    }
}

fn full_disks(evidence: &Evidence) -> Judgment {
    let disks = &evidence.full_disks;
    let calls: usize = disks.iter().map(|full| full.calls).sum();
    Judgment {
        name: "a full disk refuses and sends nothing",
        holds: !disks.is_empty() && disks.iter().all(|full| full.refused && full.calls == 0),
        says: format!("{} full disks, {calls} calls during them", disks.len()),
    }
}

/// A whole answer has an admission of its own, and the record says that it was served; where the process ended right
/// after, that its end is not known.
fn answers(evidence: &Evidence, record: &Record) -> Judgment {
    let answered = &evidence.receipts.answered;
    let mut admissions: Vec<u64> = answered.iter().map(|(index, _)| *index).collect();
    admissions.sort_unstable();
    admissions.dedup();
    let doubled = answered.len() - admissions.len();
    let fault = |(index, at): &(u64, u64)| {
        let code = record.crossings.get(index).and_then(|crossing| crossing.end).map(|end| end.code);
        let after = Span { from: *at, to: at + UNRECORDED_MS };
        let sudden = meets(&evidence.gaps, after) || evidence.full_disks.iter().any(|f| f.span.meets(after));
        match code {
            Some(OutcomeCode::Served) => None,
            Some(OutcomeCode::Abandoned) if sudden => None,
            code => Some(format!("the answer of entry {index} is on record as {code:?}")),
        }
    };
    let mut faults: Vec<String> = answered.iter().filter_map(fault).collect();
    faults.extend((doubled > 0).then(|| format!("{doubled} answers share an admission")));
    if answered.len() as u64 != evidence.tally.whole {
        faults.push(format!("{} whole answers, {} with a receipt", evidence.tally.whole, answered.len()));
    }
    let served = record.report.outcomes.get(&OutcomeCode::Served).copied().unwrap_or(0);
    let says = format!("{} whole answers of status 200, {served} served on record", evidence.tally.whole);
    judgment("every answer is on record as served", &faults, says)
}

fn silence(evidence: &Evidence) -> Judgment {
    let silent = &evidence.tally.silent;
    let odd = silent.iter().filter(|span| !meets(&evidence.gaps, **span)).count();
    Judgment {
        name: "no request is lost while the gateway lives",
        holds: odd == 0,
        says: format!("{} got none as the process ended or was not there, {odd} otherwise", silent.len()),
    }
}

pub(crate) fn meets(gaps: &[Span], span: Span) -> bool {
    gaps.iter().any(|gap| gap.meets(span))
}

fn explained(evidence: &Evidence) -> Judgment {
    let says = format!("{} requests", evidence.tally.requests());
    judgment("every refusal has a known code", &evidence.tally.unexpected(), says)
}

fn ends(evidence: &Evidence) -> Judgment {
    let says = "every SIGTERM with a disk that is in order".to_owned();
    judgment("it ends in order", &evidence.bad_ends, says)
}

fn flat(name: &'static str, unit: &str, runs: &[Run], trend: impl Fn(&Run) -> Option<Trend>) -> Judgment {
    let mut trends: Vec<Trend> = runs.iter().filter_map(trend).collect();
    // The one that comes nearest to its bound is told.
    trends.sort_by_key(|trend| std::cmp::Reverse(trend.bound.saturating_sub(trend.last)));
    let worst = trends
        .last()
        .map(|t| format!("first third {}, last third {}, bound {} {unit}", t.first, t.last, t.bound));
    let says = format!("{} of {} runs long enough; {}", trends.len(), runs.len(), worst.unwrap_or_default());
    Judgment { name, holds: !trends.is_empty() && trends.iter().all(|trend| trend.is_flat()), says }
}

/// A soak in which nothing happened would show nothing.
fn happened(evidence: &Evidence, record: &Record) -> Judgment {
    let outcome = |code| record.report.outcomes.get(&code).copied().unwrap_or(0);
    let tally = &evidence.tally;
    let due = [
        ("refusals by law", tally.count("403 refused_by_law")),
        ("budgets spent", tally.count("429 insufficient_quota")),
        ("limits a minute", tally.count("429 rate_limit_exceeded")),
        ("screened requests", record.flagged),
        ("masked crossings", record.masked),
        ("callers that left", outcome(OutcomeCode::ClientGone)),
        ("failed endpoints", outcome(OutcomeCode::UpstreamError) + outcome(OutcomeCode::Unreachable)),
        ("answers cut short", outcome(OutcomeCode::Truncated)),
        ("crossings abandoned", outcome(OutcomeCode::Abandoned)),
        ("receipts", evidence.receipts.verified),
        ("requests while the disk was full", tally.count("503 no_record")),
    ];
    let missing: Vec<String> =
        due.iter().filter(|(_, count)| *count == 0).map(|(name, _)| format!("no {name}")).collect();
    let says: Vec<String> = due.iter().map(|(name, count)| format!("{count} {name}")).collect();
    judgment("what should happen has happened", &missing, says.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counted::Window;
    use crate::record::{Crossing, Ending};

    fn crossing(endpoint: &str, cost: u64) -> Crossing {
        Crossing {
            endpoint: endpoint.to_owned(),
            subjects: ["key/small".to_owned(), "system/desk".to_owned()],
            request: format!("{endpoint} {cost}"),
            ms: 1000,
            set_aside: Some(cost),
            end: Some(Ending { index: 2, code: OutcomeCode::Served, ms: 2000, cost }),
        }
    }

    fn counted(micros: u64) -> crate::counted::Counted {
        crate::counted::Counted { subject: "key/small".to_owned(), window: Window::Day(0), micros }
    }

    /// One answer, from Germany, for all that the key may spend.
    fn evidence() -> Evidence {
        let mut record = Record { crossings: [(1, crossing("germany", 30_000))].into(), ..Record::default() };
        record.report.admissions = 1;
        record.report.outcomes = [(OutcomeCode::Served, 1)].into();
        let mut evidence = Evidence { record: Some(record), lawful_calls: 1, ..Evidence::default() };
        evidence.tally.whole = 1;
        evidence.receipts.answered = vec![(1, 3000)];
        evidence.counted = vec![counted(30_000)];
        evidence
    }

    fn failed(evidence: &Evidence) -> Vec<&'static str> {
        // What needs runs, faults and traffic of every kind is not what this is about.
        let others = ["memory", "descriptors", "what should", "a full disk", "the stored sum"];
        let failed =
            judge(evidence).into_iter().filter(|judgment| !judgment.holds).map(|judgment| judgment.name);
        failed.filter(|name| !others.iter().any(|other| name.starts_with(other))).collect()
    }

    #[test]
    fn each_fault_fails_its_judgment_and_no_other() {
        assert_eq!(failed(&evidence()), [""; 0]);
        let with = |change: fn(&mut Evidence, &mut Record)| {
            let mut evidence = evidence();
            let mut record = evidence.record.take().unwrap();
            change(&mut evidence, &mut record);
            failed(&Evidence { record: Some(record), ..evidence })
        };
        assert_eq!(with(|e, _| e.forbidden_calls = 1), ["no forbidden call"]);
        assert_eq!(with(|e, _| e.lawful_calls = 2), ["no call without an admission"]);
        assert_eq!(with(|e, _| e.broken.push("entry 3".to_owned())), ["the whole ledger verifies"]);
        assert_eq!(with(|e, _| e.receipts.faults.push("entry 3".to_owned())), ["every receipt verifies"]);
        assert_eq!(with(|_, r| r.report.open = vec![1]), ["every admission has one outcome"]);
        assert_eq!(
            with(|e, _| e.counted = vec![counted(29_999)]),
            ["what limits counted is what the record says"]
        );
        assert_eq!(
            with(|e, _| e.tally.silent.push(Span { from: 1, to: 2 })),
            ["no request is lost while the gateway lives"]
        );
        assert_eq!(with(|e, _| e.receipts.answered.push((1, 3000))), ["every answer is on record as served"]);
    }

    #[test]
    fn an_answer_whose_end_is_not_known_is_a_fault_unless_the_process_ended() {
        let mut evidence = evidence();
        for crossing in evidence.record.iter_mut().flat_map(|record| record.crossings.values_mut()) {
            crossing.end = Some(Ending { index: 2, code: OutcomeCode::Abandoned, ms: 9000, cost: 30_000 });
        }
        assert_eq!(failed(&evidence), ["every answer is on record as served"]);
        evidence.gaps.push(Span { from: 4000, to: 9000 });
        assert_eq!(failed(&evidence), [""; 0]);
    }

    #[test]
    fn what_goes_beyond_a_budget_is_a_fault_even_if_it_was_counted() {
        let mut evidence = evidence();
        if let Some(record) = &mut evidence.record {
            record.crossings.insert(3, crossing("france", 1));
            record.report.admissions = 2;
            record.report.outcomes = [(OutcomeCode::Served, 2)].into();
        }
        evidence.counted = vec![counted(30_001)];
        assert_eq!(failed(&evidence), ["no budget is passed"]);
    }
}
