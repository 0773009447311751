//! Checkpoints: a log's signed statement of its size and root (`c2sp.org/tlog-checkpoint`).

use thiserror::Error;
use tlog_tiles::Hash;

use crate::note::{self, NoteError, Signer, Verifier};

/// What a checkpoint says.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    /// The log's name, a URL without scheme.
    pub origin: String,
    /// Entries in the tree.
    pub size: u64,
    /// Root hash of the tree at that size.
    pub root: Hash,
}

impl Checkpoint {
    /// The signed text. The key must bear the log's name.
    ///
    /// # Errors
    /// [`CheckpointError`] if the key has another name than the origin, or the origin does not fit on a line.
    pub fn sign(&self, signer: &Signer) -> Result<String, CheckpointError> {
        if signer.name() != self.origin {
            return Err(CheckpointError::Origin {
                origin: self.origin.clone(),
                signed_by: signer.name().to_owned(),
            });
        }
        let body = tlog_tiles::Checkpoint::new(&self.origin, self.size, self.root, "")
            .map_err(|_| CheckpointError::Malformed)?;
        let text = String::from_utf8(body.to_bytes()).map_err(|_| CheckpointError::Malformed)?;
        Ok(signer.sign(&text)?)
    }

    /// Checks the signatures of a checkpoint and reads it. One of `keys` must be the log's own; further signatures,
    /// and extension lines, are allowed and ignored.
    ///
    /// # Errors
    /// [`CheckpointError`] if a known signature fails, the log's own is missing, or the body is malformed.
    pub fn open(text: &str, keys: &[Verifier]) -> Result<Self, CheckpointError> {
        let opened = note::open(text, keys)?;
        let body = tlog_tiles::Checkpoint::from_bytes(opened.text.as_bytes())
            .map_err(|_| CheckpointError::Malformed)?;
        if !opened.signed_by.iter().any(|name| name == body.origin()) {
            return Err(CheckpointError::Origin {
                origin: body.origin().to_owned(),
                signed_by: opened.signed_by.join(", "),
            });
        }
        Ok(Self { origin: body.origin().to_owned(), size: body.size(), root: *body.hash() })
    }
}

/// Why a checkpoint is refused.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum CheckpointError {
    /// The signatures do not hold.
    #[error("checkpoint: {0}")]
    Note(#[from] NoteError),
    /// The signed text is not a checkpoint.
    #[error("the signed text is not a checkpoint (origin, size, root hash)")]
    Malformed,
    /// Signed, but not by the log that it speaks for.
    #[error("the checkpoint speaks for `{origin}` but is signed by `{signed_by}`")]
    Origin {
        /// The log it speaks for.
        origin: String,
        /// Who signed it.
        signed_by: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::leaf_hash;

    fn signer(name: &str) -> Signer {
        Signer::from_seed(name, &[3; 32]).unwrap()
    }

    fn checkpoint() -> Checkpoint {
        Checkpoint { origin: "example.com/log".into(), size: 109_482, root: leaf_hash(b"root") }
    }

    #[test]
    fn what_is_signed_opens() {
        let signer = signer("example.com/log");
        let text = checkpoint().sign(&signer).unwrap();
        assert!(text.starts_with("example.com/log\n109482\n"));
        assert_eq!(Checkpoint::open(&text, &[signer.verifier()]), Ok(checkpoint()));
    }

    #[test]
    fn another_logs_key_does_not_speak_for_this_one() {
        let other = signer("example.com/other");
        let error = checkpoint().sign(&other).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the checkpoint speaks for `example.com/log` but is signed by `example.com/other`"
        );
        let body = format!("example.com/log\n1\n{}\n", leaf_hash(b""));
        let forged = other.sign(&body).unwrap();
        let refused = Checkpoint::open(&forged, &[other.verifier()]);
        assert!(matches!(refused, Err(CheckpointError::Origin { .. })));
    }

    #[test]
    fn a_signed_text_that_is_no_checkpoint_is_refused() {
        let signer = signer("example.com/log");
        for body in ["example.com/log\n", "example.com/log\n01\nAAAA\n", "example.com/log\n1\nAAAA\n"] {
            let text = signer.sign(body).unwrap();
            assert_eq!(Checkpoint::open(&text, &[signer.verifier()]), Err(CheckpointError::Malformed));
        }
        let origin = Checkpoint { origin: String::new(), ..checkpoint() };
        assert!(origin.sign(&signer).is_err());
    }
}
