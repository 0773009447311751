//! `comity law golden`: the committed answers of a folder of rulebooks.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use law::{Law, cases, golden};

use crate::cli::{Cli, LawGoldenArgs};
use crate::{loading, show};

pub(crate) fn run(cli: &Cli, args: &LawGoldenArgs) -> anyhow::Result<ExitCode> {
    let Some(folder) = &cli.law else {
        bail!("name the folder of rulebooks whose golden matrix this is, with `--law DIR`");
    };
    let law = loading::law(cli)?;
    let golden = folder.join("golden");
    let mut differs = false;
    for (file, text) in answers(&law, folder)? {
        let path = golden.join(file);
        if std::fs::read_to_string(&path).ok().as_deref() == Some(text.as_str()) {
            continue;
        }
        differs = true;
        if args.check {
            show::note(format!("`{}` is not what the law says now", path.display()));
        } else {
            std::fs::write(&path, text).with_context(|| format!("`{}` cannot be written", path.display()))?;
            show::line(format!("wrote {}", path.display()));
        }
    }
    if args.check && differs {
        show::note(format!("run `comity law golden --law {}` and review the diff", folder.display()));
    } else if !differs {
        show::line("the golden matrix is what the law says");
    }
    Ok(ExitCode::from(u8::from(args.check && differs)))
}

fn answers(law: &Law, folder: &Path) -> anyhow::Result<[(&'static str, String); 2]> {
    let path = folder.join("golden/axes.toml");
    let axes =
        std::fs::read_to_string(&path).with_context(|| format!("`{}` cannot be read", path.display()))?;
    let axes = golden::Axes::read(&axes)?;
    let unseen = golden::unseen(law, &axes)?;
    if !unseen.is_empty() {
        show::note(format!(
            "nothing in `{}` makes these rulebooks show: {}",
            path.display(),
            unseen.join(", ")
        ));
    }
    let cases = cases::open(folder)?;
    Ok([("matrix.txt", golden::matrix(law, &axes)?), ("cases.txt", golden::cases(law, &cases)?)])
}
