//! Hosts made to look like protected names.
//!
//! One automaton over all names reads the host once, as it looks ([`Skeleton`]); each occurrence is judged by what
//! stands around it in its label. Only labels in which no name occurs are searched for misspellings. So the cost is
//! linear in the host and does not depend on the number of names.
//!
//! | what | example | confidence and why |
//! |---|---|---|
//! | the real domain inside another | `vietcombank.com.vn.x.example` | 97: written to be misread, no innocent use |
//! | looks the same, alone or with affixes | `vietcornbank.com`, `vietc0mbank-vn.com` | 95; 70 below 6 letters, where other words come close |
//! | name and affixes | `hotro-vietcombank.com` | 90; 75 below 6 letters; 60 below 4, initials that others share |
//! | name as a label | `vietcombank.example` | 85; 50 below 6 letters: the holder may own more domains than the pack knows |
//! | one slip | `vietconbank.com` | 85; 70 below 9 letters, 60 below 7, where other words come close |
//! | looks the same, beside other words | `vietc0mbank-qua.com` | 80 |
//! | name beside other words, with hyphens | `vietcombank-qua.com` | 70: reviews and shops do so too |
//! | name of at least 8 letters inside a word | `quavietcombank.com` | 55: fan pages do so too |
//!
//! Names of fewer than 4 letters are never looked for inside other words, names of 2 only as whole real domains.
//! Below `gov.vn` nobody but the state can register, so hosts there are no look-alikes.

use aho_corasick::AhoCorasick;

use super::MISSPELT_LETTERS;
use super::domain_set::{BuildError, DomainSet, DomainSetBuilder};
use super::host::{Host, Name};
use super::near::Neighbours;
use super::skeleton::Skeleton;
use crate::{Confidence, Pack, PackError, Part, Resemblance, Said, said};

/// Shortest name that counts as a label by itself.
const LABEL_LETTERS: usize = 4;
/// Shortest name that counts beside other words set off by hyphens.
const PART_LETTERS: usize = 5;
/// Shortest name that counts inside a word.
const GLUED_LETTERS: usize = 8;
/// From this length on, other words hardly come close.
const LONG_LETTERS: usize = 6;

/// What a host resembles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LookAlike {
    /// Index of the protected name.
    pub(super) name: u32,
    /// How.
    pub(super) resemblance: Resemblance,
    /// How sure that is.
    pub(super) confidence: Confidence,
}

/// Compiled protected names.
#[derive(Debug)]
pub(super) struct LookAlikes {
    automaton: Option<AhoCorasick>,
    names: Vec<Protected>,
    neighbours: Neighbours,
    /// Affixes by first letter or digit.
    affixes: Vec<Vec<Vec<u8>>>,
    real: DomainSet,
}

#[derive(Debug)]
struct Protected {
    name: Vec<u8>,
    /// Its real domains, each with a dot at the end, as they stand inside another host.
    inside: Vec<Vec<u8>>,
}

/// Memory that the comparison reuses.
#[derive(Debug, Default)]
pub(super) struct AlikeScratch {
    skeleton: Skeleton,
    with_user: Vec<u8>,
    path: Vec<u8>,
}

/// How a name stands in its label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Whole,
    Affixed,
    Part,
    Glued,
}

