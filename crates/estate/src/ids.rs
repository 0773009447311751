//! Names of things in an estate: lower-case words joined by hyphens, cheap to copy, one type a kind. A word begins with a
//! letter or digit, so that no id can be mistaken for a path.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

/// Why a text cannot name anything.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an id")]
pub struct BadId(pub String);

/// Longest id, in bytes.
const LONGEST: usize = 64;

fn well_formed(text: &str) -> bool {
    let alone = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let word = |w: &str| {
        w.bytes().next().is_some_and(alone) && w.bytes().all(|b| alone(b) || b == b'.' || b == b'_')
    };
    text.len() <= LONGEST && text.split('-').all(word)
}

/// What every kind of id has.
pub(crate) trait Id: std::str::FromStr<Err = BadId> {
    /// What this kind of thing is called in messages and in files.
    const WHAT: &'static str;
}

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident = $what:literal;)+) => { $(
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl Id for $name {
            const WHAT: &'static str = $what;
        }

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                if well_formed(text) { Ok(Self(text.into())) } else { Err(BadId(text.to_owned())) }
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+ };
}

ids! {
    /// Names an exporter.
    ExporterId = "exporter";
    /// Names a vendor.
    VendorId = "vendor";
    /// Names a model.
    ModelId = "model";
    /// Names an endpoint.
    EndpointId = "endpoint";
    /// Names a system.
    SystemId = "system";
    /// Names an agreement.
    AgreementId = "agreement";
    /// Names an agreement to lend capacity.
    SurgeId = "surge";
    /// Names a dictionary.
    DictionaryId = "dictionary";
    /// Names a declared volume.
    VolumeId = "volume";
    /// Names an API key; never the key itself.
    KeyId = "key";
    /// Names a set of screens.
    ScreenId = "screen";
    /// Names a trial.
    ShadowId = "shadow";
    /// Names a management key; never the key itself.
    ManagerId = "manager";
    /// Names a running gateway.
    ReplicaId = "replica";
    /// Names a limit.
    LimitId = "limit";
}

#[cfg(test)]
mod tests {
    use super::SystemId;

    #[test]
    fn only_lower_case_words_joined_by_hyphens_are_ids() {
        for good in ["a", "support-eu", "gpt-4.1", "2"] {
            assert_eq!(good.parse::<SystemId>().unwrap().as_str(), good);
        }
        for bad in ["", "-", "a-", "-a", "a--b", "A", "a b", "a/b", "..", "a-.", "é", &"a".repeat(65)] {
            assert!(bad.parse::<SystemId>().is_err(), "{bad}");
        }
    }
}
