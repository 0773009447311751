//! Masking that can be undone: what crosses has no identifier, what comes back has all of them, on every wire and with every
//! vendor.

use std::sync::Arc;

use http_body_util::BodyExt;
use mask::{Evidence, Finding, Kind, Recognizer, RecognizerFailed};
use serde_json::{Value, json};
use testkit::{Answer, ECHO, Mode, Split, Vendor};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::house::{CHAT, House, Plan};
use crate::vendors::{ALL, KEY as WIRES_KEY, MESSAGES, RESPONSES, events, say, text_of, to};

const PATHS: [&str; 3] = [CHAT, MESSAGES, RESPONSES];
const MAIL: &str = "anna.schmidt@example.com";
const IBAN: &str = "DE89 3704 0044 0532 0130 00";
const LETTER: &str = "Write to anna.schmidt@example.com about DE89 3704 0044 0532 0130 00, please.";

async fn house(wires: &'static str) -> House {
    House::with(Plan { vendors: ALL.to_vec(), wires, ..Plan::default() }).await
}

fn crossed(house: &House, name: &str) -> String {
    let requests = house.upstream(name).requests();
    requests.iter().map(|r| String::from_utf8_lossy(&r.body).into_owned()).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn masked_text_comes_back_whole_on_every_wire_from_every_vendor() {
    let house = house("masking = \"always\"").await;
    for (name, _) in ALL {
        for split in [Split::Every(1), Split::Every(5), Split::Words] {
            house.upstream(name).answer(Answer::echo().split(split).packets(7));
            for path in PATHS {
                for stream in [false, true] {
                    let answer = house.send(to(path, &say(path, name, LETTER, stream))).await;
                    assert_eq!(answer.status, 200, "{name} {path}: {}", answer.text());
                    assert_eq!(answer.header("x-comity-masked"), Some("true"));
                    assert_eq!(text_of(path, &answer, stream), LETTER, "{name} {path} {stream}");
                }
            }
        }
        let crossed = crossed(&house, name);
        assert!(!crossed.contains(MAIL) && !crossed.contains("3704 0044"), "{name}: {crossed}");
        assert!(crossed.contains("Write to "), "{name}: {crossed}");
    }
    assert!(house.admissions().iter().all(|a| a.masked));
    house.end().await;
}

/// Row P4: numbers that start anew with each request cannot be resolved a turn later.
#[tokio::test]
async fn a_pseudonym_is_the_same_turn_after_turn_and_another_in_another_conversation() {
    let house = house("masking = \"always\"").await;
    let openai = house.upstream("openai");
    openai.answer(Answer::echo());
    let first = json!([{"role": "user", "content": LETTER}]);
    let second = json!([
        {"role": "user", "content": LETTER}, {"role": "assistant", "content": "Done."},
        {"role": "user", "content": format!("And to {MAIL} again")},
    ]);
    let other = json!([{"role": "user", "content": format!("Hello {MAIL}")}]);
    for messages in [first, second, other] {
        assert_eq!(house.send(to(CHAT, &json!({"model": "openai", "messages": messages}))).await.status, 200);
    }
    let names: Vec<Vec<String>> = openai
        .requests()
        .iter()
        .map(|request| {
            let body = String::from_utf8_lossy(&request.body).into_owned();
            let words = body.split(|c: char| !c.is_ascii_alphanumeric());
            words.filter(|w| w.starts_with("Email") && w.len() > 10).map(str::to_owned).collect()
        })
        .collect();
    assert_eq!(names[0][0], names[1][0]);
    assert_eq!(names[1][0], names[1][1]);
    assert_ne!(names[0][0], names[2][0]);
    house.end().await;
}

/// Row P3: a placeholder in generated arguments is a value that no tool knows.
#[tokio::test]
async fn arguments_of_tools_come_back_with_their_originals_escaped() {
    let house = house("masking = \"always\"\n").await;
    for (name, _) in ALL {
        let arguments = json!({"to": ECHO, "n": 1});
        house.upstream(name).answer(Answer::call("send", arguments).split(Split::Every(3)).packets(5));
        for stream in [false, true] {
            let mut body = say(CHAT, name, LETTER, stream);
            body["tools"] = json!([{"type": "function", "function": {
                "name": "send", "parameters": {"type": "object", "properties": {"to": {"type": "string"}}},
            }}]);
            let answer = house.send(to(CHAT, &body)).await;
            assert_eq!(answer.status, 200, "{name}: {}", answer.text());
            let arguments = if stream {
                let pieces = events(&answer);
                let at = "/choices/0/delta/tool_calls/0/function/arguments";
                pieces.iter().filter_map(|e| e.pointer(at)).filter_map(Value::as_str).collect::<String>()
            } else {
                let body = answer.json();
                let at = "/choices/0/message/tool_calls/0/function/arguments";
                body.pointer(at).and_then(Value::as_str).unwrap().to_owned()
            };
            let arguments: Value = serde_json::from_str(&arguments).unwrap_or_else(|_| panic!("{arguments}"));
            assert_eq!(arguments["to"], LETTER, "{name} {stream}");
        }
    }
    house.end().await;
}

/// A caller's data is masked wherever it hides, and the floor of the system is untouched.
#[tokio::test]
async fn every_place_of_a_request_is_masked() {
    let house = house("masking = \"always\"").await;
    let body = json!({
        "model": "openai", "user": MAIL, "metadata": {"who": MAIL},
        "messages": [
            {"role": "system", "content": format!("You serve {MAIL}")},
            {"role": "user", "name": "x", "content": [{"type": "text", "text": LETTER}]},
            {"role": "assistant", "content": null, "tool_calls": [{"id": "c1", "type": "function",
                "function": {"name": "send", "arguments": format!("{{\"to\":\"{MAIL}\"}}")}}]},
            {"role": "tool", "tool_call_id": "c1", "content": format!("sent to {MAIL}")},
        ],
        "tools": [{"type": "function", "function": {"name": "send", "description": format!("Writes to {MAIL}"),
            "parameters": {"type": "object", "properties": {"to": {"type": "string", "default": MAIL}}}}}],
        "stop": [MAIL], "a_field_of_tomorrow": {"deep": [MAIL]},
    });
    let answer = house.send(to(CHAT, &body)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let crossed = crossed(&house, "openai");
    assert!(!crossed.contains(MAIL), "{crossed}");
    assert_eq!(crossed.matches("Email").count(), 10, "{crossed}");
    house.end().await;
}

#[tokio::test]
async fn logprobs_are_dropped_or_refused_as_the_policy_says() {
    for (wires, status) in
        [("masking = \"always\"", 200), ("masking = \"always\"\nmasked_logprobs = \"refuse\"", 400)]
    {
        let house = house(wires).await;
        let mut body = say(CHAT, "openai", LETTER, false);
        body["logprobs"] = json!(true);
        let answer = house.send(to(CHAT, &body)).await;
        assert_eq!(answer.status, status, "{}", answer.text());
        if status == 200 {
            assert!(answer.json()["choices"][0]["logprobs"].is_null(), "{}", answer.text());
        } else {
            assert!(answer.text().contains("logprobs"), "{}", answer.text());
        }
        house.end().await;
    }
}

#[tokio::test]
async fn logprobs_are_dropped_from_streams() {
    let house = house("masking = \"always\"").await;
    let mut body = say(CHAT, "openai", LETTER, true);
    body["logprobs"] = json!(true);
    let answer = house.send(to(CHAT, &body)).await;
    let told = events(&answer);
    assert!(
        told.iter().all(|event| event.pointer("/choices/0/logprobs").is_none_or(Value::is_null)),
        "{told:?}"
    );
    house.end().await;
}

/// Rows P2 and P6: a mask is undone while the stream is under way, and nothing waits for its end.
#[tokio::test]
async fn a_masked_stream_passes_piece_by_piece() {
    let house = house("masking = \"always\"").await;
    let openai = house.upstream("openai");
    openai.answer(Answer::text(format!("{ECHO} and much more")).split(Split::Words));
    openai.set(Mode::Gated);
    let request = to(CHAT, &say(CHAT, "openai", &format!("{MAIL} it is"), true));
    let call = house.begin(request);
    // The head of the answer, and the pieces in which the address stands.
    openai.open(4);
    let mut call = call.await;
    let mut seen = String::new();
    while !seen.contains(MAIL) {
        let frame = call.response.body_mut().frame().await.unwrap().unwrap();
        seen.push_str(&String::from_utf8_lossy(frame.data_ref().unwrap()));
    }
    assert!(!seen.contains("much more"), "{seen}");
    openai.open(1_000);
    let rest = call.whole().await;
    assert!(text_of(CHAT, &rest, true).ends_with("much more"), "{}", rest.text());
    assert!(rest.text().ends_with("data: [DONE]\n\n"), "{}", rest.text());
    house.end().await;
}

#[tokio::test]
async fn arguments_come_back_on_every_wire_streamed() {
    let house = house("masking = \"always\"").await;
    for (name, _) in ALL {
        house.upstream(name).answer(Answer::call("send", json!({"to": ECHO})).split(Split::Every(2)));
        for path in [MESSAGES, RESPONSES] {
            let mut body = say(path, name, LETTER, true);
            let schema = json!({"type": "object", "properties": {"to": {"type": "string"}}});
            body["tools"] = match path {
                MESSAGES => json!([{"name": "send", "input_schema": schema}]),
                _ => json!([{"type": "function", "name": "send", "parameters": schema}]),
            };
            let answer = house.send(to(path, &body)).await;
            assert_eq!(answer.status, 200, "{name} {path}: {}", answer.text());
            let pieces = events(&answer);
            let arguments: String = pieces
                .iter()
                .filter_map(|event| match path {
                    MESSAGES => event.pointer("/delta/partial_json"),
                    _ if event["type"] == "response.function_call_arguments.delta" => event.get("delta"),
                    _ => None,
                })
                .filter_map(Value::as_str)
                .collect();
            let told: Value =
                serde_json::from_str(&arguments).unwrap_or_else(|_| panic!("{name}: {arguments}"));
            assert_eq!(told["to"], LETTER, "{name} {path}");
        }
    }
    house.end().await;
}

#[tokio::test]
async fn each_of_several_choices_is_restored() {
    let house = house("masking = \"always\"").await;
    house.upstream("openai").answer(Answer::echo().split(Split::Every(3)));
    for stream in [false, true] {
        let mut body = say(CHAT, "openai", LETTER, stream);
        body["n"] = json!(2);
        let answer = house.send(to(CHAT, &body)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        for choice in 0..2 {
            let told = if stream {
                let of = |event: &Value| -> String {
                    let choices = event["choices"].as_array().cloned().unwrap_or_default();
                    let mine = choices.iter().filter(|c| c["index"] == choice);
                    mine.filter_map(|c| c["delta"]["content"].as_str()).collect()
                };
                events(&answer).iter().map(of).collect::<String>()
            } else {
                answer.json()["choices"][choice]["message"]["content"].as_str().unwrap().to_owned()
            };
            assert_eq!(told, LETTER, "{choice} {stream}");
        }
    }
    house.end().await;
}

/// Row P5: what one request masked is put back for nobody else.
#[tokio::test]
async fn requests_at_once_do_not_share_originals() {
    let house = house("masking = \"always\"").await;
    house.upstream("openai").answer(Answer::echo());
    let texts: Vec<String> = (0..24).map(|n| format!("Write to person{n}@example.com now")).collect();
    let calls = texts.iter().map(|text| house.send(to(CHAT, &say(CHAT, "openai", text, false))));
    let answers = futures_util::future::join_all(calls).await;
    for (text, answer) in texts.iter().zip(&answers) {
        assert_eq!(text_of(CHAT, answer, false), *text);
    }
    // A pseudonym of one conversation is a word like any other in the next.
    let crossed = String::from_utf8_lossy(&house.upstream("openai").requests()[0].body).into_owned();
    let pseudonym =
        crossed.split(|c: char| !c.is_ascii_alphanumeric()).find(|w| w.starts_with("Email")).unwrap();
    let text = format!("{pseudonym} wrote to {MAIL}");
    let answer = house.send(to(CHAT, &say(CHAT, "openai", &text, false))).await;
    assert_eq!(text_of(CHAT, &answer, false), text);
    house.end().await;
}

/// Row R12: what an earlier turn holds counts in every later one.
#[tokio::test]
async fn what_was_found_in_an_earlier_turn_still_raises() {
    let house = House::open().await;
    let turns = json!([
        {"role": "user", "content": LETTER}, {"role": "assistant", "content": "Done."},
        {"role": "user", "content": "Thank you."},
    ]);
    let answer = house.chat(&json!({"model": "mumbai", "messages": turns})).await;
    assert_eq!(answer.code(), "refused_by_law", "{}", answer.text());
    house.end().await;
}

/// What cannot be read is never taken for clean.
#[tokio::test]
async fn a_part_that_cannot_be_read_does_not_cross_where_everything_is_masked() {
    let house = house("masking = \"always\"").await;
    let image = json!([{"role": "user", "content": [
        {"type": "text", "text": "Who is this?"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}},
    ]}]);
    let answer = house.send(to(CHAT, &json!({"model": "openai", "messages": image}))).await;
    assert_eq!(answer.refusal(), (403, "unmaskable_part".into(), Some("false")));
    assert!(answer.text().contains("messages[0].content[1]"), "{}", answer.text());
    // Nor does an identifier that stands where nothing can be replaced.
    for stuck in [json!({"metadata": {MAIL: "x"}}), json!({"metadata": {"account": 4111111111111111_u64}})] {
        let mut body = say(CHAT, "openai", "Hi", false);
        body["metadata"] = stuck["metadata"].clone();
        let answer = house.send(to(CHAT, &body)).await;
        assert_eq!(answer.refusal(), (403, "unmaskable_part".into(), Some("false")), "{body}");
    }
    assert_eq!(house.upstream("openai").count(), 0);
    house.end().await;
}

/// A number that only happens to fit raises nothing, and is masked all the same.
#[tokio::test]
async fn a_bare_number_is_masked_where_everything_is() {
    let house = house("masking = \"always\"").await;
    house.upstream("openai").answer(Answer::echo());
    let answer = house.send(to(CHAT, &say(CHAT, "openai", "It is 86095742719 there", false))).await;
    assert_eq!(answer.header("x-comity-masked"), Some("true"), "{}", answer.text());
    assert_eq!(text_of(CHAT, &answer, false), "It is 86095742719 there");
    assert!(!crossed(&house, "openai").contains("86095742719"));
    house.end().await;
}

/// A paper covers these data and no others: with a card number in the text, India is lawful only once that is masked.
const NEEDED: &str = r#"
[[endpoint]]
id = "cheap-mumbai"
model = "assistant"
upstream = { kind = "openai", url = "{openai}", model = "up-openai", credential = { file = "openai.key" } }
place = "IN"
source = "test"
checked = "2026-11-01"
operation = "process_in_clear"
price = { input = 0.1, output = 0.1, currency = "EUR" }
parties = [{ role = "operator", vendor = "ganga", access = "clear", remote_access_from = [], keys_with_third_party = false, importer_adequate_law = false, importer_kind = "private", relation = "vendor_agreement" }]

[[agreement]]
id = "scc-thrift"
grants = ["scc:EU", "tia:EU"]
systems = ["thrift"]
vendor = "ganga"
data = ["identity_basic"]
from = "2026-01-01"
signed = "2025-12-11"
document = { name = "scc.pdf" }

[[system]]
id = "thrift"
name = "Thrift"
exporter = "eu"
endpoints = ["cheap-mumbai", "azure"]
masking = "needed"
floor = { subject = "DE", data = ["identity_basic"], purposes = ["inference"], subject_citizenship = "DE", collected_in = "DE", directed_at = "DE", contains_personal = true, hipaa_covered = false, adds_local_personal_data = false, occasional = false, told_ai = true, obvious_ai = false, offered_to_public = true, synthetic_content_published = false, localisation_order = false }
model_aliases = { all = ["cheap-mumbai", "azure"] }

[[key]]
id = "thrift-key"
system = "thrift"
sha256 = "{SHA:another-key-of-wires}"
"#;

#[tokio::test]
async fn the_cheapest_lawful_pair_of_endpoint_and_mask_is_chosen() {
    let plan = Plan {
        vendors: vec![("openai", Vendor::OpenAi), ("azure", Vendor::Azure)],
        more: NEEDED,
        ..Plan::default()
    };
    let house = House::with(plan).await;
    house.upstream("openai").answer(Answer::echo());
    let ask = |text: &str| {
        let mut request = to(CHAT, &say(CHAT, "all", text, false));
        let key = "Bearer another-key-of-wires".parse().unwrap();
        request.headers_mut().insert("authorization", key);
        request
    };
    let plain = house.send(ask("Where is my parcel?")).await;
    assert_eq!(
        (plain.header("x-comity-endpoint"), plain.header("x-comity-masked")),
        (Some("cheap-mumbai"), None)
    );
    // An account number is of a category that the paper does not cover: masked, it need not be covered.
    let masked = house.send(ask(LETTER)).await;
    assert_eq!(masked.status, 200, "{}", masked.text());
    assert_eq!(masked.header("x-comity-endpoint"), Some("cheap-mumbai"));
    assert_eq!(masked.header("x-comity-masked"), Some("true"));
    assert_eq!(text_of(CHAT, &masked, false), LETTER);
    assert!(!crossed(&house, "openai").contains(IBAN));
    // Where the caller says that such data are there, no mask takes that away.
    let mut stated = ask(LETTER);
    stated.headers_mut().insert("x-comity-data", "financial".parse().unwrap());
    let stated = house.send(stated).await;
    assert_eq!((stated.header("x-comity-endpoint"), stated.header("x-comity-masked")), (Some("azure"), None));
    house.end().await;
}

/// Found and not masked: the categories rise, and the law decides by them.
#[tokio::test]
async fn findings_raise_the_categories_before_the_ruling() {
    let house = House::open().await;
    let parcel = house.chat(&say(CHAT, "mumbai", "Where is my parcel?", false)).await;
    assert_eq!(parcel.status, 200, "{}", parcel.text());
    let account = house.chat(&say(CHAT, "mumbai", LETTER, false)).await;
    assert_eq!(account.code(), "refused_by_law", "{}", account.text());
    // A number that only happens to fit raises nothing.
    let order = house.chat(&say(CHAT, "mumbai", "Order 4111111111111111x", false)).await;
    assert_eq!(order.status, 200, "{}", order.text());
    house.end().await;
}

/// Takes one word for a name, and gives up at another.
struct Names;

impl Recognizer for Names {
    fn recognize(&self, text: &str) -> Result<Vec<Finding>, RecognizerFailed> {
        if text.contains("Beowulf") {
            return Err(RecognizerFailed::new("no model reads that"));
        }
        let name = |(at, name): (usize, &str)| Finding {
            span: at..at + name.len(),
            kind: Kind::Person,
            country: None,
            category: Kind::Person.category(),
            evidence: Evidence::Context,
        };
        Ok(text.match_indices("Ada").map(name).collect())
    }
}

#[tokio::test]
async fn what_a_recognizer_finds_is_masked_and_where_it_fails_nothing_crosses() {
    let recognizer: Option<Arc<dyn Recognizer>> = Some(Arc::new(Names));
    let plan = Plan { vendors: ALL.to_vec(), wires: "masking = \"always\"", recognizer, ..Plan::default() };
    let house = House::with(plan).await;
    house.upstream("openai").answer(Answer::echo());
    let letter = "Tell Ada that it rains.";
    let answer = house.send(to(CHAT, &say(CHAT, "openai", letter, false))).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(text_of(CHAT, &answer, false), letter);
    assert!(!crossed(&house, "openai").contains("Ada"));

    let answer = house.send(to(CHAT, &say(CHAT, "openai", "Tell Beowulf that it rains.", false))).await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()["error"]["code"].as_str()),
        (503, Some("recognizer_failed"))
    );
    assert_eq!(house.upstream("openai").count(), 1, "a request that could not be searched crossed");
    house.end().await;
}

