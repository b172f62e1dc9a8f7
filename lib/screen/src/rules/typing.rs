//! From a tree to a condition: types, names and pointless comparisons are checked, negation is pushed down to the
//! comparisons and comparisons of one fact become ranges.

use super::Mistake;
use super::cond::{Cond, Num};
use super::facts::{Facts, LOWEST, Slot, UNKNOWN};
use super::proof;
use super::syntax::{Expr, Form, Order};
use super::vocabulary::{Type, Vocabulary, severity, unresolved};
use crate::{ItemKind, Said, said};

/// Whether a piece of a condition is asked for itself or for its contrary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sense {
    Plain,
    Contrary,
}

impl Sense {
    const fn flipped(self) -> Self {
        match self {
            Self::Plain => Self::Contrary,
            Self::Contrary => Self::Plain,
        }
    }

    const fn apply(self, order: Order) -> Order {
        match self {
            Self::Plain => order,
            Self::Contrary => order.negated(),
        }
    }
}

/// What a piece of a condition is, as far as its form tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Bool,
    Int,
    Severity,
    SeverityName,
    Kind,
    Text,
    Unresolved,
}

impl Class {
    /// What it is, in Vietnamese and in English.
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Bool => ("điều kiện", "a condition"),
            Self::Int => ("số", "a number"),
            Self::Severity => ("mức độ của cụm từ", "the severity of a phrase"),
            Self::SeverityName => ("tên của mức độ", "the name of a severity"),
            Self::Kind => ("loại nội dung", "the kind of an item"),
            Self::Text => ("chuỗi", "a string"),
            Self::Unresolved => ("tên không rõ", "nothing known"),
        }
    }
}

/// Checks a condition.
pub(super) fn check(expr: &Expr<'_>, vocabulary: &Vocabulary<'_>, facts: &mut Facts) -> Result<Cond, Vec<Mistake>> {
    let mut checker = Checker {
        vocabulary,
        facts,
        mistakes: Vec::new(),
    };
    match (checker.condition(expr, Sense::Plain), checker.mistakes) {
        (Some(cond), mistakes) if mistakes.is_empty() => Ok(cond),
        (_, mistakes) => Err(mistakes),
    }
}

/// Every method that returns `None` has reported why.
struct Checker<'a, 'p> {
    vocabulary: &'a Vocabulary<'p>,
    facts: &'a mut Facts,
    mistakes: Vec<Mistake>,
}

impl Checker<'_, '_> {
    fn report<T>(&mut self, at: usize, message: Said) -> Option<T> {
        self.mistakes.push(Mistake::at(at, message));
        None
    }

    fn class(&self, expr: &Expr<'_>) -> Class {
        match &expr.form {
            Form::Bool(_)
            | Form::Has(_)
            | Form::Not(_)
            | Form::All(_)
            | Form::Any(_)
            | Form::Compare { .. }
            | Form::In { .. } => Class::Bool,
            Form::Int(_) | Form::Negate(_) | Form::Sum(_) | Form::Product(_) => Class::Int,
            Form::Text(_) => Class::Text,
            Form::Name(name) if severity(name).is_some() => Class::SeverityName,
            Form::Name(name) | Form::Call { name, .. } => match self.vocabulary.type_of(name) {
                Some(Type::Bool) => Class::Bool,
                Some(Type::Int) => Class::Int,
                Some(Type::Severity) => Class::Severity,
                Some(Type::Kind) => Class::Kind,
                None => Class::Unresolved,
            },
        }
    }

