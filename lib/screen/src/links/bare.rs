//! Which names without a scheme count as links.
//!
//! Vietnamese typists leave out the space after a full stop (`xong.Anh`, `ok.me`), and many top-level domains are
//! Vietnamese syllables (`la`, `ai`, `so`, `me`, `to`) or file endings (`md`, `zip`). So a bare name counts by its last
//! label and by the label before it:
//!
//! 1. [`Tld::Sure`] (`com`, `vn`, `net` …): counts, unless the label before is a single Vietnamese syllable with its
//!    marks (`rồi.vn`), has one letter (but for `com`) or two digits, or the end is a capitalised `VN` after a small letter.
//! 2. [`Tld::Likely`] (words that people also use by themselves: `online`, `shop`, `top` …): counts when the label before
//!    cannot be a Vietnamese syllable.
//! 3. Any other known one counts below a public suffix of several labels (`github.io`, `co.uk`), after `www.`, before a
//!    path, when the dots are in brackets, or when the label before is letters and then digits (`momo6789.me`) and the
//!    last label is no file ending. Otherwise it counts only when it is on a list, and only when the label before
//!    cannot be a Vietnamese syllable.
//!
//! A dot with spaces, or its name as a word, counts between a label that cannot be a syllable and one of a few endings.

/// How far a top-level domain by itself makes a bare name a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tld {
    /// Hardly ever anything else.
    Sure,
    /// Also a word.
    Likely,
    /// Needs other evidence.
    Weak,
}

/// The class of a last label. `example` is reserved for documentation (RFC 2606), packs' examples among it.
pub(super) fn classify(label: &[u8]) -> Tld {
    match label {
        b"com" | b"net" | b"org" | b"vn" | b"info" | b"biz" | b"xyz" | b"edu" | b"gov" | b"icu" | b"asia" | b"mobi"
        | b"cfd" | b"sbs" | b"cyou" | b"cc" | b"tk" | b"gq" | b"pw" | b"io" | b"tv" | b"example" => Tld::Sure,
        b"vip" | b"top" | b"online" | b"club" | b"live" | b"app" | b"bet" | b"fun" | b"win" | b"pro" | b"site"
        | b"shop" | b"click" | b"life" | b"store" | b"vin" | b"space" | b"website" | b"link" | b"tech" | b"buzz"
        | b"game" | b"games" | b"casino" | b"world" | b"work" | b"cloud" | b"media" | b"bond" | b"blog" | b"one"
        | b"host" | b"support" | b"finance" | b"network" | b"digital" | b"today" | b"loan" | b"cash" | b"money"
        | b"group" | b"social" | b"news" | b"dev" | b"page" | b"web" => Tld::Likely,
        _ => Tld::Weak,
    }
}

/// Whether a label ends names whose dots are written with spaces or as words.
pub(super) fn is_spoken(label: &[u8]) -> bool {
    matches!(label, b"com" | b"net" | b"vn" | b"org" | b"info" | b"xyz")
}

/// Whether a label could be one Vietnamese syllable, as people write them without marks: an initial, one run of at
/// most three vowels, a final. The initials that teencode puts for others (`f`, `j`, `w`, `z`) count too.
pub(super) fn is_syllable(label: &[u8]) -> bool {
    let is_vowel = |letter: &u8| matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
    let start = label.iter().position(is_vowel).unwrap_or(label.len());
    let (initial, rest) = label.split_at_checked(start).unwrap_or_default();
    let vowels = rest.iter().take_while(|letter| is_vowel(letter)).count();
    let last = rest.get(vowels..).unwrap_or_default();
    let is_initial = match initial {
        b"" | b"ch" | b"gh" | b"kh" | b"ng" | b"ngh" | b"nh" | b"ph" | b"th" | b"tr" => true,
        [letter] => letter.is_ascii_lowercase(),
        _ => false,
    };
    let is_final = matches!(
        last,
        b"" | b"c" | b"ch" | b"h" | b"k" | b"m" | b"n" | b"ng" | b"nh" | b"p" | b"t"
    );
    (1..=3).contains(&vowels) && is_initial && is_final
}

/// Whether a label before a weak last one is letters and then digits, which no word is, and the last is no file ending.
pub(super) fn is_numbered(label: &[u8], tld: &[u8]) -> bool {
    let is_file = matches!(
        tld,
        b"ai"
            | b"app"
            | b"bz"
            | b"cab"
            | b"md"
            | b"mov"
            | b"pl"
            | b"pm"
            | b"ps"
            | b"py"
            | b"rs"
            | b"sh"
            | b"so"
            | b"st"
            | b"zip"
    );
    let letters = label.iter().take_while(|letter| letter.is_ascii_lowercase()).count();
    let digits = label.iter().rev().take_while(|letter| letter.is_ascii_digit()).count();
    letters >= 2 && digits >= 2 && letters + digits == label.len() && label.len() >= 5 && !is_file
}

/// Whether four numbers with dots, standing alone, are likelier an address than a sum of money (`1.250.100.200`), a
/// section (`1.2.3.4`) or an address inside somebody's own network.
pub(super) fn is_plausible_address(parts: &[u8]) -> bool {
    let mut octets = [0u8; 4];
    let mut lens = [0; 4];
    let mut count = 0;
    for part in parts.split(|unit| *unit == b'.') {
        let number = std::str::from_utf8(part).ok().and_then(|part| part.parse().ok());
        let (Some(octet), Some(len), Some(number)) = (octets.get_mut(count), lens.get_mut(count), number) else {
            return false;
        };
        if part.len() > 1 && part.starts_with(b"0") {
            return false;
        }
        *octet = number;
        *len = part.len();
        count += 1;
    }
    let is_money = lens.iter().skip(1).all(|len| *len == 3);
    let is_section = lens.iter().all(|len| *len == 1);
    let is_inside = match octets {
        [0 | 10 | 127 | 224..=255, ..] | [192, 168, ..] | [169, 254, ..] => true,
        [172, second, ..] => (16..32).contains(&second),
        [100, second, ..] => (64..128).contains(&second),
        [..] => false,
    };
    count == 4 && !is_money && !is_section && !is_inside
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_syllables(labels: &[&str], expected: bool) {
        for label in labels {
            assert_eq!(is_syllable(label.as_bytes()), expected, "{label}");
        }
    }

    #[test]
    fn syllables_are_told_from_other_words() {
        check_syllables(
            &["anh", "nghieng", "e", "khuyen", "xong", "ko", "wa", "quay", "oi"],
            true,
        );
        check_syllables(
            &[
                "", "vcb", "momo", "shop", "bank", "8xbet", "a1", "facebook", "x-y", "clmm", "hbet",
            ],
            false,
        );
    }
}
