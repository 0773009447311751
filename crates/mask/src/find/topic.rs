//! Words that say what a number beside them is, and the topic each belongs to.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::national::SCHEMES;

/// What a word speaks for: a national scheme by its number, or one of the topics below.
pub(crate) type Topic = u16;

pub(crate) const CARD: Topic = 1000;
pub(crate) const PHONE: Topic = 1001;
pub(crate) const BIRTH: Topic = 1002;
pub(crate) const COORDINATES: Topic = 1003;
pub(crate) const VERSION: Topic = 1004;
/// Numbers of trade, which are none of the others.
pub(crate) const TRADE: Topic = 1005;
/// Any tax number of a person.
pub(crate) const ANY_TAX: Topic = 1006;
/// Any national identity or social security number.
pub(crate) const ANY_NATIONAL: Topic = 1007;

#[rustfmt::skip]
const WORDS: &[(Topic, &[&str])] = &[
    (CARD, &[
        "card", "credit", "debit", "visa", "mastercard", "amex", "american express", "maestro", "discover", "diners", "jcb", "unionpay",
        "pan", "cc", "card number", "kreditkarte", "kreditkartennummer", "kartennummer", "karte", "carte bancaire", "carte", "tarjeta",
        "carta di credito", "carta", "cartão", "cartao", "creditcard", "kaart", "kort", "kreditkort", "karta", "karty", "карта", "карты",
        "カード", "クレジットカード", "信用卡", "银行卡", "卡号", "카드", "بطاقة", "kart numarası", "kredi kartı",
    ]),
    (PHONE, &[
        "phone", "telephone", "tel", "mobile", "cell", "cellphone", "fax", "call", "whatsapp", "sms", "hotline", "phone number", "text me at",
        "reach me", "contact number", "telefon", "telefonnummer", "tel.-nr", "handy", "handynummer", "mobil", "mobilnummer", "rufnummer", "durchwahl",
        "téléphone", "telephone", "tél", "portable", "numéro de téléphone", "fixe", "appelez", "teléfono", "telefono", "móvil", "movil", "celular", "llámame",
        "cellulare", "chiamami", "telefone", "telemóvel", "telefoon", "telefoonnummer", "mobiel", "gsm", "bel me", "telefonem", "telefonu", "komórka", "tlf", "puhelin",
        "puhelinnumero", "телефон", "тел", "моб", "номер телефона", "τηλέφωνο", "κινητό", "電話", "电话", "手机", "電話番号", "携帯", "手機", "전화", "전화번호", "휴대폰",
        "هاتف", "جوال", "رقم الهاتف", "טלפון", "फोन", "मोबाइल", "โทร", "โทรศัพท์", "điện thoại", "telepon", "hp", "telefon numarası", "mobilní",
    ]),
    (BIRTH, &[
        "born", "birth", "date of birth", "birthdate", "birthday", "dob", "d.o.b", "birth date", "geboren", "geb", "geburtsdatum", "geburtstag", "geb.-datum", "né le", "née le",
        "né(e) le", "date de naissance", "naissance", "nacido", "nacida", "nacimiento", "fecha de nacimiento", "nació", "nato", "nata", "nato il", "nata il", "data di nascita",
        "nascita", "nascido", "nascida", "nascimento", "data de nascimento", "geboortedatum", "geboren op", "født", "fødselsdato", "född", "födelsedatum", "syntynyt",
        "syntymäaika", "urodzony", "urodzona", "data urodzenia", "ur", "narozen", "narozena", "datum narození", "narodený", "dátum narodenia", "született", "születési", "születési dátum", "născut", "născută",
        "data nașterii", "роден", "родена", "дата на раждане", "родился", "родилась", "дата рождения", "народився", "народилася", "дата народження", "γεννήθηκε", "ημερομηνία γέννησης",
        "rođen", "rođena", "datum rođenja", "rojen", "rojena", "datum rojstva", "doğum tarihi", "doğum", "fæddur", "fædd", "gimęs", "gimimo data", "dzimis", "dzimšanas datums", "sündinud", "sünniaeg",
        "生年月日", "生まれ", "出生日期", "出生", "生日", "생년월일", "출생", "تاريخ الميلاد", "מועד לידה", "תאריך לידה", "जन्म", "जन्म तिथि", "जन्मतिथि", "วันเกิด", "ngày sinh", "tanggal lahir", "lahir", "tarikh lahir",
        "date_of_birth", "birth_date", "dateofbirth",
    ]),
    (COORDINATES, &[
        "lat", "latitude", "lng", "lon", "long", "longitude", "coordinates", "coords", "gps", "geo", "location", "position", "koordinaten", "standort", "coordonnées", "coordenadas", "coordinate",
        "координаты", "坐标", "座標", "좌표", "إحداثيات", "breitengrad", "längengrad",
    ]),
    (VERSION, &["version", "v", "ver", "release", "build", "section", "chapter", "rev", "firmware", "kapitel", "abschnitt", "§", "clause", "oid", "upgrade", "upgraded", "update"]),
    (TRADE, &[
        "order", "order no", "order number", "order id", "invoice", "invoice no", "invoice number", "customer no", "customer number", "customer id", "part no", "part number", "p/n", "article", "article no",
        "item no", "item number", "sku", "ean", "gtin", "upc", "isbn", "issn", "lot", "batch", "serial", "serial no", "serial number", "s/n", "tracking", "tracking number",
        "bestellung", "bestellnummer", "bestellnr", "auftrag", "auftragsnummer", "rechnung", "rechnungsnummer", "kundennummer", "kundennr", "kunden-nr", "artikel", "artikelnummer", "artikel-nr", "teilenummer", "seriennummer",
        "commande", "facture", "n° client", "numéro de client", "n° de commande", "n° de série", "pedido", "factura", "n.º de cliente", "número de cliente", "artículo", "número de serie",
        "ordine", "fattura", "cliente n", "codice cliente", "articolo", "numero di serie", "bestelling", "bestelnummer", "factuur", "factuurnummer", "klantnummer", "serienummer",
        "zamówienie", "nr zamówienia", "faktura", "nr faktury", "nr klienta", "numer klienta", "artykuł", "nr seryjny", "encomenda", "fatura", "artigo", "número de série",
    ]),
    (ANY_TAX, &[
        "tax id", "tax identification number", "tax number", "taxpayer id", "taxpayer identification number", "tax file number", "tin", "taxpayer number", "tax no",
    ]),
    (ANY_NATIONAL, &[
        "national id", "national identification number", "national identity number", "national id number", "identity number", "identity card", "id card", "citizen id",
        "personal identification number", "personal id", "personal identity number", "social security number", "social security", "national insurance", "social insurance",
    ]),
];

