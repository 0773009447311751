//! What each key asked of late, as sketches, and how much it had in a day: bounded for each key and over all keys.

use std::collections::{BTreeMap, HashMap, VecDeque};

use super::Sketch;
use crate::{Detail, Finding, Kind, Origin};

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// How much is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Keys; with one more, the one that asked longest ago is forgotten.
    pub keys: usize,
    /// Sketches of a key, 72 bytes each; with one more, the oldest is forgotten.
    pub sketches: usize,
    /// How long a sketch counts, in milliseconds.
    pub window_ms: u64,
    /// From when on two texts are near-duplicates, in percent of [`Sketch::similarity`].
    pub alike_percent: u8,
}

impl Default for Room {
    /// 512 sketches of 4096 keys for an hour: 150 MB if all are full.
    fn default() -> Room {
        Room { keys: 4096, sketches: 512, window_ms: 60 * 60 * 1000, alike_percent: 60 }
    }
}

/// What a key may ask; none: any number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Budget {
    /// Near-duplicates of a request in the window, the request itself not counted.
    pub near_duplicates: Option<u32>,
    /// Requests in a day (UTC).
    pub requests: Option<u32>,
    /// Tokens of output in a day (UTC).
    pub output_tokens: Option<u64>,
}

/// What a key has asked, with the request that is asked now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Swept {
    /// Earlier requests in the window that are like this one.
    pub near_duplicates: u32,
    /// Requests in this day (UTC), with this one.
    pub requests: u32,
    /// Tokens of output in this day (UTC), before this request's.
    pub output_tokens: u64,
}

impl Swept {
    /// What is over a budget, as findings.
    pub fn over(&self, budget: &Budget) -> Vec<Finding> {
        let tokens = u32::try_from(self.output_tokens).unwrap_or(u32::MAX);
        let over = [
            (
                Detail::NearDuplicates,
                self.near_duplicates,
                budget.near_duplicates.is_some_and(|b| self.near_duplicates > b),
            ),
            (Detail::Requests, self.requests, budget.requests.is_some_and(|b| self.requests > b)),
            (Detail::OutputTokens, tokens, budget.output_tokens.is_some_and(|b| self.output_tokens > b)),
        ];
        let over = over.into_iter().filter(|(_, _, is_over)| *is_over);
        over.map(|(detail, count, _)| Finding {
            screen: Kind::Extraction,
            origin: Origin::Other,
            detail,
            count,
        })
        .collect()
    }
}

/// The keys and what they asked. Keys are numbers that the caller gives them.
#[derive(Debug)]
pub struct Sweeps {
    room: Room,
    keys: HashMap<u64, Asked>,
    /// Keys by when they asked last, the one to forget first.
    order: BTreeMap<u64, u64>,
    turn: u64,
}

#[derive(Debug, Default)]
struct Asked {
    turn: u64,
    sketches: VecDeque<(u64, Sketch)>,
    day: u64,
    requests: u32,
    output_tokens: u64,
}

impl Sweeps {
    /// With nothing asked.
    pub fn new(room: Room) -> Sweeps {
        Sweeps { room, keys: HashMap::new(), order: BTreeMap::new(), turn: 0 }
    }

    /// Counts a request of a key at a time, in milliseconds of Unix time, and says what the key has asked
    /// with it. A clock that goes back forgets nothing and starts no day.
    pub fn asked(&mut self, key: u64, sketch: Sketch, now_ms: u64) -> Swept {
        let room = self.room;
        let asked = self.touch(key, now_ms);
        asked.sketches.retain(|(at, _)| at.saturating_add(room.window_ms) > now_ms);
        let least = f32::from(room.alike_percent) / 100.0;
        let near = asked.sketches.iter().filter(|(_, earlier)| earlier.similarity(&sketch) >= least).count();
        asked.sketches.push_back((now_ms, sketch));
        while asked.sketches.len() > room.sketches {
            asked.sketches.pop_front();
        }
        asked.requests = asked.requests.saturating_add(1);
        let near_duplicates = u32::try_from(near).unwrap_or(u32::MAX);
        Swept { near_duplicates, requests: asked.requests, output_tokens: asked.output_tokens }
    }

    /// Counts the output of a request of a key.
    pub fn answered(&mut self, key: u64, output_tokens: u64, now_ms: u64) {
        let asked = self.touch(key, now_ms);
        asked.output_tokens = asked.output_tokens.saturating_add(output_tokens);
    }

