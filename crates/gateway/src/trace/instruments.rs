//! What is measured of a crossing, with the bounds that the conventions ask for (OpenTelemetry, `gen-ai-metrics`, 2026).

use serve::Instrument;

const SECONDS: &[f64] =
    &[0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];

pub(super) static TOKENS: Instrument = Instrument {
    name: "gen_ai.client.token.usage",
    unit: "{token}",
    about: "Number of input and output tokens used.",
    bounds: &[
        1.0,
        4.0,
        16.0,
        64.0,
        256.0,
        1_024.0,
        4_096.0,
        16_384.0,
        65_536.0,
        262_144.0,
        1_048_576.0,
        4_194_304.0,
        16_777_216.0,
        67_108_864.0,
    ],
};

pub(super) static DURATION: Instrument = Instrument {
    name: "gen_ai.client.operation.duration",
    unit: "s",
    about: "How long a crossing took, to the end of its answer.",
    bounds: SECONDS,
};

pub(super) static FIRST_CHUNK: Instrument = Instrument {
    name: "gen_ai.client.operation.time_to_first_chunk",
    unit: "s",
    about: "From the beginning of a crossing to the first piece of its stream.",
    bounds: SECONDS,
};

/// Towards callers the gateway is the server.
pub(super) static FIRST_TOKEN: Instrument = Instrument {
    name: "gen_ai.server.time_to_first_token",
    unit: "s",
    about: "From the arrival of a request to the first piece of its streamed answer.",
    bounds: &[0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0],
};
