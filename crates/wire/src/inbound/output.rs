//! How long an answer may become, as a request says itself.

use serde::Deserialize;

use super::Wire;

/// The fields that bound an answer, on all wires; each wire has its own.
#[derive(Deserialize)]
struct Bounds {
    max_tokens: Option<u64>,
    max_completion_tokens: Option<u64>,
    max_output_tokens: Option<u64>,
    n: Option<u64>,
}

/// Most tokens of all choices of the answer together; `assumed` of each where the request does not say, none where nothing is
/// generated.
pub(super) fn most(wire: Wire, body: &[u8], assumed: u64) -> u64 {
    if matches!(wire, Wire::Embeddings | Wire::CountTokens) {
        return 0;
    }
    // What the wire's own reader accepted and this one does not has a bound of a shape that nobody knows.
    let Ok(bounds) = serde_json::from_slice::<Bounds>(body) else { return assumed };
    let of_one = match wire {
        Wire::Responses => bounds.max_output_tokens,
        Wire::Messages => bounds.max_tokens,
        _ => bounds.max_completion_tokens.or(bounds.max_tokens),
    };
    of_one.unwrap_or(assumed).saturating_mul(bounds.n.unwrap_or(1).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wire_has_its_own_bound_and_choices_multiply_it() {
        let most = |wire, body: &str| most(wire, body.as_bytes(), 1000);
        assert_eq!(most(Wire::Chat, r#"{"max_tokens":5,"n":3}"#), 15);
        assert_eq!(most(Wire::Chat, r#"{"max_tokens":5,"max_completion_tokens":9}"#), 9);
        assert_eq!(most(Wire::Chat, r#"{"max_output_tokens":5}"#), 1000);
        assert_eq!(most(Wire::Responses, r#"{"max_output_tokens":5}"#), 5);
        assert_eq!(most(Wire::Messages, r#"{"max_tokens":7,"n":2}"#), 14);
        assert_eq!(most(Wire::Chat, r#"{"n":2}"#), 2000);
        assert_eq!(most(Wire::Chat, r#"{"max_tokens":null,"n":0}"#), 1000);
        assert_eq!(most(Wire::Chat, r#"{"max_tokens":18446744073709551615,"n":3}"#), u64::MAX);
        assert_eq!(most(Wire::Chat, r#"{"max_tokens":"many"}"#), 1000);
        assert_eq!(most(Wire::Embeddings, r#"{"max_tokens":7}"#), 0);
        assert_eq!(most(Wire::CountTokens, r#"{"max_tokens":7}"#), 0);
    }
}