    /// The slot of a fact.
    fn fact(&mut self, expr: &Expr<'_>) -> Option<Slot> {
        let resolved = match &expr.form {
            Form::Name(name) => self.vocabulary.resolve(self.facts, expr.at, name, None),
            Form::Call { name, argument } => self.vocabulary.resolve(self.facts, expr.at, name, Some(*argument)),
            Form::Bool(_)
            | Form::Int(_)
            | Form::Text(_)
            | Form::Has(_)
            | Form::Not(_)
            | Form::Negate(_)
            | Form::Sum(_)
            | Form::Product(_)
            | Form::Compare { .. }
            | Form::In { .. }
            | Form::All(_)
            | Form::Any(_) => Err(Mistake::at(expr.at, said!("cần một dữ kiện", "expected a fact"))),
        };
        match resolved {
            Ok(slot) => Some(slot),
            Err(mistake) => {
                self.mistakes.push(mistake);
                None
            }
        }
    }

    fn condition(&mut self, expr: &Expr<'_>, sense: Sense) -> Option<Cond> {
        match &expr.form {
            Form::Bool(value) => Some(if *value == (sense == Sense::Plain) {
                Cond::All(Vec::new())
            } else {
                Cond::Any(Vec::new())
            }),
            Form::Has(name) => self.has(expr.at, name, sense),
            Form::Not(inner) => self.condition(inner, sense.flipped()),
            Form::All(parts) | Form::Any(parts) => {
                // Every part is checked even when one before it is wrong.
                let parts: Vec<_> = parts.iter().map(|part| self.condition(part, sense)).collect();
                let parts = parts.into_iter().collect::<Option<Vec<_>>>()?;
                let is_all = matches!(expr.form, Form::All(_)) == (sense == Sense::Plain);
                Some(if is_all { Cond::All(parts) } else { Cond::Any(parts) })
            }
            Form::Compare { order, left, right } => self.comparison(expr.at, *order, left, right, sense),
            Form::In { subject, list } => self.membership(expr.at, subject, list, sense),
            Form::Name(_) | Form::Call { .. } | Form::Int(_) | Form::Text(_) => self.bare(expr, sense),
            Form::Negate(_) | Form::Sum(_) | Form::Product(_) => self.bare(expr, sense),
        }
    }

    /// A fact that is a condition by itself.
    fn bare(&mut self, expr: &Expr<'_>, sense: Sense) -> Option<Cond> {
        match self.class(expr) {
            Class::Bool => {
                let slot = self.fact(expr)?;
                let value = i64::from(sense == Sense::Plain);
                Some(Cond::Within {
                    slot,
                    low: value,
                    high: value,
                })
            }
            Class::Unresolved => self.fact(expr).and(None),
            class @ (Class::Int | Class::Severity | Class::SeverityName | Class::Kind | Class::Text) => {
                let (vi, en) = class.words();
                let message = Said::new(
                    format!("cần một điều kiện, nhưng gặp {vi}"),
                    format!("expected a condition, found {en}"),
                );
                self.report(expr.at, message)
            }
        }
    }

    fn has(&mut self, at: usize, name: &str, sense: Sense) -> Option<Cond> {
        let slot = match self.vocabulary.optional(self.facts, at, name) {
            Ok(slot) => slot,
            Err(mistake) => {
                self.mistakes.push(mistake);
                return None;
            }
        };
        let (low, high) = match sense {
            Sense::Plain => (LOWEST, i64::MAX),
            Sense::Contrary => (UNKNOWN, UNKNOWN),
        };
        Some(Cond::Within { slot, low, high })
    }

    fn comparison(&mut self, at: usize, order: Order, left: &Expr<'_>, right: &Expr<'_>, sense: Sense) -> Option<Cond> {
        use Class::{Bool, Int, Kind, Severity, SeverityName, Text, Unresolved};
        match (self.class(left), self.class(right)) {
            (Kind, Text) => self.kind_comparison(at, order, left, right, sense),
            (Text, Kind) => self.kind_comparison(at, order, right, left, sense),
            (Bool, Bool) => self.truth_comparison(at, order, left, right, sense),
            (Int | Severity, Int | Severity) | (Severity, SeverityName) | (SeverityName, Severity) => {
                let (left, right) = (self.number(left), self.number(right));
                let cond = self.order(sense.apply(order), left?, right?);
                self.unless_constant(at, cond, sense)
            }
            (Unresolved, _) | (_, Unresolved) => {
                for side in [left, right] {
                    if self.is_fact(side) {
                        self.fact(side);
                    }
                }
                None
            }
            (one, other) => {
                let (one, other) = (one.words(), other.words());
                let message = Said::new(
                    format!("không so sánh được {} với {}", one.0, other.0),
                    format!("cannot compare {} with {}", one.1, other.1),
                );
                self.report(at, message)
            }
        }
    }

