//! A request as one endpoint is to be asked it: the bytes as they came where both sides speak the same wire, else carried
//! over, or refused with the name of what cannot be.

use border::{Call, Message};
use estate::{Endpoint, Remote, Service, Speaks, Upstream};
use terms::Date;
use wire::dialog::Untranslatable;
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
    let asked = Vendor::OpenAi(Flavor::OpenAi).ask(&dialog, inbound.model())?;
    let message = Message { call: Call::Chat, stream: inbound.stream(), version: None, body: asked.body };
    Ok(Carried { message, passage: Passage::Engine })
}
