//! Documents with identifiers planted in them: letters, support tickets, logs, tables and invoices in eight languages.

use std::ops::Range;

use crate::chance::Chance;
use crate::decoys::decoy;
use crate::labels::LABELS;

/// A text, and what is planted in it.
#[derive(Default)]
pub(crate) struct Document {
    pub(crate) text: String,
    pub(crate) truth: Vec<Truth>,
}

/// A planted identifier.
pub(crate) struct Truth {
    /// Where it stands, in bytes.
    pub(crate) span: Range<usize>,
    /// Its place in [`LABELS`].
    pub(crate) label: usize,
    /// Whether a word that says what it is stands before it.
    pub(crate) named: bool,
}

/// Sentences without identifiers, a language a row: English, German, French, Spanish, Italian, Dutch, Polish, Portuguese.
const PROSE: [[&str; 4]; 8] = [
    [
        "Thank you for your letter of last week.",
        "We have looked into the matter and will answer shortly.",
        "The parcel was delivered on 12 March at 14:30.",
        "Please let us know if 3 or 4 copies are enough.",
    ],
    [
        "Vielen Dank für Ihr Schreiben vom 12.03.2024.",
        "Wir haben den Vorgang geprüft und melden uns bald.",
        "Die Lieferung kam um 14:30 Uhr an.",
        "Bitte teilen Sie uns mit, ob 3 Exemplare genügen.",
    ],
    [
        "Merci pour votre lettre du 12 mars.",
        "Nous avons examiné le dossier et vous répondrons bientôt.",
        "Le colis est arrivé à 14 h 30.",
        "Dites-nous si 3 exemplaires suffisent.",
    ],
    [
        "Gracias por su carta del 12 de marzo.",
        "Hemos revisado el asunto y le contestaremos pronto.",
        "El paquete llegó a las 14:30.",
        "Díganos si bastan 3 ejemplares.",
    ],
    [
        "Grazie per la Sua lettera del 12 marzo.",
        "Abbiamo esaminato la pratica e risponderemo presto.",
        "Il pacco è arrivato alle 14:30.",
        "Ci faccia sapere se bastano 3 copie.",
    ],
    [
        "Dank voor uw brief van 12 maart.",
        "Wij hebben de zaak bekeken en antwoorden spoedig.",
        "Het pakket kwam om 14.30 uur aan.",
        "Laat ons weten of 3 exemplaren genoeg zijn.",
    ],
    [
        "Dziękujemy za list z 12 marca.",
        "Sprawdziliśmy sprawę i wkrótce odpowiemy.",
        "Paczka dotarła o 14:30.",
        "Prosimy o informację, czy 3 egzemplarze wystarczą.",
    ],
    [
        "Obrigado pela sua carta de 12 de março.",
        "Analisámos o assunto e responderemos em breve.",
        "A encomenda chegou às 14:30.",
        "Diga-nos se 3 exemplares bastam.",
    ],
];

/// What stands before an identifier without saying what it is.
const CARRIERS: [&str; 8] = [
    "We noted",
    "Wir haben notiert:",
    "Nous avons noté",
    "Hemos anotado",
    "Abbiamo annotato",
    "Wij noteerden",
    "Zapisaliśmy",
    "Anotámos",
];

/// As many documents as asked for, the same in every run.
pub(crate) fn documents(count: usize) -> Vec<Document> {
    let mut chance = Chance::new(0x9e37_79b9_7f4a_7c15);
    (0..count).map(|n| Document::new(&mut chance, n % 8, n / 8 % 5)).collect()
}

impl Document {
    fn new(chance: &mut Chance, language: usize, genre: usize) -> Document {
        let mut document = Document::default();
        match genre {
            0 => document.letter(chance, language),
            1 => document.ticket(chance, language),
            2 => document.log(chance, language),
            3 => document.table(chance, language),
            _ => document.invoice(chance, language),
        }
        document
    }

