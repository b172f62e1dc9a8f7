//! Search identifiers: maps of fields, lists of them, and keywords; and what modifiers make of their values.

use regex::RegexBuilder;

use crate::check::{Case, Check, Comparison, Network, Place, Test};
use crate::encode::Encoding;
use crate::glob::Glob;
use crate::limits::{MAX_REGEX_COMPILED_BYTES, MAX_REGEXES, MAX_VALUE_BYTES, MAX_VALUES};
use crate::literal::{self, Flags};
use crate::mistake::{Mistake, Reason};
use crate::yaml::{Kind, Node};

/// What must hold of an event.
#[derive(Debug, Clone)]
pub(crate) enum Expression {
    And(Vec<Self>),
    Or(Vec<Self>),
    Not(Box<Self>),
    Test(Test),
}

impl Expression {
    /// Whether any of it is asked of every value of an event.
    pub(crate) fn has_keywords(&self) -> bool {
        match self {
            Self::And(operands) | Self::Or(operands) => operands.iter().any(Self::has_keywords),
            Self::Not(inner) => inner.has_keywords(),
            Self::Test(test) => test.field.is_none(),
        }
    }
}

/// Reads the search identifiers of one rule.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    /// The fields that are named, each once.
    pub(crate) fields: Vec<String>,
    values: usize,
    pub(crate) regexes: usize,
}

/// What the modifiers of a field say.
#[derive(Debug, Default)]
struct Modifiers {
    form: Form,
    /// All values rather than one of them.
    is_all: bool,
    is_negated: bool,
    is_cased: bool,
    opens_before: bool,
    opens_behind: bool,
    has_any_dash: bool,
    encodings: Vec<Encoding>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Form {
    #[default]
    Text,
    Regex(Flags),
    Network,
    Number(Comparison),
    Exists,
    Field,
}

impl Modifiers {
    fn read<'m>(modifiers: impl Iterator<Item = &'m str>) -> Result<Self, Reason> {
        let mut read = Self::default();
        for modifier in modifiers {
            read.take(modifier)?;
        }
        Ok(read)
    }

    fn take(&mut self, modifier: &str) -> Result<(), Reason> {
        let misplaced = || Reason::Misplaced(modifier.to_owned());
        if let Some(encoding) = Encoding::of(modifier) {
            let is_open = self.opens_before || self.opens_behind || self.has_any_dash;
            if self.form != Form::Text || is_open {
                return Err(misplaced());
            }
            self.encodings.push(encoding);
            return Ok(());
        }
        match modifier {
            "all" => self.is_all = true,
            "neq" => self.is_negated = true,
            "cased" => self.is_cased = true,
            "contains" => {
                self.opens_before = true;
                self.opens_behind = true;
            }
            "startswith" => self.opens_behind = true,
            "endswith" => self.opens_before = true,
            "windash" if self.form == Form::Text && self.encodings.is_empty() => self.has_any_dash = true,
            "i" | "m" | "s" => match &mut self.form {
                Form::Regex(flags) => match modifier {
                    "i" => flags.ignores_case = true,
                    "m" => flags.has_lines = true,
                    _ => flags.dot_is_all = true,
                },
                Form::Text | Form::Network | Form::Number(_) | Form::Exists | Form::Field => return Err(misplaced()),
            },
            "re" | "cidr" | "lt" | "lte" | "gt" | "gte" | "exists" | "fieldref" => {
                let is_plain = self.form == Form::Text && self.encodings.is_empty() && !self.has_any_dash;
                self.form = form_of(modifier).filter(|_| is_plain).ok_or_else(misplaced)?;
            }
            "windash" => return Err(misplaced()),
            other => return Err(Reason::Modifier(other.to_owned())),
        }
        // Only texts and other fields have a beginning and an end; a regular expression is looked for anywhere.
        let is_open = self.opens_before || self.opens_behind;
        let goes = match self.form {
            Form::Text | Form::Field => true,
            Form::Regex(_) => self.opens_before == self.opens_behind && !self.is_cased,
            Form::Network | Form::Number(_) | Form::Exists => !is_open && !self.is_cased,
        };
        if goes { Ok(()) } else { Err(misplaced()) }
    }

    const fn case(&self) -> Case {
        if self.is_cased { Case::Counts } else { Case::Same }
    }

