//! The parts that models play for the scripts with vendors' clients.

use serde_json::json;

use crate::upstream::answer::{Answer, End, Split, Usage};
use crate::upstream::{Mode, Vendor};

type Part = (&'static str, Mode, Option<Answer>);

pub(super) fn parts(vendor: Vendor) -> Vec<Part> {
    let said = answers().into_iter().map(|(name, answer)| (name, Mode::Instant, Some(answer)));
    said.chain(modes(vendor).into_iter().map(|(name, mode)| (name, mode, None))).collect()
}

fn answers() -> [(&'static str, Answer); 8] {
    let weather = |city: &str| json!({"city": city});
    let usage = Usage { input: 7, output: 8, cached: 100, stored: 20, thought: 0 };
    let thought = Usage { output: 12, cached: 0, stored: 0, thought: 4, ..usage };
    [
        ("echo", Answer::echo().split(Split::Every(3))),
        ("tools", Answer::call("weather", weather("Bonn")).split(Split::Every(3)).after_tool(Answer::echo())),
        (
            "two",
            Answer::text("I look. ").calling("weather", weather("Bonn")).calling("weather", weather("Lyon")),
        ),
        ("thinker", Answer::new().thinking("Let me think. ").saying("It is so.").using(thought)),
        ("cached", Answer::text("From the cache.").using(usage).from_place("eu")),
        ("long", Answer::text("And so on ").ending(End::Length)),
        ("refuser", Answer::refusal("I cannot help with that.")),
        ("blocked", Answer::text("never said").ending(End::Blocked)),
    ]
}

fn modes(vendor: Vendor) -> [(&'static str, Mode); 7] {
    let overloaded = if vendor == Vendor::Anthropic { 529 } else { 503 };
    [
        ("busy", Mode::Busy { retry_after: 3 }),
        ("overloaded", Mode::Status(overloaded)),
        ("picky", Mode::Status(400)),
        ("overseas", Mode::Status(403)),
        ("missing", Mode::Status(404)),
        ("broken", Mode::ErrorEvent { after: 4 }),
        ("cut", Mode::Cut { after: 4 }),
    ]
}
