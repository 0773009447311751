//! The content of a request: what was found in it before anybody rules, and the same content masked.
//!
//! It lives as long as its request and no longer; nothing of it is logged, counted by value, or kept.

use std::borrow::Cow;
use std::sync::Arc;

use assess::{Candidate, Content as State, Stated};
use estate::{MaskedLogprobs, Masking, System};
use mask::{ConversationKey, Finder, Finding, Hints, Inside, MaskKey, RecognizerFailed, Vault};
use terms::{Categories, Date};
use wire::dialog::Untranslatable;
use wire::{ErrorBody, Inbound, InsideText, Kind, ReadError, TextAt, Unreadable};

use crate::carry::{Carried, carry};
use crate::errors;

/// A request with what was found in it.
pub(crate) struct Content {
    inbound: Inbound,
    version: Option<Date>,
    found: Vec<Found>,
    unreadable: Vec<Unreadable>,
    /// Whether its texts were searched at all.
    searched: bool,
}

/// What was found in one text.
struct Found {
    /// Which of the request's texts, and where it begins in the body.
    text: usize,
    at: usize,
    findings: Vec<Finding>,
    replaceable: bool,
}

/// A masked request, and what undoes the mask in its answer.
#[derive(Clone)]
pub(crate) struct Masked {
    pub(crate) inbound: Inbound,
    pub(crate) vault: Arc<Vault>,
}

impl Content {
    /// Reads a request's content, unless its system has it left unread.
    ///
    /// # Errors
    /// A text that could be read in more than one way, or that the recognizer could not search.
    pub(crate) fn read(inbound: Inbound, finder: &Finder, system: &System) -> Result<Content, ErrorBody> {
        if !system.masking.reads() {
            let (found, unreadable) = (Vec::new(), Vec::new());
            return Ok(Content { inbound, version: None, found, unreadable, searched: false });
        }
        let hints = Hints { countries: system.floor().subject_residence.iter().collect() };
        let texts = inbound.texts().map_err(|e| ErrorBody::from(&e))?;
        let found = search(&texts, finder, &hints).map_err(|e| errors::recognizer_failed(&e))?;
        let unreadable = if system.masking.may_mask() { unreadable(&inbound) } else { Vec::new() };
        Ok(Content { inbound, version: None, found, unreadable, searched: true })
    }

    /// The same, in the version of its format that the caller named.
    pub(crate) fn in_version(self, version: Option<Date>) -> Content {
        Content { version, ..self }
    }

    /// Whether everything in it was read and nothing of it can hide: no part is sealed, an image, a recording or a file.
    pub(crate) fn is_read_whole(&self) -> bool {
        self.searched && self.inbound.unreadable().is_empty()
    }

    /// The request as it came.
    pub(crate) fn inbound(&self) -> &Inbound {
        &self.inbound
    }

    /// What a request says of itself, with what was found in it.
    pub(crate) fn stating(&self, stated: Stated) -> Stated {
        let raised = |found: &Found| -> Categories {
            found.findings.iter().filter(|f| f.raises()).map(|f| f.category).collect()
        };
        let all = self.found.iter().map(raised).fold(Categories::EMPTY, Categories::union);
        let stuck = self.found.iter().filter(|f| !f.replaceable).map(raised);
        let stuck = stuck.fold(Categories::EMPTY, Categories::union);
        // What cannot be read may hold more of the same kind.
        let replaceable = if self.unreadable.is_empty() { all.minus(stuck) } else { Categories::EMPTY };
        let maskable = self.found.iter().any(|found| found.replaceable);
        Stated { detected: all, replaceable, maskable, ..stated }
    }

    /// The first part that keeps a request from crossing which may only cross masked: it cannot be read, or something was found
    /// where nothing can be replaced.
    pub(crate) fn unmaskable_part(&self, system: &System) -> Option<(String, Cow<'static, str>)> {
        if system.masking != Masking::Always {
            return None;
        }
        if let Some(first) = self.unreadable.first() {
            let what = format!("{}, which cannot be searched for identifiers", first.kind.name());
            return Some((self.inbound.path_at(first.at), what.into()));
        }
        let stuck = self.found.iter().find(|found| !found.replaceable)?;
        let what =
            "where an identifier was found and nothing can be replaced: a key, a number or sealed text";
        Some((self.inbound.path_at(stuck.at), what.into()))
    }

    /// The kinds of what was found, each with how often.
    pub(crate) fn kinds(&self) -> Vec<(mask::Kind, usize)> {
        let mut kinds: Vec<(mask::Kind, usize)> = Vec::new();
        for finding in self.found.iter().flat_map(|f| &f.findings) {
            match kinds.iter_mut().find(|(kind, _)| *kind == finding.kind) {
                Some((_, count)) => *count += 1,
                None => kinds.push((finding.kind, 1)),
            }
        }
        kinds
    }

    /// The request with everything that was found masked, where that can be.
    ///
    /// # Errors
    /// The masked request could not be read back; the one that came is never given in its place.
    fn masked(&self, key: &MaskKey, system: &System) -> Result<Masked, ReadError> {
        let texts = self.inbound.texts()?;
        let mut vault = Vault::new(self.conversation(key, system));
        texts.iter().for_each(|text| vault.reserve(&text.text));
        let mut replaced: Vec<(&TextAt<'_>, Cow<'_, str>)> = Vec::new();
        for found in self.found.iter().filter(|f| f.replaceable) {
            if let Some(text) = texts.get(found.text) {
                replaced.push((text, masked_text(text, &found.findings, &mut vault)));
            }
        }
        let inbound = self.inbound.replaced(&replaced)?;
        Ok(Masked { inbound, vault: Arc::new(vault) })
    }

