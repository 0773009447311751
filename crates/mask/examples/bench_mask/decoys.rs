//! What looks like an identifier and is none.

use crate::chance::Chance;
use crate::numbers::{card, iban, nhs};

/// Words of trade in the languages of the documents: order, invoice, customer, part.
const TRADE: [[&str; 4]; 8] = [
    ["Order", "Invoice", "Customer no.", "Part no."],
    ["Bestellung", "Rechnung", "Kundennummer", "Artikel"],
    ["Commande", "Facture", "N° client", "Article"],
    ["Pedido", "Factura", "N.º de cliente", "Artículo"],
    ["Ordine", "Fattura", "Cliente n.", "Articolo"],
    ["Bestelling", "Factuur", "Klantnummer", "Artikel"],
    ["Zamówienie", "Faktura", "Nr klienta", "Artykuł"],
    ["Encomenda", "Fatura", "N.º de cliente", "Artigo"],
];

/// A decoy with the word that people write before it.
pub(crate) fn decoy(chance: &mut Chance, language: usize) -> String {
    let [order, invoice, customer, part] = TRADE.get(language).copied().unwrap_or_default();
    match chance.within(0, 20) {
        0 => format!("{order} {}", chance.fill("2024-0ddddd")),
        1 => format!("{order} {}", chance.fill("#Ddddddddd")),
        2 => format!("{invoice} {}", chance.fill("INV-202403dd-00dd")),
        3 => format!("{customer} {}", chance.fill("Ddddddddddd")),
        4 => format!("{customer} {}", chance.fill("Ddddddddd")),
        5 => format!("{part} {}", chance.fill("Ddd-Ddd-dddd-L")),
        6 => format!("{part} {}", chance.fill("LL-dddddd-L")),
        7 => chance.fill("2024-03-1dT14:2d:3d.dddZ"),
        8 => chance.fill("ts=17091dddddddd"),
        9 => format!("id={}", chance.fill("xxxxxxxx-xxxx-4xxx-axxx-xxxxxxxxxxxx")),
        10 => chance.fill("sha1 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
        11 => chance.fill("version D.1d.d.1d"),
        12 => chance.fill("ISBN 978-3-16-14dddd-d"),
        13 => chance.fill("EAN 400638ddddddd"),
        14 => amount(chance, language),
        15 => format!("ref {}", broken(chance, card)),
        16 => format!("ref {}", broken(chance, iban)),
        17 => format!("{part} {}", broken(chance, nhs)),
        18 => format!("{part} {}", chance.fill("000-dd-dddd")),
        _ => format!("logo@2x.png, {}", chance.fill("1Z999AA1012345dddd")),
    }
}

fn amount(chance: &mut Chance, language: usize) -> String {
    if language == 0 {
        format!("{} USD", chance.fill("1,Ddd,ddd.dd"))
    } else {
        chance.fill("1.Ddd.ddd,dd €")
    }
}

/// An identifier with its last digit changed, so that its check fails.
fn broken(chance: &mut Chance, make: fn(&mut Chance) -> String) -> String {
    let mut made = make(chance);
    if let Some(last) = made.pop() {
        let digit = last.to_digit(10).unwrap_or(0);
        made.push(char::from_digit((digit + 1 + chance.within(0, 8) as u32) % 10, 10).unwrap_or('0'));
    }
    made
}
