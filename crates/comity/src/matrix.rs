//! `comity matrix`: one use of AI across all jurisdictions.

mod cell;
mod in_json;
mod in_text;
mod of_flow;
mod of_system;
mod page;
mod place_names;
mod sheet;
mod words;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;

use crate::cli::{Cli, Format, MatrixArgs};
use crate::{loading, show};
use sheet::Sheet;

pub(crate) fn run(cli: &Cli, args: &MatrixArgs) -> anyhow::Result<ExitCode> {
    let sheet = match &args.system {
        Some(id) => {
            let (law, estate) = loading::both(cli)?;
            of_system::sheet(&law, &estate, id, args)?
        }
        None => of_flow::sheet(&*loading::law(cli)?, args)?,
    };
    if let Some(file) = &args.html {
        write(file, &sheet)?;
    }
    match cli.format {
        Format::Json => show::json(&in_json::sheet(&sheet))?,
        Format::Text if args.html.is_some() => show::line(in_text::counts(&sheet)),
        Format::Text => in_text::sheet(&sheet).into_iter().for_each(show::line),
    }
    Ok(ExitCode::SUCCESS)
}

fn write(file: &Path, sheet: &Sheet) -> anyhow::Result<()> {
    let shown = file.display();
    std::fs::write(file, page::render(sheet))
        .with_context(|| format!("the page cannot be written to `{shown}`"))?;
    show::note(format!("The page is in `{shown}`; open it in a browser. It needs no network."));
    Ok(())
}
