//! The world as SVG: a shape or a dot for each place, an enlarged Europe, and squares for what has no shape of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use law::matrix::Mark;
use terms::Place;

use super::html::{escaped, letter, shown};
use crate::matrix::sheet::{Row, Sheet};

const WORLD: &str = include_str!("../world/world.tsv");

/// A place smaller than this, in square units, is drawn as a dot so that it can be seen and pointed at.
const DOT_BELOW: f32 = 14.0;

/// A place larger than this has its letter on it.
const LETTER_FROM: f32 = 330.0;

/// The same in the enlarged Europe.
const LETTER_FROM_IN_EUROPE: f32 = 130.0;

/// Where the enlarged Europe lies: left, top, width, height.
const EUROPE: (f32, f32, f32, f32) = (4.0, 296.0, 240.0, 240.0);

/// Where the squares begin, how many are in a row, and how far apart they are.
const SQUARES: (f32, f32, usize, f32, f32) = (356.0, 488.0, 16, 39.5, 24.0);

/// One place in one view.
struct Shape {
    code: &'static str,
    x: f32,
    y: f32,
    area: f32,
    path: &'static str,
}

pub(super) fn render(sheet: &Sheet) -> String {
    let rows: BTreeMap<&str, &Row> = sheet.rows.iter().map(|r| (r.place.code(), r)).collect();
    let (world, europe) = (shapes("world"), shapes("europe"));
    let near: BTreeSet<&str> = europe.iter().map(|s| s.code).collect();
    let mut drawn = BTreeSet::new();
    let mut out = String::from(concat!(
        "<svg viewBox=\"0 18 1000 526\" role=\"group\" aria-label=\"World map\" xmlns=\"http://www.w3.org/2000/svg\">",
        "<defs><pattern id=\"hatch\" width=\"50\" height=\"50\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">",
        "<rect class=\"hatch-ground\" width=\"50\" height=\"50\"/><rect class=\"hatch-line\" width=\"16\" height=\"50\"/></pattern>",
        "<clipPath id=\"europe-box\"><rect x=\"4\" y=\"296\" width=\"240\" height=\"240\" rx=\"6\"/></clipPath></defs>",
    ));
    // What lies under the enlarged Europe, and what is too small but seen in it, is left to others.
    let hidden = |s: &Shape| {
        (s.x < EUROPE.0 + EUROPE.2 && s.y > EUROPE.1) || (s.area < DOT_BELOW && near.contains(s.code))
    };
    out.push_str(&view(&world, &rows, LETTER_FROM, hidden, &mut drawn));
    out.push_str("<g clip-path=\"url(#europe-box)\"><rect class=\"sea\" x=\"4\" y=\"296\" width=\"240\" height=\"240\"/>");
    out.push_str(&view(&europe, &rows, LETTER_FROM_IN_EUROPE, |_| false, &mut drawn));
    out.push_str("</g><rect class=\"frame\" x=\"4\" y=\"296\" width=\"240\" height=\"240\" rx=\"6\"/>");
    out.push_str(&squares(sheet.rows.iter().filter(|r| !drawn.contains(r.place.code()))));
    out.push_str("</svg>");
    out
}

fn shapes(view: &str) -> Vec<Shape> {
    WORLD.lines().filter_map(|line| shape(line, view)).collect()
}

