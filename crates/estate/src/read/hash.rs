//! The hash of an estate: over what is stated, in an order of its own, and over the tables that say what regions mean.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use toml::de::DeValue;

use super::document::Document;
use crate::tables::TEXTS;

/// SHA-256 over the canonical form, in hexadecimal. Entries are sorted within their section and keys within their table, so the
/// order of files and keys does not count; the order within a list does.
pub(crate) fn of(document: &Document<'_>) -> String {
    over(document, |_| true)
}

/// The same over what replicas of one estate share: everything but how each listens and where it records.
pub(crate) fn shared(document: &Document<'_>) -> String {
    over(document, |section| !matches!(section, "gateway" | "ledger"))
}

fn over(document: &Document<'_>, counts: impl Fn(&str) -> bool) -> String {
    let mut hasher = Sha256::new();
    hasher.update(b"comity estate v1\n");
    for (name, text) in TEXTS {
        hasher.update(format!("{name} {}\n", hex(&Sha256::digest(text))));
    }
    for (section, cells) in document.cells.iter().filter(|(section, _)| counts(section)) {
        let mut entries: Vec<String> = cells.iter().map(|cell| canonical(cell.value)).collect();
        entries.sort();
        for entry in entries {
            hasher.update(format!("{section} {}\n{entry}\n", entry.len()));
        }
    }
    hex(&hasher.finalize())
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

fn canonical(value: &DeValue<'_>) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &DeValue<'_>, out: &mut String) {
    match value {
        DeValue::String(text) => quoted(text, out),
        DeValue::Integer(n) => match i128::from_str_radix(n.as_str(), n.radix()) {
            Ok(n) => out.push_str(&n.to_string()),
            Err(_) => out.push_str(n.as_str()),
        },
        DeValue::Float(n) => match n.as_str().parse::<f64>() {
            Ok(n) => out.push_str(&format!("{n:?}")),
            Err(_) => out.push_str(n.as_str()),
        },
        DeValue::Boolean(value) => out.push_str(if *value { "true" } else { "false" }),
        // A day may be written with or without quotes.
        DeValue::Datetime(day) => quoted(&day.to_string(), out),
        DeValue::Array(elements) => {
            out.push('[');
            for element in elements.iter() {
                write(element.get_ref(), out);
                out.push(',');
            }
            out.push(']');
        }
        DeValue::Table(keys) => {
            let sorted: BTreeMap<&str, &DeValue<'_>> =
                keys.iter().map(|(k, v)| (k.get_ref().as_ref(), v.get_ref())).collect();
            out.push('{');
            for (key, value) in sorted {
                quoted(key, out);
                out.push(':');
                write(value, out);
                out.push(',');
            }
            out.push('}');
        }
    }
}

/// Text as JSON writes it, so that no text can pass for structure.
fn quoted(text: &str, out: &mut String) {
    out.push_str(&serde_json::Value::from(text).to_string());
}
