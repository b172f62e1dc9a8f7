//! Texts made to be slow. Each is compared with ordinary posts by time per byte: the bar is five times.

use std::collections::BTreeMap;

use anlanh_screen::{Pack, Scratch, Screener};
use anyhow::Result;

use crate::Settings;
use crate::corpus::Comments;
use crate::disguise::{Disguise, ShortForms, bare};
use crate::domains;
use crate::engine;
use crate::harness::{Clock, Entrant, Sample, contest, time};
use crate::phrases;
use crate::random::Random;
use crate::report::{Bar, Row, Section};

/// How many times as slow as ordinary text a hostile one may be, by the byte.
const BAR: f64 = 5.0;
/// The engine's own limit on a text.
const TEXT: usize = anlanh_screen::limits::MAX_TEXT_BYTES;
/// Phrases in the dictionary.
const PHRASES: usize = 100_000;

/// One hostile text.
struct Hostile {
    name: &'static str,
    text: String,
}

/// Measures every hostile text.
///
/// # Errors
/// When the dictionary does not compile.
pub fn measure(settings: &Settings, comments: &Comments, posts: &[String], listed: &[String]) -> Result<Section> {
    let phrases = &phrases::phrases(comments, PHRASES);
    let screener = engine::screener(phrases, listed)?;
    let mut hostile = vec![Hostile::new("ordinary posts", |_| posts.join("\n"))];
    hostile.extend(texts(&screener, phrases, listed));
    let run_bytes = settings.hostile_bytes;
    let mut scratches: Vec<Scratch> = hostile.iter().map(|_| Scratch::default()).collect();
    let entrants = hostile.iter().zip(&mut scratches).map(|(case, scratch)| {
        let screener = &screener;
        Entrant::new(case.name, move || Ok(repeat(screener, scratch, &case.text, run_bytes)))
    });
    let outcomes = contest(settings.rounds, entrants.collect())?;
    let mut section = Section::new("Hostile text");
    section.notes.push(format!(
        "Processor time by the byte, of texts of {} KiB where nothing else is said; {} phrases, {} listed domains.",
        TEXT / 1024,
        phrases.len(),
        listed.len(),
    ));
    let Some((ordinary, hostile)) = outcomes.split_first() else {
        return Ok(section);
    };
    for case in hostile {
        section.rows.push(Row {
            what: case.name.clone(),
            ours: format!("{:.1} MB/s", case.megabytes_per_second()),
            beside: format!("ordinary posts {:.1} MB/s", ordinary.megabytes_per_second()),
            ratio: ordinary.times_per_byte(case),
            bar: Bar::AtMost(BAR),
        });
    }
    section.rows.sort_by(|left, right| right.ratio.total_cmp(&left.ratio));
    Ok(section)
}

/// Goes through a text again and again until enough bytes are done.
fn repeat(screener: &Screener, scratch: &mut Scratch, text: &str, at_least: usize) -> Sample {
    time(Clock::Thread, || {
        let times = at_least.div_ceil(text.len().max(1));
        let mut found = 0;
        for _ in 0..times {
            found += screener.screen_with(scratch, &engine::item(text)).reasons.len() as u64;
        }
        (times as u64, (times * text.len()) as u64, found)
    })
}

impl Hostile {
    /// A text made of pieces, as long as the engine judges. The argument of `piece` counts them.
    fn new(name: &'static str, mut piece: impl FnMut(usize) -> String) -> Self {
        let mut text = String::with_capacity(TEXT);
        for number in 0.. {
            let piece = piece(number);
            text.push_str(if piece.is_empty() { "." } else { &piece });
            if text.len() >= TEXT {
                break;
            }
        }
        let mut end = TEXT;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        Self { name, text }
    }

    /// A text that repeats one piece.
    fn repeat(name: &'static str, piece: &str) -> Self {
        Self::new(name, |_| piece.to_owned())
    }
}

/// Pieces drawn from a list, each with something behind it.
fn drawn<'a>(list: &'a [impl AsRef<str>], behind: &'a str, seed: u64) -> impl FnMut(usize) -> String + 'a {
    let mut random = Random::new(seed);
    move |_| format!("{}{behind}", random.pick(list).map_or(".", AsRef::as_ref))
}

fn texts(screener: &Screener, phrases: &[String], listed: &[String]) -> Vec<Hostile> {
    let mut texts = letters();
    texts.extend(signs());
    texts.extend(numbers());
    texts.extend(words(screener, phrases));
    texts.extend(links(screener.pack(), listed));
    texts
}

