//! Every limit on what comes from outside, in one place. Each is tested at the limit and one past it.

/// Longest line of a list of indicators, in bytes.
pub const MAX_LIST_LINE_BYTES: usize = 4096;
/// Longest value of an indicator in its canonical form, in bytes.
pub const MAX_VALUE_BYTES: usize = 2048;
/// Most bytes that the values of one index may take.
pub const MAX_INDEX_BYTES: usize = u32::MAX as usize;
/// Most sources of one index.
pub const MAX_SOURCES: usize = 65_535;
/// Longest event: one line without its end, in bytes.
pub const MAX_EVENT_BYTES: usize = 1024 * 1024;
/// How far the time of an event may be ahead of its arrival, in seconds; further, the sensor's clock is wrong.
pub const MAX_AHEAD_SECONDS: i64 = 600;
/// How far it may be behind its arrival, in seconds: logs of a year may be read later.
pub const MAX_BEHIND_SECONDS: i64 = 366 * 86_400;
/// Most values that are looked up of one event; an event with more is reported as not wholly judged.
pub const MAX_EVENT_VALUES: usize = 1024;
/// Longest value of an event that is looked up, in bytes: what is longer is no name, address or digest, and URLs of this
/// length are in no feed.
pub const MAX_EVENT_VALUE_BYTES: usize = 4096;
/// Most fields of a field map.
pub const MAX_MAP_FIELDS: usize = 1024;
/// Deepest nesting of an event or a field map.
pub const MAX_DEPTH: usize = 64;
/// Most keys that are hunted for at once: each is looked up in the filter of each block.
pub const MAX_HUNTED: usize = 100_000;
/// Most columns of a Zeek log.
pub const MAX_COLUMNS: usize = 512;
/// Most columns of a table of indicators.
pub const MAX_TABLE_COLUMNS: usize = 256;
/// Longest label of an indicator, in bytes; what is longer is cut.
pub const MAX_LABEL_BYTES: usize = 256;
/// Most lists of values that are known to be good.
pub const MAX_WARNING_LISTS: usize = 1_024;
/// Most values of all such lists together.
pub const MAX_WARNING_VALUES: usize = 4_000_000;
/// Longest value of such a list, in bytes.
pub const MAX_WARNING_VALUE_BYTES: usize = 2_048;
/// Bytes of one compiled regular expression of such a list.
pub const MAX_WARNING_REGEX_BYTES: usize = 1 << 20;
/// Most regular expressions of all such lists together: each is tried with every value.
pub const MAX_WARNING_REGEXES: usize = 256;
/// Longest pattern that a node keeps of a feed, where it asks for more than single values, in bytes.
pub const MAX_KEPT_PATTERN_BYTES: usize = 16 * 1024;
/// Least prefix of a network of IPv4 by which events are looked up for a pattern that a node keeps of a feed: that of one operator, and
/// not of a part of the Internet.
pub const MIN_KEPT_PREFIX_V4: u8 = 16;
/// The same of IPv6.
pub const MIN_KEPT_PREFIX_V6: u8 = 32;
/// Most regular expressions in the patterns of a node, and in those of one round of a feed: each takes up to a megabyte, and time to be
/// compiled.
pub const MAX_KEPT_REGEXES: usize = 256;
/// Most patterns that ask for more than single values.
pub const MAX_PATTERNS: usize = 250_000;
/// Most of them that have nothing to look up and are matched with every event.
pub const MAX_SCANNED_PATTERNS: usize = 256;
/// Most patterns that are looked up by one value.
pub const MAX_PATTERNS_OF_VALUE: usize = 1_000;
/// Most names of one event that lead to what it was answered with.
pub const MAX_ANSWERED_NAMES: usize = 16;
/// Most fields of events that the rules of one form of logs may name.
pub const MAX_RULE_FIELDS: usize = 2_048;
/// Deepest place of a field that a rule names by its path.
pub const MAX_RULE_FIELD_DEPTH: usize = 16;
/// Most observation expressions of one pattern over several events.
pub const MAX_PATTERN_PARTS: usize = 64;
/// Most events that one such pattern may bind, and that are remembered of one group for it.
pub const MAX_REMEMBERED_EVENTS: usize = 256;
/// Most groups, over all such patterns, of which events are remembered.
pub const MAX_REMEMBERED_GROUPS: usize = 100_000;
/// Most events that are remembered of all groups together.
pub const MAX_REMEMBERED_IN_ALL: usize = 2_000_000;
/// Longest value by which events are grouped, in bytes; of a longer one the event is in no group.
pub const MAX_GROUP_BYTES: usize = 256;
