//! Verifies Signature Version 4 from AWS's published description ("Create a signed AWS API request", IAM user guide): the
//! canonical request, the string to sign, the derived key. Written on its own, so that a signer that is tested with it agrees
//! with the description and not with itself.

use data_encoding::HEXLOWER;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use crate::upstream::call::{Call, Fault};

/// The key that signs requests to the fake: the one of AWS's own examples.
pub const AWS_KEY: &str = "AKIDEXAMPLE";
/// Its secret.
pub const AWS_SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

pub(super) fn verify(call: &Call<'_>) -> Result<(), Fault> {
    let header = call.header("authorization");
    let header = header.ok_or_else(|| {
        Fault::new(403, "MissingAuthenticationTokenException", "Missing Authentication Token")
    })?;
    let claim = Claim::read(header).ok_or_else(|| {
        Fault::new(403, "IncompleteSignatureException", "Authorization header is not as it has to be.")
    })?;
    claim.check(call)?;
    let date = call.header("x-amz-date").unwrap_or_default();
    let request = claim.canonical_request(call);
    let to_sign = [ALGORITHM, date, &claim.scope(), &hex(request.as_bytes())].join("\n");
    if HEXLOWER.encode(&sign(&claim.signing_key(), &to_sign)) == claim.signature {
        return Ok(());
    }
    Err(mismatch(format!(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and \
         signing method. The Canonical String for this request should have been '{request}' The String-to-Sign should have \
         been '{to_sign}'"
    )))
}

/// What the header `authorization` claims.
struct Claim<'a> {
    key: &'a str,
    date: &'a str,
    region: &'a str,
    service: &'a str,
    headers: Vec<&'a str>,
    signature: &'a str,
}

impl<'a> Claim<'a> {
    fn read(header: &'a str) -> Option<Claim<'a>> {
        let fields = header.strip_prefix(ALGORITHM)?.split(',').map(str::trim);
        let (mut scope, mut headers, mut signature) = (None, None, None);
        for field in fields {
            match field.split_once('=')? {
                ("Credential", value) => scope = Some(value),
                ("SignedHeaders", value) => headers = Some(value),
                ("Signature", value) => signature = Some(value),
                _ => return None,
            }
        }
        let mut scope = scope?.split('/');
        let (key, date, region, service) = (scope.next()?, scope.next()?, scope.next()?, scope.next()?);
        if scope.next() != Some("aws4_request") || scope.next().is_some() {
            return None;
        }
        Some(Claim {
            key,
            date,
            region,
            service,
            headers: headers?.split(';').collect(),
            signature: signature?,
        })
    }

    /// Everything that has to hold besides the signature.
    fn check(&self, call: &Call<'_>) -> Result<(), Fault> {
        if self.key != AWS_KEY {
            let message = "The security token included in the request is invalid.";
            return Err(Fault::new(403, "UnrecognizedClientException", message));
        }
        if self.service != "bedrock" || self.region.is_empty() {
            return Err(mismatch(
                "Credential should be scoped to a valid region and to the correct service: 'bedrock'.",
            ));
        }
        let date = call.header("x-amz-date").unwrap_or_default();
        if !is_date(date) || date.get(..8) != Some(self.date) {
            return Err(mismatch(format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date: {date}"
            )));
        }
        self.check_headers(call)
    }

    fn check_headers(&self, call: &Call<'_>) -> Result<(), Fault> {
        let is_upper = |character: char| character.is_ascii_uppercase();
        if !self.headers.is_sorted() || self.headers.iter().any(|name| name.contains(is_upper)) {
            return Err(mismatch("SignedHeaders are not sorted and in lower case."));
        }
        let has_to_be_signed = |name: &&str| name.starts_with("x-amz-") || *name == "host";
        let mut names = call.headers.keys().map(http::HeaderName::as_str).filter(has_to_be_signed);
        if let Some(name) = names.find(|name| !self.headers.contains(name)) {
            return Err(mismatch(format!("Header `{name}` is not signed.")));
        }
        match call.header("x-amz-content-sha256") {
            Some(claimed) if claimed != hex(call.raw) => {
                Err(mismatch("x-amz-content-sha256 is not that of the body."))
            }
            _ => Ok(()),
        }
    }

    fn canonical_request(&self, call: &Call<'_>) -> String {
        let headers: String = self.headers.iter().map(|name| canonical_header(call, name)).collect();
        let parts = [
            call.method.as_str(),
            &encode(call.path),
            &canonical_query(call.query),
            &headers,
            &self.headers.join(";"),
        ];
        [&parts.join("\n"), "\n", &hex(call.raw)].concat()
    }

    fn scope(&self) -> String {
        [self.date, self.region, self.service, "aws4_request"].join("/")
    }

    fn signing_key(&self) -> Vec<u8> {
        let start = format!("AWS4{AWS_SECRET}").into_bytes();
        [self.date, self.region, self.service, "aws4_request"]
            .iter()
            .fold(start, |key, part| sign(&key, part))
    }
}

/// The name, and the values with their white space reduced. A header that is not there has no value.
fn canonical_header(call: &Call<'_>, name: &str) -> String {
    let values = call.headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    let values = values.map(|value| value.split_whitespace().collect::<Vec<_>>().join(" "));
    format!("{name}:{}\n", values.collect::<Vec<_>>().join(","))
}

/// Every service but S3 encodes a path that is encoded already once more.
fn encode(path: &str) -> String {
    let one = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
            char::from(byte).to_string()
        }
        other => format!("%{other:02X}"),
    };
    path.bytes().map(one).collect()
}

fn canonical_query(query: &str) -> String {
    let pair = |pair: &str| if pair.contains('=') { pair.to_owned() } else { format!("{pair}=") };
    let mut pairs: Vec<String> = query.split('&').filter(|part| !part.is_empty()).map(pair).collect();
    pairs.sort_unstable();
    pairs.join("&")
}

/// `YYYYMMDDTHHMMSSZ`
fn is_date(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    text.len() == 16 && digits == 14 && text.get(8..9) == Some("T") && text.ends_with('Z')
}

fn sign(key: &[u8], text: &str) -> Vec<u8> {
    // A key of any length is taken.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

fn mismatch(message: impl Into<String>) -> Fault {
    Fault::new(403, "InvalidSignatureException", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "Deriving the signing key" in AWS's General Reference: an example with its result.
    #[test]
    fn the_key_is_derived_as_in_the_example_of_aws() {
        let claim = Claim::read(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=00",
        )
        .unwrap();
        assert_eq!(
            HEXLOWER.encode(&claim.signing_key()),
            "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9"
        );
    }

    #[test]
    fn a_path_is_encoded_once_more() {
        assert_eq!(encode("/model/a.b-v1%3A0/converse"), "/model/a.b-v1%253A0/converse");
    }
}
