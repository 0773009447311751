//! What is sought in the texts of a request beside identifiers, as its system has it: signs of an attack on the model, and of an
//! attempt to copy it. The screens find; what follows is the operator's policy, and every outcome is on record.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use border::Entropy;
use estate::{Act, Estate, KeyId, ScreenId, System};
use ledger::Ledger;
use screen::{Bounds, Budget, Finding, Kind, Origin, Policy, Room, Seed, Sketch, Sweeps, Thresholds};
use wire::{ErrorBody, Inbound, Speaker, TextAt};

use crate::routes::Gateway;

/// What screens remember of each key, in memory and for one process.
pub(crate) struct Screening {
    seed: Seed,
    numbers: RandomState,
    sweeps: Mutex<HashMap<ScreenId, Remembered>>,
}

struct Remembered {
    window: Duration,
    sweeps: Sweeps,
}

/// What came of a request's screens.
#[derive(Default)]
pub(crate) struct Screened {
    /// Everything that was found, in words for the record.
    pub(crate) flags: Vec<String>,
    /// The first finding that refuses.
    pub(crate) refused: Option<Finding>,
    pub(crate) meter: Option<Meter>,
}

/// Counts the tokens of one answer for the screen of extraction.
pub(crate) struct Meter {
    screening: Arc<Screening>,
    screen: ScreenId,
    window: Duration,
    key: u64,
    ledger: Ledger,
}

impl Screening {
    pub(crate) fn new(entropy: &Entropy) -> Screening {
        let mut seed = [0; 16];
        entropy(&mut seed);
        Screening { seed: Seed::from_bytes(seed), numbers: RandomState::new(), sweeps: Mutex::default() }
    }

    /// With what one set of screens remembers; another window begins anew.
    fn with<T>(&self, screen: &ScreenId, window: Duration, use_it: impl FnOnce(&mut Sweeps) -> T) -> T {
        let mut all = self.lock();
        let window_ms = u64::try_from(window.as_millis()).unwrap_or(u64::MAX);
        let made = || Remembered { window, sweeps: Sweeps::new(Room { window_ms, ..Room::default() }) };
        let remembered = all.entry(screen.clone()).or_insert_with(made);
        if remembered.window != window {
            *remembered = made();
        }
        use_it(&mut remembered.sweeps)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ScreenId, Remembered>> {
        self.sweeps.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Meter {
    pub(crate) fn answered(self, tokens: u64) {
        let now = self.ledger.now();
        self.screening.with(&self.screen, self.window, |sweeps| sweeps.answered(self.key, tokens, now));
    }
}

impl Gateway {
    /// Looks at the texts of a request, if its system has screens. A question about one is no request, so nothing of it is counted or
    /// remembered (`counts`).
    ///
    /// # Errors
    /// A text that could be read in more than one way.
    pub(crate) fn screened(
        &self,
        inbound: &Inbound,
        key: &KeyId,
        (estate, system): (&Estate, &System),
        counts: bool,
    ) -> Result<Screened, ErrorBody> {
        let Some(screen) = estate.screen_of(&system.id).filter(|screen| screen.looks()) else {
            return Ok(Screened::default());
        };
        let texts = inbound.texts().map_err(|e| ErrorBody::from(&e))?;
        let speakers = inbound.speakers();
        let said: Vec<(Origin, &TextAt<'_>)> =
            texts.iter().map(|text| (origin(speakers.at(text.span.start)), text)).collect();
        let policy = policy(screen);
        let mut looking = screen::Screen::new(&policy);
        looking.messages(speakers.messages());
        said.iter().for_each(|(origin, text)| looking.look(*origin, &text.text));
        let mut found = looking.finish();
        let meter = (counts && screen.extraction != Act::Off).then(|| self.meter(screen, key));
        if let Some(meter) = &meter {
            found.extend(self.swept(screen, meter, &said));
        }
        found.iter().filter(|_| counts).for_each(|finding| self.metrics.screened(finding));
        let refused = found.iter().find(|finding| act(screen, finding.screen) == Act::Refuse).copied();
        Ok(Screened { flags: found.iter().map(flag).collect(), refused, meter })
    }

    fn meter(&self, screen: &estate::Screen, key: &KeyId) -> Meter {
        Meter {
            screening: self.screening.clone(),
            screen: screen.id.clone(),
            window: screen.window,
            key: self.screening.numbers.hash_one(key),
            ledger: self.border.ledger().clone(),
        }
    }

    /// What the key has asked of late, with this request: by what the person said last, since a conversation brings along all before.
    fn swept(&self, screen: &estate::Screen, meter: &Meter, said: &[(Origin, &TextAt<'_>)]) -> Vec<Finding> {
        let last = said.iter().rev().find(|(origin, _)| matches!(origin, Origin::User | Origin::Document));
        let sketch = Sketch::of(last.map_or("", |(_, text)| &text.text), &self.screening.seed);
        let budget = Budget {
            near_duplicates: screen.near_duplicates,
            requests: screen.requests_per_day,
            output_tokens: screen.output_tokens_per_day,
        };
        let now = meter.ledger.now();
        let swept = self.screening.with(&screen.id, screen.window, |s| s.asked(meter.key, sketch, now));
        swept.over(&budget)
    }
}

fn policy(screen: &estate::Screen) -> Policy {
    let usual = Bounds::default();
    let bounds = Bounds {
        messages: screen.max_messages.unwrap_or(usual.messages),
        text: screen.max_text.unwrap_or(usual.text),
        ..usual
    };
    Policy {
        hidden_text: screen.hidden_text != Act::Off,
        injection: (screen.injection != Act::Off).then(Thresholds::default),
        bounds: (screen.bounds != Act::Off).then_some(bounds),
    }
}

fn act(screen: &estate::Screen, kind: Kind) -> Act {
    match kind {
        Kind::HiddenText => screen.hidden_text,
        Kind::Injection => screen.injection,
        Kind::Bounds => screen.bounds,
        Kind::Extraction => screen.extraction,
    }
}

fn origin(speaker: Speaker) -> Origin {
    match speaker {
        Speaker::Instructions => Origin::Instructions,
        Speaker::User => Origin::User,
        Speaker::Assistant => Origin::Assistant,
        Speaker::Tool => Origin::ToolResult,
        Speaker::Document => Origin::Document,
        Speaker::Other => Origin::Other,
    }
}

fn flag(finding: &Finding) -> String {
    format!("{}/{}/{}", finding.screen.name(), finding.detail.name(), finding.origin.name())
}
