//! The scenes of the demo: who asks what, and what there is to see.

/// One request.
pub(crate) struct Scene {
    /// What it shows.
    pub(crate) title: &'static str,
    /// Whose data and what kind, in words.
    pub(crate) whose: &'static str,
    /// The API key, of the example's demo keys.
    pub(crate) key: &'static str,
    /// The model name asked for.
    pub(crate) model: &'static str,
    /// What the caller states.
    pub(crate) headers: &'static [(&'static str, &'static str)],
    /// The question.
    pub(crate) prompt: &'static str,
    /// Whether the answer is streamed.
    pub(crate) stream: bool,
    /// An endpoint whose engine is really stopped before.
    pub(crate) stop_first: Option<&'static str>,
    /// What to look at.
    pub(crate) look: &'static str,
}

const PLAIN: Scene = Scene {
    title: "",
    whose: "",
    key: "",
    model: "assistant",
    headers: &[],
    prompt: "",
    stream: false,
    stop_first: None,
    look: "",
};

/// The scenes, in order.
pub(crate) fn scenes() -> Vec<Scene> {
    let mut scenes = at_home();
    scenes.extend(abroad());
    scenes.extend(payments());
    scenes
}

fn at_home() -> Vec<Scene> {
    vec![
        Scene {
            title: "An ordinary question runs at home",
            whose: "customers in Germany and France: names, purchases",
            key: "demo-support-eu",
            prompt: "What is the capital of France?",
            look: "inside the EEA no provision on transfers bites",
            ..PLAIN
        },
        Scene {
            title: "The caller says which customer it is about; the answer is streamed",
            whose: "one customer in France: names, purchases",
            key: "demo-support-eu",
            headers: &[("x-comity-subject", "FR")],
            prompt: "What is the capital of Germany?",
            stream: true,
            look: "the estate lets callers choose among DE and FR; the record says that the caller stated it",
            ..PLAIN
        },
        Scene {
            title: "The caller calls it less sensitive than its system does: caution wins",
            whose: "customers in Germany and France, labeled as industrial data by the caller",
            key: "demo-support-eu",
            model: "assistant-mumbai",
            headers: &[("x-comity-data", "nonpersonal_industrial")],
            prompt: "Say hello in one sentence.",
            look: "a caller only adds: it stays personal data, and the agreement with Mumbai does not name the new category",
            ..PLAIN
        },
        Scene {
            title: "The first endpoint is dead: failover inside the law",
            whose: "customers in Germany and France: names, purchases",
            key: "demo-support-eu",
            prompt: "Name a primary color.",
            stop_first: Some("rhein-frankfurt"),
            look: "the second attempt is a crossing of its own, ruled on and recorded",
            ..PLAIN
        },
        Scene {
            title: "No lawful endpoint is left",
            whose: "customers in Germany and France: names, purchases",
            key: "demo-support-eu",
            model: "assistant-overseas",
            prompt: "What is the capital of France?",
            look: "the agreement with Virginia has run out; the refusal says what would make it lawful",
            ..PLAIN
        },
    ]
}

fn abroad() -> Vec<Scene> {
    vec![
        Scene {
            title: "A US request may run anywhere but with covered persons",
            whose: "250,000 customers in the United States: names, online identifiers",
            key: "demo-support-us",
            prompt: "Name a color of the rainbow.",
            stream: true,
            look: "the two cheapest endpoints are in Chinese hands and fall out, one of them in Virginia",
            ..PLAIN
        },
        Scene {
            title: "The same, when only covered persons are asked",
            whose: "250,000 customers in the United States: names, online identifiers",
            key: "demo-support-us",
            model: "assistant-covered",
            prompt: "Name a color of the rainbow.",
            look: "28 CFR 202.401 asks for the CISA security requirements",
            ..PLAIN
        },
        Scene {
            title: "A Chinese request below 100,000 persons this year",
            whose: "98,400 customers in China: names, online identifiers",
            key: "demo-support-cn",
            prompt: "Name a color of the rainbow.",
            look: "exempt below the threshold of CAC Provisions 2024 Art. 5(4)",
            ..PLAIN
        },
        Scene {
            title: "A Chinese request above it",
            whose: "143,000 customers in China: names, online identifiers, purchases",
            key: "demo-campaign-cn",
            prompt: "Name a color of the rainbow.",
            look: "only the vendor with the filed standard contract is left abroad",
            ..PLAIN
        },
        Scene {
            title: "An Indian request stays at home because it is cheapest there",
            whose: "customers in India: names, purchases",
            key: "demo-support-in",
            prompt: "What is the capital of France?",
            look: "the law would let it go; the system orders its endpoints by price",
            ..PLAIN
        },
    ]
}

fn payments() -> Vec<Scene> {
    vec![
        Scene {
            title: "Payment records to be stored: India only",
            whose: "a payment operator's records in India",
            key: "demo-payments-in-archive",
            prompt: "Say hello in one sentence.",
            look: "the RBI circular forbids storing them abroad; nothing that could be added helps there",
            ..PLAIN
        },
        Scene {
            title: "Payment records processed abroad and deleted within a day",
            whose: "a payment operator's records in India",
            key: "demo-payments-in-scoring",
            model: "assistant-deletes",
            prompt: "Say hello in one sentence.",
            look: "the agreement with this vendor grants delete_abroad_24h",
            ..PLAIN
        },
        Scene {
            title: "The same without deletion",
            whose: "a payment operator's records in India",
            key: "demo-payments-in-scoring",
            model: "assistant-keeps",
            prompt: "Say hello in one sentence.",
            look: "one clause is unmet, and the refusal names it",
            ..PLAIN
        },
    ]
}
