//! From text to tree, by the grammar of section 9. `AND` binds closer than `OR`, and both closer than `FOLLOWEDBY`.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::syntax::{Comparison, Expression, Literal, Operator, Path, Pattern, Qualifier, Step, Test};
use super::token::{Placed, Token, Tokens};
use crate::limits::{MAX_PATTERN_BYTES, MAX_PATTERN_DEPTH, MAX_PATTERN_OBSERVATIONS};

/// Where a text is no pattern, and what should be there.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{fault} at byte {at_byte}, line {line}")]
pub struct PatternError {
    /// Offset in the text.
    pub at_byte: usize,
    /// From 1.
    pub line: usize,
    fault: Fault,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    Expected(&'static str),
    TooLong,
    TooDeep,
    TooManyObservations,
    QualifierTwice,
}

impl PatternError {
    pub(super) fn new(text: &str, at_byte: usize, fault: Fault) -> Self {
        let before = text.as_bytes().get(..at_byte).unwrap_or_default();
        Self {
            at_byte,
            line: 1 + before.iter().filter(|byte| **byte == b'\n').count(),
            fault,
        }
    }

    /// What should be there, where that is what is wrong.
    #[must_use]
    pub fn expected(&self) -> Option<&'static str> {
        if let Fault::Expected(expected) = self.fault {
            Some(expected)
        } else {
            None
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expected(expected) => write!(f, "expected {expected}"),
            Self::TooLong => write!(f, "longer than {MAX_PATTERN_BYTES} bytes"),
            Self::TooDeep => write!(f, "nested deeper than {MAX_PATTERN_DEPTH}"),
            Self::TooManyObservations => write!(f, "more than {MAX_PATTERN_OBSERVATIONS} observation expressions"),
            Self::QualifierTwice => f.write_str("a second qualifier of the same kind"),
        }
    }
}

impl FromStr for Pattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        if text.len() > MAX_PATTERN_BYTES {
            return Err(PatternError::new(text, MAX_PATTERN_BYTES, Fault::TooLong));
        }
        let mut tokens = Tokens::new(text);
        let next = tokens.next()?;
        let mut parser = Parser {
            text,
            tokens,
            next,
            observations: 0,
        };
        let (root, _) = parser.expression(MAX_PATTERN_DEPTH)?;
        if parser.next.token != Token::End {
            return Err(parser.expected("an operator, a qualifier or the end"));
        }
        Ok(Self { root })
    }
}

struct Parser<'a> {
    text: &'a str,
    tokens: Tokens<'a>,
    next: Placed,
    observations: usize,
}

/// What was read and how deep it is.
type Deep<T> = Result<(T, usize), PatternError>;

