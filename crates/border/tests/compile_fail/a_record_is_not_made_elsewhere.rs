use border::{ReceiptPointer, Record};
use ledger::Ledger;

fn forge(ledger: Ledger, receipt: ReceiptPointer) -> Record {
    Record::new(ledger, receipt)
}

fn copy(record: &Record) -> Record {
    record.clone()
}

fn main() {
    let _ = (forge, copy);
}
