//! Proof that a change is in effect: what a resolver answers to those who ask it. That it fetched a version is none, because it
//! may go on with what it has in its cache.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anlanh_soc::blocking::Act;
use domain::base::iana::{Rcode, Rtype};
use domain::base::opt::ExtendedError;
use domain::base::{Message, ToName as _};
use domain::rdata::{Cname, Soa};
use tokio::task::JoinSet;
use tokio::time::{Instant, interval};

use crate::limits::{MAX_PROBES, PROBE_WAIT};
use crate::resolver::Resolver;
use crate::rules::{Change, Rules, act_of};
use crate::server::Clock;

/// How often a resolver is asked again.
pub const AGAIN: Duration = Duration::from_millis(100);
/// How many names a resolver is asked for at one time.
const AT_ONCE: usize = 64;
/// Longest name, in bytes as people write it.
const MAX_NAME_BYTES: usize = 253;
/// The name that Knot Resolver says its refusals belong to.
const KNOT_BLOCKED: &str = "blocked";

/// How much is proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofOptions {
    /// For how many names at most; of more, as many are taken at equal distances.
    pub most: usize,
    /// How long after publication a resolver is asked.
    pub deadline: Duration,
    /// The file of the zone that Knot Resolver reads, and is made to read again before it is asked.
    pub knot_file: Option<PathBuf>,
}

impl Default for ProofOptions {
    fn default() -> Self {
        Self {
            most: 100,
            deadline: Duration::from_secs(30),
            knot_file: None,
        }
    }
}

/// What a resolver answered for a changed name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The resolver.
    pub resolver: String,
    /// The name that was asked for.
    pub name: String,
    /// What is to be done with it; nothing when it is to be answered as ever.
    pub wanted: Option<Act>,
    /// The version of the zone that demands it.
    pub serial: u32,
    /// When it was last asked, since 1970.
    pub asked_at: Duration,
    /// What it said then.
    pub answer: Answer,
    /// Whether that is what was wanted.
    pub effect: Effect,
}

/// Whether a change is in effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It is, and was seen to be so long after it was published.
    Seen {
        /// So long.
        after: Duration,
    },
    /// The answer is as it is to be, but the resolver goes on with answers of its cache, and could not be made to forget them:
    /// who asks in another way, with other flags or options, may be answered as before.
    MayBeKept,
    /// It was not before the deadline.
    NotSeen,
}

/// What a resolver said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Nothing, while it answered others or not at all.
    Silence {
        /// Whether it answers anything.
        is_alive: bool,
    },
    /// An answer.
    Said(Said),
}

/// What is told of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// Its code: `NOERROR`, `NXDOMAIN`.
    pub rcode: String,
    /// Why, where the resolver says so: codes of RFC 8914 (15 blocked, 16 censored, 17 filtered), and its words.
    pub reasons: Vec<(u16, String)>,
    /// The version of the zone, or of the part of it, that the resolver names as the reason.
    pub policy_serial: Option<u32>,
    /// Whether it has a record of the type that was asked for, or leads to another name.
    has_records: bool,
    /// Where it leads.
    leads_to: Option<String>,
    /// Whether those who own the name say that there is nothing.
    is_genuine_denial: bool,
}

/// A name that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    name: String,
    /// What was done before.
    before: Option<Act>,
    /// What is to be done.
    after: Option<Act>,
}

/// What is asked of resolvers.
pub struct Asked<'p> {
    /// The name of the zone.
    pub origin: &'p str,
    /// The version.
    pub serial: u32,
    /// When it was published.
    pub since: Instant,
    /// What is wanted of which names.
    pub wanted: Vec<Wanted>,
    /// The time.
    pub clock: &'p Clock,
    /// When it is given up.
    pub deadline: Duration,
    /// The file that Knot Resolver reads.
    pub knot_file: Option<&'p Path>,
}

/// Chooses names of the changes, and says what is to be done with each: what is no longer listed itself may stand below a name
/// that is.
pub fn wanted(rules: &Rules, changes: &[Change], most: usize) -> Vec<Wanted> {
    let names: Vec<&Change> = changes.iter().filter(|change| change.is_name()).collect();
    let most = most.min(MAX_PROBES);
    let step = names.len().div_ceil(most.max(1)).max(1);
    let chosen: Vec<&Change> = names.into_iter().step_by(step).take(most).collect();
    let keys: HashSet<&str> = chosen.iter().map(|change| change.value.as_str()).collect();
    let holding = rules.holding(&keys);
    let act = |name: &str| holding.get(name).and_then(|target| act_of(target));
    let chosen = chosen.into_iter().map(|change| Wanted {
        name: change.value.clone(),
        before: change.before.clone(),
        after: act(&change.value).filter(|act| *act != Act::Pass),
    });
    chosen.collect()
}

