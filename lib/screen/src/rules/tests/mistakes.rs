//! What is refused before a rule ever runs, and how it is said.

use super::*;
use crate::Counter;
use crate::limits::{MAX_CONDITION_BYTES, MAX_CONDITION_DEPTH, MAX_RULES};
use crate::{PackError, Part};

fn errors(pack: &Pack) -> Vec<PackError> {
    RuleSet::compile(pack).err().unwrap_or_default()
}

/// Checks the mistakes in a condition: where each is, and what is said of it.
fn check(condition: &str, expected: &[(usize, &str)]) {
    let errors = errors(&pack(vec![rule("r", condition, Action::Review)]));
    let found: Vec<_> = errors
        .iter()
        .map(|error| {
            assert_eq!(error.part, Part::Rule(0));
            (error.offset.unwrap_or(usize::MAX), error.message.en.as_str())
        })
        .collect();
    assert_eq!(found, expected, "{condition}");
}

#[test]
fn syntax() {
    check(
        "",
        &[(0, "expected a fact, a number, a string or a parenthesis, found the end")],
    );
    check(
        "item.links >",
        &[(
            12,
            "expected a fact, a number, a string or a parenthesis, found the end",
        )],
    );
    check(
        "item.links > 1 item",
        &[(15, "expected an operator or the end, found `item`")],
    );
    check("(item.links > 1", &[(15, "expected `)`, found the end")]);
    check("item.links > 1)", &[(14, "expected an operator or the end, found `)`")]);
    check("item. > 1", &[(6, "expected a name, found `>`")]);
    check("item.links = 1", &[(11, "write `==` for equal")]);
    check("item.links > 1 & item.links < 3", &[(15, "write `&&` for and")]);
    check("item.links > 1 | item.links < 3", &[(15, "write `||` for or")]);
    check("item.links / 2 > 1", &[(11, "unexpected character '/'")]);
    check("item.links > 1 ? true : false", &[(15, "unexpected character '?'")]);
    check("item.links ≥ 1", &[(11, "unexpected character '≥'")]);
    check("item.links > 1.5", &[(13, "numbers are whole and decimal")]);
    check("item.links > 0x10", &[(13, "numbers are whole and decimal")]);
    check("item.links > 5u", &[(13, "numbers are whole and decimal")]);
    check(
        "item.links > 9223372036854775808",
        &[(13, "a number is at most 9223372036854775807")],
    );
    let string = "a string ends on its own line with the quote it began with, and has no backslash";
    check(r#"labels.has("tin-gia"#, &[(11, string)]);
    check(r#"labels.has("tin-gia')"#, &[(11, string)]);
    check("labels.has(\"tin\n-gia\")", &[(11, string)]);
    check(r#"labels.has("tin\-gia")"#, &[(11, string)]);
    check("labels.has(5)", &[(11, "expected a string or `)`, found `5`")]);
    check(r#"labels.has("tin-gia", "x")"#, &[(20, "expected `)`, found `,`")]);
    check("item.links in 5", &[(14, "expected `[`, found `5`")]);
    check(
        "item.links in []",
        &[(15, "expected a number, a string or a severity, found `]`")],
    );
    check("item.links in [1, item.length > 2]", &[(22, "expected `]`, found `.`")]);
    check(
        "item.links in [-\"a\"]",
        &[(16, "expected a number, a string or a severity, found a string")],
    );
    let chained = "comparisons do not chain: join two of them with &&, or use parentheses";
    check("1 < item.links < 5", &[(15, chained)]);
    check("item.links in [1] == true", &[(18, chained)]);
    check(
        "!-item.links > 1",
        &[(1, "expected a fact, a number, a string or a parenthesis, found `-`")],
    );
}

#[test]
fn types() {
    check("item.links", &[(0, "expected a condition, found a number")]);
    check("5", &[(0, "expected a condition, found a number")]);
    check("\"post\"", &[(0, "expected a condition, found a string")]);
    check("item.kind", &[(0, "expected a condition, found the kind of an item")]);
    check("high", &[(0, "expected a condition, found the name of a severity")]);
    check("item.links && true", &[(0, "expected a condition, found a number")]);
    check("!item.links", &[(1, "expected a condition, found a number")]);
    check("item.links + 1", &[(0, "expected a condition, found a number")]);
    check("item.links > \"1\"", &[(0, "cannot compare a number with a string")]);
    check(
        "item.kind > \"post\"",
        &[(0, "kinds have no order: compare them with ==, != or in")],
    );
    check(
        "item.kind == 1",
        &[(0, "cannot compare the kind of an item with a number")],
    );
    check(
        "item.kind == item.kind",
        &[(0, "cannot compare the kind of an item with the kind of an item")],
    );
    check(
        "item.kind in [1]",
        &[(14, "the kind of an item is compared with strings")],
    );
    check(
        "item.links in [\"a\"]",
        &[(15, "cannot look for a number among a string")],
    );
    check(
        "item.links in [low]",
        &[(15, "cannot look for a number among the name of a severity")],
    );
    check(
        "author.verified in [1]",
        &[(0, "`in` asks for a number or the kind of an item, not a condition")],
    );
    check(
        "item.links > high",
        &[(0, "cannot compare a number with the name of a severity")],
    );
    check(
        "item.links + high > 1",
        &[(13, "expected a number, found the name of a severity")],
    );
    check(
        "author.verified + 1 > 1",
        &[(0, "expected a number, found a condition")],
    );
    check(
        "author.verified > false",
        &[(0, "conditions have no order: compare them with == or !=")],
    );
    check("true == false", &[(0, "both sides are constants")]);
    check(
        "author.verified == has(author.locks)",
        &[(
            0,
            "a condition is compared only with true or false; join two with && and ||",
        )],
    );
    check("-author.verified == 1", &[(1, "expected a number, found a condition")]);
}

#[test]
fn names() {
    check(
        "item.lenght > 5",
        &[(0, "there is no fact \"item.lenght\"; did you mean \"item.length\"?")],
    );
    check("5 < whatever.it.is", &[(4, "there is no fact \"whatever.it.is\"")]);
    check("hgih == item.links", &[(0, "there is no fact \"hgih\"")]);
    check("nothing()", &[(0, "there is no fact \"nothing\"")]);
    check(
        "links.listed > 0",
        &[(0, "`links.listed` is asked with parentheses: `links.listed()`")],
    );
    check(
        "links.count() > 0",
        &[(0, "`links.count` is asked without parentheses")],
    );
    check(
        "lexicon.count() > 0",
        &[(0, "`lexicon.count` is asked about something: `lexicon.count(\"…\")`")],
    );
    check(
        "labels.has",
        &[(0, "`labels.has` is asked about something: `labels.has(\"…\")`")],
    );
    let lexicon = "no lexicon entry has the id, tag or category";
    check(
        r#"lexicon.count("sc1.opt") > 0"#,
        &[(14, &format!("{lexicon} \"sc1.opt\"; did you mean \"sc1.otp\"?"))],
    );
    check(
        r#"lexicon.count("chẳng có gì") > 0"#,
        &[(14, &format!("{lexicon} \"chẳng có gì\""))],
    );
    check(
        r#"lexicon.count("NS1") > 0"#,
        &[(14, "no lexicon entry is in category \"NS1\"")],
    );
    check(
        r#"lexicon.disguised("sc1.bank") > 0"#,
        &[(
            18,
            "no entry that goes by \"sc1.bank\" is matched in mode \"obfuscated\"",
        )],
    );
    check(
        r#"links.listed("fishing") > 0"#,
        &[(13, "the pack declares no list \"fishing\"; did you mean \"phishing\"?")],
    );
    check(
        r#"links.look_alike("banks") > 0"#,
        &[(
            17,
            "the pack protects no name of kind \"banks\"; did you mean \"bank\"?",
        )],
    );
    check(
        r#"personal.count("cccc") > 0"#,
        &[(15, "there is no personal data of kind \"cccc\"; did you mean \"cccd\"?")],
    );
    check(
        r#"personal.count("email") > 0"#,
        &[(15, "the pack does not look for \"email\"")],
    );
    check(
        r#"labels.has("tin-gja")"#,
        &[(11, "the pack has no label \"tin-gja\"; did you mean \"tin-gia\"?")],
    );
    check(
        r#"item.kind == "coment""#,
        &[(13, "there is no kind of item \"coment\"; did you mean \"comment\"?")],
    );
    check("has(item.kind)", &[(0, "`item.kind` is always known")]);
    check(
        "has(author.lock)",
        &[(0, "there is no fact \"author.lock\"; did you mean \"author.locks\"?")],
    );
}

#[test]
fn questions_that_this_pack_cannot_answer() {
    let mut bare = pack(vec![
        rule("a", "links.listed() > 0", Action::Review),
        rule("b", "links.look_alike() > 0", Action::Review),
        rule("c", "personal.count() > 0", Action::Review),
    ]);
    bare.lists.clear();
    bare.names.clear();
    bare.identifiers.clear();
    let found = in_english(errors(&bare));
    let expected = [
        "the pack declares no list",
        "the pack protects no name",
        "the pack looks for no personal data",
    ];
    let expected: Vec<_> = (0..)
        .zip(expected)
        .map(|(at, message)| (Part::Rule(at), Some(0), message.to_owned()))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn every_mistake_is_reported() {
    check(
        r#"item.lenght > 5 && (labels.has("x") || item.kind == "y") && item.links"#,
        &[
            (0, "there is no fact \"item.lenght\"; did you mean \"item.length\"?"),
            (31, "the pack has no label \"x\""),
            (52, "there is no kind of item \"y\""),
            (60, "expected a condition, found a number"),
        ],
    );
}

#[test]
fn pointless_comparisons() {
    let (always, never) = ("this comparison always holds", "this comparison never holds");
    check("links.count >= 0", &[(0, always)]);
    check("item.length > 5 && links.count < 0", &[(19, never)]);
    check("links.count != -1", &[(0, always)]);
    check("!(links.count >= 0)", &[(1, always)]);
    check("!(links.count in [-1, -5])", &[(1, never)]);
    check("author.age_days >= 0", &[(0, always)]);
    check("links.count > 9223372036854775807", &[(0, never)]);
    check("links.count < -9223372036854775807", &[(0, never)]);
    check("links.count > 2000", &[(0, never)]);
    check(r#"lexicon.severity("SC1") > high"#, &[(0, never)]);
    check(r#"lexicon.severity("SC1") == low"#, &[(0, never)]);
    check("1 + 1 == 2", &[(0, always)]);
    check("1 in [2]", &[(0, never)]);
    check("links.count * 0 == 0", &[(0, always)]);
    check("links.count + item.links < 0", &[(0, never)]);
    check(
        "links.count > 9223372036854775807 + 1",
        &[(14, "the constants overflow")],
    );
    check(
        r#"item.kind in ["post", "comment", "message", "listing", "profile", "livestream_title"]"#,
        &[(0, always)],
    );
}

#[test]
fn pointless_conditions() {
    let (always, never) = ("the condition always holds", "the condition never holds");
    check("true", &[(0, always)]);
    check("false", &[(0, never)]);
    check("links.count > 3 && links.count < 3", &[(0, never)]);
    check("links.count > 3 || links.count < 5", &[(0, always)]);
    check("author.verified && !author.verified", &[(0, never)]);
    check("has(author.locks) || !has(author.locks)", &[(0, always)]);
    check("author.locks > 3 && !has(author.locks)", &[(0, never)]);
    check(r#"item.kind == "post" && item.kind == "comment""#, &[(0, never)]);
}

#[test]
fn rules_that_fire_on_nothing() {
    let on_nothing = |kind| format!("the condition holds for an empty {kind} of which nothing is known");
    check("links.count == 0", &[(0, &on_nothing("post"))]);
    check("item.length < 10", &[(0, &on_nothing("post"))]);
    check("!has(author.age_days)", &[(0, &on_nothing("post"))]);
    check(r#"item.kind == "comment""#, &[(0, &on_nothing("comment"))]);
    check(r#"item.kind == "comment" && item.length > 0"#, &[]);
    check("author.age_days < 3", &[]);
}

#[test]
fn limits_of_a_condition() {
    let nested = |depth| format!("{}item.links > 0{}", "(".repeat(depth), ")".repeat(depth));
    check(&nested(MAX_CONDITION_DEPTH), &[]);
    let too_deep = format!("parentheses nest at most {MAX_CONDITION_DEPTH} deep");
    check(&nested(MAX_CONDITION_DEPTH + 1), &[(MAX_CONDITION_DEPTH, &too_deep)]);
    let long = |length| format!("{:<length$}", "item.links > 0");
    check(&long(MAX_CONDITION_BYTES), &[]);
    let too_long = format!(
        "a condition has at most 4096 bytes, this one has {}",
        MAX_CONDITION_BYTES + 1
    );
    check(&long(MAX_CONDITION_BYTES + 1), &[(MAX_CONDITION_BYTES, &too_long)]);
}

#[test]
fn long_chains_do_not_nest() {
    let fill = |piece: &str, end: &str| piece.repeat((MAX_CONDITION_BYTES - end.len()) / piece.len()) + end;
    check(&fill("!!", "author.verified"), &[]);
    check(&fill("--", "author.locks > 3"), &[]);
    check(&fill("1+", "author.locks > 9999"), &[]);
    check(&fill("author.verified&&", "author.verified"), &[]);
    check(&fill("author.locks>3||", "author.locks>9"), &[]);
}

#[test]
fn limit_of_a_pack() {
    let rules = |count| {
        (0..count)
            .map(|n| rule(&format!("r{n}"), "item.links > 0", Action::Review))
            .collect()
    };
    assert_eq!(errors(&pack(rules(MAX_RULES))), []);
    let found = errors(&pack(rules(MAX_RULES + 1)));
    let message = format!("a pack has at most {MAX_RULES} rules, this one has {}", MAX_RULES + 1);
    let (part, offset) = (Part::Rule(MAX_RULES), None);
    assert_eq!(in_english(found), [(part, offset, message)]);
}

/// What mistakes say in English, and of what.
fn in_english(errors: Vec<PackError>) -> Vec<(Part, Option<usize>, String)> {
    let said = |error: PackError| (error.part, error.offset, error.message.en);
    errors.into_iter().map(said).collect()
}

#[test]
fn mistakes_are_told_in_vietnamese_too() {
    let check = |condition: &str, vi: &str| {
        let found = errors(&pack(vec![rule("r", condition, Action::Review)]));
        assert_eq!(found[0].message.vi, vi, "{condition}");
        let both = format!("{vi} · {}", found[0].message.en);
        assert_eq!(found[0].to_string(), both, "{condition}");
    };
    check("item.links in 5", "cần `[`, nhưng gặp `5`");
    check("item.links", "cần một điều kiện, nhưng gặp số");
    check(
        "item.link > 1",
        "không có dữ kiện \"item.link\"; ý bạn là \"item.links\"?",
    );
    check("labels.has(5)", "cần một chuỗi hoặc `)`, nhưng gặp `5`");
    check("item.links >= 0", "phép so sánh này luôn đúng");
}

/// Checks what is said of a rule that is changed from one without mistakes.
fn check_rule(change: impl FnOnce(&mut Rule), expected: &[(Option<usize>, &str)]) {
    let mut changed = rule("r", r#"lexicon.count("sc1.otp") > 0"#, Action::Review);
    change(&mut changed);
    let errors = errors(&pack(vec![changed]));
    let found: Vec<_> = errors
        .iter()
        .map(|error| (error.offset, error.message.en.as_str()))
        .collect();
    assert_eq!(found, expected);
}

fn acting(action: Action, when: &str) -> impl FnOnce(&mut Rule) {
    move |rule| {
        rule.action = action;
        rule.automatic = true;
        rule.when = when.to_owned();
    }
}

#[test]
fn actions_without_a_person() {
    let needs = |action| format!("action {action:?} acts without a person and needs `automatic = true`");
    check_rule(|rule| rule.action = Action::Block, &[(None, &needs("block"))]);
    check_rule(|rule| rule.action = Action::Limit, &[(None, &needs("limit"))]);
    let context = "the condition can hold although nothing was found in the content: no rule may block on that";
    check_rule(acting(Action::Block, r#"lexicon.count("sc1.otp") > 0"#), &[]);
    check_rule(acting(Action::Block, r#"labels.has("tin-gia")"#), &[]);
    for counter in Counter::ALL {
        let condition = format!("{} > 5", counter.name());
        check_rule(acting(Action::Block, &condition), &[(Some(0), context)]);
        let condition = format!("{condition} && lexicon.count(\"sc1.otp\") > 0");
        check_rule(acting(Action::Block, &condition), &[]);
    }
    check_rule(
        acting(Action::Block, "author.violations_30d > 5"),
        &[(Some(0), context)],
    );
    check_rule(
        acting(Action::Block, "links.count > 5 && author.age_days < 1"),
        &[(Some(0), context)],
    );
    check_rule(
        acting(Action::Block, r#"lexicon.count("sc1.otp") > 0 || author.locks > 3"#),
        &[(Some(0), context)],
    );
    check_rule(
        acting(Action::Block, r#"author.locks + lexicon.count("sc1.otp") > 3"#),
        &[(Some(0), context)],
    );
    check_rule(acting(Action::Block, r#"lexicon.count("sc1.otp") > author.locks"#), &[]);
    let people = "the condition can hold on evidence alone of categories that let no rule act without a person";
    check_rule(
        acting(Action::Limit, r#"lexicon.count("rude") > 0"#),
        &[(Some(0), people)],
    );
    check_rule(
        acting(Action::Limit, r#"links.listed("rumours") > 0"#),
        &[(Some(0), people)],
    );
    check_rule(acting(Action::Limit, "links.listed() > 0"), &[(Some(0), people)]);
    check_rule(
        acting(
            Action::Limit,
            r#"lexicon.count("rude") > 0 && links.listed("phishing") > 0"#,
        ),
        &[],
    );
    check_rule(
        |rule| {
            acting(Action::Limit, r#"lexicon.count("sc1.otp") > 0"#)(rule);
            rule.category = "IN1".to_owned();
        },
        &[(None, "category \"IN1\" lets no rule act without a person")],
    );
}

#[test]
fn one_name_for_evidence_of_several_categories() {
    let mixed = rule("r", r#"lexicon.count("credential") > 0"#, Action::Limit);
    let mut pack = pack(vec![mixed]);
    assert_eq!(errors(&pack), []);
    pack.lexicon[INSULT as usize].tags.push("credential".to_owned());
    assert_eq!(errors(&pack).len(), 1);
}

#[test]
fn labels() {
    let label = |action, automatic, label: &'static str| {
        move |rule: &mut Rule| {
            rule.action = action;
            rule.automatic = automatic;
            rule.label = Some(label.to_owned());
        }
    };
    check_rule(label(Action::Label, true, "tin-gia"), &[]);
    check_rule(label(Action::Review, true, "tin-gia"), &[]);
    check_rule(
        label(Action::Label, false, "tin-gia"),
        &[(
            None,
            "action \"label\" acts without a person and needs `automatic = true`",
        )],
    );
    check_rule(
        label(Action::Review, false, "tin-gia"),
        &[(None, "a label is shown at once and needs `automatic = true`")],
    );
    check_rule(
        label(Action::Label, true, "tin-gja"),
        &[(None, "the pack has no label \"tin-gja\"; did you mean \"tin-gia\"?")],
    );
    check_rule(
        acting(Action::Label, r#"lexicon.count("sc1.otp") > 0"#),
        &[(None, "action \"label\" needs a label")],
    );
}

#[test]
fn categories_and_ids() {
    check_rule(|_| (), &[]);
    check_rule(
        |rule| rule.category = "SC2".to_owned(),
        &[(None, "there is no category \"SC2\"; did you mean \"SC1\"?")],
    );
    check_rule(
        |rule| rule.category = "NS1".to_owned(),
        &[(None, "category \"NS1\" is there to be cited: nothing may detect it")],
    );
    check_rule(
        |rule| rule.action = Action::Allow,
        &[(
            None,
            "a rule cannot allow: leave it out, or narrow the rule that should not fire",
        )],
    );
    let twins = ["r", "s", "r"].map(|id| rule(id, "item.links > 0", Action::Review));
    let (part, offset) = (Part::Rule(2), None);
    let message = "another rule has the id \"r\"".to_owned();
    let found = errors(&pack(twins.to_vec()));
    assert_eq!(in_english(found), [(part, offset, message)]);
}

#[test]
fn evidence_for_what_nothing_may_detect() {
    let mut forbidden = pack(Vec::new());
    forbidden.lexicon[1].category = "NS1".to_owned();
    forbidden.lists[0].category = "XX".to_owned();
    let found: Vec<_> = errors(&forbidden)
        .into_iter()
        .map(|error| (error.part, error.message.en))
        .collect();
    let cited = "category \"NS1\" is there to be cited: nothing may detect it".to_owned();
    let missing = "there is no category \"XX\"".to_owned();
    assert_eq!(found, [(Part::Entry(1), cited), (Part::List(0), missing)]);
}
