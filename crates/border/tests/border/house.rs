//! A border over a store that lies, with a small estate and a clock that stands still.

use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use assess::Content;
use assess::Stated;
use border::{Border, BorderOptions, Call, Closures, Crossing, Judged, Message, Permit, Refused, Request};
use bytes::Bytes;
use estate::Estate;
use law::Law;
use ledger::storage::Storage;
use ledger::verify::{Report, verify_files};
use ledger::{Decision, Entry, Ledger, LedgerOptions, Outcome, OutcomeCode, Signer};
use testkit::clock::FrozenClock;
use testkit::store::LyingStore;

/// 2026-11-21, 16:00 UTC: the 21st nearly everywhere, the 22nd already in the far east, the 20th nowhere any more.
pub(crate) const NOW: u64 = 1_795_276_800_000;
pub(crate) const HOUR: u64 = 3_600_000;

pub(crate) const ESTATE: &str = include_str!("estate.toml");

pub(crate) struct House {
    pub(crate) border: Arc<Border>,
    pub(crate) store: LyingStore,
    pub(crate) clock: FrozenClock,
    pub(crate) law: Arc<Law>,
}

pub(crate) fn estate(text: &str) -> Arc<Estate> {
    let files = vec![("estate.toml".to_owned(), text.to_owned())];
    Arc::new(Estate::from_files(files).unwrap_or_else(|faults| panic!("{faults}")))
}

impl House {
    pub(crate) async fn open() -> House {
        House::at(NOW, ESTATE).await
    }

    pub(crate) async fn at(ms: u64, text: &str) -> House {
        let (store, clock) = (LyingStore::new(), FrozenClock::at(ms));
        let law = Arc::new(Law::embedded().unwrap());
        let border = Arc::new(open(&store, &clock, law.clone(), text).await.unwrap());
        House { border, store, clock, law }
    }

    pub(crate) fn request(&self, system: &str, model: &str) -> Request {
        let estate = self.border.latest().estate().clone();
        Request {
            flags: Vec::new(),
            system: estate.system(&system.parse().unwrap()).unwrap().clone(),
            key: "key-of-the-test".parse().unwrap(),
            id: "req-1".into(),
            model: Some(model.into()),
            stated: Stated::default(),
        }
    }

    pub(crate) fn judge(&self, system: &str, model: &str) -> Judged {
        self.border.judge(self.request(system, model)).unwrap()
    }

    pub(crate) async fn admit(&self, judged: &Judged, endpoint: &str) -> Result<Permit, Refused> {
        self.border.admit(crossing(judged, &endpoint.parse().unwrap())).await
    }

    /// A permit for an ordinary request at home.
    pub(crate) async fn permit(&self) -> Permit {
        self.admit(&self.judge("support", "assistant"), "frankfurt").await.unwrap()
    }

    pub(crate) fn entries(&self) -> Vec<Entry> {
        let ledger = self.border.ledger();
        (0..ledger.size()).map(|index| Entry::parse(&ledger.entry(index).unwrap()).unwrap()).collect()
    }

    pub(crate) fn decisions(&self) -> Vec<Decision> {
        self.entries()
            .into_iter()
            .filter_map(|e| if let Entry::Decision(d) = e { Some(d) } else { None })
            .collect()
    }

    /// Waits until the ledger has so many entries.
    pub(crate) async fn recorded(&self, entries: u64) {
        let enough = async {
            while self.border.ledger().size() < entries {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), enough).await.expect("the entries are recorded");
    }

    /// Closes the ledger and verifies the whole of it; every admission has its outcome.
    pub(crate) async fn end(self) -> Report {
        let ledger = self.border.ledger().clone();
        let vkey = ledger.vkey().to_owned();
        ledger.close().await.unwrap();
        verified(&self.store, &vkey)
    }
}

pub(crate) fn crossing<'a>(judged: &'a Judged, endpoint: &'a estate::EndpointId) -> Crossing<'a> {
    let body = Bytes::from_static(b"{\"model\":\"m\"}");
    let message = Message { call: Call::Chat, stream: false, version: None, body };
    Crossing {
        judged,
        endpoint,
        content: Content::AsItCame,
        surge: None,
        message,
        attempt: 1,
        instead: None,
        price: None,
    }
}

pub(crate) async fn open(
    store: &LyingStore,
    clock: &FrozenClock,
    law: Arc<Law>,
    text: &str,
) -> Result<Border, Refused> {
    let signer = Signer::from_seed("example.com/border", &[7; 32]).unwrap();
    let options = LedgerOptions::new(Arc::new(store.clone()), signer, clock.as_fn());
    let (ledger, _) = Ledger::open(options).unwrap();
    Border::open(BorderOptions {
        law,
        estate: estate(text),
        ledger,
        clock: clock.as_fn(),
        entropy: Arc::new(|salt| salt.fill(3)),
        closures: Closures::default(),
        versions: border::Versions::default(),
    })
    .await
}

pub(crate) fn verified(store: &LyingStore, vkey: &str) -> Report {
    let report = verify_files(&|path| store.read(path), vkey).unwrap();
    assert_eq!(report.open, [0; 0], "every admission has an outcome");
    report
}

/// The outcomes on record, in order.
pub(crate) fn outcomes(entries: &[Entry]) -> Vec<OutcomeCode> {
    let code = |e: &Entry| if let Entry::Outcome(Outcome { code, .. }) = e { Some(*code) } else { None };
    entries.iter().filter_map(code).collect()
}

/// Lets a future run until it first waits.
pub(crate) fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    std::pin::Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
}
