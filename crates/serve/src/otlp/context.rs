//! The trace that a caller is in, by its `traceparent` (W3C Trace Context, section 3.2).

use data_encoding::HEXLOWER;
use http::HeaderMap;

use super::span::{SpanId, TraceId};

/// Characters of `traceparent` in version 00: `00-`, 32 digits, `-`, 16 digits, `-`, 2 digits.
const LENGTH: usize = 55;

/// The span of a caller within which its request was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parent {
    /// The trace.
    pub trace: TraceId,
    /// The caller's span.
    pub span: SpanId,
    /// Whether the caller's side records it.
    pub sampled: bool,
}

impl Parent {
    /// The caller's span, if there is exactly one valid `traceparent`.
    pub fn of(headers: &HeaderMap) -> Option<Parent> {
        let mut all = headers.get_all("traceparent").iter();
        let (Some(one), None) = (all.next(), all.next()) else { return None };
        Parent::parse(one.to_str().ok()?)
    }

    fn parse(text: &str) -> Option<Parent> {
        let (own, rest) = text.split_at_checked(LENGTH)?;
        let mut parts = own.split('-');
        let (version, trace) = (digits::<1>(parts.next()?)?, digits::<16>(parts.next()?)?);
        let (span, flags) = (digits::<8>(parts.next()?)?, digits::<1>(parts.next()?)?);
        // A later version may say more, after another hyphen; version ff is none.
        let fits = match version {
            [0] => rest.is_empty(),
            [0xff] => false,
            _ => rest.is_empty() || rest.starts_with('-'),
        };
        let named = trace != [0; 16] && span != [0; 8];
        let [flags] = flags;
        (fits && named && parts.next().is_none()).then_some(Parent {
            trace: TraceId(trace),
            span: SpanId(span),
            sampled: flags & 1 == 1,
        })
    }
}

/// Lower-case hexadecimal digits, exactly so many.
fn digits<const N: usize>(text: &str) -> Option<[u8; N]> {
    HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};
    use proptest::prelude::{any, proptest};

    use super::{Parent, SpanId, TraceId};

    const GOOD: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn a_valid_one_is_read_and_any_other_is_none() {
        let parent = Parent::parse(GOOD).unwrap();
        assert_eq!(parent.span, SpanId([0xb7, 0xad, 0x6b, 0x71, 0x69, 0x20, 0x33, 0x31]));
        assert!(parent.sampled);
        assert!(Parent::parse(&format!("01{}-more", &GOOD[2..])).is_some());
        for bad in [
            "",
            &GOOD[1..],
            &format!("{GOOD}-more"),
            &format!("ff{}", &GOOD[2..]),
            &format!("01{}more", &GOOD[2..]),
            &GOOD.replace("0af7", "0AF7"),
            &GOOD.replace("b7ad6b7169203331", "0000000000000000"),
            &GOOD.replace("0af7651916cd43dd8448eb211c80319c", "00000000000000000000000000000000"),
            &GOOD.replace('-', "_"),
        ] {
            assert_eq!(Parent::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn of_two_neither_is_taken() {
        let mut headers = HeaderMap::new();
        headers.append("traceparent", HeaderValue::from_static(GOOD));
        assert!(Parent::of(&headers).is_some());
        headers.append("traceparent", HeaderValue::from_static(GOOD));
        assert_eq!(Parent::of(&headers), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(trace in any::<[u8; 16]>(), span in any::<[u8; 8]>(), flags in any::<u8>()) {
            let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
            let text = format!("00-{}-{}-{flags:02x}", hex(&trace), hex(&span));
            let parent = Parent { trace: TraceId(trace), span: SpanId(span), sampled: flags % 2 == 1 };
            let is_none = trace == [0; 16] || span == [0; 8];
            assert_eq!(Parent::parse(&text), (!is_none).then_some(parent));
        }

        #[test]
        fn no_text_is_too_odd(text in any::<String>()) {
            assert_eq!(Parent::parse(&text), None);
        }
    }
}