fn shape(line: &'static str, view: &str) -> Option<Shape> {
    let mut fields = line.split('\t');
    if fields.next()? != view {
        return None;
    }
    let code = fields.next()?;
    let (x, y, area) =
        (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(Shape { code, x, y, area, path: fields.next()? })
}

/// Shapes first and then dots and letters, so that nothing covers them.
fn view(
    shapes: &[Shape],
    rows: &BTreeMap<&str, &Row>,
    letter_from: f32,
    hidden: impl Fn(&Shape) -> bool,
    drawn: &mut BTreeSet<&'static str>,
) -> String {
    let (mut land, mut over) = (String::new(), String::new());
    for shape in shapes {
        let Some(row) = rows.get(shape.code) else {
            land.push_str(&nobodys(shape));
            continue;
        };
        if hidden(shape) {
            continue;
        }
        drawn.insert(shape.code);
        let drawing = if shape.area < DOT_BELOW { dot(shape, row.mark(0)) } else { outline(shape) };
        let part = if shape.area < DOT_BELOW { &mut over } else { &mut land };
        part.push_str(&linked(row, &drawing));
        if shape.area >= letter_from {
            over.push_str(&letters(row, shape.x, shape.y));
        }
    }
    land + &over
}

/// Land that is no place of its own here.
fn nobodys(shape: &Shape) -> String {
    format!("<path class=\"land\" d=\"{}\"/>", shape.path)
}

fn outline(shape: &Shape) -> String {
    format!("<path d=\"{}\"/>", shape.path)
}

/// A dot, and around it what can be pointed at. What nobody looked at keeps in the background.
fn dot(shape: &Shape, mark: Mark) -> String {
    let (x, y, radius) = (shape.x, shape.y, if mark == Mark::NotLookedAt { 1.8 } else { 3.4 });
    format!(
        "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/><circle class=\"reach\" cx=\"{x}\" cy=\"{y}\" r=\"5.5\"/>"
    )
}

/// A drawing that leads to what is said of its place.
fn linked(row: &Row, drawing: &str) -> String {
    let code = row.place.code();
    let mut marks: Vec<&str> = (0..row.cells.len()).map(|at| row.mark(at).name()).collect();
    marks.dedup();
    let label = escaped(&format!("{}: {}", row.name, marks.join("; at home: ")));
    let out_of_the_way = if row.mark(0) == Mark::NotLookedAt { " tabindex=\"-1\"" } else { "" };
    format!(
        "<a href=\"#{code}\" class=\"place {}\"{out_of_the_way}><title>{label}</title>{drawing}</a>",
        classes(row)
    )
}

/// The mark in each column, as `m0-F`.
pub(super) fn classes(row: &Row) -> String {
    (0..row.cells.len()).map(|at| format!("m{at}-{}", letter(row.mark(at)))).collect::<Vec<_>>().join(" ")
}

fn letters(row: &Row, x: f32, y: f32) -> String {
    let mut out = String::new();
    for at in 0..row.cells.len() {
        let mark = row.mark(at);
        let (class, text) = (letter(mark), shown(mark));
        if class != 'N' {
            // Writing to a string cannot fail.
            let _ = write!(
                out,
                "<text class=\"on s-{class} c{at}\" x=\"{x:.1}\" y=\"{:.1}\">{text}</text>",
                y + 3.0
            );
        }
    }
    out
}

/// Parts and zones with a law of their own, and what has no room on the map.
fn squares<'a>(rows: impl Iterator<Item = &'a Row>) -> String {
    let (left, top, in_a_row, across, down) = SQUARES;
    let mut rows: Vec<&Row> = rows.collect();
    rows.sort_by_key(|r| (r.mark(0) == Mark::NotLookedAt, parted(r.place), r.place.code()));
    let mut out = format!(
        "<text class=\"note\" x=\"{left}\" y=\"{}\">Parts and zones with a law of their own, and places with no room on the map</text>",
        top - 7.0
    );
    for (at, row) in rows.into_iter().enumerate() {
        let (x, y) = (left + (at % in_a_row) as f32 * across, top + (at / in_a_row) as f32 * down);
        let square = format!("<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"36\" height=\"20\" rx=\"4\"/>");
        out.push_str(&linked(row, &square));
        let code = row.place.code();
        for (column, _) in row.cells.iter().enumerate() {
            let (class, middle) = (letter(row.mark(column)), (x + 18.0, y + 13.0));
            let _ = write!(
                out,
                "<text class=\"on small s-{class} c{column}\" x=\"{:.1}\" y=\"{:.1}\">{code}</text>",
                middle.0, middle.1
            );
        }
    }
    out
}

fn parted(place: Place) -> bool {
    place.parent().is_none()
}
