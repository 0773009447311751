//! A statement of law: a Cedar `forbid` policy with the annotations that say what it is.

use cedar_policy::{Policy, PolicyId, PolicySet};
use serde::Serialize;
use sha2::{Digest, Sha256};
use terms::{Confidence, Date, Effect, Way};

use crate::book::Book;
use crate::condition::{Condition, Names, Unsayable, compile};
use crate::fault::LawFaults;
use crate::period::Period;
use crate::ways;

mod shape;

/// Whether a statement is law yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Applies.
    InForce,
    /// Adopted; applies from its date.
    Enacted,
    /// Not law; bites only where a question asks "what if".
    Proposed,
}

/// What a statement does.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Says when something bites.
    Provision {
        /// What biting does.
        effect: Effect,
        /// For an exposure: whose power, and which.
        exposure: Option<(String, String)>,
        /// For what is unclear: the fact that would tell.
        ask: Option<&'static str>,
    },
    /// Says how provisions can be met.
    Way {
        /// The provisions that it meets.
        of: Vec<String>,
        /// Everything that must be held.
        all: Way,
    },
}

/// One statement of a rulebook.
#[derive(Debug, Clone)]
pub struct Statement {
    /// Identity: the provision's own, or one made of book and position for a way.
    pub id: String,
    /// Identity of the book.
    pub book: String,
    /// What it does.
    pub kind: Kind,
    /// Law and article.
    pub cite: String,
    /// In plain words.
    pub summary: String,
    /// Where it can be read.
    pub source: String,
    /// When we last looked.
    pub checked: Date,
    /// When we must look again.
    pub review_by: Option<Date>,
    /// When it holds.
    pub period: Period,
    /// Whether it is law yet.
    pub status: Status,
    /// How sure we are that it says what the law says.
    pub confidence: Confidence,
    /// Line of `rules.cedar` on which it begins.
    pub line: usize,
    /// What it says, in Cedar, as Cedar prints it.
    pub text: String,
    /// Hash of all that rules by it: what it says, does and cites.
    pub(crate) digest: [u8; 32],
    /// What it says, in Cedar, as it was written.
    pub written: String,
    pub(crate) policy: Policy,
    /// When it holds; always, until it is compiled.
    pub(crate) condition: Condition,
}

impl Statement {
    /// Compiles the condition, and takes the digest of the whole.
    ///
    /// # Errors
    /// What of its condition a rule cannot say.
    pub(crate) fn compile(&mut self, names: &Names) -> Result<(), Unsayable> {
        self.condition = compile(self.policy.as_ref(), names)?;
        let all = format!("{} {} {:?} {}", self.id, self.cite, self.kind, self.text);
        self.digest = Sha256::digest(all).into();
        Ok(())
    }

    /// What it does when it bites; none for a way.
    pub fn effect(&self) -> Option<Effect> {
        match self.kind {
            Kind::Provision { effect, .. } => Some(effect),
            Kind::Way { .. } => None,
        }
    }

    /// Its condition in Cedar, as Cedar prints it; empty if it has none.
    pub fn condition_text(&self) -> String {
        let ast: &cedar_policy_core::ast::Policy = self.policy.as_ref();
        ast.non_scope_constraints().map(ToString::to_string).unwrap_or_default()
    }

    /// The statement as a reason of a ruling.
    pub(crate) fn because(&self, effect: Effect) -> terms::Because {
        terms::Because {
            provision: self.id.clone(),
            cite: self.cite.clone(),
            effect,
            summary: self.summary.clone(),
            confidence: self.confidence,
        }
    }
}

const KNOWN: [&str; 18] = [
    "id",
    "effect",
    "cite",
    "source",
    "checked",
    "review_by",
    "from",
    "until",
    "known",
    "status",
    "summary",
    "state",
    "power",
    "way",
    "all",
    "note",
    "confidence",
    "ask",
];

/// Reads every statement of `rules.cedar`.
pub(crate) fn read(file: &str, book: &Book, text: &str, faults: &mut LawFaults) -> Vec<Statement> {
    if let Some((offset, message)) = shape::leaves_at(text) {
        faults.push_at(file, line(text, offset), "", message);
        return Vec::new();
    }
    let policies = match text.parse::<PolicySet>() {
        Ok(policies) => policies,
        Err(error) => {
            for error in error.iter() {
                let offset = miette::Diagnostic::labels(error).and_then(|mut labels| labels.next());
                let line = offset.map_or(1, |label| line(text, label.offset()));
                faults.push_at(file, line, "", error.to_string());
            }
            return Vec::new();
        }
    };
    let mut policies: Vec<&Policy> = policies.policies().collect();
    policies.sort_by_key(|p| position(p));
    let mut found = Vec::new();
    for (number, policy) in policies.into_iter().enumerate() {
        found.extend(Reader { file, book, source: text, policy, number, faults }.statement());
    }
    found
}

/// The line of a text on which a byte stands, from 1.
pub(crate) fn line(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|b| *b == b'\n').count() + 1
}

/// Cedar numbers the policies of a text `policy0`, `policy1`, ... in order.
fn position(policy: &Policy) -> usize {
    policy.id().to_string().trim_start_matches("policy").parse().unwrap_or(usize::MAX)
}

struct Reader<'a> {
    file: &'a str,
    book: &'a Book,
    source: &'a str,
    policy: &'a Policy,
    number: usize,
    faults: &'a mut LawFaults,
}

