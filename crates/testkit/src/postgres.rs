//! A real PostgreSQL server for one test, in a folder of its own and on a socket in it: no port, no network, no
//! password.

use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};

use tempfile::TempDir;

/// The user that the server runs as if the test runs as root, which PostgreSQL refuses: `nobody`, on every Linux.
const NOBODY: &str = "65534";

/// A server. It ends with the test, however the test ends.
#[derive(Debug)]
pub struct Postgres {
    folder: TempDir,
    programs: PathBuf,
    server: Option<Child>,
}

impl Postgres {
    /// Makes an empty database cluster and starts its server.
    ///
    /// # Errors
    /// If PostgreSQL is not installed, or what it says.
    pub fn start() -> io::Result<Self> {
        let mut postgres = Self { folder: tempfile::tempdir()?, programs: programs()?, server: None };
        postgres.give_away()?;
        let mut initdb = postgres.program("initdb");
        initdb.args(["--auth=trust", "--username=comity", "--encoding=UTF8", "--locale=C", "--no-sync"]);
        let made = initdb.arg("-D").arg(postgres.data()).output()?;
        if !made.status.success() {
            return Err(io::Error::other(String::from_utf8_lossy(&made.stderr)));
        }
        postgres.start_again()?;
        Ok(postgres)
    }

    /// Where clients find it.
    #[must_use]
    pub fn url(&self) -> String {
        let socket = self.folder.path().display().to_string().replace('/', "%2F");
        format!("postgres://comity@localhost/postgres?host={socket}")
    }

    /// Starts the server after [`Postgres::crash`]; returns when it takes connections.
    ///
    /// # Errors
    /// What the server says.
    pub fn start_again(&mut self) -> io::Result<()> {
        let mut server = self.program("postgres");
        server.arg("-D").arg(self.data()).arg("-k").arg(self.folder.path());
        // Nothing here has to survive the machine, only the server.
        server.args(["-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=60"]);
        let mut child = server.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        let stderr = child.stderr.take();
        self.server = Some(child);
        stderr.map_or(Ok(()), wait_until_ready)
    }

    /// Ends the server at once, as if it had crashed: connections break, and what was not committed is gone.
    ///
    /// # Errors
    /// If it cannot be told to.
    pub fn crash(&mut self) -> io::Result<()> {
        if let Some(mut server) = self.server.take() {
            // "Immediate shutdown" (PostgreSQL, section 18.5): unlike after a kill, the children are gone when it
            // returns.
            run(Command::new("kill").args(["-QUIT", &server.id().to_string()]))?;
            server.wait()?;
        }
        Ok(())
    }

    /// What a query gives: a line a row, cells parted by `|`.
    ///
    /// # Errors
    /// What PostgreSQL says.
    pub fn query(&self, sql: &str) -> io::Result<String> {
        let mut psql = self.program("psql");
        psql.args(["--no-psqlrc", "--tuples-only", "--no-align", "--username=comity", "--dbname=postgres"]);
        let answer = psql.arg("--host").arg(self.folder.path()).args(["--command", sql]).output()?;
        match answer.status.success() {
            true => Ok(String::from_utf8_lossy(&answer.stdout).into_owned()),
            false => Err(io::Error::other(String::from_utf8_lossy(&answer.stderr))),
        }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// One of PostgreSQL's programs, as a user that it accepts, and ending with the thread that starts it.
    fn program(&self, name: &str) -> Command {
        let mut command = Command::new("setpriv");
        command.arg("--pdeathsig=KILL");
        if is_root() {
            command.args([&format!("--reuid={NOBODY}"), &format!("--regid={NOBODY}"), "--clear-groups"]);
        }
        command.arg(self.programs.join(name)).current_dir(self.folder.path()).env("LC_ALL", "C");
        command
    }

    /// Lets the server's user have the folder.
    fn give_away(&self) -> io::Result<()> {
        if !is_root() {
            return Ok(());
        }
        run(Command::new("chown").arg(format!("{NOBODY}:{NOBODY}")).arg(self.folder.path()))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // If it cannot be told, it ends with the thread that started it.
        drop(self.crash());
    }
}

fn run(command: &mut Command) -> io::Result<()> {
    match command.status()?.success() {
        true => Ok(()),
        false => Err(io::Error::other(format!("{command:?} failed"))),
    }
}

/// Returns when the server says so, and reads on, so that it is never kept waiting.
fn wait_until_ready(stderr: ChildStderr) -> io::Result<()> {
    let mut lines = BufReader::new(stderr).lines().map_while(Result::ok);
    let mut said = Vec::new();
    for line in &mut lines {
        let ready = line.contains("database system is ready to accept connections");
        said.push(line);
        if ready {
            std::thread::spawn(move || lines.for_each(drop));
            return Ok(());
        }
    }
    Err(io::Error::other(said.join("\n")))
}

/// The folder of PostgreSQL's programs: where `COMITY_POSTGRES` says the server is, or the newest that Debian has.
fn programs() -> io::Result<PathBuf> {
    if let Some(server) = std::env::var_os("COMITY_POSTGRES") {
        return Ok(Path::new(&server).parent().map(Path::to_owned).unwrap_or_default());
    }
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let folders = versions.map(|version| version.path().join("bin"));
    let newest = folders.filter(|folder| folder.join("initdb").exists()).max();
    let missing =
        "install PostgreSQL's server (on Debian: `postgresql-15`) or name it: `COMITY_POSTGRES=PATH`";
    newest.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, missing))
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}
