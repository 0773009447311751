//! The files of an estate's folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::faults::{Cause, EstateFault, Faults};

/// Largest file, in bytes.
const LARGEST: u64 = 4 << 20;
/// Most files.
const MOST: usize = 1000;
/// Deepest folder.
const DEEPEST: usize = 8;

/// Every `*.toml` in a folder and below, as its name within the folder and its text, sorted by name. Hidden files and folders are
/// left out, and links to folders are not followed.
pub(crate) fn read_folder(folder: &Path, faults: &Faults) -> Vec<(String, String)> {
    let mut paths = Vec::new();
    walk(folder, DEEPEST, &mut paths, faults);
    paths.sort();
    if paths.len() > MOST {
        faults.add(unreadable(folder, format!("it holds {} files, more than {MOST}", paths.len())));
        return Vec::new();
    }
    if !folder.join("estate.toml").is_file() {
        let fault = unreadable(&folder.join("estate.toml"), "there is no such file".to_owned());
        faults.add(
            fault.with_help("an estate is a folder with the file `estate.toml`; choose it with `-C DIR`"),
        );
    }
    paths.into_iter().filter_map(|path| read(folder, &path, faults)).collect()
}

fn walk(folder: &Path, depth: usize, paths: &mut Vec<PathBuf>, faults: &Faults) {
    let entries = match fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>) {
        Ok(entries) => entries,
        Err(error) => return faults.add(unreadable(folder, error.to_string())),
    };
    for entry in entries {
        let path = entry.path();
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        let is_folder = entry.file_type().is_ok_and(|t| t.is_dir());
        if hidden || paths.len() > MOST {
            continue;
        }
        if is_folder && depth > 0 {
            walk(&path, depth - 1, paths, faults);
        } else if is_folder {
            faults.add(unreadable(&path, format!("it lies more than {DEEPEST} folders deep")));
        } else if path.extension().is_some_and(|e| e == "toml") && !path.is_dir() {
            paths.push(path);
        }
    }
}

fn read(folder: &Path, path: &Path, faults: &Faults) -> Option<(String, String)> {
    let name = path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/");
    let text = match fs::metadata(path) {
        Ok(about) if !about.is_file() => Err("it is not a file".to_owned()),
        Ok(about) if about.len() > LARGEST => Err(format!("it is larger than {LARGEST} bytes")),
        Ok(_) => fs::read_to_string(path).map_err(|e| e.to_string()),
        Err(error) => Err(error.to_string()),
    };
    text.map_err(|why| faults.add(unreadable(path, why))).ok().map(|text| (name, text))
}

fn unreadable(path: &Path, why: String) -> EstateFault {
    let path = path.display().to_string();
    EstateFault::of_file(&path, Cause::Unreadable { path: path.clone(), why })
}
