//! The control socket of a running gateway: one line of JSON in, one out. Only the operating-system user of the gateway can
//! reach it.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use border::{Border, Target};
use estate::Estate;
use futures_util::future::BoxFuture;
use gateway::{Act, Hands, Order};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};

use crate::closed::ClosedFile;
use crate::versions_file::VersionsFile;

/// Longest line that is read.
const MOST_BYTES: u64 = 16 << 10;

/// Carries out acts by a border, and keeps them beside its ledger.
pub(crate) struct HandsOf {
    border: Arc<Border>,
    closed: ClosedFile,
    versions: VersionsFile,
}

impl HandsOf {
    /// For a border whose ledger is in this folder.
    pub(crate) fn new(border: Arc<Border>, ledger_folder: &Path) -> HandsOf {
        let (closed, versions) = (ClosedFile::beside(ledger_folder), VersionsFile::beside(ledger_folder));
        HandsOf { border, closed, versions }
    }
}

impl HandsOf {
    /// Does what an order says, and keeps it.
    pub(crate) async fn done(&self, order: &Order) -> anyhow::Result<u64> {
        let HandsOf { border, closed, versions } = self;
        let estate = border.latest().estate().clone();
        let (id, close) = match &order.act {
            Act::Close(id) => (id, true),
            Act::Open(id) => (id, false),
            Act::Shift { alias, shift } => {
                let alias = border::alias_meant(&estate, alias)?;
                let recorded = border.shift(&alias, shift, (&order.by, &order.why)).await;
                // Going back holds and is kept even where it cannot be recorded.
                versions.write(border.versions().all())?;
                return Ok(recorded?);
            }
        };
        let target = target(&estate, id)?;
        let recorded = border.close(target.clone(), close, &order.by, &order.why).await;
        // A closure holds and is kept even where it cannot be recorded; an opening is kept only once it is on record.
        if close || recorded.is_ok() {
            closed.set(&target, close)?;
        }
        Ok(recorded?)
    }
}

impl Hands for HandsOf {
    fn carry_out<'a>(&'a self, order: &'a Order) -> BoxFuture<'a, Result<u64, String>> {
        Box::pin(async { self.done(order).await.map_err(|error| format!("{error:#}")) })
    }
}

/// What it answers.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    /// Index of the entry, if it was done.
    pub(crate) index: Option<u64>,
    /// Why not, if it was not.
    pub(crate) error: Option<String>,
}

/// What an id is of.
pub(crate) fn target(estate: &Estate, id: &str) -> anyhow::Result<Target> {
    let endpoint = estate.endpoints().any(|e| e.id.as_str() == id);
    let system = estate.systems().any(|s| s.id.as_str() == id);
    match (endpoint, system) {
        (true, false) => Ok(Target::Endpoint(id.to_owned())),
        (false, true) => Ok(Target::System(id.to_owned())),
        (true, true) => bail!("`{id}` is both an endpoint and a system; give one of them another id"),
        (false, false) => {
            let endpoints = estate.endpoints().map(|e| e.id.as_str());
            let nearest = terms::nearest(id, endpoints.chain(estate.systems().map(|s| s.id.as_str())));
            let help = nearest.map(|n| format!("; the nearest known one is `{n}`")).unwrap_or_default();
            bail!("no endpoint or system `{id}` in this estate{help}")
        }
    }
}

/// Where the socket of the gateway with this ledger is.
pub(crate) fn path(ledger_folder: &Path) -> PathBuf {
    ledger_folder.join("control.sock")
}

/// Opens the socket. One that a crash left behind is replaced; the ledger's lock says that no other gateway is there.
pub(crate) fn listen(ledger_folder: &Path) -> anyhow::Result<UnixListener> {
    let path = path(ledger_folder);
    if path.exists() {
        std::fs::remove_file(&path)
            .with_context(|| format!("the old socket `{}` cannot be removed", path.display()))?;
    }
    let listener = UnixListener::bind(&path).with_context(|| {
        format!("the control socket `{}` cannot be opened (a path may have about 100 bytes)", path.display())
    })?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Obeys orders for as long as the process runs.
pub(crate) async fn obey(listener: UnixListener, hands: Arc<dyn Hands>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        if let Err(error) = one(stream, &*hands).await {
            tracing::warn!(%error, "an order on the control socket was not carried out");
        }
    }
}

async fn one(stream: UnixStream, hands: &dyn Hands) -> anyhow::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut line = String::new();
    let wait = std::time::Duration::from_secs(5);
    tokio::time::timeout(wait, BufReader::new(read.take(MOST_BYTES)).read_line(&mut line)).await??;
    let answer = match carry_out(&line, hands).await {
        Ok(index) => Answer { index: Some(index), error: None },
        Err(error) => Answer { index: None, error: Some(error) },
    };
    let mut text = serde_json::to_vec(&answer)?;
    text.push(b'\n');
    write.write_all(&text).await?;
    Ok(())
}

async fn carry_out(line: &str, hands: &dyn Hands) -> Result<u64, String> {
    let order: Order = serde_json::from_str(line).map_err(|error| format!("not an order: {error}"))?;
    tracing::warn!(act = ?order.act, by = %order.by, why = %order.why, "an act by hand");
    hands.carry_out(&order).await
}

/// Gives an order to a running gateway: the index of its entry, or `None` if no gateway is there.
///
/// # Errors
/// Why the gateway did not carry it out.
pub(crate) async fn send(ledger_folder: &Path, order: &Order) -> anyhow::Result<Option<u64>> {
    let Ok(stream) = UnixStream::connect(path(ledger_folder)).await else { return Ok(None) };
    let (read, mut write) = stream.into_split();
    let mut line = serde_json::to_vec(order)?;
    line.push(b'\n');
    write.write_all(&line).await?;
    let mut answer = String::new();
    BufReader::new(read.take(MOST_BYTES)).read_line(&mut answer).await?;
    let answer: Answer =
        serde_json::from_str(&answer).context("the gateway gave no answer that can be read")?;
    answer.index.map(Some).ok_or_else(|| anyhow!(answer.error.unwrap_or_default()))
}
