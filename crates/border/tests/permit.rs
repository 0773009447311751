//! What the compiler refuses: a permit made elsewhere, copied, used twice or changed, and a door opened without one.

use border::{Door, Permit, Spent};
use ledger::OutcomeCode;

/// The one way, which compiles: whoever has a permit hands it to a door, and what comes out is told how it ended.
struct Wire;

impl Door for Wire {
    type Answer = usize;

    async fn open(&self, permit: Permit) -> usize {
        let Ok(Spent { endpoint, message, record }) = permit.spend() else { return 0 };
        let sent = endpoint.id.as_str().len() + message.body.len();
        record.close(OutcomeCode::Served);
        sent
    }
}

async fn cross(permit: Permit) -> usize {
    Wire.open(permit).await
}

#[test]
fn a_permit_cannot_be_forged_or_reused() {
    let _it_compiles = cross;
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
