use super::SCHEMES;
use crate::{Evidence, Finder, Finding, Hints};

/// A scheme, an example as it was published, and the same with a check digit changed.
struct Example {
    country: &'static str,
    scheme: &'static str,
    good: &'static str,
    bad: &'static str,
}

const fn example(
    country: &'static str,
    scheme: &'static str,
    good: &'static str,
    bad: &'static str,
) -> Example {
    Example { country, scheme, good, bad }
}

fn search(text: &str) -> Vec<Finding> {
    Finder::default().find(text, &Hints::default())
}

/// Published examples; the source of each stands beside it.
#[rustfmt::skip]
const EXAMPLES: &[Example] = &[
    // BZSt, "Steuerliche Identifikationsnummer", example 86095742719; also in the format description of the IdNr.
    example("DE", "Steuer-ID", "86095742719", "86095742718"),
    // Wikipedia (de), "Versicherungsnummer": 15 070649 C 103.
    example("DE", "Rentenversicherungsnummer", "15070649C103", "15070649C104"),
    // GKV-Spitzenverband's procedure as explained in Wikipedia (de), "Krankenversichertennummer": A123456780.
    example("DE", "Krankenversichertennummer", "A123456780", "A123456781"),
    // The specimen card of 2010, Wikipedia (de), "Personalausweis (Deutschland)": T220001293, without its check digit T22000129.
    example("DE", "Personalausweis", "T220001293", "T220001294"),
    // Wikipedia (de), "Sozialversicherungsnummer": 1237 010180.
    example("AT", "Versicherungsnummer", "1237 010180", "1238 010180"),
    // BSV, "AHV-Nummer": 756.9217.0769.85.
    example("CH", "AHV", "756.9217.0769.85", "756.9217.0769.84"),
    // Wikipedia (nl), "Burgerservicenummer": 111222333.
    example("NL", "BSN", "111222333", "111222334"),
    // Wikipedia (nl), "Rijksregisternummer": 85.07.30-033 28.
    example("BE", "Rijksregisternummer", "85.07.30-033.28", "85.07.30-033.29"),
    // python-stdnum does not have it; Guichet.lu's form gives 1983081213312 as a specimen of the thirteen digits of 2013.
    // Wikipedia (fr), "Numéro de sécurité sociale en France": 2 55 08 14 168 025 38.
    example("FR", "NIR", "2 55 08 14 168 025 38", "2 55 08 14 168 025 39"),
    // OECD, "France: information on tax identification numbers": 30 23 217 600 053.
    example("FR", "numéro fiscal", "30 23 217 600 053", "30 23 217 600 054"),
    // Wikipedia (it), "Codice fiscale": RSSMRA85T10A562S.
    example("IT", "codice fiscale", "RSSMRA85T10A562S", "RSSMRA85T10A562T"),
];

#[test]
fn published_examples_are_found_and_a_broken_check_digit_is_not() {
    let mut faults = Vec::new();
    for Example { country, scheme, good, bad } in EXAMPLES {
        let Some(row) = SCHEMES.iter().map(|s| s.row).find(|r| r.country == *country && r.name == *scheme)
        else {
            faults.push(format!("{country} {scheme}: no such scheme"));
            continue;
        };
        for word in row.words {
            let text = format!("Her {word} is {good} as of now.");
            let fits = |f: &Finding| {
                f.kind == row.kind && f.evidence == Evidence::Context && &text[f.span.clone()] == *good
            };
            if !search(&text).iter().any(|f| fits(f)) {
                faults.push(format!("{text}: {:?}", search(&text)));
            }
        }
        let text = format!("Her {} is {bad} as of now.", row.words[0]);
        if search(&text).iter().any(|f| f.kind == row.kind && f.raises()) && good != bad {
            faults.push(format!("{text}: {:?}", search(&text)));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
