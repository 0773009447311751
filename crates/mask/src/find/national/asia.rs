//! Japan, Korea, India and its neighbors, South-East and Central Asia.

use super::Strength::{Bare, Shape, Word};
use super::scheme::Row;
use crate::Kind::{HealthId, NationalId, TaxId};
use crate::find::check::{all_same, is_short_day, last, number, value, verhoeff, weighted};

#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    Row { name: "マイナンバー", country: "JP", kind: NationalId, check: my_number,
        shapes: &[(Bare, "dddddddddddd"), (Bare, "dddd dddd dddd"), (Bare, "dddd-dddd-dddd")],
        words: &["マイナンバー", "個人番号", "my number", "mynumber", "kojin bango"] },
    Row { name: "주민등록번호", country: "KR", kind: NationalId, check: rrn,
        shapes: &[(Bare, "ddddddddddddd"), (Shape, "dddddd-ddddddd")],
        words: &["주민등록번호", "주민번호", "외국인등록번호", "resident registration number", "rrn"] },
    // Since October 2020 the last digits are drawn by lot and have no check digit.
    Row { name: "주민등록번호 2020", country: "KR", kind: NationalId, check: rrn_by_lot,
        shapes: &[(Word, "ddddddddddddd"), (Word, "dddddd-ddddddd")],
        words: &["주민등록번호", "주민번호", "외국인등록번호", "resident registration number", "rrn"] },
    Row { name: "Aadhaar", country: "IN", kind: NationalId, check: aadhaar,
        shapes: &[(Bare, "dddddddddddd"), (Bare, "dddd dddd dddd"), (Bare, "dddd-dddd-dddd")],
        words: &["aadhaar", "aadhar", "adhaar", "uidai", "uid", "आधार", "aadhaar number"] },
    Row { name: "PAN", country: "IN", kind: TaxId, check: pan,
        shapes: &[(Shape, "LLLLLddddL")],
        words: &["pan", "pan card", "permanent account number", "पैन", "income tax"] },
    Row { name: "EPIC", country: "IN", kind: NationalId, check: any,
        shapes: &[(Word, "LLLddddddd")],
        words: &["epic", "voter id", "voter", "election card"] },
    Row { name: "บัตรประชาชน", country: "TH", kind: NationalId, check: thai,
        shapes: &[(Bare, "ddddddddddddd"), (Shape, "d-dddd-ddddd-dd-d"), (Shape, "d dddd ddddd dd d")],
        words: &["บัตรประชาชน", "เลขประจำตัวประชาชน", "เลขบัตรประชาชน", "เลขประจำตัว", "thai id", "citizen id"] },
    Row { name: "MyKad", country: "MY", kind: NationalId, check: mykad,
        shapes: &[(Word, "dddddddddddd"), (Shape, "dddddd-dd-dddd"), (Word, "dddddd dd dddd")],
        words: &["mykad", "nric", "no. kp", "kad pengenalan", "ic number", "no kad pengenalan", "ic no", "no. ic", "i/c"] },
    Row { name: "NIK", country: "ID", kind: NationalId, check: nik,
        shapes: &[(Bare, "dddddddddddddddd"), (Word, "dddddd dddddd dddd"), (Word, "dddd dddd dddd dddd")],
        words: &["nik", "nomor induk kependudukan", "ktp", "no. ktp", "no ktp", "e-ktp", "nomor ktp"] },
    Row { name: "NPWP", country: "ID", kind: TaxId, check: any,
        shapes: &[(Word, "ddddddddddddddd"), (Shape, "dd.ddd.ddd.d-ddd.ddd")],
        words: &["npwp", "nomor pokok wajib pajak"] },
    Row { name: "CCCD", country: "VN", kind: NationalId, check: cccd,
        shapes: &[(Word, "dddddddddddd")],
        words: &["cccd", "căn cước công dân", "căn cước", "số cccd", "số căn cước", "định danh cá nhân"] },
    Row { name: "CMND", country: "VN", kind: NationalId, check: any,
        shapes: &[(Word, "ddddddddd")],
        words: &["cmnd", "chứng minh nhân dân", "số cmnd", "cmt"] },
    Row { name: "PhilSys", country: "PH", kind: NationalId, check: any,
        shapes: &[(Word, "dddddddddddd"), (Word, "dddd-dddd-dddd-dddd"), (Word, "dddd-ddddddd-d")],
        words: &["philsys", "psn", "pcn", "crn", "umid", "philsys number", "philid"] },
    Row { name: "TIN", country: "PH", kind: TaxId, check: any,
        shapes: &[(Word, "ddd-ddd-ddd"), (Word, "ddd-ddd-ddd-ddd"), (Word, "ddd-ddd-ddd-ddddd"), (Word, "dddddddddddd")],
        words: &["tin", "bir", "tin number", "tin no"] },
    Row { name: "SSS", country: "PH", kind: NationalId, check: any,
        shapes: &[(Word, "dd-ddddddd-d"), (Word, "dddddddddd")],
        words: &["sss", "sss number", "sss no", "social security system"] },
    Row { name: "PhilHealth", country: "PH", kind: HealthId, check: any,
        shapes: &[(Word, "dd-ddddddddd-d"), (Word, "dddddddddddd")],
        words: &["philhealth", "philhealth number", "pin philhealth"] },
    Row { name: "NIC", country: "LK", kind: NationalId, check: sri_lanka,
        shapes: &[(Bare, "dddddddddL"), (Word, "dddddddddddd")],
        words: &["nic", "nic no", "nic number", "national identity card", "sri lankan id"] },
    Row { name: "CNIC", country: "PK", kind: NationalId, check: cnic,
        shapes: &[(Shape, "ddddd-ddddddd-d"), (Word, "ddddddddddddd"), (Word, "ddddd ddddddd d")],
        words: &["cnic", "nicop", "nadra", "شناختی کارڈ", "computerized national identity card"] },
    Row { name: "NID", country: "BD", kind: NationalId, check: any,
        shapes: &[(Word, "dddddddddd"), (Word, "ddddddddddddd"), (Word, "ddddddddddddddddd"), (Word, "ddd ddd dddd")],
        words: &["nid", "জাতীয় পরিচয়পত্র", "national id card", "nid number", "smart card nid"] },
    Row { name: "ЖСН", country: "KZ", kind: NationalId, check: iin,
        shapes: &[(Bare, "dddddddddddd")],
        words: &["иин", "жсн", "iin", "индивидуальный идентификационный номер"] },
    Row { name: "کد ملی", country: "IR", kind: NationalId, check: melli,
        shapes: &[(Bare, "dddddddddd"), (Bare, "ddd-dddddd-d")],
        words: &["کد ملی", "کدملی", "شماره ملی", "code melli", "melli code", "iranian national code"] },
];