impl Reader<'_> {
    fn statement(mut self) -> Option<Statement> {
        self.known_annotations();
        if self.policy.effect() != cedar_policy::Effect::Forbid {
            self.fault("every statement is a `forbid` policy");
        }
        let kind = self.kind()?;
        let id = self.id();
        let policy = self.policy.new_id(PolicyId::new(&id));
        Some(Statement {
            line: self.line(),
            text: policy.to_string(),
            written: self.written(),
            condition: Condition::Always(true),
            digest: [0; 32],
            policy,
            cite: self.required("cite")?,
            summary: self.text("summary").unwrap_or_default(),
            source: self.text("source").unwrap_or_else(|| self.book.source.clone()),
            checked: self.day("checked").unwrap_or(self.book.checked),
            review_by: self.day("review_by").or(self.book.review_by),
            period: Period { from: self.day("from"), until: self.day("until"), known: self.day("known") },
            status: self.status(),
            confidence: self.confidence(),
            book: self.book.id.clone(),
            kind,
            id,
        })
    }

    fn id(&self) -> String {
        self.text("id").unwrap_or_else(|| format!("{}#way-{}", self.book.id, self.number))
    }

    fn line(&self) -> usize {
        let ast: &cedar_policy_core::ast::Policy = self.policy.as_ref();
        ast.loc().map_or(1, |loc| line(self.source, loc.start()))
    }

    fn written(&self) -> String {
        let ast: &cedar_policy_core::ast::Policy = self.policy.as_ref();
        let slice = ast.loc().and_then(|loc| self.source.get(loc.start()..loc.end()));
        slice.unwrap_or_default().to_owned()
    }

    fn fault(&mut self, message: impl Into<String>) {
        self.faults.push_at(self.file, self.line(), self.id(), message);
    }

    fn text(&self, key: &str) -> Option<String> {
        self.policy.annotation(key).map(str::to_owned)
    }

    fn required(&mut self, key: &str) -> Option<String> {
        let found = self.text(key).filter(|t| !t.is_empty());
        if found.is_none() {
            self.fault(format!("`@{key}` is required"));
        }
        found
    }

    fn day(&mut self, key: &str) -> Option<Date> {
        let text = self.text(key)?;
        let read = text.parse().ok();
        if read.is_none() {
            self.fault(format!("`@{key}(\"{text}\")` is not a day; write it as YYYY-MM-DD"));
        }
        read
    }

    fn status(&mut self) -> Status {
        match self.text("status").as_deref() {
            None | Some("in_force") => Status::InForce,
            Some("enacted") => Status::Enacted,
            Some("proposed") => Status::Proposed,
            Some(other) => {
                self.fault(format!("`@status(\"{other}\")` is not one of in_force, enacted, proposed"));
                Status::Proposed
            }
        }
    }

    fn confidence(&mut self) -> Confidence {
        let Some(text) = self.text("confidence") else { return self.book.confidence };
        Confidence::read(&text).unwrap_or_else(|| {
            self.fault(format!("`@confidence(\"{text}\")` is not one of high, medium, low, recheck"));
            Confidence::Low
        })
    }

    fn kind(&mut self) -> Option<Kind> {
        match (self.text("id"), self.text("way")) {
            (Some(_), None) => self.provision(),
            (None, Some(of)) => self.way(&of),
            _ => {
                self.fault("a statement has either `@id` (a provision) or `@way` (a way)");
                None
            }
        }
    }

    fn provision(&mut self) -> Option<Kind> {
        let effect = match self.required("effect")?.as_str() {
            "forbid" => Effect::Forbid,
            "condition" => Effect::Condition,
            "duty" => Effect::Duty,
            "exposure" => Effect::Exposure,
            "unclear" => Effect::Unclear,
            other => {
                self.fault(format!(
                    "`@effect(\"{other}\")` is not one of forbid, condition, duty, exposure, unclear"
                ));
                return None;
            }
        };
        self.required("summary")?;
        if !self.id().starts_with(&format!("{}/", self.book.id)) {
            self.fault(format!("the id of a provision starts with its book, `{}/`", self.book.id));
        }
        let exposure = match effect {
            Effect::Exposure => Some((self.required("state")?, self.required("power")?)),
            _ => None,
        };
        let ask = match effect {
            Effect::Unclear => Some(self.fact()?),
            _ => None,
        };
        Some(Kind::Provision { effect, exposure, ask })
    }

    fn fact(&mut self) -> Option<&'static str> {
        let asked = self.required("ask")?;
        terms::fact_key(&asked).map_err(|error| self.fault(format!("`@ask`: {error}"))).ok()
    }

    fn way(&mut self, of: &str) -> Option<Kind> {
        let all = self.text("all").unwrap_or_default();
        match ways::read(&all) {
            Ok(all) => Some(Kind::Way { of: of.split(',').map(|p| p.trim().to_owned()).collect(), all }),
            Err(error) => {
                self.fault(format!("`@all`: {error}"));
                None
            }
        }
    }

    fn known_annotations(&mut self) {
        let unknown: Vec<String> = self
            .policy
            .annotations()
            .map(|(k, _)| k.to_owned())
            .filter(|k| !KNOWN.contains(&k.as_str()))
            .collect();
        for key in unknown {
            let help = terms::nearest(&key, KNOWN)
                .map(|n| format!("; the nearest known one is `@{n}`"))
                .unwrap_or_default();
            self.fault(format!("unknown annotation `@{key}`{help}"));
        }
    }
}