impl Parser<'_> {
    fn expected(&self, expected: &'static str) -> PatternError {
        self.fault(Fault::Expected(expected))
    }

    fn expected_at(&self, at_byte: usize, expected: &'static str) -> PatternError {
        PatternError::new(self.text, at_byte, Fault::Expected(expected))
    }

    fn fault(&self, fault: Fault) -> PatternError {
        PatternError::new(self.text, self.next.at_byte, fault)
    }

    fn take(&mut self) -> Result<Token, PatternError> {
        let next = self.tokens.next()?;
        Ok(std::mem::replace(&mut self.next, next).token)
    }

    fn take_if(&mut self, token: &Token) -> Result<bool, PatternError> {
        let is_next = self.next.token == *token;
        if is_next {
            self.take()?;
        }
        Ok(is_next)
    }

    fn keyword(&mut self, keyword: &'static str) -> Result<bool, PatternError> {
        self.take_if(&Token::Keyword(keyword))
    }

    fn sign(&mut self, sign: &'static str) -> Result<bool, PatternError> {
        self.take_if(&Token::Sign(sign))
    }

    fn expect(&mut self, token: &Token, expected: &'static str) -> Result<(), PatternError> {
        if self.take_if(token)? {
            Ok(())
        } else {
            Err(self.expected(expected))
        }
    }

    /// One level of a left-associative operator.
    fn chain<T>(
        &mut self,
        keyword: &'static str,
        room: usize,
        operand: fn(&mut Self, usize) -> Deep<T>,
        join: fn(Vec<T>) -> T,
    ) -> Deep<T> {
        let (first, mut depth) = operand(self, room)?;
        let mut operands = vec![first];
        while self.keyword(keyword)? {
            let (next, deep) = operand(self, room)?;
            depth = depth.max(deep);
            operands.push(next);
        }
        Ok(match operands.len() {
            1 => (operands.swap_remove(0), depth),
            _ => (join(operands), depth + 1),
        })
    }

    fn expression(&mut self, room: usize) -> Deep<Expression> {
        self.chain("FOLLOWEDBY", room, Self::either, |operands| {
            // What stands in parentheses at the front is what would be read without them.
            let mut operands = operands.into_iter();
            let mut flat = match operands.next() {
                Some(Expression::FollowedBy(first)) => first,
                first => first.into_iter().collect(),
            };
            flat.extend(operands);
            Expression::FollowedBy(flat)
        })
    }

    fn either(&mut self, room: usize) -> Deep<Expression> {
        self.chain("OR", room, Self::all, |operands| {
            Expression::Or(flat(operands, |operand| {
                if let Expression::Or(inner) = operand {
                    Ok(inner)
                } else {
                    Err(operand)
                }
            }))
        })
    }

    fn all(&mut self, room: usize) -> Deep<Expression> {
        self.chain("AND", room, Self::qualified, |operands| {
            Expression::And(flat(operands, |operand| {
                if let Expression::And(inner) = operand {
                    Ok(inner)
                } else {
                    Err(operand)
                }
            }))
        })
    }

    fn qualified(&mut self, room: usize) -> Deep<Expression> {
        let room = room.checked_sub(1).ok_or_else(|| self.fault(Fault::TooDeep))?;
        // Of what stands in parentheses, each qualifier may be there again.
        let is_simple = self.next.token == Token::Sign("[");
        let (mut expression, mut depth) = if self.sign("[")? {
            self.observations += 1;
            if self.observations > MAX_PATTERN_OBSERVATIONS {
                return Err(self.fault(Fault::TooManyObservations));
            }
            let (comparison, depth) = self.comparison(room)?;
            self.expect(&Token::Sign("]"), "an operator or `]`")?;
            (Expression::Observed(comparison), depth + 1)
        } else if self.sign("(")? {
            let inner = self.expression(room)?;
            self.expect(&Token::Sign(")"), "an operator, a qualifier or `)`")?;
            inner
        } else {
            return Err(self.expected("`[` or `(`"));
        };
        let mut kinds = Vec::new();
        loop {
            let at_byte = self.next.at_byte;
            let Some(qualifier) = self.qualifier()? else { break };
            let kind = std::mem::discriminant(&qualifier);
            if is_simple && kinds.contains(&kind) {
                return Err(PatternError::new(self.text, at_byte, Fault::QualifierTwice));
            }
            kinds.push(kind);
            depth += 1;
            if depth > MAX_PATTERN_DEPTH * 2 {
                return Err(self.fault(Fault::TooDeep));
            }
            expression = Expression::Qualified(Box::new(expression), qualifier);
        }
        Ok((expression, depth))
    }

    fn qualifier(&mut self) -> Result<Option<Qualifier>, PatternError> {
        if self.keyword("WITHIN")? {
            let at_byte = self.next.at_byte;
            let token = self.take()?;
            let text = if let Token::Number(_, text) = &token { text } else { "" };
            let nanos = seconds(text).filter(|nanos| *nanos > 0);
            let nanos = nanos.ok_or_else(|| self.expected_at(at_byte, "a number of seconds above 0"))?;
            self.expect(&Token::Keyword("SECONDS"), "`SECONDS`")?;
            return Ok(Some(Qualifier::Within { nanos }));
        }
        if self.keyword("REPEATS")? {
            let at_byte = self.next.at_byte;
            let token = self.take()?;
            let times = if let Token::Number(Literal::Integer(times), _) = token {
                times
            } else {
                0
            };
            let times = u64::try_from(times).ok().filter(|times| *times > 0);
            let times = times.ok_or_else(|| self.expected_at(at_byte, "a whole number above 0"))?;
            self.expect(&Token::Keyword("TIMES"), "`TIMES`")?;
            return Ok(Some(Qualifier::Repeats { times }));
        }
        if !self.keyword("START")? {
            return Ok(None);
        }
        let start = self.moment()?;
        self.expect(&Token::Keyword("STOP"), "`STOP`")?;
        let stop = self.moment()?;
        Ok(Some(Qualifier::StartStop { start, stop }))
    }

    fn moment(&mut self) -> Result<crate::Timestamp, PatternError> {
        let at_byte = self.next.at_byte;
        if let Token::Literal(Literal::Timestamp(_, moment)) = self.take()? {
            return Ok(moment);
        }
        Err(self.expected_at(at_byte, "a timestamp"))
    }

    fn comparison(&mut self, room: usize) -> Deep<Comparison> {
        self.chain("OR", room, Self::conjunction, |operands| {
            Comparison::Or(flat(operands, |operand| {
                if let Comparison::Or(inner) = operand {
                    Ok(inner)
                } else {
                    Err(operand)
                }
            }))
        })
    }

    fn conjunction(&mut self, room: usize) -> Deep<Comparison> {
        self.chain("AND", room, Self::test, |operands| {
            Comparison::And(flat(operands, |operand| {
                if let Comparison::And(inner) = operand {
                    Ok(inner)
                } else {
                    Err(operand)
                }
            }))
        })
    }

    fn test(&mut self, room: usize) -> Deep<Comparison> {
        let room = room.checked_sub(1).ok_or_else(|| self.fault(Fault::TooDeep))?;
        if self.sign("(")? {
            let inner = self.comparison(room)?;
            self.expect(&Token::Sign(")"), "an operator or `)`")?;
            return Ok(inner);
        }
        let is_negated = self.keyword("NOT")?;
        let test = if self.keyword("EXISTS")? {
            Test {
                path: self.path()?,
                is_negated,
                operator: Operator::Exists,
            }
        } else if is_negated {
            return Err(self.expected("`EXISTS`"));
        } else {
            let path = self.path()?;
            let is_negated = self.keyword("NOT")?;
            let operator = self.operator()?;
            Test {
                path,
                is_negated,
                operator,
            }
        };
        Ok((Comparison::Test(test), 1))
    }

    fn operator(&mut self) -> Result<Operator, PatternError> {
        let at_byte = self.next.at_byte;
        let expected = "a comparison operator";
        Ok(match self.take()?.word() {
            "=" => Operator::Equal(self.literal()?),
            "!=" => Operator::NotEqual(self.literal()?),
            ">" => Operator::Greater(self.orderable()?),
            ">=" => Operator::GreaterOrEqual(self.orderable()?),
            "<" => Operator::Less(self.orderable()?),
            "<=" => Operator::LessOrEqual(self.orderable()?),
            "IN" => Operator::In(self.set()?),
            "LIKE" => Operator::Like(self.string()?),
            "MATCHES" => Operator::Matches(self.string()?),
            "ISSUBSET" => Operator::IsSubset(self.string()?),
            "ISSUPERSET" => Operator::IsSuperset(self.string()?),
            _ => return Err(self.expected_at(at_byte, expected)),
        })
    }

    fn literal(&mut self) -> Result<Literal, PatternError> {
        let at_byte = self.next.at_byte;
        let expected = "a constant";
        self.take()?
            .into_literal()
            .ok_or_else(|| self.expected_at(at_byte, expected))
    }

    fn orderable(&mut self) -> Result<Literal, PatternError> {
        let at_byte = self.next.at_byte;
        let expected = "a constant that has an order";
        let literal = self.literal()?;
        if matches!(literal, Literal::Bool(_)) {
            Err(self.expected_at(at_byte, expected))
        } else {
            Ok(literal)
        }
    }

    fn string(&mut self) -> Result<String, PatternError> {
        let at_byte = self.next.at_byte;
        let expected = "a text in quotes";
        self.take()?
            .into_text()
            .ok_or_else(|| self.expected_at(at_byte, expected))
    }

    fn set(&mut self) -> Result<Vec<Literal>, PatternError> {
        self.expect(&Token::Sign("("), "`(`")?;
        let mut literals = Vec::new();
        if self.sign(")")? {
            return Ok(literals);
        }
        loop {
            literals.push(self.literal()?);
            if self.sign(")")? {
                return Ok(literals);
            }
            self.expect(&Token::Sign(","), "`,` or `)`")?;
        }
    }

    fn path(&mut self) -> Result<Path, PatternError> {
        let at_byte = self.next.at_byte;
        let expected = "a type of objects";
        let Token::Name(object_type) = self.take()? else {
            return Err(self.expected_at(at_byte, expected));
        };
        self.expect(&Token::Sign(":"), "`:`")?;
        let mut steps = vec![self.property()?];
        loop {
            if self.sign(".")? {
                steps.push(self.property()?);
            } else if self.sign("[")? {
                let at_byte = self.next.at_byte;
                let expected = "an index or `*`";
                let is_every = self.next.token == Token::Sign("*");
                let token = self.take()?;
                steps.push(match token.into_literal() {
                    Some(Literal::Integer(index)) => Step::Index(index),
                    None if is_every => Step::Every,
                    _ => return Err(self.expected_at(at_byte, expected)),
                });
                self.expect(&Token::Sign("]"), "`]`")?;
            } else {
                return Ok(Path { object_type, steps });
            }
        }
    }

    fn property(&mut self) -> Result<Step, PatternError> {
        let at_byte = self.next.at_byte;
        let expected = "a property, in quotes where it has a hyphen";
        let token = self.take()?;
        let name = match token {
            Token::Name(name) => Some(name).filter(|name| !name.contains('-')),
            Token::Literal(_) | Token::Number(..) | Token::Keyword(_) | Token::Sign(_) | Token::End => {
                token.into_text()
            }
        };
        name.map(Step::Property)
            .ok_or_else(|| self.expected_at(at_byte, expected))
    }
}

/// Operands, with those of the same operator in place of it.
fn flat<T>(operands: Vec<T>, inner: fn(T) -> Result<Vec<T>, T>) -> Vec<T> {
    let mut flat = Vec::with_capacity(operands.len());
    for operand in operands {
        match inner(operand) {
            Ok(inner) => flat.extend(inner),
            Err(other) => flat.push(other),
        }
    }
    flat
}

/// Nanoseconds; digits beyond them count for nothing.
fn seconds(text: &str) -> Option<u128> {
    let text = text.strip_prefix('+').unwrap_or(text);
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let digits = fraction.bytes().chain(std::iter::repeat(b'0')).take(9);
    let nanos = digits.fold(0, |sum, digit| sum * 10 + u128::from(digit.wrapping_sub(b'0')));
    Some(u128::from(whole) * 1_000_000_000 + nanos)
}
