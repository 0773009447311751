//! What was spent, out of the ledger: so that a budget stands where it stood, however the last run ended.
//!
//! Where money is limited an admission says what was set aside and an outcome what it cost. Their sum is stored beside the ledger
//! now and then, with how far it goes, so that a start reads what came after and no more.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use estate::{Estate, SharedStore};
use gateway::{subject_of_key, subject_of_system};
use ledger::{Admission, Entry, Ledger, Outcome};
use limits::{Calendar, Charge, Limits, Micros, SharedOptions, Snapshot, Subject, WhenDown};

use crate::kept;

/// How often the sum is stored while the gateway runs.
const EVERY: Duration = Duration::from_secs(10);

/// Whether the estate limits money, which has to be counted from the record.
pub(crate) fn is_limited(estate: &Estate) -> bool {
    estate.limits().iter().any(estate::Limit::is_of_money)
}

/// The limits of an estate, as they stood when the last run ended; and what keeps their sum, if they are counted here.
pub(crate) async fn limits(
    estate: &Estate,
    estate_folder: &Path,
    (ledger, ledger_folder): (&Ledger, &Path),
) -> anyhow::Result<(Arc<Limits>, Option<Spending>)> {
    if let Some(store) = &estate.budgets().store {
        let options = shared(store, estate_folder, ledger.origin())?;
        let limits = Limits::connect(options).await.context("the store of limits cannot be used")?;
        return Ok((Arc::new(limits), None));
    }
    if !is_limited(estate) {
        return Ok((Arc::new(Limits::embedded(Calendar::UTC)), None));
    }
    let mut spending = Spending::stored(ledger, ledger_folder);
    let recorded = ledger.size();
    spending.count(recorded).context("what was spent cannot be counted from the ledger")?;
    let limits = Limits::resume(&spending.sum, recorded)?;
    Ok((Arc::new(limits), Some(spending)))
}

fn shared(store: &SharedStore, folder: &Path, origin: &str) -> anyhow::Result<SharedOptions> {
    let url = match &store.password {
        None => store.url.clone(),
        Some(source) => {
            with_password(&store.url, &gateway::secret("`password` of `[limits]`", source, folder)?)
                .context("the `store` of `[limits]` needs a user before its `password` is of use")?
        }
    };
    let when_down = match store.when_down {
        estate::WhenDown::Refuse => WhenDown::Refuse,
        estate::WhenDown::Allow => WhenDown::Local,
    };
    // Each replica has a ledger of its own, so its name is the replica's.
    Ok(SharedOptions { when_down, ..SharedOptions::new(&url, origin) })
}

/// The address with the password in it, percent-encoded (RFC 3986, section 2.1).
fn with_password(url: &str, password: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let (user, host) = rest.split_once('@')?;
    let encoded: String = password
        .trim()
        .bytes()
        .map(|byte| match byte {
            b if b.is_ascii_alphanumeric() => char::from(b).to_string(),
            b => format!("%{b:02X}"),
        })
        .collect();
    Some(format!("{scheme}://{user}:{encoded}@{host}"))
}

/// The sum of what the ledger says was spent.
pub(crate) struct Spending {
    ledger: Ledger,
    file: PathBuf,
    sum: Snapshot,
    /// Where this run began to read: admissions before it are not in `open`.
    from: u64,
    /// Admissions with a price whose outcome is not counted yet.
    open: HashMap<u64, Open>,
}

/// An admission that waits for what it cost.
struct Open {
    subjects: [Subject; 2],
    set_aside: u64,
    at_ms: u64,
}

impl Open {
    fn of(admission: &Admission) -> Option<Open> {
        Some(Open {
            subjects: [subject_of_key(&admission.key), subject_of_system(&admission.system)],
            set_aside: admission.price?,
            at_ms: admission.ms,
        })
    }
}

