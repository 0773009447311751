//! Keeps the promises of [`Delta`] whatever the vendor's stream is like: one start, blocks numbered and closed, one finish for
//! each answer, one end.

use std::collections::BTreeMap;

use crate::dialog::{Block, Delta, Finish, Tokens, UpstreamFault};
use crate::vendor::StreamFault;

/// Most answers in one stream, and most blocks of one answer: what is kept for each must not grow with a hostile stream.
/// OpenAI allows `n` up to 128.
const CHOICES_MOST: u32 = 128;
const BLOCKS_MOST: u32 = 4096;

/// The deltas of a stream as they are made.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    out: Vec<Delta>,
    choices: BTreeMap<u32, Choice>,
    started: bool,
    ended: bool,
    failed: bool,
}

#[derive(Debug, Default)]
struct Choice {
    next: u32,
    open: Vec<Open>,
    called: bool,
    finished: bool,
}

#[derive(Debug)]
struct Open {
    key: u64,
    block: u32,
    what: Block,
    begun: bool,
}

/// The key of a block that the vendor does not number.
const UNNUMBERED: u64 = u64::MAX;

impl Pieces {
    /// What was made since last time.
    pub(crate) fn take(&mut self) -> Vec<Delta> {
        std::mem::take(&mut self.out)
    }

    /// Whether nothing may follow.
    pub(crate) fn is_over(&self) -> bool {
        self.ended || self.failed
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.failed
    }

    /// Whether at least one answer came, and all that did are complete.
    pub(crate) fn all_finished(&self) -> bool {
        !self.choices.is_empty() && self.choices.values().all(|choice| choice.finished)
    }

    /// The answer begins; only the first time counts.
    pub(crate) fn start(&mut self, id: Option<String>, model: Option<String>) {
        if !std::mem::replace(&mut self.started, true) {
            self.out.push(Delta::Start { id: id.unwrap_or_default(), model: model.unwrap_or_default() });
        }
    }

    pub(crate) fn tokens(&mut self, tokens: Tokens) {
        self.out.push(Delta::Tokens(tokens));
    }

    pub(crate) fn geo(&mut self, geo: String) {
        self.out.push(Delta::Geo(geo));
    }

    /// The vendor reports an error; nothing follows.
    pub(crate) fn fault(&mut self, fault: UpstreamFault) {
        self.failed = true;
        self.out.push(Delta::Fault(fault));
    }

    /// More of a text that the vendor does not number: it goes on as long as the kind stays the same.
    pub(crate) fn say(&mut self, at: u32, what: Block, text: String) -> Result<(), StreamFault> {
        if text.is_empty() {
            return Ok(());
        }
        let goes_on = self.choice(at)?.open.last().is_some_and(|open| open.what == what);
        if !goes_on {
            self.open(at, UNNUMBERED, what)?;
        }
        self.more(at, UNNUMBERED, text)
    }

    /// A block begins. Calls may overlap with calls; everything else closes what was open.
    pub(crate) fn open(&mut self, at: u32, key: u64, what: Block) -> Result<(), StreamFault> {
        let is_call = matches!(what, Block::Call { .. });
        self.close_if(at, |open| !is_call || !matches!(open.what, Block::Call { .. }) || open.key == key)?;
        let choice = self.choice(at)?;
        if choice.finished || choice.next >= BLOCKS_MOST {
            return Err(StreamFault::Malformed("a block in an answer that is complete, or too many blocks"));
        }
        let block = choice.next;
        choice.next += 1;
        choice.called |= is_call;
        choice.open.push(Open { key, block, what: what.clone(), begun: false });
        self.out.push(Delta::Open { choice: at, block, what });
        Ok(())
    }

    /// More of an open block.
    pub(crate) fn more(&mut self, at: u32, key: u64, text: String) -> Result<(), StreamFault> {
        if text.is_empty() {
            return Ok(());
        }
        let open = self.block(at, key)?;
        open.begun = true;
        let block = open.block;
        self.out.push(Delta::More { choice: at, block, text });
        Ok(())
    }

    /// The seal on an open block of thoughts, or an open call.
    pub(crate) fn seal(&mut self, at: u32, key: u64, seal: String) -> Result<(), StreamFault> {
        let block = self.block(at, key)?.block;
        self.out.push(Delta::Seal { choice: at, block, seal });
        Ok(())
    }

