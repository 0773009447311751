//! The border itself: judge a request, admit a crossing, refuse with a record.

use std::collections::BTreeMap;
use std::sync::Arc;

use assess::{Candidate, Content};
use estate::{EndpointId, Estate, SurgeId};
use law::{Law, RuleError};
use ledger::{Admission, AppendError, By, Config, Digest, Entry, Ledger, Refusal, Shadowed, Source};
use terms::Verdict;

use crate::clock::GuardedClock;
use crate::closures::Closures;
use crate::live::Live;
use crate::message::Message;
use crate::permit::{Permit, ReceiptPointer};
use crate::record::Record;
use crate::to_the_end::ToTheEnd;
use crate::versions::{Alias, Serving, Versions};
use crate::{Judged, Refused, Reload, Request, Snapshot};

/// Fills a buffer with random bytes.
pub type Entropy = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// What a border is made of.
pub struct BorderOptions {
    /// The law.
    pub law: Arc<Law>,
    /// The estate.
    pub estate: Arc<Estate>,
    /// The ledger, open.
    pub ledger: Ledger,
    /// The clock.
    pub clock: ledger::Clock,
    /// Where salts come from.
    pub entropy: Entropy,
    /// What is closed from the start.
    pub closures: Closures,
    /// Which versions of model names are in service from the start.
    pub versions: Versions,
}

/// A policy enforcement point: it rules on crossings, records them, and gives leave.
pub struct Border {
    live: Live,
    pub(crate) ledger: Ledger,
    origin: Arc<str>,
    clock: GuardedClock,
    entropy: Entropy,
    pub(crate) closures: Closures,
    pub(crate) versions: Versions,
}

/// One attempt at one endpoint.
pub struct Crossing<'a> {
    /// The request as judged.
    pub judged: &'a Judged,
    /// The endpoint, one of its lawful candidates.
    pub endpoint: &'a EndpointId,
    /// In what state the content goes there, as that candidate was judged.
    pub content: Content,
    /// The agreement to lend capacity under which the endpoint is used, if it is used under one.
    pub surge: Option<SurgeId>,
    /// What is asked of the endpoint, with the final bytes.
    pub message: Message,
    /// Which attempt it is, from 1.
    pub attempt: u32,
    /// Where the law would have had the request, if it crosses under a trial of the estate and not there.
    pub instead: Option<Instead>,
    /// What it may cost at most, in millionths of a unit of the estate's currency, where money is limited.
    pub price: Option<u64>,
}

/// Where the law would have had a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Instead {
    /// Nowhere.
    Refused,
    /// At this endpoint, with content in this state.
    At(EndpointId, Content),
}

impl Border {
    /// Takes law and estate into force and records that.
    pub async fn open(options: BorderOptions) -> Result<Border, Refused> {
        let now_ms = (options.clock)();
        let live = Live::new(options.law, options.estate, now_ms).map_err(Refused::Law)?;
        let latest_ms = latest_on_record(&options.ledger).max(now_ms);
        let border = Border {
            live,
            origin: options.ledger.origin().into(),
            ledger: options.ledger,
            clock: GuardedClock::new(options.clock, latest_ms),
            entropy: options.entropy,
            closures: options.closures,
            versions: options.versions,
        };
        border.record_config(&border.live.latest(), By::Start, true).await?;
        Ok(border)
    }

    /// Works out where a request may run. Sends nothing and records nothing.
    pub fn judge(&self, request: impl Into<Arc<Request>>) -> Result<Judged, Refused> {
        let snapshot = self.live.at(self.now()?)?;
        self.judge_by(snapshot, request.into())
    }

    /// Works it out again, by what is in force now.
    pub fn judge_again(&self, judged: &Judged) -> Result<Judged, Refused> {
        let snapshot = self.live.at(self.now()?)?;
        self.judge_by(snapshot, judged.request.clone())
    }

    fn judge_by(&self, snapshot: Arc<Snapshot>, request: Arc<Request>) -> Result<Judged, Refused> {
        let request = request.by(snapshot.estate())?;
        let system = &request.system;
        if self.closures.system_is_closed(system.id.as_str()) {
            return Err(Refused::SystemClosed(system.id.to_string()));
        }
        request.stated.check(system)?;
        let found =
            snapshot.assessed(system, request.model.as_deref(), &request.stated).map_err(Refused::Law)?;
        let unknown = || Refused::UnknownModel(request.model.clone().unwrap_or_default());
        let assessed = found.ok_or_else(unknown)?;
        Ok(Judged { snapshot, request, assessed })
    }

