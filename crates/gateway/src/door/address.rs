//! Where a request goes: the endpoint's own address and, below it, a path that its vendor has for the service.
//! Nothing of a caller's request is in it.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use border::{Call, Message};
use estate::{BaseUrl, EndpointId, Remote, Speaks};
use http::Uri;
use wire::vendor::{Flavor, Task, Vendor};

/// The addresses that were worked out, for each endpoint's and service's: few, and the same for every request.
#[derive(Default)]
pub(super) struct Addresses(RwLock<HashMap<(EndpointId, Call, bool), Known>>);

/// An address, and what it was made from: a reload may bring another under the same id.
struct Known {
    url: BaseUrl,
    model: String,
    uri: Uri,
}

impl Addresses {
    /// The whole address.
    pub(super) fn of(&self, id: &EndpointId, remote: &Remote, message: &Message) -> Option<Uri> {
        let key = (id.clone(), message.call, message.stream);
        if let Some(known) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&key)
            && known.url == remote.url
            && known.model == remote.model
        {
            return Some(known.uri.clone());
        }
        let uri = uri(remote, message)?;
        let known = Known { url: remote.url.clone(), model: remote.model.clone(), uri: uri.clone() };
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(key, known);
        Some(uri)
    }
}

fn uri(remote: &Remote, message: &Message) -> Option<Uri> {
    let (path, query) = vendor(remote.speaks).path_of(task(message.call), &remote.model, message.stream);
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let scheme = if remote.url.is_https() { "https" } else { "http" };
    Uri::try_from(format!("{scheme}://{}{}{path}{query}", authority(&remote.url), remote.url.path())).ok()
}

fn authority(url: &BaseUrl) -> String {
    let (open, close) = if url.host().contains(':') { ("[", "]") } else { ("", "") };
    let usual = if url.is_https() { 443 } else { 80 };
    match url.port() {
        port if port == usual => format!("{open}{}{close}", url.host()),
        port => format!("{open}{}{close}:{port}", url.host()),
    }
}

fn task(call: Call) -> Task {
    match call {
        Call::Chat => Task::Talk,
        Call::Responses => Task::Respond,
        Call::Embeddings => Task::Embed,
        Call::CountTokens => Task::CountTokens,
    }
}

/// The vendor's format that an endpoint speaks.
pub(crate) fn vendor(speaks: Speaks) -> Vendor {
    match speaks {
        Speaks::OpenAi => Vendor::OpenAi(Flavor::OpenAi),
        Speaks::Azure => Vendor::OpenAi(Flavor::Azure),
        Speaks::Mistral => Vendor::OpenAi(Flavor::Mistral),
        Speaks::Vllm => Vendor::OpenAi(Flavor::Vllm),
        Speaks::Ollama => Vendor::OpenAi(Flavor::Ollama),
        Speaks::Anthropic => Vendor::Anthropic,
        Speaks::Gemini => Vendor::Gemini,
        Speaks::Bedrock => Vendor::Bedrock,
    }
}
