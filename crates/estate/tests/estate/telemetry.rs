//! The telemetry endpoint.

use estate::Estate;

const DOC: &str = include_str!("../../../../docs/telemetry.md");

const OTHERS: &str = "[organization]\nname = \"House\"\nseat = \"DE\"\n[[vendor]]\nid = \"observatory\"\n\
    name = \"Observatory\"\nhq = \"DE\"\norganised_in = \"DE\"\n";

fn load(text: &str) -> Estate {
    let files = vec![("estate.toml".to_owned(), format!("{OTHERS}{text}"))];
    Estate::from_files(files).unwrap_or_else(|faults| panic!("{faults:?}"))
}

#[test]
fn the_example_of_the_docs_is_read_as_it_says() {
    let example = DOC.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let estate = load(example);
    let to = estate.telemetry().unwrap();
    assert_eq!((to.url.host(), to.url.port()), ("otel.example.com", 4318));
    assert_eq!((to.traces, to.metrics, to.share, to.accept_traceparent), (true, true, 100_000, false));
    assert_eq!(to.places.to_string(), "DE");
    assert_eq!(to.form, Some(terms::Form::Pseudonymised));
    assert!(to.credential.is_some() && to.header.is_none());
    // What is stated decides under which estate something was ruled on.
    assert_ne!(estate.hash(), load(&example.replace("share = 0.1", "share = 0.2")).hash());
    assert!(load("").telemetry().is_none());
}
