//! What keeps machines from reporting by the thousand, without asking anybody else: work for their processor, or waiting.
//!
//! A form carries a *challenge*: when it was given, to which network, and how many zero bits are asked for. Whoever finds
//! a number so that SHA-256 of `challenge:number` begins with that many zero bits may report often; who has no JavaScript
//! waits a little instead and may do so less often. The more come from a network, the more work is asked. A challenge is
//! used once. Addresses are kept as networks (/24, /56), in bounded memory and for minutes.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use anlanh_model::Time;
use sha2::{Digest, Sha256};

/// How long reports of one network are counted together, in minutes; a challenge holds as long.
pub const WINDOW_MINUTES: i64 = 10;
/// How long somebody waits who brings no proof, in seconds.
pub const WAIT_SECONDS: i64 = 10;
/// Most reports of one network within a window that come with a proof.
pub const PROVEN: u32 = 60;
/// Most that come without.
pub const PLAIN: u32 = 5;
/// Zero bits asked of the first in a window.
pub const BASE_BITS: u32 = 14;
/// So many reports ask for one bit more.
pub const PER_BIT: u32 = 5;
/// Most zero bits that are asked for.
pub const MAX_BITS: u32 = 20;
/// Most networks, and most used challenges, that are remembered.
pub const MAX_REMEMBERED: usize = 65_536;
/// Longest number that is read as a proof, in digits.
const MAX_DIGITS: usize = 20;

/// The gate of one node.
#[derive(Debug)]
pub struct Gate {
    key: [u8; 32],
    seen: Mutex<Seen>,
    /// Tells challenges apart that are given at one moment to one network.
    given: AtomicU64,
}

#[derive(Debug, Default)]
struct Seen {
    networks: HashMap<u64, Window>,
    used: HashMap<[u8; 16], Time>,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    began: Time,
    taken: u32,
    plain: u32,
}

/// What a form carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// To be sent back.
    pub text: String,
    /// How many zero bits are asked for.
    pub bits: u32,
}

/// Why somebody is not let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// The challenge is none of ours, too old, used, or of another network; or neither work nor waiting stands behind it.
    Unproven,
    /// As many came from the network as may.
    TooMany,
}

impl Gate {
    /// A gate whose challenges are known by this key.
    pub fn new(key: [u8; 32]) -> Self {
        Self {
            key,
            seen: Mutex::default(),
            given: AtomicU64::new(0),
        }
    }

    /// A challenge for whoever comes from there.
    pub fn challenge(&self, from: IpAddr, now: Time) -> Challenge {
        let network = network(from);
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = seen.networks.get(&network).filter(|window| window.counts(now));
        let bits = BASE_BITS + taken.map_or(0, |window| window.taken / PER_BIT);
        let bits = bits.min(MAX_BITS);
        let number = self.given.fetch_add(1, Ordering::Relaxed);
        let said = format!("{:x}.{bits}.{network:x}.{number:x}", now.as_seconds());
        let text = format!("{said}.{}", self.mark(&said));
        Challenge { text, bits }
    }

