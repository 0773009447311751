//! Ed25519 keys and signed notes (`c2sp.org/signed-note`).

use data_encoding::BASE64;
use signed_note::{Note, StandardSigner, StandardVerifier, VerificationError, Verifier as _, Verifiers};
use thiserror::Error;

/// Algorithm byte of Ed25519 in key texts.
const ED25519: u8 = 1;

/// A private key and its name. Has no `Debug` and no `Display`.
#[derive(Clone)]
pub struct Signer {
    inner: StandardSigner,
    vkey: String,
    verifier: Verifier,
}

impl Signer {
    /// Reads the text form `PRIVATE+KEY+<name>+<id>+<key>`.
    ///
    /// # Errors
    /// [`KeyError`] if the text is malformed or its key id is not that of the key.
    pub fn parse(skey: &str) -> Result<Self, KeyError> {
        let inner = StandardSigner::new(skey).map_err(|_| KeyError::Private)?;
        // `PRIVATE`, `KEY`, name, id, key; only the key, in base64, may itself hold a plus sign.
        let mut parts = skey.splitn(5, '+').skip(2);
        let (name, key) = parts.next().zip(parts.nth(1)).ok_or(KeyError::Private)?;
        let key = BASE64.decode(key.as_bytes()).map_err(|_| KeyError::Private)?;
        let seed = key.split_first().and_then(|(_, seed)| <&[u8; 32]>::try_from(seed).ok());
        let key = ed25519_dalek::SigningKey::from_bytes(seed.ok_or(KeyError::Private)?);
        let vkey = signed_note::new_ed25519_verifier_key(name, &key.verifying_key());
        let verifier = Verifier::parse(&vkey)?;
        Ok(Self { inner, vkey, verifier })
    }

    /// The key that 32 random bytes stand for.
    ///
    /// # Errors
    /// [`KeyError::Name`] if the name is empty or holds white space or a plus sign.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, KeyError> {
        Self::parse(&Self::secret_text(name, seed)?.0)
    }

    /// The private text form of the key that 32 random bytes stand for, for a key file.
    ///
    /// # Errors
    /// [`KeyError::Name`] if the name is empty or holds white space or a plus sign.
    pub fn secret_text(name: &str, seed: &[u8; 32]) -> Result<SecretText, KeyError> {
        if !signed_note::is_key_name_valid(name) {
            return Err(KeyError::Name(name.to_owned()));
        }
        let key = ed25519_dalek::SigningKey::from_bytes(seed);
        let public = [&[ED25519], key.verifying_key().as_bytes().as_slice()].concat();
        let private = [&[ED25519], seed.as_slice()].concat();
        let id = signed_note::key_id(name, &public);
        Ok(SecretText(format!("PRIVATE+KEY+{name}+{id:08x}+{}", BASE64.encode(&private))))
    }

    /// The key's name; for a log, its origin.
    #[must_use]
    pub fn name(&self) -> &str {
        signed_note::Signer::name(&self.inner)
    }

    /// The public text form, `<name>+<id>+<key>`.
    #[must_use]
    pub fn vkey(&self) -> &str {
        &self.vkey
    }

    /// The public half.
    #[must_use]
    pub fn verifier(&self) -> Verifier {
        self.verifier.clone()
    }

    /// Signs a text that ends in a newline.
    ///
    /// # Errors
    /// [`NoteError::Malformed`] if the text is no note text.
    pub fn sign(&self, text: &str) -> Result<String, NoteError> {
        let mut note = Note::new(text.as_bytes(), &[]).map_err(|_| NoteError::Malformed)?;
        note.add_sigs(&[&self.inner]).map_err(|_| NoteError::Malformed)?;
        String::from_utf8(note.to_bytes()).map_err(|_| NoteError::Malformed)
    }
}

/// The text of a private key on its way to a key file. Has no `Debug` and no `Display`.
pub struct SecretText(String);

impl SecretText {
    /// The text. Write it to a file that only its owner can read; nowhere else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// A public key and its name.
#[derive(Clone)]
pub struct Verifier {
    inner: StandardVerifier,
}

impl Verifier {
    /// Reads the text form `<name>+<id>+<key>`.
    ///
    /// # Errors
    /// [`KeyError::Public`] if the text is malformed or its key id is not that of the key.
    pub fn parse(vkey: &str) -> Result<Self, KeyError> {
        let inner =
            StandardVerifier::new(vkey.trim()).map_err(|_| KeyError::Public(vkey.trim().to_owned()))?;
        Ok(Self { inner })
    }

    /// The key's name; for a log, its origin.
    #[must_use]
    pub fn name(&self) -> &str {
        signed_note::Verifier::name(&self.inner)
    }
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Verifier({}+{:08x})", self.name(), signed_note::Verifier::key_id(&self.inner))
    }
}

/// A note whose signatures were checked: its text, and the names of the known keys that signed it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Opened {
    pub(crate) text: String,
    pub(crate) signed_by: Vec<String>,
}

