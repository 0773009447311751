//! A folder that is carried to where there is no network.

use crate::run::{Seen, comity};

fn verify(folder: &std::path::Path, vkey: &std::path::Path) -> Seen {
    comity(["verify", "--sealed"])
        .args([folder])
        .args(["--vkey"])
        .args([vkey])
        .calling(folder, "[folder]")
        .done()
}

#[test]
fn a_sealed_folder_tells_what_was_changed_added_or_taken_away() {
    let home = tempfile::tempdir().unwrap();
    let (folder, key) = (home.path().join("carried"), home.path().join("seal.key"));
    std::fs::create_dir_all(folder.join("docs")).unwrap();
    std::fs::write(folder.join("comity"), "program").unwrap();
    std::fs::write(folder.join("docs/read.me"), "words").unwrap();
    let seal = comity(["seal"]).args([&folder]).args(["--key"]).args([&key]).calling(home.path(), "[home]");
    insta::assert_snapshot!("sealed", seal.done().exits(0));
    let vkey = home.path().join("seal.vkey");
    insta::assert_snapshot!("holds", verify(&folder, &vkey).exits(0));
    let sums = std::process::Command::new("sha256sum")
        .args(["--check", "--quiet", "SHA256SUMS"])
        .current_dir(&folder)
        .status();
    assert!(sums.unwrap().success(), "the tool that everybody has reads the list");
    let refused = |what: &str| {
        let seen = verify(&folder, &vkey).exits(1);
        assert!(seen.stdout.contains(what), "{what}: {seen}");
    };
    std::fs::write(folder.join("docs/read.me"), "other words").unwrap();
    refused("`docs/read.me` was changed");
    std::fs::write(folder.join("docs/read.me"), "words").unwrap();
    std::fs::write(folder.join("docs/more"), "").unwrap();
    refused("`docs/more` was not there");
    std::fs::remove_file(folder.join("docs/more")).unwrap();
    std::fs::remove_file(folder.join("comity")).unwrap();
    refused("`comity` is missing");
    std::fs::write(folder.join("comity"), "program").unwrap();
    verify(&folder, &vkey).exits(0);
    std::os::unix::fs::symlink("/etc/hostname", folder.join("link")).unwrap();
    refused("is no plain file");
    std::fs::remove_file(folder.join("link")).unwrap();
    let other = comity(["seal"])
        .args([home.path().join("carried/docs")])
        .args(["--key"])
        .args([home.path().join("other.key")]);
    other.done().exits(0);
    let stranger = verify(&folder.join("docs"), &vkey).exits(1);
    assert!(stranger.stdout.contains("no key that you trust"), "{stranger}");
}
