//! Arguments of the questions to the law.

use clap::{Args, Subcommand, ValueEnum};
use terms::Date;

/// A question about the law.
#[derive(Subcommand)]
pub(crate) enum LawQuestion {
    /// Check rulebooks: every fault, every worked case that is ruled otherwise, every statement that no case would miss.
    /// Exits 0 if clean, 1 with findings, 2 on unusable input.
    #[command(
        after_help = "Examples:\n  comity law check\n  comity law check --law my-rulebooks kr/ jp/appi"
    )]
    Check(LawCheckArgs),
    /// Prove that no statement of the law can fail and that none is dead; or, with `--since`, that a change of law is nowhere
    /// looser or stricter, with a flow that shows it where it is. Uses the program `cvc5` where it is installed, else it only
    /// searches the worked cases, and says so. Exits 0 if proved, 1 if not, 2 on unusable input.
    #[command(
        after_help = "Examples:\n  comity law prove\n  comity law prove cn --since 2024-03-21 --as-of 2024-03-22 --claim not-stricter\n  \
        comity law prove --law my-rulebooks --since rulebooks --claim not-looser"
    )]
    Prove(LawProveArgs),
    /// Write the golden matrix of a folder of rulebooks: `golden/axes.toml` says what is asked; the answers are committed beside it,
    /// so that a change of law is reviewed as their diff.
    #[command(
        after_help = "Examples:\n  comity law golden --law rulebooks\n  comity law golden --law rulebooks --check"
    )]
    Golden(LawGoldenArgs),
    /// List every jurisdiction with its instruments, how fresh they are and how sure, and count where nobody has looked.
    #[command(
        after_help = "Examples:\n  comity law list\n  comity law list jp\n  comity law list --uncovered"
    )]
    List(LawListArgs),
    /// Show a rulebook, a jurisdiction or a provision: dates, lists, thresholds, what is asked and how it can be met.
    #[command(
        after_help = "Examples:\n  comity law show jp/appi\n  comity law show JP\n  comity law show jp/appi/28 --format json"
    )]
    Show(LawShowArgs),
    /// Show what changes when; with an estate, which of its systems are ruled otherwise from that day on.
    #[command(
        after_help = "Examples:\n  comity law calendar\n  comity law calendar --from 2026-12-01 --until 2027-06-30 -C examples/retail"
    )]
    Calendar(LawCalendarArgs),
    /// Show what differs between two states of the law, and which flows are ruled otherwise.
    #[command(
        after_help = "Examples:\n  comity law diff 2024-03-21 2024-03-22\n  comity law diff 2026-11-21 my-rulebooks\n  \
        comity law diff old-rulebooks@2026-01-01 new-rulebooks@2026-01-01 -C examples/retail"
    )]
    Diff(LawDiffArgs),
    /// Hold two regimes against each other: what each asks of some twenty uses of data, where both cannot be satisfied at once,
    /// and whether what satisfies one satisfies the other.
    #[command(after_help = "Examples:\n  comity law compare DE CN\n  comity law compare eu gb --third IN")]
    Compare(LawCompareArgs),
}

#[derive(Args)]
pub(crate) struct LawCheckArgs {
    /// Beginnings of the ids of rulebooks to report on; all if absent.
    #[arg(value_name = "ID")]
    pub(crate) books: Vec<String>,
}

#[derive(Args)]
pub(crate) struct LawProveArgs {
    /// Beginnings of the ids of rulebooks to ask about (`eu`, `eu/gdpr`); all if absent.
    #[arg(value_name = "ID")]
    pub(crate) books: Vec<String>,
    /// The day of the law; today if absent.
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<terms::Date>,
    /// The law before the change: a day, or a folder of rulebooks.
    #[arg(long, value_name = "DATE|DIR")]
    pub(crate) since: Option<String>,
    /// What must be so of the change as a whole; without it the differences are only shown.
    #[arg(long, value_enum, requires = "since")]
    pub(crate) claim: Vec<ClaimArg>,
    /// Seconds that one question may take.
    #[arg(long, value_name = "SECONDS", default_value_t = 20)]
    pub(crate) limit: u64,
}

/// A claim about a change of law.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ClaimArg {
    /// Nothing is let through that was not before.
    NotLooser,
    /// Nothing is stopped that was not before.
    NotStricter,
}

#[derive(Args)]
pub(crate) struct LawGoldenArgs {
    /// Write nothing; exit 1 if what is committed differs.
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(Args)]
pub(crate) struct LawListArgs {
    /// Only jurisdictions and rulebooks whose id begins so.
    #[arg(value_name = "PREFIX")]
    pub(crate) prefix: Option<String>,
    /// List the countries and zones whose law nobody has looked at.
    #[arg(long, conflicts_with = "prefix")]
    pub(crate) uncovered: bool,
    /// The day; today if absent.
    #[arg(long, value_name = "DAY")]
    pub(crate) as_of: Option<Date>,
}

#[derive(Args)]
pub(crate) struct LawShowArgs {
    /// A rulebook (jp/appi), a jurisdiction (JP), or a provision (jp/appi/28).
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    /// The day; today if absent.
    #[arg(long, value_name = "DAY")]
    pub(crate) as_of: Option<Date>,
}

#[derive(Args)]
pub(crate) struct LawCalendarArgs {
    /// First day; today if absent.
    #[arg(long, value_name = "DAY")]
    pub(crate) from: Option<Date>,
    /// Last day; 24 months after the first if absent.
    #[arg(long, value_name = "DAY")]
    pub(crate) until: Option<Date>,
}

#[derive(Args)]
pub(crate) struct LawDiffArgs {
    /// The law before: a day, a folder of rulebooks, or FOLDER@DAY. A folder alone takes the other side's day; without any
    /// day the law of all days is compared, and each worked case is ruled on for its own.
    #[arg(value_name = "A")]
    pub(crate) before: String,
    /// The law after, in the same way.
    #[arg(value_name = "B")]
    pub(crate) after: String,
}

#[derive(Args)]
pub(crate) struct LawCompareArgs {
    /// A jurisdiction (DE: all law that holds there), or the beginning of the ids of rulebooks (eu, us/dsp).
    #[arg(value_name = "X")]
    pub(crate) first: String,
    /// The other, in the same way.
    #[arg(value_name = "Y")]
    pub(crate) second: String,
    /// A third place to send data to; one outside both if absent.
    #[arg(long, value_name = "PLACE")]
    pub(crate) third: Option<terms::Place>,
    /// The day; today if absent.
    #[arg(long, value_name = "DAY")]
    pub(crate) as_of: Option<Date>,
}
