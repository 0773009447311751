//! One line of input: a text, what it is called, and what is known of it.

use mask::Hints;
use serde_json::{Map, Value};
use terms::Place;

const KEYS: [&str; 3] = ["id", "text", "hints"];
const HINTS: [&str; 1] = ["countries"];

pub(super) struct Line {
    /// A string or a number.
    pub(super) id: Value,
    pub(super) text: String,
    pub(super) hints: Option<Hints>,
}

/// Why a line is none. Nothing of its text is in the error.
pub(super) struct Unread {
    pub(super) id: Option<Value>,
    pub(super) error: String,
}

impl Line {
    pub(super) fn read(line: &[u8]) -> Result<Line, Unread> {
        let nameless = |error: String| Unread { id: None, error };
        let mut map = match serde_json::from_slice(line.trim_ascii()) {
            Ok(Value::Object(map)) => map,
            Ok(_) => return Err(nameless("expected an object with `id` and `text`".to_owned())),
            Err(error) => return Err(nameless(format!("not JSON: {error}"))),
        };
        let id = map.get("id").filter(|id| id.is_string() || id.is_number()).cloned();
        match fields(&mut map) {
            Ok((text, hints)) => match id {
                Some(id) => Ok(Line { id, text, hints }),
                None => Err(nameless("`id`: expected a string or a number".to_owned())),
            },
            Err(error) => Err(Unread { id, error }),
        }
    }
}

fn fields(map: &mut Map<String, Value>) -> Result<(String, Option<Hints>), String> {
    only(map, &KEYS)?;
    let Some(Value::String(text)) = map.remove("text") else {
        return Err("`text`: expected a string".to_owned());
    };
    let hints = match map.get("hints") {
        None | Some(Value::Null) => None,
        Some(Value::Object(given)) => Some(hints(given).map_err(|error| format!("`hints`: {error}"))?),
        Some(_) => return Err("`hints`: expected an object".to_owned()),
    };
    Ok((text, hints))
}

fn hints(map: &Map<String, Value>) -> Result<Hints, String> {
    only(map, &HINTS)?;
    let words = match map.get("countries") {
        None => &Vec::new(),
        Some(Value::Array(words)) => words,
        Some(_) => return Err("`countries`: expected a list of strings".to_owned()),
    };
    let country = |word: &Value| -> Result<Place, String> {
        let word = word.as_str().ok_or("`countries`: expected a list of strings")?;
        word.parse().map_err(|error| format!("`countries`: {error}"))
    };
    Ok(Hints { countries: words.iter().map(country).collect::<Result<_, _>>()? })
}

/// A key under a name that is not known may have been meant to say something.
fn only(map: &Map<String, Value>, known: &[&str]) -> Result<(), String> {
    let Some(stray) = map.keys().find(|key| !known.contains(&key.as_str())) else { return Ok(()) };
    Err(match terms::nearest(stray, known.iter().copied()) {
        Some(nearest) => format!("unknown key `{stray}`; the nearest known one is `{nearest}`"),
        None => format!("unknown key `{stray}`; known are `{}`", known.join("`, `")),
    })
}
