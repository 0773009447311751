//! Logs, metrics, errors and the ledger see no content and no secret.

use std::fmt::Debug;
use std::path::Path;
use std::sync::{Arc, Mutex};

use data_encoding::HEXLOWER;
use gateway::{Secrets, SecretsError};
use ledger::OutcomeCode;
use testkit::{AWS_SECRET, Answer, FakeCollector, Mode, SpanSeen};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::house::{CHAT, GUARD, House, KEY, Plan, ask, ask_streamed, credential, post, stating};
use crate::telemetry::AT_HOME;
use crate::vendors::{ALL, KEY as WIRES_KEY, MESSAGES, say, to};

/// Something that identifies a person, in a prompt.
const IDENTIFIER: &str = "DE89370400440532013000";

/// A card, as long as the id of a span; and an account, as part of the id of a trace.
const CARD: &str = "4111111111111111";
const DIGITS: &str = "89370400440532013000";

/// Everything that is said in logs and spans, at every level, by us and by what we stand on.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        attributes.record(&mut self.clone());
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl Visit for Log {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.lock().unwrap().push_str(&format!("{field}={value:?}\n"));
    }
}

fn files(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            files(&entry.path(), found);
        } else {
            found.push((entry.path().display().to_string(), std::fs::read(entry.path()).unwrap()));
        }
    }
}

/// Everything that was told to a collector: as it came, and its ids as digits.
fn telemetry(collector: &FakeCollector) -> Vec<(String, Vec<u8>)> {
    let raw = collector.requests().into_iter().map(|request| (request.path, request.body.to_vec()));
    let ids = collector.spans().into_iter().map(|span| {
        let digits = [span.trace, span.id, span.parent].concat();
        ("the ids of a span".to_owned(), HEXLOWER.encode(&digits).into_bytes())
    });
    raw.chain(ids).collect()
}

#[tokio::test]
async fn side_channels_see_no_secret() {
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    let collector = FakeCollector::start().await.unwrap();
    let instead = vec![("collector", collector.url())];
    let house = House::with(Plan { more: AT_HOME, instead, ..Plan::default() }).await;
    let mut told = Vec::new();
    let mut body = ask("assistant");
    body["messages"][0]["content"] = format!("Refund to {IDENTIFIER}, please.").into();
    body["user"] = IDENTIFIER.into();
    let mut abroad = body.clone();
    abroad["model"] = "abroad".into();
    let mut streamed = ask_streamed("assistant");
    streamed["messages"] = body["messages"].clone();
    for mode in [
        Mode::Instant,
        Mode::Status(500),
        Mode::Status(400),
        Mode::Status(401),
        Mode::Garbage,
        Mode::WrongType,
        Mode::HangUp,
        Mode::Cut { after: 2 },
        Mode::ErrorEvent { after: 1 },
        Mode::Busy { retry_after: 1 },
    ] {
        for name in ["frankfurt", "paris", "mumbai"] {
            house.upstream(name).set(mode.clone());
        }
        for body in [&body, &abroad, &streamed] {
            let answer = house.chat(body).await;
            told.push(format!("{:?} {}", answer.headers, answer.text()));
        }
    }
    for name in ["frankfurt", "paris", "mumbai"] {
        house.upstream(name).die().await;
    }
    told.push(house.chat(&body).await.text());
    // Bodies that cannot be read, with the identifier where the fault is.
    for broken in
        [format!("{{\"model\": \"assistant\", {IDENTIFIER}}}"), format!("{{\"model\": [\"{IDENTIFIER}\"]}}")]
    {
        told.push(house.send(post(broken)).await.text());
    }
    told.push(
        house.send(stating(&[("x-comity-subject", "DE"), ("cookie", IDENTIFIER)], "assistant")).await.text(),
    );
    // An unknown model's name comes back to the caller, and goes nowhere else.
    house.chat(&ask(IDENTIFIER)).await;
    house.get(IDENTIFIER, "/v1/models").await;
    // Ids of a trace are words of a caller too.
    let trace = format!("00-000000000000{DIGITS}-{CARD}-01");
    told.push(
        house.send(stating(&[("traceparent", &trace), ("tracestate", IDENTIFIER)], "here")).await.text(),
    );
    house.get(KEY, &format!("/v1/{IDENTIFIER}")).await;

    assert!(house.telemetry.as_ref().unwrap().flush(GUARD).await);
    let (spans, points) = (collector.spans(), collector.points());
    let crossings = spans.iter().filter(|span| span.kind == 3).count();
    assert!(spans.len() - crossings > 30 && crossings > 3, "of {spans:?}, {crossings} are crossings");
    assert!(!points.is_empty());
    let metrics = house.get(KEY, "/metrics").await.text();
    assert!(metrics.contains("comity_crossings_total"), "{metrics}");
    told.push(metrics);
    let (mut all, folder) = (telemetry(&collector), house.folder.path().to_owned());
    for name in ["shanghai", "frankfurt", "paris", "mumbai"] {
        // The one file that has to hold it.
        std::fs::remove_file(folder.join(format!("{name}.key"))).unwrap();
    }
    house.border.ledger().checkpoint().unwrap();
    files(&folder, &mut all);
    assert!(all.len() > 3, "journal, checkpoint, tiles");
    all.extend(told.into_iter().map(|text| ("an answer".to_owned(), text.into_bytes())));
    let log = log.0.lock().unwrap().clone();
    assert!(log.contains("no answer"), "the log was captured");
    all.push(("the log".to_owned(), log.into_bytes()));
    let secrets = [
        IDENTIFIER.to_owned(),
        KEY.to_owned(),
        "parcel".into(),
        credential("frankfurt"),
        credential("paris"),
        CARD.to_owned(),
        DIGITS.to_owned(),
    ];
    for (place, bytes) in &all {
        for secret in &secrets {
            let seen = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(
                !seen,
                "`{secret}` is in {place}: {}",
                String::from_utf8_lossy(&bytes[..bytes.len().min(2000)])
            );
        }
    }
    house.end().await;
}

