//! All places in a table that can be searched and, by the legend, narrowed.

use law::matrix::{Asking, Mark};

use super::html::{badge, escaped};
use super::map::classes;
use crate::matrix::cell::Cell;
use crate::matrix::sheet::{Row, Sheet};
use crate::matrix::words;

pub(super) fn render(sheet: &Sheet) -> String {
    let mut rows: Vec<&Row> = sheet.rows.iter().collect();
    // What nobody looked at has nothing to say and stands last.
    rows.sort_by_key(|r| r.mark(0) == Mark::NotLookedAt);
    let rows: String = rows.into_iter().map(row).collect();
    format!(
        "<section id=\"table\"><div class=\"find\"><h2>Place by place</h2><label>Search <input type=\"search\" id=\"search\" \
        placeholder=\"a place, a law, consent...\"></label><output id=\"found\"></output></div>\n<div class=\"scroll\"><table>\
        <thead><tr><th scope=\"col\">Place<th scope=\"col\">Standing<th scope=\"col\">What is needed<th scope=\"col\">Law<th scope=\"col\">Consent\
        <th scope=\"col\">Notice<th scope=\"col\">Checked</tr></thead><tbody>\n{rows}</tbody></table></div></section>"
    )
}

fn row(row: &Row) -> String {
    let code = row.place.code();
    let asking = |asking| if asking == Asking::No { "–" } else { words::asking(asking) }.to_owned();
    format!(
        "<tr class=\"{}\" data-row=\"{code}\"><th scope=\"row\"><a href=\"#{code}\">{}</a> <small>{code}</small>\
        <td>{}<td>{}<td>{}<td data-name=\"Consent\">{}<td data-name=\"Notice\">{}<td data-name=\"Checked\">{}\n",
        classes(row),
        escaped(row.name),
        each(row, |cell| badge(cell.mark)),
        each(row, |cell| escaped(&words::needed_plainly(cell))),
        each(row, |cell| escaped(cell.cite().filter(|_| cell.mark != Mark::NotLookedAt).unwrap_or_default())),
        each(row, |cell| asking(cell.asked.consent)),
        each(row, |cell| asking(cell.asked.notice)),
        each(row, |cell| cell.asked.checked.map(|d| d.to_string()).unwrap_or_default()),
    )
}

/// What to say in each column; once, where all say the same.
fn each(row: &Row, of: impl Fn(&Cell) -> String) -> String {
    let mut said: Vec<String> = row.cells.iter().map(of).collect();
    said.dedup();
    match said.as_slice() {
        [same] => same.clone(),
        said => {
            said.iter().enumerate().map(|(at, text)| format!("<span class=\"c{at}\">{text}</span>")).collect()
        }
    }
}
