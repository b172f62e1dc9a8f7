//! Every limit on what comes from outside and on what is kept for it, in one place. Each is tested at the limit and one past
//! it, but for times, for what takes gigabytes to reach, and for how many connections and transfers all peers have together.

use std::time::Duration;

/// Longest request over TCP, and longest datagram that is read, in bytes: a request is a question, a serial and a signature.
pub const MAX_REQUEST_BYTES: usize = 4096;
/// Most connections at one time, of all peers.
pub const MAX_CONNECTIONS: usize = 256;
/// Most connections at one time of one address.
pub const MAX_CONNECTIONS_PER_ADDRESS: usize = 32;
/// Most transfers that are written at one time; more wait their turn.
pub const MAX_TRANSFERS: usize = 32;
/// For how long a connection may be silent, or take none of what is written.
pub const MAX_IDLE: Duration = Duration::from_secs(30);
/// For how long a connection may take to agree on TLS.
pub const MAX_HANDSHAKE: Duration = Duration::from_secs(10);
/// Most requests of one connection.
pub const MAX_REQUESTS_PER_CONNECTION: usize = 1000;
/// Most changes of a zone that are kept for those who have an older one.
pub const MAX_DELTAS: usize = 128;
/// Most parts into which the names of a zone are cut: BIND takes 64 zones of policies, of which some are of others.
pub const MAX_PARTS: u8 = 56;
/// Most names that are said in front of the parts: with more, the zone that has them would be as large as a part.
pub const MAX_FRESH_NAMES: usize = 10_000;
/// Most rules for them, with those of names below them.
pub const MAX_FRESH_RULES: usize = 2 * MAX_FRESH_NAMES;
/// Longest file of them, in bytes: each in its longest form and a line of its own.
pub const MAX_FRESH_BYTES: usize = MAX_FRESH_NAMES * 255;
/// For how long a name stays in front of the parts after its part has it, for resolvers that are away.
pub const FRESH_FOR: Duration = Duration::from_secs(60 * 60);
/// The same, where they are many.
pub const FRESH_AT_LEAST: Duration = Duration::from_secs(60);
/// For how long nothing has changed when names are moved to the parts.
pub const QUIET: Duration = Duration::from_secs(3);
/// For how long they wait for that.
pub const MAX_AHEAD: Duration = Duration::from_secs(30);
/// How long after a part was asked about in vain it is asked about again.
pub const ASK_AGAIN: Duration = Duration::from_secs(60);
/// Longest message over TCP, in bytes (RFC 1035, section 4.2.2).
pub const MAX_MESSAGE_BYTES: usize = 65_535;
/// Most secondaries whose last transfer is remembered.
pub const MAX_REMEMBERED: usize = 1024;
/// Longest file of keys, in bytes.
pub const MAX_KEY_FILE_BYTES: usize = 64 * 1024;
/// Most keys.
pub const MAX_KEYS: usize = 64;
/// Shortest secret of a key, in bytes: half of what `tsig-keygen` makes.
pub const MIN_SECRET_BYTES: usize = 16;
/// How often a secondary is told of one version until it confirms, each time after twice as long.
pub const MAX_NOTIFY_TRIES: u32 = 10;
/// How long after it confirmed a secondary is told again that has not fetched, the first time.
pub const FIRST_FETCH_WAIT: Duration = Duration::from_millis(300);
/// How long the first of them is waited for.
pub const FIRST_NOTIFY_WAIT: Duration = Duration::from_millis(500);
/// Most rules of a zone that is fetched.
pub const MAX_FETCHED_RULES: usize = 12_000_000;
/// Longest transfer that is fetched, in bytes.
pub const MAX_FETCHED_BYTES: u64 = 2 * 1024 * 1024 * 1024;
/// How long one answer of a resolver is waited for.
pub const PROBE_WAIT: Duration = Duration::from_millis(1500);
/// Most names of one proof that are asked of a resolver; of more, as many are taken at equal distances.
pub const MAX_PROBES: usize = 10_000;
/// Most names that are wiped from a cache one by one; of more, the whole cache is.
pub const MAX_WIPED_NAMES: usize = 20_000;
/// Most names that one run of a resolver's control program is given.
pub const WIPED_AT_ONCE: usize = 500;
/// How long a resolver's control program may run.
pub const MAX_CONTROL: Duration = Duration::from_secs(5);
/// How long Knot Resolver may take to read the file of a zone again: it answers nobody meanwhile.
pub const MAX_RELOAD: Duration = Duration::from_secs(60);
/// Longest answer of a resolver, in bytes.
pub const MAX_ANSWER_BYTES: usize = 4096;
