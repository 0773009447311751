//! `comity verify`: receipts and ledgers, offline, trusting only public keys.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::house::{DESK, House};
use crate::http::{ask, get};
use crate::run::{Run, Seen, comity};
use crate::served::Served;

/// A ledger with one answer and one refusal on record, and the receipt of the answer with what crossed.
struct Evidence {
    house: House,
    receipt: PathBuf,
    salt: String,
    body: PathBuf,
}

impl Evidence {
    async fn gathered() -> Evidence {
        let house = House::build().await;
        let served = Served::start(&house);
        let reply = ask(served.address, DESK, "assistant").await;
        ask(served.address, DESK, "overseas").await;
        let receipt = get(served.address, &format!("/v1/comity/receipts/{}", reply.index()), DESK).await;
        let receipt = write(&house, "receipt.json", &receipt.body);
        served.stop();
        let body = write(&house, "body.json", &house.home.requests()[0].body);
        let salt = reply.header("x-comity-salt").to_owned();
        Evidence { house, receipt, salt, body }
    }

    fn verify<S: AsRef<std::ffi::OsStr>>(&self, args: &[S]) -> Run {
        let args = args.iter().map(|arg| arg.as_ref().to_owned());
        comity(["verify".into(), "--vkey".into(), self.house.vkey().into_os_string()].into_iter().chain(args))
            .calling(self.house.path(), "[house]")
            .calling(format!("log of {} entries", self.size()), "log of [some] entries")
    }

    fn receipt(&self) -> Value {
        serde_json::from_slice(&std::fs::read(&self.receipt).unwrap()).unwrap()
    }

    /// How many entries the receipt's checkpoint covers: one more if the answer's end was quicker on record than asked for.
    fn size(&self) -> u64 {
        let receipt = self.receipt();
        let mut lines =
            receipt["proof"].as_str().unwrap().lines().skip_while(|line| *line != "house.example/log");
        lines.nth(1).unwrap().parse().unwrap()
    }

    /// The receipt, changed.
    fn with(&self, change: impl FnOnce(&mut Value)) -> PathBuf {
        let mut receipt = self.receipt();
        change(&mut receipt);
        write(&self.house, "changed.json", receipt.to_string().as_bytes())
    }
}

