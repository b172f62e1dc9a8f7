use std::borrow::Cow;

use super::*;
use crate::{Action, Category, Date, Entry, Finding, ListDeclaration, MatchMode, Place, Rule, Severity, Span};

fn pack() -> Pack {
    let rule = |id: &str, when: &str, action, automatic| Rule {
        id: id.to_owned(),
        category: "SC1".to_owned(),
        when: when.to_owned(),
        action,
        label: None,
        automatic,
    };
    Pack {
        categories: vec![Category {
            key: "SC1".to_owned(),
            detectable: true,
            automatic: true,
            bases: Vec::new(),
        }],
        lexicon: vec![Entry {
            id: "sc1.scam".to_owned(),
            category: "SC1".to_owned(),
            tags: Vec::new(),
            severity: Severity::High,
            mode: MatchMode::Obfuscated,
            phrases: vec!["lừa đảo".to_owned()],
            near: None,
            not_near: None,
        }],
        lists: vec![ListDeclaration {
            id: "phishing".to_owned(),
            category: "SC1".to_owned(),
        }],
        rules: vec![
            rule("word", r#"lexicon.count("sc1.scam") > 0"#, Action::Review, false),
            rule("list", r#"links.listed("phishing") > 0"#, Action::Block, true),
        ],
        ..crate::pack::empty()
    }
}

fn screener() -> Screener {
    let mut screener = Screener::compile(pack()).unwrap();
    let names = DomainSet::from_lines(b"xau.com\n", |_| {}).unwrap();
    screener.set_list("phishing", Arc::new(names)).unwrap();
    screener
}

fn judge(text: &str, links: &[Cow<'_, str>]) -> (Action, Option<Undecided>, usize) {
    let screener = screener();
    let item = Item {
        text,
        links,
        ..Item::default()
    };
    let verdict = screener.screen(&item);
    (verdict.action, verdict.undecided, verdict.reasons.len())
}

#[test]
fn rules_make_verdicts_of_what_detectors_find() {
    assert_eq!(judge("chào cả nhà", &[]), (Action::Allow, None, 0));
    assert_eq!(judge("l.ừ.a đ.ả.o", &[]), (Action::Review, None, 1));
    assert_eq!(judge("vào https://a.xau.com/x nhé", &[]), (Action::Block, None, 1));
    assert_eq!(judge("lừa đảo", &["http://xau.com".into()]), (Action::Block, None, 2));
}

#[test]
fn evidence_points_at_the_original() {
    let screener = screener();
    let text = "Ôi, LỪA ĐẢO!";
    let item = Item {
        text,
        ..Item::default()
    };
    let verdict = screener.screen(&item);
    let places: Vec<&str> = verdict.reasons[0]
        .places
        .iter()
        .map(|place| match place {
            Place::Text(Span { start, end }) => &text[*start as usize..*end as usize],
            Place::Link(_) => panic!("no link here"),
        })
        .collect();
    assert_eq!(places, ["LỪA ĐẢO"]);
    assert_eq!(verdict.reasons[0].found, ["sc1.scam"]);
}

#[test]
fn a_text_past_its_limit_is_undecided_and_its_beginning_is_judged() {
    let at_limit = "a".repeat(MAX_TEXT_BYTES);
    assert_eq!(judge(&at_limit, &[]), (Action::Allow, None, 0));
    let past = "a".repeat(MAX_TEXT_BYTES + 1);
    assert_eq!(judge(&past, &[]), (Action::Review, Some(Undecided::TextTooLong), 0));
    // The character at the limit is cut off whole.
    let across = format!("{}ừ", "a".repeat(MAX_TEXT_BYTES - 1));
    assert_eq!(judge(&across, &[]), (Action::Review, Some(Undecided::TextTooLong), 0));
    let bad = format!("https://xau.com {past}");
    assert_eq!(judge(&bad, &[]), (Action::Block, Some(Undecided::TextTooLong), 1));
}

#[test]
fn links_past_their_limits_are_undecided() {
    let links = |count: usize| vec![Cow::from("https://tot.vn/"); count];
    assert_eq!(judge("", &links(MAX_ITEM_LINKS)).1, None);
    let undecided = (Action::Review, Some(Undecided::TooManyLinks), 0);
    assert_eq!(judge("", &links(MAX_ITEM_LINKS + 1)), undecided);
    let long = |len: usize| {
        [Cow::from(format!(
            "https://tot.vn/{}",
            "a".repeat(len - "https://tot.vn/".len())
        ))]
    };
    assert_eq!(judge("", &long(MAX_LINK_BYTES)).1, None);
    assert_eq!(judge("", &long(MAX_LINK_BYTES + 1)), undecided);
}

#[test]
fn more_signals_than_are_kept_are_undecided_and_links_still_count() {
    let most = "lừa đảo. ".repeat(crate::limits::MAX_SIGNALS);
    assert_eq!(judge(&most, &[]), (Action::Review, None, 1));
    let more = format!("{most} lừa đảo");
    assert_eq!(judge(&more, &[]), (Action::Review, Some(Undecided::TooManySignals), 1));
    assert_eq!(judge(&format!("{more} xau.com"), &[]).0, Action::Block);
}

#[test]
fn more_pieces_than_are_put_together_are_undecided_and_what_is_plain_still_counts() {
    let spelled = |pieces: usize| "q ".repeat(pieces);
    let most = format!("{}chào bạn lừa đảo", spelled(crate::limits::MAX_PIECES));
    assert_eq!(judge(&most, &[]), (Action::Review, None, 1));
    let more = format!("{} chào", spelled(crate::limits::MAX_PIECES + 1));
    assert_eq!(judge(&more, &[]), (Action::Review, Some(Undecided::TooManySignals), 0));
    assert_eq!(
        judge(&format!("l ừ a đ ả o, {more}"), &[]).2,
        1,
        "what came before is found"
    );
    assert_eq!(judge(&format!("{more} xau.com"), &[]).0, Action::Block);
}

#[test]
fn memory_of_one_item_does_not_show_in_the_next() {
    let screener = screener();
    let mut scratch = Scratch::default();
    let texts = ["lừa đảo tại xau.com", "", "l ừ a đ ả o", "chào", "http://xau.com"];
    for text in texts.iter().chain(texts.iter().rev()) {
        let item = Item {
            text,
            ..Item::default()
        };
        assert_eq!(
            screener.screen_with(&mut scratch, &item),
            screener.screen(&item),
            "{text}"
        );
    }
}

#[test]
fn an_explanation_shows_what_no_rule_speaks_of() {
    let screener = screener();
    let item = Item {
        text: "xem tot.vn",
        ..Item::default()
    };
    let explanation = screener.explain(&item);
    assert_eq!(explanation.verdict.action, Action::Allow);
    let findings: Vec<Finding> = explanation.signals.iter().map(|signal| signal.finding).collect();
    assert_eq!(findings, [Finding::Link]);
}

#[test]
fn every_mistake_of_every_part_is_reported() {
    let mut bad = pack();
    bad.lexicon[0].phrases.clear();
    bad.rules[0].when = "nonsense".to_owned();
    bad.as_of = Date(0);
    let errors = Screener::compile(bad).unwrap_err();
    assert_eq!(errors.len(), 2, "{errors:?}");
}

#[test]
fn a_list_that_the_pack_does_not_declare_is_refused() {
    let mut screener = Screener::compile(pack()).unwrap();
    let unknown = screener.set_list("malware", Arc::default());
    assert_eq!(
        unknown,
        Err(UnknownList {
            id: "malware".to_owned()
        })
    );
}
