use super::{assert_each, assert_none, found};
use crate::Evidence::{Context, Shape};
use crate::Kind::{ApiKey, PrivateKey};

/// Parts that are joined here, so that no scanner of sources takes them for keys.
fn joined(parts: &[&str]) -> String {
    parts.concat()
}

#[test]
fn keys_of_known_vendors_are_found() {
    let tail = "aB3dE5fG7hJ9kL2mN4pQ6rS8tU1vW3xY5zA7bC9d";
    for prefix in [
        "sk-",
        "sk-ant-api03-",
        "sk-proj-",
        "ghp_",
        "github_pat_",
        "AIza",
        "xoxb-",
        "sk_live_",
        "glpat-",
        "hf_",
        "SG.",
    ] {
        let key = joined(&[prefix, tail]);
        let text = format!("use {key}, please");
        assert_eq!(found(&text), [(key.as_str(), ApiKey, Shape)]);
    }
    // The example of AWS's documentation.
    let key = joined(&["AKIA", "IOSFODNN7", "EXAMPLE1"]);
    assert_eq!(found(&key), [(key.as_str(), ApiKey, Shape)]);
}

#[test]
fn a_web_token_is_found() {
    let token = joined(&[
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
        ".",
        "eyJzdWIiOiIxMjM0NTY3ODkwIn0",
        ".",
        "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    ]);
    let text = format!("Authorization: Bearer {token}\nHost: x");
    assert_eq!(found(&text), [(token.as_str(), ApiKey, Shape)]);
}

#[test]
fn a_named_secret_is_found_by_its_name() {
    assert_each(&[
        (
            "api_key = \"9f8e7d6c5b4a39281706f5e4d3c2b1a0\"",
            "9f8e7d6c5b4a39281706f5e4d3c2b1a0",
            ApiKey,
            Context,
        ),
        ("Authorization: Bearer q8Zr3Xw7Lm2Np9Tk4Vb6", "q8Zr3Xw7Lm2Np9Tk4Vb6", ApiKey, Context),
        ("password: hunter2pass", "hunter2pass", ApiKey, Context),
        ("{\"client_secret\":\"q8Zr3Xw7Lm2Np9Tk4Vb6\"}", "q8Zr3Xw7Lm2Np9Tk4Vb6", ApiKey, Context),
    ]);
    assert_none(&[
        "commit 9f8e7d6c5b4a39281706f5e4d3c2b1a0",
        "sha256:9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c2b1a0",
        "sk-learn 1.2",
        "token 12",
        "max_tokens: 4096",
        "password: 8 characters",
        "task-1234567890-abcdefghij",
        "disk-0123456789abcdef0123",
        "/usr/lib/python3.11/site-packages/pip",
    ]);
}

#[test]
fn private_keys_are_found_whole_or_cut_off() {
    let (begin, end) =
        (joined(&["-----BEGIN ", "RSA PRIVATE KEY-----"]), joined(&["-----END ", "RSA PRIVATE KEY-----"]));
    let key = format!("{begin}\nMIIEpAIBAAKCAQEA7jane@x.comq83v\nAAAA==\n{end}");
    let text = format!("Here:\n{key}\nDone.");
    assert_eq!(found(&text), [(key.as_str(), PrivateKey, Shape)]);
    let cut = format!("{begin}\nMIIEpAIBAAKCAQEA7q83v");
    assert_eq!(found(&cut), [(cut.as_str(), PrivateKey, Shape)]);
    assert_none(&[
        "-----BEGIN CERTIFICATE-----\nMIIEpAIBAAKCAQEA7q83v\n-----END CERTIFICATE-----",
        "-----BEGIN ",
    ]);
}
