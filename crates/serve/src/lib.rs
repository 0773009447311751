//! Listeners, drain, health, telemetry and problem documents. Owns TLS.
