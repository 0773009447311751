//! `comity bundle`: makes one out of an estate, the law and the versions in service.

use std::collections::BTreeMap;
use std::fs;
use std::process::ExitCode;

use anyhow::{Context, bail};
use serde_json::json;

use super::{CONTENTS, Contents, FORM, Head, NOTE};
use crate::cli::{BundleArgs, Cli, Format};
use crate::versions_file::VersionsFile;
use crate::{kept, loading, running, show};

/// The name of the key that signs, in its text form and in every note.
const KEY_NAME: &str = "comity-bundle";

/// What stays on each machine.
const OWN: [&str; 2] = ["gateway", "ledger"];

pub(crate) fn run(cli: &Cli, args: &BundleArgs) -> anyhow::Result<ExitCode> {
    // What does not load is not signed.
    let estate = loading::estate(&cli.estate)?;
    loading::law(cli)?;
    let law = cli.law.as_deref().map(law::files_of).transpose()?;
    let contents = Contents {
        v: FORM,
        counter: args.counter,
        estate: shared(estate::files_of(&cli.estate).map_err(loading::Shown)?)?,
        law: law.map(|files| files.into_iter().collect()),
        versions: VersionsFile::beside(&running::ledger_folder(&cli.estate, &estate)).read()?,
    };
    let signer = ledger::key::load_or_generate(&args.key, KEY_NAME, ledger::key::random_seed)?;
    let bytes = serde_json::to_vec_pretty(&contents)?;
    let head = Head::of(args.counter, &bytes);
    // The note comes last: it is what replicas look at.
    fs::create_dir_all(&args.out).with_context(|| format!("`{}` cannot be made", args.out.display()))?;
    kept::write(&args.out.join(CONTENTS), &bytes)?;
    kept::write(&args.out.join(NOTE), signer.sign(&head.text())?.as_bytes())?;
    let vkey = ledger::key::public_path(&args.key);
    match cli.format {
        Format::Json => {
            show::json(&json!({ "counter": head.counter, "digest": head.digest, "vkey": signer.vkey() }))?
        }
        Format::Text => {
            show::line(format!(
                "bundle {} of {} files: {}",
                head.counter,
                contents.estate.len(),
                head.digest
            ));
            show::line(show::dim(format!("replicas trust it by `--bundle-key {}`", vkey.display())));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The files that replicas share: those that state what each machine has for itself are left out.
fn shared(files: Vec<(String, String)>) -> anyhow::Result<BTreeMap<String, String>> {
    let mut shared = BTreeMap::new();
    for (name, text) in files {
        let stated: toml::Table =
            toml::from_str(&text).with_context(|| format!("`{name}` cannot be read"))?;
        let own = stated.keys().filter(|key| OWN.contains(&key.as_str())).count();
        if own == 0 {
            shared.insert(name, text);
        } else if own < stated.len() {
            bail!(
                "`{name}` states `[gateway]` or `[[ledger]]` beside other things; move these into a file of their own, since they differ from replica to replica"
            );
        }
    }
    Ok(shared)
}
