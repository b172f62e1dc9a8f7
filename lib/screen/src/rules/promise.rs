//! What a pack may not do, whatever its rules say: the product's promises, checked before a rule ever runs.
//!
//! Speech is never removed by a score alone. Only an operator's word (`automatic = true`) lets a rule act without a
//! person, only in a category that allows it, and only on something that was found in the content itself.

use super::Mistake;
use super::cond::Cond;
use super::facts::{Context, Fact, Facts, Nature, Selector};
use super::proof::{Assumption, outcomes};
use super::vocabulary::{NO_LABEL, Vocabulary, unresolved};
use crate::{Action, Category, ItemKind, Pack, PackError, Part, Rule, Said, said};

/// Reports evidence in categories that do not exist or for which no detector ships.
pub(super) fn check_evidence(pack: &Pack, out: &mut Vec<PackError>) {
    let entries = pack.lexicon.iter().map(|entry| &entry.category);
    let entries = entries.enumerate().map(|(at, key)| (Part::Entry(at), key));
    let lists = pack.lists.iter().map(|list| &list.category);
    let lists = lists.enumerate().map(|(at, key)| (Part::List(at), key));
    for (part, key) in entries.chain(lists) {
        if let Err(message) = detectable(pack, key) {
            let offset = None;
            out.push(PackError { part, offset, message });
        }
    }
}

/// Reports what is wrong with a rule beside its condition.
pub(super) fn check_rule(pack: &Pack, rule: &Rule, out: &mut Vec<Mistake>) {
    let category = match detectable(pack, &rule.category) {
        Ok(category) => Some(category),
        Err(message) => {
            out.push(Mistake::beside(message));
            None
        }
    };
    if rule.automatic && category.is_some_and(|category| !category.automatic) {
        let message = said!(
            "nhóm vi phạm {:?} không cho quy tắc nào tự xử lý mà không có người",
            "category {:?} lets no rule act without a person",
            rule.category
        );
        out.push(Mistake::beside(message));
    }
    let acts = match rule.action {
        Action::Allow => {
            out.push(Mistake::beside(said!(
                "quy tắc không thể cho phép: hãy bỏ quy tắc này, hoặc thu hẹp quy tắc không nên khớp",
                "a rule cannot allow: leave it out, or narrow the rule that should not fire",
            )));
            false
        }
        Action::Review => false,
        Action::Label | Action::Limit | Action::Block => true,
    };
    if acts && !rule.automatic {
        let message = said!(
            "hành động {:?} không chờ người, nên cần `automatic = true`",
            "action {:?} acts without a person and needs `automatic = true`",
            rule.action.key()
        );
        out.push(Mistake::beside(message));
    }
    match &rule.label {
        Some(label) if !pack.labels.contains(label) => {
            let labels = pack.labels.iter().map(String::as_str);
            out.push(Mistake::beside(unresolved(NO_LABEL, label, labels)));
        }
        Some(_) if !acts && !rule.automatic => {
            out.push(Mistake::beside(said!(
                "nhãn hiện ra ngay, nên cần `automatic = true`",
                "a label is shown at once and needs `automatic = true`",
            )));
        }
        None if rule.action == Action::Label => out.push(Mistake::beside(said!(
            "hành động \"label\" cần một nhãn",
            "action \"label\" needs a label",
        ))),
        Some(_) | None => {}
    }
}