    /// Gives leave for one crossing: only if its ruling is `permit` or the estate has the request under a trial, and only once the
    /// admission is on durable storage.
    pub async fn admit(&self, crossing: Crossing<'_>) -> Result<Permit, Refused> {
        let now_ms = self.now()?;
        let Crossing { judged, endpoint, content, surge, message, attempt, instead, price } = crossing;
        let (position, candidate) = self.admissible_now(judged, endpoint, content, now_ms)?;
        let decided = judged.snapshot.decided(&self.ledger, &judged.assessed, position).await;
        let decisions = decided.map_err(Refused::NoRecord)?;
        let salt = self.salt();
        let admission = Admission {
            ms: now_ms,
            decisions,
            endpoint: candidate.endpoint.id.to_string(),
            system: judged.request.system.id.to_string(),
            key: judged.request.key.to_string(),
            request: judged.request.id.clone(),
            attempt,
            digest: Digest::salted(&salt, &message.body),
            sources: sources(&judged.request),
            masked: content == Content::Masked,
            surge: surge.map(|id| id.to_string()),
            shadow: shadowed(judged, candidate, instead),
            flags: judged.request.flags.clone(),
            price,
        };
        let record = self.open_record(admission, salt).await?;
        // Writing takes time: what was closed or replaced meanwhile counts, and the record then says that nothing was sent.
        self.admissible_now(judged, endpoint, content, self.now()?)?;
        Ok(Permit::new(candidate.endpoint.clone(), message, self.ledger.now(), record))
    }

    /// Puts an admission on record, to the end even if the caller leaves meanwhile: the record is then dropped and says that
    /// nothing was sent.
    async fn open_record(&self, admission: Admission, salt: [u8; 16]) -> Result<Record, Refused> {
        let (ledger, origin) = (self.ledger.clone(), self.origin.clone());
        let written = async move {
            let index = ledger.append(&Entry::Admission(admission)).await?;
            Ok::<_, AppendError>(Record::new(ledger, ReceiptPointer { origin, index, salt }))
        };
        ToTheEnd::new(written).await.map_err(Refused::NoRecord)
    }

