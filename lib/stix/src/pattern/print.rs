//! A pattern as text, in one form: parentheses only where they say something, names in quotes only where they must be.

use std::fmt::{self, Write as _};

use super::syntax::{Comparison, Expression, Literal, Operator, Path, Pattern, Qualifier, Step, Test};
use crate::encoding::to_base64;

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.root)
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Observed(comparison) => write!(f, "[{comparison}]"),
            Self::And(operands) => chain(f, operands, " AND ", |operand| operand.binding() < 3),
            Self::Or(operands) => chain(f, operands, " OR ", |operand| operand.binding() < 2),
            Self::FollowedBy(operands) => chain(f, operands, " FOLLOWEDBY ", |operand| operand.binding() < 1),
            Self::Qualified(inner, qualifier) => {
                let in_parentheses = inner.binding() < 3 || inner.has_kind(qualifier);
                parenthesised(f, inner, in_parentheses)?;
                write!(f, " {qualifier}")
            }
        }
    }
}

impl Expression {
    /// How closely its operator binds.
    fn binding(&self) -> u8 {
        match self {
            Self::FollowedBy(_) => 0,
            Self::Or(_) => 1,
            Self::And(_) => 2,
            Self::Observed(_) | Self::Qualified(..) => 3,
        }
    }

    /// Whether a qualifier of this kind stands on it already.
    fn has_kind(&self, kind: &Qualifier) -> bool {
        match self {
            Self::Qualified(inner, qualifier) => {
                std::mem::discriminant(qualifier) == std::mem::discriminant(kind) || inner.has_kind(kind)
            }
            Self::Observed(_) | Self::And(_) | Self::Or(_) | Self::FollowedBy(_) => false,
        }
    }
}

fn chain<T: fmt::Display>(
    f: &mut fmt::Formatter<'_>,
    operands: &[T],
    operator: &str,
    in_parentheses: fn(&T) -> bool,
) -> fmt::Result {
    for (at, operand) in operands.iter().enumerate() {
        f.write_str(if at == 0 { "" } else { operator })?;
        parenthesised(f, operand, in_parentheses(operand))?;
    }
    Ok(())
}

fn parenthesised<T: fmt::Display>(f: &mut fmt::Formatter<'_>, inner: &T, in_parentheses: bool) -> fmt::Result {
    if in_parentheses {
        write!(f, "({inner})")
    } else {
        write!(f, "{inner}")
    }
}

impl fmt::Display for Qualifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Within { nanos } => {
                let (seconds, rest) = (nanos / 1_000_000_000, nanos % 1_000_000_000);
                let fraction = format!(".{rest:09}");
                let fraction = fraction.trim_end_matches('0').trim_end_matches('.');
                write!(f, "WITHIN {seconds}{fraction} SECONDS")
            }
            Self::Repeats { times } => write!(f, "REPEATS {times} TIMES"),
            Self::StartStop { start, stop } => write!(f, "START t'{start}' STOP t'{stop}'"),
        }
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Test(test) => write!(f, "{test}"),
            Self::And(operands) => chain(f, operands, " AND ", |operand| matches!(operand, Self::Or(_))),
            Self::Or(operands) => chain(f, operands, " OR ", |_| false),
        }
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            is_negated,
            operator,
        } = self;
        let not = if *is_negated { "NOT " } else { "" };
        match operator {
            Operator::Exists => write!(f, "{not}EXISTS {path}"),
            Operator::Equal(literal) => write!(f, "{path} {not}= {literal}"),
            Operator::NotEqual(literal) => write!(f, "{path} {not}!= {literal}"),
            Operator::Greater(literal) => write!(f, "{path} {not}> {literal}"),
            Operator::GreaterOrEqual(literal) => write!(f, "{path} {not}>= {literal}"),
            Operator::Less(literal) => write!(f, "{path} {not}< {literal}"),
            Operator::LessOrEqual(literal) => write!(f, "{path} {not}<= {literal}"),
            Operator::Like(text) => write!(f, "{path} {not}LIKE {}", quoted(text)),
            Operator::Matches(text) => write!(f, "{path} {not}MATCHES {}", quoted(text)),
            Operator::IsSubset(text) => write!(f, "{path} {not}ISSUBSET {}", quoted(text)),
            Operator::IsSuperset(text) => write!(f, "{path} {not}ISSUPERSET {}", quoted(text)),
            Operator::In(literals) => {
                write!(f, "{path} {not}IN (")?;
                chain(f, literals, ", ", |_| false)?;
                f.write_char(')')
            }
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.object_type)?;
        for (at, step) in self.steps.iter().enumerate() {
            match step {
                Step::Property(name) => {
                    f.write_char(if at == 0 { ':' } else { '.' })?;
                    f.write_str(&step_text(name))?;
                }
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Every => f.write_str("[*]")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::String(text) => f.write_str(&quoted(text)),
            Self::Integer(number) => write!(f, "{number}"),
            Self::Float(number) => {
                let text = number.to_string();
                let fraction = if text.contains('.') { "" } else { ".0" };
                write!(f, "{text}{fraction}")
            }
            Self::Bool(holds) => write!(f, "{holds}"),
            Self::Binary(bytes) => write!(f, "b'{}'", to_base64(bytes)),
            Self::Hex(bytes) => {
                f.write_str("h'")?;
                for byte in bytes {
                    write!(f, "{byte:02x}")?;
                }
                f.write_char('\'')
            }
            Self::Timestamp(text, _) => write!(f, "t'{text}'"),
        }
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// A property or key in a path; in quotes where it is no plain name or a word of the language.
pub(crate) fn step_text(name: &str) -> String {
    let may_stand = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let is_plain = name.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_')
        && name.chars().all(may_stand)
        && !name.bytes().all(|byte| byte.is_ascii_uppercase())
        && name != "true"
        && name != "false";
    if is_plain { name.to_owned() } else { quoted(name) }
}
