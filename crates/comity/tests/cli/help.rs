//! Every command tells how it is used.

use crate::run::comity;

const COMMANDS: [&str; 11] =
    ["demo", "serve", "rule", "matrix", "verify", "check", "explain", "mask", "law", "export", "stop"];
const LAW: [&str; 8] = ["check", "prove", "golden", "list", "show", "calendar", "diff", "compare"];

#[test]
fn the_help_lists_every_command() {
    let help = comity(["--help"]).done().exits(0).stdout;
    for command in COMMANDS {
        assert!(help.contains(&format!("\n  {command} ")), "{command} is not in:\n{help}");
    }
    insta::assert_snapshot!(help);
}

#[test]
fn the_help_of_every_command_has_an_example_of_it() {
    for command in COMMANDS {
        let help = comity([command, "--help"]).done().exits(0).stdout;
        let (_, examples) = help.split_once("Example").unwrap_or_else(|| panic!("{command}:\n{help}"));
        assert!(examples.contains(&format!("  comity {command}")), "{command}:\n{help}");
    }
}

#[test]
fn the_help_of_every_question_to_the_law_has_an_example_of_it() {
    let references = comity(["docs", "cli"]).done().exits(0).stdout;
    for question in LAW {
        let help = comity(["law", question, "--help"]).done().exits(0).stdout;
        let (_, examples) = help.split_once("Example").unwrap_or_else(|| panic!("{question}:\n{help}"));
        assert!(examples.contains(&format!("  comity law {question}")), "{question}:\n{help}");
        assert!(references.contains(&format!("\n### comity law {question}\n")), "{question}");
    }
}

#[test]
fn the_help_of_every_export_has_an_example_of_it() {
    let help = comity(["export", "egress", "--help"]).done().exits(0).stdout;
    assert!(help.contains("\n  comity export egress"), "{help}");
}

#[test]
fn the_version_is_the_packages() {
    assert_eq!(
        comity(["--version"]).done().exits(0).stdout,
        concat!("comity ", env!("CARGO_PKG_VERSION"), "\n")
    );
}

#[test]
fn a_mistyped_command_is_answered_with_the_nearest() {
    insta::assert_snapshot!(comity(["exlpain"]).done());
}

#[test]
fn the_references_name_every_command_and_every_file_part() {
    let commands = comity(["docs", "cli"]).done().exits(0).stdout;
    for command in COMMANDS {
        assert!(commands.contains(&format!("\n## comity {command}\n")), "{command}");
    }
    let config = comity(["docs", "config"]).done().exits(0).stdout;
    for part in
        ["organization", "exporter", "system", "endpoint", "vendor", "agreement", "volume", "gateway", "key"]
    {
        assert!(config.contains(&format!("{part}]")), "{part}:\n{config}");
    }
}