    /// A candidate, if it is one of the request's own, lawful or under a trial, open, and judged by what is still in force.
    fn admissible_now<'a>(
        &self,
        judged: &'a Judged,
        endpoint: &EndpointId,
        content: Content,
        now_ms: u64,
    ) -> Result<(usize, &'a Candidate), Refused> {
        if !Arc::ptr_eq(&self.live.at(now_ms)?, &judged.snapshot) {
            return Err(Refused::Outdated);
        }
        if self.closures.system_is_closed(judged.request.system.id.as_str()) {
            return Err(Refused::SystemClosed(judged.request.system.id.to_string()));
        }
        if self.closures.endpoint_is_closed(endpoint.as_str()) {
            return Err(Refused::EndpointClosed(endpoint.to_string()));
        }
        let on_trial = judged.shadow().is_some();
        let admissible = |(_, c): &(usize, &Candidate)| {
            c.endpoint.id == *endpoint && c.content == content && (on_trial || is_lawful(c))
        };
        let mut candidates = judged.assessment().candidates.iter().enumerate();
        candidates.find(admissible).ok_or_else(|| Refused::NotACandidate(endpoint.to_string()))
    }

    /// Records a refusal, with the decisions that led to it, and returns where. A refusal that cannot be recorded stays one.
    pub async fn refuse(
        &self,
        request: &Request,
        judged: Option<&Judged>,
        bytes: &[u8],
        code: &str,
    ) -> Result<ReceiptPointer, Refused> {
        let decisions = match judged {
            Some(judged) => self.against(judged).await?,
            None => Vec::new(),
        };
        let salt = self.salt();
        let refusal = Refusal {
            ms: self.ledger.now(),
            decisions,
            system: request.system.id.to_string(),
            key: request.key.to_string(),
            request: request.id.clone(),
            code: code.to_owned(),
            digest: Digest::salted(&salt, bytes),
            flags: request.flags.clone(),
        };
        let index = self.ledger.append(&Entry::Refusal(refusal)).await.map_err(Refused::NoRecord)?;
        Ok(ReceiptPointer { origin: self.origin.clone(), index, salt })
    }

    /// The decisions against every candidate that fell out.
    async fn against(&self, judged: &Judged) -> Result<Vec<u64>, Refused> {
        let mut decisions = Vec::new();
        for (position, candidate) in judged.assessment().candidates.iter().enumerate() {
            if candidate.verdict != Verdict::Permit {
                let decided = judged.snapshot.decided(&self.ledger, &judged.assessed, position).await;
                decisions.extend(decided.map_err(Refused::NoRecord)?);
            }
        }
        decisions.sort_unstable();
        decisions.dedup();
        Ok(decisions)
    }

    /// Takes new law and estate into force as one snapshot and records that; or records that they did not load and keeps the
    /// last good ones, for at most the estate's `max_stale`.
    pub async fn reload(&self, loaded: Result<(Arc<Law>, Arc<Estate>), String>) -> Result<Reload, Refused> {
        self.reload_with(loaded, None).await
    }

    /// The same with the versions in service, where what was loaded says which serve.
    pub async fn reload_with(
        &self,
        loaded: Result<(Arc<Law>, Arc<Estate>), String>,
        versions: Option<Vec<(Alias, Serving)>>,
    ) -> Result<Reload, Refused> {
        let now_ms = self.ledger.now();
        let swapped = loaded.and_then(|(law, estate)| {
            self.live.replace(law, estate, now_ms).map_err(|e: RuleError| e.to_string())
        });
        match swapped {
            Ok(snapshot) => {
                if let Some(versions) = versions {
                    self.versions.replace(versions);
                }
                self.record_config(&snapshot, By::Reload, true).await?;
                Ok(Reload { taken: true, reason: None })
            }
            Err(reason) => {
                self.live.failed(reason.clone(), now_ms);
                self.record_config(&self.live.latest(), By::Reload, false).await?;
                Ok(Reload { taken: false, reason: Some(reason) })
            }
        }
    }

    /// The snapshot in force now.
    pub fn snapshot(&self) -> Result<Arc<Snapshot>, Refused> {
        self.live.at(self.now()?)
    }

    /// The last good snapshot, whether or not it may still decide.
    pub fn latest(&self) -> Arc<Snapshot> {
        self.live.latest()
    }

    /// Why newer law or estate did not load, if they did not.
    pub fn stale_reason(&self) -> Option<String> {
        self.live.stale_reason()
    }

    /// The ledger.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    pub(crate) fn now(&self) -> Result<u64, Refused> {
        self.clock.now().map_err(|back_ms| Refused::Clock { back_s: back_ms / 1000 })
    }

    fn salt(&self) -> [u8; 16] {
        let mut salt = [0; 16];
        (self.entropy)(&mut salt);
        salt
    }

    async fn record_config(&self, snapshot: &Snapshot, by: By, ok: bool) -> Result<(), Refused> {
        let config = Config {
            ms: self.ledger.now(),
            editions: snapshot.editions().iter().map(|e| e.hash().to_owned()).collect(),
            estate: snapshot.estate().hash().to_owned(),
            by,
            ok,
        };
        self.ledger.append(&Entry::Config(config)).await.map(drop).map_err(Refused::NoRecord)
    }
}

fn is_lawful(candidate: &Candidate) -> bool {
    candidate.verdict == Verdict::Permit
        && !candidate.flows.is_empty()
        && candidate.flows.iter().all(|f| f.ruling.verdict() == Verdict::Permit)
}

/// What the record says of a request under a trial that crosses where the law would not have had it. What is not lawful is never
/// recorded as if it were, whatever the caller said.
fn shadowed(judged: &Judged, candidate: &Candidate, instead: Option<Instead>) -> Option<Shadowed> {
    let id = judged.shadow()?.id.to_string();
    let instead = instead.or((!is_lawful(candidate)).then_some(Instead::Refused));
    Some(match instead? {
        Instead::Refused => Shadowed { id, instead: None, masked: false },
        Instead::At(endpoint, content) => {
            Shadowed { id, instead: Some(endpoint.to_string()), masked: content == Content::Masked }
        }
    })
}

/// The latest time in the last entries: a clock that was set back while nothing ran must not date anything either.
fn latest_on_record(ledger: &Ledger) -> u64 {
    const LOOKED_AT: u64 = 64;
    let size = ledger.size();
    let read = |index| Entry::parse(&ledger.entry(index).ok()?).ok()?.ms();
    (size.saturating_sub(LOOKED_AT)..size).filter_map(read).max().unwrap_or(0)
}

/// The facts that are not from the estate, and who stated them.
fn sources(request: &Request) -> BTreeMap<String, Source> {
    let stated = &request.stated;
    let rows = [
        ("subject", stated.subject.is_some(), Source::Caller),
        ("data", !stated.data.is_empty(), Source::Caller),
        ("purpose", !stated.purposes.is_empty(), Source::Caller),
        ("detected", !stated.detected.is_empty(), Source::Detected),
    ];
    rows.into_iter().filter(|(_, said, _)| *said).map(|(fact, _, source)| (fact.to_owned(), source)).collect()
}
