//! The settings of a request that are numbers. They are the caller's own, so what could carry more than a setting is left out or rounded.

use serde::Deserialize;
use serde_json::Value as Json;
use serve::{Attribute, Value};
use wire::Inbound;

/// More than any model answers or any request asks for.
const MOST: f64 = 10_000_000.0;

/// Whatever the wire calls them.
#[derive(Default, Deserialize)]
struct Settings {
    #[serde(default, alias = "max_completion_tokens", alias = "max_output_tokens")]
    max_tokens: Json,
    #[serde(default)]
    temperature: Json,
    #[serde(default)]
    top_p: Json,
    #[serde(default)]
    n: Json,
}

/// Those that are there and within what they can be.
pub(super) fn numbers(inbound: &Inbound) -> Vec<Attribute> {
    let settings: Settings = serde_json::from_slice(inbound.body()).unwrap_or_default();
    let rows = [
        ("gen_ai.request.max_tokens", whole(&settings.max_tokens)),
        ("gen_ai.request.choice.count", whole(&settings.n)),
        ("gen_ai.request.temperature", hundredths(&settings.temperature)),
        ("gen_ai.request.top_p", hundredths(&settings.top_p)),
    ];
    rows.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

fn whole(number: &Json) -> Option<Value> {
    number.as_u64().filter(|n| *n as f64 <= MOST).map(Value::from)
}

fn hundredths(number: &Json) -> Option<Value> {
    let number = number.as_f64().filter(|n| (0.0..=2.0).contains(n))?;
    Some(Value::Hundredths((number * 100.0).round() as i64))
}

#[cfg(test)]
mod tests {
    use serve::Value;
    use wire::{Inbound, Limits, Wire};

    use super::numbers;

    fn of(settings: &str) -> Vec<(&'static str, Value)> {
        let body =
            format!("{{\"model\":\"m\",\"messages\":[{{\"role\":\"user\",\"content\":\"hi\"}}]{settings}}}");
        numbers(&Inbound::read(Wire::Chat, body.into(), &Limits::default()).unwrap())
    }

    #[test]
    fn settings_are_told_and_nothing_that_could_be_more() {
        assert_eq!(
            of(",\"max_completion_tokens\":256,\"temperature\":0.70411111,\"n\":2"),
            [
                ("gen_ai.request.max_tokens", Value::Whole(256)),
                ("gen_ai.request.choice.count", Value::Whole(2)),
                ("gen_ai.request.temperature", Value::Hundredths(70)),
            ]
        );
        for odd in [
            ",\"max_tokens\":4111111111111111",
            ",\"temperature\":4111111111111111.0",
            ",\"user\":\"DE89370400440532013000\"",
            ",\"max_tokens\":256,\"max_completion_tokens\":256",
            ",\"seed\":4111111111111111",
            "",
        ] {
            assert_eq!(of(odd), [], "{odd}");
        }
    }
}
