use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use testkit::FakeUpstream;

use super::{Client, ClientOptions, PlainRefused, client, is_this_machine};

fn get(url: &str) -> Request<Full<Bytes>> {
    Request::get(url).body(Full::default()).unwrap()
}

fn plain_client() -> Client {
    client(&ClientOptions::default()).unwrap()
}

#[tokio::test]
async fn reaches_this_machine_in_plain_text() {
    let upstream = FakeUpstream::start().await.unwrap();
    let answer = plain_client().request(get(&format!("{}/nowhere", upstream.url()))).await.unwrap();
    assert_eq!(answer.status(), 404);
    assert!(!answer.into_body().collect().await.unwrap().to_bytes().is_empty());
}

#[tokio::test]
async fn plain_text_to_another_machine_is_refused_before_it_is_looked_up() {
    let error = plain_client().request(get("http://upstream.invalid/v1")).await.unwrap_err();
    assert!(error.is_connect());
    let mut cause: &dyn std::error::Error = &error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    let refused = PlainRefused { host: "upstream.invalid".to_owned() };
    assert_eq!(cause.downcast_ref::<PlainRefused>(), Some(&refused));
}

#[tokio::test]
async fn a_dead_server_is_a_failure_to_connect() {
    let upstream = FakeUpstream::start().await.unwrap();
    upstream.die().await;
    assert!(plain_client().request(get(&upstream.url())).await.unwrap_err().is_connect());
}

#[test]
fn only_loopback_is_this_machine() {
    for host in ["localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "[::1]"] {
        assert!(is_this_machine(host), "{host}");
    }
    for host in ["", "localhost.evil.example", "10.0.0.1", "[::]", "0.0.0.0", "127.0.0.1.example", "1"] {
        assert!(!is_this_machine(host), "{host}");
    }
}

#[test]
fn a_file_of_roots_must_exist_and_hold_some() {
    let with = |path: &std::path::Path| {
        let options = ClientOptions { ca_file: Some(path.to_owned()), ..ClientOptions::default() };
        client(&options).map(|_| ()).unwrap_err().to_string()
    };
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("roots.pem");
    assert!(with(&missing).starts_with(&format!("cannot read `{}`", missing.display())));
    std::fs::write(&missing, "not a certificate").unwrap();
    assert_eq!(with(&missing), format!("`{}` holds no certificate", missing.display()));
}
