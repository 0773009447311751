//! The processes that are measured. Each ends with its value.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Instant;

use anyhow::{Context, bail};
use serde::Deserialize;

/// A running process.
pub(crate) struct Running {
    child: Child,
    pub(crate) addresses: Vec<SocketAddr>,
}

impl Running {
    /// Its id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Fails only if it has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// This program as a proxy in front of each upstream.
pub(crate) fn proxy(upstreams: &[SocketAddr]) -> anyhow::Result<Running> {
    let list: Vec<String> = upstreams.iter().map(ToString::to_string).collect();
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("--proxy").arg(list.join(",")).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut proxy = Running { child: command.spawn()?, addresses: Vec::new() };
    let lines = BufReader::new(proxy.child.stdout.take().context("no output")?).lines();
    for line in lines.take(upstreams.len()) {
        proxy.addresses.push(line?.parse()?);
    }
    Ok(proxy)
}

/// `comity serve` for an estate, and when it was started.
pub(crate) fn gateway(comity: &Path, estate: &Path) -> anyhow::Result<(Running, Instant)> {
    let mut command = Command::new(comity);
    command.arg("serve").arg("-C").arg(estate).args(["--logs", "json", "--listen", "127.0.0.1:0"]);
    command.env("COMITY_LOG", "info").stdin(Stdio::null()).stderr(Stdio::piped());
    let start = Instant::now();
    let child = command.spawn().with_context(|| format!("`{}` cannot be started", comity.display()))?;
    let mut gateway = Running { child, addresses: Vec::new() };
    let mut log = BufReader::new(gateway.child.stderr.take().context("no log")?);
    gateway.addresses.push(listening(&mut log)?);
    // A log that nobody reads would hold the gateway up.
    thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
    Ok((gateway, start))
}

#[derive(Deserialize)]
struct Line {
    address: Option<SocketAddr>,
}

/// Waits for the line of the log that says where it listens.
fn listening(log: &mut impl BufRead) -> anyhow::Result<SocketAddr> {
    let mut said = String::new();
    for line in log.lines() {
        let line = line?;
        if let Ok(Line { address: Some(address) }) = serde_json::from_str(&line) {
            return Ok(address);
        }
        said.push_str(&line);
        said.push('\n');
    }
    bail!("the gateway ended:\n{said}")
}
