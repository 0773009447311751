//! The results, for people and for programs.

use std::collections::BTreeSet;
use std::time::Duration;

use comfy_table::{CellAlignment, Table};
use serde_json::{Map, Value, json};

use crate::Options;
use crate::measure::Kind;
use crate::shots::{Shot, Spread};

/// Everything measured.
pub(crate) struct Results {
    sides: Vec<&'static str>,
    /// What was asked for, as data.
    asked: Value,
    kinds: Vec<Measured>,
    /// Resident memory and its peak, in KiB, by side.
    pub(crate) memory: Vec<(&'static str, (u64, u64))>,
    pub(crate) load_averages: Vec<f64>,
    pub(crate) first_answers: Vec<Duration>,
    /// Times of raw appends with a sync, sorted.
    pub(crate) syncs: Vec<Duration>,
    /// What other programs did not do.
    pub(crate) notes: BTreeSet<String>,
}

struct Measured {
    name: &'static str,
    says: String,
    /// One row a round: a shot for each side that answered.
    rounds: Vec<Vec<Option<Shot>>>,
}

type Figure = fn(&Shot) -> Option<f64>;

/// The figures: name, unit, how it is read from a shot.
const FIGURES: [(&str, &str, Figure); 6] = [
    ("requests", "/s", |shot| Some(shot.requests)),
    ("events", "/s", |shot| Some(shot.events).filter(|events| *events > 0.0)),
    ("p50", "us", |shot| Some(micros(shot.p50))),
    ("p99", "us", |shot| Some(micros(shot.p99))),
    ("first piece p50", "us", |shot| Some(micros(shot.first))),
    ("processor time", "us/request", |shot| shot.processor.map(micros)),
];

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

impl Results {
    pub(crate) fn new(sides: Vec<&'static str>, options: &Options) -> Results {
        let Options { connections, body, endpoints, seconds, wire, law, .. } = options;
        let asked = json!({
            "connections": connections, "body_bytes": body, "endpoints": endpoints, "seconds": seconds,
            "wire": format!("{wire:?}").to_lowercase(), "law": law,
        });
        Results {
            sides,
            asked,
            kinds: Vec::new(),
            memory: Vec::new(),
            load_averages: Vec::new(),
            first_answers: Vec::new(),
            syncs: Vec::new(),
            notes: BTreeSet::new(),
        }
    }

    /// Adds what one round gave for a kind of load, in the order of the sides.
    pub(crate) fn add(&mut self, kind: &Kind, shots: Vec<Option<Shot>>) {
        match self.kinds.iter_mut().find(|known| known.name == kind.name) {
            Some(known) => known.rounds.push(shots),
            None => {
                self.kinds.push(Measured { name: kind.name, says: kind.says.clone(), rounds: vec![shots] });
            }
        }
    }

    /// The tables for people.
    pub(crate) fn table(&self) -> String {
        let mut table = Table::new();
        let header = ["load", "figure"].into_iter().chain(self.sides.iter().copied());
        table.set_header(
            header.map(str::to_owned).chain(OURS.iter().map(|name| format!("{name} / floor (least..most)"))),
        );
        for kind in &self.kinds {
            for row in kind.rows(&self.sides) {
                table.add_row(row.cells(kind));
            }
        }
        for column in table.column_iter_mut().skip(2) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        let mut text = if self.kinds.is_empty() { String::new() } else { format!("{table}\n") };
        for (side, (now, most)) in &self.memory {
            text.push_str(&format!(
                "memory of {side}: {} MiB resident, {} at its most\n",
                now >> 10,
                most >> 10
            ));
        }
        for (what, times) in
            [("first answer after start", &self.first_answers), ("sync of the disk alone", &self.syncs)]
        {
            if let (Some(least), Some(most)) = (times.first(), times.last()) {
                let [p50, p99] = [0.5, 0.99].map(|share| quantile(times, share));
                text.push_str(&format!("{what}: {p50:.1?} median, {p99:.1?} p99, {least:.1?}..{most:.1?}\n"));
            }
        }
        for note in &self.notes {
            text.push_str(&format!("{note}\n"));
        }
        let load = Spread::of(self.load_averages.iter().copied());
        text.push_str(&format!("load average: {:.1} ({:.1}..{:.1})\n", load.median, load.least, load.most));
        text
    }