impl LookAlikes {
    /// Compiles names and affixes; every mistake goes to `errors`.
    pub(super) fn compile(pack: &Pack, errors: &mut Vec<PackError>) -> Self {
        let mut real = DomainSetBuilder::new();
        let mut names = Vec::with_capacity(pack.names.len());
        for (index, protected) in pack.names.iter().enumerate() {
            let mut wrong = |message: Said| {
                errors.push(PackError {
                    part: Part::Name(index),
                    offset: None,
                    message,
                })
            };
            if !is_word(&protected.name) || protected.name.len() < 2 {
                wrong(said!(
                    "tên được bảo vệ phải có 2 đến 63 chữ thường không dấu, chữ số hoặc gạch nối",
                    "protected name must be 2 to 63 lower-case letters, digits or hyphens",
                ));
            }
            for domain in &protected.domains {
                if let Err(reason) = add_domain(&mut real, domain) {
                    wrong(Said::new(
                        format!("tên miền {domain:?}: {}", reason.vi),
                        format!("domain {domain:?}: {}", reason.en),
                    ));
                }
            }
            let inside = protected
                .domains
                .iter()
                .map(|domain| format!("{domain}.").into_bytes())
                .collect();
            names.push(Protected {
                name: protected.name.clone().into_bytes(),
                inside,
            });
        }
        let mut affixes = vec![Vec::new(); 256];
        for (index, affix) in pack.affixes.iter().enumerate() {
            let first = affix
                .as_bytes()
                .first()
                .and_then(|first| affixes.get_mut(usize::from(*first)));
            match first {
                Some(place) if is_word(affix) => place.push(affix.clone().into_bytes()),
                Some(_) | None => errors.push(PackError {
                    part: Part::Affix(index),
                    offset: None,
                    message: said!(
                        "từ ghép thêm phải có 1 đến 63 chữ thường không dấu, chữ số hoặc gạch nối",
                        "affix must be 1 to 63 lower-case letters, digits or hyphens",
                    ),
                }),
            }
        }
        let mut skeleton = Skeleton::default();
        let mut letters_of = |name: &Protected| {
            skeleton.read(&name.name);
            skeleton.letters().to_vec()
        };
        let skeletons: Vec<Vec<u8>> = names.iter().map(&mut letters_of).collect();
        let mut wrong = |message: Said| {
            errors.push(PackError {
                part: Part::Pack,
                offset: None,
                message,
            })
        };
        let automaton = AhoCorasick::new(&skeletons)
            .map_err(|error| wrong(said!("tên được bảo vệ: {error}", "protected names: {error}")))
            .ok();
        let real = real
            .finish()
            .map_err(|error| wrong(said!("tên miền được bảo vệ: {error}", "protected domains: {error}")))
            .unwrap_or_default();
        let automaton = automaton.filter(|_| !names.is_empty());
        Self {
            automaton,
            names,
            neighbours: Neighbours::new(skeletons),
            affixes,
            real,
        }
    }

    /// What a host resembles most: `real` is the host that a browser goes to, `seen` the name that people read where
    /// that differs, `user` what stands before an `@` in front of it.
    pub(super) fn find(
        &self,
        real: Name<'_>,
        seen: Option<Name<'_>>,
        user: &[u8],
        scratch: &mut AlikeScratch,
    ) -> Option<LookAlike> {
        let automaton = self.automaton.as_ref()?;
        let is_state = real.suffix() == b"gov.vn";
        if is_state || self.real.find(Host::Name(real), "", &mut scratch.path).is_some() {
            return None;
        }
        let AlikeScratch {
            skeleton, with_user, ..
        } = scratch;
        let name = seen.unwrap_or(real);
        let labels = name.labels();
        skeleton.read(labels);
        let host = Reading {
            text: name.text(),
            labels,
            is_disguised: seen.is_some(),
        };
        let mut best = self.occurrences(automaton, skeleton, &host);
        if best.is_none() {
            best = self.misspelling(skeleton.letters());
        }
        if best.is_none() && !user.is_empty() {
            // Before an `@` a name stands as if it were a label of the host.
            with_user.clear();
            with_user.extend(user.iter().map(|unit| {
                if unit.is_ascii_alphanumeric() || *unit == b'-' {
                    *unit
                } else {
                    b'.'
                }
            }));
            with_user.push(b'.');
            skeleton.read(with_user);
            let host = Reading {
                text: with_user,
                labels: with_user,
                is_disguised: false,
            };
            best = self.occurrences(automaton, skeleton, &host);
        }
        best
    }

