//! What the page shows of an explanation: everything in words, in one language.

use std::collections::BTreeMap;

use anlanh_screen::{Action, Detector, Explanation, Finding, Item, Pack, Place, Reason, Signal, Undecided, limits};

use super::folded::FoldedView;
use super::highlight::{self, Mark, Piece};
use super::names::{BasisView, Names};

/// The result of screening one text.
#[derive(Debug, Clone)]
pub struct ResultView {
    /// Key of the action.
    pub action: &'static str,
    /// Every action, weakest first: its key, its word, and whether it is this one.
    pub scale: Vec<(&'static str, &'static str, bool)>,
    /// What it means, in a sentence.
    pub meaning: &'static str,
    /// What could not be judged, in a sentence.
    pub undecided: Option<String>,
    /// Titles of the labels that are given.
    pub labels: Vec<String>,
    /// The text in pieces.
    pub pieces: Vec<Piece>,
    /// The links beside the text.
    pub links: Vec<LinkView>,
    /// The rules that fired.
    pub rules: Vec<RuleView>,
    /// Everything that was found.
    pub signals: Vec<SignalView>,
    /// The text as it was compared.
    pub folded: FoldedView,
    /// Which categories are concerned, for a sentence.
    pub categories: Vec<String>,
}

/// A link beside the text.
#[derive(Debug, Clone)]
pub struct LinkView {
    /// The link.
    pub text: String,
    /// Numbers of the rules it is evidence for.
    pub rules: String,
}

/// A rule that fired.
#[derive(Debug, Clone)]
pub struct RuleView {
    /// Its number on the page.
    pub number: usize,
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Key of its category.
    pub category: String,
    /// Title of its category.
    pub category_title: String,
    /// Key of what it does.
    pub action: &'static str,
    /// The same in a word.
    pub action_word: &'static str,
    /// Its evidence, one detector each.
    pub evidence: Vec<EvidenceView>,
    /// The law it rests on.
    pub bases: Vec<BasisView>,
    /// The number of the first rule above that rests on the same: law is read once.
    pub same_bases_as: Option<usize>,
}

/// One detector's evidence for a rule.
#[derive(Debug, Clone)]
pub struct EvidenceView {
    /// Class of the detector.
    pub class: &'static str,
    /// The detector in words.
    pub detector: &'static str,
    /// What was found, by key.
    pub found: Vec<String>,
    /// How sure the detector is, in percent.
    pub confidence: u8,
}

/// Something that was found.
#[derive(Debug, Clone)]
pub struct SignalView {
    /// Class of the detector.
    pub class: &'static str,
    /// The detector in words.
    pub detector: &'static str,
    /// What was found, by key.
    pub found: String,
    /// How it was written or what it resembles, in words.
    pub manner: &'static str,
    /// The text it was found in.
    pub quote: String,
    /// How sure the detector is, in percent.
    pub confidence: u8,
    /// Numbers of the rules it is evidence for.
    pub rules: String,
}

/// What a signal is, in words.
struct Named {
    detector: Option<Detector>,
    class: &'static str,
    word: &'static str,
    found: String,
    manner: &'static str,
}

impl ResultView {
    /// What is shown of an explanation of this item.
    pub fn new(pack: &Pack, names: Names<'_>, item: &Item<'_>, explanation: Explanation<'_>) -> Self {
        let Explanation {
            verdict,
            signals,
            folded,
        } = explanation;
        let rules = rules(names, &verdict.reasons);
        let numbers = Numbers::new(&rules, &verdict.reasons);
        let mut marks = Vec::new();
        let mut found = Vec::new();
        for signal in &signals {
            let named = name(pack, names, signal);
            let at = numbers.of(named.detector, signal.place);
            let (quote, rules) = (quote(item, signal.place), spaced(&at));
            if let Place::Text(span) = signal.place {
                let title = [named.word, named.found.as_str()].join(": ");
                marks.push(Mark {
                    span,
                    class: named.class,
                    rules: at,
                    title,
                });
            }
            found.push(SignalView {
                class: named.class,
                detector: named.word,
                found: named.found,
                manner: named.manner,
                quote,
                confidence: signal.confidence.as_percent(),
                rules,
            });
        }
        let mut categories: Vec<String> = rules.iter().map(|rule| rule.category_title.clone()).collect();
        categories.dedup();
        Self {
            action: verdict.action.key(),
            scale: Action::ALL
                .iter()
                .map(|action| (action.key(), names.action(*action), *action == verdict.action))
                .collect(),
            meaning: names.meaning(verdict.action),
            undecided: verdict.undecided.map(|why| undecided(names, why)),
            labels: verdict.labels.iter().map(|key| names.label(key)).collect(),
            pieces: highlight::pieces(item.text, &marks),
            links: links(item, &numbers),
            signals: found,
            folded: FoldedView::new(&folded),
            categories,
            rules,
        }
    }
}

/// Which rules a find is evidence for.
struct Numbers(BTreeMap<(Detector, Place), Vec<usize>>);

