//! A statement of law: a Cedar `forbid` policy with the annotations that say what it is.

use cedar_policy::{Policy, PolicyId, PolicySet};
use serde::Serialize;
use terms::{Confidence, Date, Effect, Way};

use crate::book::Book;
use crate::conjuncts;
use crate::fault::LawFaults;
use crate::period::Period;
use crate::ways;

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
        ask: Option<String>,
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
    pub(crate) policy: Policy,
    /// The conditions of the policy, each a policy of its own.
    pub(crate) conditions: Vec<Policy>,
}

impl Statement {
    /// The statement in Cedar's own syntax, for those who prove things about it; [`crate::schema`] gives its types.
    pub fn cedar(&self) -> String {
        self.policy.to_string()
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
    let policies = match text.parse::<PolicySet>() {
        Ok(policies) => policies,
        Err(error) => {
            faults.push(file, "", render(&error));
            return Vec::new();
        }
    };
    let mut policies: Vec<&Policy> = policies.policies().collect();
    policies.sort_by_key(|p| position(p));
    let mut found = Vec::new();
    for (number, policy) in policies.into_iter().enumerate() {
        found.extend(Reader { file, book, policy, number, faults }.statement());
    }
    found
}

fn render(error: &cedar_policy::ParseErrors) -> String {
    error.iter().map(|e| e.to_string()).collect::<Vec<_>>().join("; ")
}

/// Cedar numbers the policies of a text `policy0`, `policy1`, ... in order.
fn position(policy: &Policy) -> usize {
    policy.id().to_string().trim_start_matches("policy").parse().unwrap_or(usize::MAX)
}

struct Reader<'a> {
    file: &'a str,
    book: &'a Book,
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
            conditions: conjuncts::of(&policy),
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

    fn fault(&mut self, message: impl Into<String>) {
        self.faults.push(self.file, self.id(), message);
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
            Effect::Unclear => Some(self.required("ask").filter(|fact| self.is_fact(fact))?),
            _ => None,
        };
        Some(Kind::Provision { effect, exposure, ask })
    }

    fn is_fact(&mut self, fact: &str) -> bool {
        let help = terms::fact_key(fact).err();
        if let Some(error) = &help {
            self.fault(format!("`@ask`: {error}"));
        }
        help.is_none()
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
