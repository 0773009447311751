//! Replicas that run by signed bundles, and files that are watched.

use std::path::{Path, PathBuf};

use http::StatusCode;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

use crate::house::{DESK, House};
use crate::http::{ask, get};
use crate::run::{Seen, comity};
use crate::served::Served;

/// Where the estate states what each machine has for itself.
const OWN: &str = "[gateway]";

/// An operator's estate, split so that it can be bundled, and the folder of bundles.
struct Office {
    house: House,
    folder: TempDir,
}

impl Office {
    async fn open() -> Office {
        let (house, folder) = (House::build().await, tempfile::tempdir().unwrap());
        let text = std::fs::read_to_string(house.file("estate.toml")).unwrap();
        let (shared, own) = text.split_at(text.find(OWN).unwrap());
        house.write("estate.toml", shared);
        house.write("gateway.toml", own);
        Office { house, folder }
    }

    fn bundle(&self, counter: u64, out: &str) -> Seen {
        let (out, key) = (self.folder.path().join(out), self.folder.path().join("bundle.key"));
        let run =
            comity(["bundle", "--counter", &counter.to_string()]).args([&out]).args(["--key"]).args([&key]);
        run.on(self.house.path()).calling(self.folder.path(), "[office]").done()
    }

    /// A machine with what it has for itself.
    fn machine(&self) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::copy(self.house.file("gateway.toml"), folder.path().join("gateway.toml")).unwrap();
        folder
    }

    fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    fn vkey(&self) -> PathBuf {
        self.folder.path().join("bundle.vkey")
    }

    /// Sends the name `assistant` to the second endpoint.
    fn move_on(&self) {
        let systems = std::fs::read_to_string(self.house.file("systems.toml")).unwrap();
        self.house.write(
            "systems.toml",
            &systems.replace("assistant = [\"home\", \"second\", \"away\"]", "assistant = [\"second\"]"),
        );
    }
}

async fn asked(served: &Served) -> String {
    let reply = ask(served.address, DESK, "assistant").await;
    assert_eq!(reply.status, StatusCode::OK, "{reply:?}");
    reply.header("x-comity-endpoint").to_owned()
}

fn copy(from: &Path, to: &Path) {
    for name in ["bundle.json", "bundle.note"] {
        std::fs::copy(from.join(name), to.join(name)).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_runs_by_the_newest_signed_bundle_and_never_goes_back() {
    let office = Office::open().await;
    insta::assert_snapshot!("made", office.bundle(1, "out").exits(0));
    office.bundle(1, "first").exits(0);
    let machine = office.machine();
    let out = office.out();
    let mut served = Served::by_bundle(machine.path(), out.to_str().unwrap(), &office.vkey());
    assert_eq!(asked(&served).await, "home");
    office.move_on();
    office.bundle(2, "out").exits(0);
    served.wait_for("law and estate reloaded");
    assert_eq!(asked(&served).await, "second");
    // An old one is put back, with a good signature.
    copy(&office.folder.path().join("first"), &out);
    let refused = served.wait_for("law or estate does not load");
    assert!(refused["faults"].as_str().unwrap().contains("an old bundle is not taken back"), "{refused}");
    assert_eq!(asked(&served).await, "second", "the last good one stays");
    let ready = get(served.address, "/readyz", "").await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE, "{ready:?}");
    served.stop();
    let again = comity(["serve", "--listen", "127.0.0.1:0", "--bundle"]).args([&out]).args(["--bundle-key"]);
    let again = again.args([office.vkey()]).on(machine.path()).env("UPSTREAM_KEY", "x").done().exits(2);
    assert!(again.stderr.contains("an old bundle is not taken back"), "a restart forgets nothing: {again}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_that_nobody_signed_or_somebody_changed_is_not_taken() {
    let office = Office::open().await;
    office.bundle(1, "out").exits(0);
    let machine = office.machine();
    let start = |vkey: &Path, more: &[&str]| {
        let run = comity(["serve", "--listen", "127.0.0.1:0", "--bundle"]).args([office.out()]);
        run.args(["--bundle-key"])
            .args([vkey])
            .args(more)
            .on(machine.path())
            .env("UPSTREAM_KEY", "x")
            .done()
            .exits(2)
    };
    let pinned = start(&office.vkey(), &["--bundle-pin", "00"]);
    assert!(pinned.stderr.contains("pinned to 00"), "{pinned}");
    let other =
        comity(["bundle", "--counter", "1"]).args([office.folder.path().join("other")]).args(["--key"]);
    other.args([office.folder.path().join("other.key")]).on(office.house.path()).done().exits(0);
    let stranger = start(&office.folder.path().join("other.vkey"), &[]);
    assert!(stranger.stderr.contains("no key that you trust has signed"), "{stranger}");
    let contents = std::fs::read_to_string(office.out().join("bundle.json")).unwrap();
    std::fs::write(office.out().join("bundle.json"), contents.replace("\"DE\\\"", "\"FR\\\"")).unwrap();
    let changed = start(&office.vkey(), &[]);
    assert!(changed.stderr.contains("has another digest"), "{changed}");
    office.bundle(1, "out").exits(0);
    std::fs::copy(office.house.file("systems.toml"), machine.path().join("systems.toml")).unwrap();
    let meddled = start(&office.vkey(), &[]);
    assert!(meddled.stderr.contains("has only `[gateway]` and `[[ledger]]` for itself"), "{meddled}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_differs_between_replicas_is_not_signed_with_the_rest() {
    let house = House::build().await;
    let office = Office { house, folder: tempfile::tempdir().unwrap() };
    insta::assert_snapshot!("mixed", office.bundle(1, "out").exits(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_is_fetched_from_an_address() {
    let office = Office::open().await;
    office.bundle(1, "out").exits(0);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/comity", listener.local_addr().unwrap());
    tokio::spawn(files(listener, office.out()));
    let machine = office.machine();
    let mut served = Served::by_bundle(machine.path(), &url, &office.vkey());
    assert_eq!(asked(&served).await, "home");
    office.move_on();
    office.bundle(2, "out").exits(0);
    served.wait_for("law and estate reloaded");
    assert_eq!(asked(&served).await, "second");
    served.stop();
}

/// Serves the files of a folder, one to each connection.
async fn files(listener: TcpListener, folder: PathBuf) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        let asked = lines.next_line().await.unwrap().unwrap_or_default();
        let name =
            asked.split(['/', ' ']).find(|word| word.starts_with("bundle.")).unwrap_or_default().to_owned();
        let body = std::fs::read(folder.join(name)).unwrap_or_default();
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
        // A client that has left needs no answer.
        drop(write.write_all(&[head.into_bytes(), body].concat()).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn watched_files_are_loaded_again_without_a_signal() {
    let office = Office::open().await;
    let mut served = Served::watching(&office.house);
    assert_eq!(asked(&served).await, "home");
    office.move_on();
    served.wait_for("law and estate reloaded");
    assert_eq!(asked(&served).await, "second");
    office.house.write("systems.toml", "nonsense");
    served.wait_for("law or estate does not load");
    assert_eq!(asked(&served).await, "second", "the last good ones stay");
    served.stop();
}
