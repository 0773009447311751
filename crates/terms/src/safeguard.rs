//! Transfer mechanisms and safeguards: what an exporter can hold that makes a conditional crossing lawful.

use std::fmt;
use std::str::FromStr;

use smallvec::SmallVec;

use crate::{Place, UnknownToken, nearest};

/// The effort of what cannot be put in place.
const MATTER_OF_FACT: u32 = 20;

/// Safeguards that exist once, with the effort they take to put in place: 0 none, 10 most, and 20 for
/// grounds that are a matter of fact and cannot be put in place at all.
#[rustfmt::skip]
const PLAIN: [(&str, u8); 49] = [
    ("adequacy", 0),
    ("dpf_certified", 3),
    ("dpf_certified_hr", 3),
    ("dpf_certified_nonhr", 3),
    ("dpf_uk_extension", 3),
    ("dpf_swiss", 3),
    ("privacy_shield", 3),
    ("cbpr_certified", 5),
    ("prp_certified", 5),
    ("consent_informed_transfer", 8),
    ("separate_consent", 6),
    ("contract_necessity", 20),
    ("legal_claims_need", 20),
    ("vital_interests", 20),
    ("public_interest", 20),
    ("contract_equivalent", 2),
    ("written_agreement", 1),
    ("statutory_basis", 20),
    ("local_copy", 3),
    ("local_primary_copy", 4),
    ("delete_abroad_24h", 3),
    ("encryption_keys_in_region", 4),
    ("pseudonymised_key_in_region", 4),
    ("e2e_encryption_fips", 4),
    ("not_stored_restricted_country", 2),
    ("confidential_computing", 5),
    ("no_training", 1),
    ("zero_retention", 2),
    ("in_region_processing", 3),
    ("no_remote_access", 3),
    ("cisa_security_requirements", 6),
    ("onward_transfer_ban_contract", 2),
    ("baa", 2),
    ("dora_contract_terms", 3),
    ("data_act_art32_measures", 4),
    ("secure_processing_environment", 5),
    ("dpia", 3),
    ("fria", 3),
    ("art22_safeguards", 3),
    ("ai_transparency_notice", 1),
    ("ai_act_high_risk_conformity", 8),
    ("notice_given", 1),
    ("parental_consent", 5),
    ("consent_obtained", 6),
    ("opt_out_honoured", 2),
    ("human_decision", 4),
    ("ai_output_label", 1),
    ("supervisory_access", 2),
    ("data_act_switching_terms", 2),
];

/// Mechanisms that each law has its own version of, written `name:XX`, with their effort.
#[rustfmt::skip]
const OF_A_LAW: [(&str, u8); 17] = [
    ("scc", 2),
    ("bcr", 6),
    ("cert", 5),
    ("code", 5),
    ("assessment", 8),
    ("approval", 9),
    ("filing", 3),
    ("tia", 2),
    ("pia", 2),
    ("idta", 2),
    ("addendum", 2),
    ("license", 10),
    ("genai_filing", 8),
    ("representative", 3),
    ("hds", 5),
    ("secnumcloud", 8),
    ("c5", 5),
];

const FIRST_OF_A_LAW: u16 = 1000;
const LAWS: u16 = 400;

/// A transfer mechanism or safeguard, such as `scc:EU` or `delete_abroad_24h`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Safeguard(u16);

impl Safeguard {
    /// The name without its law: `scc` of `scc:EU`.
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// The law whose version this is: `EU` of `scc:EU`.
    pub fn law(self) -> Option<Place> {
        let number = self.0.checked_sub(FIRST_OF_A_LAW)? % LAWS;
        Some(Place::numbered(number))
    }

    /// Every name there is, those of a law as `name:XX`, with its effort.
    pub fn names() -> impl Iterator<Item = (String, u8)> {
        let plain = PLAIN.iter().map(|(name, effort)| ((*name).to_owned(), *effort));
        plain.chain(OF_A_LAW.iter().map(|(name, effort)| (format!("{name}:XX"), *effort)))
    }

    /// Rough effort of putting it in place, 0 to 20; used only to list the cheapest way first.
    pub fn effort(self) -> u32 {
        u32::from(self.row().1)
    }

    /// Whether it is an act of an authority: nobody can put it in place without leave, a licence or a registration.
    pub fn is_authority_act(self) -> bool {
        matches!(self.name(), "approval" | "assessment" | "filing" | "license" | "genai_filing")
    }

    /// Whether it is a consent of the people concerned, or of those who speak for them.
    pub fn is_consent(self) -> bool {
        let consents =
            ["consent_obtained", "separate_consent", "consent_informed_transfer", "parental_consent"];
        consents.contains(&self.name())
    }

    /// Whether it is something that people are told.
    pub fn is_notice(self) -> bool {
        matches!(self.name(), "notice_given" | "ai_transparency_notice" | "ai_output_label")
    }

    /// Whether it is a matter of fact, which nobody can put in place.
    pub fn is_matter_of_fact(self) -> bool {
        self.effort() >= MATTER_OF_FACT
    }

