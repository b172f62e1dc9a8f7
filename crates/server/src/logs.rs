//! Logs: what happened, never what was screened.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// Sends logs to stderr: for people on a terminal, as JSON lines elsewhere. `ANLANH_LOG` sets the level (`debug` shows
/// every request).
pub fn start() {
    let filter = EnvFilter::try_from_env("ANLANH_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() {
        builder.with_target(false).init();
    } else {
        builder.json().flatten_event(true).init();
    }
}

/// Makes panics say where they happened and nothing else: a panic's message may quote the text that was screened.
pub fn hush_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let (file, line) = panic.location().map_or(("", 0), |place| (place.file(), place.line()));
        tracing::error!(file, line, "panic");
    }));
}
