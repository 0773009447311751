//! Salted digests: they prove what was said to whoever holds the salt, and tell everybody else nothing.

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

/// SHA-256 over a 16-byte salt and then the content; as text, 43 characters of URL-safe base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Digests `content`. The salt travels to the caller with the receipt; a ledger never keeps it.
    #[must_use]
    pub fn salted(salt: &[u8; 16], content: &[u8]) -> Self {
        Self(Sha256::new().chain_update(salt).chain_update(content).finalize().into())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; 43];
        BASE64URL_NOPAD.encode_mut(&self.0, &mut text);
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl FromStr for Digest {
    type Err = MalformedDigest;

    fn from_str(text: &str) -> Result<Self, MalformedDigest> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok();
        let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or_else(|| MalformedDigest(text.to_owned()))
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// A text that is no digest.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("`{0}` is not a digest (43 characters of URL-safe base64)")]
pub struct MalformedDigest(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_depend_on_salt_and_content_and_round_trip() {
        let digest = Digest::salted(&[1; 16], b"hello");
        assert_ne!(digest, Digest::salted(&[2; 16], b"hello"));
        assert_ne!(digest, Digest::salted(&[1; 16], b"hellO"));
        assert_eq!(digest.to_string().parse(), Ok(digest));
        assert_eq!(digest.to_string().len(), 43);
        assert_eq!("x".parse::<Digest>(), Err(MalformedDigest("x".into())));
    }

    #[test]
    fn a_digest_is_the_plain_sha256_of_salt_and_content() {
        // printf '0123456789abcdefhello' | sha256sum
        let digest = Digest::salted(b"0123456789abcdef", b"hello");
        let expected: [u8; 32] = Sha256::digest(b"0123456789abcdefhello").into();
        assert_eq!(digest, Digest(expected));
    }
}
