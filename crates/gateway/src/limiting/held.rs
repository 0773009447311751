//! Room that is held while a request is under way, and the bill of its answer.

use std::sync::Arc;

use estate::{Endpoint, Price};
use ledger::{Ledger, OutcomeCode};
use limits::{Micros, Need, Reservation, Standing};

use super::{BYTES_OF_A_TOKEN, Estimate, cost};

/// Room for one request, from before its first attempt until its answer has ended. Dropped, what its attempts cost is settled,
/// and if there were none everything is given back.
pub(crate) struct Held {
    reservation: Option<Reservation>,
    estimate: Estimate,
    money: bool,
    /// What attempts without an answer are taken to have cost.
    spent: u64,
    tried: bool,
    ledger: Ledger,
}

/// Room that has come to one answer, with the price of the endpoint that gives it.
pub(crate) struct Bill {
    held: Held,
    price: Option<Price>,
}

impl Held {
    pub(crate) fn new(reservation: Reservation, estimate: Estimate, money: bool, ledger: Ledger) -> Held {
        Held { reservation: Some(reservation), estimate, money, spent: 0, tried: false, ledger }
    }

    /// What is left of the limits a minute.
    pub(crate) fn standing(&self) -> Standing {
        self.reservation.as_ref().map(Reservation::standing).unwrap_or_default()
    }

    /// What an attempt at an endpoint may cost at most; none where money is not limited.
    pub(crate) fn price_at(&self, endpoint: &Endpoint) -> Option<u64> {
        self.money.then(|| cost(endpoint.price, self.estimate.input, self.estimate.output))
    }

    /// An attempt ended without an answer.
    pub(crate) fn unanswered(&mut self, endpoint: &Endpoint, code: OutcomeCode) {
        self.tried = true;
        self.spent = self.spent.saturating_add(code.cost(self.price_at(endpoint).unwrap_or(0)));
    }

    /// An endpoint answers.
    pub(crate) fn answered(mut self, endpoint: &Arc<Endpoint>) -> Bill {
        self.tried = true;
        Bill { price: endpoint.price, held: self }
    }

    fn settle(&mut self, tokens: u64, cost: u64) {
        if let Some(reservation) = self.reservation.take() {
            let cost = Micros(self.spent.saturating_add(cost));
            reservation.settle(Need { tokens, cost }, self.ledger.now());
        }
    }
}

impl Bill {
    /// Settles the answer: by the vendor's own count, or else by what was sent and how long the answer is. Gives what it cost,
    /// where money is limited.
    pub(crate) fn settle(mut self, tokens: Option<(u64, u64)>, bytes: u64) -> Option<u64> {
        let Estimate { input, output } = self.held.estimate;
        let (input, output) = tokens.unwrap_or((input, output.min(bytes.div_ceil(BYTES_OF_A_TOKEN))));
        let money = if self.held.money { cost(self.price, input, output) } else { 0 };
        self.held.settle(input.saturating_add(output), money);
        self.held.money.then_some(money)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if self.tried {
            return self.settle(0, 0);
        }
        if let Some(reservation) = self.reservation.take() {
            reservation.cancel(self.ledger.now());
        }
    }
}