fn letters() -> Vec<Hostile> {
    let mut random = Random::new(1);
    let mut letter = move |_| char::from(b'a' + random.below(26) as u8).to_string();
    vec![
        Hostile::repeat("one letter", "a"),
        Hostile::repeat("one letter with a mark", "ậ"),
        Hostile::repeat("two letters in turn", "ab"),
        Hostile::new("one token of random letters", &mut letter),
        Hostile::new("random letters, spaced", |at| letter(at) + " "),
        Hostile::new("random letters, dotted", |at| letter(at) + "."),
        Hostile::new("random letters, all signs in turn", |at| {
            let signs = [".", "-", "_", "@", "$", "!", "|", "*", "'", " "];
            letter(at) + signs.get(at % signs.len()).copied().unwrap_or(".")
        }),
        Hostile::new("random letters with @ and $ between", |at| {
            letter(at) + if at % 2 == 0 { "@" } else { "$" }
        }),
        Hostile::repeat("one letter, spaced", "a "),
        Hostile::repeat("vowels and tone keys (Telex soup)", "aeouwsfrxj "),
        Hostile::repeat("one long Telex word", "uwowf"),
        Hostile::repeat("words of doubled letters", "aabbccddee "),
        Hostile::repeat("full-width letters", "ａｂｃ"),
        Hostile::repeat("mathematical letters", "𝐚𝐛𝐜"),
        Hostile::repeat("ligatures", "ﬃ㎉"),
        Hostile::repeat("Cyrillic and Greek in turn", "аα"),
        Hostile::repeat("other scripts", "漢字かな"),
    ]
}

fn signs() -> Vec<Hostile> {
    let mut texts = vec![
        Hostile::repeat("lone combining marks", "\u{301}"),
        Hostile::repeat("a letter under thirty marks", &format!("a{}", "\u{316}".repeat(30))),
        Hostile::repeat("a letter and one mark", "a\u{323}"),
        Hostile::repeat("zero-width characters", "\u{200b}"),
        Hostile::repeat("a letter and a zero-width character", "a\u{200b}"),
        Hostile::repeat("dots", "."),
        Hostile::repeat("spaces", " "),
        Hostile::repeat("line ends", "\n"),
        Hostile::repeat("emoji", "🔥😂"),
        Hostile::repeat("a letter and an emoji", "a🔥"),
        Hostile::repeat("at signs", "@"),
        Hostile::repeat("slashes", "/"),
        Hostile::repeat("brackets", "[.](.)"),
    ];
    let million = format!("a{}", "\u{301}".repeat(1_000_000));
    texts.push(Hostile {
        name: "a million combining marks (2 MB)",
        text: million,
    });
    texts
}

fn numbers() -> Vec<Hostile> {
    let mut random = Random::new(2);
    let mut digits = move |count: usize| random.digits(count);
    vec![
        Hostile::repeat("one digit", "0"),
        Hostile::new("random digits", |_| digits(1)),
        Hostile::new("random digits, spaced", |_| digits(1) + " "),
        Hostile::new("random digits, dotted", |_| digits(1) + "."),
        Hostile::new("random digits, dashed", |_| digits(1) + "-"),
        Hostile::new("digits in threes", |_| digits(3) + " "),
        Hostile::new("digits in fours", |_| digits(4) + " "),
        Hostile::new("mobile numbers", |_| format!("09{} ", digits(8))),
        Hostile::new("mobile numbers without space", |_| format!("09{}", digits(8))),
        Hostile::new("numbers of twelve digits", |_| format!("0{} ", digits(11))),
        Hostile::new("card numbers", |_| format!("4{} ", digits(15))),
        Hostile::new("IP addresses", |_| {
            format!("1.{}.{}.{} ", digits(2), digits(2), digits(2))
        }),
        Hostile::new("letter and digit in turn", |_| format!("a{}", digits(1))),
        Hostile::new("syllables with digits (VNI soup)", |_| {
            format!("tuo{}ng{} ", digits(1), digits(2))
        }),
        Hostile::new("plates", |_| format!("{}A-{}.{} ", digits(2), digits(3), digits(2))),
        Hostile::repeat("account words and numbers", "stk ngân hàng tài khoản 123456789 "),
        Hostile::repeat("address words", "số 12 ngõ 3 đường phường quận "),
        Hostile::repeat("identity words", "cccd cmnd mst bhxh hộ chiếu "),
    ]
}

