//! Forms, sizes, and what is not taken.

use serde_json::json;

use super::*;

fn admission() -> Admission {
    Admission {
        ms: 1_763_766_260_123,
        decisions: vec![1_234_567, 1_234_568],
        endpoint: "frankfurt-mistral".into(),
        system: "support-assistant".into(),
        key: "key_3f9a2c".into(),
        request: "01JD8Q4T7X9V2M5N6P8R0S1T2V".into(),
        attempt: 1,
        digest: Digest::salted(&[1; 16], b"body"),
        sources: BTreeMap::from([("subject_residence".into(), Source::Caller)]),
        masked: false,
        surge: None,
        shadow: None,
        flags: Vec::new(),
        price: None,
    }
}

fn every_kind() -> Vec<Entry> {
    let closure = Closure {
        ms: 4,
        kind: ClosureKind::Endpoint,
        id: "us-east".into(),
        by: "operator".into(),
        why: "drill".into(),
    };
    vec![
        Entry::Start(Start {
            v: SCHEMA,
            ms: 1,
            origin: "example.com/log".into(),
            software: "comity 0.1.0".into(),
            size: 7,
            root: "AAAA".into(),
        }),
        Entry::Config(Config {
            ms: 2,
            editions: vec!["e1".into(), "e2".into()],
            estate: "s1".into(),
            by: By::Reload,
            ok: false,
        }),
        Entry::Decision(Decision {
            edition: "e1".into(),
            estate: "s1".into(),
            signature: "00ff".into(),
            flow: json!({"to_location": "US", "data": ["contact"]}),
            ruling: json!({"verdict": "permit", "needs": []}),
        }),
        Entry::Admission(admission()),
        Entry::Outcome(Outcome {
            admission: 123_456_789,
            code: OutcomeCode::UpstreamError,
            ms: 1_763_766_260_123,
            bytes: 1_234_567,
            tokens_in: Some(12_345),
            tokens_out: Some(12_345),
            price: Some(1_234),
        }),
        Entry::Refusal(Refusal {
            ms: 3,
            decisions: vec![1],
            system: "crm".into(),
            key: "k1".into(),
            request: "r1".into(),
            code: "refused_by_law".into(),
            digest: Digest::salted(&[1; 16], b"body"),
            flags: vec!["injection/persona/user".into()],
        }),
        Entry::Stop(closure.clone()),
        Entry::Reopen(Closure { kind: ClosureKind::System, ..closure }),
        Entry::Telemetry(Telemetry { ms: 5, system: "crm".into(), decisions: vec![1, 4], permit: true }),
        Entry::Alarm(Alarm { ms: 5, what: "a provision failed to evaluate".into(), admission: Some(3) }),
        Entry::Version(Version {
            ms: 6,
            act: VersionAct::Promote,
            system: "desk".into(),
            alias: "assistant".into(),
            live: "2025-08-07".into(),
            canary: Some("2025-11-01".into()),
            share: Some(10),
            by: "operator".into(),
            why: "trial".into(),
        }),
        Entry::Admission(Admission {
            masked: true,
            surge: Some("loan".into()),
            shadow: Some(Shadowed { id: "trial".into(), instead: Some("paris".into()), masked: true }),
            flags: vec!["hidden_text/zero_width/user".into()],
            price: Some(1_234_567),
            ..admission()
        }),
    ]
}

