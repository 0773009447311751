//! AWS Signature Version 4, in the `Authorization` header.
//!
//! Source: AWS IAM User Guide, "Create a signed AWS API request"; the exception for S3 is in the S3 API reference,
//! "Signature Calculations for the Authorization Header".

#[cfg(test)]
mod tests;

use std::fmt;

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use crate::vendor::path::encode;

/// Who signs. Its `Debug` shows no secret.
#[derive(Clone)]
pub struct Credentials {
    /// The access key's id; not a secret.
    pub access_key_id: String,
    /// The secret access key.
    pub secret_access_key: String,
    /// The session token of temporary credentials.
    pub session_token: Option<String>,
}

/// What is signed: the request as it will be sent.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The method, in capitals.
    pub method: &'a str,
    /// The host, with a port if it is not the scheme's own.
    pub host: &'a str,
    /// The whole path as it will be sent, percent-encoded.
    pub path: &'a str,
    /// The query as it will be sent, without its question mark; empty if there is none.
    pub query: &'a str,
    /// Other headers to be signed. Leave out those that a proxy or the client may change.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body.
    pub body: &'a [u8],
}

/// What the signature is good for.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The region, such as `eu-central-1`.
    pub region: &'a str,
    /// The service's name for signing: `bedrock` for the host `bedrock-runtime`.
    pub service: &'a str,
}

/// The headers to add to the request, signed at `at`, in seconds since 1970: `x-amz-date`, `authorization`, for temporary
/// credentials `x-amz-security-token`, and for S3 `x-amz-content-sha256`.
pub fn sign(
    request: &Request,
    scope: &Scope,
    credentials: &Credentials,
    at: u64,
) -> Vec<(&'static str, String)> {
    let time = time(at);
    let date = time.get(..8).unwrap_or_default();
    let payload = hex(&Sha256::digest(request.body));
    let mut added = vec![("x-amz-date", time.clone())];
    added.extend(credentials.session_token.clone().map(|token| ("x-amz-security-token", token)));
    if scope.service == "s3" {
        added.push(("x-amz-content-sha256", payload.clone()));
    }
    let (names, headers) = canonical_headers(request, &added);
    let canonical = [
        request.method,
        &canonical_path(request.path, scope.service),
        &canonical_query(request.query),
        &headers,
        &names,
        &payload,
    ]
    .join("\n");
    let range = [date, scope.region, scope.service, "aws4_request"];
    let hashed = hex(&Sha256::digest(canonical.as_bytes()));
    let to_sign = ["AWS4-HMAC-SHA256", &time, &range.join("/"), &hashed].join("\n");
    let signature = hex(&keyed(&signing_key(&credentials.secret_access_key, range), &to_sign));
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders={names}, Signature={signature}",
        credentials.access_key_id,
        range.join("/")
    );
    added.push(("authorization", authorization));
    added
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Credentials").field("access_key_id", &self.access_key_id).finish_non_exhaustive()
    }
}

/// Names and lines of all headers, by name; the value of several of one name are joined, and spaces in them taken together.
fn canonical_headers(request: &Request, added: &[(&'static str, String)]) -> (String, String) {
    let given = request.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), trimmed(value)));
    let own = added.iter().map(|(name, value)| ((*name).to_owned(), trimmed(value)));
    let mut all: Vec<(String, String)> =
        given.chain(own).chain([("host".to_owned(), trimmed(request.host))]).collect();
    all.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut joined: Vec<(String, String)> = Vec::with_capacity(all.len());
    for (name, value) in all {
        match joined.last_mut() {
            Some((last, values)) if *last == name => {
                values.push(',');
                values.push_str(&value);
            }
            _ => joined.push((name, value)),
        }
    }
    let names: Vec<&str> = joined.iter().map(|(name, _)| name.as_str()).collect();
    let lines = joined.iter().map(|(name, value)| format!("{name}:{value}\n"));
    (names.join(";"), lines.collect())
}

fn trimmed(value: &str) -> String {
    value.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

/// The path is encoded once more than it is sent, but for S3; and its steps are taken out (RFC 3986, section 5.2.4).
fn canonical_path(path: &str, service: &str) -> String {
    let path = if path.is_empty() { "/" } else { path };
    if service == "s3" {
        return path.to_owned();
    }
    let mut kept: Vec<&str> = Vec::new();
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(kept.pop()),
            step => kept.push(step),
        }
    }
    let ends = if path.ends_with('/') && !kept.is_empty() { "/" } else { "" };
    format!("/{}{ends}", encode(kept.join("/").as_bytes(), b"/"))
}

/// The parameters of a query that is encoded already, by name and then value; one without a value gets an empty one.
fn canonical_query(query: &str) -> String {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let mut pairs: Vec<(&str, &str)> = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).collect();
    pairs.sort_unstable();
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

fn signing_key(secret: &str, range: [&str; 4]) -> Vec<u8> {
    range.iter().fold(format!("AWS4{secret}").into_bytes(), |key, step| keyed(&key, step))
}

fn keyed(key: &[u8], text: &str) -> Vec<u8> {
    // HMAC takes keys of any length; the error is for kinds of MAC that do not.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `20150830T123600Z`, by the calendar that was extended to all years (Howard Hinnant, "chrono-Compatible Low-Level Date
/// Algorithms", `civil_from_days`; days are not negative here).
fn time(at: u64) -> String {
    let (days, second) = (at / 86_400, at % 86_400);
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}
