//! Every receipt that a caller was promised, fetched and verified by the public key alone.

use std::net::SocketAddr;

use anyhow::{Context, ensure};
use ledger::Entry;
use ledger::verify::verify_receipt;
use serde::Deserialize;

use crate::caller::Line;
use crate::tally::Pointer;

/// Receipts asked for at one time.
const AT_ONCE: usize = 4;

/// What came of all that were promised.
#[derive(Debug, Default)]
pub(crate) struct Receipts {
    pub(crate) verified: u64,
    pub(crate) faults: Vec<String>,
    /// Of whole answers: the admission, and when the answer had come.
    pub(crate) answered: Vec<(u64, u64)>,
}

#[derive(Deserialize)]
struct Given {
    index: u64,
    entry: String,
    proof: String,
}

impl Receipts {
    /// Fetches and verifies these.
    pub(crate) async fn check(&mut self, address: SocketAddr, vkey: &str, promised: Vec<Pointer>) {
        let answered = promised.iter().filter_map(|pointer| Some((pointer.index, pointer.answered?)));
        self.answered.extend(answered);
        let share = promised.len().div_ceil(AT_ONCE).max(1);
        let mut shares = tokio::task::JoinSet::new();
        for some in promised.chunks(share) {
            let (some, vkey) = (some.to_vec(), vkey.to_owned());
            shares.spawn(async move { check_each(address, &vkey, &some).await });
        }
        while let Some(share) = shares.join_next().await {
            match share {
                Ok((verified, faults)) => {
                    self.verified += verified;
                    self.faults.extend(faults);
                }
                Err(error) => self.faults.push(error.to_string()),
            }
        }
    }
}

async fn check_each(address: SocketAddr, vkey: &str, promised: &[Pointer]) -> (u64, Vec<String>) {
    let (mut line, mut verified, mut faults) = (Line::new(address), 0, Vec::new());
    for pointer in promised {
        match check(&mut line, vkey, pointer).await {
            Ok(()) => verified += 1,
            Err(error) => faults.push(format!("receipt {}: {error:#}", pointer.index)),
        }
    }
    (verified, faults)
}

async fn check(line: &mut Line, vkey: &str, pointer: &Pointer) -> anyhow::Result<()> {
    let path = format!("/v1/comity/receipts/{}", pointer.index);
    let (status, body) = line.get(&path, &pointer.key.secret()).await?;
    ensure!(status == 200, "the gateway answers {status}");
    let given: Given = serde_json::from_slice(&body).context("it does not read")?;
    let proved = verify_receipt(&given.entry, &given.proof, &[vkey])?;
    ensure!(proved.index == pointer.index && given.index == pointer.index, "it is of another entry");
    match &proved.entry {
        Entry::Admission(admission) => {
            ensure!(admission.key == pointer.key.id, "it is of `{}`", admission.key);
        }
        Entry::Refusal(refusal) => {
            ensure!(refusal.key == pointer.key.id, "it is of `{}`", refusal.key);
            ensure!(pointer.digest == Some(refusal.digest), "it is of other bytes than were sent");
            ensure!(pointer.answered.is_none(), "a refusal was answered with 200");
        }
        _ => anyhow::bail!("it is neither an admission nor a refusal"),
    }
    Ok(())
}
