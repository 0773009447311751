use std::borrow::Cow;

use bytes::Bytes;
use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

use super::{EmbeddingsInput, Inbound, Wire};
use crate::{InsideText, Kind, Limits, ReadError, TextAt};

pub(crate) fn read(wire: Wire, body: &str) -> Result<Inbound, ReadError> {
    Inbound::read(wire, Bytes::copy_from_slice(body.as_bytes()), &Limits::default())
}

fn good(wire: Wire, body: &str) -> Inbound {
    read(wire, body).unwrap()
}

fn text(bytes: &Bytes) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

const CHAT: &str = r#"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#;
const RESPONSES: &str = r#"{"model":"m","input":"hi"}"#;
const MESSAGES: &str = r#"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}"#;

#[test]
fn every_wire_is_read() {
    let wires = [
        (Wire::Chat, CHAT),
        (Wire::Responses, RESPONSES),
        (Wire::Messages, MESSAGES),
        (Wire::CountTokens, MESSAGES),
        (Wire::Embeddings, RESPONSES),
    ];
    for (wire, body) in wires {
        let request = good(wire, body);
        assert_eq!((request.wire(), request.model(), request.stream()), (wire, "m", false));
        assert!(!request.has_logprobs());
        let other = request.with_model("o");
        let told = body.replace("\"m\"", "\"o\"");
        let told = if wire == Wire::Responses { told.replace('}', r#","store":false}"#) } else { told };
        assert_eq!(text(&other), told);
        assert!(read(wire, &body.replace("\"m\"", "\"m\",\"model\":\"n\"")).is_err());
        assert!(read(wire, &body.replace("\"m\"", "\"m\",\"Model\":\"n\"")).is_err());
    }
}

#[test]
fn shapes_that_cannot_be_read_name_their_field() {
    let fault = |wire, body: &str| read(wire, body).unwrap_err().to_string();
    assert_eq!(fault(Wire::Messages, r#"{"model":"m"}"#), "`messages` is missing");
    assert_eq!(fault(Wire::Messages, r#"{"model":"m","messages":[7]}"#), "`messages[0]` must be an object");
    assert_eq!(fault(Wire::Responses, r#"{"model":"m","stream":1}"#), "`stream` must be a boolean");
    assert_eq!(fault(Wire::Embeddings, r#"{"model":"m"}"#), "`input` is missing");
    assert_eq!(
        fault(Wire::Embeddings, r#"{"model":"m","input":"x","encoding_format":"hex"}"#),
        "`encoding_format` must be `float` or `base64`"
    );
}

#[test]
fn nothing_outlives_a_request() {
    let fault = |wire, body: &str| good(wire, body).stateless().unwrap_err().param().unwrap().to_owned();
    let with = |fields: &str| RESPONSES.replace('}', &format!(",{fields}}}"));
    assert_eq!(fault(Wire::Responses, &with(r#""store":true"#)), "store");
    assert_eq!(fault(Wire::Responses, &with(r#""background":true"#)), "background");
    assert_eq!(fault(Wire::Responses, &with(r#""previous_response_id":"resp_1""#)), "previous_response_id");
    assert_eq!(fault(Wire::Responses, &with(r#""conversation":{"id":"c"}"#)), "conversation");
    assert_eq!(fault(Wire::Responses, &with(r#""prompt":{"id":"p"}"#)), "prompt");
    let reference =
        r#"{"model":"m","input":[{"role":"user","content":"x"},{"type":"item_reference","id":"msg_1"}]}"#;
    assert_eq!(fault(Wire::Responses, reference), "input[1].type");
    assert_eq!(fault(Wire::Chat, &CHAT.replace("\"m\"", "\"m\",\"store\":true")), "store");
    for body in [RESPONSES, &with(r#""store":false,"conversation":null,"background":false"#)] {
        assert_eq!(good(Wire::Responses, body).stateless(), Ok(()));
    }
    let kept = good(Wire::Responses, &with(r#""store":null"#));
    assert_eq!(text(&kept.with_model("m")), with(r#""store":false"#));
}

#[test]
fn what_acts_at_the_vendor_is_listed() {
    let list = |wire, body: &str| good(wire, body).vendor_side();
    assert_eq!(
        list(
            Wire::Responses,
            r#"{"model":"m","tools":[{"type":"function","name":"f"},{"type":"web_search"},{"type":"mcp","server_url":"x"}],
                "input":[{"role":"user","content":[{"type":"input_file","file_id":"file-1"},{"type":"input_image","image_url":"https://x.example/a.png"}]}]}"#
        ),
        ["tools[1].type", "tools[2].type", "input[0].content[0].file_id"]
    );
    assert_eq!(
        list(
            Wire::Messages,
            r#"{"model":"m","container":"c1","mcp_servers":[{"type":"url"}],"tools":[{"name":"a","input_schema":{"type":"object"}},{"type":"bash_20250124","name":"bash"},{"type":"web_search_20250305","name":"w"}],
                "messages":[{"role":"user","content":[{"type":"document","source":{"type":"file","file_id":"f1"}}]}]}"#
        ),
        ["container", "mcp_servers[0]", "tools[2].type", "messages[0].content[0].source.file_id"]
    );
    assert_eq!(
        list(Wire::Chat, &CHAT.replace("\"m\"", r#""m","web_search_options":{}"#)),
        ["web_search_options"]
    );
    assert!(list(Wire::Chat, CHAT).is_empty());
}

#[test]
fn wishes_for_caching_are_listed() {
    let body = r#"{"model":"m","system":[{"type":"text","text":"a","cache_control":{"type":"ephemeral","ttl":"1h"}}],"messages":[{"role":"user","content":"x"}]}"#;
    assert_eq!(good(Wire::Messages, body).hints_left(), ["system[0].cache_control"]);
}

#[test]
fn texts_are_replaced_and_nothing_else() {
    let body = r#"{"model":"m", "x" : 1.0,"messages":[{"role":"user","content":"I am \"Ann\"\u00e9"},{"role":"assistant","tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{\"who\":\"Ann\"}"}}]}]}"#;
    let request = good(Wire::Chat, body);
    let texts = request.texts().unwrap();
    let found: Vec<_> = texts.iter().filter(|at| at.text.contains("Ann")).collect();
    assert_eq!(found.iter().map(|at| at.inside).collect::<Vec<_>>(), [InsideText::Plain, InsideText::Json]);
    assert_eq!(found[0].text, "I am \"Ann\"é");
    assert_eq!(request.path_at(found[1].span.start), "messages[1].tool_calls[0].function.arguments");
    let edits: Vec<(&TextAt, Cow<str>)> =
        found.iter().rev().map(|at| (*at, at.text.replace("Ann", "P\n1").into())).collect();
    let masked = request.replaced(&edits).unwrap();
    assert_eq!(
        text(masked.body()),
        body.replace(r#"I am \"Ann\"\u00e9"#, r#"I am \"P\n1\"é"#).replace(r#"\"Ann\"}"#, "\\\"P\\n1\\\"}")
    );
    assert_eq!(request.replaced(&[]).unwrap().body(), request.body());
}

#[test]
fn sealed_thoughts_are_read_and_seals_are_left_alone() {
    let body = r#"{"model":"m","messages":[{"role":"assistant","content":[{"type":"thinking","thinking":"of Ann","signature":"c2ln"},{"type":"redacted_thinking","data":"eA=="}]}]}"#;
    let request = good(Wire::Messages, body);
    let texts = request.texts().unwrap();
    let [thought] = &texts[..] else { panic!("{texts:?}") };
    assert_eq!((thought.inside, thought.replaceable), (InsideText::Sealed, true));
    let replaced = request.replaced(&[(thought, "of P1".into())]).unwrap();
    assert_eq!(replaced.body(), body.replace("of Ann", "of P1").as_bytes());
    let sealed: Vec<_> =
        request.unreadable().iter().map(|part| (request.path_at(part.at), part.kind)).collect();
    assert_eq!(
        sealed,
        [
            ("messages[0].content[0].signature".to_owned(), Kind::Sealed),
            ("messages[0].content[1].data".to_owned(), Kind::Sealed)
        ]
    );
}

#[test]
fn half_a_surrogate_pair_is_refused() {
    let request =
        good(Wire::Chat, r#"{"model":"m","messages":[{"role":"user","content":"a"}],"x":["\ud83d"]}"#);
    assert_eq!(request.texts().unwrap_err().to_string(), "`x[0]` must be text of whole Unicode characters");
}

#[test]
fn inputs_to_embed() {
    let input = |json: &str| {
        let request = good(Wire::Embeddings, &format!(r#"{{"model":"m","input":{json}}}"#));
        request.embeddings_input().map(|input| match input.unwrap() {
            EmbeddingsInput::Texts(texts) => texts.join("|"),
            EmbeddingsInput::Tokens(count) => format!("{count} token arrays"),
        })
    };
    assert_eq!(input(r#""a\n""#).unwrap(), "a\n");
    assert_eq!(input(r#"["a","b"]"#).unwrap(), "a|b");
    assert_eq!(input("[1,2]").unwrap(), "1 token arrays");
    assert_eq!(input("[[1,2],[3]]").unwrap(), "2 token arrays");
    for odd in ["[]", "{}", "[\"a\",1]", "7", "[1,\"a\"]"] {
        assert_eq!(input(odd).unwrap_err().param(), Some("input"), "{odd}");
    }
    let request = good(Wire::Embeddings, r#"{"model":"m","input":[[1,2],[3]]}"#);
    assert_eq!(request.unreadable().iter().map(|part| part.kind).collect::<Vec<_>>(), [Kind::Tokens]);
}

proptest! {
    #[test]
    fn any_text_survives_being_put_in(old in any::<String>(), new in any::<String>()) {
        let body = serde_json::json!({"model": "m", "messages": [{"role": "user", "content": old}], "z": 1.5}).to_string();
        let request = good(Wire::Messages, &body);
        let texts = request.texts().unwrap();
        let at = texts.iter().find(|at| at.text == old && at.replaceable);
        prop_assert!(at.is_some() || old.is_empty());
        if let Some(at) = at {
            let again = request.replaced(&[(at, new.as_str().into())]).unwrap();
            let value: serde_json::Value = serde_json::from_slice(again.body()).unwrap();
            prop_assert_eq!(value["messages"][0]["content"].as_str(), Some(new.as_str()));
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>) {
        crate::fuzz::fuzz_inbound(&bytes);
    }
}
