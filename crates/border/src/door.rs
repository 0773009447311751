//! What a door is: the only function of a border that touches the other side.

use std::future::Future;

use crate::Permit;

/// A way out to one kind of endpoint. It takes leave by value and nothing else: what is sent, and where, is in the permit.
pub trait Door {
    /// What comes back.
    type Answer;

    /// Spends the permit and sends.
    fn open(&self, permit: Permit) -> impl Future<Output = Self::Answer> + Send;
}
