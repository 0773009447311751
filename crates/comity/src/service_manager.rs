//! Tells the service manager that started this process, such as systemd, how far it is (sd_notify(3), `Type=notify`).
//! Where none asks by `NOTIFY_SOCKET`, nobody is told.

use sd_notify::NotifyState;

/// The listeners are bound: what comes from now on is answered.
pub(crate) fn started() {
    if let Err(error) = sd_notify::notify(&[NotifyState::Ready]) {
        // A manager that waits in vain ends the process after its own time; that reason belongs into the log.
        tracing::warn!(%error, "the service manager could not be told that the gateway is ready");
    }
}
