//! A request as one endpoint is to be asked it: the bytes as they came where both sides speak the same wire, else carried
//! over, or refused with the name of what cannot be.

use border::{Call, Message};
use estate::{Endpoint, Remote, Service, Speaks, Upstream};
use terms::Date;
use wire::dialog::{Dialog, Effort, Format, Part, Untranslatable};
use wire::vendor::{Flavor, Vendor};
use wire::{Inbound, Wire};

use crate::door::vendor;

/// How an answer comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Passage {
    /// On the caller's own wire: it passes as it comes.
    SameWire,
    /// In this vendor's format: it is read and written anew.
    Translated(Vendor),
    /// From the engine inside this process, in pieces of text.
    Engine,
}

/// What is asked of an endpoint, and how its answer comes back.
#[derive(Debug, Clone)]
pub(crate) struct Carried {
    pub(crate) message: Message,
    pub(crate) passage: Passage,
}

/// Carries a request to an endpoint; `version` is that of its format, where the caller named one.
///
/// # Errors
/// The endpoint does not answer such requests, or has no word for something in this one.
pub(crate) fn carry(
    inbound: &Inbound,
    version: Option<Date>,
    endpoint: &Endpoint,
) -> Result<Carried, Untranslatable> {
    match &endpoint.upstream {
        Upstream::Embedded => to_engine(inbound),
        Upstream::Remote(remote) => match same_wire(inbound.wire(), remote) {
            Some(call) => Ok(as_it_came(inbound, version, remote, call)),
            None => translated(inbound, remote),
        },
    }
}

/// The service for which the caller's own wire is what the endpoint speaks.
fn same_wire(wire: Wire, remote: &Remote) -> Option<Call> {
    let answers = |service| remote.answers.contains(service);
    match wire {
        Wire::Chat if remote.speaks.is_openai() && answers(Service::Chat) => Some(Call::Chat),
        Wire::Responses if remote.speaks.is_openai() && answers(Service::Responses) => Some(Call::Responses),
        Wire::Embeddings if remote.speaks.is_openai() && answers(Service::Embeddings) => {
            Some(Call::Embeddings)
        }
        Wire::Messages if remote.speaks == Speaks::Anthropic && answers(Service::Chat) => Some(Call::Chat),
        Wire::CountTokens if remote.speaks == Speaks::Anthropic && answers(Service::Chat) => {
            Some(Call::CountTokens)
        }
        _ => None,
    }
}

fn as_it_came(inbound: &Inbound, version: Option<Date>, remote: &Remote, call: Call) -> Carried {
    let message =
        Message { call, stream: inbound.stream(), version, body: inbound.with_model(&remote.model) };
    Carried { message, passage: Passage::SameWire }
}

fn translated(inbound: &Inbound, remote: &Remote) -> Result<Carried, Untranslatable> {
    let vendor = vendor(remote.speaks);
    match inbound.wire() {
        Wire::Embeddings if !remote.answers.contains(Service::Embeddings) => {
            Err(Untranslatable::new("input", remote.speaks.name(), "the endpoint answers no embeddings"))
        }
        Wire::Embeddings => {
            let wanted = inbound.embedding()?;
            let asked = vendor.embed(&wanted.texts, &remote.model, wanted.dimensions)?;
            let message = Message { call: Call::Embeddings, stream: false, version: None, body: asked.body };
            Ok(Carried { message, passage: Passage::Translated(vendor) })
        }
        Wire::CountTokens => {
            let why = "only an endpoint that speaks `anthropic` counts tokens";
            Err(Untranslatable::new("messages", remote.speaks.name(), why))
        }
        Wire::Chat | Wire::Responses | Wire::Messages if !remote.answers.contains(Service::Chat) => {
            Err(Untranslatable::new("model", remote.speaks.name(), "the endpoint answers no conversations"))
        }
        Wire::Chat | Wire::Responses | Wire::Messages => {
            let asked = vendor.ask(&inbound.dialog()?, &remote.model)?;
            let message =
                Message { call: Call::Chat, stream: inbound.stream(), version: None, body: asked.body };
            Ok(Carried { message, passage: Passage::Translated(vendor) })
        }
    }
}

/// The engine reads chat requests.
fn to_engine(inbound: &Inbound) -> Result<Carried, Untranslatable> {
    const TO: &str = "the embedded engine";
    if matches!(inbound.wire(), Wire::Embeddings | Wire::CountTokens) {
        return Err(Untranslatable::new("model", TO, "it answers conversations only"));
    }
    let dialog = inbound.dialog()?;
    if let Some((field, why)) = beyond_the_engine(&dialog) {
        return Err(Untranslatable::new(field, TO, why));
    }
    let asked = Vendor::OpenAi(Flavor::OpenAi).ask(&dialog, inbound.model())?;
    let message = Message { call: Call::Chat, stream: inbound.stream(), version: None, body: asked.body };
    Ok(Carried { message, passage: Passage::Engine })
}

/// What the engine has no word for: it continues texts, and gives one of them.
fn beyond_the_engine(dialog: &Dialog) -> Option<(&'static str, &'static str)> {
    let sampling = &dialog.sampling;
    let weighs = |penalty: Option<f64>| penalty.is_some_and(|penalty| penalty != 0.0);
    let thinks = dialog.reasoning.as_ref().is_some_and(|r| !matches!(r.effort, None | Some(Effort::None)));
    let is_text = |part: &Part| matches!(part, Part::Text(_) | Part::Refusal(_));
    let rows = [
        (!dialog.tools.is_empty(), "tools", "it cannot call tools"),
        (dialog.choices.is_some_and(|n| n > 1), "n", "it gives one choice; send `n` 1"),
        (dialog.format != Format::Text, "response_format", "it answers in text only"),
        (dialog.logprobs.is_some(), "logprobs", "it tells no probabilities"),
        (thinks, "reasoning_effort", "it does not think before it answers"),
        (sampling.top_k.is_some(), "top_k", "it knows `temperature` and `top_p`"),
        (weighs(sampling.frequency_penalty), "frequency_penalty", "it knows no penalties"),
        (weighs(sampling.presence_penalty), "presence_penalty", "it knows no penalties"),
        (!dialog.turns.iter().flat_map(|turn| &turn.parts).all(is_text), "messages", "it reads text only"),
    ];
    rows.into_iter().find(|(beyond, ..)| *beyond).map(|(_, field, why)| (field, why))
}