/// The two words that stand side by side in most phrases: of these, many may begin wherever a text has the two.
fn commonest_pair(phrases: &[String]) -> String {
    let mut counts: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for phrase in phrases {
        for pair in phrase.split(' ').zip(phrase.split(' ').skip(1)) {
            *counts.entry(pair).or_default() += 1;
        }
    }
    let commonest = counts.into_iter().max_by_key(|(_, count)| *count);
    commonest.map_or_else(String::new, |((word, next), _)| format!("{word} {next}"))
}

fn words(screener: &Screener, phrases: &[String]) -> Vec<Hostile> {
    let pack = screener.pack();
    let builtin: Vec<&str> = pack
        .lexicon
        .iter()
        .flat_map(|entry| &entry.phrases)
        .map(String::as_str)
        .collect();
    let near = pack
        .lexicon
        .iter()
        .flat_map(|entry| [&entry.near, &entry.not_near])
        .flatten();
    let near: Vec<&str> = near.flat_map(|near| &near.phrases).map(String::as_str).collect();
    let with_near: Vec<&str> = (pack.lexicon.iter())
        .filter(|entry| entry.near.is_some() || entry.not_near.is_some())
        .flat_map(|entry| &entry.phrases)
        .map(String::as_str)
        .collect();
    let shorts: Vec<&str> = pack.teencode.iter().map(|form| form.short.as_str()).collect();
    let single: Vec<String> = builtin
        .iter()
        .filter(|phrase| !phrase.contains(' '))
        .map(|phrase| bare(phrase))
        .collect();
    let firsts: Vec<&str> = phrases.iter().filter_map(|phrase| phrase.split(' ').next()).collect();
    let cut: Vec<&str> = phrases
        .iter()
        .filter_map(|phrase| Some(phrase.rsplit_once(' ')?.0))
        .collect();
    let longest = phrases
        .iter()
        .max_by_key(|phrase| phrase.len())
        .map_or("", String::as_str);
    let spelled = |phrase: &str| phrase.chars().map(|c| format!("{c} ")).collect::<String>();
    let all: Vec<&str> = phrases.iter().map(String::as_str).collect();
    let mut texts = vec![
        Hostile::new("phrases one after another", drawn(phrases, " ", 3)),
        Hostile::new("phrases of the pack one after another", drawn(&builtin, " ", 4)),
        Hostile::new(
            "phrases of the pack without marks",
            drawn(&builtin.iter().map(|p| bare(p)).collect::<Vec<_>>(), " ", 4),
        ),
        Hostile::new("one-word phrases without marks", drawn(&single, " ", 5)),
        Hostile::new("first words of phrases", drawn(&firsts, " ", 6)),
        Hostile::new("phrases without their last word", drawn(&cut, " ", 7)),
        Hostile::repeat("one phrase again and again", &format!("{longest} ")),
        Hostile::new(
            "phrases joined, spaces between",
            drawn(&all.iter().map(|p| p.replace(' ', "")).collect::<Vec<_>>(), " ", 8),
        ),
        Hostile::new(
            "phrases joined into one token",
            drawn(&all.iter().map(|p| p.replace(' ', "")).collect::<Vec<_>>(), "", 8),
        ),
        Hostile::new(
            "phrases spelled out",
            drawn(&builtin.iter().map(|p| spelled(p)).collect::<Vec<_>>(), "", 9),
        ),
        Hostile::new("short forms (teencode soup)", drawn(&shorts, " ", 10)),
        Hostile::new("short forms, dotted", drawn(&shorts, ".", 10)),
        Hostile::new(
            "short forms beside the commonest pair",
            drawn(&shorts, &format!(" {} ", commonest_pair(phrases)), 14),
        ),
        Hostile::new("phrases with conditions", drawn(&with_near, " ", 11)),
        Hostile::new("words that conditions ask for", drawn(&near, " ", 12)),
    ];
    let mut mixed = with_near.clone();
    mixed.extend(&near);
    texts.push(Hostile::new(
        "phrases with conditions among their words",
        drawn(&mixed, " ", 13),
    ));
    let forms = ShortForms::new();
    for (name, seed) in DISGUISED {
        let mut random = Random::new(seed);
        let disguise = Disguise::ALL.into_iter().find(|disguise| disguise.name == name);
        texts.push(Hostile::new(name, |_| {
            let phrase = random.pick(phrases).cloned().unwrap_or_default();
            let hidden = disguise.and_then(|disguise| disguise.apply(&phrase, &mut random, &forms));
            hidden.unwrap_or(phrase) + " "
        }));
    }
    for (name, disguised, seed) in ALMOST {
        let mut random = Random::new(seed);
        let disguise = Disguise::ALL.into_iter().find(|disguise| disguise.name == disguised);
        texts.push(Hostile::new(name, |_| {
            let made = std::iter::repeat_with(|| {
                let begin = random.pick(&cut).copied().unwrap_or_default();
                let end = random.pick(&firsts).copied().unwrap_or_default();
                disguise.and_then(|disguise| disguise.apply(&format!("{begin} {end}"), &mut random, &forms))
            });
            let is_clean = |text: &String| screener.explain(&engine::item(text)).signals.is_empty();
            made.take(1_000).flatten().find(is_clean).unwrap_or_default() + " "
        }));
    }
    texts
}

