//! One use of AI across jurisdictions: for each the same question, and in one word how it stands there.
//!
//! It is not another way to rule: every mark is derived from a [`terms::Ruling`], and a place whose law nobody looked at is marked
//! as that and never as free.

mod asked;
mod question;
mod standing;
#[cfg(test)]
mod tests;

pub use asked::{Asked, Asking};
pub use question::{Question, jurisdictions};
pub use standing::{Mark, Standing};
