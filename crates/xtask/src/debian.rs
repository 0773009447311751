//! Programs from Debian's packages that tests run: those on the machine are used, missing ones are installed where we may.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::cargo::{metadata, output, run};
use crate::steps::say;

/// A program, and the package that has it.
pub(crate) struct Program {
    package: &'static str,
    path: &'static str,
    /// The variable by which tests are told where it is.
    pub(crate) variable: &'static str,
}

/// Everything that tests need.
pub(crate) const PROGRAMS: [Program; 3] = [
    Program { package: "chromium", path: "/usr/bin/chromium", variable: "COMITY_CHROMIUM" },
    Program { package: "cvc5", path: "/usr/bin/cvc5", variable: "CVC5" },
    Program {
        package: "postgresql-15",
        path: "/usr/lib/postgresql/15/bin/postgres",
        variable: "COMITY_POSTGRES",
    },
];

/// Loads rules of nftables.
pub(crate) const NFT: Program =
    Program { package: "nftables", path: "/usr/sbin/nft", variable: "COMITY_NFT" };

/// Reads units of systemd.
pub(crate) const SYSTEMD_ANALYZE: Program =
    Program { package: "systemd", path: "/usr/bin/systemd-analyze", variable: "COMITY_SYSTEMD_ANALYZE" };

/// Checks rules of Prometheus. Its package starts a server where it is installed, so it is only unpacked.
pub(crate) const PROMTOOL: Program =
    Program { package: "prometheus", path: "/usr/bin/promtool", variable: "COMITY_PROMTOOL" };

/// Sees that the programs are there, and gives the variables by which tests are told of them. A variable that is set already
/// names another program, which is used instead.
///
/// # Errors
/// What is missing, and how to install it.
pub(crate) fn ensure(programs: &'static [Program]) -> Result<Vec<(&'static str, String)>> {
    let missing = missing(programs, |program| std::env::var_os(program.variable).is_some());
    if !missing.is_empty() {
        install(programs, &missing)?;
    }
    let told =
        |p: &'static Program| (p.variable, std::env::var(p.variable).unwrap_or_else(|_| p.path.to_owned()));
    Ok(programs.iter().map(told).collect())
}

/// The packages of programs that are neither on the machine nor named otherwise.
fn missing(programs: &[Program], named: impl Fn(&Program) -> bool) -> Vec<&'static str> {
    programs.iter().filter(|p| !named(p) && !Path::new(p.path).exists()).map(|p| p.package).collect()
}

/// Where a program is that is used without being installed: on the machine, named by its variable, or unpacked from its package
/// into the target folder, once.
///
/// # Errors
/// If it is missing and its package cannot be had.
pub(crate) fn unpacked(program: &Program) -> Result<PathBuf> {
    if let Some(named) = std::env::var_os(program.variable) {
        return Ok(named.into());
    }
    let folder = metadata()?.target_directory.join("debian");
    let unpacked = folder.join(program.path.trim_start_matches('/'));
    let there = [PathBuf::from(program.path), unpacked.clone()].into_iter().find(|path| path.exists());
    match there {
        Some(path) => Ok(path),
        None => unpack(program.package, &folder).map(|()| unpacked),
    }
}

fn unpack(package: &str, folder: &Path) -> Result<()> {
    if !Path::new("/usr/bin/apt-get").exists() {
        bail!("a program of Debian's package {package} is needed; install it or name it by its variable");
    }
    say(&format!("Unpacking {package} into {}, once.", folder.display()));
    fs::create_dir_all(folder)?;
    let download = || run(apt(["download"]).arg(package).current_dir(folder));
    // A fresh machine has no list of packages yet.
    if download().is_err() {
        run(&mut apt(["update"])).context("Debian's list of packages could not be had; connect once")?;
        download().with_context(|| format!("could not get {package}; connect once"))?;
    }
    let is_package = |path: &PathBuf| path.extension().is_some_and(|e| e == "deb");
    let mut files = fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path()));
    let file = files.find(is_package).with_context(|| format!("apt-get left no package of {package}"))?;
    run(Command::new("dpkg-deb").arg("--extract").arg(&file).arg(folder))?;
    fs::remove_file(file).context("cannot remove the package")
}

fn install(programs: &[Program], packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    if !is_root() || !Path::new("/usr/bin/apt-get").exists() {
        bail!(
            "the tests need {list}; install it (on Debian: `sudo apt-get install {list}`) or name it: {}",
            variables(programs, packages)
        );
    }
    say(&format!("Installing {list} with apt-get, once."));
    run(&mut apt(["update"])).context("Debian's list of packages could not be had; connect once")?;
    run(apt(["install"]).arg("--no-install-recommends").args(packages))
        .with_context(|| format!("could not install {list}; connect once"))
}

fn apt<const N: usize>(arguments: [&str; N]) -> Command {
    let mut command = Command::new("apt-get");
    command.args(["--quiet", "--yes"]).args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn variables(programs: &[Program], packages: &[&str]) -> String {
    let of =
        programs.iter().filter(|p| packages.contains(&p.package)).map(|p| format!("`{}=PATH`", p.variable));
    of.collect::<Vec<_>>().join(", ")
}

fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim_ascii() == b"0")
}

#[cfg(test)]
mod tests {
    use super::*;

    const THERE: Program = Program { package: "sh", path: "/bin/sh", variable: "COMITY_SH" };
    const ABSENT: Program = Program { package: "no-such", path: "/no/such", variable: "COMITY_NO_SUCH" };

    #[test]
    fn only_what_is_neither_there_nor_named_is_missing() {
        assert_eq!(missing(&[THERE, ABSENT], |_| false), ["no-such"]);
        assert!(missing(&[THERE, ABSENT], |p| p.package == "no-such").is_empty());
    }

    #[test]
    fn programs_have_variables_of_their_own() {
        assert_eq!(variables(&PROGRAMS, &["chromium"]), "`COMITY_CHROMIUM=PATH`");
        let of_others = |p: &Program| PROGRAMS.iter().filter(|o| o.variable == p.variable).count();
        assert!(PROGRAMS.iter().all(|p| of_others(p) == 1 && p.path.starts_with("/usr/")));
    }
}
