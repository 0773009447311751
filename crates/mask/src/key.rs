//! The keys that pseudonyms are derived with: one of the operator, and one of each conversation derived from it.

use std::fmt;

use hmac::{Hmac, Mac};
use sha2::Sha256;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::Kind;
use crate::pseudonym::Pseudonym;

/// The operator's key. Whoever has it and guesses an original can tell whether a pseudonym stands for it, so it is
/// as secret as the originals: it has no `Display`, its `Debug` is empty, and it is wiped when dropped.
pub struct MaskKey(Zeroizing<[u8; 32]>);

/// The key of one conversation.
pub struct ConversationKey(Zeroizing<[u8; 32]>);

/// A key was refused: all its bytes are the same, as in a file that was never filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the key of the mask has 32 bytes of one value; make it from random bytes")]
pub struct WeakKey;

impl MaskKey {
    /// A key of these bytes, which must be random: they are used as they are.
    ///
    /// # Errors
    /// [`WeakKey`] if all bytes are the same.
    pub fn from_bytes(bytes: [u8; 32]) -> Result<MaskKey, WeakKey> {
        let bytes = Zeroizing::new(bytes);
        let first = bytes.first();
        if bytes.iter().all(|byte| Some(byte) == first) { Err(WeakKey) } else { Ok(MaskKey(bytes)) }
    }

    /// The key of the conversation that `scope` tells from all others, such as the system that asks and the first
    /// message. The same scope gives the same pseudonyms turn after turn; two scopes give pseudonyms that nobody
    /// without the key can link.
    pub fn conversation(&self, scope: &[&[u8]]) -> ConversationKey {
        let mut mac = keyed(&self.0);
        mac.update(b"comity mask conversation 1");
        scope.iter().for_each(|part| update_with_length(&mut mac, part));
        ConversationKey(Zeroizing::new(mac.finalize().into_bytes().into()))
    }
}

impl ConversationKey {
    /// The pseudonym number `counter` for an original; the first is 0, and others are for when that one is taken.
    pub(crate) fn derive(&self, kind: Kind, original: &str, counter: u32) -> Pseudonym {
        let mut mac = keyed(&self.0);
        update_with_length(&mut mac, kind.name().as_bytes());
        mac.update(&counter.to_be_bytes());
        mac.update(original.as_bytes());
        Pseudonym::from_digest(kind, mac.finalize().into_bytes().into())
    }

    /// A key that is no secret, for tests and fuzzing.
    pub(crate) fn fixed() -> ConversationKey {
        ConversationKey(Zeroizing::new(*b"a key for the tests of this room"))
    }
}

/// HMAC-SHA256 (RFC 2104). A key shorter than a block is filled up with zeros (section 2), which is done here because
/// only a whole block makes a key that cannot be refused.
fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    let mut block = Zeroizing::new([0; 64]);
    block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    Hmac::new((&*block).into())
}

/// Parts are told apart by their lengths: `ab` and `c` are not `a` and `bc`.
fn update_with_length(mac: &mut Hmac<Sha256>, part: &[u8]) {
    mac.update(&(part.len() as u64).to_be_bytes());
    mac.update(part);
}

impl fmt::Debug for MaskKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MaskKey(..)")
    }
}

impl fmt::Debug for ConversationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ConversationKey(..)")
    }
}
