//! Domain names for blocklists: the real lists, filled up with made-up names that look like them.

use std::path::Path;

use anyhow::{Context, Result};

use crate::random::Random;

const FILES: [&str; 6] = [
    "hostsvn/threat-domain-VN.txt",
    "hostsvn/threat-domain.txt",
    "hostsvn/gambling-domain-VN.txt",
    "hostsvn/gambling-domain.txt",
    "hostsvn/adult-domain-VN.txt",
    "chongluadao/urls.txt",
];
const WORDS: [&str; 32] = [
    "vay", "bank", "win", "bet", "shop", "the", "nap", "game", "uy", "tin", "hotro", "viet", "nam", "vn", "online",
    "club", "go", "88", "24h", "app", "tien", "nhanh", "qua", "tang", "khuyen", "mai", "sim", "ve", "so", "da", "ga",
    "live",
];
const SUFFIXES: [&str; 16] = [
    "com", "net", "vn", "com.vn", "top", "xyz", "club", "online", "site", "info", "org", "shop", "vip", "cc", "me",
    "io",
];

/// The names of the real lists, without paths and without IP addresses.
///
/// # Errors
/// When a list cannot be read.
pub fn real(data: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for file in FILES {
        let path = data.join(file);
        let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        names.extend(text.lines().filter_map(host));
    }
    names.sort_unstable();
    names.dedup();
    Ok(names)
}

/// The host of a list's line, if it is a name.
fn host(line: &str) -> Option<String> {
    let line = line.trim();
    let rest = line.split_once("://").map_or(line, |(_, rest)| rest);
    let host = rest.split(['/', ':', '?', '#']).next().unwrap_or_default();
    let last = host.rsplit('.').next().unwrap_or_default();
    let is_name = host.contains('.') && last.bytes().all(|byte| byte.is_ascii_alphabetic()) && host.is_ascii();
    (is_name && !host.starts_with('#')).then(|| host.to_ascii_lowercase())
}

/// The real names and made-up ones, so many in all, in random order.
#[must_use]
pub fn fill(real: &[String], count: usize) -> Vec<String> {
    let mut random = Random::new(0x646f_6d61);
    let mut names: Vec<String> = real.iter().take(count).cloned().collect();
    while names.len() < count {
        names.push(made_up(&mut random));
    }
    random.shuffle(&mut names);
    names
}

/// A name that is on no list, or hardly ever.
#[must_use]
pub fn made_up(random: &mut Random) -> String {
    let mut name = String::new();
    if random.chance(15) {
        name.push_str(random.pick(&WORDS).copied().unwrap_or_default());
        name.push('.');
    }
    for _ in 0..1 + random.below(2) {
        name.push_str(random.pick(&WORDS).copied().unwrap_or_default());
        name.push_str(if random.chance(20) { "-" } else { "" });
    }
    // Six base-36 letters keep ten million names apart.
    for _ in 0..6 {
        let digit = u32::try_from(random.below(36)).unwrap_or(0);
        name.push(char::from_digit(digit, 36).unwrap_or('0'));
    }
    name.push('.');
    name.push_str(random.pick(&SUFFIXES).copied().unwrap_or("com"));
    name
}
