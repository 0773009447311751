//! The real file system.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{Append, Durable, Storage};

/// A folder on disk.
#[derive(Clone, Debug)]
pub struct Disk {
    root: PathBuf,
}

impl Disk {
    /// Uses a folder, made if need be.
    ///
    /// # Errors
    /// The system's, if it cannot be made.
    pub fn new(root: impl Into<PathBuf>) -> io::Result<Self> {
        let root = root.into();
        fs::create_dir_all(&root)?;
        Ok(Self { root })
    }

    fn at(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }
}

impl Storage for Disk {
    fn lock(&self) -> io::Result<Box<dyn Send>> {
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(self.at("lock"))?;
        match file.try_lock() {
            Ok(()) => Ok(Box::new(file)),
            Err(TryLockError::WouldBlock) => Err(io::ErrorKind::WouldBlock.into()),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let found = match fs::read_dir(self.at(folder)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            found => found?,
        };
        found.map(|file| Ok(file?.file_name().to_string_lossy().into_owned())).collect()
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        fs::read(self.at(path))
    }

    fn append(&self, path: &str, length: u64) -> io::Result<Box<dyn Append>> {
        let file = OpenOptions::new().append(true).open(self.at(path))?;
        if file.metadata()?.len() != length {
            file.set_len(length)?;
        }
        Ok(Box::new(Growing(file)))
    }

    fn write(&self, path: &str, bytes: &[u8], durable: Durable) -> io::Result<()> {
        let path = self.at(path);
        let mut temporary = path.clone().into_os_string();
        temporary.push(".tmp");
        let mut file = create(Path::new(&temporary))?;
        file.write_all(bytes)?;
        if durable == Durable::Yes {
            file.sync_data()?;
        }
        fs::rename(temporary, path)
    }

    fn sync_folder(&self, folder: &str) -> io::Result<()> {
        File::open(self.at(folder))?.sync_all()
    }

    fn remove_folder(&self, folder: &str) -> io::Result<()> {
        match fs::remove_dir_all(self.at(folder)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

/// Creates a file, and its folders only if they are missing, which is seldom.
fn create(path: &Path) -> io::Result<File> {
    match File::create(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            File::create(path)
        }
        created => created,
    }
}

struct Growing(File);

impl Append for Growing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.0.sync_data()
    }
}