/// Numbers without a published check: the shape and the word have to do.
fn any(c: &[u8]) -> bool {
    !all_same(c)
}

/// 総務省令第八十五号 (2014), art. 5: weights 6 to 2 and 7 to 2, modulo 11.
fn my_number(c: &[u8]) -> bool {
    let rest = weighted(c, &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    !all_same(c) && (if rest < 2 { 0 } else { 11 - rest }) == last(c)
}

/// 주민등록법 시행규칙: date, sex and century, weights 2 to 9 and 2 to 5 modulo 11; 13 in place of 11 for foreigners.
fn rrn(c: &[u8]) -> bool {
    let base = if value(c, 6) >= 5 && value(c, 6) <= 8 { 13 } else { 11 };
    let rest = weighted(c, &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11;
    rrn_by_lot(c) && (base - rest) % 10 == last(c)
}

fn rrn_by_lot(c: &[u8]) -> bool {
    value(c, 6) < 10 && is_short_day(number(c, 2, 2), number(c, 4, 2)) && !all_same(c)
}

/// UIDAI, "Aadhaar number": Verhoeff; 0 and 1 do not begin a number.
fn aadhaar(c: &[u8]) -> bool {
    !matches!(c.first(), Some(b'0' | b'1')) && !all_same(c) && verhoeff(c)
}

/// Income Tax Department: the fourth letter says who holds it. How the last letter is found is not published.
fn pan(c: &[u8]) -> bool {
    c.get(3).is_some_and(|l| b"PCHABGJLFT".contains(l)) && number(c, 5, 4) > 0
}

/// กรมการปกครอง: weights 13 to 2 modulo 11.
fn thai(c: &[u8]) -> bool {
    let rest = weighted(c, &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    !matches!(c.first(), Some(b'0' | b'9')) && !all_same(c) && (11 - rest) % 10 == last(c)
}

/// National Registration Regulations 1990: date of birth and place of birth (JPN, "Kod negeri").
fn mykad(c: &[u8]) -> bool {
    let known = matches!(number(c, 6, 2), 1..=16 | 21..=68 | 71..=72 | 74..=79 | 82..=93 | 98..=99);
    is_short_day(number(c, 2, 2), number(c, 4, 2)) && known
}

/// Peraturan Presiden 96/2018: province, regency, district, date of birth (40 added to the day of women), serial number.
fn nik(c: &[u8]) -> bool {
    let day = number(c, 6, 2);
    let born = is_short_day(number(c, 8, 2), if day > 40 { day - 40 } else { day });
    (11..=96).contains(&number(c, 0, 2)) && number(c, 2, 2) > 0 && born && number(c, 12, 4) > 0
}

/// Nghị định 137/2015/NĐ-CP, điều 13: province, sex and century, year, six digits.
fn cccd(c: &[u8]) -> bool {
    (1..=96).contains(&number(c, 0, 3)) && value(c, 3) < 10 && number(c, 6, 6) > 0
}

/// Registration of Persons Act: year, day of the year (500 added for women), serial number, V or X; since 2016 twelve digits.
fn sri_lanka(c: &[u8]) -> bool {
    let day = if c.len() == 10 { number(c, 2, 3) } else { number(c, 4, 3) } % 500;
    let year = c.len() == 10 || (1900..2050).contains(&number(c, 0, 4));
    (1..=366).contains(&day) && year && matches!(c.last(), Some(b'V' | b'X' | b'0'..=b'9'))
}

/// NADRA: province 1 to 7, thirteen digits, the last of which tells the sex.
fn cnic(c: &[u8]) -> bool {
    matches!(c.first(), Some(b'1'..=b'7')) && !all_same(c)
}

/// Правила формирования идентификационного номера (2003): weights 1 to 11 modulo 11, then 3 to 11, 1 and 2.
fn iin(c: &[u8]) -> bool {
    let first = weighted(c, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) % 11;
    let second = weighted(c, &[3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]) % 11;
    let born = is_short_day(number(c, 2, 2), number(c, 4, 2)) && (1..=6).contains(&value(c, 6));
    born && (if first < 10 { first } else { second }) == last(c)
}

/// سازمان ثبت احوال: weights 10 to 2 modulo 11.
fn melli(c: &[u8]) -> bool {
    let rest = weighted(c, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    !all_same(c) && (if rest < 2 { rest } else { 11 - rest }) == last(c)
}
