//! What a screen says, in words that are closed: no text of a request can get into them.

/// Where a text comes from, and so how much its author may ask of the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Origin {
    /// The operator's or developer's own: system and developer messages, descriptions of tools.
    Instructions,
    /// What the user wrote.
    User,
    /// What the model is said to have answered before.
    Assistant,
    /// What a tool gave back.
    ToolResult,
    /// Text that was fetched or attached.
    Document,
    /// None of these, or not known.
    Other,
}

impl Origin {
    /// All of them.
    pub const ALL: [Origin; 6] = [
        Origin::Instructions,
        Origin::User,
        Origin::Assistant,
        Origin::ToolResult,
        Origin::Document,
        Origin::Other,
    ];

    /// The word for records and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Origin::Instructions => "instructions",
            Origin::User => "user",
            Origin::Assistant => "assistant",
            Origin::ToolResult => "tool_result",
            Origin::Document => "document",
            Origin::Other => "other",
        }
    }
}

/// A screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Characters that a person does not see, or sees as others than the model does.
    HiddenText,
    /// Text that gives the model orders which are not its author's to give.
    Injection,
    /// Sizes and shapes that attacks have and ordinary requests do not.
    Bounds,
    /// Many requests that together copy a model.
    Extraction,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 4] = [Kind::HiddenText, Kind::Injection, Kind::Bounds, Kind::Extraction];

    /// The word for records, metrics and policies.
    pub fn name(self) -> &'static str {
        match self {
            Kind::HiddenText => "hidden_text",
            Kind::Injection => "injection",
            Kind::Bounds => "bounds",
            Kind::Extraction => "extraction",
        }
    }
}

/// What was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Detail {
    /// Bidirectional controls that let text read otherwise than it stands (CVE-2021-42574).
    BidiControls,
    /// Characters of the block of tags that are no emoji flag: ASCII that nobody sees.
    TagCharacters,
    /// Characters without width in runs, or inside words of scripts that have no use for them.
    ZeroWidth,
    /// Variation selectors in runs, or after what has no variants: bytes that nobody sees.
    VariationSelectors,
    /// Private-use characters in runs.
    PrivateUse,
    /// Format characters that are deprecated or belong to other software.
    InvisibleFormat,
    /// Words with letters of another script that look like their own (UTS #39).
    MixedScripts,
    /// Orders to drop, forget or replace the instructions.
    InstructionOverride,
    /// Tokens of chat templates and markers of a speaker, inside a text.
    RoleMarker,
    /// A part to play that has no rules.
    Persona,
    /// Asking for the instructions themselves.
    PromptExtraction,
    /// Carrying data out: markup with an address to be filled in, orders to send things somewhere.
    Exfiltration,
    /// An encoded text with orders in it, or the order to decode one and obey.
    EncodedPayload,
    /// A text that speaks to the model which reads it, where it should speak to nobody.
    AddressedToModel,
    /// More messages than the policy has room for.
    Messages,
    /// A text longer than the policy has room for.
    TextSize,
    /// No blank for longer than the policy has room for.
    UnbrokenRun,
    /// One token is most of a text (Nasr et al. 2023, arXiv:2311.17035).
    RepeatedToken,
    /// A dialog of many turns inside one text (many-shot jailbreaking, Anil et al. 2024).
    ManyShot,
    /// Many requests of one key that differ little.
    NearDuplicates,
    /// More requests of one key in a day than its budget.
    Requests,
    /// More output of one key in a day than its budget.
    OutputTokens,
}

impl Detail {
    /// The word for records and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Detail::BidiControls => "bidi_controls",
            Detail::TagCharacters => "tag_characters",
            Detail::ZeroWidth => "zero_width",
            Detail::VariationSelectors => "variation_selectors",
            Detail::PrivateUse => "private_use",
            Detail::InvisibleFormat => "invisible_format",
            Detail::MixedScripts => "mixed_scripts",
            Detail::InstructionOverride => "instruction_override",
            Detail::RoleMarker => "role_marker",
            Detail::Persona => "persona",
            Detail::PromptExtraction => "prompt_extraction",
            Detail::Exfiltration => "exfiltration",
            Detail::EncodedPayload => "encoded_payload",
            Detail::AddressedToModel => "addressed_to_model",
            Detail::Messages => "messages",
            Detail::TextSize => "text_size",
            Detail::UnbrokenRun => "unbroken_run",
            Detail::RepeatedToken => "repeated_token",
            Detail::ManyShot => "many_shot",
            Detail::NearDuplicates => "near_duplicates",
            Detail::Requests => "requests",
            Detail::OutputTokens => "output_tokens",
        }
    }

    /// The screen that sees it.
    pub fn screen(self) -> Kind {
        use Detail as D;
        match self {
            D::BidiControls | D::TagCharacters | D::ZeroWidth | D::VariationSelectors => Kind::HiddenText,
            D::PrivateUse | D::InvisibleFormat | D::MixedScripts => Kind::HiddenText,
            D::InstructionOverride | D::RoleMarker | D::Persona | D::PromptExtraction => Kind::Injection,
            D::Exfiltration | D::EncodedPayload | D::AddressedToModel => Kind::Injection,
            D::Messages | D::TextSize | D::UnbrokenRun | D::RepeatedToken | D::ManyShot => Kind::Bounds,
            D::NearDuplicates | D::Requests | D::OutputTokens => Kind::Extraction,
        }
    }
}

/// What one screen saw in the texts of one origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Finding {
    /// The screen.
    pub screen: Kind,
    /// Where the texts came from.
    pub origin: Origin,
    /// What was seen.
    pub detail: Detail,
    /// How often: characters or words of hidden text, texts with an injection, and for a bound that was
    /// passed the measure itself.
    pub count: u32,
}

/// Findings as they come together, one for each origin and detail.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    found: Vec<Finding>,
}

impl Tally {
    pub(crate) fn add(&mut self, origin: Origin, detail: Detail, count: usize) {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        if count == 0 {
            return;
        }
        match self.slot(origin, detail) {
            Some(finding) => finding.count = finding.count.saturating_add(count),
            None => self.found.push(Finding { screen: detail.screen(), origin, detail, count }),
        }
    }

    /// The same, where the greatest count says it all.
    pub(crate) fn most(&mut self, origin: Origin, detail: Detail, count: usize) {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        match self.slot(origin, detail) {
            Some(finding) => finding.count = finding.count.max(count),
            None => self.found.push(Finding { screen: detail.screen(), origin, detail, count }),
        }
    }

    fn slot(&mut self, origin: Origin, detail: Detail) -> Option<&mut Finding> {
        self.found.iter_mut().find(|f| f.origin == origin && f.detail == detail)
    }

    pub(crate) fn finish(mut self) -> Vec<Finding> {
        self.found.sort_unstable();
        self.found
    }
}