/// Reports a condition that says nothing, fires on nothing, or acts on too little.
pub(super) fn check_condition(
    rule: &Rule,
    cond: &Cond,
    facts: &Facts,
    vocabulary: &Vocabulary<'_>,
    out: &mut Vec<Mistake>,
) {
    let whole = outcomes(cond, facts, |_| Assumption::Any);
    if !whole.can_hold {
        return out.push(Mistake::at(
            0,
            said!("điều kiện không bao giờ đúng", "the condition never holds"),
        ));
    }
    if !whole.can_fail {
        return out.push(Mistake::at(
            0,
            said!("điều kiện luôn đúng", "the condition always holds"),
        ));
    }
    if let Some(kind) = fires_on_nothing(cond, facts) {
        let message = said!(
            "điều kiện đúng cả với một {} trống mà không biết gì thêm",
            "the condition holds for an empty {} of which nothing is known",
            kind.key()
        );
        return out.push(Mistake::at(0, message));
    }
    let acts = matches!(rule.action, Action::Limit | Action::Block) && rule.automatic;
    if !acts {
        return;
    }
    if holds_without(cond, facts, |_| true) {
        let action = rule.action.key();
        let message = said!(
            "điều kiện có thể đúng dù không tìm thấy gì trong nội dung: không quy tắc nào được {action} khi đó",
            "the condition can hold although nothing was found in the content: no rule may {action} on that",
        );
        out.push(Mistake::at(0, message));
    } else if holds_without(cond, facts, |fact| !rests_on_people(fact, vocabulary)) {
        let message = said!(
            "điều kiện có thể đúng chỉ nhờ dấu hiệu của những nhóm không cho quy tắc tự xử lý",
            "the condition can hold on evidence alone of categories that let no rule act without a person",
        );
        out.push(Mistake::at(0, message));
    }
}

fn detectable<'p>(pack: &'p Pack, key: &str) -> Result<&'p Category, Said> {
    match pack.categories.iter().find(|category| category.key == key) {
        Some(category) if category.detectable => Ok(category),
        Some(_) => Err(said!(
            "nhóm vi phạm {key:?} chỉ để viện dẫn: không bộ dò nào được phát hiện",
            "category {key:?} is there to be cited: nothing may detect it",
        )),
        None => {
            let keys = pack.categories.iter().map(|category| category.key.as_str());
            Err(unresolved(("không có nhóm vi phạm", "there is no category"), key, keys))
        }
    }
}

/// The first kind of item for which a condition holds although the item is empty and its author a stranger.
fn fires_on_nothing(cond: &Cond, facts: &Facts) -> Option<ItemKind> {
    let holds_for = |number: i64| {
        outcomes(cond, facts, |fact| {
            let is_kind = matches!(fact.selector, Selector::Context(Context::Kind));
            Assumption::Is(if is_kind { number } else { fact.quiet().unwrap_or(0) })
        })
        .can_hold
    };
    (0..)
        .zip(ItemKind::ALL)
        .find(|(number, _)| holds_for(*number))
        .map(|(_, kind)| kind)
}

/// Whether a condition can hold while nothing of the evidence in question was found.
fn holds_without(cond: &Cond, facts: &Facts, is_meant: impl Fn(&Fact) -> bool) -> bool {
    let without = |fact: &Fact| match fact.nature {
        Nature::Evidence if is_meant(fact) => Assumption::Is(0),
        Nature::Evidence | Nature::Links | Nature::Author | Nature::Item => Assumption::Any,
    };
    outcomes(cond, facts, without).can_hold
}

/// Whether any of a fact's evidence is of a category in which only people may act.
fn rests_on_people(fact: &Fact, vocabulary: &Vocabulary<'_>) -> bool {
    let pack = vocabulary.pack();
    let needs_person = |key: &str| {
        let category = pack.categories.iter().find(|category| category.key == key);
        category.is_some_and(|category| !category.automatic)
    };
    match &fact.selector {
        Selector::Count(key) | Selector::Severity(key) | Selector::Disguised(key) => vocabulary
            .entries(key)
            .filter_map(|entry| pack.lexicon.get(entry as usize))
            .any(|entry| needs_person(&entry.category)),
        Selector::Listed(list) => (0..)
            .zip(&pack.lists)
            .filter(|(at, _)| list.is_none_or(|list| list == *at))
            .any(|(_, list)| needs_person(&list.category)),
        Selector::Context(_)
        | Selector::Counter(_)
        | Selector::Links
        | Selector::LookAlike(_)
        | Selector::Personal(_)
        | Selector::Label(_) => false,
    }
}