    /// The request as the endpoint of a candidate is to be asked it: as it came, or masked, once for all endpoints that want it so.
    ///
    /// # Errors
    /// The masked request cannot be read back; inside, what the endpoint has no word for.
    pub(crate) fn carried(
        &self,
        candidate: &Candidate,
        system: &System,
        key: &MaskKey,
        masked: &mut Option<Masked>,
    ) -> Result<Result<Carried, Untranslatable>, ErrorBody> {
        if candidate.content == State::AsItCame {
            return Ok(carry(&self.inbound, self.version, &candidate.endpoint));
        }
        if self.inbound.has_logprobs() && system.masked_logprobs == MaskedLogprobs::Refuse {
            let why = "they spell what a mask hides; leave them out, or use an endpoint that needs no mask";
            return Ok(Err(Untranslatable::new("logprobs", "a masked request", why)));
        }
        let made = match masked.take() {
            Some(made) => made,
            None => self.masked(key, system).map_err(|e| ErrorBody::from(&e))?,
        };
        let carried = carry(&made.inbound, self.version, &candidate.endpoint);
        *masked = Some(made);
        Ok(carried)
    }

    /// The key of the conversation that the request goes on with: the same turn after turn, since each request brings the
    /// conversation from its beginning.
    fn conversation(&self, key: &MaskKey, system: &System) -> ConversationKey {
        let opening = opening(self.inbound.body());
        key.conversation(&[system.id.as_str().as_bytes(), opening.as_bytes()])
    }
}

/// What a vendor sealed it made of what it had been sent, and it alone reads it: nothing of the caller's is in it anew.
fn unreadable(inbound: &Inbound) -> Vec<Unreadable> {
    let mut parts = inbound.unreadable();
    parts.retain(|part| part.kind != Kind::Sealed);
    parts
}

fn search(texts: &[TextAt<'_>], finder: &Finder, hints: &Hints) -> Result<Vec<Found>, RecognizerFailed> {
    let mut all = Vec::new();
    for (number, text) in texts.iter().enumerate() {
        let findings = finder.try_find(&text.text, hints)?;
        if !findings.is_empty() {
            all.push(Found { text: number, at: text.span.start, findings, replaceable: text.replaceable });
        }
    }
    Ok(all)
}

fn masked_text<'t>(text: &'t TextAt<'_>, findings: &[Finding], vault: &mut Vault) -> Cow<'t, str> {
    match text.inside {
        InsideText::Json => Cow::Owned(masked_json(&text.text, findings, vault)),
        InsideText::Plain | InsideText::Sealed => vault.mask(&text.text, findings),
    }
}

/// Within JSON an identifier stands with its escapes; what is put back later is the identifier itself, escaped anew.
fn masked_json(json: &str, findings: &[Finding], vault: &mut Vault) -> String {
    let mut out = String::with_capacity(json.len());
    let mut rest = 0;
    for finding in findings {
        let Some(raw) = json.get(finding.span.clone()) else { continue };
        out.push_str(json.get(rest..finding.span.start).unwrap_or_default());
        let plain = serde_json::from_str::<String>(&format!("\"{raw}\""));
        out.push_str(&vault.pseudonym(finding.kind, plain.as_deref().unwrap_or(raw)));
        rest = finding.span.end;
    }
    out.push_str(json.get(rest..).unwrap_or_default());
    out
}

/// The first thing that a person says in a request, as it stands there; the whole body where nobody says anything.
pub(crate) fn opening(body: &[u8]) -> Cow<'_, str> {
    #[derive(serde::Deserialize)]
    struct Opening<'a> {
        #[serde(borrow, default)]
        messages: Option<Vec<Said<'a>>>,
        #[serde(borrow, default)]
        input: Option<&'a serde_json::value::RawValue>,
    }
    #[derive(serde::Deserialize)]
    struct Said<'a> {
        #[serde(borrow, default)]
        role: Option<Cow<'a, str>>,
        #[serde(borrow, default)]
        content: Option<&'a serde_json::value::RawValue>,
    }
    let first = |said: &[Said<'_>]| {
        let user = said.iter().find(|s| s.role.as_deref() == Some("user"));
        user.and_then(|s| s.content).map(|content| content.get().to_owned())
    };
    let found = serde_json::from_slice::<Opening<'_>>(body).ok().and_then(|opening| match opening {
        Opening { messages: Some(said), .. } => first(&said),
        Opening { input: Some(input), .. } => match serde_json::from_str::<Vec<Said<'_>>>(input.get()) {
            Ok(said) => first(&said),
            Err(_) => Some(input.get().to_owned()),
        },
        _ => None,
    });
    found.map_or_else(|| String::from_utf8_lossy(body), Cow::Owned)
}

/// How a text of an answer stands in it.
pub(crate) fn inside(text: InsideText) -> Inside {
    match text {
        InsideText::Json => Inside::JsonString,
        InsideText::Plain | InsideText::Sealed => Inside::Text,
    }
}
