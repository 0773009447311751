//! Decisions on record: the body of a ruling is written once per edition, estate and flow, and referred to by index.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use assess::PartyFlow;
use data_encoding::HEXLOWER;
use ledger::{AppendError, Decision, Entry, Ledger};
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

use crate::Snapshot;
use crate::snapshot::Assessed;

type Signature = [u8; 32];

/// The decisions of one snapshot that are on record, by the signature of their flow.
#[derive(Default)]
pub(crate) struct Decisions(Mutex<HashMap<Signature, Arc<OnceCell<u64>>>>);

/// How many flows are remembered before the table starts again: callers state facts, and could otherwise fill the memory with
/// combinations of them. What is forgotten is recorded once more.
const MOST_FLOWS: usize = 65_536;

impl Snapshot {
    /// The indices of the decisions on every flow of a candidate, recording what is not on record yet.
    pub(crate) async fn decided(
        &self,
        ledger: &Ledger,
        assessed: &Assessed,
        position: usize,
    ) -> Result<Vec<u64>, AppendError> {
        let (Some(candidate), Some(on_record)) =
            (assessed.assessment.candidates.get(position), assessed.on_record.get(position))
        else {
            return Ok(Vec::new());
        };
        if let Some(indices) = on_record.get() {
            return Ok(indices.clone());
        }
        let indices = self.recorded(ledger, &candidate.flows).await?;
        Ok(on_record.get_or_init(|| indices).clone())
    }

    /// The indices of the decisions on flows, recording what is not on record yet.
    pub(crate) async fn recorded(
        &self,
        ledger: &Ledger,
        flows: &[PartyFlow],
    ) -> Result<Vec<u64>, AppendError> {
        let mut indices = Vec::with_capacity(flows.len());
        for flow in flows {
            indices.push(self.record(ledger, flow).await?);
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
    let parts = [flow.vendor.as_bytes(), &[0], flow.role.as_bytes(), json.to_string().as_bytes()].concat();
    Sha256::digest(parts).into()
}

impl Decisions {
    fn cell(&self, signature: Signature) -> Arc<OnceCell<u64>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_FLOWS {
            known.clear();
        }
        known.entry(signature).or_default().clone()
    }
}
