//! What a vendor says of where a request ran, held against where it was decided that it runs.

use estate::Endpoint;
use http::HeaderMap;
use terms::{Place, PlaceSet};

/// Header of Azure OpenAI with the name of the region, such as `Sweden Central` (Microsoft, "Azure OpenAI REST API reference",
/// response headers).
const AZURE_REGION: &str = "x-ms-region";

/// A vendor's own statement of place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    /// In its words.
    pub(crate) words: String,
    /// The places, if the words name any that is known.
    places: Option<PlaceSet>,
}

impl Said {
    /// By the word of an answer, such as Anthropic's `usage.inference_geo`. Words that say nothing are left out.
    pub(crate) fn by_word(word: &str) -> Option<Said> {
        if word.is_empty() || word == "not_available" {
            return None;
        }
        let places = Place::subdivision(&word.to_ascii_uppercase()).ok().map(PlaceSet::from);
        Some(Said { words: word.to_owned(), places })
    }

    /// By the headers of an answer.
    pub(crate) fn by_headers(headers: &HeaderMap) -> Option<Said> {
        let words = headers.get(AZURE_REGION)?.to_str().ok()?.trim();
        let id: String = words.chars().filter(char::is_ascii_alphanumeric).collect();
        let places = estate::region_places(&format!("azure:{}", id.to_ascii_lowercase()));
        Some(Said { words: words.to_owned(), places })
    }

    /// Whether it is something else than what was decided for the endpoint: another place, or nowhere in particular.
    pub(crate) fn disagrees(&self, endpoint: &Endpoint) -> bool {
        let Some(said) = self.places else { return true };
        !said.iter().all(|place| endpoint.places.iter().any(|decided| is_same(place, decided)))
    }
}

/// A country, where a part of it was decided, says no less than vendors do.
fn is_same(said: Place, decided: Place) -> bool {
    said == decided || decided.parent() == Some(said) || said.parent() == Some(decided)
}
