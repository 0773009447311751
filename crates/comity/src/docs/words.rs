//! The words of flows and rules: every closed vocabulary as the program has it.

use std::fmt::Write;

use terms::{
    Category, Flag, Form, Operation, PartyKind, Place, Purpose, Relation, Safeguard, Token, VolumeUnit,
    VolumeWindow,
};

pub(super) fn page() -> anyhow::Result<String> {
    let mut out = String::from(
        "# Words of flows and rules\n\nMade by `comity docs words`; do not edit. A word that is not here is refused, with the nearest \
         that is.\n",
    );
    vocabulary::<Category>(&mut out, "Data categories", "`data` of a flow, `context.data` of a rule.")?;
    vocabulary::<Form>(&mut out, "Form of the data", "`form`; `raw` where it is not stated.")?;
    vocabulary::<Purpose>(&mut out, "Purposes", "`purpose` of a flow, `context.purposes` of a rule.")?;
    vocabulary::<Operation>(&mut out, "Operations", "`facts.operation`; `process_in_clear` for inference.")?;
    vocabulary::<PartyKind>(
        &mut out,
        "Kinds of exporter and importer",
        "`facts.exporter_kind`, `facts.importer_kind`.",
    )?;
    vocabulary::<Relation>(&mut out, "Relations", "`facts.relation`.")?;
    vocabulary::<VolumeUnit>(&mut out, "What a volume counts", "`facts.volume_unit`.")?;
    vocabulary::<VolumeWindow>(&mut out, "Over which time it counts", "`facts.volume_window`.")?;
    flags(&mut out)?;
    safeguards(&mut out)?;
    places(&mut out)?;
    Ok(out)
}

fn vocabulary<T: Token>(out: &mut String, title: &str, about: &str) -> std::fmt::Result {
    let words: Vec<String> = T::ALL.iter().map(|t| format!("`{}`", t.name())).collect();
    write!(out, "\n## {title}\n\n{about}\n\n{}\n", words.join(" \u{b7} "))
}

fn flags(out: &mut String) -> std::fmt::Result {
    out.push_str(
        "\n## Circumstances\n\nKeys of `facts` that are yes or no. What is not stated is taken at its default where a question is asked. \
         A default that favors the exporter has to be confirmed, and a border does not take it.\n\n| key | default | favors the exporter |\n|---|---|---|\n",
    );
    for flag in Flag::ALL {
        let default = flag.default_value().map_or("from other facts".to_owned(), |v| v.to_string());
        let favors = if flag.default_favors_exporter() { "yes" } else { "" };
        writeln!(out, "| `{}` | {default} | {favors} |", flag.name())?;
    }
    Ok(())
}

fn safeguards(out: &mut String) -> std::fmt::Result {
    out.push_str(
        "\n## Mechanisms and safeguards\n\n`safeguards` of a flow, `@all` of a way. With `:XX` it is the version of one law. The effort, 0 to 20, \
         only orders ways: 10 asks most, 20 is a ground that nobody can put in place.\n\n| name | effort |\n|---|---|\n",
    );
    for (name, effort) in Safeguard::names() {
        writeln!(out, "| `{name}` | {effort} |")?;
    }
    Ok(())
}

fn places(out: &mut String) -> std::fmt::Result {
    let beyond = Place::all().filter(|p| p.code().len() != 2);
    let words: Vec<String> = beyond.map(|p| format!("`{}`", p.code())).collect();
    write!(
        out,
        "\n## Places\n\nThe codes of ISO 3166-1 (alpha-2), and besides them blocs, zones that replace the law around them, and parts of a country:\n\n{}\n",
        words.join(" \u{b7} ")
    )
}
