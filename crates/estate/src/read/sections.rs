//! Every part of an estate and every key it may have, with what it means. Reading follows this list, and so can a reference.

use terms::{Flag, Token};

/// A part of an estate's files.
#[derive(Debug)]
pub struct Section {
    /// How it is written.
    pub name: &'static str,
    /// What it states.
    pub about: &'static str,
    /// The keys it may have.
    pub keys: &'static [Key],
}

/// A key of a part.
#[derive(Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// Whether it has to be there in every case.
    pub required: bool,
    /// What it means, with its unit and what its absence means.
    pub about: &'static str,
}

impl Section {
    /// The yes-or-no circumstances of a flow that this part states.
    pub(crate) fn flags(&'static self) -> impl Iterator<Item = Flag> {
        Flag::ALL.iter().copied().filter(|f| self.states(f.name()))
    }

    pub(crate) fn states(&self, key: &str) -> bool {
        self.keys.iter().any(|k| k.name == key)
    }
}

const fn must(name: &'static str, about: &'static str) -> Key {
    Key { name, required: true, about }
}

const fn may(name: &'static str, about: &'static str) -> Key {
    Key { name, required: false, about }
}

macro_rules! sections {
    ($($name:ident = $text:literal, $about:literal { $($kind:ident $key:literal: $meaning:literal;)+ })+) => {
        $(pub(crate) static $name: Section = Section { name: $text, about: $about, keys: &[$($kind($key, $meaning)),+] };)+
        /// Every part of an estate, in the order of the reference.
        pub static SECTIONS: &[&Section] = &[$(&$name),+];
    };
}