/// Asks every resolver, all at one time.
pub async fn prove(asked: &Asked<'_>, changes: &[Change], resolvers: &[Resolver]) -> Vec<Proof> {
    let all_names: Vec<String> = changes
        .iter()
        .filter(|change| change.is_name())
        .map(|change| change.value.clone())
        .collect();
    let mut tasks = JoinSet::new();
    for resolver in resolvers {
        let task = Task {
            resolver: resolver.clone(),
            origin: asked.origin.to_owned(),
            serial: asked.serial,
            since: asked.since,
            clock: asked.clock.clone(),
            deadline: asked.since + asked.deadline,
            knot_file: asked.knot_file.map(Path::to_owned),
        };
        tasks.spawn(task.run(asked.wanted.clone(), all_names.clone()));
    }
    let mut proofs = tasks.join_all().await.concat();
    proofs.sort_by(|a, b| (&a.resolver, &a.name).cmp(&(&b.resolver, &b.name)));
    proofs
}

/// A resolver that is asked.
struct Task {
    resolver: Resolver,
    origin: String,
    serial: u32,
    since: Instant,
    clock: Clock,
    deadline: Instant,
    knot_file: Option<PathBuf>,
}

impl Task {
    async fn run(self, wanted: Vec<Wanted>, all_names: Vec<String>) -> Vec<Proof> {
        let mut ticks = interval(AGAIN);
        let keeps_answers = self.resolver.kind.keeps_answers();
        let mut has_forgotten = !keeps_answers;
        if keeps_answers && let Some(first) = wanted.first() {
            // Who is asked for a name too early keeps the answer for everybody: a name that nobody asks for, below one that has
            // changed, shows when the version is there.
            let mut is_reloaded = false;
            while Instant::now() < self.deadline {
                ticks.tick().await;
                if !is_reloaded {
                    is_reloaded = self.reload().await;
                }
                let below = Wanted {
                    name: format!("{}.{}", random_label(), first.name),
                    ..first.clone()
                };
                let asked = self.ask_all(std::slice::from_ref(&below)).await;
                if below.name.len() > MAX_NAME_BYTES || asked.iter().all(|(_, proof)| proof.is_in_effect()) {
                    break;
                }
            }
            let names: Vec<&str> = all_names.iter().map(String::as_str).collect();
            has_forgotten = self.forget(&names).await;
        }
        let mut open = wanted;
        let mut proofs: HashMap<String, Proof> = HashMap::new();
        let mut is_first = true;
        while !open.is_empty() && (is_first || Instant::now() < self.deadline) {
            ticks.tick().await;
            // Who applies a zone to what is cached need not forget, unless that is seen not to help.
            if !is_first {
                let names: Vec<&str> = open.iter().map(|wanted| wanted.name.as_str()).collect();
                has_forgotten |= self.forget(&names).await;
            }
            is_first = false;
            let mut still = Vec::new();
            for some in open.chunks(AT_ONCE) {
                for (item, mut proof) in self.ask_all(some).await {
                    if !proof.is_in_effect() {
                        still.push(item);
                    } else if !has_forgotten {
                        proof.effect = Effect::MayBeKept;
                    }
                    proofs.insert(proof.name.clone(), proof);
                }
            }
            open = still;
        }
        proofs.into_values().collect()
    }

    /// Whether it has read the file of the zone again, or fetches by itself.
    async fn reload(&self) -> bool {
        let Some(file) = &self.knot_file else { return true };
        match self.resolver.reload(file).await {
            Ok(()) => true,
            Err(error) => {
                tracing::warn!(resolver = %self.resolver.address, %error, "a resolver could not be made to read its zone");
                false
            }
        }
    }

    /// Whether it has forgotten them.
    async fn forget(&self, names: &[&str]) -> bool {
        match self.resolver.forget(names).await {
            Ok(()) => self.resolver.control.is_some(),
            Err(error) => {
                tracing::warn!(resolver = %self.resolver.address, %error, "a resolver could not be made to forget");
                false
            }
        }
    }

    async fn ask_all(&self, some: &[Wanted]) -> Vec<(Wanted, Proof)> {
        let mut tasks = JoinSet::new();
        for item in some {
            let (item, resolver) = (item.clone(), self.resolver.clone());
            tasks.spawn(async move {
                let answer = resolver.ask(&item.name, PROBE_WAIT).await;
                (item, answer)
            });
        }
        let mut is_alive = None;
        let mut asked = Vec::new();
        for (item, answer) in tasks.join_all().await {
            let asked_at = (self.clock)();
            let answer = match answer {
                Ok(Some(message)) => Answer::Said(Said::read(&message, &self.origin)),
                Ok(None) => {
                    if is_alive.is_none() {
                        is_alive = Some(self.is_alive().await);
                    }
                    Answer::Silence {
                        is_alive: is_alive.unwrap_or(false),
                    }
                }
                Err(_) => Answer::Silence { is_alive: false },
            };
            let effect = if is_as_wanted(&answer, item.before.as_ref(), item.after.as_ref()) {
                Effect::Seen {
                    after: self.since.elapsed(),
                }
            } else {
                Effect::NotSeen
            };
            let proof = Proof {
                resolver: format!("{}@{}", self.resolver.kind.key(), self.resolver.address),
                name: item.name.clone(),
                wanted: item.after.clone(),
                serial: self.serial,
                asked_at,
                answer,
                effect,
            };
            asked.push((item, proof));
        }
        asked
    }

