use super::sources::Source;
use super::table::Table;
use super::*;
use crate::cargo::Metadata;

const RINGS: &str = r#"
[crates]
words = { ring = 0, uses = [] }
rules = { ring = 1, uses = ["words"] }
other = { ring = 1, uses = [] }
face = { ring = 2, uses = ["rules", "words"] }
[outside]
testkit = { uses = ["words"] }
[owners]
"heavy-*" = ["rules"]
[[words]]
rule = "pure"
why = "no clocks here"
crates = ["words", "rules"]
words = ["Instant", "tokio", ".await"]
[[words]]
rule = "door"
why = "use a door"
not_in = ["testkit", "door.rs", "door/"]
words = ["TcpStream::connect", "serve::client", ".spend("]
"#;

/// A workspace in which each package is `name: import import(dev)`.
fn workspace(rows: &[&str]) -> Metadata {
    let dependency = |word: &str| match word.strip_suffix("(dev)") {
        Some(name) => serde_json::json!({"name": name, "kind": "dev"}),
        None => serde_json::json!({"name": word, "kind": null}),
    };
    let package = |row: &&str| {
        let (name, imports) = row.split_once(':').unwrap();
        let imports: Vec<_> = imports.split_whitespace().map(dependency).collect();
        serde_json::json!({"name": name, "dependencies": imports})
    };
    let packages: Vec<_> = rows.iter().map(package).collect();
    serde_json::from_value(serde_json::json!({ "packages": packages })).unwrap()
}

fn imports(rows: &[&str]) -> Vec<String> {
    imports::faults(&Table::read(RINGS).unwrap(), &workspace(rows))
}

const SOUND: [&str; 5] = [
    "words:",
    "rules: words heavy-thing serde testkit(dev)",
    "other: words(dev)",
    "face: rules",
    "testkit: words",
];

/// The sound workspace with one row in another form.
fn with(row: &str) -> Vec<String> {
    let name = row.split(':').next().unwrap();
    let rest = SOUND.iter().filter(|sound| !sound.starts_with(&format!("{name}:"))).copied();
    imports(&rest.chain([row]).collect::<Vec<_>>())
}

#[test]
fn a_sound_workspace_has_no_faults() {
    assert_eq!(imports(&SOUND), [""; 0]);
}

#[test]
fn imports_point_inwards_and_are_granted() {
    assert_eq!(with("words: rules"), ["`words` imports `rules`; the table grants it nothing"]);
    assert_eq!(with("face: other"), ["`face` imports `other`; the table grants it `rules`, `words`"]);
    assert_eq!(with("rules: testkit"), ["`rules` imports `testkit`; the table grants it `words`"]);
    assert_eq!(with("rules: other(dev)"), ["`rules` uses `other` in tests, which is not of an inner ring"]);
}

#[test]
fn a_heavy_dependency_has_one_owner_even_in_tests() {
    let fault = ["`face` names `heavy-thing`, which only `rules` may name"];
    assert_eq!(with("face: heavy-thing"), fault);
    assert_eq!(with("face: heavy-thing(dev)"), fault);
}

#[test]
fn the_table_and_the_workspace_name_the_same_crates() {
    assert_eq!(imports(&SOUND[..4]), ["the table has a row for `testkit`, which is no crate"]);
    assert_eq!(with("stray:"), ["`stray` has no row in the table: give it a ring"]);
}

#[test]
fn a_table_that_grants_an_arrow_within_a_ring_is_at_fault() {
    let table = Table::read(
        &RINGS.replace("other = { ring = 1, uses = []", "other = { ring = 1, uses = [\"rules\"]"),
    );
    let faults = imports::faults(&table.unwrap(), &workspace(&SOUND));
    assert_eq!(faults, ["the table grants `other` -> `rules`, which does not point to an inner ring"]);
}

fn words(path: &str, text: &str, exceptions: &str) -> Vec<String> {
    let table = Table::read(&format!("{RINGS}{exceptions}")).unwrap();
    sources::faults(&table, &Source::new(path.into(), text).into_iter().collect::<Vec<_>>())
}

#[test]
fn a_pure_crate_has_no_clock_outside_of_tests_and_comments() {
    let fault = ["crates/rules/src/lib.rs:2: `Instant` (pure): no clocks here"];
    assert_eq!(words("crates/rules/src/lib.rs", "\nlet now = Instant::now();", ""), fault);
    assert_eq!(words("crates/face/src/lib.rs", "let now = Instant::now();", ""), [""; 0]);
    let free =
        "// Instant\nlet instant = Instantly;\n#[cfg(test)]\nmod tests {\nlet now = Instant::now();\n}";
    assert_eq!(words("crates/rules/src/lib.rs", free, ""), [""; 0]);
    assert_eq!(words("crates/rules/src/lib/tests.rs", "Instant", ""), [""; 0]);
    assert_eq!(words("crates/rules/src/lib.rs", "#[cfg(test)]\nmod tests;\nx.await", "").len(), 1);
}

#[test]
fn only_doors_reach_the_other_side() {
    let open = "TcpStream::connect(address)";
    assert_eq!(words("crates/face/src/door.rs", open, ""), [""; 0]);
    assert_eq!(words("crates/face/src/door/tls.rs", open, ""), [""; 0]);
    assert_eq!(words("crates/testkit/src/load.rs", open, ""), [""; 0]);
    assert_eq!(words("crates/face/src/main.rs", "permit.spend(now)", "").len(), 1);
    let fault = |file| [format!("crates/face/src/{file}:1: `TcpStream::connect` (door): use a door")];
    assert_eq!(words("crates/face/src/trapdoor.rs", open, ""), fault("trapdoor.rs"));
    assert_eq!(words("crates/face/src/main.rs", open, ""), fault("main.rs"));
}

#[test]
fn exceptions_are_counted_and_only_shrink() {
    let grant = |times| {
        format!(
            "[[exception]]\nrule = \"door\"\nfile = \"crates/face/src/a.rs\"\ntimes = {times}\nwhy = \"loopback\""
        )
    };
    let twice = "serve::client();\nserve::client();";
    let path = "crates/face/src/a.rs";
    assert_eq!(words(path, twice, &grant(2)), [""; 0]);
    assert_eq!(words(path, twice, &grant(1)).len(), 2);
    let lower =
        "the table grants `crates/face/src/a.rs` 3 exceptions from `door` and it needs 2: lower the number";
    assert_eq!(words(path, twice, &grant(3)), [lower]);
}

#[test]
fn a_misspelled_key_of_the_table_is_an_error() {
    assert!(Table::read(&RINGS.replace("why =", "because =")).is_err());
}
