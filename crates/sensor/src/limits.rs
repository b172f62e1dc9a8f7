//! Every limit on what comes from sensors, in one place. Each is tested at the limit and one past it.

/// Longest message of a stream, in bytes; a longer one is passed over and counted.
pub const MAX_MESSAGE_BYTES: usize = 1024 * 1024;
/// Most templates of all exporters of flows together.
pub const MAX_TEMPLATES: usize = 4_096;
/// Most fields of a template.
pub const MAX_TEMPLATE_FIELDS: usize = 256;
/// Longest frame of a DNS tap, in bytes.
pub const MAX_FRAME_BYTES: usize = 256 * 1024;
/// Most answers that are told of one message.
pub const MAX_ANSWERS: usize = 64;
/// Longest schema of reports, in bytes.
pub const MAX_SCHEMA_BYTES: usize = 8 << 20;
/// Most types of reports of a schema.
pub const MAX_REPORT_TYPES: usize = 2_000;
/// Most columns of a report.
pub const MAX_REPORT_COLUMNS: usize = 512;
/// Longest headers of a message of NATS, in bytes.
pub const MAX_HEADER_BYTES: usize = 64 << 10;