#[test]
fn forms_are_stable() {
    let lines: Vec<_> = every_kind().iter().map(|entry| entry.to_line().unwrap()).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    {"t":"start","v":1,"ms":1,"origin":"example.com/log","software":"comity 0.1.0","size":7,"root":"AAAA"}
    {"t":"config","ms":2,"editions":["e1","e2"],"estate":"s1","by":"reload","ok":false}
    {"t":"decision","edition":"e1","estate":"s1","signature":"00ff","flow":{"to_location":"US","data":["contact"]},"ruling":{"verdict":"permit","needs":[]}}
    {"t":"a","ms":1763766260123,"d":[1234567,1234568],"e":"frankfurt-mistral","s":"support-assistant","k":"key_3f9a2c","r":"01JD8Q4T7X9V2M5N6P8R0S1T2V","n":1,"h":"Sqge_MogADU7JTIj01o4NI2Q0NGGlQN8HoH-nTSzZCU","f":{"subject_residence":"caller"}}
    {"t":"o","a":123456789,"c":"upstream_error","ms":1763766260123,"b":1234567,"i":12345,"o":12345,"p":1234}
    {"t":"r","ms":3,"d":[1],"s":"crm","k":"k1","r":"r1","c":"refused_by_law","h":"Sqge_MogADU7JTIj01o4NI2Q0NGGlQN8HoH-nTSzZCU","x":["injection/persona/user"]}
    {"t":"stop","ms":4,"kind":"endpoint","id":"us-east","by":"operator","why":"drill"}
    {"t":"reopen","ms":4,"kind":"system","id":"us-east","by":"operator","why":"drill"}
    {"t":"telemetry","ms":5,"system":"crm","decisions":[1,4],"permit":true}
    {"t":"alarm","ms":5,"what":"a provision failed to evaluate","admission":3}
    {"t":"version","ms":6,"act":"promote","system":"desk","alias":"assistant","live":"2025-08-07","canary":"2025-11-01","share":10,"by":"operator","why":"trial"}
    {"t":"a","ms":1763766260123,"d":[1234567,1234568],"e":"frankfurt-mistral","s":"support-assistant","k":"key_3f9a2c","r":"01JD8Q4T7X9V2M5N6P8R0S1T2V","n":1,"h":"Sqge_MogADU7JTIj01o4NI2Q0NGGlQN8HoH-nTSzZCU","f":{"subject_residence":"caller"},"m":true,"u":"loan","w":{"id":"trial","instead":"paris","masked":true},"x":["hidden_text/zero_width/user"],"p":1234567}
    "#);
}

#[test]
fn every_kind_round_trips() {
    for entry in every_kind() {
        assert_eq!(Entry::parse(&entry.to_line().unwrap()), Ok(entry));
    }
}

#[test]
fn a_typical_admission_has_256_bytes_and_an_outcome_128() {
    let length = |entry: &Entry| entry.to_line().unwrap().len();
    assert!(length(&Entry::Admission(admission())) <= 256, "{}", length(&Entry::Admission(admission())));
    let outcome = every_kind().swap_remove(4);
    assert!(length(&outcome) <= 128, "{}", length(&outcome));
}

#[test]
fn what_nobody_counted_cost_what_was_set_aside_unless_it_was_surely_not_answered() {
    for code in [OutcomeCode::Unreachable, OutcomeCode::NotSent, OutcomeCode::UpstreamError] {
        assert_eq!(code.cost(7), 0, "{code:?}");
    }
    for code in [OutcomeCode::Served, OutcomeCode::Timeout, OutcomeCode::Abandoned, OutcomeCode::ClientGone] {
        assert_eq!(code.cost(7), 7, "{code:?}");
    }
}

#[test]
fn codes_are_written_as_they_are_named() {
    for code in [
        OutcomeCode::Served,
        OutcomeCode::Truncated,
        OutcomeCode::ClientGone,
        OutcomeCode::UpstreamError,
        OutcomeCode::Unreachable,
        OutcomeCode::NotSent,
        OutcomeCode::Timeout,
        OutcomeCode::Abandoned,
    ] {
        assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
    }
}

#[test]
fn unknown_types_keys_and_codes_are_errors() {
    let malformed = |line: &str| matches!(Entry::parse(line), Err(EntryError::Malformed(_)));
    assert!(malformed(r#"{"t":"note","ms":1}"#));
    assert!(malformed(r#"{"t":"alarm","ms":1,"what":"x","who":"y"}"#));
    assert!(malformed(r#"{"t":"alarm","ms":1}"#));
    assert!(malformed(r#"{"t":"o","a":1,"c":"lost","ms":1,"b":0}"#));
    assert!(malformed(r#"{"t":"alarm","ms":1,"ms":2,"what":"x"}"#));
    assert!(malformed(""));
    assert!(malformed(r#"{"t":"alarm","ms":1,"what":"x"}{}"#));
}

#[test]
fn another_order_or_spacing_is_not_canonical() {
    for line in [
        r#"{"t":"alarm","what":"x","ms":1}"#,
        r#"{"t":"alarm","ms":1,"what":"x" }"#,
        r#"{"t":"alarm","ms":1,"what":"\u0078"}"#,
        "{\"t\":\"alarm\",\"ms\":1,\"what\":\"x\"}\n",
    ] {
        assert_eq!(Entry::parse(line), Err(EntryError::NotCanonical), "{line}");
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let long = Entry::Alarm(Alarm { ms: 1, what: "x".repeat(70_000), admission: None });
    assert!(matches!(long.to_line(), Err(EntryError::TooLong(_))));
}
