//! What is planted: each kind of identifier with its words, how it is made, and what both finders call it.

use mask::Kind;

use crate::chance::Chance;
use crate::numbers::{
    birthday, born, card, codice_fiscale, email, grouped, hetu, iban, ip, mac, medicare, nhs, nric, phone,
    shaped, url,
};

/// A kind of identifier that both finders claim to know.
pub(crate) struct Label {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// What Presidio calls it.
    pub(crate) entity: &'static str,
    /// Words that people write before it: one for each language, or some of them for every language.
    words: Words,
    make: fn(&mut Chance, usize) -> String,
}

enum Words {
    Own([&'static str; 8]),
    Any(&'static [&'static str]),
}

impl Label {
    pub(crate) fn word(&self, chance: &mut Chance, language: usize) -> &'static str {
        match self.words {
            Words::Own(words) => words.get(language).copied().unwrap_or_default(),
            Words::Any(words) => chance.pick(words),
        }
    }

    pub(crate) fn make(&self, chance: &mut Chance, language: usize) -> String {
        (self.make)(chance, language)
    }
}

const fn label(
    name: &'static str,
    (kind, entity): (Kind, &'static str),
    words: Words,
    make: fn(&mut Chance, usize) -> String,
) -> Label {
    Label { name, kind, entity, words, make }
}

fn either(chance: &mut Chance, compact: String, sizes: &[usize], separator: &str) -> String {
    if chance.once_in(2) { compact } else { grouped(&compact, sizes, separator) }
}

use Kind::{HealthId, NationalId, TaxId};
use Words::{Any, Own};

/// All kinds that are planted.
#[rustfmt::skip]
pub(crate) const LABELS: &[Label] = &[
    label("e-mail", (Kind::Email, "EMAIL_ADDRESS"), Own(["email", "E-Mail", "courriel", "correo electrónico", "e-mail", "e-mailadres", "e-mail", "e-mail"]), |c, _| email(c)),
    label("phone", (Kind::Phone, "PHONE_NUMBER"), Own(["phone", "Telefon", "téléphone", "teléfono", "telefono", "telefoon", "telefon", "telefone"]), phone),
    label("IBAN", (Kind::Iban, "IBAN_CODE"), Any(&["IBAN"]), |c, _| iban(c)),
    label("card", (Kind::Card, "CREDIT_CARD"), Own(["card number", "Kreditkarte", "carte bancaire", "tarjeta", "carta di credito", "creditcard", "karta", "cartão"]), |c, _| card(c)),
    label("IP address", (Kind::Ip, "IP_ADDRESS"), Any(&["IP", "ip", "host"]), |c, _| ip(c)),
    label("MAC address", (Kind::Mac, "MAC_ADDRESS"), Any(&["MAC", "mac"]), |c, _| mac(c)),
    label("URL with a secret", (Kind::UrlCredential, "URL"), Any(&["url", "URL", "link"]), |c, _| url(c)),
    label("US SSN", (NationalId, "US_SSN"), Any(&["SSN", "social security number"]), |c, _| shaped(c, "us/ssn", "ddd-dd-dddd")),
    label("US ITIN", (TaxId, "US_ITIN"), Any(&["ITIN", "taxpayer id"]), |c, _| { let group = c.pick(&["5", "7"]); c.fill(&format!("9dd-{group}D-dddd")) }),
    label("UK NHS", (HealthId, "UK_NHS"), Any(&["NHS number", "NHS no"]), |c, _| nhs(c)),
    label("UK NINO", (NationalId, "UK_NINO"), Any(&["NINO", "national insurance number"]), |c, _| { let n = shaped(c, "gb/nino", "LLddddddL"); either(c, n, &[2, 2, 2, 2, 1], " ") }),
    label("ES NIF", (NationalId, "ES_NIF"), Any(&["NIF", "DNI"]), |c, _| shaped(c, "es/dni", "ddddddddL")),
    label("ES NIE", (NationalId, "ES_NIE"), Any(&["NIE"]), |c, _| shaped(c, "es/nie", "XdddddddL")),
    label("IT codice fiscale", (TaxId, "IT_FISCAL_CODE"), Any(&["codice fiscale", "C.F."]), |c, _| codice_fiscale(c)),
    label("PL PESEL", (NationalId, "PL_PESEL"), Any(&["PESEL", "nr PESEL"]), |c, _| born(c, "pl/pesel", "ddddd")),
    label("FI HETU", (NationalId, "FI_PERSONAL_IDENTITY_CODE"), Any(&["henkilötunnus", "hetu"]), |c, _| hetu(c)),
    label("IN PAN", (TaxId, "IN_PAN"), Any(&["PAN", "permanent account number"]), |c, _| shaped(c, "in/pan", "LLLPLddddL")),
    label("IN Aadhaar", (NationalId, "IN_AADHAAR"), Any(&["Aadhaar", "UIDAI number"]), |c, _| { let n = shaped(c, "in/aadhaar", "Dddddddddddd"); either(c, n, &[4, 4, 4], " ") }),
    label("AU TFN", (TaxId, "AU_TFN"), Any(&["TFN", "tax file number"]), |c, _| { let n = shaped(c, "au/tfn", "Ddddddddd"); either(c, n, &[3, 3, 3], " ") }),
    label("AU Medicare", (HealthId, "AU_MEDICARE"), Any(&["Medicare", "Medicare number"]), |c, _| medicare(c)),
    label("AU ABN", (TaxId, "AU_ABN"), Any(&["ABN", "Australian business number"]), |c, _| { let n = shaped(c, "au/abn", "Ddddddddddd"); either(c, n, &[2, 3, 3, 3], " ") }),
    label("SG NRIC", (NationalId, "SG_NRIC_FIN"), Any(&["NRIC", "FIN"]), |c, _| nric(c)),
    label("KR RRN", (NationalId, "KR_RRN"), Any(&["RRN", "resident registration number", "주민등록번호"]), |c, _| born(c, "kr/rrn", "-1dddddd")),
    label("DE Steuer-ID", (TaxId, "DE_TAX_ID"), Any(&["Steuer-ID", "Steueridentifikationsnummer"]), |c, _| { let n = shaped(c, "de/idnr", "Ddddddddddd"); either(c, n, &[2, 3, 3, 3], " ") }),
    label("CA SIN", (NationalId, "CA_SIN"), Any(&["SIN", "social insurance number"]), |c, _| { let n = shaped(c, "ca/sin", "Ddddddddd"); either(c, n, &[3, 3, 3], "-") }),
    label("SE personnummer", (NationalId, "SE_PERSONNUMMER"), Any(&["personnummer"]), |c, _| born(c, "se/personnummer", "-dddd")),
    label("TR kimlik", (NationalId, "TR_NATIONAL_ID"), Any(&["TC Kimlik No", "T.C. kimlik numarası"]), |c, _| shaped(c, "tr/tckimlik", "Ddddddddddd")),
    label("ZA ID", (NationalId, "ZA_ID_NUMBER"), Any(&["ID number", "SA ID"]), |c, _| { let day = birthday(c); c.until(crate::numbers::luhn, |c| c.fill(&format!("{day}dddd08d"))) }),
];

/// Entities of Presidio that are not planted and that are of a kind that is; all others are left out of the count.
const OTHERS: &[(&str, Kind)] = &[
    ("DE_SOCIAL_SECURITY", NationalId),
    ("DE_HEALTH_INSURANCE", HealthId),
    ("DE_ID_CARD", NationalId),
    ("DE_TAX_NUMBER", TaxId),
    ("IN_VOTER", NationalId),
    ("IT_IDENTITY_CARD", NationalId),
    ("IT_VAT_CODE", TaxId),
    ("KR_FRN", NationalId),
    ("NG_NIN", NationalId),
    ("PH_TIN", TaxId),
    ("PH_UMID", NationalId),
    ("TH_TNIN", NationalId),
    ("US_MBI", HealthId),
    ("ZA_INCOME_TAX_NUMBER", TaxId),
];

/// The kind that an entity of Presidio is.
pub(crate) fn kind_of(entity: &str) -> Option<Kind> {
    let planted = LABELS.iter().find(|l| l.entity == entity).map(|l| l.kind);
    planted.or_else(|| OTHERS.iter().find(|(name, _)| *name == entity).map(|(_, kind)| *kind))
}