    /// The same as data, with every round.
    pub(crate) fn json(&self) -> Value {
        let kinds = self.kinds.iter().map(|kind| {
            let rows = kind.rows(&self.sides);
            let figures = rows.map(|row| (format!("{}, {}", row.name, row.unit), row.json(&self.sides)));
            (kind.name.to_owned(), json!({ "load": kind.says, "figures": figures.collect::<Map<_, _>>() }))
        });
        let memory = self.memory.iter().map(|(side, (now, most))| {
            ((*side).to_owned(), json!({ "resident_kib": now, "most_kib": most }))
        });
        let micros = |times: &[Duration]| times.iter().copied().map(micros).collect::<Vec<_>>();
        json!({
            "asked": self.asked,
            "rounds": self.load_averages.len(),
            "kinds": kinds.collect::<Map<_, _>>(),
            "memory": memory.collect::<Map<_, _>>(),
            "first_answers_us": micros(&self.first_answers),
            "sync_us": { "p50": micros(&[quantile(&self.syncs, 0.5)]), "p99": micros(&[quantile(&self.syncs, 0.99)]) },
            "load_averages": self.load_averages,
            "notes": self.notes,
        })
    }
}

fn quantile(sorted: &[Duration], share: f64) -> Duration {
    let rank = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

/// One figure of one kind of load.
struct Row {
    name: &'static str,
    unit: &'static str,
    /// Every round, for each side; none where a side has no such figure.
    sides: Vec<Vec<f64>>,
    /// Each of ours by the floor, round by round: what else the machine did then weighs on both.
    ratios: Vec<Spread>,
}

/// The sides that are ours: as a gateway comes, with everything masked, and spoken to in another wire than its upstream's.
const OURS: [&str; 3] = ["gateway", "masked", "messages"];

impl Measured {
    fn rows(&self, names: &[&str]) -> impl Iterator<Item = Row> {
        let at = |name: &str| names.iter().position(|known| *known == name).unwrap_or(usize::MAX);
        let (floor, ours, count) = (at("floor"), OURS.map(at), names.len());
        FIGURES.iter().filter_map(move |(name, unit, figure)| {
            let shot = move |round: &Vec<Option<Shot>>, side| round.get::<usize>(side).copied().flatten();
            let of = |side| {
                self.rounds.iter().filter_map(move |round| shot(round, side).as_ref().and_then(figure))
            };
            let sides: Vec<Vec<f64>> = (0..count).map(|side| of(side).collect()).collect();
            let by_floor = |side| Spread::of(of(side).zip(of(floor)).map(|(ours, floor)| ours / floor));
            let ratios = ours.map(by_floor).to_vec();
            sides.iter().any(|side| !side.is_empty()).then_some(Row { name, unit, sides, ratios })
        })
    }
}

impl Row {
    fn cells(&self, kind: &Measured) -> Vec<String> {
        let side = |figures: &Vec<f64>| match figures.as_slice() {
            [] => String::new(),
            figures => format!("{:.*}", self.digits(), Spread::of(figures.iter().copied()).median),
        };
        let mut cells = vec![kind.says.clone(), format!("{}, {}", self.name, self.unit)];
        cells.extend(self.sides.iter().map(side));
        cells.extend(
            self.ratios
                .iter()
                .map(|Spread { median, least, most }| format!("{median:.2} ({least:.2}..{most:.2})")),
        );
        cells
    }

    fn digits(&self) -> usize {
        usize::from(self.unit == "us/request")
    }

    fn json(&self, names: &[&str]) -> Value {
        let sides = names.iter().zip(&self.sides).filter(|(_, figures)| !figures.is_empty());
        let mut all: Map<String, Value> =
            sides.map(|(side, figures)| ((*side).to_owned(), json!(figures))).collect();
        for (name, Spread { median, least, most }) in OURS.iter().zip(&self.ratios) {
            all.insert(format!("{name}_by_floor"), json!({ "median": median, "least": least, "most": most }));
        }
        Value::Object(all)
    }
}