    /// Lets one report through, with the proof that came with it; an empty one is none.
    ///
    /// # Errors
    /// Why not.
    pub fn pass(&self, from: IpAddr, challenge: &str, proof: &str, now: Time) -> Result<(), Closed> {
        let network = network(from);
        let (issued, bits) = self.read(challenge, network).ok_or(Closed::Unproven)?;
        let age = now.as_seconds() - issued;
        if !(0..=WINDOW_MINUTES * 60).contains(&age) {
            return Err(Closed::Unproven);
        }
        let is_proven = !proof.is_empty();
        let is_good = if is_proven {
            solves(challenge, proof, bits)
        } else {
            age >= WAIT_SECONDS
        };
        if !is_good {
            return Err(Closed::Unproven);
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.make_room(now);
        let used = short(challenge);
        if seen.used.contains_key(&used) {
            return Err(Closed::Unproven);
        }
        if seen.used.len() >= MAX_REMEMBERED {
            return Err(Closed::TooMany);
        }
        let begun = Window {
            began: now,
            taken: 0,
            plain: 0,
        };
        let window = seen.networks.entry(network).or_insert(begun);
        if !window.counts(now) {
            *window = begun;
        }
        let most = if is_proven { PROVEN } else { PLAIN };
        let counted = if is_proven { window.taken } else { window.plain };
        if counted >= most || window.taken >= PROVEN {
            return Err(Closed::TooMany);
        }
        window.taken += 1;
        window.plain += u32::from(!is_proven);
        seen.used.insert(used, now);
        Ok(())
    }

    /// When a challenge of ours was given to this network, in seconds, and how many bits it asks for.
    fn read(&self, challenge: &str, network: u64) -> Option<(i64, u32)> {
        let (said, mark) = challenge.rsplit_once('.')?;
        let mut parts = said.split('.');
        let issued = i64::from_str_radix(parts.next()?, 16).ok()?;
        let bits = parts.next()?.parse().ok()?;
        let of = u64::from_str_radix(parts.next()?, 16).ok()?;
        let _number = parts.next()?;
        // Whoever could time this comparison would learn a mark of their own network for minutes.
        (parts.next().is_none() && of == network && mark == self.mark(said)).then_some((issued, bits))
    }

    fn mark(&self, said: &str) -> String {
        // The key is of fixed length and comes first and last, so that nothing can be appended.
        let hash = Sha256::new()
            .chain_update(self.key)
            .chain_update(said)
            .chain_update(self.key);
        let hash = hash.finalize();
        hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Seen {
    /// Forgets what is over; of networks, the older half where all of them count.
    fn make_room(&mut self, now: Time) {
        if self.used.len() >= MAX_REMEMBERED {
            self.used.retain(|_, at| now.minutes_since(*at) <= WINDOW_MINUTES);
        }
        if self.networks.len() >= MAX_REMEMBERED {
            self.networks.retain(|_, window| window.counts(now));
            if self.networks.len() >= MAX_REMEMBERED {
                let mut began: Vec<Time> = self.networks.values().map(|window| window.began).collect();
                let (_, median, _) = began.select_nth_unstable(MAX_REMEMBERED / 2);
                let median = *median;
                self.networks.retain(|_, window| window.began > median);
            }
        }
    }
}

impl Window {
    fn counts(self, now: Time) -> bool {
        (0..WINDOW_MINUTES).contains(&now.minutes_since(self.began))
    }
}

/// Whether a number is a proof.
fn solves(challenge: &str, proof: &str, bits: u32) -> bool {
    if proof.len() > MAX_DIGITS || !proof.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let hash = Sha256::digest(format!("{challenge}:{proof}"));
    let mut zeros = 0;
    for byte in hash {
        zeros += byte.leading_zeros();
        if byte != 0 {
            break;
        }
    }
    zeros >= bits
}

fn short(challenge: &str) -> [u8; 16] {
    let hash: [u8; 32] = Sha256::digest(challenge).into();
    let mut short = [0; 16];
    for (to, from) in short.iter_mut().zip(hash) {
        *to = from;
    }
    short
}

/// Whoever has one address has those beside it: 256 of the old kind, 2⁷² of the new.
fn network(address: IpAddr) -> u64 {
    match address.to_canonical() {
        IpAddr::V4(address) => u64::from(address.to_bits() >> 8),
        IpAddr::V6(address) => u64::try_from(address.to_bits() >> 72).unwrap_or_default() | (1 << 63),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time::from_seconds(1_790_000_000);

    fn at(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn later(seconds: i64) -> Time {
        Time::from_seconds(NOW.as_seconds() + seconds)
    }

    fn solve(challenge: &Challenge) -> String {
        let mut numbers = (0_u64..).map(|number| number.to_string());
        numbers
            .find(|number| solves(&challenge.text, number, challenge.bits))
            .unwrap()
    }

    #[test]
    fn work_lets_through_once_and_nobody_else() {
        let gate = Gate::new([1; 32]);
        let challenge = gate.challenge(at("192.0.2.7"), NOW);
        assert_eq!(challenge.bits, BASE_BITS);
        let proof = solve(&challenge);
        let pass = |from: &str, text: &str, proof: &str| gate.pass(at(from), text, proof, NOW);
        assert_eq!(pass("198.51.100.7", &challenge.text, &proof), Err(Closed::Unproven));
        assert_eq!(pass("192.0.2.7", &challenge.text, "1x"), Err(Closed::Unproven));
        assert_eq!(pass("192.0.2.9", &challenge.text, &proof), Ok(()), "one network");
        assert_eq!(
            pass("192.0.2.7", &challenge.text, &proof),
            Err(Closed::Unproven),
            "used"
        );
        let easier = challenge.text.replacen(".14.", ".1.", 1);
        for text in ["", "a.b.c.d", &easier, &format!("{}0", challenge.text)] {
            assert_eq!(pass("192.0.2.7", text, "1"), Err(Closed::Unproven), "{text}");
        }
        let other = Gate::new([2; 32]);
        assert_eq!(
            other.pass(at("192.0.2.7"), &challenge.text, &proof, NOW),
            Err(Closed::Unproven)
        );
    }

    #[test]
    fn waiting_stands_in_for_work_a_few_times() {
        let gate = Gate::new([1; 32]);
        let from = at("2001:db8:0:1::1");
        let early = gate.challenge(from, NOW);
        assert_eq!(
            gate.pass(from, &early.text, "", later(WAIT_SECONDS - 1)),
            Err(Closed::Unproven)
        );
        for second in 0..i64::from(PLAIN) {
            let challenge = gate.challenge(from, later(second));
            assert_eq!(
                gate.pass(from, &challenge.text, "", later(second + WAIT_SECONDS)),
                Ok(())
            );
        }
        let challenge = gate.challenge(at("2001:db8:0:2::1"), later(60));
        let sent = gate.pass(at("2001:db8:0:ff::1"), &challenge.text, "", later(60 + WAIT_SECONDS));
        assert_eq!(sent, Err(Closed::TooMany), "a /56 is one network");
        let proof = solve(&challenge);
        assert_eq!(
            gate.pass(from, &challenge.text, &proof, later(75)),
            Ok(()),
            "work still goes"
        );
        let old = gate.challenge(from, later(60));
        let after = later(60 + WINDOW_MINUTES * 60);
        assert_eq!(gate.pass(from, &old.text, "", after), Ok(()), "another window");
        let old = gate.challenge(from, NOW);
        assert_eq!(
            gate.pass(from, &old.text, "", later(WINDOW_MINUTES * 60 + 1)),
            Err(Closed::Unproven)
        );
    }

    #[test]
    fn the_more_come_the_more_is_asked_and_there_is_an_end() {
        let gate = Gate::new([1; 32]);
        let from = at("192.0.2.1");
        let fill = |taken: u32| {
            let window = Window {
                began: NOW,
                taken,
                plain: 0,
            };
            gate.seen.lock().unwrap().networks.insert(network(from), window);
        };
        for (taken, bits) in [
            (0, BASE_BITS),
            (PER_BIT - 1, BASE_BITS),
            (PER_BIT, BASE_BITS + 1),
            (PROVEN, MAX_BITS),
        ] {
            fill(taken);
            assert_eq!(gate.challenge(from, NOW).bits, bits, "{taken}");
        }
        let solved = |gate: &Gate, from: IpAddr| {
            fill(0);
            let challenge = gate.challenge(from, NOW);
            let proof = solve(&challenge);
            (challenge.text, proof)
        };
        let (text, proof) = solved(&gate, from);
        let next = solved(&gate, from);
        fill(PROVEN - 1);
        assert_eq!(gate.pass(from, &text, &proof, NOW), Ok(()));
        assert_eq!(gate.pass(from, &next.0, &next.1, NOW), Err(Closed::TooMany));
    }

    #[test]
    fn memory_is_bounded() {
        let gate = Gate::new([1; 32]);
        let mut seen = gate.seen.lock().unwrap();
        for number in 0..MAX_REMEMBERED {
            let began = later(i64::try_from(number / 1_000).unwrap());
            seen.networks.insert(
                u64::try_from(number).unwrap(),
                Window {
                    began,
                    taken: 1,
                    plain: 1,
                },
            );
            seen.used.insert(short(&number.to_string()), NOW);
        }
        seen.make_room(later(66));
        assert!(seen.networks.len() <= MAX_REMEMBERED / 2 + 1_000);
        seen.make_room(later(WINDOW_MINUTES * 60 + 60));
        assert!(seen.used.is_empty());
    }
}
