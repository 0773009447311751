//! What of a bundle is taken, and what is not.

use tlog::Signer;

use super::*;

fn signer(seed: u8) -> Signer {
    Signer::from_seed("comity-bundle", &[seed; 32]).unwrap()
}

fn contents(counter: u64) -> Contents {
    let estate = BTreeMap::from([("estate.toml".to_owned(), "[organization]\n".to_owned())]);
    Contents { v: FORM, counter, estate, law: None, versions: Vec::new() }
}

#[test]
fn a_bundle_reads_back_and_no_other_is_taken_for_it() {
    let key = Verifier::parse(signer(1).vkey()).unwrap();
    let bytes = serde_json::to_vec(&contents(7)).unwrap();
    let head = Head::of(7, &bytes);
    let note = signer(1).sign(&head.text()).unwrap();
    assert_eq!(Head::read(&note, &key).unwrap(), head);
    assert_eq!(head.contents(&bytes).unwrap(), contents(7));
    let refused = |result: anyhow::Result<Head>| result.unwrap_err().to_string();
    assert!(
        refused(Head::read(&signer(2).sign(&head.text()).unwrap(), &key)).contains("no key that you trust")
    );
    assert!(refused(Head::read(&note.replace("\n7\n", "\n8\n"), &key)).contains("does not fit the text"));
    assert!(
        refused(Head::read(&signer(1).sign("example.com/log\n7\nabc\n").unwrap(), &key))
            .contains("something else")
    );
    let padded = format!("{TITLE}\n007\n{}\n", head.digest);
    assert!(refused(Head::read(&signer(1).sign(&padded).unwrap(), &key)).contains("not of the form"));
    let changed = head.contents(&serde_json::to_vec(&contents(8)).unwrap());
    assert!(changed.unwrap_err().to_string().contains("another digest"));
    let other = serde_json::to_vec(&contents(8)).unwrap();
    assert!(Head::of(7, &other).contents(&other).unwrap_err().to_string().contains("another counter"));
}

#[test]
fn the_counter_only_goes_up_and_stands_for_one_bundle() {
    let head = |counter, digest: &str| Head { counter, digest: digest.to_owned() };
    let before = head(7, "a");
    assert!(head(8, "b").follows(&before).is_ok());
    assert!(head(7, "a").follows(&before).is_ok(), "the same again");
    assert!(head(6, "a").follows(&before).unwrap_err().to_string().contains("not taken back"));
    assert!(head(7, "b").follows(&before).unwrap_err().to_string().contains("two bundles"));
}
