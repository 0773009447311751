//! `comity export`: what the estate says, in the form that another program takes. That other programs take the rules
//! is checked by `cargo xtask check deploy`, with the filters' own tools and schemas.

use std::path::{Path, PathBuf};

use crate::run::{Run, comity, retail};

fn deploy() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/check").canonicalize().unwrap()
}

/// The estate with every kind of address.
fn egress(args: &[&str]) -> Run {
    comity(["export", "egress"]).args(args).on(deploy().join("estate")).within(deploy())
}

#[test]
fn what_may_be_reached_is_shown() {
    insta::assert_snapshot!(egress(&[]).done().exits(0));
}

#[test]
fn what_may_be_reached_is_data_for_programs() {
    let said = egress(&[]).json().done().exits(0).value();
    let hosts = |key: &str| -> Vec<String> {
        said[key].as_array().unwrap().iter().map(|to| format!("{}:{}", to["host"], to["port"])).collect()
    };
    assert_eq!(
        hosts("egress"),
        [
            "\"10.20.30.40\":8443",
            "\"2001:db8::7\":8443",
            "\"api.paris.example\":443",
            "\"db.office.example\":5432",
            "\"vllm.models.svc.cluster.local\":8000"
        ]
    );
    assert_eq!(hosts("this_machine"), ["\"localhost\":11434"]);
    assert_eq!(said["egress"][2]["for"], serde_json::json!(["paris", "paris-spare"]));
    assert_eq!((&said["dns"], &said["embedded"][0]), (&true.into(), &"inside".into()));
}

#[test]
fn a_policy_of_cilium_has_the_names() {
    insta::assert_snapshot!(egress(&["--for", "cilium"]).done().exits(0));
}

#[test]
fn a_network_policy_has_the_addresses_that_are_given() {
    insta::assert_snapshot!(
        egress(&["--for", "kubernetes", "--resolved", "addresses.txt", "--pods", "app=gateway"])
            .done()
            .exits(0)
    );
}

#[test]
fn a_table_of_nftables_lets_the_user_reach_the_endpoints_only() {
    insta::assert_snapshot!(egress(&["--for", "nftables", "--resolved", "addresses.txt"]).done().exits(0));
}

#[test]
fn dns_servers_that_are_named_are_the_only_ones() {
    let with = |filter| {
        let named =
            ["--for", filter, "--resolved", "addresses.txt", "--dns", "10.0.0.53", "--dns", "2001:db8::53"];
        egress(&named).done().exits(0).raw().to_owned()
    };
    let cluster = with("kubernetes");
    assert!(cluster.contains("\"10.0.0.53/32\"") && cluster.contains("\"2001:db8::53/128\""), "{cluster}");
    assert!(!cluster.contains("kube-dns"), "{cluster}");
    assert!(!with("cilium").contains("kube-dns"));
    let host = with("nftables");
    assert!(
        host.contains("  10.0.0.53,") && host.contains("  2001:db8::53,") && !host.contains("127.0.0.0/8"),
        "{host}"
    );
}

#[test]
fn a_listener_that_others_cannot_reach_lets_nobody_in() {
    let policy = |listen| egress(&["--for", "cilium", "--listen", listen]).done().exits(0).raw().to_owned();
    assert!(policy("[::]:7000").contains("port: \"7000\""));
    let alone = policy("127.0.0.1:7000");
    assert!(alone.contains("  ingress: [{}]\n") && !alone.contains("7000"), "{alone}");
}

#[test]
fn a_filter_that_knows_no_names_is_not_given_more_instead() {
    for filter in ["kubernetes", "nftables"] {
        insta::assert_snapshot!(egress(&["--for", filter]).done().exits(2));
    }
}

#[test]
fn an_estate_that_stays_in_the_process_reaches_nothing() {
    for filter in ["cilium", "kubernetes", "nftables"] {
        insta::assert_snapshot!(comity(["export", "egress", "--for", filter]).on(retail()).done().exits(0));
    }
}

#[test]
fn the_same_estate_gives_the_same_rules() {
    let rules =
        || egress(&["--for", "nftables", "--resolved", "addresses.txt"]).done().exits(0).raw().to_owned();
    assert_eq!(rules(), rules());
}

#[test]
fn what_could_change_the_meaning_of_rules_is_no_argument() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bad.txt"), "api.paris.example 0.0.0.0/0\napi.paris.example\n")
        .unwrap();
    let bad = folder.path().join("bad.txt");
    let bad = egress(&["--for", "nftables", "--resolved", bad.to_str().unwrap()])
        .calling(folder.path(), "[folder]");
    insta::assert_snapshot!(bad.done().exits(2));
    insta::assert_snapshot!(egress(&["--for", "nftables", "--user", "x\" accept"]).done().exits(2));
    insta::assert_snapshot!(egress(&["--for", "cilium", "--pods", "app: x"]).done().exits(2));
    insta::assert_snapshot!(egress(&["--for", "cilium"]).json().done().exits(2));
}
