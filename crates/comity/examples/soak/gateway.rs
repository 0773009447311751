//! The real `comity serve` in a process of its own: started, told, starved of disk, killed.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use serde_json::Value;

/// What the soak waits for in the log. Everything else is only kept in the file beside the ledger.
const HEARD: [&str; 3] =
    ["listening", "law and estate reloaded", "reload failed; the last good law and estate stay in force"];

/// Far more than anything takes, even unoptimized beside a compiler; who waits so long has found a fault.
const LONG: Duration = Duration::from_secs(60);

/// The program and its estate.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    pub(crate) comity: PathBuf,
    pub(crate) estate: PathBuf,
    /// Where its log goes.
    pub(crate) log: PathBuf,
}

/// A running gateway; killed with the value.
pub(crate) struct Gateway {
    child: Child,
    heard: Receiver<Value>,
    pub(crate) address: SocketAddr,
}

impl Program {
    /// Starts it and waits until it listens. It ends with the thread that starts it.
    pub(crate) fn start(&self) -> anyhow::Result<Gateway> {
        // A file that cannot grow kills by default. With the signal ignored the write fails, as on a full disk.
        // And whatever ends the soak ends the gateway.
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig=KILL", "sh", "-c", r#"trap "" XFSZ; exec "$0" "$@""#]);
        command.arg(&self.comity).arg("serve");
        command.args(["--listen", "127.0.0.1:0", "--logs", "json", "-C"]).arg(&self.estate);
        command.env("COMITY_LOG", "info").env_remove("COMITY_CLOCK_MS");
        let pipes = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = pipes.spawn().context("the gateway cannot be started")?;
        let log = OpenOptions::new().create(true).append(true).open(&self.log)?;
        let (sender, heard) = channel();
        let lines = child.stderr.take().context("the gateway has no log")?;
        thread::spawn(move || listen(lines, log, &sender));
        let mut gateway = Gateway { child, heard, address: ([127, 0, 0, 1], 0).into() };
        let listening =
            gateway.wait_for("listening").with_context(|| format!("see `{}`", self.log.display()))?;
        let address = listening.get("address").and_then(Value::as_str).context("it listens nowhere")?;
        gateway.address = address.parse()?;
        Ok(gateway)
    }

    /// Runs another command of the program on the estate.
    pub(crate) fn command(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let output = Command::new(&self.comity).args(arguments).arg("-C").arg(&self.estate).output()?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let why =
            || format!("`comity {}`: {said}{}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
        ensure!(output.status.success(), why());
        Ok(said)
    }

    /// The folder of its ledger.
    pub(crate) fn ledger(&self) -> PathBuf {
        self.estate.join("ledger")
    }

    /// The public key of its ledger.
    pub(crate) fn vkey(&self) -> anyhow::Result<String> {
        let file = self.ledger().join("log.vkey");
        let key =
            std::fs::read_to_string(&file).with_context(|| format!("cannot read `{}`", file.display()))?;
        Ok(key.trim().to_owned())
    }
}

/// Keeps every line and passes on those that are waited for.
fn listen(lines: ChildStderr, mut log: File, heard: &Sender<Value>) {
    for line in BufReader::new(lines).lines().map_while(Result::ok) {
        // A log that cannot be kept must not hold the gateway up.
        drop(writeln!(log, "{line}"));
        let value: Value = serde_json::from_str(&line).unwrap_or_default();
        let message = value.get("message").and_then(Value::as_str);
        if message.is_some_and(|message| HEARD.contains(&message)) && heard.send(value).is_err() {
            return;
        }
    }
}

impl Gateway {
    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Tells it that its files have changed, and waits until it says this of them.
    pub(crate) fn reload(&mut self, good: bool) -> anyhow::Result<()> {
        self.signal("HUP")?;
        let [_, taken, refused] = HEARD;
        self.wait_for(if good { taken } else { refused }).map(drop)
    }

    /// The next line of these.
    fn wait_for(&mut self, message: &str) -> anyhow::Result<Value> {
        let until = Instant::now() + LONG;
        while let Ok(value) = self.heard.recv_timeout(until.saturating_duration_since(Instant::now())) {
            let said = value.get("message").and_then(Value::as_str).unwrap_or_default();
            if said == message {
                return Ok(value);
            }
            ensure!(
                !HEARD.contains(&said) || said == "listening",
                "the gateway says `{said}`, not `{message}`"
            );
        }
        bail!("the gateway never says `{message}`")
    }

    /// Its end as the power would give it.
    pub(crate) fn kill(mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks it to stop and waits until it has.
    pub(crate) fn terminate(mut self) -> anyhow::Result<ExitStatus> {
        self.signal("TERM")?;
        let until = Instant::now() + LONG;
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            ensure!(Instant::now() < until, "the gateway does not end after {LONG:?}");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// The most bytes that a file of it may have from now on; `None` is any number.
    pub(crate) fn limit_files(&self, bytes: Option<u64>) -> anyhow::Result<()> {
        let most = bytes.map_or_else(|| "unlimited".to_owned(), |bytes| bytes.to_string());
        let id = self.id().to_string();
        // Only what is reached is lowered, so that it can be raised again without privileges.
        let set = Command::new("prlimit").args(["--pid", &id, &format!("--fsize={most}:")]).status();
        ensure!(set.context("`prlimit` of util-linux is needed")?.success(), "`prlimit` failed");
        Ok(())
    }

    fn signal(&self, name: &str) -> anyhow::Result<()> {
        // The shell's own `kill`: a bare machine has no other.
        let sent = Command::new("sh").args(["-c", &format!("kill -{name} {}", self.id())]).status()?;
        ensure!(sent.success(), "the gateway is gone");
        Ok(())
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // Fails only if it has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// An empty folder at this path.
pub(crate) fn fresh(folder: &Path) -> anyhow::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    std::fs::create_dir_all(folder).with_context(|| format!("`{}` cannot be made", folder.display()))
}
