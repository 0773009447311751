use super::{Finder, Hints, assert_each, assert_none};
use crate::Evidence::{self, Bare, Context, Shape};
use crate::Kind::Phone;

#[test]
fn international_numbers_are_found_by_their_plus() {
    assert_each(&[
        ("Call +49 30 1234567 now", "+49 30 1234567", Phone, Shape),
        ("+1 (212) 555-0187", "+1 (212) 555-0187", Phone, Shape),
        ("tel:+12125550187", "+12125550187", Phone, Shape),
        ("+44 (0)20 7946 0958.", "+44 (0)20 7946 0958", Phone, Shape),
        ("(+33 6 12 34 56 78)", "+33 6 12 34 56 78", Phone, Shape),
        ("+86 138 0013 8000", "+86 138 0013 8000", Phone, Shape),
        ("+81-90-1234-5678", "+81-90-1234-5678", Phone, Shape),
        ("+91 98765 43210", "+91 98765 43210", Phone, Shape),
        ("0049 30 1234567", "0049 30 1234567", Phone, Shape),
        ("+55 11 91234-5678", "+55 11 91234-5678", Phone, Shape),
        ("＋８１ ９０ １２３４ ５６７８", "＋８１ ９０ １２３４ ５６７８", Phone, Shape),
        ("هاتف ٠٥٠١٢٣٤٥٦٧", "٠٥٠١٢٣٤٥٦٧", Phone, Context),
    ]);
}

#[test]
fn national_numbers_need_a_word_or_a_shape_of_their_own() {
    assert_each(&[
        ("(212) 555-0187", "(212) 555-0187", Phone, Shape),
        ("212-555-0187", "212-555-0187", Phone, Shape),
        ("06 12 34 56 78", "06 12 34 56 78", Phone, Shape),
        ("Telefon: 030 1234567", "030 1234567", Phone, Context),
        ("Tél. 0612345678", "0612345678", Phone, Context),
        ("my phone number is 2125550187", "2125550187", Phone, Context),
        ("电话：13800138000", "13800138000", Phone, Context),
        ("Mobil 0171/1234567", "0171/1234567", Phone, Context),
        ("fax 020 7946 0958", "020 7946 0958", Phone, Context),
    ]);
    assert_none(&[
        "030 1234567",
        "1234567",
        "pages 212-555",
        "call me on 12.03.2024",
        "call 3.14159",
        "phone costs 1299.00",
        "+5",
        "1+12345678",
        "a+1234567890",
        "+999 123 456 789",
    ]);
}

#[test]
fn a_hint_decides_where_a_local_number_belongs_and_raises_nothing() {
    let hints = |code: &str| Hints { countries: vec![code.parse().unwrap()] };
    let find = |text: &str, code: &str| -> Vec<(Option<terms::Place>, Evidence)> {
        let found = Finder::default().find(text, &hints(code));
        found.into_iter().filter(|f| f.kind == Phone).map(|f| (f.country, f.evidence)).collect()
    };
    assert_eq!(find("030 1234567", "DE"), [(Some("DE".parse().unwrap()), Bare)]);
    assert_eq!(find("Tel 030 1234567", "DE"), [(Some("DE".parse().unwrap()), Context)]);
    assert_eq!(find("Tel 020 7946 0958", "GB"), [(Some("GB".parse().unwrap()), Context)]);
}

#[test]
fn a_number_in_a_cell_of_a_table_is_found_and_decimals_are_not() {
    use crate::Kind::NationalId;
    assert_each(&[
        ("no,id\n1,536-90-4399,\"x\"", "536-90-4399", NationalId, Shape),
        ("1,\"x\",536-90-4399\n", "536-90-4399", NationalId, Shape),
        ("1,44051401359,", "44051401359", NationalId, Bare),
        ("7,(212) 555-0187,x", "(212) 555-0187", Phone, Shape),
        ("3,+351 213 400 419\n", "+351 213 400 419", Phone, Shape),
        ("12,06 12 34 56 78,", "06 12 34 56 78", Phone, Shape),
    ]);
    assert_none(&["it weighs 3,536-90-4399 or so", "3,06 12 34 56 78 and more"]);
}
