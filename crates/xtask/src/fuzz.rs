//! The fuzz targets of `fuzz/`, built for libFuzzer with the pinned toolchain; no other tool is needed.
//!
//! Seeds are committed in `fuzz/seeds`, and the example estate and the rulebooks are seeds as they stand. What the fuzzer finds worth keeping goes to `fuzz/corpus`, and an input that breaks
//! a promise to `fuzz/artifacts`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::cargo::{cargo, root, run as run_command};
use crate::steps::{Steps, say};

const TARGETS: [&str; 20] = [
    "request",
    "sse",
    "vendor_openai",
    "vendor_anthropic",
    "vendor_gemini",
    "vendor_bedrock",
    "vendor_body",
    "eventstream",
    "inbound",
    "rewrite",
    "respond",
    "mask_find",
    "mask_restore",
    "screen",
    "estate",
    "law",
    "flow",
    "entry",
    "proof",
    "note",
];

/// Where the targets are built. Named, so that instrumentation stays away from build scripts.
const TRIPLE: &str = "x86_64-unknown-linux-gnu";

/// What libFuzzer needs of the compiler: counters, the table of places they stand for, and traced comparisons.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// Fewer counters than this, and the code under test was not instrumented.
const COUNTERS_LEAST: u64 = 1000;

/// Builds the targets and runs each for `seconds`, or only those that are named. With `locked` a lock file that no longer
/// fits the crates is an error; without, it is brought up to date.
///
/// # Errors
/// If they do not build, are not instrumented, or a promise was broken; the input that broke it is named.
pub(crate) fn run(seconds: u32, only: &[String], locked: bool) -> Result<()> {
    if let Some(unknown) = only.iter().find(|name| !TARGETS.contains(&&***name)) {
        anyhow::bail!("there is no fuzz target `{unknown}`; there are {}", TARGETS.join(", "));
    }
    let fuzz = root().join("fuzz");
    build(&fuzz, locked)?;
    plant(&fuzz)?;
    let mut steps = Steps::default();
    for target in TARGETS {
        if only.is_empty() || only.iter().any(|wanted| wanted == target) {
            steps.run(target, || fuzz_one(&fuzz, target, seconds));
        }
    }
    steps.finish()
}

fn build(fuzz: &Path, locked: bool) -> Result<()> {
    let mut build = cargo(["build", "--quiet", "--bins", "--target", TRIPLE, "--target-dir"]);
    build.arg(fuzz.join("target")).args(locked.then_some("--locked"));
    run_command(build.env("RUSTFLAGS", FLAGS).current_dir(fuzz)).context(
        "the fuzz targets do not build; if it is for their lock file, `cargo xtask fuzz` writes it anew",
    )
}

/// Makes seeds of the example estate, all of it in one file, and of each rulebook.
fn plant(fuzz: &Path) -> Result<()> {
    let corpus = fuzz.join("corpus");
    let estate = files(&root().join("examples/retail"), 1)?.into_iter().filter(|file| named(file, "toml"));
    let estate = estate.map(fs::read_to_string).collect::<Result<Vec<_>, _>>()?;
    keep(&corpus.join("estate/retail"), &estate.join("\n"))?;
    let books = files(&root().join("rulebooks"), 3)?.into_iter().filter(|file| named(file, "cedar"));
    for (number, rules) in books.enumerate() {
        let book = fs::read_to_string(rules.with_file_name("book.toml"))?;
        let text = format!("{book}\n%%\n{}", fs::read_to_string(rules)?);
        keep(&corpus.join(format!("law/book-{number}")), &text)?;
    }
    Ok(())
}

/// The files at a depth below a folder, in order.
fn files(folder: &Path, depth: usize) -> Result<Vec<PathBuf>> {
    let mut found = vec![folder.to_owned()];
    for _ in 0..depth {
        let folders = found.iter().filter(|path| path.is_dir());
        let entries = folders.map(fs::read_dir).collect::<Result<Vec<_>, _>>()?;
        found = entries.into_iter().flatten().map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    }
    found.sort();
    Ok(found)
}

