//! Which files of a folder make an estate.

use std::fs;
use std::path::Path;

use super::{BASE, ENDPOINT, SYSTEM};
use estate::Estate;

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn reasons(folder: &Path) -> Vec<String> {
    let faults = Estate::load(folder).unwrap_err().faults;
    faults.iter().map(|f| format!("{} {}", f.cause.reason(), f.cause)).collect()
}

#[test]
fn files_beside_and_below_are_read_and_hidden_ones_are_not() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "estate.toml", BASE);
    write(folder.path(), "a/b/endpoint.toml", ENDPOINT);
    write(folder.path(), "system.toml", SYSTEM);
    write(folder.path(), "notes.txt", "not toml");
    write(folder.path(), ".hidden/x.toml", "not toml");
    write(folder.path(), ".x.toml", "not toml");
    let estate = Estate::load(folder.path()).unwrap();
    let same = Estate::from_files(vec![("x".to_owned(), [BASE, ENDPOINT, SYSTEM].concat())]).unwrap();
    assert_eq!(estate.hash(), same.hash());
}

#[cfg(unix)]
#[test]
fn a_linked_file_is_read_and_a_linked_folder_is_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "..data/estate.toml", BASE);
    std::os::unix::fs::symlink("..data/estate.toml", folder.path().join("estate.toml")).unwrap();
    std::os::unix::fs::symlink(".", folder.path().join("again")).unwrap();
    Estate::load(folder.path()).unwrap();
}

#[test]
fn what_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let missing = reasons(&folder.path().join("nowhere"));
    assert!(missing.iter().any(|r| r.starts_with("unreadable cannot read")), "{missing:?}");
    fs::write(folder.path().join("estate.toml"), BASE).unwrap();
    fs::write(folder.path().join("latin.toml"), b"name = \"\xe4\"").unwrap();
    fs::write(folder.path().join("huge.toml"), vec![b'#'; (4 << 20) + 1]).unwrap();
    let found = reasons(folder.path());
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found.iter().any(|r| r.contains("huge.toml")) && found.iter().any(|r| r.contains("latin.toml")));
}

#[test]
fn a_folder_without_estate_toml_is_not_an_estate() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "other.toml", BASE);
    let found = reasons(folder.path());
    assert!(found.len() == 1 && found[0].contains("estate.toml"), "{found:?}");
}
