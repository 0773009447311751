//! What a scrape can have in it. Dashboards and alerts under `deploy/` are held against this snapshot.

use ledger::OutcomeCode;
use limits::{Limit, Unavailable};
use screen::{Detail, Kind, Origin};

use super::*;

const OUTCOMES: [OutcomeCode; 8] = [
    OutcomeCode::Served,
    OutcomeCode::Truncated,
    OutcomeCode::ClientGone,
    OutcomeCode::UpstreamError,
    OutcomeCode::Unreachable,
    OutcomeCode::NotSent,
    OutcomeCode::Timeout,
    OutcomeCode::Abandoned,
];

const LIMITS: [Limit; 5] =
    [Limit::Requests, Limit::Tokens, Limit::Concurrent, Limit::SpendPerDay, Limit::SpendPerMonth];

#[test]
fn every_family_is_scraped_with_its_labels() {
    let metrics = Metrics::new("comity");
    let counted = GatewayMetrics::register(&metrics);
    let home: EndpointId = "home".parse().unwrap();
    drop(counted.begin());
    counted.error("refused_by_law");
    OUTCOMES.iter().for_each(|outcome| counted.crossing(&home, outcome.as_str()));
    counted.place_mismatch(&home);
    counted.reloaded(true);
    counted.reloaded(false);
    counted.ledger(7);
    LIMITS.iter().for_each(|limit| counted.limited(limit.as_str()));
    [Unavailable::Down, Unavailable::Superseded].iter().for_each(|why| counted.limited(why.as_str()));
    let trial: ShadowId = "trial".parse().unwrap();
    ["none", "elsewhere", "refused"].iter().for_each(|instead| counted.on_trial(&trial, instead));
    let (screen, origin, detail) = (Kind::Injection, Origin::ToolResult, Detail::InstructionOverride);
    counted.screened(&Finding { screen, origin, detail, count: 1 });
    counted.cached();
    counted.spent(&Subject::new("key/desk"), &Spending::default());
    // Families keep no order of their own.
    let text = metrics.text();
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    insta::assert_snapshot!(lines.join("\n"));
}