fn named(file: &Path, extension: &str) -> bool {
    file.extension().is_some_and(|is| is == extension)
}

fn keep(file: &Path, text: &str) -> Result<()> {
    fs::create_dir_all(file.parent().context("a seed lies in a folder")?)?;
    fs::write(file, text).with_context(|| format!("cannot write `{}`", file.display()))
}

fn fuzz_one(fuzz: &Path, target: &str, seconds: u32) -> Result<()> {
    let corpus = fuzz.join("corpus").join(target);
    let artifacts = fuzz.join("artifacts").join(target);
    fs::create_dir_all(&corpus)?;
    fs::create_dir_all(&artifacts)?;
    let mut fuzzer = Command::new(fuzz.join("target").join(TRIPLE).join("debug").join(target));
    fuzzer
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-artifact_prefix={}/", artifacts.display()));
    fuzzer.args(["-timeout=10", "-rss_limit_mb=2048", "-max_len=65536", "-print_final_stats=1"]);
    fuzzer.arg(corpus).arg(fuzz.join("seeds").join(target));
    let done = fuzzer.stdout(Stdio::null()).output().context("could not run the fuzzer")?;
    let told = String::from_utf8_lossy(&done.stderr);
    ensure!(
        done.status.success(),
        "{}\na promise was broken; the input is in {}",
        told.trim(),
        artifacts.display()
    );
    let counters = counters(&told).unwrap_or_default();
    ensure!(
        counters >= COUNTERS_LEAST,
        "{target} has {counters} counters: the code under test is not instrumented"
    );
    let runs = stat(&told, "stat::number_of_executed_units:").unwrap_or("?");
    say(&format!("{target}: {runs} runs, {counters} counters, {}", reached(&told)));
    Ok(())
}

/// Counters that the fuzzer found, from a line like `INFO: Loaded 1 modules   (4231 inline 8-bit counters): ...`.
fn counters(told: &str) -> Option<u64> {
    let (before, _) = told.split_once(" inline 8-bit counters)")?;
    before.rsplit_once('(')?.1.parse().ok()
}

/// The coverage in the last line that shows it, like `cov: 731 ft: 2311`.
fn reached(told: &str) -> &str {
    let shown = told.lines().rev().find_map(|line| line.get(line.find("cov: ")?..));
    shown.and_then(|line| line.split(" corp:").next()).unwrap_or("coverage not shown").trim()
}

fn stat<'a>(told: &'a str, name: &str) -> Option<&'a str> {
    told.lines().find_map(|line| line.strip_prefix(name)).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOLD: &str = "INFO: Loaded 1 modules   (4231 inline 8-bit counters): 4231 [0x5, 0x6), \n\
        #2\tINITED cov: 70 ft: 71 corp: 1/1b exec/s: 0 rss: 40Mb\n\
        #99\tDONE   cov: 731 ft: 2311 corp: 40/9Kb lim: 21 exec/s: 9 rss: 50Mb\nstat::number_of_executed_units: 99\n";

    #[test]
    fn what_the_fuzzer_says_is_read() {
        assert_eq!(counters(TOLD), Some(4231));
        assert_eq!(counters("INFO: nothing is instrumented"), None);
        assert_eq!(reached(TOLD), "cov: 731 ft: 2311");
        assert_eq!(stat(TOLD, "stat::number_of_executed_units:"), Some("99"));
    }

    #[test]
    fn every_target_is_built_and_has_seeds() {
        for target in TARGETS {
            let fuzz = root().join("fuzz");
            assert!(fuzz.join("targets").join(format!("{target}.rs")).is_file(), "{target}");
            assert!(fs::read_dir(fuzz.join("seeds").join(target)).unwrap().next().is_some(), "{target}");
        }
    }
}