/// Whoever is read before a reload is not judged after it by what was never searched.
#[tokio::test]
async fn a_request_that_comes_during_a_reload_does_not_cross_unmasked() {
    let house = house("masking = \"off\"").await;
    let body = say(CHAT, "openai", LETTER, false).to_string();
    let (first, rest) = body.split_at(body.len() / 2);
    let mut caller = tokio::net::TcpStream::connect(house.address).await.unwrap();
    let head = format!(
        "POST {CHAT} HTTP/1.1\r\nhost: gateway.test\r\nauthorization: Bearer {WIRES_KEY}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{first}",
        body.len()
    );
    caller.write_all(head.as_bytes()).await.unwrap();
    while !house.get("", "/metrics").await.text().contains("comity_requests_total 1") {
        tokio::task::yield_now().await;
    }
    let plan = Plan { vendors: ALL.to_vec(), wires: "masking = \"always\"", ..Plan::default() };
    let reload = house.border.reload(Ok((house.law.clone(), house.planned(&plan)))).await.unwrap();
    assert!(reload.taken);
    caller.write_all(rest.as_bytes()).await.unwrap();
    let mut told = String::new();
    caller.read_to_string(&mut told).await.unwrap();
    assert!(told.starts_with("HTTP/1.1 503") && told.contains("\"outdated\""), "{told}");
    assert!(!crossed(&house, "openai").contains(MAIL));
    house.end().await;
}
