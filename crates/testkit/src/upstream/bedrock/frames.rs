//! Messages of `application/vnd.amazon.eventstream`, as AWS's "Event stream encoding" (Amazon Transcribe developer guide, and
//! the Smithy specification "Amazon Event Stream") lays them out: lengths and their CRC-32, headers, payload, CRC-32 of all.

use bytes::{BufMut, Bytes, BytesMut};
use serde_json::Value;

/// Bytes before the headers.
const PRELUDE: usize = 12;
/// The last checksum.
const CHECKSUM: usize = 4;
/// The type of a header whose value is a string.
const STRING: u8 = 7;

/// An event of a stream.
pub(super) fn event(kind: &str, payload: &Value) -> Bytes {
    message(
        &[(":event-type", kind), (":content-type", "application/json"), (":message-type", "event")],
        payload.to_string().as_bytes(),
    )
}

/// A modeled error, after which the stream ends.
pub(super) fn exception(kind: &str, payload: &Value) -> Bytes {
    message(
        &[(":exception-type", kind), (":content-type", "application/json"), (":message-type", "exception")],
        payload.to_string().as_bytes(),
    )
}

fn message(headers: &[(&str, &str)], payload: &[u8]) -> Bytes {
    let mut named = BytesMut::new();
    for (name, value) in headers {
        named.put_u8(u8::try_from(name.len()).unwrap_or(u8::MAX));
        named.put_slice(name.as_bytes());
        named.put_u8(STRING);
        named.put_u16(u16::try_from(value.len()).unwrap_or(u16::MAX));
        named.put_slice(value.as_bytes());
    }
    let total = PRELUDE + named.len() + payload.len() + CHECKSUM;
    let mut out = BytesMut::with_capacity(total);
    out.put_u32(u32::try_from(total).unwrap_or(u32::MAX));
    out.put_u32(u32::try_from(named.len()).unwrap_or(u32::MAX));
    out.put_u32(crc32fast::hash(&out));
    out.put_slice(&named);
    out.put_slice(payload);
    out.put_u32(crc32fast::hash(&out));
    out.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_that_of_the_test_vectors_of_aws() {
        // "payload_no_headers" among the vectors that AWS publishes with its event stream libraries.
        let expected = "0000001d00000000fd528c5a7b27666f6f273a27626172277dc3653936";
        assert_eq!(data_encoding::HEXLOWER.encode(&message(&[], b"{'foo':'bar'}")), expected);
    }

    #[test]
    fn headers_have_a_name_a_type_and_a_length() {
        let frame = event("metadata", &Value::Null);
        assert_eq!(&frame[12..26], b"\x0b:event-type\x07\x00");
        assert_eq!(frame[26], 8);
        assert_eq!(&frame[27..35], b"metadata");
    }
}
