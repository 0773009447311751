//! AWS's published examples.

use proptest::prelude::{prop_assert_eq, proptest};

use super::{Credentials, Request, Scope, canonical_path, sign, time};

/// The credentials of all of AWS's examples but those for S3.
fn example() -> Credentials {
    Credentials {
        access_key_id: "AKIDEXAMPLE".to_owned(),
        secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned(),
        session_token: None,
    }
}

/// 2015-08-30T12:36:00Z.
const AT: u64 = 1_440_938_160;

const GET: Request =
    Request { method: "GET", host: "example.amazonaws.com", path: "/", query: "", headers: &[], body: b"" };

fn authorization(request: &Request, scope: &Scope, credentials: &Credentials, at: u64) -> String {
    let headers = sign(request, scope, credentials, at);
    headers.into_iter().find(|(name, _)| *name == "authorization").unwrap().1
}

/// Cases of `aws-signing-test-suite` (awslabs/aws-c-auth, `tests/aws-signing-test-suite/v4`).
fn suite(request: &Request, signed: &str, signature: &str) {
    let scope = Scope { region: "us-east-1", service: "service" };
    let scoped = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request";
    let expected = format!("{scoped}, SignedHeaders={signed}, Signature={signature}");
    assert_eq!(authorization(request, &scope, &example(), AT), expected);
}

/// AWS General Reference, "Examples of the complete Signature Version 4 signing process": IAM `ListUsers`.
#[test]
fn the_example_of_iam_is_signed_as_published() {
    let request = Request {
        host: "iam.amazonaws.com",
        query: "Action=ListUsers&Version=2010-05-08",
        headers: &[("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")],
        ..GET
    };
    let scope = Scope { region: "us-east-1", service: "iam" };
    assert_eq!(
        authorization(&request, &scope, &example(), AT),
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, \
         SignedHeaders=content-type;host;x-amz-date, \
         Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
    );
}

/// S3 API reference, "Examples: Signature Calculations in AWS Signature Version 4".
#[test]
fn the_examples_of_s3_are_signed_as_published() {
    let credentials = Credentials {
        access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
        secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(),
        session_token: None,
    };
    let at = 1_369_353_600;
    let get = Request { host: "examplebucket.s3.amazonaws.com", ..GET };
    let examples = [
        (
            Request { path: "/test.txt", headers: &[("Range", "bytes=0-9")], ..get },
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        (
            Request {
                method: "PUT",
                path: "/test%24file.text",
                headers: &[
                    ("Date", "Fri, 24 May 2013 00:00:00 GMT"),
                    ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
                ],
                body: b"Welcome to Amazon S3.",
                ..get
            },
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        ),
        (
            Request { query: "lifecycle", ..get },
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        ),
        (
            Request { query: "max-keys=2&prefix=J", ..get },
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
    ];
    for (request, signature) in examples {
        let scope = Scope { region: "us-east-1", service: "s3" };
        let authorization = authorization(&request, &scope, &credentials, at);
        assert!(authorization.ends_with(signature), "{authorization}");
    }
}

#[test]
fn plain_requests_are_signed_as_published() {
    suite(&GET, "host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
    let ordered = Request { query: "Param2=value2&Param1=value1", ..GET };
    suite(&ordered, "host;x-amz-date", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
}

#[test]
fn headers_are_trimmed_as_published() {
    let request = Request { headers: &[("My-Header1", " value1"), ("My-Header2", " \"a   b   c\"")], ..GET };
    let signed = "host;my-header1;my-header2;x-amz-date";
    suite(&request, signed, "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736");
}

/// The suite's `get-space` and `get-utf8` are signed as if the path were sent as it stands there: the encoding that they show
/// is the one of signing.
#[test]
fn paths_are_encoded_as_published() {
    let space = Request { path: "/example space/", ..GET };
    suite(&space, "host;x-amz-date", "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741");
    let utf8 = Request { path: "/ሴ", ..GET };
    suite(&utf8, "host;x-amz-date", "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85");
}

#[test]
fn a_session_token_is_signed_as_published() {
    let token = "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267".to_owned();
    let credentials = Credentials { session_token: Some(token.clone()), ..example() };
    let headers = sign(&GET, &Scope { region: "us-east-1", service: "service" }, &credentials, AT);
    assert_eq!(headers[0], ("x-amz-date", "20150830T123600Z".to_owned()));
    assert_eq!(headers[1], ("x-amz-security-token", token));
    assert_eq!(
        headers[2].1,
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
         SignedHeaders=host;x-amz-date;x-amz-security-token, \
         Signature=07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8"
    );
}

#[test]
fn what_is_encoded_for_sending_is_encoded_once_more_for_signing() {
    let sent = "/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse";
    assert_eq!(canonical_path(sent, "bedrock"), "/model/anthropic.claude-3-haiku-20240307-v1%253A0/converse");
    assert_eq!(canonical_path(sent, "s3"), sent);
    assert_eq!(canonical_path("/a/./b/../c//d/", "service"), "/a/c/d/");
}

#[test]
fn credentials_show_no_secret() {
    let credentials = Credentials { session_token: Some("token".to_owned()), ..example() };
    assert_eq!(format!("{credentials:?}"), "Credentials { access_key_id: \"AKIDEXAMPLE\", .. }");
}

#[test]
fn times_are_those_of_the_calendar() {
    assert_eq!(time(0), "19700101T000000Z");
    assert_eq!(time(951_827_696), "20000229T123456Z");
    assert_eq!(time(4_107_542_399), "21000228T235959Z");
    assert_eq!(time(4_107_542_400), "21000301T000000Z");
}

proptest! {
    /// A day later is the same time of another day.
    #[test]
    fn days_follow_one_another(at in 0..200_000_000_000_u64) {
        let (today, tomorrow) = (time(at), time(at + 86_400));
        prop_assert_eq!(&today[today.len() - 8..], &tomorrow[tomorrow.len() - 8..]);
        proptest::prop_assert!(today < tomorrow || today.len() < tomorrow.len());
    }
}
