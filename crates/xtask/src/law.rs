//! Tasks for those who write law: begin a rulebook, and write the golden matrix anew.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::cargo::{self, root};
use crate::steps::say;

/// The beginnings of a rulebook's files. `ID` stands for its id, `XX` for its jurisdiction, `TODAY` for today.
const FILES: [(&str, &str); 3] = [
    ("book.toml", include_str!("law/book.toml")),
    ("rules.cedar", include_str!("law/rules.cedar")),
    ("cases.toml", include_str!("law/cases.toml")),
];

/// Begins the rulebook `id`, such as `kr/pipa` or `us-tx/sb1188`; the jurisdiction alone names its first instrument
/// `data-protection`. What it writes loads, rules and agrees with its cases, so that each step from there can be checked.
///
/// # Errors
/// The id is none, the rulebook exists already, or a file cannot be written.
pub(crate) fn begin(id: &str) -> Result<()> {
    let id =
        if id.contains('/') { id.to_lowercase() } else { format!("{}/data-protection", id.to_lowercase()) };
    let (jurisdiction, instrument) = id.split_once('/').unwrap_or((id.as_str(), ""));
    let plain = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    ensure!(
        plain(jurisdiction) && plain(instrument),
        "`{id}` is no id of a rulebook; write JURISDICTION/INSTRUMENT, such as `kr/pipa`"
    );
    let folder = root().join("rulebooks").join(&id);
    if folder.exists() {
        bail!("`rulebooks/{id}` exists already");
    }
    write(&folder, &id, &jurisdiction.to_uppercase(), &today()?)?;
    say(&format!("rulebooks/{id} begun: fill in its three files; docs/rulebooks.md shows how."));
    say(&format!("then: cargo run --bin comity -- law check --law rulebooks {id}"));
    Ok(())
}

fn write(folder: &Path, id: &str, place: &str, today: &str) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    for (name, template) in FILES {
        let text = template.replace("ID", id).replace("XX", place).replace("TODAY", today);
        fs::write(folder.join(name), text).with_context(|| format!("cannot write `{name}`"))?;
    }
    Ok(())
}

/// The day, as the machine knows it.
fn today() -> Result<String> {
    let out = cargo::output(Command::new("date").arg("+%Y-%m-%d"))?;
    Ok(String::from_utf8_lossy(&out).trim().to_owned())
}

/// Writes the golden matrix, or with `check` only compares it.
///
/// # Errors
/// The program does not build, the law does not load, or `check` finds a difference.
pub(crate) fn golden(check: bool) -> Result<()> {
    let program = cargo::build(&["--bin", "comity"])?;
    let mut command = Command::new(&program);
    command.current_dir(root()).args(["law", "golden", "--law", "rulebooks"]);
    cargo::run(if check { command.arg("--check") } else { &mut command })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rulebook_begins_with_its_own_id_and_place() {
        let folder = std::env::temp_dir().join(format!("comity-law-{}", std::process::id()));
        write(&folder, "lk/pdpa", "LK", "2026-01-02").unwrap();
        let book = fs::read_to_string(folder.join("book.toml")).unwrap();
        assert!(
            book.contains("id = \"lk/pdpa\"")
                && book.contains("places = [\"LK\"]")
                && book.contains("2026-01-02")
        );
        assert!(fs::read_to_string(folder.join("rules.cedar")).unwrap().contains("@id(\"lk/pdpa/1\")"));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_is_no_id_is_refused() {
        assert!(begin("../etc").is_err() && begin("kr/").is_err() && begin("in/dpdp").is_err());
    }
}
