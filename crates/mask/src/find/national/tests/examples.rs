use super::super::SCHEMES;
use crate::{Evidence, Finder, Finding, Hints};

/// An example of a scheme.
pub(super) struct Example {
    pub(super) country: &'static str,
    pub(super) scheme: &'static str,
    /// As it was published.
    pub(super) good: &'static str,
    /// The same with a check digit changed; empty where the scheme has none.
    bad: &'static str,
    /// The name of the scheme in the crate `stdnum`, if it has it.
    pub(super) stdnum: &'static str,
}

const fn example(
    place: (&'static str, &'static str),
    good: &'static str,
    bad: &'static str,
    stdnum: &'static str,
) -> Example {
    Example { country: place.0, scheme: place.1, good, bad, stdnum }
}

/// Published examples with their source. `python-stdnum` means the documentation of the module of that scheme.
#[rustfmt::skip]
pub(super) const EXAMPLES: &[Example] = &[
    example(("DE", "Steuer-ID"), "86095742719", "86095742718", "de/idnr"), // BZSt, "Steuerliche Identifikationsnummer"
    example(("DE", "Rentenversicherungsnummer"), "15 070649 C 103", "15 070649 C 104", "de/svnr"), // Wikipedia (de), "Versicherungsnummer"
    example(("DE", "Krankenversichertennummer"), "A123456780", "A123456781", ""), // GKV-Spitzenverband, as worked out in Wikipedia (de), "Krankenversichertennummer"
    example(("DE", "Personalausweis"), "T220001293", "T220001294", ""), // the specimen card of 2010, Wikipedia (de), "Personalausweis (Deutschland)"
    example(("AT", "Versicherungsnummer"), "1237 010180", "2237 010180", "at/vnr"), // Wikipedia (de), "Sozialversicherungsnummer (Österreich)"
    example(("CH", "AHV"), "756.9217.0769.85", "756.9217.0769.84", "ch/ssn"), // BSV, "AHV-Nummer"
    example(("NL", "BSN"), "111222333", "111222334", "nl/bsn"), // Wikipedia (nl), "Burgerservicenummer"
    example(("BE", "Rijksregisternummer"), "85.07.30-033.28", "85.07.30-033.29", "be/nn"), // Wikipedia (nl), "Rijksregisternummer"
    example(("FR", "NIR"), "2 95 10 99 126 111 93", "2 95 10 99 126 111 94", "fr/nir"), // python-stdnum
    example(("FR", "numéro fiscal"), "30 23 217 600 053", "30 23 217 600 054", "fr/nif"), // OECD, "France: information on tax identification numbers"
    example(("IT", "codice fiscale"), "RCCMNL83S18D969H", "RCCMNL83S18D969I", "it/codicefiscale"), // python-stdnum
    example(("IT", "partita IVA"), "00743110157", "00743110158", "it/iva"), // python-stdnum
    example(("SE", "personnummer"), "811228-9874", "811228-9873", "se/personnummer"), // Skatteverket, SKV 704
    example(("DK", "CPR"), "010180-1234", "", "dk/cpr"), // python-stdnum
    example(("NO", "fødselsnummer"), "020161 26007", "020161 26008", "no/fodselsnummer"), // python-stdnum
    example(("FI", "HETU"), "131052-308T", "131052-308U", "fi/hetu"), // Digital and Population Data Services Agency, "The personal identity code"
    example(("IS", "kennitala"), "120174-3399", "120174-3389", "is/kennitala"), // Wikipedia, "Kennitala"
    example(("PL", "PESEL"), "44051401359", "44051401358", "pl/pesel"), // Wikipedia (pl), "PESEL"
    example(("PL", "NIP"), "8567346215", "8567346216", "pl/nip"), // python-stdnum
    example(("PL", "dowód osobisty"), "ABA300000", "ABA400000", ""), // gov.pl, the specimen ABA300000
    example(("CZ", "rodné číslo"), "710319/2745", "710319/2746", "cz/rc"), // python-stdnum
    example(("SK", "rodné číslo"), "710319/2745", "710319/2746", "sk/rc"), // python-stdnum
    example(("RO", "CNP"), "1630615123457", "1630615123458", "ro/cnp"), // python-stdnum
    example(("BG", "EGN"), "7523169263", "7523169264", "bg/egn"), // GRAO, as worked out in Wikipedia (bg), "Единен граждански номер"
    example(("HU", "adóazonosító jel"), "8071592153", "8071592154", ""), // NAV, 8 07159 215 3
    example(("HU", "TAJ"), "111111110", "111111112", ""), // NEAK's rule; the specimen of blank cards
    example(("HR", "OIB"), "33392005961", "33392005962", "hr/oib"), // python-stdnum
    example(("UA", "RNOKPP"), "1759013776", "1759013777", "ua/rntrc"), // python-stdnum
    example(("RU", "СНИЛС"), "112-233-445 95", "112-233-445 96", ""), // Пенсионный фонд, 112-233-445 95
    example(("RU", "ИНН"), "366220664163", "366220664164", "ru/inn"), // python-stdnum
    example(("ES", "DNI"), "54362315K", "54362315J", "es/dni"), // python-stdnum
    example(("ES", "NIE"), "X-2482300-W", "X-2482300-T", "es/nie"), // python-stdnum
    example(("ES", "número de afiliación"), "281234567840", "281234567841", "es/nss"), // python-stdnum
    example(("PT", "NIF"), "501964843", "501964844", "pt/nif"), // python-stdnum
    example(("PT", "cartão de cidadão"), "10000000 0 ZZ2", "10000000 0 ZZ3", "pt/cc"), // python-stdnum
    example(("SI", "EMŠO"), "0101006500006", "0101006500007", "si/emso"), // python-stdnum
    example(("RS", "JMBG"), "0101006500006", "0101006500007", "rs/jmbg"), // python-stdnum
    example(("SI", "davčna številka"), "50223054", "50223055", "si/ddv"), // python-stdnum
    example(("GR", "AMKA"), "01013099997", "01013099998", "gr/amka"), // python-stdnum
    example(("GR", "AFM"), "094259216", "094259217", "gr/vat"), // python-stdnum
    example(("TR", "TCKN"), "17291716060", "17291716061", "tr/tckimlik"), // python-stdnum
    example(("TR", "VKN"), "4540536920", "4540536921", "tr/vkn"), // python-stdnum
    example(("EE", "isikukood"), "36805280109", "36805280108", "ee/ik"), // python-stdnum
    example(("LT", "asmens kodas"), "33309240064", "33309240065", "lt/asmens"), // python-stdnum
    example(("LV", "personas kods"), "161175-19997", "161175-19998", "lv/pvn"), // python-stdnum
    example(("GB", "NHS"), "943 476 5919", "943 476 5918", ""), // NHS Data Dictionary, "NHS number"
    example(("GB", "NINO"), "HH012345D", "", "gb/nino"), // python-stdnum
    example(("GB", "UTR"), "1955839661", "2955839661", "gb/utr"), // python-stdnum
    example(("IE", "PPS"), "6433435F", "6433435G", "ie/pps"), // python-stdnum
    example(("US", "SSN"), "536-90-4399", "", "us/ssn"), // python-stdnum
    example(("CA", "SIN"), "123-456-782", "123-456-783", "ca/sin"), // python-stdnum
    example(("BR", "CPF"), "390.533.447-05", "390.533.447-06", "br/cpf"), // python-stdnum
    example(("BR", "CNPJ"), "16.727.230/0001-97", "16.727.230/0001-98", "br/cnpj"), // python-stdnum
    example(("BR", "PIS"), "120.12345.67-2", "120.12345.67-3", ""), // worked out by the rule of Caixa
    example(("MX", "CURP"), "BOXW310820HNERXN09", "BOXW310820HNERXN08", "mx/curp"), // python-stdnum
    example(("MX", "RFC"), "GODE561231GR8", "GODE561231GR9", "mx/rfc"), // python-stdnum
    example(("AR", "CUIT"), "20-05536168-2", "20-05536168-3", "ar/cuit"), // python-stdnum
    example(("AR", "DNI"), "20.123.456", "", ""), // python-stdnum
    example(("CL", "RUT"), "12531909-2", "12531909-3", "cl/rut"), // python-stdnum
    example(("CO", "NIT"), "213.123.432-1", "213.123.432-2", "co/nit"), // python-stdnum
    example(("EC", "cédula"), "171430710-3", "171430710-4", "ec/ci"), // python-stdnum
    example(("UY", "cédula"), "1234567-2", "1234567-3", "uy/cedula"), // python-stdnum
    example(("DO", "cédula"), "00113918205", "00113918206", "do/cedula"), // python-stdnum
    example(("PE", "RUC"), "20512333797", "20512333798", "pe/ruc"), // python-stdnum
    example(("CN", "居民身份证"), "360426199101010071", "360426199101010072", "cn/ric"), // python-stdnum
    example(("TW", "國民身分證"), "A123456789", "A123456788", "tw/natid"), // Wikipedia (zh), "中華民國國民身分證"
    example(("HK", "HKID"), "G123456(A)", "G123456(9)", "hk/hkid"), // Wikipedia, "Hong Kong identity card"
    example(("SG", "NRIC"), "S1234567D", "S1234567E", ""), // Wikipedia, "National Registration Identity Card"
    example(("JP", "マイナンバー"), "123456789018", "123456789017", ""), // worked out by 総務省令第八十五号, art. 5, and given so in the documentation of validators
    example(("KR", "주민등록번호"), "971013-9019902", "", "kr/rrn"), // python-stdnum
    example(("IN", "Aadhaar"), "2341 2341 2346", "2341 2341 2347", "in/aadhaar"), // python-stdnum
    example(("IN", "PAN"), "ACUPA7085R", "", "in/pan"), // python-stdnum
    example(("IN", "EPIC"), "WKH1186253", "", ""), // python-stdnum
    example(("TH", "บัตรประชาชน"), "1-2345-45678-78-1", "1-2345-45678-78-2", "th/idnr"), // python-stdnum
    example(("MY", "MyKad"), "770305-02-1234", "", "my/nric"), // python-stdnum
    example(("ID", "NPWP"), "01.312.166.0-091.000", "", ""), // python-stdnum
    example(("LK", "NIC"), "942281632V", "", "lk/nic"), // python-stdnum
    example(("PK", "CNIC"), "34201-0891231-8", "", "pk/cnic"), // python-stdnum
    example(("KZ", "ЖСН"), "880806301329", "880806301320", ""), // worked out by the rule of 2003
    example(("IR", "کد ملی"), "0499370899", "0499370898", ""), // worked out in many descriptions of the rule
    example(("AE", "Emirates ID"), "784-1980-1234567-8", "784-1980-1234567-9", ""), // worked out by Luhn from the specimen 784-1980-1234567
    example(("SA", "الهوية الوطنية"), "1000000008", "1000000009", ""), // worked out by Luhn
    example(("IL", "תעודת זהות"), "039337423", "039337424", "il/idnr"), // python-stdnum
    example(("ZA", "ID number"), "7503305044089", "7503305044088", "za/idnr"), // python-stdnum
    example(("ZA", "tax reference"), "0001339050", "0001339051", "za/tin"), // python-stdnum
    example(("KE", "KRA PIN"), "P051365947M", "", "ke/pin"), // python-stdnum
    example(("AU", "TFN"), "123 456 782", "123 456 783", "au/tfn"), // python-stdnum
    example(("AU", "Medicare"), "2123 45670 1", "2123 45671 1", ""), // the specimen card of Services Australia, 2123 45670 1
    example(("AU", "ABN"), "83 914 571 673", "83 914 571 674", "au/abn"), // python-stdnum
    example(("NZ", "IRD"), "49091850", "49091851", "nz/ird"), // Inland Revenue, "IRD number validation"
    example(("NZ", "NHI"), "ZZZ0016", "ZZZ0017", ""), // HISO 10046, section on the check digit
    example(("US", "MBI"), "1EG4-TE5-MK73", "", ""), // CMS, "Understanding the MBI format", 1EG4-TE5-MK73
    example(("GB", "driving licence"), "MORGA657054SM9IJ", "", ""), // DVLA, the specimen card: MORGA657054SM9IJ
];