sections! {
    ORGANIZATION = "`[organization]`", "Whose estate it is; once." {
        must "name": "the name";
        must "seat": "the place of its seat";
    }
    EXPORTER = "`[[exporter]]`", "A body that data leave from." {
        must "id": "its id";
        must "name": "its name";
        must "place": "the place that it makes data available from";
        may "kind": "what kind of body it is, such as `private` or `payment_operator`; absent is unknown";
    }
    VENDOR = "`[[vendor]]`", "A company that may lay hands on data, or that trained a model." {
        must "id": "its id";
        must "name": "its name, written as in the table of known hosts if it runs one";
        must "hq": "the place of its seat";
        must "organised_in": "the place whose law it is organized under";
        may "owners": "its direct owners; absent means that it owns itself";
        may "dispersed": "the part in many small hands, in percent; owners and this add up to 100";
        may "designated": "whether a law's own list names it; absent is unknown";
        may "source": "where these facts were read";
        may "checked": "the day they were checked";
    }
    OWNER = "an owner of a `[[vendor]]`", "One direct owner." {
        may "vendor": "the owner, if it is a vendor of the estate";
        may "name": "the name of the owner, if it is not";
        may "place": "the place of the owner's seat, if it is not a vendor of the estate";
        must "share": "the share held, in percent";
    }
    MODEL = "`[[model]]`", "A model, by who made it." {
        must "id": "its id";
        may "name": "its name for people";
        must "developer": "the vendor that trained it";
        may "digest": "SHA-256 of its weights, in hexadecimal";
        may "license": "its license, as an SPDX expression";
    }
    ENDPOINT = "`[[endpoint]]`", "Where a model can be reached, and whose hands are on the data there." {
        must "id": "its id";
        must "model": "the model that answers";
        must "upstream": "how it is reached: `{ kind = \"embedded\" }`, or `{ kind = \"openai\", .. }` and the like";
        may "place": "where bytes are processed: a jurisdiction, a region such as `aws:eu-central-1`, a cross-region profile such as `bedrock:eu`, or a list";
        must "operation": "what is done with the data there, such as `process_in_clear`";
        must "parties": "every hand on the data";
        may "price": "what a million tokens cost";
        may "tier": "how close its hands are: `domestic`, `allied` or `market`; `market` if absent";
        may "weight": "its share of the requests where endpoints are chosen by weight; 1 if absent";
        may "capacity": "most requests at once that it can take; absent is unknown";
        may "timeouts": "how long to wait";
        may "source": "where the place was read; needed for a host whose place is not in the tables";
        may "checked": "the day the place was checked";
    }
    UPSTREAM = "`upstream` of an `[[endpoint]]`", "How an endpoint is reached." {
        must "kind": "`embedded`, or the format that it speaks: `openai`, `azure`, `mistral`, `vllm`, `ollama`, `anthropic`, `gemini`, `bedrock`";
        may "url": "the base address; `https`, or `http` to this machine";
        may "model": "the name of the model there";
        may "credential": "where the credential comes from: `{ env = \"NAME\" }` or `{ file = \"PATH\" }`; at AWS it reads `ID:SECRET`, or `ID:SECRET:TOKEN`";
        may "answers": "what it answers: `chat`, `responses`, `embeddings`; `chat` if absent";
        may "region": "the region that requests to `bedrock` are signed for";
    }
    CREDENTIAL = "`credential` of an `upstream`, `mask_key` of the `[gateway]`", "Where a credential comes from; never the credential itself." {
        may "env": "an environment variable";
        may "file": "a file, relative to the folder of the estate";
    }
    PARTY = "a party of an `[[endpoint]]`", "One hand on the data." {
        must "role": "`operator`, `cloud`, `model_vendor` or `support`";
        must "vendor": "who it is";
        may "places": "where it works; absent means the places of the endpoint";
        must "access": "what it can see: `clear`, `blind` or `none`";
        may "remote_access_from": "where staff sit who can open the data in clear; `[]` if nobody can from elsewhere";
        may "parent_access": "whether a foreign owner can reach the data";
        may "keys_with_third_party": "whether decryption keys were handed to somebody else; absent is unknown";
        may "importer_adequate_law": "whether the importer is bound by a law that protects as well; absent counts as no";
        may "importer_kind": "what kind of body it is; absent is unknown";
        may "relation": "its relation to the exporter, such as `vendor_agreement`; absent is unknown";
    }
    PRICE = "`price` of an `[[endpoint]]`", "What a million tokens cost." {
        must "input": "a million tokens sent";
        must "output": "a million tokens answered";
        must "currency": "the currency, by its ISO 4217 code";
    }
    TIMEOUTS = "`timeouts` of an `[[endpoint]]`", "How long to wait." {
        may "connect": "for a connection; 5s if absent";
        may "first_byte": "for the first byte of the answer; 60s if absent";
        may "idle": "between two pieces of a stream; 30s if absent";
        may "total": "for the whole answer; 10m if absent";
    }
    SYSTEM = "`[[system]]`", "A use of AI." {
        must "id": "its id";
        must "name": "its name for people";
        must "exporter": "who exports when data leave it";
        must "floor": "what is true of every one of its requests";
        may "caller": "what a caller may state; absent means that a caller may only add";
        must "endpoints": "the endpoints it may use, in order of preference";
        may "model_aliases": "model names its callers may ask for, each with endpoints; absent means the ids of the models";
        may "order": "what comes first of what is lawful: `listed`, `price`, `tier`, `latency` or `weight`; `listed` if absent";
        may "masking": "identifiers in the content: `off` does not look, `detect` looks and adds to the categories, `needed` also masks where that makes an endpoint lawful, `always` masks everywhere; `detect` if absent";
        may "masked_logprobs": "`logprobs` where content is masked: `drop` or `refuse`; `drop` if absent";
    }
    ROUTE = "a name in `model_aliases` of a `[[system]]`", "The endpoints behind a model name; a list of endpoints says the same without an order of its own." {
        may "endpoints": "the endpoints, in order of preference; needed without `versions`";
        may "versions": "versions of what stands behind the name, each with endpoints of its own; the first one serves until another is promoted";
        may "order": "as for the system; the system's if absent";
        may "cache": "how long an answer may be given again to the same request, where no data about people are in it; never if absent";
    }
    VERSION = "a version of a name in `model_aliases`", "What stands behind a model name, pinned: each endpoint's model has a `digest`, or its upstream a dated name." {
        must "id": "its id, such as `2025-08-07`";
        must "endpoints": "the endpoints, in order of preference";
    }
    FLOOR = "`floor` of a `[[system]]`", "What is true of every request: the exporter's side of a flow." {
        must "subject": "where the people live that the data are about";
        must "data": "what kinds of data";
        must "purposes": "for what";
        may "form": "in which form; `raw` if absent";
        may "operation": "what else is done with the data beside the endpoint's own operation, such as `store`";
        may "subject_citizenship": "citizenship of the people; absent is unknown";
        may "collected_in": "where the data were first collected; absent is unknown";
        may "directed_at": "at which public the service is aimed; absent is unknown";
        may "origin": "where the data came from in an earlier transfer; absent is unknown";
        may "received_under": "the mechanism under which they came; absent is unknown";
        may "contains_personal": "whether the data are about identifiable people; absent follows from data and form";
        may "hipaa_covered": "whether the exporter is a covered entity or business associate under HIPAA; absent is unknown";
        may "adds_local_personal_data": "whether data collected abroad get personal or important data of the exporter's country added before they leave again; absent is unknown";
        may "occasional": "whether transfers are single or occasional, not regular; absent counts as regular";
        may "told_ai": "whether people are told that they deal with AI; absent is unknown";
        may "obvious_ai": "whether it is obvious to them; absent counts as no";
        may "offered_to_public": "whether the service is open to the public, not to the exporter's own staff or business customers only; absent is unknown";
        may "synthetic_content_published": "whether what the AI generates is published, as text, image, sound or video; absent is unknown";
        may "localisation_order": "whether an authority ordered the exporter to keep the data in its country; absent is unknown";
        may "marketed_before_2025_08_02": "whether the general-purpose model was on the Union's market before that day; absent counts as no";
        may "marketed_before_2026_08_02": "whether the AI system was on the Union's market before that day and has not changed much since; absent counts as no";
        may "medical_or_safety_reason": "whether emotions are read for a medical or safety reason; absent counts as no";
        may "labour_rules_or_collective_contract": "whether staff data leave under lawful work rules or a collective contract; absent counts as no";
        may "registered_operator": "whether the exporter is registered to run or handle the records, as with My Health Record; absent is unknown";
        may "technology_unavailable_finding": "whether the authority found that the technology is not available at home; absent counts as no";
        may "exception_51_2021": "whether an exception of UAE Ministerial Decision 51/2021 applies; absent counts as no";
    }
    CALLER = "`caller` of a `[[system]]`", "What a caller may state about a request." {
        may "subject": "`add`, `no`, or `{ among = [..] }`: places that a caller may narrow to";
        may "data": "`add` or `no`";
        may "purpose": "`add` or `no`";
    }
    AMONG = "`subject` of a `caller`", "Places that a caller may narrow to." {
        must "among": "the places, each in the floor";
    }
    VOLUME = "`[[volume]]`", "A declared volume; what is not declared is unknown." {
        must "id": "its id";
        may "system": "the system whose count it is";
        may "exporter": "the exporter whose systems are counted together";
        must "counterparty": "the vendor that receives, or `any`";
        must "unit": "`persons`, `devices` or `records`";
        must "window": "`12_months`, `since_jan_1` or `since_jan_1_previous_year`";
        must "count": "how many";
        must "as_of": "the day it was counted";
        must "source": "who counted, and how";
    }
    AGREEMENT = "`[[agreement]]`", "A paper that grants safeguards or discharges duties, for nobody but whom it names." {
        must "id": "its id";
        must "grants": "the safeguards, such as `[\"scc:EU\", \"tia:EU\"]`";
        may "systems": "a list of systems, or `all`";
        may "exporters": "a list of exporters, or `all`";
        must "vendor": "the importer; `any` for what the exporter holds on its own, such as `dpia`";
        must "data": "the categories that it covers, or `all`";
        must "from": "the first day it holds";
        may "until": "the last day it holds; absent has no end";
        must "signed": "the day it was signed";
        must "document": "the paper: `{ name = \"..\", sha256 = \"..\" }`";
    }
    SURGE = "`[[surge]]`", "An agreement to lend capacity: its endpoints are used only while the others of a route are short." {
        must "id": "its id, which the record of a crossing names";
        must "vendor": "who lends, and runs the endpoints";
        must "endpoints": "what is lent";
        may "systems": "a list of systems that may use it, or `all`; `all` if absent";
        must "from": "the first day it holds";
        may "until": "the last day it holds; absent has no end";
        must "signed": "the day it was signed";
        must "document": "the paper: `{ name = \"..\", sha256 = \"..\" }`";
    }
    DICTIONARY = "`[[dictionary]]`", "Words that are identifiers to you: names, addresses, organizations, projects." {
        must "id": "its id";
        must "kind": "what the words are: `person`, `address`, `organization` or `term`";
        must "words": "the words, each of one or more; letter case does not matter";
        may "category": "the kind of data that they are; absent follows from `kind`";
    }
    RECOGNIZER = "`[recognizer]`", "A model of yours that recognizes names, addresses and organizations, in a build with the feature `onnx`; once." {
        must "library": "the shared library of ONNX Runtime, a file relative to the folder of the estate";
        must "model": "the model in ONNX, which classifies tokens";
        must "tokenizer": "its `tokenizer.json`";
        must "labels": "its labels by number, such as `B-PER`: its `config.json`, or a text with one a line";
        may "max_tokens": "most tokens that it reads at once; 512 if absent";
    }
    DOCUMENT = "`document` of an `[[agreement]]` or a `[[surge]]`", "A paper." {
        must "name": "where it is filed";
        may "sha256": "its digest, in hexadecimal";
    }
    KEY = "`[[key]]`", "An API key, by its digest." {
        must "id": "its id, which may be logged";
        must "system": "the system that it belongs to";
        must "sha256": "SHA-256 of the key, in hexadecimal; the key itself is never stored";
        may "label": "who holds it";
        may "until": "the last day it is good for; absent has no end";
    }
    MANAGER = "`[[manager]]`", "A management key, by its digest: for running gateways, and never for requests." {
        must "id": "its id, which the record of an act names";
        must "sha256": "SHA-256 of the key, in hexadecimal; the key itself is never stored";
        must "scopes": "what it may do: `status`, `stop`, `reopen`, `promote`, `rollback`";
        may "until": "the last day it is good for; absent has no end";
    }
    REPLICA = "`[[replica]]`", "A running gateway of this estate, which acts by hand have to reach." {
        must "id": "its id";
        must "url": "where it listens; `https`, or `http` to this machine";
    }
    SHADOW = "`[[shadow]]`", "A trial: requests are ruled on and not held to the ruling, until a day." {
        must "id": "its id, which the record of a crossing names";
        must "systems": "the systems that it is for: a list, or `all`";
        may "models": "the model names that it is for; all if absent";
        must "until": "the last day it holds";
        must "by": "who decided it: a role or an account";
        must "why": "why";
    }
    SCREEN = "`[[screen]]`", "What is sought in requests beside identifiers: `off` does not look, `flag` puts it on record, `refuse` refuses." {
        must "id": "its id";
        may "systems": "the systems whose requests are looked at: a list, or `all`; `all` if absent";
        may "hidden_text": "characters that a person does not see; `off` if absent";
        may "injection": "orders to the model that are not their author's to give; `off` if absent";
        may "bounds": "sizes and shapes that ordinary requests do not have; `off` if absent";
        may "extraction": "many requests of a key that together copy a model; `off` if absent";
        may "max_messages": "for `bounds`: most messages of a request; 2000 if absent";
        may "max_text": "for `bounds`: most bytes of one text; 8388608 if absent";
        may "near_duplicates": "for `extraction`: most earlier requests of a key within `window` that are nearly the same; any number if absent";
        may "window": "for `extraction`: how long a request counts as earlier; 1h if absent";
        may "requests_per_day": "for `extraction`: most requests of a key in a day (UTC); any number if absent";
        may "output_tokens_per_day": "for `extraction`: most tokens of answers to a key in a day (UTC); any number if absent";
    }
    LIMIT = "`[[limit]]`", "What an API key or a system may ask for; one for each." {
        must "id": "its id";
        may "key": "the API key that it limits";
        may "system": "the system that it limits, with all of its keys together";
        may "requests_per_minute": "requests a minute: so many at once, refilled evenly";
        may "tokens_per_minute": "tokens a minute, in and out, refilled evenly";
        may "concurrent": "requests under way at one time";
        may "spend_per_day": "money a day (UTC), in the currency of `[limits]`";
        may "spend_per_month": "money a month (UTC), in the currency of `[limits]`";
    }
    LIMITS = "`[limits]`", "How limits are counted; once." {
        may "currency": "the currency of all money, by its ISO 4217 code; needed where money is limited";
        may "assumed_output": "tokens that an answer is taken to have until it is known, where a request names no most; 1024 if absent";
        may "store": "the PostgreSQL that replicas count in together, such as `postgresql://comity@db.internal/limits`; absent counts in this process";
        may "password": "where the password of the store comes from: `{ env = \"NAME\" }` or `{ file = \"PATH\" }`";
        may "when_down": "while the store does not answer: `refuse` whatever is limited, or `allow` what each replica counts for itself; `refuse` if absent";
    }
    GATEWAY = "`[gateway]`", "How the gateway listens, waits and records; once." {
        may "listen": "addresses to listen on; `127.0.0.1:8080` if absent";
        may "max_body": "largest body of a request, in bytes; 4194304 if absent";
        may "max_requests": "most requests at once; 1024 if absent";
        may "header_deadline": "time for a client to send its headers; 10s if absent";
        may "body_deadline": "time for a client to send its body; 30s if absent";
        may "request_deadline": "time for a whole request; 10m if absent";
        may "drain_deadline": "time for requests under way when the gateway stops; 30s if absent";
        may "max_stale": "how long the last good law and estate may serve when newer ones do not load; 10m if absent";
        may "review": "what to do when a provision's review date has passed: `warn` or `refuse`; `warn` if absent";
        may "mask_key": "where the key of pseudonyms comes from: `{ env = \"NAME\" }` or `{ file = \"PATH\" }`, 64 hexadecimal digits; absent makes a new one at each start";
        may "ledger": "where crossings are recorded: `{ folder = \"..\", origin = \"..\" }`";
    }
    TELEMETRY = "`[telemetry]`", "The OpenTelemetry collector that traces and metrics go to, each system's only as far as the law permits; once." {
        must "url": "the base address of OTLP over HTTP, such as `https://otel.example.com:4318`; `https`, or `http` to this machine";
        may "credential": "where the credential comes from: `{ env = \"NAME\" }` or `{ file = \"PATH\" }`";
        may "header": "the header that carries the credential, as it is; absent sends `authorization: Bearer` and the credential";
        may "traces": "whether spans leave; `false` if absent";
        may "metrics": "whether metrics leave; `false` if absent";
        may "share": "the share of traces that leave, from 0 to 1; 1 if absent";
        may "interval": "how often metrics leave; 60s if absent";
        may "accept_traceparent": "whether a caller's `traceparent` names the parent: its ids are the caller's own words and leave with the spans; `false` if absent";
        may "place": "where the data are kept: a jurisdiction, a region or a list, as for an `[[endpoint]]`";
        may "source": "where the place was read; needed for a host whose place is not in the tables";
        may "checked": "the day the place was checked";
        must "operation": "what is done with the data there, such as `store`";
        may "form": "in which form the data are that leave: no content and no key, but ids, places, times and counts of each request; the form of the system's floor if absent";
        must "parties": "every hand on the data, as for an `[[endpoint]]`";
    }
    LEDGER_OF_GATEWAY = "`ledger` of the `[gateway]`", "Where crossings are recorded." {
        must "folder": "the folder, relative to that of the estate";
        must "origin": "the name under which its checkpoints are signed";
    }
    LEDGER = "`[[ledger]]`", "One of the logs that together record every crossing." {
        must "origin": "the name under which its checkpoints are signed";
        must "vkey": "the file of its verifier key, relative to the folder of the estate";
    }
}
