//! Law and estate as one value: what must change together swaps together.

use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use assess::{Assessment, Bench, Stated};
use estate::{Estate, System, SystemId};
use law::{Edition, Law, RuleError, Stance};
use quick_cache::Equivalent;
use terms::Date;
use tokio::sync::OnceCell;

use crate::TelemetryRuling;
use crate::clock;
use crate::decisions::Decisions;

/// How many assessments a snapshot remembers.
const MEMO: usize = 8_192;

const HOUR_MS: u64 = 3_600_000;

/// One estate and the editions of the law in force, with what was worked out from them.
pub struct Snapshot {
    law: Arc<Law>,
    estate: Arc<Estate>,
    editions: Vec<Arc<Edition>>,
    days: Vec<Date>,
    /// The latest hour seen to lie in these days.
    hour: AtomicU64,
    pub(crate) decisions: Decisions,
    /// What was ruled on telemetry, once that is on record.
    pub(crate) telemetry: OnceCell<Arc<TelemetryRuling>>,
    memo: quick_cache::sync::Cache<Question, Arc<Assessed>>,
}

/// An assessment, and for each of its candidates the decisions that are on record.
pub(crate) struct Assessed {
    pub(crate) assessment: Arc<Assessment>,
    pub(crate) on_record: Vec<OnceLock<Vec<u64>>>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Question {
    system: SystemId,
    model: Option<String>,
    stated: Stated,
}

struct QuestionRef<'a> {
    system: &'a SystemId,
    model: Option<&'a str>,
    stated: &'a Stated,
}

impl Hash for QuestionRef<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.system.hash(state);
        self.model.hash(state);
        self.stated.hash(state);
    }
}

impl Equivalent<Question> for QuestionRef<'_> {
    fn equivalent(&self, key: &Question) -> bool {
        *self.system == key.system && self.model == key.model.as_deref() && *self.stated == key.stated
    }
}

impl Snapshot {
    pub(crate) fn new(law: Arc<Law>, estate: Arc<Estate>, days: Vec<Date>) -> Result<Snapshot, RuleError> {
        let mut editions: Vec<Arc<Edition>> = Vec::new();
        for day in &days {
            let edition = law.at(*day, None)?;
            if !editions.iter().any(|e| e.hash() == edition.hash()) {
                editions.push(edition);
            }
        }
        let memo = quick_cache::sync::Cache::new(MEMO);
        let hour = AtomicU64::new(u64::MAX);
        let (decisions, telemetry) = (Decisions::default(), OnceCell::new());
        Ok(Snapshot { law, estate, editions, days, hour, decisions, telemetry, memo })
    }

    /// The estate.
    pub fn estate(&self) -> &Arc<Estate> {
        &self.estate
    }

    /// The law of all dates.
    pub fn law(&self) -> &Arc<Law> {
        &self.law
    }

    /// The editions in force: one, or both sides of a change on its day.
    pub fn editions(&self) -> &[Arc<Edition>] {
        &self.editions
    }

    /// The days it may be somewhere on earth.
    pub fn days(&self) -> &[Date] {
        &self.days
    }

    /// Whether the moment lies in these days. Days begin and end with an hour, so within an hour they are worked out once.
    pub(crate) fn is_of(&self, now_ms: u64) -> bool {
        let hour = now_ms / HOUR_MS;
        if self.hour.load(Ordering::Relaxed) == hour {
            return true;
        }
        let is_of = self.days == clock::days(now_ms);
        if is_of {
            self.hour.store(hour, Ordering::Relaxed);
        }
        is_of
    }

    /// Hash of the law in force, both sides joined by `+` on the day of a change.
    pub fn edition_hash(&self) -> String {
        self.editions.iter().map(|e| e.hash()).collect::<Vec<_>>().join("+")
    }

    pub(crate) fn bench(&self) -> Bench<'_> {
        Bench { estate: &self.estate, editions: &self.editions, days: &self.days, stance: Stance::Border }
    }

    /// The candidates for a request; `None` if the system has no such model name.
    pub fn assess(
        &self,
        system: &System,
        model: Option<&str>,
        stated: &Stated,
    ) -> Result<Option<Arc<Assessment>>, RuleError> {
        Ok(self.assessed(system, model, stated)?.map(|a| a.assessment.clone()))
    }

    /// The same, remembered, with what is on record of it.
    pub(crate) fn assessed(
        &self,
        system: &System,
        model: Option<&str>,
        stated: &Stated,
    ) -> Result<Option<Arc<Assessed>>, RuleError> {
        let key = QuestionRef { system: &system.id, model, stated };
        if let Some(known) = self.memo.get(&key) {
            return Ok(Some(known));
        }
        let Some(assessment) = self.bench().assess(system, model, stated)? else { return Ok(None) };
        let on_record = assessment.candidates.iter().map(|_| OnceLock::new()).collect();
        let assessed = Arc::new(Assessed { assessment: Arc::new(assessment), on_record });
        let key =
            Question { system: system.id.clone(), model: model.map(str::to_owned), stated: stated.clone() };
        self.memo.insert(key, assessed.clone());
        Ok(Some(assessed))
    }
}
