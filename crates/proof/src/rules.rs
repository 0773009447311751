//! The law of one day as formulas: when each provision bites, and when it is met.

use std::collections::BTreeMap;

use cedar_policy::Policy;
use law::{Kind, Statement};
use terms::{Effect, PlaceSet, Safeguard};

use crate::dated::Dated;
use crate::derive::{self, Underivable};
use crate::formula::Formula;
use crate::world::{self, World};

/// Which part of a law is meant: books by the beginning of their ids, all if there is none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scope(pub Vec<String>);

impl Scope {
    /// Whether a book, a provision or a way is meant.
    pub fn has(&self, id: &str) -> bool {
        let begins =
            |s: &String| id.strip_prefix(s.as_str()).is_some_and(|r| r.is_empty() || r.starts_with('/'));
        self.0.is_empty() || self.0.iter().any(begins)
    }
}

/// The law of one day.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    pub(crate) world: World,
    pub(crate) provisions: BTreeMap<String, Provision>,
    pub(crate) ways: BTreeMap<String, WayRule>,
    /// Statements that have no formula, and why.
    pub(crate) underivable: BTreeMap<String, Underivable>,
    covered: PlaceSet,
}

/// A provision: its book reaches the flow, and its condition holds.
#[derive(Debug, Clone)]
pub(crate) struct Provision {
    pub(crate) book: String,
    pub(crate) effect: Effect,
    pub(crate) condition: Formula,
    pub(crate) hook: Formula,
    pub(crate) ways: Vec<String>,
}

/// A way: its condition holds, and everything it asks is held. It is asked of wherever a provision of it bites.
#[derive(Debug, Clone)]
pub(crate) struct WayRule {
    pub(crate) of: Vec<String>,
    pub(crate) available: Formula,
    all: Vec<Safeguard>,
}

impl Provision {
    pub(crate) fn bites(&self) -> Formula {
        self.hook.clone().and(self.condition.clone())
    }

    /// Whether it can stand against a crossing.
    pub(crate) fn restricts(&self) -> bool {
        matches!(self.effect, Effect::Forbid | Effect::Condition | Effect::Unclear)
    }
}

impl WayRule {
    /// The safeguards that it asks for.
    pub(crate) fn asks(&self) -> impl Iterator<Item = Safeguard> + '_ {
        self.all.iter().copied()
    }

    fn taken(&self) -> Formula {
        self.available.clone().and(Formula::all(self.all.iter().map(|s| held(*s))))
    }
}

/// The flag that says that a safeguard is held.
pub(crate) fn held(safeguard: Safeguard) -> Formula {
    Formula::flag(format!("held:{safeguard}"))
}

impl Rules {
    /// The formulas of a dated law, or the attribute of the schema that is of no sort known here.
    pub(crate) fn of(dated: &Dated<'_>) -> Result<Rules, String> {
        Rules::with(dated, |_| true)
    }

    /// The formulas of some statements, and of the provisions that those among them meet which are ways.
    pub(crate) fn around(dated: &Dated<'_>, ids: &[String]) -> Result<Rules, String> {
        let met = |s: &Statement| match &s.kind {
            Kind::Way { of, .. } if ids.contains(&s.id) => of.clone(),
            _ => Vec::new(),
        };
        let met: Vec<String> = dated.edition.statements().flat_map(met).collect();
        Rules::with(dated, |s| ids.contains(&s.id) || met.contains(&s.id))
    }

    fn with(dated: &Dated<'_>, wanted: impl Fn(&Statement) -> bool) -> Result<Rules, String> {
        let world = World::of(dated)?;
        let mut rules = Rules {
            world,
            provisions: BTreeMap::new(),
            ways: BTreeMap::new(),
            underivable: BTreeMap::new(),
            covered: *dated.edition.covered(),
        };
        let books = dated.law.books().iter();
        let hooks: BTreeMap<&str, Formula> =
            books.map(|b| (b.id.as_str(), world::hook(b, &rules.world))).collect();
        for statement in dated.edition.statements().filter(|s| wanted(s)) {
            let hook = hooks.get(statement.book.as_str()).cloned().unwrap_or(Formula::False);
            match rules.condition(statement) {
                Ok(condition) => rules.add(statement, condition, hook),
                Err(why) => drop(rules.underivable.insert(statement.id.clone(), why)),
            }
        }
        rules.join();
        Ok(rules)
    }

    fn condition(&self, statement: &Statement) -> Result<Formula, Underivable> {
        let unread = |e: String| Underivable::Unknown(e);
        let policy: Policy =
            statement.text.parse().map_err(|e: cedar_policy::ParseErrors| unread(e.to_string()))?;
        derive::condition(&policy.to_json().map_err(|e| unread(e.to_string()))?, &self.world)
    }

    fn add(&mut self, statement: &Statement, condition: Formula, hook: Formula) {
        let id = statement.id.clone();
        match &statement.kind {
            Kind::Provision { effect, .. } => {
                let (book, ways) = (statement.book.clone(), Vec::new());
                self.provisions.insert(id, Provision { book, effect: *effect, condition, hook, ways });
            }
            Kind::Way { of, all } => {
                let all = all.to_vec();
                self.ways.insert(id, WayRule { of: of.clone(), available: condition, all });
            }
        }
    }

    fn join(&mut self) {
        for (id, way) in &self.ways {
            for provision in &way.of {
                if let Some(provision) = self.provisions.get_mut(provision) {
                    provision.ways.push(id.clone());
                }
            }
        }
    }

    /// That a provision bites and no way is taken.
    pub(crate) fn unmet(&self, provision: &Provision) -> Formula {
        let bites = provision.bites();
        let ways = provision.ways.iter().filter_map(|id| self.ways.get(id));
        let taken: Vec<Formula> = ways.map(|w| w.taken().beside(&bites)).collect();
        bites.and(!Formula::any(taken))
    }

    /// That a provision bites although everything that can be held is held.
    pub(crate) fn barred(&self, provision: &Provision) -> Formula {
        let bites = provision.bites();
        let ways = provision.ways.iter().filter_map(|id| self.ways.get(id));
        let available: Vec<Formula> = ways.map(|w| w.available.clone().beside(&bites)).collect();
        bites.and(!Formula::any(available))
    }

    /// That some provision meant stands against the flow.
    pub(crate) fn stands_against(&self, scope: &Scope) -> Formula {
        let meant = self.provisions.iter().filter(|(id, p)| p.restricts() && scope.has(id));
        let provisions = meant.map(|(_, p)| self.unmet(p)).collect::<Vec<_>>();
        Formula::any(provisions.into_iter().chain(scope.0.is_empty().then(|| self.gap())))
    }

    /// That nobody has looked at the law of a place that must be looked at.
    pub(crate) fn gap(&self) -> Formula {
        let covered = world::with_parts(&self.covered);
        let uncovered: Vec<i64> =
            self.world.places().filter(|p| !covered.contains(*p)).map(|p| i64::from(p.index())).collect();
        let outside = |side: &str| Formula::within(side, uncovered.iter().copied());
        Formula::any([
            outside("export_from"),
            outside("collected_in"),
            outside("origin"),
            outside("subject_residence").and(Formula::flag("personal")),
        ])
    }
}
