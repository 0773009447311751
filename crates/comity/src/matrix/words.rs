//! Words for people who do not read law: marks, safeguards, and what is needed.

use law::matrix::{Asking, Mark, Standing};
use terms::{MissingFact, Safeguard};

use super::cell::Cell;

/// What a mark means, in a sentence.
pub(crate) fn meaning(mark: Mark) -> &'static str {
    match mark {
        Mark::Looked(Standing::Free) => "Lawful as it is: nothing has to be put in place.",
        Mark::Looked(Standing::HumanReview) => "Lawful, with duties that a person has to see to.",
        Mark::Looked(Standing::Conditional) => {
            "Lawful once something is in place that you can put there yourself."
        }
        Mark::Looked(Standing::PriorApproval) => "Lawful only after an authority has acted.",
        Mark::Looked(Standing::Undecided) => {
            "A fact is missing that matters. Until it is stated, take it as a no."
        }
        Mark::Looked(Standing::Prohibited) => "Not lawful, and nothing that could be added helps.",
        Mark::NotLookedAt => "No rulebook covers this law yet. Until somebody looks, take it as a no.",
    }
}

/// What is needed, in few words and with the tokens of the command line.
pub(crate) fn needed(cell: &Cell) -> String {
    match cell.mark {
        Mark::NotLookedAt => format!("nobody looked at the law of {}", joined(cell.unlooked(), ", ")),
        Mark::Looked(Standing::Free) if cell.reasons.is_empty() => "nothing is needed".to_owned(),
        Mark::Looked(Standing::Free) => "met, nothing more is needed".to_owned(),
        Mark::Looked(Standing::HumanReview) => duties(cell),
        Mark::Looked(Standing::Undecided) => {
            let facts = cell.ruling.missing.iter().map(|m: &MissingFact| m.fact.as_str());
            format!("state {}", joined(facts, ", "))
        }
        Mark::Looked(Standing::Prohibited) => {
            cell.ruling.leading().map(|b| b.summary.clone()).unwrap_or_default()
        }
        Mark::Looked(_) => format!("needs {}{}", ways(cell), owed(cell)),
    }
}

/// What is needed, in few words that everybody understands.
pub(crate) fn needed_plainly(cell: &Cell) -> String {
    match cell.mark {
        Mark::NotLookedAt => String::new(),
        Mark::Looked(Standing::Undecided) => {
            let facts: Vec<String> = cell.ruling.missing.iter().map(|m| fact(&m.fact)).collect();
            format!("State {}", facts.join(", "))
        }
        Mark::Looked(Standing::Conditional | Standing::PriorApproval) => {
            let ways = cell.ruling.ways();
            let first: Vec<String> = ways.first().into_iter().flatten().map(|s| safeguard(*s)).collect();
            let more = if ways.len() > 1 { ", or another way" } else { "" };
            format!("{}{more}{}", sentence(&listed(&first)), owed(cell))
        }
        Mark::Looked(_) => sentence(&needed(cell)),
    }
}

/// A fact that has to be stated, in words where they say more than its key.
pub(crate) fn fact(key: &str) -> String {
    match key {
        "volume_persons" => "how many people it is about (volume_persons)".to_owned(),
        "endpoints" => "an endpoint: the system has none".to_owned(),
        other => other.to_owned(),
    }
}

/// The cheapest way, and whether there are others.
fn ways(cell: &Cell) -> String {
    let ways = cell.ruling.ways();
    let first = ways.first().map(|way| crate::show::way(way)).unwrap_or_default();
    if ways.len() > 1 { format!("{first}, or ...") } else { first }
}

fn owed(cell: &Cell) -> String {
    match cell.asked.duties.len() {
        0 => String::new(),
        1 => "; 1 duty".to_owned(),
        n => format!("; {n} duties"),
    }
}

fn duties(cell: &Cell) -> String {
    let first = cell.asked.duties.first().map(|(d, _)| d.summary.clone()).unwrap_or_default();
    match cell.asked.duties.len() {
        0 | 1 => first,
        n => format!("{first} (and {} more)", n - 1),
    }
}

/// Whether something of a kind is asked for, in a word.
pub(crate) fn asking(asking: Asking) -> &'static str {
    match asking {
        Asking::No => "no",
        Asking::OneWay => "one way",
        Asking::Needed => "needed",
    }
}

/// Words as they stand in a vocabulary, for people.
pub(crate) fn plain(token: &str) -> String {
    token.replace('_', " ")
}

/// The same with a capital letter.
pub(crate) fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// A few words, the last two joined by "and".
pub(crate) fn listed(words: &[String]) -> String {
    match words.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

pub(crate) fn joined<'a>(words: impl Iterator<Item = &'a str>, between: &str) -> String {
    words.collect::<Vec<_>>().join(between)
}

/// What a safeguard is, for people.
pub(crate) fn safeguard(safeguard: Safeguard) -> String {
    let name = safeguard.name();
    let found = SAFEGUARDS.iter().find(|(known, _)| *known == name);
    let text = found.map_or_else(|| plain(name), |(_, text)| (*text).to_owned());
    match safeguard.law() {
        Some(law) => format!("{text} ({})", super::place_names::name(law)),
        None => text,
    }
}