impl Numbers {
    fn new(rules: &[RuleView], reasons: &[Reason<'_>]) -> Self {
        let mut numbers: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for reason in reasons {
            let number = rules.iter().find(|rule| rule.id == reason.rule).map(|rule| rule.number);
            for place in &reason.places {
                let at = numbers.entry((reason.detector, *place)).or_default();
                at.extend(number.filter(|number| at.last() != Some(number)));
            }
        }
        Self(numbers)
    }

    fn of(&self, detector: Option<Detector>, place: Place) -> Vec<usize> {
        let at = detector.and_then(|detector| self.0.get(&(detector, place)));
        at.cloned().unwrap_or_default()
    }

    fn of_link(&self, index: u32) -> Vec<usize> {
        let mut numbers: Vec<usize> = self
            .0
            .iter()
            .filter(|((_, place), _)| *place == Place::Link(index))
            .flat_map(|(_, numbers)| numbers.iter().copied())
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }
}

fn rules(names: Names<'_>, reasons: &[Reason<'_>]) -> Vec<RuleView> {
    let mut rules: Vec<RuleView> = Vec::new();
    for reason in reasons {
        let evidence = EvidenceView {
            class: class(Some(reason.detector)),
            detector: names.detector(reason.detector),
            found: reason.found.iter().map(|key| (*key).to_owned()).collect(),
            confidence: reason.confidence.as_percent(),
        };
        match rules.iter_mut().find(|rule| rule.id == reason.rule) {
            Some(rule) => rule.evidence.push(evidence),
            None => {
                let bases: Vec<BasisView> = reason.basis.iter().map(|key| names.basis(key)).collect();
                let same = rules.iter().find(|rule| rule.bases == bases && !bases.is_empty());
                let same_bases_as = same.map(|rule| rule.number);
                rules.push(RuleView {
                    number: rules.len() + 1,
                    id: reason.rule.to_owned(),
                    title: names.rule(reason.rule),
                    category: reason.category.to_owned(),
                    category_title: names.category(reason.category),
                    action: reason.action.key(),
                    action_word: names.action(reason.action),
                    evidence: vec![evidence],
                    bases,
                    same_bases_as,
                });
            }
        }
    }
    rules
}

const fn class(detector: Option<Detector>) -> &'static str {
    match detector {
        Some(Detector::Lexicon) => "lexicon",
        Some(Detector::Blocklist) => "blocklist",
        Some(Detector::LookAlike) => "look-alike",
        Some(Detector::PersonalData) => "personal",
        Some(Detector::Context) => "context",
        None => "link",
    }
}

fn name(pack: &Pack, names: Names<'_>, signal: &Signal) -> Named {
    let (detector, found, manner) = match signal.finding {
        Finding::Phrase { entry, writing } => {
            let id = pack.lexicon.get(entry as usize).map(|entry| entry.id.clone());
            (Some(Detector::Lexicon), id, names.writing(writing))
        }
        Finding::Link => (None, Some(String::new()), ""),
        Finding::Listed { list } => {
            let id = pack.lists.get(list as usize).map(|list| list.id.clone());
            (Some(Detector::Blocklist), id, "")
        }
        Finding::LookAlike { name, resemblance } => {
            let name = pack.names.get(name as usize).map(|name| name.name.clone());
            (Some(Detector::LookAlike), name, names.resemblance(resemblance))
        }
        Finding::Personal(kind) => (Some(Detector::PersonalData), Some(names.personal(kind).to_owned()), ""),
    };
    Named {
        detector,
        class: class(detector),
        word: detector.map_or_else(|| names.link(), |detector| names.detector(detector)),
        found: found.unwrap_or_default(),
        manner,
    }
}

fn quote(item: &Item<'_>, place: Place) -> String {
    let quote = match place {
        Place::Text(span) => item.text.get(span.start as usize..span.end as usize),
        Place::Link(index) => item.links.get(index as usize).map(AsRef::as_ref),
    };
    quote.unwrap_or_default().to_owned()
}

fn links(item: &Item<'_>, numbers: &Numbers) -> Vec<LinkView> {
    let shown = item.links.iter().take(limits::MAX_ITEM_LINKS);
    (0..)
        .zip(shown)
        .map(|(index, link)| LinkView {
            text: link.to_string(),
            rules: spaced(&numbers.of_link(index)),
        })
        .collect()
}

fn undecided(names: Names<'_>, why: Undecided) -> String {
    let kib = limits::MAX_TEXT_BYTES / 1024;
    match why {
        Undecided::TextTooLong => names
            .pick(
                "Văn bản dài hơn {} KiB; chỉ phần đầu được xét.",
                "The text is longer than {} KiB; only its first part was judged.",
            )
            .replace("{}", &kib.to_string()),
        Undecided::TooManyLinks => names
            .pick(
                "Có quá nhiều liên kết, hoặc liên kết quá dài; phần dư không được xét.",
                "There are too many links, or one is too long; the rest was not judged.",
            )
            .to_owned(),
        Undecided::TooManySignals => names
            .pick(
                "Có quá nhiều dấu hiệu; phần dư không được cân nhắc.",
                "Too much was found; the rest was not weighed.",
            )
            .to_owned(),
    }
}

fn spaced(numbers: &[usize]) -> String {
    let numbers: Vec<String> = numbers.iter().map(usize::to_string).collect();
    numbers.join(" ")
}
