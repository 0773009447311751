//! What a ledger needs of a file system: a folder of files, and to know what is durable.
//!
//! Not a general file abstraction: paths are relative, with `/`, and only what the ledger does is possible.

mod disk;
mod growing;

use std::io;

pub use disk::Disk;

/// A folder that one ledger lives in.
pub trait Storage: Send + Sync {
    /// Takes the folder for one writer until the value is dropped.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] if another writer has it; else the system's error.
    fn lock(&self) -> io::Result<Box<dyn Send>>;

    /// Names of the files in a folder, in no order; none if there is no such folder.
    ///
    /// # Errors
    /// The system's.
    fn list(&self, folder: &str) -> io::Result<Vec<String>>;

    /// A whole file.
    ///
    /// # Errors
    /// The system's; [`io::ErrorKind::NotFound`] if there is none.
    fn read(&self, path: &str) -> io::Result<Vec<u8>>;

    /// Opens an existing file to add to it, cut to its first `length` bytes.
    ///
    /// # Errors
    /// The system's.
    fn append(&self, path: &str, length: u64) -> io::Result<Box<dyn Append>>;

    /// Writes a whole file in one step: a reader sees the old one or the new one. With [`Durable::Yes`] it is durable on
    /// return, content and name.
    ///
    /// # Errors
    /// The system's.
    fn write(&self, path: &str, bytes: &[u8], durable: Durable) -> io::Result<()>;

    /// Makes files that were written before durable, content and names. Many at once cost far less than one by one.
    ///
    /// # Errors
    /// The system's; what is durable is then unknown.
    fn sync(&self, paths: &[String]) -> io::Result<()>;

    /// Removes a folder and its files; nothing if there is none.
    ///
    /// # Errors
    /// The system's.
    fn remove_folder(&self, folder: &str) -> io::Result<()>;
}

/// A file that grows. Behind its end it may hold zeros, and after a crash keep them.
pub trait Append: Send {
    /// Adds bytes at its end. They may be lost until [`Append::sync`] returns.
    ///
    /// # Errors
    /// The system's; how much was added is then unknown.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Makes everything written durable.
    ///
    /// # Errors
    /// The system's; what is durable is then unknown.
    fn sync(&mut self) -> io::Result<()>;
}

/// Whether a written file must survive a loss of power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durable {
    /// It must.
    Yes,
    /// Not before [`Storage::sync`].
    Later,
}
