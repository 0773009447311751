//! Decisions on record: the body of a ruling is written once per edition, estate and flow, and referred to by index.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use assess::{Candidate, PartyFlow};
use data_encoding::HEXLOWER;
use ledger::{AppendError, Decision, Entry, Ledger};
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

use crate::Snapshot;

type Signature = [u8; 32];
type ByFlow = HashMap<Signature, Arc<OnceCell<u64>>>;
type ByCandidate = HashMap<usize, (Arc<terms::Ruling>, Vec<u64>)>;

/// The decisions of one snapshot that are on record, by the signature of their flow.
#[derive(Default)]
pub(crate) struct Decisions {
    by_flow: Mutex<ByFlow>,
    /// The indices of a candidate whose ruling values are all known, by the address of its first ruling, which the
    /// snapshot's memo keeps alive or drops together with the entry's use.
    by_candidate: Mutex<ByCandidate>,
}

/// How many candidates are remembered before the table starts again.
const MOST_CANDIDATES: usize = 16_384;

/// The same for flows: callers state facts, and could otherwise fill the memory with combinations of them. What is forgotten
/// is recorded once more.
const MOST_FLOWS: usize = 65_536;

impl Snapshot {
    /// The indices of the decisions on every flow of a candidate, recording what is not on record yet.
    pub(crate) async fn decided(
        &self,
        ledger: &Ledger,
        candidate: &Candidate,
    ) -> Result<Vec<u64>, AppendError> {
        let first = candidate.flows.first().map(|f| f.ruling.clone());
        if let Some(indices) = first.as_ref().and_then(|f| self.decisions.known(f)) {
            return Ok(indices);
        }
        let mut indices = Vec::with_capacity(candidate.flows.len());
        for flow in &candidate.flows {
            indices.push(self.record(ledger, flow).await?);
        }
        if let Some(first) = first {
            self.decisions.remember(first, &indices);
        }
        Ok(indices)
    }

    async fn record(&self, ledger: &Ledger, flow: &PartyFlow) -> Result<u64, AppendError> {
        let json = flow.flow.to_json();
        let signature = signature(flow, &json);
        let cell = self.decisions.cell(signature);
        if let Some(index) = cell.get() {
            return Ok(*index);
        }
        let decision = Entry::Decision(Decision {
            edition: flow.ruling.edition.clone(),
            estate: self.estate().hash().to_owned(),
            signature: HEXLOWER.encode(&signature),
            flow: json,
            ruling: serde_json::to_value(&*flow.ruling).unwrap_or_default(),
        });
        // In a task of its own: were the caller to leave in the middle, the next one would write it again.
        let ledger = ledger.clone();
        let written = async move { cell.get_or_try_init(|| ledger.append(&decision)).await.copied() };
        tokio::spawn(written).await.unwrap_or(Err(AppendError::Closed))
    }
}

fn signature(flow: &PartyFlow, json: &serde_json::Value) -> Signature {
    Sha256::new()
        .chain_update(&flow.vendor)
        .chain_update([0])
        .chain_update(flow.role)
        .chain_update(json.to_string())
        .finalize()
        .into()
}

impl Decisions {
    fn cell(&self, signature: Signature) -> Arc<OnceCell<u64>> {
        let mut known = self.by_flow.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_FLOWS {
            known.clear();
        }
        known.entry(signature).or_default().clone()
    }

    fn known(&self, first: &Arc<terms::Ruling>) -> Option<Vec<u64>> {
        let known = self.by_candidate.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&(Arc::as_ptr(first) as usize)).map(|(_, indices)| indices.clone())
    }

    fn remember(&self, first: Arc<terms::Ruling>, indices: &[u64]) {
        let mut known = self.by_candidate.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_CANDIDATES {
            known.clear();
        }
        known.insert(Arc::as_ptr(&first) as usize, (first, indices.to_vec()));
    }
}
