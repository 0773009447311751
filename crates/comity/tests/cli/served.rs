//! A gateway in a process of its own, and what it logs.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::house::{House, SECRET};
use crate::run::{NOON_MS, binary};

/// Far more than anything here takes; a test that waits so long has failed.
const LONG: Duration = Duration::from_secs(60);

/// A running gateway; killed with the value.
pub(crate) struct Served {
    child: Child,
    logs: Receiver<String>,
    /// Everything it has logged so far.
    pub(crate) seen: Vec<String>,
    pub(crate) address: SocketAddr,
}

/// `comity serve` of an estate on a free port of loopback.
fn command(estate: &Path) -> Command {
    let mut command = binary();
    command.args(["serve", "--listen", "127.0.0.1:0", "--logs", "json", "-C"]).arg(estate);
    command.env("UPSTREAM_KEY", SECRET).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

impl Served {
    /// Starts one, at [`NOON_MS`], and waits until it listens.
    pub(crate) fn start(house: &House) -> Served {
        Served::logging(house, "info")
    }

    /// The same, with logs as fine as a filter says.
    pub(crate) fn logging(house: &House, filter: &str) -> Served {
        let mut command = command(house.path());
        command.env("COMITY_CLOCK_MS", NOON_MS.to_string()).env("COMITY_LOG", filter);
        Served::spawn(command)
    }

    /// The same, of an estate anywhere.
    pub(crate) fn of(estate: &Path) -> Served {
        let mut command = command(estate);
        command.env("COMITY_CLOCK_MS", NOON_MS.to_string());
        Served::spawn(command)
    }

    /// The same, by the bundle at `bundle` that `vkey` has signed; `own` has what the machine has for itself.
    pub(crate) fn by_bundle(own: &Path, bundle: &str, vkey: &Path) -> Served {
        let mut command = command(own);
        command.env("COMITY_CLOCK_MS", NOON_MS.to_string());
        command.args(["--bundle", bundle, "--bundle-key"]).arg(vkey);
        Served::spawn(command)
    }

    /// The same, loading again whatever changes.
    pub(crate) fn watching(house: &House) -> Served {
        let mut command = command(house.path());
        command.env("COMITY_CLOCK_MS", NOON_MS.to_string()).arg("--watch");
        Served::spawn(command)
    }

    /// The same, while time goes on.
    pub(crate) fn with_a_real_clock(house: &House) -> Served {
        Served::spawn(command(house.path()))
    }

    /// The same, under a service manager that listens at a socket.
    pub(crate) fn under_a_service_manager(house: &House, socket: &Path) -> Served {
        let mut command = command(house.path());
        command.env("COMITY_CLOCK_MS", NOON_MS.to_string()).env("NOTIFY_SOCKET", socket);
        Served::spawn(command)
    }

    fn spawn(mut command: Command) -> Served {
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (sender, logs) = channel();
        std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let mut served = Served { child, logs, seen: Vec::new(), address: ([127, 0, 0, 1], 0).into() };
        let listening = served.wait_for("listening");
        served.address = listening["address"].as_str().unwrap().parse().unwrap();
        served
    }

    /// The next log line with this message.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, message: &str) -> Value {
        let deadline = Instant::now() + LONG;
        loop {
            let Ok(line) = self.logs.recv_timeout(deadline.saturating_duration_since(Instant::now())) else {
                panic!("no log line says `{message}`:\n{}", self.seen.join("\n"));
            };
            let value: Value = serde_json::from_str(&line).unwrap_or_default();
            self.seen.push(line);
            if value["message"] == message {
                return value;
            }
        }
    }

    /// Sends a signal, such as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        // The shell's own `kill`: a bare machine has no other.
        let sent = Command::new("sh").args(["-c", &format!("kill -{name} {}", self.child.id())]).status();
        assert!(sent.unwrap().success());
    }

    /// Its end, as the power would give it.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for its end: the exit code, and all that it logged.
    #[track_caller]
    pub(crate) fn ended(mut self) -> (Option<i32>, Vec<String>) {
        let deadline = Instant::now() + LONG;
        // Its standard error closes when it ends.
        while let Ok(line) = self.logs.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            self.seen.push(line);
        }
        assert!(Instant::now() < deadline, "it does not end:\n{}", self.seen.join("\n"));
        (self.child.wait().unwrap().code(), std::mem::take(&mut self.seen))
    }

    /// Asks it to stop and waits until it has, in order.
    #[track_caller]
    pub(crate) fn stop(self) -> Vec<String> {
        self.signal("TERM");
        let (code, logs) = self.ended();
        assert_eq!(code, Some(0), "{}", logs.join("\n"));
        logs
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Fails only if it has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Tries until it comes true.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, mut come_true: impl FnMut() -> F) {
    let deadline = Instant::now() + LONG;
    while !come_true().await {
        assert!(Instant::now() < deadline, "this never came true: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