    /// The seal on what was thought last without a number, or on nothing that was said.
    pub(crate) fn seal_thought(&mut self, at: u32, seal: String) -> Result<(), StreamFault> {
        if !self.choice(at)?.open.last().is_some_and(|open| open.what == Block::Thought) {
            self.open(at, UNNUMBERED, Block::Thought)?;
        }
        self.seal(at, UNNUMBERED, seal)?;
        self.close(at, UNNUMBERED)
    }

    /// More of a block that has no start of its own.
    pub(crate) fn grow(&mut self, at: u32, key: u64, what: Block, text: String) -> Result<(), StreamFault> {
        self.begin(at, key, what)?;
        self.more(at, key, text)
    }

    /// The seal on thoughts that have no start of their own.
    pub(crate) fn seal_in(&mut self, at: u32, key: u64, seal: String) -> Result<(), StreamFault> {
        self.begin(at, key, Block::Thought)?;
        self.seal(at, key, seal)
    }

    fn begin(&mut self, at: u32, key: u64, what: Block) -> Result<(), StreamFault> {
        let is_open = self.choice(at)?.open.iter().any(|open| open.key == key && open.what == what);
        if is_open { Ok(()) } else { self.open(at, key, what) }
    }

    /// A block is complete, if it is open.
    pub(crate) fn close(&mut self, at: u32, key: u64) -> Result<(), StreamFault> {
        self.close_if(at, |open| open.key == key)
    }

    /// The id of an open call, if there is one under this key.
    pub(crate) fn call_id(&self, at: u32, key: u64) -> Option<&str> {
        let open = self.choices.get(&at)?.open.iter().rev().find(|open| open.key == key)?;
        match &open.what {
            Block::Call { id, .. } => Some(id),
            _ => None,
        }
    }

    /// How many blocks an answer has so far.
    pub(crate) fn blocks(&self, at: u32) -> u32 {
        self.choices.get(&at).map_or(0, |choice| choice.next)
    }

    /// An answer is complete; only the first time counts. One that stopped with calls ended for them, whatever it says.
    pub(crate) fn finish(&mut self, at: u32, finish: Finish) -> Result<(), StreamFault> {
        if self.choice(at)?.finished {
            return Ok(());
        }
        self.close_if(at, |_| true)?;
        let choice = self.choice(at)?;
        choice.finished = true;
        let finish = if choice.called && finish == Finish::Stop { Finish::Calls } else { finish };
        self.out.push(Delta::Finish { choice: at, finish });
        Ok(())
    }

    /// Everything is complete. Without a start nothing was.
    pub(crate) fn end(&mut self) -> Result<(), StreamFault> {
        if !self.started || self.is_over() {
            return Ok(());
        }
        let unfinished: Vec<u32> =
            self.choices.iter().filter(|(_, choice)| !choice.finished).map(|(at, _)| *at).collect();
        for at in unfinished {
            self.finish(at, Finish::Stop)?;
        }
        self.ended = true;
        self.out.push(Delta::End);
        Ok(())
    }

    fn choice(&mut self, at: u32) -> Result<&mut Choice, StreamFault> {
        if at >= CHOICES_MOST {
            return Err(StreamFault::Malformed("too many answers"));
        }
        Ok(self.choices.entry(at).or_default())
    }

    fn block(&mut self, at: u32, key: u64) -> Result<&mut Open, StreamFault> {
        let open = self.choice(at)?.open.iter_mut().rev().find(|open| open.key == key);
        open.ok_or(StreamFault::Malformed("a piece of a block that is not open"))
    }

    /// A call without arguments is one with an empty object.
    fn close_if(&mut self, at: u32, closes: impl Fn(&Open) -> bool) -> Result<(), StreamFault> {
        let (closed, open) =
            std::mem::take(&mut self.choice(at)?.open).into_iter().partition(|open| closes(open));
        self.choice(at)?.open = open;
        let closed: Vec<Open> = closed;
        for Open { block, what, begun, .. } in closed {
            if !begun && matches!(what, Block::Call { .. }) {
                self.out.push(Delta::More { choice: at, block, text: "{}".to_owned() });
            }
            self.out.push(Delta::Close { choice: at, block });
        }
        Ok(())
    }
}