    /// Whether it says anything at all, about a name that no list has.
    async fn is_alive(&self) -> bool {
        matches!(self.resolver.ask("localhost", PROBE_WAIT).await, Ok(Some(_)))
    }
}

/// A label that nobody has asked for.
fn random_label() -> String {
    let mut bytes = [0_u8; 8];
    // Without any randomness the label is the same each time, and an answer of the cache is waited out.
    let _ = getrandom::fill(&mut bytes);
    format!("anlanh-{:016x}", u64::from_be_bytes(bytes))
}

impl Said {
    /// Whether the resolver says that it is itself the reason (RFC 8914).
    fn is_blocked(&self) -> bool {
        self.reasons.iter().any(|(code, _)| (15..=17).contains(code))
    }

    /// Reads what a resolver says of a name that a zone is about; what cannot be read says nothing.
    #[must_use]
    pub fn read(message: &[u8], origin: &str) -> Self {
        read(message, origin).unwrap_or_default()
    }
}

fn read(message: &[u8], origin: &str) -> Option<Said> {
    let message = Message::from_octets(message).ok()?;
    let rcode = message.header().rcode();
    let mut said = Said {
        rcode: rcode.to_string(),
        ..Said::default()
    };
    for record in message.answer().ok()? {
        let record = record.ok()?;
        if record.rtype() == Rtype::CNAME {
            let led = record.to_record::<Cname<_>>().ok()??;
            let to = led.data().cname().to_name::<Vec<u8>>().to_string();
            said.leads_to.get_or_insert_with(|| to.to_ascii_lowercase());
        }
        said.has_records = true;
    }
    let mut denied_by = None;
    for record in message.authority().ok()?.limit_to::<Soa<_>>() {
        let record = record.ok()?;
        let owner = record.owner().to_name::<Vec<u8>>().to_string().to_ascii_lowercase();
        if is_of(&owner, origin) {
            said.policy_serial = Some(record.data().serial().into_int());
        }
        denied_by = Some(owner);
    }
    for record in message.additional().ok()?.limit_to::<Soa<_>>() {
        let record = record.ok()?;
        let owner = record.owner().to_name::<Vec<u8>>().to_string().to_ascii_lowercase();
        if is_of(&owner, origin) {
            said.policy_serial = Some(record.data().serial().into_int());
        }
    }
    if let Some(opt) = message.opt() {
        for error in opt.opt().iter::<ExtendedError<_>>().flatten() {
            let words = String::from_utf8_lossy(error.text_slice().unwrap_or_default()).into_owned();
            said.reasons.push((error.code().to_int(), words));
        }
    }
    // Knot Resolver denies in the name of whoever was asked for, and says that it is the one who blocks.
    let is_owners = denied_by.is_some_and(|owner| !is_of(&owner, origin) && owner != KNOT_BLOCKED);
    said.is_genuine_denial = is_owners && said.policy_serial.is_none() && !said.is_blocked();
    Some(said)
}

/// Whether a zone is this one or a part of it.
fn is_of(owner: &str, origin: &str) -> bool {
    let above = owner.strip_suffix(origin);
    above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
}

/// Whether an answer is what is wanted.
pub fn is_as_wanted(answer: &Answer, before: Option<&Act>, wanted: Option<&Act>) -> bool {
    let said = match answer {
        Answer::Silence { is_alive } => return *is_alive && wanted == Some(&Act::Drop),
        Answer::Said(said) => said,
    };
    let is = |rcode: Rcode| said.rcode == rcode.to_string();
    match wanted {
        Some(Act::NxDomain) => is(Rcode::NXDOMAIN) && !said.is_genuine_denial,
        Some(Act::NoData) => is(Rcode::NOERROR) && !said.has_records && !said.is_genuine_denial,
        // Knot Resolver says that it failed.
        Some(Act::Drop) => is(Rcode::SERVFAIL) && said.is_blocked(),
        Some(Act::Redirect(to)) => said.leads_to.as_ref() == Some(to),
        Some(Act::Pass) | None => {
            let led_away = matches!(before, Some(Act::Redirect(to)) if said.leads_to.as_ref() == Some(to));
            let is_answered = is(Rcode::NOERROR) && said.has_records && !led_away;
            said.policy_serial.is_none() && (is_answered || said.is_genuine_denial)
        }
    }
}

impl Proof {
    /// Whether it proves that the change is in effect.
    #[must_use]
    pub const fn is_in_effect(&self) -> bool {
        matches!(self.effect, Effect::Seen { .. })
    }
}

#[cfg(test)]
mod tests;
