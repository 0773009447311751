//! How the demo tells what happened: for people as it goes, for programs as one object at the end.

use anyhow::Context;
use border::Border;
use ledger::Entry;
use ledger::verify::Report;
use serde_json::{Value, json};

use super::Stage;
use super::caller::Reply;
use super::story::Scene;
use crate::explain::why;
use crate::show;

/// The official client, in a line that can be copied.
const PYTHON: &str = "  python3 -c \"from openai import OpenAI; c = OpenAI(base_url='http://127.0.0.1:8080/v1', \
    api_key='demo-support-eu'); print(c.chat.completions.create(model='assistant', \
    messages=[{'role': 'user', 'content': 'Hello'}]).choices[0].message.content)\"";

/// How wide the story is told.
const WIDTH: usize = 110;

/// Tells the story.
pub(crate) struct Teller {
    json: bool,
    scenes: Vec<Value>,
}

impl Teller {
    pub(crate) fn new(json: bool, stage: &Stage) -> Teller {
        if !json {
            opening(stage);
        }
        Teller { json, scenes: Vec::new() }
    }

    pub(crate) fn scene(&mut self, scene: &Scene, reply: &Reply, border: &Border) -> anyhow::Result<()> {
        let ruled = ruled(scene, reply, border)?;
        if !self.json {
            self.print(scene, reply, &ruled);
        }
        self.scenes.push(json!({
            "title": scene.title,
            "whose": scene.whose,
            "key": scene.key,
            "model": scene.model,
            "stated": scene.headers.iter().map(|(k, v)| (k.to_string(), json!(v))).collect::<serde_json::Map<_, _>>(),
            "streamed": scene.stream,
            "status": reply.status.as_u16(),
            "candidates": ruled.candidates,
            "endpoint": reply.header("x-comity-endpoint"),
            "place": reply.header("x-comity-place"),
            "attempt": ruled.attempt,
            "answer": reply.text,
            "error": reply.error,
            "receipt": { "origin": border.ledger().origin(), "index": reply.index },
        }));
        Ok(())
    }

    fn print(&self, scene: &Scene, reply: &Reply, ruled: &Ruled) {
        let number = self.scenes.len() + 1;
        show::line(format!("{} {}", show::bold(format!("{number}.")), show::bold(scene.title)));
        show::line(format!("   whose data  {}", scene.whose));
        for (name, value) in scene.headers {
            show::line(format!("   stated      {name}: {value}"));
        }
        for (at, line) in ruled.lines.iter().enumerate() {
            show::line(format!("   {:<11} {line}", if at == 0 { "the law" } else { "" }));
        }
        if reply.status.is_success() {
            let attempt =
                ruled.attempt.filter(|n| *n > 1).map(|n| format!(", at attempt {n}")).unwrap_or_default();
            let streamed =
                if scene.stream { format!(", streamed in {} events", reply.events) } else { String::new() };
            let place =
                format!("{} in {}", reply.header("x-comity-endpoint"), reply.header("x-comity-place"));
            show::line(format!("   ran at      {}{attempt}{streamed}", show::bold(place)));
            show::line(format!("   answer      {}", one_line(&reply.text)));
            for (at, duty) in ruled.duties.iter().enumerate() {
                let label = if at == 0 { "duties" } else { "" };
                show::line(format!("   {label:<11} {}", show::wrapped(duty, WIDTH, 15)));
            }
        } else {
            let message =
                reply.error.as_ref().and_then(|e| e.get("message")).and_then(Value::as_str).unwrap_or("");
            let message = show::wrapped(message, WIDTH - 4, 15);
            show::line(format!("   refused     {} {message}", show::bold(reply.status.as_u16())));
        }
        let index = reply.index.map(|i| i.to_string()).unwrap_or_default();
        show::line(format!("   receipt     entry {index}"));
        show::line(show::dim(format!("   look        {}", show::wrapped(scene.look, WIDTH, 15))));
        show::line("");
    }

    pub(crate) fn end(
        self,
        stage: &Stage,
        receipts: usize,
        checked: Result<Report, String>,
    ) -> anyhow::Result<()> {
        let ledger = stage.ledger.display();
        if self.json {
            let (holds, report) = match &checked {
                Ok(r) => (
                    true,
                    json!({ "entries": r.size, "decisions": r.decisions, "admissions": r.admissions, "refusals": r.refusals }),
                ),
                Err(why) => (false, json!({ "why": why })),
            };
            return show::json(&json!({
                "engine": "every endpoint is served on this machine by the embedded engine",
                "model": stage.model.display().to_string(),
                "scenes": self.scenes,
                "verified": { "holds": holds, "receipts": receipts, "ledger": report, "folder": ledger.to_string() },
            }));
        }
        match checked {
            Ok(r) => show::line(format!(
                "{} {receipts} receipts and all {} entries of the ledger hold: {} decisions, {} admissions each with its outcome, {} refusals.",
                show::bold("Verified:"),
                r.size,
                r.decisions,
                r.admissions,
                r.refusals
            )),
            Err(why) => show::line(format!("{} {why}", show::bold("DOES NOT HOLD:"))),
        }
        closing(&ledger.to_string());
        Ok(())
    }
}

