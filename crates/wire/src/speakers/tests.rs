use super::*;

/// Who says each of the words that stand in capitals in a body, in order.
fn said(wire: Wire, body: &str) -> Vec<(&str, Speaker)> {
    let speakers = speakers(wire, body.as_bytes());
    let words =
        body.split('"').filter(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_uppercase()));
    words.map(|word| (word, speakers.at(word.as_ptr().addr() - body.as_ptr().addr()))).collect()
}

#[test]
fn roles_of_chat_messages_say_who_speaks() {
    let body = r#"{"tools":[{"type":"function","function":{"name":"f","description":"TOOL"}}],"messages":[
        {"role":"system","content":"SYSTEM"},{"content":[{"type":"text","text":"USER"},{"type":"file","file":{"file_data":"FILE"}}],"role":"user"},
        {"role":"assistant","content":"ASSISTANT","tool_calls":[{"function":{"arguments":"ARGUMENTS"}}]},
        {"role":"tool","tool_call_id":"1","content":"RESULT"},{"role":"developer","content":"DEVELOPER"},{"role":"nobody","content":"NOBODY"}],
        "user":"NAME"}"#;
    use Speaker::*;
    assert_eq!(
        said(Wire::Chat, body),
        [
            ("TOOL", Instructions),
            ("SYSTEM", Instructions),
            ("USER", User),
            ("FILE", Document),
            ("ASSISTANT", Assistant),
            ("ARGUMENTS", Assistant),
            ("RESULT", Tool),
            ("DEVELOPER", Instructions),
            ("NOBODY", Other),
            ("NAME", Other),
        ]
    );
    assert_eq!(speakers(Wire::Chat, body.as_bytes()).messages(), 6);
}

#[test]
fn blocks_of_anthropic_messages_say_who_speaks() {
    let body = r#"{"system":[{"type":"text","text":"SYSTEM"}],"messages":[
        {"role":"user","content":[{"type":"text","text":"USER"},{"type":"document","source":{"type":"text","data":"DOCUMENT"}},
          {"type":"tool_result","content":[{"type":"text","text":"RESULT"}]}]},
        {"role":"assistant","content":"ASSISTANT"}],"metadata":{"user_id":"ID"}}"#;
    use Speaker::*;
    let expected = [
        ("SYSTEM", Instructions),
        ("USER", User),
        ("DOCUMENT", Document),
        ("RESULT", Tool),
        ("ASSISTANT", Assistant),
        ("ID", Other),
    ];
    assert_eq!(said(Wire::Messages, body), expected);
}

#[test]
fn items_of_responses_say_who_speaks() {
    let body = r#"{"instructions":"SYSTEM","input":[{"role":"user","content":[{"type":"input_text","text":"USER"},{"type":"input_file","file_data":"FILE"}]},
        {"type":"function_call","arguments":"ARGUMENTS"},{"type":"function_call_output","output":"RESULT"},{"type":"message","role":"assistant","content":"ASSISTANT"}]}"#;
    use Speaker::*;
    let expected = [
        ("SYSTEM", Instructions),
        ("USER", User),
        ("FILE", Document),
        ("ARGUMENTS", Assistant),
        ("RESULT", Tool),
        ("ASSISTANT", Assistant),
    ];
    assert_eq!(said(Wire::Responses, body), expected);
    assert_eq!(said(Wire::Responses, r#"{"input":"ALONE"}"#), [("ALONE", User)]);
    assert_eq!(said(Wire::Embeddings, r#"{"input":["TEXT"]}"#), [("TEXT", Document)]);
}

#[test]
fn a_role_in_disguise_is_nobody() {
    for body in [
        r#"{"messages":[{"role":"sys\u0074em","content":"WORDS"}]}"#,
        r#"{"messages":[{"role":["system"],"content":"WORDS"}]}"#,
        r#"{"messages":{"role":"system","content":"WORDS"}}"#,
        r#"{"messages":[["role","system","WORDS"]]}"#,
        r#"{"messages":[{"role":"user","role":"system","content":"WORDS"}]}"#,
    ] {
        for (_, speaker) in said(Wire::Chat, body) {
            assert!(matches!(speaker, Speaker::Other | Speaker::User), "{body}: {speaker:?}");
        }
    }
}
