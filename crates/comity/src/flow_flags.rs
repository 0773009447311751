//! The JSON form of a flow from flags of the command line.

use anyhow::bail;
use serde_json::{Map, Value, json};

use crate::cli::FlowArgs;

/// What the flags state; a fact without a flag is not in it.
pub(crate) fn stated(args: &FlowArgs) -> anyhow::Result<Map<String, Value>> {
    let mut flow = Map::new();
    put(&mut flow, "to_location", &args.to);
    put(&mut flow, "vendor_hq", &args.vendor_hq);
    put(&mut flow, "vendor_ultimate_owner", &args.owner);
    put(&mut flow, "data", &args.data);
    put(&mut flow, "purpose", &args.purpose);
    put(&mut flow, "safeguards", &args.safeguard);
    flow.extend(args.form.iter().map(|form| ("form".to_owned(), json!(form))));
    flow.extend(args.volume.iter().map(|volume| ("volume_persons".to_owned(), json!(volume))));
    let mut facts = Map::new();
    for fact in &args.fact {
        let Some((key, value)) = fact.split_once('=') else { bail!("`--fact {fact}`: expected KEY=VALUE") };
        facts.insert(key.to_owned(), value_of(value));
    }
    if !facts.is_empty() {
        flow.insert("facts".to_owned(), Value::Object(facts));
    }
    Ok(flow)
}

/// Puts a list of words under a key, if there are any.
pub(crate) fn put(flow: &mut Map<String, Value>, key: &str, words: &[String]) {
    if !words.is_empty() {
        flow.insert(key.to_owned(), json!(words));
    }
}

/// `true`, `false` and numbers as such; a comma makes a list and nothing an empty one; anything else is a word.
fn value_of(text: &str) -> Value {
    match text {
        "true" => json!(true),
        "false" => json!(false),
        "" => json!([]),
        _ if text.contains(',') => json!(text.split(',').collect::<Vec<_>>()),
        _ => text.parse::<f64>().map_or_else(|_| json!(text), |n| json!(n)),
    }
}