#[rustfmt::skip]
const SAFEGUARDS: [(&str, &str); 66] = [
    ("adequacy", "an adequacy decision"),
    ("dpf_certified", "an importer certified under the Data Privacy Framework"),
    ("dpf_certified_hr", "an importer certified under the Data Privacy Framework, for staff data"),
    ("dpf_certified_nonhr", "an importer certified under the Data Privacy Framework, for other than staff data"),
    ("dpf_uk_extension", "an importer certified under the UK extension of the Data Privacy Framework"),
    ("dpf_swiss", "an importer certified under the Swiss-US Data Privacy Framework"),
    ("privacy_shield", "an importer certified under the Privacy Shield"),
    ("cbpr_certified", "an importer certified under the Cross-Border Privacy Rules"),
    ("prp_certified", "an importer certified under Privacy Recognition for Processors"),
    ("consent_informed_transfer", "explicit consent to the transfer, after its risks were explained"),
    ("separate_consent", "a consent asked for apart from every other"),
    ("contract_necessity", "necessity for a contract with the person"),
    ("legal_claims_need", "necessity for legal claims"),
    ("vital_interests", "necessity to save a life"),
    ("public_interest", "necessity for an important public interest"),
    ("contract_equivalent", "a contract that keeps up the level of protection"),
    ("written_agreement", "a written agreement with the vendor"),
    ("statutory_basis", "a statute that says so"),
    ("local_copy", "a copy that stays in the country"),
    ("local_primary_copy", "the primary copy in the country"),
    ("delete_abroad_24h", "deletion abroad within 24 hours"),
    ("encryption_keys_in_region", "encryption with keys that stay in the region"),
    ("pseudonymised_key_in_region", "pseudonyms whose key stays in the region"),
    ("e2e_encryption_fips", "end-to-end encryption by FIPS 140"),
    ("not_stored_restricted_country", "no storage in a restricted country"),
    ("confidential_computing", "confidential computing"),
    ("no_training", "no training on the data"),
    ("zero_retention", "nothing kept by the vendor"),
    ("in_region_processing", "processing in the region only"),
    ("no_remote_access", "no access from elsewhere"),
    ("cisa_security_requirements", "the CISA security requirements"),
    ("onward_transfer_ban_contract", "a contract that bans onward transfer"),
    ("baa", "a HIPAA business associate agreement"),
    ("dora_contract_terms", "the contract terms of DORA"),
    ("data_act_art32_measures", "measures against unlawful government access"),
    ("secure_processing_environment", "a secure processing environment"),
    ("dpia", "a data protection impact assessment"),
    ("fria", "a fundamental rights impact assessment"),
    ("art22_safeguards", "a way to contest the decision and to reach a human"),
    ("ai_transparency_notice", "telling people that AI is at work"),
    ("ai_act_high_risk_conformity", "conformity as a high-risk AI system"),
    ("notice_given", "notice to the people"),
    ("parental_consent", "consent of the parents"),
    ("consent_obtained", "consent of the people"),
    ("opt_out_honoured", "an opt-out that is honored"),
    ("human_decision", "a human who decides"),
    ("ai_output_label", "a label on what AI made"),
    ("supervisory_access", "access for the supervisor"),
    ("data_act_switching_terms", "contract terms for switching vendors"),
    ("scc", "standard contractual clauses"),
    ("bcr", "binding corporate rules"),
    ("cert", "a certification"),
    ("code", "an approved code of conduct"),
    ("assessment", "a security assessment by the authority"),
    ("approval", "approval by the authority"),
    ("filing", "a filing with the authority"),
    ("tia", "a transfer impact assessment"),
    ("pia", "a privacy impact assessment"),
    ("idta", "the international data transfer agreement"),
    ("addendum", "the addendum to the standard clauses"),
    ("license", "a license"),
    ("genai_filing", "registration of the generative AI service"),
    ("representative", "a representative in the country"),
    ("hds", "certification as a host of health data"),
    ("secnumcloud", "SecNumCloud qualification"),
    ("c5", "a C5 attestation"),
];

#[cfg(test)]
mod tests {
    use terms::Safeguard;

    use super::{SAFEGUARDS, listed, safeguard, sentence};

    #[test]
    fn every_safeguard_that_has_words_exists() {
        let exists = |name: &str| name.parse::<Safeguard>().or_else(|_| format!("{name}:EU").parse());
        for (name, words) in SAFEGUARDS {
            assert!(safeguard(exists(name).unwrap()).starts_with(words), "{name}");
        }
    }

    #[test]
    fn the_law_of_a_safeguard_is_named() {
        assert_eq!(safeguard("scc:BR".parse().unwrap()), "standard contractual clauses (Brazil)");
    }

    #[test]
    fn words_are_put_together() {
        let list = |words: &[&str]| listed(&words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>());
        assert_eq!(
            (list(&[]), list(&["a"]), list(&["a", "b", "c"])),
            ("".into(), "a".into(), "a, b and c".into())
        );
        assert_eq!(sentence("état"), "État");
    }
}