    const fn place(&self) -> Place {
        match (self.opens_before, self.opens_behind) {
            (false, false) => Place::Whole,
            (false, true) => Place::Start,
            (true, false) => Place::End,
            (true, true) => Place::Anywhere,
        }
    }
}

fn form_of(modifier: &str) -> Option<Form> {
    Some(match modifier {
        "re" => Form::Regex(Flags::default()),
        "cidr" => Form::Network,
        "lt" => Form::Number(Comparison::Less),
        "lte" => Form::Number(Comparison::LessOrEqual),
        "gt" => Form::Number(Comparison::Greater),
        "gte" => Form::Number(Comparison::GreaterOrEqual),
        "exists" => Form::Exists,
        "fieldref" => Form::Field,
        _ => return None,
    })
}

impl Reader {
    /// What one search identifier asks for.
    pub(crate) fn search(&mut self, name: &str, node: &Node) -> Result<Expression, Mistake> {
        let malformed = |node: &Node| Mistake::new(node.line, Reason::Malformed(name.to_owned()));
        match &node.kind {
            Kind::Null => Err(malformed(node)),
            Kind::Text(_) => self.keyword(node),
            Kind::Map(entries) if entries.is_empty() => Err(malformed(node)),
            Kind::Map(_) => self.map(node),
            Kind::List(nodes) if nodes.is_empty() => Err(malformed(node)),
            Kind::List(nodes) => {
                let each = nodes.iter().map(|node| match &node.kind {
                    Kind::Text(_) => self.keyword(node),
                    Kind::Map(entries) if !entries.is_empty() => self.map(node),
                    Kind::Map(_) | Kind::List(_) | Kind::Null => Err(malformed(node)),
                });
                Ok(joined(each.collect::<Result<_, _>>()?, Expression::Or))
            }
        }
    }

    fn keyword(&mut self, node: &Node) -> Result<Expression, Mistake> {
        self.item("", node.line, node)
    }

    fn map(&mut self, node: &Node) -> Result<Expression, Mistake> {
        let Kind::Map(entries) = &node.kind else {
            return Err(Mistake::new(node.line, Reason::Malformed(String::new())));
        };
        let items = entries
            .iter()
            .map(|entry| self.item(&entry.key, entry.line, &entry.value));
        Ok(joined(items.collect::<Result<_, _>>()?, Expression::And))
    }

    /// A field with its modifiers, and the values that it may have.
    fn item(&mut self, key: &str, line: usize, node: &Node) -> Result<Expression, Mistake> {
        let mut parts = key.split('|');
        let name = parts.next().unwrap_or_default();
        let modifiers = Modifiers::read(parts).map_err(|reason| Mistake::new(line, reason))?;
        let field = (!name.is_empty()).then(|| self.field(name));
        let values = match &node.kind {
            Kind::List(nodes) if nodes.is_empty() => {
                return Err(Mistake::new(node.line, Reason::Malformed(key.to_owned())));
            }
            Kind::List(nodes) => nodes.as_slice(),
            Kind::Text(_) | Kind::Null | Kind::Map(_) => std::slice::from_ref(node),
        };
        let mut each = Vec::with_capacity(values.len());
        for node in values {
            self.values += 1;
            if self.values > MAX_VALUES {
                return Err(Mistake::new(node.line, Reason::TooManyValues));
            }
            let text = match &node.kind {
                Kind::Text(text) => Some(text.as_str()),
                Kind::Null => None,
                Kind::List(_) | Kind::Map(_) => {
                    return Err(Mistake::new(node.line, Reason::Malformed(key.to_owned())));
                }
            };
            let made = self.value(field, &modifiers, text);
            each.push(made.map_err(|reason| Mistake::new(node.line, reason))?);
        }
        let join = if modifiers.is_all {
            Expression::And
        } else {
            Expression::Or
        };
        let made = joined(each, join);
        Ok(if modifiers.is_negated {
            Expression::Not(Box::new(made))
        } else {
            made
        })
    }

    /// The number of a field.
    fn field(&mut self, name: &str) -> usize {
        let known = self.fields.iter().position(|field| field == name);
        known.unwrap_or_else(|| {
            self.fields.push(name.to_owned());
            self.fields.len() - 1
        })
    }