    fn row(self) -> (&'static str, u8) {
        let found = match self.0.checked_sub(FIRST_OF_A_LAW) {
            None => PLAIN.get(usize::from(self.0)),
            Some(rest) => OF_A_LAW.get(usize::from(rest / LAWS)),
        };
        found.copied().unwrap_or(("", 0))
    }
}

impl FromStr for Safeguard {
    type Err = UnknownToken;

    fn from_str(given: &str) -> Result<Self, Self::Err> {
        let found = match given.split_once(':') {
            None => position(&PLAIN, given),
            Some((name, law)) => position(&OF_A_LAW, name)
                .zip(law_place(law))
                .map(|(row, place)| FIRST_OF_A_LAW + row * LAWS + place.index()),
        };
        found.map(Safeguard).ok_or_else(|| unknown(given))
    }
}

fn position(rows: &[(&str, u8)], name: &str) -> Option<u16> {
    rows.iter().position(|(n, _)| *n == name).map(|i| i as u16)
}

/// The United Kingdom's instruments are known by `UK`, its place by `GB`; both spellings of a law are one safeguard.
fn law_place(law: &str) -> Option<Place> {
    if law == "UK" { "GB".parse().ok() } else { law.parse().ok() }
}

fn unknown(given: &str) -> UnknownToken {
    let nearest = match given.split_once(':') {
        Some((name, law)) => {
            let law = if law_place(law).is_some() { law } else { "XX" };
            nearest(name, OF_A_LAW.iter().map(|r| r.0)).map(|n| format!("{n}:{law}"))
        }
        None if position(&OF_A_LAW, given).is_some() => Some(format!("{given}:XX")),
        None => nearest(given, PLAIN.iter().chain(&OF_A_LAW).map(|r| r.0)).map(str::to_owned),
    };
    UnknownToken { what: "safeguard", given: given.to_owned(), nearest }
}

impl fmt::Display for Safeguard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.law().map(Place::code) {
            None => f.write_str(self.name()),
            Some("GB") => write!(f, "{}:UK", self.name()),
            Some(law) => write!(f, "{}:{law}", self.name()),
        }
    }
}

impl fmt::Debug for Safeguard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What is held: a small sorted set of safeguards.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct SafeguardSet(SmallVec<[Safeguard; 8]>);

impl SafeguardSet {
    /// Adds one.
    pub fn insert(&mut self, safeguard: Safeguard) {
        if let Err(at) = self.0.binary_search(&safeguard) {
            self.0.insert(at, safeguard);
        }
    }
    /// Whether it is held.
    pub fn contains(&self, safeguard: Safeguard) -> bool {
        self.0.binary_search(&safeguard).is_ok()
    }
    /// Everything that is in either set.
    #[must_use]
    pub fn union(mut self, other: &Self) -> Self {
        other.iter().for_each(|s| self.insert(s));
        self
    }
    /// What is held, in a stable order.
    pub fn iter(&self) -> impl Iterator<Item = Safeguard> + '_ {
        self.0.iter().copied()
    }
    /// Whether nothing is held.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<Safeguard> for SafeguardSet {
    fn from_iter<I: IntoIterator<Item = Safeguard>>(safeguards: I) -> Self {
        let mut set = Self::default();
        safeguards.into_iter().for_each(|s| set.insert(s));
        set
    }
}

impl fmt::Debug for SafeguardSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{OF_A_LAW, PLAIN, Safeguard};

    #[test]
    fn every_spelling_reads_back() {
        for text in
            ["scc:EU", "tia:EU", "dpf_certified", "assessment:CN", "genai_filing:CN", "license:US", "idta:UK"]
        {
            assert_eq!(text.parse::<Safeguard>().unwrap().to_string(), text);
        }
        assert_eq!("tia:GB".parse::<Safeguard>(), "tia:UK".parse::<Safeguard>());
    }

    #[test]
    fn what_others_have_to_do_is_told_apart() {
        let all =
            || PLAIN.iter().map(|r| r.0.to_owned()).chain(OF_A_LAW.iter().map(|r| format!("{}:CN", r.0)));
        let named = |is: fn(Safeguard) -> bool| {
            let all = all().map(|text| text.parse::<Safeguard>().unwrap());
            all.filter(|s| is(*s)).map(|s| s.name()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(named(Safeguard::is_authority_act), "assessment approval filing license genai_filing");
        assert_eq!(
            named(Safeguard::is_consent),
            "consent_informed_transfer separate_consent parental_consent consent_obtained"
        );
        assert_eq!(named(Safeguard::is_notice), "ai_transparency_notice notice_given ai_output_label");
    }

    #[test]
    fn slips_are_named() {
        let nearest = |given: &str| given.parse::<Safeguard>().unwrap_err().nearest;
        assert_eq!(nearest("scc"), Some("scc:XX".to_owned()));
        assert_eq!(nearest("ssc:EU"), Some("scc:EU".to_owned()));
        assert_eq!(nearest("dpf_certifyed"), Some("dpf_certified".to_owned()));
    }
}