    fn is_fact(&self, expr: &Expr<'_>) -> bool {
        matches!(expr.form, Form::Name(_) | Form::Call { .. }) && self.class(expr) != Class::SeverityName
    }

    fn truth_comparison(
        &mut self,
        at: usize,
        order: Order,
        left: &Expr<'_>,
        right: &Expr<'_>,
        sense: Sense,
    ) -> Option<Cond> {
        let (value, other) = match (&left.form, &right.form) {
            (Form::Bool(_), Form::Bool(_)) => {
                return self.report(at, said!("cả hai vế đều là hằng số", "both sides are constants"));
            }
            (Form::Bool(value), _) => (*value, right),
            (_, Form::Bool(value)) => (*value, left),
            _ => {
                return self.report(
                    at,
                    said!(
                        "điều kiện chỉ so sánh với true hoặc false; hãy nối hai điều kiện bằng && và ||",
                        "a condition is compared only with true or false; join two with && and ||",
                    ),
                );
            }
        };
        let is_plain = match order {
            Order::Equal => value,
            Order::Unequal => !value,
            Order::Less | Order::AtMost | Order::Greater | Order::AtLeast => {
                let message = said!(
                    "điều kiện không có thứ tự: hãy so sánh bằng == hoặc !=",
                    "conditions have no order: compare them with == or !=",
                );
                return self.report(at, message);
            }
        };
        self.condition(other, if is_plain { sense } else { sense.flipped() })
    }

    fn kind_comparison(
        &mut self,
        at: usize,
        order: Order,
        kind: &Expr<'_>,
        name: &Expr<'_>,
        sense: Sense,
    ) -> Option<Cond> {
        let (slot, kind) = (self.fact(kind), self.kind(name));
        if !matches!(order, Order::Equal | Order::Unequal) {
            let message = said!(
                "loại nội dung không có thứ tự: hãy so sánh bằng ==, != hoặc in",
                "kinds have no order: compare them with ==, != or in",
            );
            return self.report(at, message);
        }
        let (slot, kind) = (slot?, kind?);
        Some(self.order(sense.apply(order), Num::Fact(slot), Num::Int(kind)))
    }

    /// The number of an item kind that is named by a string.
    fn kind(&mut self, expr: &Expr<'_>) -> Option<i64> {
        let Form::Text(name) = &expr.form else {
            let message = said!(
                "loại nội dung được so sánh với chuỗi",
                "the kind of an item is compared with strings",
            );
            return self.report(expr.at, message);
        };
        let kind = (0..).zip(ItemKind::ALL).find(|(_, kind)| kind.key() == *name);
        if kind.is_none() {
            let kinds = ItemKind::ALL.map(ItemKind::key);
            let what = ("không có loại nội dung", "there is no kind of item");
            return self.report(expr.at, unresolved(what, name, kinds.into_iter()));
        }
        kind.map(|(number, _)| number)
    }

