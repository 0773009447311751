//! Passports, identity cards and driving licenses without a published check: a word has to say what they are.

use super::Strength::{Shape, Word};
use super::scheme::Row;
use crate::Kind::{NationalId, TravelDocument};
use crate::find::check::{all_same, is_short_day, number};

#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    Row { name: "passport", country: "", kind: TravelDocument, check: some_digits,
        shapes: &[(Word, "wwwwwwwww"), (Word, "wwwwwwww"), (Word, "wwwwwww"), (Word, "Lw ddddddd"), (Word, "dd ddddddd"), (Word, "L ddddddd"), (Word, "dd dd dddddd"), (Word, "dddd dddddd")],
        words: &["passport", "passport number", "passport no", "reisepass", "reisepassnummer", "passnummer", "passeport", "pasaporte", "passaporto", "passaporte", "paspoort", "paspoortnummer", "paszport", "pasport", "cestovní pas", "passi", "pass nr", "passnr", "pas nr",
            "паспорт", "паспорта", "загранпаспорт", "διαβατήριο", "pasaport", "パスポート", "旅券番号", "护照", "護照", "护照号", "여권", "여권번호", "جواز السفر", "جواز سفر", "דרכון", "पासपोर्ट", "หนังสือเดินทาง", "hộ chiếu", "paspor", "pașaport", "útlevél", "putovnica", "potni list"] },
    Row { name: "driving licence", country: "GB", kind: TravelDocument, check: british_license,
        shapes: &[(Shape, "wwwwwddddddwwwLL"), (Shape, "wwwww dddddd wwwLL")],
        words: &["driving licence", "driving license", "driver number", "dvla", "licence number"] },
    Row { name: "driving license", country: "", kind: TravelDocument, check: some_digits,
        shapes: &[(Word, "wwwwwwwwwww"), (Word, "wwwwwwwwww"), (Word, "wwwwwwwww"), (Word, "dddddddd"), (Word, "dddddddddddd")],
        words: &["führerschein", "führerscheinnummer", "fuehrerschein", "permis de conduire", "permiso de conducir", "carnet de conducir", "patente di guida", "patente", "carta de condução", "rijbewijs", "rijbewijsnummer", "prawo jazdy", "körkort", "førerkort", "kørekort", "ajokortti", "водительское удостоверение", "carteira de motorista", "cnh", "運転免許", "驾驶证", "운전면허", "driving licence number", "driver's licence number"] },
    Row { name: "identity card", country: "", kind: NationalId, check: some_digits,
        shapes: &[(Word, "wwwwwwwww"), (Word, "wwwwwwwwwwww"), (Word, "LLdddddLL"), (Word, "LLddddddd"), (Word, "LL ddddddd"), (Word, "LLdddddd"), (Word, "LL dddddd")],
        words: &["personalausweis", "ausweisnummer", "personalausweisnummer", "carte nationale d'identité", "carte d'identité", "cni", "carta d'identità", "carta d'identita", "carta di identità", "identiteitskaart", "buletin", "carte de identitate", "seria", "osobna iskaznica", "občanský průkaz", "op č", "személyi igazolvány", "identity card number", "αριθμός ταυτότητας", "ταυτότητα", "αδτ"] },
];

/// At least half of the characters are digits, so that it is no word.
fn some_digits(c: &[u8]) -> bool {
    !all_same(c) && c.iter().filter(|b| b.is_ascii_digit()).count() * 2 >= c.len()
}

/// DVLA, "Driver number": five letters of the surname filled up with 9, the digits of the birth date with 5 added to the month of women.
fn british_license(c: &[u8]) -> bool {
    let name = c.iter().take(5).all(|b| b.is_ascii_uppercase() || *b == b'9') && c.first() != Some(&b'9');
    let initials = c.iter().skip(11).take(2).all(|b| b.is_ascii_uppercase() || *b == b'9');
    name && initials && is_short_day(number(c, 6, 2) % 50, number(c, 8, 2))
}