    fn occurrences(&self, automaton: &AhoCorasick, skeleton: &Skeleton, host: &Reading<'_>) -> Option<LookAlike> {
        let mut best: Option<LookAlike> = None;
        let mut around = Around::default();
        for found in automaton.find_overlapping_iter(skeleton.letters()) {
            let at = skeleton.origin(found.range());
            let name = found.pattern().as_u32();
            let Some(protected) = self.names.get(name as usize) else {
                continue;
            };
            if let Some((resemblance, percent)) = self.judge(protected, at, host, &mut around) {
                let found = LookAlike {
                    name,
                    resemblance,
                    confidence: Confidence::percent(percent),
                };
                let is_better = |best: LookAlike| {
                    (found.confidence, std::cmp::Reverse(found.name)) > (best.confidence, std::cmp::Reverse(best.name))
                };
                best = if best.is_none_or(is_better) { Some(found) } else { best };
            }
        }
        best
    }

    /// Judges one occurrence of a name in a host.
    fn judge(
        &self,
        protected: &Protected,
        at: std::ops::Range<usize>,
        host: &Reading<'_>,
        around: &mut Around,
    ) -> Option<(Resemblance, u8)> {
        let written = host.labels.get(at.clone())?;
        let is_disguised = host.is_disguised || written != protected.name;
        let len = protected.name.len();
        if around.end <= at.start {
            *around = self.around(host.labels, at.start);
        }
        let label = around.label.clone();
        if !is_disguised && label.start == at.start {
            let from = host.text.get(at.start..).unwrap_or_default();
            if protected.inside.iter().any(|domain| from.starts_with(domain)) {
                return Some((Resemblance::Subdomain, 97));
            }
        }
        let standing = self.standing(len, &at, host.labels, around)?;
        Some(match (is_disguised, standing) {
            (true, _) if len < LABEL_LETTERS && !host.is_disguised => return None,
            (true, Standing::Whole | Standing::Affixed) if len >= LONG_LETTERS => (Resemblance::Homograph, 95),
            (true, Standing::Whole | Standing::Affixed) => (Resemblance::Homograph, 70),
            (true, Standing::Part) => (Resemblance::Homograph, 80),
            (true, Standing::Glued) => (Resemblance::Homograph, 55),
            (false, Standing::Whole) if len < LABEL_LETTERS => return None,
            (false, Standing::Whole) if len < LONG_LETTERS => (Resemblance::Subdomain, 50),
            (false, Standing::Whole) => (Resemblance::Subdomain, 85),
            (false, Standing::Affixed) if len < LABEL_LETTERS => (Resemblance::Affix, 60),
            (false, Standing::Affixed) if len < LONG_LETTERS => (Resemblance::Affix, 75),
            (false, Standing::Affixed) => (Resemblance::Affix, 90),
            (false, Standing::Part) => (Resemblance::Affix, 70),
            (false, Standing::Glued) => (Resemblance::Affix, 55),
        })
    }

    /// How a name of `len` letters stands in its label; none when its neighbours make it part of another word.
    fn standing(&self, len: usize, at: &std::ops::Range<usize>, labels: &[u8], around: &Around) -> Option<Standing> {
        let label = &around.label;
        if *at == *label {
            return Some(Standing::Whole);
        }
        let (left, right) = (labels.get(label.start..at.start)?, labels.get(at.end..label.end)?);
        let is_affixed =
            around.left >> (at.start - label.start) & 1 == 1 && around.right >> (at.end - label.start) & 1 == 1;
        // Three letters and a number are a brand of somebody else's as often as not.
        let has_word = left.iter().chain(right).any(u8::is_ascii_lowercase);
        if is_affixed && (len >= LABEL_LETTERS || (len > 2 && has_word)) {
            return Some(Standing::Affixed);
        }
        let is_set_off =
            left.last().is_none_or(|before| *before == b'-') && right.first().is_none_or(|after| *after == b'-');
        if is_set_off && len >= PART_LETTERS {
            return Some(Standing::Part);
        }
        (len >= GLUED_LETTERS).then_some(Standing::Glued)
    }

