//! What happens when, by a seed: lives of the process, the faults within each, and how each ends.

use std::time::Duration;

/// Numbers by a seed: `SplitMix64` (Steele, Lea, Flood 2014). The same seed gives the same numbers on every machine.
#[derive(Clone, Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Chance {
        Chance(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`, which is not 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % (end.max(1) as u64)).unwrap_or(0)
    }

    /// One number for a part of the whole, so that parts do not depend on what others draw.
    pub(crate) fn part(&self, number: usize) -> Chance {
        let mut own = Chance(self.0 ^ (number as u64).wrapping_mul(0xd134_2543_de82_ef95));
        own.next();
        own
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

/// A lawful upstream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Germany,
    France,
}

/// What goes wrong at an upstream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mishap {
    Dies,
    Fails,
    IsBusy,
    Stalls,
    Cuts,
    TellsAnError,
    TalksNonsense,
    HangsUp,
}

/// What goes wrong, or is done to the gateway, while it lives on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Upstream(Side, Mishap),
    /// SIGHUP with another estate that loads.
    GoodReload,
    /// SIGHUP with one that does not, and then with one that does.
    BrokenReload,
    /// `comity stop` of an endpoint, then `--reopen`.
    EndpointStopped,
    /// The same of a system.
    SystemStopped,
    /// The shared store of limits crashes and comes back; nothing where limits are counted in the process.
    StoreDown,
}

impl Fault {
    /// Its name in the report.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Fault::Upstream(_, mishap) => match mishap {
                Mishap::Dies => "upstream dies and comes back",
                Mishap::Fails => "upstream answers 500",
                Mishap::IsBusy => "upstream answers 429",
                Mishap::Stalls => "upstream falls silent",
                Mishap::Cuts => "upstream breaks off",
                Mishap::TellsAnError => "upstream tells an error in a stream",
                Mishap::TalksNonsense => "upstream answers nonsense",
                Mishap::HangsUp => "upstream hangs up",
            },
            Fault::GoodReload => "reload",
            Fault::BrokenReload => "reload of a broken estate, then mended",
            Fault::EndpointStopped => "endpoint stopped and reopened",
            Fault::SystemStopped => "system stopped and reopened",
            Fault::StoreDown => "store of limits crashes and comes back",
        }
    }

    fn all(shared_store: bool) -> Vec<Fault> {
        use Mishap::{Cuts, Dies, Fails, HangsUp, IsBusy, Stalls, TalksNonsense, TellsAnError};
        let mishaps = [Dies, Fails, IsBusy, Stalls, Cuts, TellsAnError, TalksNonsense, HangsUp];
        let of = |mishap| [Side::Germany, Side::France].map(|side| Fault::Upstream(side, mishap));
        let mut all: Vec<Fault> = mishaps.into_iter().flat_map(of).collect();
        all.extend([Fault::GoodReload, Fault::GoodReload, Fault::BrokenReload]);
        all.extend([Fault::EndpointStopped, Fault::SystemStopped]);
        all.extend([Fault::StoreDown; 2].into_iter().filter(|_| shared_store));
        all
    }
}

/// How a life of the process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// `kill -9` in the middle of everything.
    Kill,
    /// Files of the ledger cannot grow any more; then a restart.
    DiskFull,
    /// SIGTERM.
    Terminate,
}

impl End {
    pub(crate) fn name(self) -> &'static str {
        match self {
            End::Kill => "kill -9 and restart",
            End::DiskFull => "disk full, then freed, and restart",
            End::Terminate => "SIGTERM and restart",
        }
    }
}

/// One run of the process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Life {
    pub(crate) faults: Vec<Fault>,
    pub(crate) end: End,
    /// How long each fault lasts, and then the calm after it.
    pub(crate) lasts: Duration,
    pub(crate) calm: Duration,
}

/// Short lives that end badly in half of the time, then a long one whose memory can be watched. The last one ends in order.
pub(crate) fn lives(mut chance: Chance, time: Duration, shared_store: bool) -> Vec<Life> {
    let step = (time / 40).clamp(Duration::from_millis(500), Duration::from_secs(4));
    let short = short_lives(time);
    let mut faults = Bag { chance: chance.part(1), all: Fault::all(shared_store), left: Vec::new() };
    let mut life = |time: Duration, end| {
        let count = (time.as_secs_f64() / (step * 3 / 2).as_secs_f64()) as usize;
        Life { faults: faults.take(count.max(1)), end, lasts: step, calm: step / 2 }
    };
    let share = time / 2 / u32::try_from(short).unwrap_or(1);
    let mut lives = Vec::new();
    while lives.len() < short {
        let mut ends = [End::Kill, End::DiskFull, End::Terminate];
        chance.shuffle(&mut ends);
        lives.extend(ends.map(|end| life(share, end)));
    }
    lives.push(life(time / 2, End::Terminate));
    lives
}

/// About one in 20 seconds, and three at least, so that each end comes as often as the others.
fn short_lives(time: Duration) -> usize {
    let count = usize::try_from(time.as_secs() / 2 / 20).unwrap_or(0);
    count.next_multiple_of(3).max(3)
}

/// Gives every fault once before it gives any again.
struct Bag {
    chance: Chance,
    all: Vec<Fault>,
    left: Vec<Fault>,
}

impl Bag {
    fn take(&mut self, count: usize) -> Vec<Fault> {
        let mut taken = Vec::new();
        while taken.len() < count {
            if self.left.is_empty() {
                self.left = self.all.clone();
                self.chance.shuffle(&mut self.left);
            }
            taken.extend(self.left.pop());
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_lives_and_another_gives_others() {
        let of = |seed| lives(Chance::new(seed), Duration::from_secs(300), true);
        assert_eq!(of(7), of(7));
        assert_ne!(of(7), of(8));
    }

    #[test]
    fn twenty_seconds_have_every_fault_and_every_end() {
        for seed in 0..20 {
            let lives = lives(Chance::new(seed), Duration::from_secs(20), true);
            let ends: Vec<End> = lives.iter().map(|life| life.end).collect();
            assert!(
                [End::Kill, End::DiskFull, End::Terminate].iter().all(|end| ends.contains(end)),
                "{ends:?}"
            );
            assert_eq!(ends.last(), Some(&End::Terminate));
            let faults: Vec<Fault> = lives.into_iter().flat_map(|life| life.faults).collect();
            assert!(Fault::all(true).iter().all(|fault| faults.contains(fault)), "{faults:?}");
        }
    }

    #[test]
    fn a_store_that_is_not_there_does_not_crash() {
        let lives = lives(Chance::new(1), Duration::from_secs(300), false);
        assert!(lives.iter().flat_map(|life| &life.faults).all(|fault| *fault != Fault::StoreDown));
    }
}