/// What was ruled on a request, from the record.
struct Ruled {
    lines: Vec<String>,
    candidates: Vec<Value>,
    attempt: Option<u32>,
    /// What is left to do where it ran, and no machine can tell whether it is done.
    duties: Vec<String>,
}

fn ruled(scene: &Scene, reply: &Reply, border: &Border) -> anyhow::Result<Ruled> {
    let index = reply.index.context("an answer came without a receipt")?;
    let entry = Entry::parse(&border.ledger().entry(index)?)?;
    let attempt = if let Entry::Admission(admission) = &entry { Some(admission.attempt) } else { None };
    let snapshot = border.snapshot()?;
    let system = snapshot.estate().systems().find(|s| format!("demo-{}", s.id) == scene.key).cloned();
    let system = system.context("a scene names a key that the example does not have")?;
    let found = snapshot
        .assess(&system, Some(scene.model), &stated(scene))?
        .context("a scene names a model that its system does not have")?;
    let mut ruled = Ruled { lines: Vec::new(), candidates: Vec::new(), attempt, duties: Vec::new() };
    let ran =
        found.candidates.iter().position(|c| c.endpoint.id.as_str() == reply.header("x-comity-endpoint"));
    for (at, candidate) in found.candidates.iter().enumerate() {
        let ruling = candidate.ruling();
        ruled.candidates.push(json!({ "endpoint": candidate.endpoint.id.as_str(), "ruling": ruling }));
        // What comes after the endpoint that answered was not asked.
        if ran.is_none_or(|ran| at <= ran) {
            let gap = " ".repeat(13 - ruling.verdict().name().len());
            let verdict = format!("{}{gap}", show::verdict(ruling.verdict()));
            let why = show::wrapped(&why(candidate, snapshot.editions()), WIDTH, 48);
            ruled.lines.push(format!("{:<19} {verdict}{why}", candidate.endpoint.id.as_str()));
        }
        if ran == Some(at) {
            ruled.duties = show::duties(&ruling.duties, 2);
        }
    }
    Ok(ruled)
}

/// What the scene's headers state, as the gateway reads them.
fn stated(scene: &Scene) -> assess::Stated {
    let mut stated = assess::Stated::default();
    for (name, value) in scene.headers {
        match *name {
            "x-comity-subject" => stated.subject = value.parse::<terms::Place>().ok().map(Into::into),
            "x-comity-data" => stated.data = value.parse().ok().into_iter().collect(),
            _ => {}
        }
    }
    stated
}

fn one_line(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() > 90 { text.chars().take(90).chain("...".chars()).collect() } else { text }
}

fn opening(stage: &Stage) {
    let places: std::collections::BTreeSet<String> =
        stage.estate.endpoints().map(|e| e.places.to_string()).collect();
    show::line(show::bold(format!("{}, an example", stage.estate.organization().name)));
    show::line(format!(
        "{} systems of a retailer with customers in DE, FR, IN, US and CN; {} endpoints in {}.",
        stage.estate.systems().count(),
        stage.estate.endpoints().count(),
        places.into_iter().collect::<Vec<_>>().join(", ")
    ));
    show::line(
        "Every endpoint is served on this machine by the embedded engine, whatever place it stands for:",
    );
    show::line("the law is real, the requests and answers are real, the distances are not.");
    show::line(show::dim(format!("model {}", stage.model.display())));
    show::line("");
}

fn closing(ledger: &str) {
    show::line("");
    show::line("Check it again, offline, trusting only the public key:");
    show::line(format!("  comity verify --vkey {ledger}/log.vkey --ledger {ledger}"));
    show::line("Go on with a gateway of your own:");
    show::line("  comity serve -C examples/retail");
    show::line(
        "  curl -s http://127.0.0.1:8080/v1/chat/completions -H 'Authorization: Bearer demo-support-eu' \\",
    );
    show::line(
        "    -H 'Content-Type: application/json' -d '{\"model\":\"assistant\",\"messages\":[{\"role\":\"user\",\"content\":\"What is the capital of France?\"}]}'",
    );
    show::line(PYTHON);
}