    /// The label around a place, and which of its beginnings and ends are made of affixes, digits and hyphens alone.
    fn around(&self, labels: &[u8], at: usize) -> Around {
        let start = memchr::memrchr(b'.', labels.get(..at).unwrap_or_default()).map_or(0, |dot| dot + 1);
        let rest = labels.get(start..).unwrap_or_default();
        let label = rest
            .get(..memchr::memchr(b'.', rest).unwrap_or(rest.len()))
            .unwrap_or_default();
        let end = start + label.len();
        // A label has at most 63 bytes, so that its 64 borders are the bits of one number; only before an `@` may
        // more stand, and is not looked at.
        let label = label.get(..63).unwrap_or(label);
        let (mut left, mut right) = (1u64, 1u64 << label.len());
        for border in 0..label.len() {
            if left >> border & 1 == 1 {
                self.each_step(label.get(border..).unwrap_or_default(), |len| {
                    left |= 1 << (border + len)
                });
            }
        }
        for border in (0..label.len()).rev() {
            let mut reaches = false;
            self.each_step(label.get(border..).unwrap_or_default(), |len| {
                reaches |= right >> (border + len) & 1 == 1
            });
            right |= u64::from(reaches) << border;
        }
        Around {
            label: start..start + label.len(),
            end,
            left,
            right,
        }
    }

    /// Calls with the length of everything that may stand beside a name at the beginning of `rest`.
    fn each_step(&self, rest: &[u8], mut call: impl FnMut(usize)) {
        let Some(first) = rest.first() else { return };
        if first.is_ascii_digit() || *first == b'-' {
            call(1);
        }
        let affixes = self
            .affixes
            .get(usize::from(*first))
            .map_or(&[] as &[Vec<u8>], Vec::as_slice);
        for affix in affixes.iter().filter(|affix| rest.starts_with(affix)) {
            call(affix.len());
        }
    }

    /// The name that a whole label, or a part of one between hyphens, misses by one slip.
    fn misspelling(&self, letters: &[u8]) -> Option<LookAlike> {
        for label in letters.split(|letter| *letter == b'.') {
            let whole = self.neighbours.find(label);
            let mut parts = label
                .split(|letter| *letter == b'-')
                .filter(|part| part.len() < label.len());
            let Some(name) = whole.or_else(|| parts.find_map(|part| self.neighbours.find(part))) else {
                continue;
            };
            let len = self
                .names
                .get(name as usize)
                .map_or(0, |protected| protected.name.len());
            let percent = match len {
                ..MISSPELT_LETTERS => 60,
                MISSPELT_LETTERS..9 => 70,
                9.. => 85,
            };
            let confidence = Confidence::percent(percent);
            return Some(LookAlike {
                name,
                resemblance: Resemblance::Misspelling,
                confidence,
            });
        }
        None
    }
}

/// A host as it is compared.
struct Reading<'a> {
    text: &'a [u8],
    /// What stands before the public suffix.
    labels: &'a [u8],
    /// Whether the letters are not the ones of the real host.
    is_disguised: bool,
}

/// A label, and its borders that are reached from its beginning, and reach its end, over affixes alone.
#[derive(Debug, Default)]
struct Around {
    label: std::ops::Range<usize>,
    /// Where the label really ends.
    end: usize,
    left: u64,
    right: u64,
}

fn is_word(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn add_domain(real: &mut DomainSetBuilder, domain: &str) -> Result<(), Said> {
    match Name::parse(domain.as_bytes()) {
        Ok(_) => {}
        Err(_) => {
            return Err(said!(
                "không phải tên máy chữ thường nằm dưới một hậu tố công cộng",
                "not a lower-case host name below a public suffix",
            ));
        }
    }
    let added = real
        .add_line(domain.as_bytes())
        .map_err(|error: BuildError| Said::alike(error.to_string()))?;
    added.map_err(|error| Said::alike(error.to_string()))
}
