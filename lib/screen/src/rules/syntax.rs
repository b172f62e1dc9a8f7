//! From the text of a condition to a tree. Knows the grammar of `docs/RULES.md` and nothing of what names mean.
//!
//! Whatever this parser takes, a CEL parser takes too and reads the same way. Recursion is bounded by
//! [`MAX_CONDITION_DEPTH`]: chains of one operator are lists, not nests.

use super::Mistake;
use super::tokens::{Token, Tokens};
use crate::limits::{MAX_CONDITION_BYTES, MAX_CONDITION_DEPTH};
use crate::{Said, said};

/// A piece of a condition and the byte offset at which it begins.
#[derive(Debug)]
pub(super) struct Expr<'c> {
    pub at: usize,
    pub form: Form<'c>,
}

/// What a piece of a condition is.
#[derive(Debug)]
pub(super) enum Form<'c> {
    Bool(bool),
    Int(i64),
    Text(&'c str),
    /// A fact or a constant, as in `author.locks` or `high`.
    Name(String),
    /// A fact that is asked about something, as in `lexicon.count("sc1.otp")`.
    Call {
        name: String,
        argument: Option<(usize, &'c str)>,
    },
    /// `has(author.locks)`.
    Has(String),
    Not(Box<Expr<'c>>),
    Negate(Box<Expr<'c>>),
    Sum(Vec<Expr<'c>>),
    Product(Vec<Expr<'c>>),
    Compare {
        order: Order,
        left: Box<Expr<'c>>,
        right: Box<Expr<'c>>,
    },
    In {
        subject: Box<Expr<'c>>,
        list: Vec<Expr<'c>>,
    },
    All(Vec<Expr<'c>>),
    Any(Vec<Expr<'c>>),
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Equal,
    Unequal,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

impl Order {
    /// The order that holds exactly when this one does not.
    pub const fn negated(self) -> Self {
        match self {
            Self::Equal => Self::Unequal,
            Self::Unequal => Self::Equal,
            Self::Less => Self::AtLeast,
            Self::AtMost => Self::Greater,
            Self::Greater => Self::AtMost,
            Self::AtLeast => Self::Less,
        }
    }

    /// The order of the same operands the other way round.
    pub const fn flipped(self) -> Self {
        match self {
            Self::Equal => Self::Equal,
            Self::Unequal => Self::Unequal,
            Self::Less => Self::Greater,
            Self::AtMost => Self::AtLeast,
            Self::Greater => Self::Less,
            Self::AtLeast => Self::AtMost,
        }
    }

    pub const fn holds(self, left: i64, right: i64) -> bool {
        match self {
            Self::Equal => left == right,
            Self::Unequal => left != right,
            Self::Less => left < right,
            Self::AtMost => left <= right,
            Self::Greater => left > right,
            Self::AtLeast => left >= right,
        }
    }
}

struct Parser<'c> {
    tokens: Tokens<'c>,
    token: Token<'c>,
    /// Where the token begins.
    at: usize,
    depth: usize,
}

/// Parses a condition. The first mistake in the syntax hides the rest of that condition.
pub(super) fn parse(text: &str) -> Result<Expr<'_>, Mistake> {
    if text.len() > MAX_CONDITION_BYTES {
        let message = said!(
            "điều kiện dài tối đa {MAX_CONDITION_BYTES} byte, điều kiện này dài {}",
            "a condition has at most {MAX_CONDITION_BYTES} bytes, this one has {}",
            text.len()
        );
        return Err(Mistake::at(MAX_CONDITION_BYTES, message));
    }
    let mut parser = Parser {
        tokens: Tokens::new(text),
        token: Token::End,
        at: 0,
        depth: 0,
    };
    parser.advance()?;
    let condition = parser.any()?;
    match parser.token {
        Token::End => Ok(condition),
        Token::Name(_) | Token::Int(_) | Token::Text(_) | Token::Sign(_) => {
            Err(parser.unexpected(&said!("một phép toán hoặc hết điều kiện", "an operator or the end")))
        }
    }
}

impl<'c> Parser<'c> {
    fn any(&mut self) -> Result<Expr<'c>, Mistake> {
        self.chain("||", Self::all, Form::Any)
    }

    fn all(&mut self) -> Result<Expr<'c>, Mistake> {
        self.chain("&&", Self::relation, Form::All)
    }

    fn chain(
        &mut self,
        operator: &'static str,
        operand: fn(&mut Self) -> Result<Expr<'c>, Mistake>,
        form: fn(Vec<Expr<'c>>) -> Form<'c>,
    ) -> Result<Expr<'c>, Mistake> {
        let first = operand(self)?;
        if self.token != Token::Sign(operator) {
            return Ok(first);
        }
        let at = first.at;
        let mut operands = vec![first];
        while self.take(operator)? {
            operands.push(operand(self)?);
        }
        Ok(Expr {
            at,
            form: form(operands),
        })
    }

    fn relation(&mut self) -> Result<Expr<'c>, Mistake> {
        let left = self.sum()?;
        let at = left.at;
        if self.token == Token::Name("in") {
            self.advance()?;
            let list = self.list()?;
            let subject = Box::new(left);
            let form = Form::In { subject, list };
            return self.unchained(Expr { at, form });
        }
        let Some(order) = self.order() else {
            return Ok(left);
        };
        self.advance()?;
        let right = Box::new(self.sum()?);
        let left = Box::new(left);
        let form = Form::Compare { order, left, right };
        self.unchained(Expr { at, form })
    }

    fn unchained(&self, relation: Expr<'c>) -> Result<Expr<'c>, Mistake> {
        if self.order().is_some() || self.token == Token::Name("in") {
            let message = said!(
                "không so sánh nối tiếp được: hãy nối hai phép so sánh bằng && hoặc dùng ngoặc đơn",
                "comparisons do not chain: join two of them with &&, or use parentheses",
            );
            return Err(Mistake::at(self.at, message));
        }
        Ok(relation)
    }

    const fn order(&self) -> Option<Order> {
        let Token::Sign(sign) = self.token else {
            return None;
        };
        match sign.as_bytes() {
            b"==" => Some(Order::Equal),
            b"!=" => Some(Order::Unequal),
            b"<" => Some(Order::Less),
            b"<=" => Some(Order::AtMost),
            b">" => Some(Order::Greater),
            b">=" => Some(Order::AtLeast),
            _ => None,
        }
    }

    /// A difference is a sum with a negated part: the integers of the language are symmetric, so nothing is lost.
    fn sum(&mut self) -> Result<Expr<'c>, Mistake> {
        let first = self.product()?;
        let at = first.at;
        let mut parts = vec![first];
        loop {
            if self.take("+")? {
                parts.push(self.product()?);
            } else if self.take("-")? {
                let part = self.product()?;
                parts.push(negate(part.at, part));
            } else {
                return Ok(one_or(at, parts, Form::Sum));
            }
        }
    }

    fn product(&mut self) -> Result<Expr<'c>, Mistake> {
        let first = self.unary()?;
        let at = first.at;
        let mut factors = vec![first];
        while self.take("*")? {
            factors.push(self.unary()?);
        }
        Ok(one_or(at, factors, Form::Product))
    }

    fn unary(&mut self) -> Result<Expr<'c>, Mistake> {
        let at = self.at;
        for sign in ["!", "-"] {
            let mut count = 0;
            while self.take(sign)? {
                count += 1;
            }
            if count > 0 {
                let operand = self.primary()?;
                // Two signs undo each other, but still say what type the operand has.
                let signs = if count % 2 == 1 { 1 } else { 2 };
                return Ok((0..signs).fold(operand, |operand, _| match sign {
                    "!" => Expr {
                        at,
                        form: Form::Not(Box::new(operand)),
                    },
                    _ => negate(at, operand),
                }));
            }
        }
        self.primary()
    }

    fn primary(&mut self) -> Result<Expr<'c>, Mistake> {
        let at = self.at;
        let form = match self.token {
            Token::Sign("(") => return self.group(),
            Token::Name("has") => self.has()?,
            Token::Name("in") | Token::Sign(_) | Token::End => {
                return Err(self.unexpected(&said!(
                    "một dữ kiện, số, chuỗi hoặc ngoặc đơn",
                    "a fact, a number, a string or a parenthesis",
                )));
            }
            Token::Name("true") => self.constant(Form::Bool(true))?,
            Token::Name("false") => self.constant(Form::Bool(false))?,
            Token::Int(value) => self.constant(Form::Int(value))?,
            Token::Text(text) => self.constant(Form::Text(text))?,
            Token::Name(_) => self.fact()?,
        };
        Ok(Expr { at, form })
    }

    fn group(&mut self) -> Result<Expr<'c>, Mistake> {
        let at = self.at;
        if self.depth == MAX_CONDITION_DEPTH {
            let message = said!(
                "ngoặc đơn lồng nhau tối đa {MAX_CONDITION_DEPTH} lớp",
                "parentheses nest at most {MAX_CONDITION_DEPTH} deep",
            );
            return Err(Mistake::at(at, message));
        }
        self.depth += 1;
        self.advance()?;
        let inner = self.any()?;
        self.expect(")")?;
        self.depth -= 1;
        Ok(Expr { at, form: inner.form })
    }

    fn constant(&mut self, form: Form<'c>) -> Result<Form<'c>, Mistake> {
        self.advance()?;
        Ok(form)
    }

    fn has(&mut self) -> Result<Form<'c>, Mistake> {
        self.advance()?;
        self.expect("(")?;
        let name = self.path()?;
        self.expect(")")?;
        Ok(Form::Has(name))
    }

    fn fact(&mut self) -> Result<Form<'c>, Mistake> {
        let name = self.path()?;
        if !self.take("(")? {
            return Ok(Form::Name(name));
        }
        let argument = match self.token {
            Token::Text(text) => {
                let at = self.at;
                self.advance()?;
                Some((at, text))
            }
            Token::Name(_) | Token::Int(_) | Token::Sign(_) | Token::End => None,
        };
        if !self.take(")")? {
            let wanted = match argument {
                Some(_) => Said::alike("`)`"),
                None => said!("một chuỗi hoặc `)`", "a string or `)`"),
            };
            return Err(self.unexpected(&wanted));
        }
        Ok(Form::Call { name, argument })
    }

    fn path(&mut self) -> Result<String, Mistake> {
        let mut path = String::new();
        loop {
            let Token::Name(name) = self.token else {
                return Err(self.unexpected(&said!("một tên", "a name")));
            };
            path.push_str(name);
            self.advance()?;
            if !self.take(".")? {
                return Ok(path);
            }
            path.push('.');
        }
    }

    fn list(&mut self) -> Result<Vec<Expr<'c>>, Mistake> {
        self.expect("[")?;
        let mut list = Vec::new();
        loop {
            list.push(self.element()?);
            if !self.take(",")? {
                self.expect("]")?;
                return Ok(list);
            }
        }
    }

    fn element(&mut self) -> Result<Expr<'c>, Mistake> {
        let at = self.at;
        let is_negative = self.take("-")?;
        let form = match self.token {
            Token::Int(value) => Form::Int(if is_negative { -value } else { value }),
            Token::Text(text) if !is_negative => Form::Text(text),
            Token::Name(name) if !is_negative && !["true", "false", "in", "has"].contains(&name) => {
                Form::Name(name.to_owned())
            }
            Token::Name(_) | Token::Text(_) | Token::Sign(_) | Token::End => {
                return Err(self.unexpected(&said!("một số, chuỗi hoặc mức độ", "a number, a string or a severity",)));
            }
        };
        self.advance()?;
        Ok(Expr { at, form })
    }

    fn advance(&mut self) -> Result<(), Mistake> {
        (self.at, self.token) = self.tokens.read()?;
        Ok(())
    }

    fn take(&mut self, sign: &'static str) -> Result<bool, Mistake> {
        let is_there = self.token == Token::Sign(sign);
        if is_there {
            self.advance()?;
        }
        Ok(is_there)
    }

    fn expect(&mut self, sign: &'static str) -> Result<(), Mistake> {
        if self.take(sign)? {
            Ok(())
        } else {
            Err(self.unexpected(&Said::alike(format!("`{sign}`"))))
        }
    }

    fn unexpected(&self, wanted: &Said) -> Mistake {
        let found = match self.token {
            Token::Name(name) => Said::alike(format!("`{name}`")),
            Token::Int(value) => Said::alike(format!("`{value}`")),
            Token::Text(_) => said!("một chuỗi", "a string"),
            Token::Sign(sign) => Said::alike(format!("`{sign}`")),
            Token::End => said!("hết điều kiện", "the end"),
        };
        let message = Said::new(
            format!("cần {}, nhưng gặp {}", wanted.vi, found.vi),
            format!("expected {}, found {}", wanted.en, found.en),
        );
        Mistake::at(self.at, message)
    }
}

fn negate(at: usize, operand: Expr<'_>) -> Expr<'_> {
    let form = if let Form::Int(value) = operand.form {
        Form::Int(-value)
    } else {
        Form::Negate(Box::new(operand))
    };
    Expr { at, form }
}

fn one_or<'c>(at: usize, mut parts: Vec<Expr<'c>>, form: fn(Vec<Expr<'c>>) -> Form<'c>) -> Expr<'c> {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            Expr { at, form: form(parts) }
        }
    }
}