/// Disguises whose whole text is phrases in this disguise.
const DISGUISED: [(&str, u64); 10] = [
    ("Telex, tone at the end", 20),
    ("VNI, all digits at the end", 21),
    ("digits for letters, no marks", 22),
    ("any letter stretched", 23),
    ("letters spaced", 24),
    ("letters dotted", 25),
    ("letters with mixed signs between", 26),
    ("two: digits for letters, letters spaced", 27),
    ("piled-up marks", 28),
    ("syllables joined, no marks", 29),
];

/// Disguises whose whole text is all but the last word of phrases, and another word, where nothing is found in these alone:
/// so no limit ends the work before the text does.
const ALMOST: [(&str, &str, u64); 4] = [
    ("almost phrases, digits for letters", "digits for letters, no marks", 30),
    ("almost phrases, Telex", "Telex, tone at the end", 31),
    ("almost phrases, letters spaced", "letters spaced", 32),
    ("almost phrases, letters dotted", "letters dotted", 33),
];

fn links(pack: &Pack, listed: &[String]) -> Vec<Hostile> {
    let names: Vec<&str> = pack.names.iter().map(|name| name.name.as_str()).collect();
    let mut random = Random::new(3);
    let mut look_alike = move || {
        let mut name: Vec<u8> = random.pick(&names).copied().unwrap_or("vietcombank").bytes().collect();
        let at = random.below(name.len());
        let other = b'a' + random.below(26) as u8;
        if let Some(letter) = name.get_mut(at) {
            *letter = other;
        }
        String::from_utf8(name).unwrap_or_default()
    };
    let mut made = Random::new(4);
    vec![
        Hostile::new("look-alike links", |_| format!("https://{}.com ", look_alike())),
        Hostile::new("look-alike bare domains", |_| format!("{}-vn.top ", look_alike())),
        Hostile::new("look-alikes as subdomains", |_| {
            format!("{0}.{0}.{0}.xyz ", look_alike())
        }),
        Hostile::new("look-alikes joined by hyphens", |_| {
            format!("{0}-{0}-{0}-{0}.xyz ", look_alike())
        }),
        Hostile::new("listed links", drawn(listed, "/ ", 14)),
        Hostile::new("listed bare domains", drawn(listed, " ", 15)),
        Hostile::new("unlisted bare domains", move |_| domains::made_up(&mut made) + " "),
        Hostile::repeat("shortest domains", "a.vn "),
        Hostile::repeat("shortest domains without space", "a.vn,"),
        Hostile::repeat("one host of many labels", "a."),
        Hostile::repeat("one host of many suffixes", "com.vn."),
        Hostile::repeat("schemes", "http://"),
        Hostile::repeat("defanged schemes and dots", "hxxp://a[.]vn "),
        Hostile::repeat("brackets around dots", "a[.]b(.)"),
        Hostile::repeat("punycode", "xn--80ak6aa92e.com "),
        Hostile::repeat("one long punycode label", "xn--"),
        Hostile::new("one very long punycode label", |at| {
            if at == 0 {
                "http://xn--a".to_owned()
            } else {
                "z9".to_owned()
            }
        }),
        Hostile::repeat("non-ASCII hosts", "http://vіеtсоmbаnk.com "),
        Hostile::repeat("e-mail addresses", "a@b.vn "),
        Hostile::repeat("e-mail without end", "a@b."),
        Hostile::new("one very long link", |at| {
            if at == 0 {
                "https://a.vn/".to_owned()
            } else {
                "a/%20?b=".to_owned()
            }
        }),
        Hostile::new("one very long user part", |at| {
            if at == 0 {
                "http://".to_owned()
            } else {
                "a:b@".to_owned()
            }
        }),
    ]
}
