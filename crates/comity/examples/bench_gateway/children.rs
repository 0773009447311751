//! The processes that are measured. Each ends with its value.

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
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

    /// Starts a program that takes its addresses from us, and waits until it listens at all of them.
    pub(crate) fn start(
        mut command: Command,
        addresses: Vec<SocketAddr>,
        patience: Duration,
    ) -> anyhow::Result<Running> {
        let program = command.get_program().to_owned();
        let child =
            command.stdin(Stdio::null()).spawn().with_context(|| format!("cannot start {program:?}"))?;
        let mut running = Running { child, addresses };
        let until = Instant::now() + patience;
        while running.addresses.iter().any(|address| TcpStream::connect(address).is_err()) {
            if let Some(status) = running.child.try_wait()? {
                bail!("{program:?} ended: {status}");
            }
            ensure!(Instant::now() < until, "{program:?} does not listen after {patience:?}");
            thread::sleep(Duration::from_millis(50));
        }
        Ok(running)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let id = self.id().to_string();
        // A program with processes of its own ends them only if it is asked to.
        drop(Command::new("kill").args(["-TERM", &id]).stderr(Stdio::null()).status());
        let until = Instant::now() + Duration::from_secs(2);
        while Instant::now() < until && matches!(self.child.try_wait(), Ok(None)) {
            thread::sleep(Duration::from_millis(10));
        }
        // Fails only if it has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// So many addresses on loopback that were free just now, for programs that cannot tell where they listen.
pub(crate) fn free_addresses(count: usize) -> anyhow::Result<Vec<SocketAddr>> {
    let held: Vec<_> = (0..count).map(|_| TcpListener::bind("127.0.0.1:0")).collect::<Result<_, _>>()?;
    held.iter().map(|listener| Ok(listener.local_addr()?)).collect()
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

/// `comity serve` for an estate, by the rulebooks in a folder or those that it brings along, and when it was started.
pub(crate) fn gateway(
    comity: &Path,
    estate: &Path,
    law: Option<&Path>,
) -> anyhow::Result<(Running, Instant)> {
    let mut command = Command::new(comity);
    command.arg("serve").arg("-C").arg(estate).args(["--logs", "json", "--listen", "127.0.0.1:0"]);
    if let Some(law) = law {
        command.arg("--law").arg(law);
    }
    command.env("COMITY_LOG", "info").stdin(Stdio::null()).stderr(Stdio::piped());
    let start = Instant::now();
    let child = command.spawn().with_context(|| format!("`{}` cannot be started", comity.display()))?;
    let mut gateway = Running { child, addresses: Vec::new() };
    let mut log = BufReader::new(gateway.child.stderr.take().context("no log")?);
    let address = listening(&mut log)?;
    // One address for all.
    gateway.addresses = vec![address; 2];
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