#[tokio::test]
async fn metrics_have_no_labels_from_requests() {
    let house = House::open().await;
    for model in ["assistant", "abroad", "no-such-model"] {
        house.chat(&ask(model)).await;
    }
    let metrics = house.get(KEY, "/metrics").await.text();
    for line in [
        "comity_crossings_total{endpoint=\"frankfurt\",outcome=\"served\"} 1",
        "comity_errors_total{code=\"refused_by_law\"} 1",
        "comity_errors_total{code=\"model_not_found\"} 1",
        "comity_requests_total 3",
        "comity_requests_in_flight 0",
    ] {
        assert!(metrics.contains(line), "`{line}` is not in:\n{metrics}");
    }
    assert!(!metrics.contains("no-such-model"));
    house.end().await;
}

#[tokio::test]
async fn credentials_are_replaced_and_never_missed() {
    let house = House::open().await;
    let estate = house.border.latest().estate().clone();
    std::fs::write(house.folder.path().join("frankfurt.key"), " sk-rotated \n").unwrap();
    house.gateway.doors().replace_secrets(Secrets::read(&estate, house.folder.path()).unwrap());
    assert_eq!(house.chat(&ask("assistant")).await.status, 200);
    assert_eq!(house.upstream("frankfurt").requests()[0].headers["authorization"], "Bearer sk-rotated");
    // Without its credential an endpoint is not asked, and no other is asked in its place.
    house.gateway.doors().replace_secrets(Secrets::default());
    let answer = house.chat(&ask("assistant")).await;
    assert_eq!(answer.refusal(), (503, "not_sent".into(), Some("false")));
    assert_eq!(house.counts(), [0, 1, 0, 0]);
    assert_eq!(house.ended().await, [(OutcomeCode::Served, 1), (OutcomeCode::NotSent, 1)]);
}

#[tokio::test]
async fn a_credential_that_cannot_be_had_is_not_shown() {
    let house = House::open().await;
    let estate = house.border.latest().estate().clone();
    let file = house.folder.path().join("frankfurt.key");
    for content in ["", "  \n", "sk-two\nlines", "sk-\u{7f}", "sk-\u{0}"] {
        std::fs::write(&file, content).unwrap();
        let Err(error) = Secrets::read(&estate, house.folder.path()) else { panic!("{content:?} was taken") };
        assert!(matches!(error, SecretsError::Malformed { .. }), "{error}");
        assert!(!format!("{error} {error:?}").contains("sk-"), "{error:?}");
    }
    std::fs::remove_file(&file).unwrap();
    let Err(error) = Secrets::read(&estate, house.folder.path()) else {
        panic!("a file that is not there was read")
    };
    assert!(error.to_string().contains("frankfurt"), "{error}");
    house.end().await;
}

/// Rows A1 and A2: every vendor, in health and failure, with everything masked. The originals are in the caller's answers alone,
/// and no credential is anywhere but in the request that it is for.
#[tokio::test]
async fn side_channels_see_no_original_of_a_mask_and_no_vendors_credential() {
    const MAIL: &str = "anna.schmidt@example.com";
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    let collector = FakeCollector::start().await.unwrap();
    let instead = vec![("collector", collector.url())];
    let (vendors, wires) = (ALL.to_vec(), "masking = \"always\"");
    let house = House::with(Plan { vendors, wires, instead, more: AT_HOME, ..Plan::default() }).await;
    for (name, _) in ALL {
        house.upstream(name).answer(Answer::echo());
        for mode in
            [Mode::Instant, Mode::Status(400), Mode::Status(500), Mode::Garbage, Mode::Cut { after: 1 }]
        {
            house.upstream(name).then([mode.clone(), mode]);
            house.gateway.forget_endpoints();
            for (path, stream) in [(CHAT, false), (MESSAGES, true)] {
                let text = format!("Refund to {IDENTIFIER} of {MAIL}, please.");
                house.send(to(path, &say(path, name, &text, stream))).await;
            }
        }
        let crossed = house.upstream(name).requests();
        assert!(crossed.len() >= 10, "{name}");
        for request in crossed {
            let body = String::from_utf8_lossy(&request.body).into_owned();
            assert!(!body.contains(MAIL) && !body.contains(IDENTIFIER), "{name}: {body}");
            assert!(!body.contains("sk-upstream"), "{name}: {body}");
        }
    }
    assert!(house.telemetry.as_ref().unwrap().flush(GUARD).await);
    let masked = |span: &SpanSeen| span.attributes.get("comity.masked") == Some(&true.into());
    assert!(collector.spans().iter().any(masked), "telemetry was told");
    let metrics = house.get("", "/metrics").await.text();
    let mut found = telemetry(&collector);
    found.push(("metrics".to_owned(), metrics.into_bytes()));
    files(&house.folder.path().join("ledger"), &mut found);
    found.push(("log".to_owned(), log.0.lock().unwrap().clone().into_bytes()));
    for (place, bytes) in found {
        let text = String::from_utf8_lossy(&bytes);
        for secret in [MAIL, IDENTIFIER, "sk-upstream", AWS_SECRET, KEY, WIRES_KEY] {
            assert!(!text.contains(secret), "`{secret}` is in {place}");
        }
    }
    house.end().await;
}
