//! Screens, one set for each system.

use std::time::Duration;

use super::agreement::scope;
use super::document::{Document, own_id};
use super::gateway::at_least_one;
use super::table::Table;
use super::value;
use crate::faults::Cause;
use crate::{Act, Scope, Screen};

/// How long a request counts as earlier, unless stated.
const USUAL_WINDOW: Duration = Duration::from_secs(60 * 60);

/// Every set of screens, by id.
pub(crate) fn screens(document: &Document<'_>) -> Vec<Screen> {
    let mut screens: Vec<Screen> = Vec::new();
    for table in document.section("screen") {
        let Some(screen) = screen(table, document) else { continue };
        if let Some(first) = screens.iter().find(|other| overlap(&other.systems, &screen.systems)) {
            let cause = Cause::BadValue(format!(
                "`{}` is for a system that `{}` is for already",
                screen.id, first.id
            ));
            table.refuse(cause, "a system has one set of screens; name the systems of each");
        }
        screens.push(screen);
    }
    screens.sort_by(|a, b| a.id.cmp(&b.id));
    screens
}

fn overlap<T: PartialEq>(one: &Scope<T>, other: &Scope<T>) -> bool {
    match (one, other) {
        (Scope::All, _) | (_, Scope::All) => true,
        (Scope::Only(some), Scope::Only(others)) => some.iter().any(|id| others.contains(id)),
    }
}

fn screen(table: &Table<'_>, document: &Document<'_>) -> Option<Screen> {
    let id = table.get("id", own_id);
    let systems = scope(table, "systems", document);
    let act = |name: &str| {
        let words = |c| value::word(c, &[("off", Act::Off), ("flag", Act::Flag), ("refuse", Act::Refuse)]);
        table.get(name, words).unwrap_or_default()
    };
    let most = |name: &str| {
        let read = table.get(name, |c| at_least_one(c, u64::from(u32::MAX)));
        read.and_then(|n| u32::try_from(n).ok())
    };
    Some(Screen {
        hidden_text: act("hidden_text"),
        injection: act("injection"),
        bounds: act("bounds"),
        extraction: act("extraction"),
        max_messages: most("max_messages"),
        max_text: most("max_text"),
        near_duplicates: most("near_duplicates"),
        window: table.get("window", value::duration).unwrap_or(USUAL_WINDOW),
        requests_per_day: most("requests_per_day"),
        output_tokens_per_day: table.get("output_tokens_per_day", |c| at_least_one(c, 1 << 60)),
        id: id?,
        systems: systems?,
    })
}
