//! Runs the binary to its end and gives what its user sees.

use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// Noon of 2026-11-21 in UTC: every agreement of the example is in force or has run out, as its files say.
pub(crate) const NOON_MS: u64 = 1_795_262_400_000;

/// The binary with a clean environment, whatever the machine's is.
pub(crate) fn binary() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_comity"));
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("LANG", "C.UTF-8");
    command
}

/// The example estate of the repository.
pub(crate) fn retail() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/retail").canonicalize().unwrap()
}

/// A run to be: arguments, and what standard input says.
pub(crate) struct Run {
    command: Command,
    input: Vec<u8>,
    names: Vec<(String, &'static str)>,
}

/// `comity` with these arguments, at [`NOON_MS`].
pub(crate) fn comity<I: AsRef<std::ffi::OsStr>>(args: impl IntoIterator<Item = I>) -> Run {
    let mut command = binary();
    command.args(args).env("COMITY_CLOCK_MS", NOON_MS.to_string()).env("USER", "tester");
    Run { command, input: Vec::new(), names: Vec::new() }
}

impl Run {
    /// Further arguments.
    pub(crate) fn args<I: AsRef<std::ffi::OsStr>>(mut self, args: impl IntoIterator<Item = I>) -> Run {
        self.command.args(args);
        self
    }

    pub(crate) fn input(mut self, text: impl Into<Vec<u8>>) -> Run {
        self.input = text.into();
        self
    }

    /// Shows a path that differs between runs and machines under a name.
    pub(crate) fn calling(mut self, path: impl AsRef<Path>, name: &'static str) -> Run {
        self.names.push((path.as_ref().display().to_string(), name));
        self
    }

    /// The estate to work on.
    pub(crate) fn on(mut self, estate: impl AsRef<Path>) -> Run {
        self.command.arg("-C").arg(estate.as_ref());
        self.calling(estate, "[estate]")
    }

    /// The folder to run in.
    pub(crate) fn within(mut self, folder: impl AsRef<Path>) -> Run {
        self.command.current_dir(folder);
        self
    }

    pub(crate) fn json(mut self) -> Run {
        self.command.args(["--format", "json"]);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Run {
        self.command.env(name, value);
        self
    }

    pub(crate) fn done(mut self) -> Seen {
        let pipes = self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = pipes.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = std::mem::take(&mut self.input);
        // A program that does not read its input may close it first.
        let writing = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().unwrap();
        writing.join().unwrap();
        let shown = |bytes: Vec<u8>| self.shown(String::from_utf8(bytes).unwrap());
        Seen {
            code: output.status.code(),
            raw: String::from_utf8(output.stdout.clone()).unwrap(),
            stdout: shown(output.stdout),
            stderr: shown(output.stderr),
        }
    }

    fn shown(&self, text: String) -> String {
        let named = self.names.iter().fold(text, |text, (path, name)| text.replace(path, name));
        without_hashes(&named)
    }
}

/// What was to be seen. Its text is for snapshots.
pub(crate) struct Seen {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    raw: String,
}

impl Seen {
    /// Standard output as it came.
    pub(crate) fn raw(&self) -> &str {
        &self.raw
    }

    /// Standard output as one JSON value.
    #[track_caller]
    pub(crate) fn value(&self) -> Value {
        serde_json::from_str(&self.raw).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    /// Standard output as a JSON value a line.
    pub(crate) fn values(&self) -> Vec<Value> {
        self.raw.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The same, once the exit code is as expected.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Seen {
        assert_eq!(self.code, Some(code), "{self}");
        self
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.code.map_or_else(|| "none".to_owned(), |code| code.to_string());
        write!(f, "exit code: {code}\n----- stdout -----\n{}", self.stdout)?;
        write!(f, "----- stderr -----\n{}", self.stderr)
    }
}

/// Runs of twelve and more hexadecimal digits are hashes: they change with every word of law or estate.
fn without_hashes(text: &str) -> String {
    let mut out = String::new();
    let mut digits = String::new();
    for c in text.chars().chain(['\0']) {
        if c.is_ascii_digit() || ('a'..='f').contains(&c) {
            digits.push(c);
            continue;
        }
        out.push_str(if digits.len() >= 12 { "[hash]" } else { &digits });
        digits.clear();
        out.push(c);
    }
    out.pop();
    out
}
