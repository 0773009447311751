//! One archive for where there is no network: the program, the law, a model, examples, deployment files and docs, sealed.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::cargo::{self, cargo, root};
use crate::model;
use crate::steps::say;

/// What of the repository goes along. The law is in the program as well; here it can be read, and changed by `--law`.
const PARTS: [&str; 9] = [
    "rulebooks",
    "examples",
    "deploy",
    "docs",
    "README.md",
    "SECURITY.md",
    "CHANGELOG.md",
    "LICENSE-APACHE",
    "LICENSE-MIT",
];

/// Makes `target/archive/comity-VERSION-linux-x86_64.tar.gz`, signed by the key in `key`.
///
/// # Errors
/// If something cannot be built, copied or packed.
pub(crate) fn run(key: &Path, model: Option<&Path>, without_model: bool) -> Result<()> {
    say("Building the program.");
    cargo::run(cargo(["build", "--release", "--locked", "--bin", "comity"]).args(["-p", "comity"]))?;
    let name = format!("comity-{}-linux-{}", env!("CARGO_PKG_VERSION"), std::env::consts::ARCH);
    let place = root().join("target/archive");
    let folder = place.join(&name);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let program = folder.join("comity");
    fs::copy(root().join("target/release/comity"), &program)
        .context("the program is not where it was built")?;
    for part in PARTS {
        cargo::run(Command::new("cp").arg("-R").arg(root().join(part)).arg(&folder))?;
    }
    if !without_model {
        let model = model::ensure(model, false)?;
        let file = model.file_name().map_or_else(|| OsString::from("model.gguf"), OsString::from);
        fs::copy(&model, folder.join(file)).context("the model cannot be copied")?;
    }
    cargo::run(Command::new(&program).arg("seal").arg(&folder).arg("--key").arg(key))?;
    let packed = packed(&place, &name)?;
    say(&format!(
        "{} has everything; carry {} by another way.",
        packed.display(),
        key.with_extension("vkey").display()
    ));
    Ok(())
}

/// Packs a folder so that the same files give the same bytes.
fn packed(place: &Path, name: &str) -> Result<PathBuf> {
    let archive = place.join(format!("{name}.tar.gz"));
    let same = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"];
    let mut tar = Command::new("tar");
    tar.args(same)
        .args(["--use-compress-program", "gzip -n", "-cf"])
        .arg(&archive)
        .arg("-C")
        .arg(place)
        .arg(name);
    cargo::run(&mut tar)?;
    Ok(archive)
}
