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

/// Every word of every topic, in lower case, by its first two bytes.
pub(crate) struct Words {
    /// The place in `groups` for each pair of bytes; most pairs begin no word and have the first, which is empty.
    heads: Vec<u16>,
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
        let mut words = Words { heads: vec![0; 1 << 16], groups: vec![Vec::new()] };
        for (word, topics) in topics {
            match *word.as_bytes() {
                [] => {}
                // Anything may follow a word of one byte.
                [only] => (0..=u8::MAX).for_each(|next| words.add([only, next], word, &topics)),
                [first, second, ..] => words.add([first, second], word, &topics),
            }
        }
        words
    }

    fn add(&mut self, head: [u8; 2], word: &'static str, topics: &[Topic]) {
        let Some(group) = self.heads.get_mut(usize::from(u16::from_be_bytes(head))) else { return };
        if *group == 0 {
            *group = u16::try_from(self.groups.len()).unwrap_or(0);
            self.groups.push(Vec::new());
        }
        if let Some(group) = self.groups.get_mut(usize::from(*group)) {
            let (head, mask) = (eight(word.as_bytes()), eight(&vec![u8::MAX; word.len().min(8)]));
            group.push(Entry { word, head, mask, topics: topics.to_vec() });
        }
    }

    /// The topics and lengths of the words that `text`, which is in lower case, begins with.
    pub(crate) fn beginning(&self, text: &[u8]) -> impl Iterator<Item = (&[Topic], usize)> {
        let head = [text.first().copied().unwrap_or(0), text.get(1).copied().unwrap_or(0)];
        let group = self.heads.get(usize::from(u16::from_be_bytes(head))).copied().unwrap_or(0);
        let entries = self.groups.get(usize::from(group)).map_or(&[] as &[Entry], Vec::as_slice);
        let head = if entries.is_empty() { 0 } else { eight(text) };
        let begins = move |e: &&Entry| head & e.mask == e.head && text.starts_with(e.word.as_bytes());
        entries.iter().filter(begins).map(|entry| (entry.topics.as_slice(), entry.word.len()))
    }
}

/// The first eight bytes of `text`, with zeros for what it is short of.
fn eight(text: &[u8]) -> u64 {
    text.first_chunk::<8>().map_or_else(
        || text.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
        |eight| u64::from_le_bytes(*eight),
    )
}