fn search(text: &str) -> Vec<Finding> {
    Finder::default().find(text, &Hints::default())
}

#[test]
fn a_published_example_beside_a_word_is_found_with_each_word() {
    let mut faults = Vec::new();
    for Example { country, scheme, good, .. } in EXAMPLES {
        let row = SCHEMES.iter().map(|s| s.row).find(|r| r.country == *country && r.name == *scheme);
        let row = row.unwrap_or_else(|| panic!("{country} {scheme}: no such scheme"));
        for word in row.words {
            let text = format!("Her {word} is {good} as of now.");
            let found = search(&text);
            if !found.iter().any(|f| f.evidence == Evidence::Context && &text[f.span.clone()] == *good) {
                faults.push(format!("{text}: {found:?}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_broken_check_digit_is_not_found() {
    let mut faults = Vec::new();
    for Example { country, scheme, bad, .. } in EXAMPLES.iter().filter(|e| !e.bad.is_empty()) {
        let scheme = SCHEMES.iter().find(|s| s.row.country == *country && s.row.name == *scheme).unwrap();
        for word in scheme.row.words {
            let text = format!("Her {word} is {bad} as of now.");
            let found = search(&text);
            if found
                .iter()
                .any(|f| f.country == scheme.country && f.country.is_some() && f.kind == scheme.row.kind)
            {
                faults.push(format!("{text}: {found:?}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_hint_decides_the_country() {
    for Example { country, scheme, good, .. } in EXAMPLES {
        let scheme = SCHEMES.iter().find(|s| s.row.country == *country && s.row.name == *scheme).unwrap();
        let text = format!("{}: {good}", scheme.row.words[0]);
        let hints = Hints { countries: scheme.country.into_iter().collect() };
        let found = Finder::default().find(&text, &hints);
        assert_eq!(found.first().map(|f| f.country), Some(scheme.country), "{text}: {found:?}");
    }
}

#[test]
fn at_least_forty_countries_have_a_scheme() {
    let countries: std::collections::BTreeSet<&str> =
        SCHEMES.iter().map(|s| s.row.country).filter(|c| !c.is_empty()).collect();
    assert!(countries.len() >= 60, "{}: {countries:?}", countries.len());
    assert!(SCHEMES.iter().all(|s| s.country.is_some() || s.row.country.is_empty()));
}
