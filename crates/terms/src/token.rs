//! Closed vocabularies: an enum whose variants have one spelling each, and a set of them in one word.

use std::fmt;
use std::marker::PhantomData;

/// A word of a closed vocabulary of at most 64 words.
pub trait Token: Copy + Eq + fmt::Debug + 'static {
    /// What the vocabulary is called in error messages.
    const WHAT: &'static str;
    /// Every word, in the order of declaration.
    const ALL: &'static [Self];
    /// The one spelling of this word.
    fn name(self) -> &'static str;
    /// Position in [`Token::ALL`].
    fn index(self) -> u32;

    /// Reads a word; an unknown one names the nearest that is known.
    fn read(given: &str) -> Result<Self, UnknownToken> {
        Self::ALL.iter().copied().find(|t| t.name() == given).ok_or_else(|| UnknownToken {
            what: Self::WHAT,
            given: given.to_owned(),
            nearest: crate::nearest(given, Self::ALL.iter().map(|t| t.name())).map(str::to_owned),
        })
    }
}

/// A word that its vocabulary does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown {what} `{given}`{}", .nearest.as_ref().map(|n| format!("; the nearest known one is `{n}`")).unwrap_or_default())]
pub struct UnknownToken {
    /// Which vocabulary was asked.
    pub what: &'static str,
    /// The word as given.
    pub given: String,
    /// The known word most like it.
    pub nearest: Option<String>,
}

/// A set of words of one vocabulary.
pub struct TokenSet<T>(u64, PhantomData<T>);

impl<T> Clone for TokenSet<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for TokenSet<T> {}
impl<T> PartialEq for TokenSet<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for TokenSet<T> {}
impl<T> std::hash::Hash for TokenSet<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<T> Default for TokenSet<T> {
    fn default() -> Self {
        Self(0, PhantomData)
    }
}

impl<T: Token> TokenSet<T> {
    /// The empty set.
    pub const EMPTY: Self = Self(0, PhantomData);

    /// The set with `token` added.
    #[must_use]
    pub fn with(self, token: T) -> Self {
        Self(self.0 | 1 << token.index(), PhantomData)
    }
    /// Everything that is in either set.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0, PhantomData)
    }
    /// Everything that is in this set and not in `other`.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0, PhantomData)
    }
    /// Whether `token` is in the set.
    pub fn contains(self, token: T) -> bool {
        self.0 & 1 << token.index() != 0
    }
    /// Whether every word of `other` is in this set.
    pub fn contains_all(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }
    /// Whether the set has no word.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
    /// The words of the set, in the order of declaration.
    pub fn iter(self) -> impl Iterator<Item = T> {
        T::ALL.iter().copied().filter(move |t| self.contains(*t))
    }
    /// The spellings of the words.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        self.iter().map(T::name)
    }
}

impl<T: Token> FromIterator<T> for TokenSet<T> {
    fn from_iter<I: IntoIterator<Item = T>>(tokens: I) -> Self {
        tokens.into_iter().fold(Self::EMPTY, Self::with)
    }
}

impl<T: Token> fmt::Debug for TokenSet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

impl<T: Token> fmt::Display for TokenSet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names().collect::<Vec<_>>().join(", "))
    }
}

/// Declares a closed vocabulary.
macro_rules! tokens {
    ($(#[$meta:meta])* $name:ident, $what:literal, { $($(#[$vmeta:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $(#[doc = concat!("`", $text, "`")] $(#[$vmeta])* $variant),+ }

        impl $crate::token::Token for $name {
            const WHAT: &'static str = $what;
            const ALL: &'static [Self] = &[$(Self::$variant),+];
            fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
            fn index(self) -> u32 {
                self as u32
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str($crate::token::Token::name(*self))
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::token::UnknownToken;
            fn from_str(given: &str) -> Result<Self, Self::Err> {
                $crate::token::Token::read(given)
            }
        }
    };
}
pub(crate) use tokens;
