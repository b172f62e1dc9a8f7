//! Writing JSON: no white space, members in their order, numbers as they were spelled, no escape that is not needed.

use std::fmt::{self, Write};

use super::{Members, Value};

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(true) => f.write_str("true"),
            Self::Bool(false) => f.write_str("false"),
            Self::Number(number) => write!(f, "{number}"),
            Self::String(text) => write_string(text, f),
            Self::List(values) => {
                f.write_char('[')?;
                for (at, value) in values.iter().enumerate() {
                    f.write_str(if at == 0 { "" } else { "," })?;
                    write!(f, "{value}")?;
                }
                f.write_char(']')
            }
            Self::Object(members) => write!(f, "{members}"),
        }
    }
}

impl fmt::Display for Members {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('{')?;
        for (at, (name, value)) in self.iter().enumerate() {
            f.write_str(if at == 0 { "" } else { "," })?;
            write_string(name, f)?;
            write!(f, ":{value}")?;
        }
        f.write_char('}')
    }
}

/// Quoted, with the escapes that RFC 8785 asks for and no other.
pub(super) fn write_string(text: &str, out: &mut impl Write) -> fmt::Result {
    out.write_char('"')?;
    let mut rest = text;
    let special = |byte: u8| byte == b'"' || byte == b'\\' || byte < 0x20;
    while let Some(at) = rest.bytes().position(special) {
        let (plain, from) = rest.split_at(at);
        out.write_str(plain)?;
        let mut letters = from.chars();
        match letters.next().unwrap_or_default() {
            '"' => out.write_str("\\\"")?,
            '\\' => out.write_str("\\\\")?,
            '\u{8}' => out.write_str("\\b")?,
            '\u{c}' => out.write_str("\\f")?,
            '\n' => out.write_str("\\n")?,
            '\r' => out.write_str("\\r")?,
            '\t' => out.write_str("\\t")?,
            control => write!(out, "\\u{:04x}", u32::from(control))?,
        }
        rest = letters.as_str();
    }
    out.write_str(rest)?;
    out.write_char('"')
}
