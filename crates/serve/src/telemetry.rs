//! Logs, on standard error.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};

/// How log lines look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people; in color on a terminal.
    #[default]
    Human,
    /// One JSON object a line.
    Json,
}

/// Why logging could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter cannot be parsed.
    #[error("`{filter}` is not a log filter: {cause}")]
    Filter {
        /// The filter as given.
        filter: String,
        /// What is wrong with it.
        cause: ParseError,
    },
    /// Logging was set up before.
    #[error("logging is already set up")]
    Already(#[from] TryInitError),
}

/// Sets up logging for the process. `filter` is a list such as `info,hyper=warn`.
///
/// # Errors
/// The filter cannot be parsed, or logging was set up before.
pub fn init_telemetry(format: LogFormat, filter: &str) -> Result<(), TelemetryError> {
    let parsed = EnvFilter::try_new(filter)
        .map_err(|cause| TelemetryError::Filter { filter: filter.to_owned(), cause })?;
    let registry = tracing_subscriber::registry().with(parsed);
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    match format {
        LogFormat::Human => registry.with(lines.with_ansi(io::stderr().is_terminal())).try_init()?,
        LogFormat::Json => registry.with(lines.json().flatten_event(true)).try_init()?,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{LogFormat, TelemetryError, init_telemetry};

    #[test]
    fn a_bad_filter_is_named_and_a_second_setup_refused() {
        let error = init_telemetry(LogFormat::Json, "serve=loud").unwrap_err();
        assert!(matches!(&error, TelemetryError::Filter { filter, .. } if filter == "serve=loud"), "{error}");
        init_telemetry(LogFormat::Human, "off").unwrap();
        let error = init_telemetry(LogFormat::Human, "off").unwrap_err();
        assert_eq!(error.to_string(), "logging is already set up");
    }
}