    fn number(&mut self, expr: &Expr<'_>) -> Option<Num> {
        match &expr.form {
            Form::Int(value) => Some(Num::Int(*value)),
            Form::Name(name) if severity(name).is_some() => severity(name).map(Num::Int),
            Form::Negate(part) => {
                let part = self.part(part)?;
                Some(if let Num::Int(value) = part {
                    Num::Int(-value)
                } else {
                    Num::Negated(Box::new(part))
                })
            }
            Form::Sum(parts) => self.fold(expr.at, parts, i64::checked_add, Num::Sum),
            Form::Product(parts) => self.fold(expr.at, parts, i64::checked_mul, Num::Product),
            Form::Name(_) | Form::Call { .. } | Form::Bool(_) | Form::Text(_) | Form::Has(_) => {
                self.fact(expr).map(Num::Fact)
            }
            Form::Not(_) | Form::Compare { .. } | Form::In { .. } | Form::All(_) | Form::Any(_) => {
                self.fact(expr).map(Num::Fact)
            }
        }
    }

    /// A part of a sum or a product.
    fn part(&mut self, expr: &Expr<'_>) -> Option<Num> {
        match self.class(expr) {
            Class::Int | Class::Severity => self.number(expr),
            Class::Unresolved => self.fact(expr).and(None),
            class @ (Class::Bool | Class::SeverityName | Class::Kind | Class::Text) => {
                let (vi, en) = class.words();
                let message = Said::new(
                    format!("cần một số, nhưng gặp {vi}"),
                    format!("expected a number, found {en}"),
                );
                self.report(expr.at, message)
            }
        }
    }

    fn fold(
        &mut self,
        at: usize,
        parts: &[Expr<'_>],
        operation: fn(i64, i64) -> Option<i64>,
        form: fn(Vec<Num>) -> Num,
    ) -> Option<Num> {
        let parts: Vec<_> = parts.iter().map(|part| self.part(part)).collect();
        let parts = parts.into_iter().collect::<Option<Vec<_>>>()?;
        let constants = parts.iter().map(|part| match part {
            Num::Int(value) => Some(*value),
            Num::Fact(_) | Num::Negated(_) | Num::Sum(_) | Num::Product(_) => None,
        });
        let Some(constants) = constants.collect::<Option<Vec<_>>>() else {
            return Some(form(parts));
        };
        let (first, rest) = constants.split_first()?;
        let value = rest.iter().try_fold(*first, |value, part| operation(value, *part));
        match value.filter(|value| *value != UNKNOWN) {
            Some(value) => Some(Num::Int(value)),
            None => self.report(at, said!("hằng số vượt quá giới hạn", "the constants overflow")),
        }
    }

    fn order(&self, order: Order, left: Num, right: Num) -> Cond {
        match (left, right) {
            (Num::Fact(slot), Num::Int(value)) => self.ranges(slot, &ranges_of(order, value)),
            (Num::Int(value), Num::Fact(slot)) => self.ranges(slot, &ranges_of(order.flipped(), value)),
            (left, right) => Cond::Compare { order, left, right },
        }
    }

    /// Whether a fact lies in one of the ranges, of which those that it cannot reach are left out.
    fn ranges(&self, slot: Slot, ranges: &[(i64, i64)]) -> Cond {
        let values = self
            .facts
            .get(slot)
            .map(|fact| fact.values.as_slice())
            .unwrap_or_default();
        let reached = |low, high| values.iter().any(|value| low <= value.1 && value.0 <= high);
        let mut parts: Vec<_> = ranges
            .iter()
            .filter(|(low, high)| reached(*low, *high))
            .map(|(low, high)| Cond::Within {
                slot,
                low: *low,
                high: *high,
            })
            .collect();
        match parts.pop() {
            Some(only) if parts.is_empty() => only,
            last => {
                parts.extend(last);
                Cond::Any(parts)
            }
        }
    }

    fn membership(&mut self, at: usize, subject: &Expr<'_>, list: &[Expr<'_>], sense: Sense) -> Option<Cond> {
        let class = self.class(subject);
        let elements: Vec<_> = list.iter().map(|element| self.element(class, element)).collect();
        let subject = match class {
            Class::Int | Class::Severity | Class::SeverityName => self.number(subject),
            Class::Kind | Class::Unresolved => self.fact(subject).map(Num::Fact),
            Class::Bool | Class::Text => {
                let (vi, en) = class.words();
                let message = Said::new(
                    format!("`in` dùng cho số hoặc loại nội dung, không dùng cho {vi}"),
                    format!("`in` asks for a number or the kind of an item, not {en}"),
                );
                self.report(subject.at, message)
            }
        };
        let mut elements = elements.into_iter().collect::<Option<Vec<_>>>()?;
        elements.sort_unstable();
        elements.dedup();
        let subject = subject?;
        let cond = if let Num::Fact(slot) = subject {
            self.ranges(slot, &ranges_around(&elements, sense))
        } else {
            let order = sense.apply(Order::Equal);
            let each = elements
                .iter()
                .map(|value| self.order(order, subject.clone(), Num::Int(*value)));
            match sense {
                Sense::Plain => Cond::Any(each.collect()),
                Sense::Contrary => Cond::All(each.collect()),
            }
        };
        self.unless_constant(at, cond, sense)
    }