/// Checks a note. Signatures of unknown keys are ignored; a failing one of a known key rejects the note.
pub(crate) fn open(note: &str, keys: &[Verifier]) -> Result<Opened, NoteError> {
    let note = Note::from_bytes(note.as_bytes()).map_err(|_| NoteError::Malformed)?;
    let (verified, _) = note.verify(&Known(keys)).map_err(NoteError::from_verification)?;
    let signed_by = verified.iter().map(|signature| signature.name().to_owned()).collect();
    let text = String::from_utf8(note.text().to_vec()).map_err(|_| NoteError::Malformed)?;
    Ok(Opened { text, signed_by })
}

/// The text of a note that one of these keys has signed.
///
/// # Errors
/// [`NoteError`] if none has, a signature of theirs does not fit, or it is no note.
pub fn open_note(note: &str, keys: &[Verifier]) -> Result<String, NoteError> {
    open(note, keys).map(|opened| opened.text)
}

struct Known<'a>(&'a [Verifier]);

impl Verifiers for Known<'_> {
    fn verifier(&self, name: &str, id: u32) -> Result<&dyn signed_note::Verifier, VerificationError> {
        let known = self.0.iter().find(|key| key.name() == name && key.inner.key_id() == id);
        known
            .map(|key| &key.inner as &dyn signed_note::Verifier)
            .ok_or_else(|| VerificationError::UnknownKey { name: name.to_owned(), id })
    }
}

/// Why a key text cannot be used. Never holds a private key.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum KeyError {
    /// Not a private key text.
    #[error("the private key is not a signed-note Ed25519 key (`PRIVATE+KEY+<name>+<id>+<key>`)")]
    Private,
    /// Not a public key text.
    #[error("`{0}` is not a signed-note Ed25519 public key (`<name>+<id>+<key>`)")]
    Public(String),
    /// Not a key name.
    #[error("`{0}` cannot name a key: it must not be empty nor hold white space or `+`")]
    Name(String),
}

/// Why a note is refused.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum NoteError {
    /// Not a note.
    #[error("this is not a signed note")]
    Malformed,
    /// A known key's signature does not fit the text.
    #[error("the signature of `{0}` does not fit the text: it was changed or is not from that key")]
    BadSignature(String),
    /// No known key has signed.
    #[error("no key that you trust has signed this note")]
    Unsigned,
}

impl NoteError {
    fn from_verification(error: signed_note::NoteError) -> Self {
        match error {
            signed_note::NoteError::InvalidSignature { name, .. } => Self::BadSignature(name),
            signed_note::NoteError::UnverifiedNote => Self::Unsigned,
            _ => Self::Malformed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The example of the signed-note specification (and of Go's sumdb/note).
    const SKEY: &str = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    const VKEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const TEXT: &str = "If you think cryptography is the answer to your problem,\n\
                        then you don't know what your problem is.\n";
    const SIGNATURE: &str = "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    #[test]
    fn the_published_example_signs_and_opens() {
        let signer = Signer::parse(SKEY).unwrap();
        assert_eq!(signer.vkey(), VKEY);
        let note = signer.sign(TEXT).unwrap();
        assert_eq!(note, format!("{TEXT}{SIGNATURE}"));
        let opened = open(&note, &[Verifier::parse(VKEY).unwrap()]).unwrap();
        assert_eq!(opened, Opened { text: TEXT.into(), signed_by: vec!["PeterNeumann".into()] });
    }

    #[test]
    fn key_texts_round_trip() {
        let seed = [42; 32];
        let text = Signer::secret_text("example.com/log", &seed).unwrap();
        let read = Signer::parse(text.expose()).unwrap();
        assert_eq!(read.vkey(), Signer::from_seed("example.com/log", &seed).unwrap().vkey());
        assert_eq!(read.name(), "example.com/log");
        assert_eq!(read.verifier().name(), "example.com/log");
    }

    #[test]
    fn bad_keys_are_refused_without_being_shown() {
        let Err(error) = Signer::parse("PRIVATE+KEY+x+00000000+c2VjcmV0") else { panic!("taken") };
        assert!(!error.to_string().contains("c2VjcmV0"));
        assert_eq!(Verifier::parse("x+1+2").unwrap_err(), KeyError::Public("x+1+2".into()));
        let Err(error) = Signer::from_seed("a b", &[0; 32]) else { panic!("taken") };
        assert_eq!(error, KeyError::Name("a b".into()));
    }

    #[test]
    fn other_keys_are_ignored_and_changed_text_is_refused() {
        let note = format!("{TEXT}{SIGNATURE}");
        let other = Signer::from_seed("other", &[1; 32]).unwrap().verifier();
        let known = Verifier::parse(VKEY).unwrap();
        assert_eq!(open(&note, &[other]), Err(NoteError::Unsigned));
        let changed = note.replace("answer", "Answer");
        assert_eq!(open(&changed, &[known]), Err(NoteError::BadSignature("PeterNeumann".into())));
        assert_eq!(open("nothing", &[]), Err(NoteError::Malformed));
    }
}
