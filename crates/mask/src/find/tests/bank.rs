use super::{assert_each, assert_none, found};
use crate::Evidence::{Bare, Context, Shape};
use crate::Kind::{Card, Iban};

/// SWIFT, IBAN Registry: the examples of the countries.
const IBANS: &[&str] = &[
    "AD1200012030200359100100",
    "AE070331234567890123456",
    "AT611904300234573201",
    "BE68539007547034",
    "BG80BNBG96611020345678",
    "BR1800360305000010009795493C1",
    "CH9300762011623852957",
    "CY17002001280000001200527600",
    "CZ6508000000192000145399",
    "DE89370400440532013000",
    "DK5000400440116243",
    "EE382200221020145685",
    "ES9121000418450200051332",
    "FI2112345600000785",
    "FR1420041010050500013M02606",
    "GB29NWBK60161331926819",
    "GR1601101250000000012300695",
    "HR1210010051863000160",
    "HU42117730161111101800000000",
    "IE29AIBK93115212345678",
    "IL620108000000099999999",
    "IS140159260076545510730339",
    "IT60X0542811101000000123456",
    "LT121000011101001000",
    "LU280019400644750000",
    "LV80BANK0000435195001",
    "MT84MALT011000012345MTLCAST001S",
    "NL91ABNA0417164300",
    "NO9386011117947",
    "PL61109010140000071219812874",
    "PT50000201231234567890154",
    "RO49AAAA1B31007593840000",
    "SA0380000000608010167519",
    "SE4550000000058398257466",
    "SI56263300012039086",
    "SK3112000000198742637541",
    "TR330006100519786457841326",
];

#[test]
fn accounts_are_found_in_one_and_in_groups() {
    for iban in IBANS {
        let text = format!("Pay to {iban} by Friday");
        assert_eq!(found(&text), [(*iban, Iban, Shape)]);
        let groups: Vec<&str> = iban.as_bytes().chunks(4).map(|g| std::str::from_utf8(g).unwrap()).collect();
        for separator in [" ", "-", "\u{a0}", "\u{202f}"] {
            let written = groups.join(separator);
            let text = format!("IBAN: {written}, thank you");
            assert_eq!(found(&text), [(written.as_str(), Iban, Shape)]);
        }
    }
}

#[test]
fn a_changed_account_is_not_found() {
    for iban in IBANS {
        let changed = format!("{}{}", &iban[..2], (iban[2..4].parse::<u32>().unwrap() + 1) % 98 + 2);
        let text = format!("Pay to {changed}{} by Friday", &iban[4..]);
        assert!(found(&text).iter().all(|f| f.1 != Iban), "{text}");
    }
}

#[test]
fn cards_are_told_by_issuer_grouping_and_words() {
    // The test numbers of PayPal and Stripe.
    assert_each(&[
        ("4111111111111111", "4111111111111111", Card, Shape),
        ("4111 1111 1111 1111", "4111 1111 1111 1111", Card, Shape),
        ("5555-5555-5555-4444", "5555-5555-5555-4444", Card, Shape),
        ("378282246310005", "378282246310005", Card, Shape),
        ("3782 822463 10005", "3782 822463 10005", Card, Shape),
        ("6011111111111117", "6011111111111117", Card, Shape),
        ("3530111333300000", "3530111333300000", Card, Shape),
        ("2223003122003222", "2223003122003222", Card, Shape),
        ("card 4222222222222", "4222222222222", Card, Context),
        ("Kreditkarte: 4242424242424242", "4242424242424242", Card, Context),
        ("4222222222222", "4222222222222", Card, Bare),
        ("信用卡号4111111111111111", "4111111111111111", Card, Context),
        ("４１１１１１１１１１１１１１１１", "４１１１１１１１１１１１１１１１", Card, Shape),
    ]);
    assert_none(&[
        "4111111111111112",
        "card 4111 1111 1111 1112",
        "x4111111111111111",
        "4111111111111111.5",
        "41111111111111110",
    ]);
}