    fn value(&mut self, field: Option<usize>, modifiers: &Modifiers, text: Option<&str>) -> Result<Expression, Reason> {
        let test = |check| Expression::Test(Test { field, check });
        if text.is_some_and(|text| text.len() > MAX_VALUE_BYTES) {
            return Err(Reason::ValueTooLong);
        }
        let is_bare = modifiers.encodings.is_empty() && modifiers.place() == Place::Whole && !modifiers.has_any_dash;
        let text = match (text, modifiers.form) {
            (Some(text), _) => text,
            (None, Form::Text) if is_bare && field.is_some() => return Ok(test(Check::Null)),
            (None, _) => return Err(Reason::Value("null")),
        };
        match modifiers.form {
            Form::Text => texts(field, modifiers, text),
            Form::Regex(flags) => {
                self.regexes += 1;
                if self.regexes > MAX_REGEXES {
                    return Err(Reason::TooManyRegexes);
                }
                let regex = RegexBuilder::new(text)
                    .case_insensitive(flags.ignores_case)
                    .multi_line(flags.has_lines)
                    .dot_matches_new_line(flags.dot_is_all)
                    .size_limit(MAX_REGEX_COMPILED_BYTES)
                    .build()
                    .map_err(|_| Reason::Regex)?;
                Ok(test(Check::Regex {
                    regex: Box::new(regex),
                    needed: literal::needed(text, flags),
                }))
            }
            Form::Network => {
                let network = Network::read(text).ok_or(Reason::Value("cidr"))?;
                Ok(test(Check::Network(network)))
            }
            Form::Number(comparison) => {
                let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
                let number = number.ok_or(Reason::Value("lt, lte, gt, gte"))?;
                Ok(test(Check::Number(comparison, number)))
            }
            Form::Exists if field.is_some() => match text.to_ascii_lowercase().as_str() {
                "true" => Ok(test(Check::Exists)),
                "false" => Ok(Expression::Not(Box::new(test(Check::Exists)))),
                _ => Err(Reason::Value("exists")),
            },
            Form::Field if field.is_some() => {
                let other = self.field(text);
                let (place, case) = (modifiers.place(), modifiers.case());
                Ok(test(Check::Field { other, place, case }))
            }
            Form::Exists | Form::Field => Err(Reason::Value("exists, fieldref")),
        }
    }
}

/// The texts that one value stands for.
fn texts(field: Option<usize>, modifiers: &Modifiers, text: &str) -> Result<Expression, Reason> {
    let case = modifiers.case();
    let globs = if modifiers.encodings.is_empty() {
        let glob = Glob::read(text);
        vec![if modifiers.has_any_dash {
            glob.with_any_dash()
        } else {
            glob
        }]
    } else {
        encoded(&modifiers.encodings, text)?
    };
    let finish = |glob: Glob| {
        // Keywords are looked for anywhere.
        let glob = if modifiers.opens_before || field.is_none() {
            glob.open_before()
        } else {
            glob
        };
        let glob = if modifiers.opens_behind || field.is_none() {
            glob.open_behind()
        } else {
            glob
        };
        let glob = match case {
            Case::Same => glob.lowered(),
            Case::Counts => glob,
        };
        Expression::Test(Test {
            field,
            check: Check::Text { glob, case },
        })
    };
    Ok(joined(globs.into_iter().map(finish).collect(), Expression::Or))
}

/// What a value becomes by all encodings in turn.
fn encoded(encodings: &[Encoding], text: &str) -> Result<Vec<Glob>, Reason> {
    let glob = Glob::read(text);
    let plain = glob.as_plain().ok_or(Reason::Value("base64, base64offset, utf16"))?;
    let mut values = vec![plain.as_bytes().to_vec()];
    for encoding in encodings {
        let mut made = Vec::new();
        for value in &values {
            made.extend(encoding.apply(value).ok_or(Reason::Value("utf16"))?);
        }
        let bytes: usize = made.iter().map(Vec::len).sum();
        if bytes > 4 * MAX_VALUE_BYTES {
            return Err(Reason::ValueTooLong);
        }
        values = made;
    }
    let texts = values
        .into_iter()
        .map(|value| String::from_utf8(value).map(Glob::plain));
    texts.collect::<Result<_, _>>().map_err(|_| Reason::Value("utf16"))
}

fn joined(mut operands: Vec<Expression>, join: fn(Vec<Expression>) -> Expression) -> Expression {
    match operands.pop() {
        Some(one) if operands.is_empty() => one,
        last => {
            operands.extend(last);
            join(operands)
        }
    }
}