fn write(house: &House, name: &str, bytes: &[u8]) -> PathBuf {
    let path = house.file(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// The public key of a log that this one is not.
async fn strangers_key() -> String {
    let stranger = House::build().await;
    comity(["stop", "home"]).on(stranger.path()).done().exits(0);
    std::fs::read_to_string(stranger.vkey()).unwrap().trim().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_holds_by_the_key_in_a_file_by_the_key_itself_and_by_the_estates() {
    let evidence = Evidence::gathered().await;
    insta::assert_snapshot!(evidence.verify(&[&evidence.receipt]).done());
    let key = std::fs::read_to_string(evidence.house.vkey()).unwrap();
    let receipt = evidence.receipt.display().to_string();
    comity(["verify", "--vkey", key.trim(), &receipt]).done().exits(0);
    comity(["verify", &receipt]).on(evidence.house.path()).done().exits(0);
    let said = evidence.verify(&[&evidence.receipt]).json().done().exits(0).value();
    assert_eq!(said["holds"], true);
    let (proved, given) = (&said["checks"][0]["says"], evidence.receipt());
    assert_eq!(proved["index"], given["index"]);
    assert_eq!(proved["entry"], serde_json::from_str::<Value>(given["entry"].as_str().unwrap()).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_that_was_changed_does_not_hold() {
    let evidence = Evidence::gathered().await;
    let entry = |receipt: &Value| receipt["entry"].as_str().unwrap().to_owned();
    assert!(entry(&evidence.receipt()).contains("\"home\""));
    let tampered = evidence.with(|r| r["entry"] = entry(r).replace("\"home\"", "\"away\"").into());
    insta::assert_snapshot!(evidence.verify(&[tampered]).done());
    let moved = evidence.with(|r| {
        let index = r["index"].as_u64().unwrap();
        let proof = r["proof"].as_str().unwrap();
        let other = proof.replace(&format!("index {index}"), &format!("index {}", index - 1));
        assert_ne!(proof, other, "{proof}");
        r["proof"] = other.into();
    });
    evidence.verify(&[moved]).done().exits(1);
    let no_receipt = write(&evidence.house, "no-receipt.json", b"{}");
    evidence.verify(&[no_receipt]).done().exits(1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_receipt_among_good_ones_is_named() {
    let evidence = Evidence::gathered().await;
    let tampered =
        evidence.with(|r| r["entry"] = r["entry"].as_str().unwrap().replace("\"home\"", "\"away\"").into());
    let seen = evidence.verify(&[&evidence.receipt, &tampered, &evidence.receipt]).json().done().exits(1);
    let holds: Vec<bool> =
        seen.value()["checks"].as_array().unwrap().iter().map(|c| c["holds"] == true).collect();
    assert_eq!((holds, seen.value()["holds"] == true), (vec![true, false, true], false), "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_logs_own_key_will_do() {
    let evidence = Evidence::gathered().await;
    let (receipt, ledger) =
        (evidence.receipt.display().to_string(), evidence.house.ledger().display().to_string());
    let strangers = strangers_key().await;
    let by = |key: &str, what: &[&str]| {
        let run = comity(["verify", "--vkey", key].iter().chain(what));
        run.calling(evidence.house.path(), "[house]").calling(key, "[key]").done()
    };
    insta::assert_snapshot!(
        by(&strangers, &[&receipt]).to_string() + &by(&strangers, &["--ledger", &ledger]).to_string()
    );
    by(&strangers, &["--vkey", &evidence.house.vkey().display().to_string(), &receipt]).exits(0);
    insta::assert_snapshot!(by("neither-key-nor-file", &[&receipt]));
    // The key inside a receipt is what its giver says, and not believed.
    let forged = evidence.with(|r| r["vkey"] = strangers.clone().into());
    by(&strangers, &[&forged.display().to_string()]).exits(1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bytes_that_crossed_are_held_against_the_record() {
    let evidence = Evidence::gathered().await;
    let holds = |body: &Path, salt: &str| {
        let (receipt, body) = (evidence.receipt.as_os_str(), body.as_os_str());
        evidence.verify(&[receipt, "--body".as_ref(), body, "--salt".as_ref(), salt.as_ref()]).done()
    };
    let same = holds(&evidence.body, &evidence.salt);
    let mut bytes = std::fs::read(&evidence.body).unwrap();
    bytes.push(b' ');
    let other = holds(&write(&evidence.house, "other.json", &bytes), &evidence.salt);
    let other_salt = holds(&evidence.body, &"0".repeat(32));
    let no_salt = holds(&evidence.body, "pepper");
    let all: Vec<String> = [same, other, other_salt, no_salt].iter().map(Seen::to_string).collect();
    insta::assert_snapshot!(all.concat());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_checked_is_not_passed_over() {
    let evidence = Evidence::gathered().await;
    let (receipt, body) = (evidence.receipt.display().to_string(), evidence.body.display().to_string());
    let ledger = evidence.house.ledger().display().to_string();
    let refused = |args: &[&str]| evidence.verify(args).done().exits(2).stderr;
    let nothing = refused(&[]);
    let two = refused(&[&receipt, &receipt, "--body", &body, "--salt", &evidence.salt]);
    let none = refused(&["--ledger", &ledger, "--body", &body, "--salt", &evidence.salt]);
    let absent = refused(&["absent.json"]);
    refused(&[&receipt, "--body", &body]);
    refused(&[&receipt, "--salt", &evidence.salt]);
    insta::assert_snapshot!([nothing, two, none, absent].concat());
    let elsewhere = tempfile::tempdir().unwrap();
    comity(["verify", &receipt]).on(elsewhere.path()).done().exits(2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_with_a_flipped_bit_does_not_hold() {
    let evidence = Evidence::gathered().await;
    let ledger = evidence.house.ledger();
    let whole = || evidence.verify(&["--ledger".as_ref(), ledger.as_os_str()]).done();
    insta::assert_snapshot!(whole());
    let before = whole();
    let published = published(&ledger);
    assert!(published.len() >= 3, "a checkpoint, a tile, a bundle: {published:?}");
    for file in published {
        let good = std::fs::read(&file).unwrap();
        for at in [0, good.len() / 2, good.len() - 2] {
            let mut bad = good.clone();
            bad[at] ^= 1;
            std::fs::write(&file, bad).unwrap();
            let seen = whole();
            assert_eq!(seen.code, Some(1), "byte {at} of {}: {seen}", file.display());
        }
        std::fs::write(&file, good).unwrap();
    }
    assert_eq!(whole().to_string(), before.to_string());
}

/// The published files that stand for the ledger as it is now.
fn published(ledger: &Path) -> Vec<PathBuf> {
    let checkpoint = std::fs::read_to_string(ledger.join("checkpoint")).unwrap();
    let size = checkpoint.lines().nth(1).unwrap();
    let mut files = vec![ledger.join("checkpoint")];
    for level in ["tile/0", "tile/entries"] {
        files.push(ledger.join(level).join(format!("000.p/{size}")));
    }
    files
}
