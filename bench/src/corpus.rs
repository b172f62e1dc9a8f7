//! Real Vietnamese comments, and posts of a common length made from them. The comments are other people's words: they
//! stay outside the repository and none of them is ever printed.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::random::Random;

/// Shortest post, in bytes; posts are cut at the first space after a length drawn from here to [`LONGEST`].
const SHORTEST: usize = 120;
const LONGEST: usize = 280;
/// How many posts in a hundred carry a link, a number or an address.
const DECORATED_PERCENT: usize = 5;

/// The comments of ViHOS (EACL 2023).
#[derive(Debug, Default)]
pub struct Comments {
    /// Comments in which the annotators marked nothing.
    pub clean: Vec<String>,
    /// Comments with hate or offence.
    pub offensive: Vec<String>,
    /// How many of each, at the end of each half, are held out: posts are not made of them, phrases are.
    held_out: (usize, usize),
}

impl Comments {
    /// Reads both parts of the published split.
    ///
    /// # Errors
    /// When a file is there but is not what it should be.
    pub fn read(data: &Path) -> Result<Self> {
        let mut comments = Self::default();
        let mut posted = (0, 0);
        for part in ["train.csv", "dev.csv"] {
            posted = (comments.clean.len(), comments.offensive.len());
            let path = data.join("vihos").join(part);
            let mut rows = csv::Reader::from_path(&path).with_context(|| format!("reading {}", path.display()))?;
            for row in rows.records() {
                let row = row?;
                let (Some(content), Some(spans)) = (row.get(1), row.get(2)) else {
                    continue;
                };
                let half = if spans == "[]" {
                    &mut comments.clean
                } else {
                    &mut comments.offensive
                };
                half.push(content.trim().to_owned());
            }
        }
        comments.held_out = (comments.clean.len() - posted.0, comments.offensive.len() - posted.1);
        Ok(comments)
    }

    /// Those that posts are made of.
    pub fn posted(&self) -> impl Iterator<Item = &str> {
        let clean = self.clean.iter().rev().skip(self.held_out.0);
        clean
            .chain(self.offensive.iter().rev().skip(self.held_out.1))
            .map(String::as_str)
    }

    /// Those that are in no post.
    pub fn held_out(&self) -> impl Iterator<Item = &str> {
        let clean = self.clean.iter().rev().take(self.held_out.0);
        clean
            .chain(self.offensive.iter().rev().take(self.held_out.1))
            .map(String::as_str)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.clean.iter().chain(&self.offensive).map(String::as_str)
    }
}

/// Where the data is: `ANLANH_DATA`, or `../shared/data` beside the repository.
#[must_use]
pub fn data_folder(home: &Path) -> Option<PathBuf> {
    let folder = std::env::var_os("ANLANH_DATA").map_or_else(|| home.join("../../shared/data"), PathBuf::from);
    folder.join("vihos").is_dir().then_some(folder)
}

/// So many posts of about two hundred bytes: comments put together, some with a link, a number or an address.
#[must_use]
pub fn posts(comments: &Comments, listed: &[String], count: usize) -> Vec<String> {
    let mut random = Random::new(0x706f_7374);
    let all: Vec<&str> = comments.posted().filter(|text| !text.is_empty()).collect();
    let mut posts = Vec::with_capacity(count);
    while posts.len() < count {
        let length = SHORTEST + random.below(LONGEST - SHORTEST);
        let mut post = String::with_capacity(LONGEST + 64);
        while post.len() < length {
            if !post.is_empty() {
                post.push_str(random.pick(&[" ", ". ", "\n"]).copied().unwrap_or(" "));
            }
            post.push_str(random.pick(&all).copied().unwrap_or("."));
        }
        let cut = post.char_indices().find(|(at, c)| *at >= length && *c == ' ');
        if let Some((at, _)) = cut {
            post.truncate(at);
        }
        if random.chance(DECORATED_PERCENT) {
            post.push(' ');
            post.push_str(&decoration(&mut random, listed));
        }
        posts.push(post);
    }
    posts
}

/// Something that links or personal-data detectors are looking for. Numbers are drawn, so they belong to nobody known.
fn decoration(random: &mut Random, listed: &[String]) -> String {
    match random.below(8) {
        0 => format!("https://trang{}.example.vn/bai/{}", random.digits(3), random.digits(6)),
        1 => format!(
            "xem https://{}/",
            random.pick(listed).map_or("example.com", String::as_str)
        ),
        2 => format!("vào shop{}.com nhé", random.digits(4)),
        3 => format!("liên hệ 09{}", random.digits(8)),
        4 => format!("zalo 03{} {} {}", random.digits(2), random.digits(3), random.digits(3)),
        5 => format!("gửi về ten{}@example.com", random.digits(4)),
        6 => format!("stk {} ngân hàng", random.digits(12)),
        _ => format!("CCCD 0{}", random.digits(11)),
    }
}