    /// How many keys are remembered.
    pub fn keys(&self) -> usize {
        self.keys.len()
    }

    /// A key's record, moved to the end of those to forget, in the day that it is.
    fn touch(&mut self, key: u64, now_ms: u64) -> &mut Asked {
        self.turn += 1;
        let turn = self.turn;
        if let Some(known) = self.keys.get(&key) {
            self.order.remove(&known.turn);
        } else if self.keys.len() >= self.room.keys.max(1)
            && let Some((_, oldest)) = self.order.pop_first()
        {
            self.keys.remove(&oldest);
        }
        self.order.insert(turn, key);
        let asked = self.keys.entry(key).or_default();
        asked.turn = turn;
        let day = now_ms / DAY_MS;
        if day > asked.day {
            *asked = Asked {
                day,
                requests: 0,
                output_tokens: 0,
                turn,
                sketches: std::mem::take(&mut asked.sketches),
            };
        }
        asked
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Seed;

    const ROOM: Room = Room { keys: 3, sketches: 4, window_ms: 1000, alike_percent: 60 };

    fn sketch(text: &str) -> Sketch {
        Sketch::of(text, &Seed::from_bytes([1; 16]))
    }

    #[test]
    fn a_sweep_is_counted_in_its_window() {
        let mut sweeps = Sweeps::new(ROOM);
        let ask = |n: u32| sketch(&format!("Translate item number {n} of the list into French and German"));
        let counts = [0_u64, 100, 200, 1150]
            .map(|now| sweeps.asked(7, ask(u32::try_from(now).unwrap()), now).near_duplicates);
        assert_eq!(counts, [0, 1, 2, 1], "of the first two the window has passed");
        assert_eq!(sweeps.asked(7, sketch("How high is the tower in Ghent?"), 1160).near_duplicates, 0);
        assert_eq!(sweeps.asked(8, ask(1), 1160).near_duplicates, 0, "another key");
    }

    #[test]
    fn a_day_has_its_own_volume() {
        let mut sweeps = Sweeps::new(ROOM);
        let one = sketch("one");
        sweeps.asked(1, one, DAY_MS - 2);
        sweeps.answered(1, 500, DAY_MS - 1);
        assert_eq!(
            sweeps.asked(1, one, DAY_MS - 1),
            Swept { near_duplicates: 1, requests: 2, output_tokens: 500 }
        );
        assert_eq!(sweeps.asked(1, one, DAY_MS), Swept { near_duplicates: 2, requests: 1, output_tokens: 0 });
        assert_eq!(sweeps.asked(1, one, DAY_MS - 1).requests, 2, "a clock that goes back starts no day");
    }

    #[test]
    fn what_is_over_a_budget_is_told() {
        let swept = Swept { near_duplicates: 9, requests: 20, output_tokens: u64::MAX };
        assert_eq!(swept.over(&Budget::default()), []);
        let tight = Budget { near_duplicates: Some(8), requests: Some(20), output_tokens: Some(1) };
        let details: Vec<Detail> = swept.over(&tight).into_iter().map(|f| f.detail).collect();
        assert_eq!(details, [Detail::NearDuplicates, Detail::OutputTokens]);
    }

    #[test]
    fn the_key_that_asked_longest_ago_is_forgotten() {
        let mut sweeps = Sweeps::new(ROOM);
        for key in [1, 2, 3, 1, 4] {
            sweeps.asked(key, sketch("one"), 5);
        }
        assert_eq!(sweeps.keys(), 3);
        assert_eq!(sweeps.asked(1, sketch("one"), 5).requests, 3, "it had asked again");
        assert_eq!(sweeps.asked(2, sketch("one"), 5).requests, 1);
    }

    proptest! {
        #[test]
        fn memory_is_bounded(asks in proptest::collection::vec((0_u64..20, 0_u64..5000), 0..200)) {
            let mut sweeps = Sweeps::new(ROOM);
            for (key, now) in asks {
                sweeps.asked(key, sketch("one"), now);
                prop_assert!(sweeps.keys.len() <= 3 && sweeps.order.len() == sweeps.keys.len());
                prop_assert!(sweeps.keys.values().all(|asked| asked.sketches.len() <= 4));
            }
        }
    }
}
