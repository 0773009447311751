//! The file with the pseudonyms of a run and their originals. It is as secret as the texts.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use mask::MaskMap;

pub(super) struct MapFile {
    path: PathBuf,
    file: File,
}

impl MapFile {
    /// Makes the file, for its owner's eyes only. A file that is there may be the only way to undo another mask.
    pub(super) fn create(path: &Path) -> anyhow::Result<MapFile> {
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
            Ok(file) => Ok(MapFile { path: path.to_owned(), file }),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(anyhow!(
                "`{}` is there already, and a map is never overwritten; name another file with `--map FILE`",
                path.display()
            )),
            Err(error) => Err(error).with_context(|| format!("the map `{}` cannot be made", path.display())),
        }
    }

    /// Writes the map, and has it on storage when it returns.
    pub(super) fn write(self, map: &MaskMap) -> anyhow::Result<()> {
        let written = || -> anyhow::Result<()> {
            let mut file = BufWriter::new(&self.file);
            serde_json::to_writer(&mut file, map)?;
            file.write_all(b"\n")?;
            file.flush()?;
            Ok(self.file.sync_all()?)
        };
        written().with_context(|| {
            format!("the map `{}` cannot be written; what was masked cannot be undone", self.path.display())
        })
    }
}

/// Reads a map back.
pub(super) fn read(path: &Path) -> anyhow::Result<MaskMap> {
    let bytes =
        std::fs::read(path).with_context(|| format!("the map `{}` cannot be read", path.display()))?;
    serde_json::from_slice(&bytes).with_context(|| {
        format!(
            "`{}` is no map of pseudonyms; name the file that `comity mask --map FILE` wrote",
            path.display()
        )
    })
}