/// Every word of every topic, in lower case, by how it begins.
pub(crate) struct Words {
    /// The place in `groups` for each hash of a beginning; most begin no word and have the first, which is empty.
    beginnings: Vec<u16>,
    groups: Vec<Vec<Entry>>,
}

struct Entry {
    word: &'static str,
    /// The first eight bytes of the word, and which bits of them it has.
    head: u64,
    mask: u64,
    topics: Vec<Topic>,
}

pub(crate) static ALL: LazyLock<Words> = LazyLock::new(|| {
    let mut topics: BTreeMap<&'static str, Vec<Topic>> = BTreeMap::new();
    for (topic, words) in WORDS {
        words.iter().for_each(|word| topics.entry(word).or_default().push(*topic));
    }
    for (scheme, topic) in SCHEMES.iter().zip(0..) {
        scheme.row.words.iter().for_each(|word| topics.entry(word).or_default().push(topic));
    }
    Words::new(topics)
});

impl Words {
    fn new(topics: BTreeMap<&'static str, Vec<Topic>>) -> Words {
        let mut words = Words { beginnings: vec![0; 1 << 16], groups: vec![Vec::new()] };
        for (word, topics) in topics {
            let bytes = word.as_bytes();
            let (head, mask) = (eight(bytes), eight(&vec![u8::MAX; bytes.len().min(8)]));
            if let Some(group) = words.group(bytes) {
                group.push(Entry { word, head, mask, topics });
            }
        }
        words
    }

    /// The group of words that begin like `word`.
    fn group(&mut self, word: &[u8]) -> Option<&mut Vec<Entry>> {
        let next = self.groups.len();
        let place = self.beginnings.get_mut(beginning(word)).map_or(0, |place| {
            *place = if *place == 0 { u16::try_from(next).unwrap_or(0) } else { *place };
            usize::from(*place)
        });
        self.groups.resize_with(next.max(place + 1), Vec::new);
        self.groups.get_mut(place)
    }

    /// The topics and lengths of the words that `text`, which is in lower case, begins with.
    pub(crate) fn at(&self, text: &[u8]) -> impl Iterator<Item = (&[Topic], usize)> {
        let group = self.beginnings.get(beginning(text)).copied().unwrap_or(0);
        let entries = self.groups.get(usize::from(group)).map_or(&[] as &[Entry], Vec::as_slice);
        let head = if entries.is_empty() { 0 } else { eight(text) };
        let begins = move |e: &&Entry| head & e.mask == e.head && text.starts_with(e.word.as_bytes());
        entries.iter().filter(begins).map(|entry| (entry.topics.as_slice(), entry.word.len()))
    }
}

/// A hash of 16 bits of how a whole word begins: its first three letters or digits of ASCII, or as many as it has before
/// something else; or else its first two bytes. What stands after a shorter word that is whole does not count.
fn beginning(text: &[u8]) -> usize {
    let key = match *text {
        [a, b, ..] if !a.is_ascii() => u32::from_le_bytes([a, b, 0, 0]),
        _ => {
            let letters = text.iter().take(3).take_while(|b| b.is_ascii_alphanumeric());
            letters.fold(0, |key, b| key << 8 | u32::from(*b))
        }
    };
    // D. Knuth, "The Art of Computer Programming", volume 3, section 6.4: 2^32 divided by the golden ratio.
    (key.wrapping_mul(0x9e37_79b9) >> 16) as usize
}

/// The first eight bytes of `text`, with zeros for what it is short of.
fn eight(text: &[u8]) -> u64 {
    text.first_chunk::<8>().map_or_else(
        || text.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
        |eight| u64::from_le_bytes(*eight),
    )
}

#[cfg(test)]
mod tests {
    use super::super::around::DIGITS_WITHIN;
    use super::*;

    #[test]
    fn words_have_few_digits_begin_with_no_space_and_stay_within_43_characters() {
        let words = ALL.groups.iter().flatten().map(|entry| entry.word);
        let odd = |w: &&str| {
            let digits = w.chars().filter(|c| c.is_numeric()).count();
            w.starts_with(' ') || digits > DIGITS_WITHIN || !(1..=43).contains(&w.chars().count())
        };
        assert_eq!(words.filter(odd).collect::<Vec<_>>(), Vec::<&str>::new());
    }
}