impl Spending {
    /// The sum as it is stored, or none yet. One that does not read, or says more than the ledger has, is made anew.
    fn stored(ledger: &Ledger, folder: &Path) -> Spending {
        let file = folder.join("spent.json");
        let stored = match fs::read(&file) {
            Ok(json) => Snapshot::from_json(&json, Calendar::UTC).map_err(|error| error.to_string()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(nothing()),
            Err(error) => Err(error.to_string()),
        };
        let fits = stored.and_then(|sum| match sum.mark() > ledger.size() {
            true => Err("it counts entries that the ledger does not have".to_owned()),
            false => Ok(sum),
        });
        let sum = fits.unwrap_or_else(|why| {
            tracing::warn!(file = %file.display(), %why, "what was spent is counted anew from the ledger");
            nothing()
        });
        Spending { ledger: ledger.clone(), file, from: sum.mark(), sum, open: HashMap::new() }
    }

    /// Counts the entries up to `end`.
    fn count(&mut self, end: u64) -> anyhow::Result<()> {
        let ledger = self.ledger.clone();
        ledger.entries((self.sum.mark(), end), |index, line| self.entry(index, line))
    }

    fn entry(&mut self, index: u64, line: &str) -> anyhow::Result<()> {
        // Most entries are neither, and of these the first letters tell.
        let charged = match line.get(..8) {
            Some(r#"{"t":"a""#) => self.admitted(index, line)?,
            Some(r#"{"t":"o""#) => self.ended(line)?,
            _ => None,
        };
        let charge = charged.as_ref().map(|(open, cost)| Charge {
            subjects: &open.subjects,
            cost: Micros(*cost),
            at_ms: open.at_ms,
        });
        Ok(self.sum.fold(index, charge.as_ref())?)
    }

    fn admitted(&mut self, index: u64, line: &str) -> anyhow::Result<Option<(Open, u64)>> {
        if let Entry::Admission(admission) = Entry::parse(line)? {
            self.open.extend(Open::of(&admission).map(|open| (index, open)));
        }
        Ok(None)
    }

    fn ended(&mut self, line: &str) -> anyhow::Result<Option<(Open, u64)>> {
        let Entry::Outcome(outcome) = Entry::parse(line)? else { return Ok(None) };
        let Some(open) = self.opened(&outcome)? else { return Ok(None) };
        let cost = outcome.price.unwrap_or_else(|| outcome.code.cost(open.set_aside));
        Ok(Some((open, cost)))
    }

    /// The admission that an outcome ends; one before the sum's mark is read from the ledger.
    fn opened(&mut self, outcome: &Outcome) -> Result<Option<Open>, anyhow::Error> {
        if let Some(open) = self.open.remove(&outcome.admission) {
            return Ok(Some(open));
        }
        if outcome.admission >= self.from {
            return Ok(None);
        }
        let line = self.ledger.entry(outcome.admission)?;
        let Entry::Admission(admission) = Entry::parse(&line)? else { return Ok(None) };
        Ok(Open::of(&admission))
    }

    /// Stores the sum as it grows, until the runtime ends.
    pub(crate) async fn keep(mut self) {
        let mut tick = tokio::time::interval(EVERY);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            // Reading waits for the disk.
            let stored = tokio::task::spawn_blocking(move || {
                let stored = self.store();
                (self, stored)
            });
            let Ok((spending, stored)) = stored.await else { return };
            self = spending;
            if let Err(error) = stored {
                tracing::warn!(%error, "the sum of what was spent is not stored; the next start reads more of the ledger");
            }
        }
    }

    fn store(&mut self) -> anyhow::Result<()> {
        let end = self.ledger.size();
        if end == self.sum.mark() {
            return Ok(());
        }
        self.count(end)?;
        kept::write(&self.file, &self.sum.to_json()?)
    }
}

fn nothing() -> Snapshot {
    Snapshot::starting_at(0, Calendar::UTC)
}

#[cfg(test)]
mod tests;