    fn letter(&mut self, chance: &mut Chance, language: usize) {
        for _ in 0..chance.within(2, 5) {
            self.prose(chance, language);
            if chance.once_in(2) {
                self.named(chance, language, ": ", ". ");
            } else {
                self.unnamed(chance, language, ". ");
            }
            self.prose(chance, language);
            self.decoy(chance, language, ". ");
        }
    }

    fn ticket(&mut self, chance: &mut Chance, language: usize) {
        self.text.push_str(&chance.fill("[Ticket #Dddd] 2024-03-1d 09:1d\n"));
        for _ in 0..chance.within(2, 5) {
            self.text.push_str("> ");
            self.prose(chance, language);
            self.text.push_str("\n- ");
            self.named(chance, language, " ", "\n");
            self.text.push_str("- ");
            self.decoy(chance, language, "\n");
        }
    }

    fn log(&mut self, chance: &mut Chance, language: usize) {
        for _ in 0..chance.within(2, 6) {
            self.text.push_str(&chance.fill(
                "{\"ts\":\"2024-03-1dT09:1d:2d.dddZ\",\"level\":\"INFO\",\"trace\":\"xxxxxxxxxxxxxxxx\",\"",
            ));
            if chance.once_in(2) {
                self.named(chance, language, "\":\"", "\"}\n");
            } else {
                self.text.push_str("value\":\"");
                self.plant(chance, language, false);
                self.text.push_str("\",\"msg\":\"");
                self.decoy(chance, language, "\"}\n");
            }
        }
    }

    fn table(&mut self, chance: &mut Chance, language: usize) {
        self.text.push_str("no,a,b,c\n");
        for row in 1..chance.within(3, 6) {
            self.text.push_str(&format!("{row},"));
            self.plant(chance, language, false);
            self.text.push_str(",\"");
            self.decoy(chance, language, "\",");
            self.plant(chance, language, false);
            self.text.push('\n');
        }
    }

    fn invoice(&mut self, chance: &mut Chance, language: usize) {
        self.decoy(chance, language, "\n");
        self.named(chance, language, ": ", "\n");
        for item in 1..chance.within(3, 7) {
            self.text.push_str(&chance.fill(&format!("{item:04}  LL-dddd  D * dd.dd  Ddd.dd\n")));
        }
        self.decoy(chance, language, "\n");
        self.named(chance, language, ": ", " | ");
        self.named(chance, language, " ", "\n");
        self.prose(chance, language);
    }

    fn prose(&mut self, chance: &mut Chance, language: usize) {
        let sentences = PROSE.get(language).copied().unwrap_or_default();
        self.text.push_str(chance.pick(&sentences));
        self.text.push(' ');
    }

    fn named(&mut self, chance: &mut Chance, language: usize, between: &str, after: &str) {
        let label = chance.within(0, LABELS.len() as u64) as usize;
        let word = LABELS.get(label).map_or("", |l| l.word(chance, language));
        self.text.push_str(word);
        self.text.push_str(between);
        self.put(chance, language, (label, true));
        self.text.push_str(after);
    }

    fn unnamed(&mut self, chance: &mut Chance, language: usize, after: &str) {
        self.text.push_str(CARRIERS.get(language).copied().unwrap_or_default());
        self.text.push(' ');
        self.plant(chance, language, false);
        self.text.push_str(after);
    }

    fn plant(&mut self, chance: &mut Chance, language: usize, named: bool) {
        let label = chance.within(0, LABELS.len() as u64) as usize;
        self.put(chance, language, (label, named));
    }

    fn put(&mut self, chance: &mut Chance, language: usize, (label, named): (usize, bool)) {
        let made = LABELS.get(label).map_or_else(String::new, |l| l.make(chance, language));
        let start = self.text.len();
        self.text.push_str(&made);
        self.truth.push(Truth { span: start..self.text.len(), label, named });
    }

    fn decoy(&mut self, chance: &mut Chance, language: usize, after: &str) {
        self.text.push_str(&decoy(chance, language));
        self.text.push_str(after);
    }
}
