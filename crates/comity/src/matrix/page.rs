//! The matrix as one page: a world map, the ruling of each place in words, and a table to search. It needs no network.
//!
//! The map and the table are in the text of the page and can be read without scripts; the panel needs them. The page's policy
//! lets nothing be loaded, and only its own style and script run, each known by its hash.

mod article;
mod html;
mod map;
mod table;

use data_encoding::BASE64;
use law::matrix::Mark;
use sha2::{Digest, Sha256};

use super::sheet::Sheet;
use super::words;
use html::escaped;

const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");

/// The page.
pub(crate) fn render(sheet: &Sheet) -> String {
    let title = escaped(&sheet.title);
    let (head, header) = (head(&title), header(sheet, &title));
    let (map, articles, table) = (map::render(sheet), article::all(sheet), table::render(sheet));
    let (legend, intro) = (legend(sheet), intro(sheet));
    format!(
        "<!doctype html>\n<html lang=\"en\">\n{head}\n<body data-column=\"0\">\n<a class=\"skip\" href=\"#table\">Skip the map</a>\n\
        {header}\n<main>\n{legend}\n<div class=\"stage\">\n<figure>{map}</figure>\n\
        <aside id=\"panel\" aria-live=\"polite\" tabindex=\"-1\">{intro}{articles}</aside>\n</div>\n{table}\n</main>\n{}\n\
        <script>{SCRIPT}</script>\n</body>\n</html>\n",
        footer(sheet)
    )
}

fn head(title: &str) -> String {
    let policy = format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    );
    format!(
        "<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
        <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
        <title>{title} - Comity</title>\n<style>{STYLE}</style>\n</head>"
    )
}

/// How a policy names an inline text.
fn hash(text: &str) -> String {
    format!("sha256-{}", BASE64.encode(&Sha256::digest(text)))
}

fn header(sheet: &Sheet, title: &str) -> String {
    let column = |(at, column): (usize, &super::sheet::Column)| {
        let pressed = at == 0;
        format!(
            "<button type=\"button\" data-show-column=\"{at}\" aria-pressed=\"{pressed}\">{}</button>",
            escaped(&column.name)
        )
    };
    let columns: String = sheet.columns.iter().enumerate().map(column).collect();
    let switch = if sheet.columns.len() > 1 {
        format!("<div class=\"switch\" role=\"group\" aria-label=\"Where it is done\">{columns}</div>")
    } else {
        String::new()
    };
    format!(
        "<header><div><h1>{title}</h1>\n<p>What the law of each place says of it, for people who live there, as of <time>{}</time>.</p></div>\n\
        {switch}<button type=\"button\" id=\"theme\" aria-label=\"Light or dark\">◐</button></header>",
        sheet.day
    )
}

/// What the colors mean, how many places have each, and buttons to show only those.
fn legend(sheet: &Sheet) -> String {
    let item = |mark: Mark| {
        let counts: String = (0..sheet.columns.len())
            .map(|at| format!("<b class=\"c{at}\">{}</b>", sheet.count(at, mark)))
            .collect();
        format!(
            "<li><button type=\"button\" data-only=\"{letter}\" aria-pressed=\"false\" title=\"{}\">{} {} {counts}</button></li>",
            escaped(words::meaning(mark)),
            html::swatch(mark),
            words::sentence(mark.name()),
            letter = html::letter(mark),
        )
    };
    let items: String = Mark::ALL.into_iter().map(item).collect();
    format!("<ul class=\"legend\" aria-label=\"Show only\">{items}</ul>")
}

/// What stands in the panel until a place is chosen.
fn intro(sheet: &Sheet) -> String {
    let asked: String = sheet
        .asked
        .iter()
        .map(|(k, v)| format!("<dt>{}</dt><dd>{}</dd>", words::sentence(k), escaped(v)))
        .collect();
    let assumed: String =
        sheet.assumed.iter().map(|a| format!("<li>{}</li>", escaped(&words::sentence(a)))).collect();
    let meanings: String = Mark::ALL
        .into_iter()
        .map(|m| format!("<li>{} {}</li>", html::swatch(m), escaped(words::meaning(m))))
        .collect();
    let assumed =
        if assumed.is_empty() { assumed } else { format!("<h3>Taken as given</h3><ul>{assumed}</ul>") };
    format!(
        "<article id=\"of-intro\" class=\"shown\"><p class=\"hint\">Point at a place to read what its law asks; click to keep it.</p>\
        <h3>What was asked</h3><dl class=\"asked\">{asked}</dl>{assumed}<h3>What the colors mean</h3><ul class=\"marks\">{meanings}</ul></article>"
    )
}

fn footer(sheet: &Sheet) -> String {
    format!(
        "<footer><p>Made by Comity from rulebooks that are dated and cited; edition <code>{}</code>. It tells what the law says so \
        that people can act on it, and it is not legal advice: a provision marked as less than certain has to be read before \
        anybody relies on it.</p><p>Map: Natural Earth, public domain. Borders are drawn by who is in control and state no view \
        on whose a territory is.</p></footer>",
        escaped(&crate::show::short(&sheet.edition))
    )
}
