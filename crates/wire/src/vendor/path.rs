//! Names of models as one segment of a path.

/// The name as exactly one segment, whatever is in it: everything but the unreserved characters of RFC 3986, section 2.3, is
/// percent-encoded. A name of dots alone would still be taken for a step in the path (section 5.2.4, and WHATWG URL even if
/// percent-encoded), and no name at all for none; both become a name that no model has.
pub(crate) fn segment(name: &str) -> String {
    match name {
        "" => "%20".to_owned(),
        "." => "%252E".to_owned(),
        ".." => "%252E%252E".to_owned(),
        _ => encode(name.as_bytes(), b""),
    }
}

/// Percent-encodes all but unreserved characters and those in `keep`, in upper-case hexadecimal.
pub(crate) fn encode(bytes: &[u8], keep: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() + 8);
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) || keep.contains(byte) {
            out.push(char::from(*byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
