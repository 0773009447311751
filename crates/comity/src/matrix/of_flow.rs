//! The matrix of a flow: at home, and as it is given.

use std::path::Path;

use anyhow::{Context, bail};
use law::matrix::{Question, jurisdictions};
use law::{Edition, Law, Stance};
use serde_json::{Map, Value};
use terms::{Flow, Place};

use super::cell::Cell;
use super::sheet::{Column, Row, Sheet};
use super::{place_names, words};
use crate::cli::MatrixArgs;
use crate::{flow_flags, system};

/// Everything asked of one edition.
struct Asking<'a> {
    law: &'a Law,
    edition: &'a Edition,
    question: &'a Question,
}

pub(crate) fn sheet(law: &Law, args: &MatrixArgs) -> anyhow::Result<Sheet> {
    let flow = flow(args)?;
    let day = flow.as_of.or(args.as_of).unwrap_or_else(system::today);
    let edition = law.at(day, None)?;
    let question = Question::new(flow);
    let asking = Asking { law, edition: &edition, question: &question };
    let rows = jurisdictions(law).into_iter().map(|p| asking.row(p)).collect::<anyhow::Result<_>>()?;
    let sheet = Sheet {
        title: title(question.flow()),
        asked: asked(question.flow()),
        assumed: question.assumed().iter().map(|a| (*a).to_owned()).collect(),
        day,
        edition: edition.hash().to_owned(),
        columns: columns(&question),
        rows,
    };
    Ok(sheet.settle())
}

impl Asking<'_> {
    fn row(&self, place: Place) -> anyhow::Result<Row> {
        let mut cells = Vec::new();
        if self.question.goes_somewhere() {
            cells.push(self.cell(place, &self.question.as_given(place))?);
        }
        cells.push(self.cell(place, &self.question.at_home(place))?);
        Ok(Row { place, name: place_names::name(place), cells })
    }

    fn cell(&self, place: Place, flow: &Flow) -> anyhow::Result<Cell> {
        let ruling = self.edition.rule(flow, Stance::Question)?;
        Ok(Cell::of(self.law, self.edition, place, ruling))
    }
}

/// What the file says, and over it what the flags say.
fn flow(args: &MatrixArgs) -> anyhow::Result<Flow> {
    let mut stated = match &args.flow {
        Some(file) => read(file)?,
        None => Map::new(),
    };
    let mut flags = flow_flags::stated(&args.facts)?;
    if args.flow.is_none() && flags.is_empty() {
        bail!(
            "nothing is asked; name a use of AI with `--system ID`, `--flow FILE`, or flags such as `--purpose`"
        );
    }
    if let (Some(Value::Object(facts)), Some(Value::Object(more))) =
        (stated.get_mut("facts"), flags.get("facts"))
    {
        facts.extend(more.clone());
        flags.remove("facts");
    }
    stated.extend(flags);
    Flow::from_json(&Value::Object(stated)).context("the flow cannot be read")
}

fn read(file: &Path) -> anyhow::Result<Map<String, Value>> {
    let shown = file.display();
    let text =
        std::fs::read_to_string(file).with_context(|| format!("the flow cannot be read from `{shown}`"))?;
    match serde_json::from_str(&text) {
        Ok(Value::Object(flow)) => Ok(flow),
        Ok(_) => bail!("`{shown}` does not hold a flow; expected a JSON object"),
        Err(error) => Err(error).with_context(|| format!("`{shown}` is not JSON")),
    }
}

fn columns(question: &Question) -> Vec<Column> {
    let home = Column { key: "at_home", name: "Kept at home".to_owned() };
    let flow = question.flow();
    let names = |places: &terms::PlaceSet| {
        words::listed(&places.iter().map(|p| place_names::name(p).to_owned()).collect::<Vec<_>>())
    };
    let given = match (&flow.to_location, &flow.vendor_hq) {
        (Some(to), Some(vendor)) if to != vendor => {
            format!("Sent to: {}; vendor of: {}", names(to), names(vendor))
        }
        (Some(to), _) => format!("Sent to: {}", names(to)),
        (None, Some(vendor)) => format!("Sent to a vendor of: {}", names(vendor)),
        (None, None) => return vec![home],
    };
    vec![Column { key: "as_given", name: given }, home]
}

fn title(flow: &Flow) -> String {
    let names = |purposes: &terms::Purposes| purposes.names().map(words::plain).collect::<Vec<_>>();
    words::sentence(&flow.purposes.map_or_else(|| "a use of AI".to_owned(), |p| words::listed(&names(&p))))
}

fn asked(flow: &Flow) -> Vec<(&'static str, String)> {
    let mut asked = Vec::new();
    let mut put = |name, value: String| asked.push((name, value));
    flow.purposes.iter().for_each(|p| put("purpose", p.names().collect::<Vec<_>>().join(", ")));
    flow.data.iter().for_each(|d| put("data", d.names().collect::<Vec<_>>().join(", ")));
    put("form", terms::Token::name(flow.form).to_owned());
    flow.volume.iter().for_each(|v| put("volume", v.to_string()));
    flow.to_location.iter().for_each(|p| put("to", p.to_string()));
    flow.vendor_hq.iter().for_each(|p| put("vendor", p.to_string()));
    flow.vendor_ultimate_owner.iter().for_each(|p| put("owner", p.to_string()));
    if !flow.safeguards.is_empty() {
        put("held", flow.safeguards.iter().map(|s| s.to_string()).collect::<Vec<_>>().join(", "));
    }
    asked
}
