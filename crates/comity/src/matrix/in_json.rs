//! The matrix for programs.

use law::matrix::Mark;
use serde_json::{Map, Value, json};
use terms::Confidence;

use super::cell::Cell;
use super::sheet::{Row, Sheet};

pub(crate) fn sheet(sheet: &Sheet) -> Value {
    let asked: Map<String, Value> =
        sheet.asked.iter().map(|(k, v)| (k.replace(' ', "_"), json!(v))).collect();
    json!({
        "title": sheet.title,
        "asked": asked,
        "assumed": sheet.assumed,
        "as_of": sheet.day.to_string(),
        "edition": sheet.edition,
        "counts": counts(sheet),
        "jurisdictions": sheet.rows.iter().map(|r| row(sheet, r)).collect::<Vec<_>>(),
    })
}

fn counts(sheet: &Sheet) -> Map<String, Value> {
    let word = |mark: Mark| mark.name().replace(' ', "_");
    Mark::ALL.into_iter().map(|mark| (word(mark), json!(sheet.count(0, mark)))).collect()
}

/// What was asked for stands at the top of an object, the other way to do it under its key.
fn row(sheet: &Sheet, row: &Row) -> Value {
    let mut out = Map::new();
    out.insert("place".to_owned(), json!(row.place.code()));
    out.insert("name".to_owned(), json!(row.name));
    for (at, (column, answer)) in sheet.columns.iter().zip(&row.cells).enumerate() {
        if at == 0 {
            out.insert("asked_of".to_owned(), json!(column.key));
            out.extend(cell(answer));
        } else {
            out.insert(column.key.to_owned(), Value::Object(cell(answer)));
        }
    }
    Value::Object(out)
}

fn cell(cell: &Cell) -> Map<String, Value> {
    let ruling = serde_json::to_value(&cell.ruling).unwrap_or_default();
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| drop(out.insert(key.to_owned(), value));
    put("standing", json!(cell.mark));
    put("code", json!(cell.mark.code().to_string()));
    cell.endpoint.iter().for_each(|e| put("endpoint", json!(e)));
    for key in ["verdict", "needs", "ways", "missing_facts"] {
        put(key, ruling.get(key).cloned().unwrap_or_default());
    }
    put("consent", json!(cell.asked.consent));
    put("notice", json!(cell.asked.notice));
    put("duties", cell.asked.duties.iter().map(duty).collect());
    put("confirm", cell.confirmed().collect());
    put("cites", cell.reasons.iter().map(reason).collect());
    put("exposure", ruling.get("exposure").cloned().unwrap_or_default());
    put("confidence", json!(cell.asked.confidence));
    put("checked", json!(cell.asked.checked.map(|day| day.to_string())));
    out
}

fn duty((duty, discharged_by): &(terms::Duty, terms::Needs)) -> Value {
    let clauses: Vec<Vec<String>> =
        discharged_by.clauses().iter().map(|c| c.iter().map(ToString::to_string).collect()).collect();
    json!({ "provision": duty.provision, "cite": duty.cite, "summary": duty.summary, "discharged_by": clauses })
}

fn reason(reason: &super::cell::Reason) -> Value {
    let mut out = json!({
        "provision": reason.provision, "cite": reason.cite, "summary": reason.summary, "source": reason.source, "met": reason.met,
    });
    if let (Value::Object(map), true) = (&mut out, reason.confidence != Confidence::High) {
        map.insert("confidence".to_owned(), json!(reason.confidence));
    }
    out
}