    /// An element of a list in which a subject of this class is looked for.
    fn element(&mut self, class: Class, element: &Expr<'_>) -> Option<i64> {
        match (class, &element.form) {
            (Class::Kind, _) => self.kind(element),
            (Class::Unresolved, _) => Some(0),
            (Class::Severity, Form::Name(name)) if severity(name).is_some() => severity(name),
            (_, Form::Int(value)) => Some(*value),
            _ => {
                let (found, wanted) = (self.class(element).words(), class.words());
                let message = Said::new(
                    format!("không tìm {} trong {} được", wanted.0, found.0),
                    format!("cannot look for {} among {}", wanted.1, found.1),
                );
                self.report(element.at, message)
            }
        }
    }

    /// Reports a comparison whose outcome no value of its facts changes, unknown ones apart.
    fn unless_constant(&mut self, at: usize, cond: Cond, sense: Sense) -> Option<Cond> {
        let outcome = proof::outcome(&cond, self.facts);
        let always = match sense {
            Sense::Plain => outcome,
            Sense::Contrary => outcome.map(|holds| !holds),
        };
        match always {
            None => Some(cond),
            Some(true) => self.report(at, said!("phép so sánh này luôn đúng", "this comparison always holds")),
            Some(false) => self.report(at, said!("phép so sánh này luôn sai", "this comparison never holds")),
        }
    }
}

/// The ranges in which a value stands in this order to another; nothing lies below the lowest or above the highest.
fn ranges_of(order: Order, value: i64) -> Vec<(i64, i64)> {
    let below = (value > LOWEST).then(|| (LOWEST, value - 1));
    let above = value.checked_add(1).map(|low| (low, i64::MAX));
    let ranges = match order {
        Order::Equal => [Some((value, value)), None],
        Order::Unequal => [below, above],
        Order::Less => [below, None],
        Order::AtMost => [Some((LOWEST, value)), None],
        Order::Greater => [above, None],
        Order::AtLeast => [Some((value, i64::MAX)), None],
    };
    ranges.into_iter().flatten().collect()
}

/// The ranges that sorted values fill, or those between them.
fn ranges_around(values: &[i64], sense: Sense) -> Vec<(i64, i64)> {
    let mut filled: Vec<(i64, i64)> = Vec::new();
    for value in values {
        match filled.last_mut() {
            Some((_, high)) if high.saturating_add(1) == *value => *high = *value,
            _ => filled.push((*value, *value)),
        }
    }
    if sense == Sense::Plain {
        return filled;
    }
    let mut gaps = Vec::new();
    let mut low = Some(LOWEST);
    for (first, last) in filled {
        if let Some(low) = low.filter(|low| *low < first) {
            gaps.push((low, first - 1));
        }
        low = last.checked_add(1);
    }
    gaps.extend(low.map(|low| (low, i64::MAX)));
    gaps
}
