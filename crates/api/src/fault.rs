//! What can be wrong with an item as it came over the wire.
//!
//! A fault names the field and the place, never what stood there: messages are logged and shown, content is not.

use std::fmt;

use crate::{Language, limits};

/// What is wrong with an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Longer than [`limits::MAX_ITEM_BYTES`].
    TooLarge,
    /// Not UTF-8 (RFC 3629).
    NotUtf8,
    /// Not JSON (RFC 8259).
    BadJson,
    /// JSON that ends too early.
    CutShort,
    /// JSON, but not an object.
    NotAnObject,
    /// A field that an item does not have; its name, cut to [`limits::MAX_ECHOED_NAME`].
    UnknownField(Box<str>),
    /// The field stands twice.
    DuplicateField(&'static str),
    /// The field is needed and not there.
    MissingField(&'static str),
    /// The field holds a value of another type, or one out of its range.
    WrongType(&'static str),
    /// The field, or one of its elements, is longer than this many bytes.
    TooLong(&'static str, usize),
    /// The field has more than this many elements.
    TooMany(&'static str, usize),
    /// Screening it failed: a defect of ours, not of the item.
    Internal,
}

/// A fault and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultError {
    /// What is wrong.
    pub fault: Fault,
    /// The line inside the item, from 1; 0 where there is no place to name.
    pub line: usize,
    /// The column inside that line in bytes, from 1; 0 where there is no place to name.
    pub column: usize,
}

impl std::error::Error for FaultError {}

impl fmt::Display for FaultError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.detail(Language::En))
    }
}

impl From<Fault> for FaultError {
    fn from(fault: Fault) -> Self {
        Self {
            fault,
            line: 0,
            column: 0,
        }
    }
}

impl Fault {
    /// Stable code, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "too-large",
            Self::NotUtf8 => "not-utf8",
            Self::BadJson | Self::CutShort => "bad-json",
            Self::NotAnObject => "not-an-object",
            Self::UnknownField(_) => "unknown-field",
            Self::DuplicateField(_) => "duplicate-field",
            Self::MissingField(_) => "missing-field",
            Self::WrongType(_) => "wrong-type",
            Self::TooLong(..) => "too-long",
            Self::TooMany(..) => "too-many",
            Self::Internal => "internal",
        }
    }

    /// The field it is about, as a path, as in `author.age_days`. Not for unknown fields: their names are the sender's.
    #[must_use]
    pub const fn field(&self) -> Option<&'static str> {
        match self {
            Self::DuplicateField(field)
            | Self::MissingField(field)
            | Self::WrongType(field)
            | Self::TooLong(field, _)
            | Self::TooMany(field, _) => Some(field),
            Self::TooLarge
            | Self::NotUtf8
            | Self::BadJson
            | Self::CutShort
            | Self::NotAnObject
            | Self::UnknownField(_)
            | Self::Internal => None,
        }
    }

    fn explain(&self, language: Language) -> String {
        match language {
            Language::Vi => match self {
                Self::TooLarge => format!("mỗi mục chỉ được dài tối đa {} byte", limits::MAX_ITEM_BYTES),
                Self::NotUtf8 => "nội dung không phải UTF-8".to_owned(),
                Self::BadJson => "JSON sai cú pháp".to_owned(),
                Self::CutShort => "JSON bị cắt ngang".to_owned(),
                Self::NotAnObject => "cần một đối tượng JSON".to_owned(),
                Self::UnknownField(name) => format!("không có trường {name:?}"),
                Self::DuplicateField(field) => format!("trường \"{field}\" bị lặp lại"),
                Self::MissingField(field) => format!("thiếu trường \"{field}\""),
                Self::WrongType(field) => format!("trường \"{field}\" phải là {}", expected(field, language)),
                Self::TooLong(field, limit) => format!("trường \"{field}\" dài quá {limit} byte"),
                Self::TooMany(field, limit) => format!("trường \"{field}\" có quá {limit} phần tử"),
                Self::Internal => "lỗi nội bộ khi sàng lọc mục này".to_owned(),
            },
            Language::En => match self {
                Self::TooLarge => format!("an item is at most {} bytes long", limits::MAX_ITEM_BYTES),
                Self::NotUtf8 => "not UTF-8".to_owned(),
                Self::BadJson => "not JSON".to_owned(),
                Self::CutShort => "the JSON ends too early".to_owned(),
                Self::NotAnObject => "a JSON object is needed".to_owned(),
                Self::UnknownField(name) => format!("there is no field {name:?}"),
                Self::DuplicateField(field) => format!("field \"{field}\" stands twice"),
                Self::MissingField(field) => format!("field \"{field}\" is missing"),
                Self::WrongType(field) => format!("field \"{field}\" must be {}", expected(field, language)),
                Self::TooLong(field, limit) => format!("field \"{field}\" is longer than {limit} bytes"),
                Self::TooMany(field, limit) => format!("field \"{field}\" has more than {limit} elements"),
                Self::Internal => "internal error while screening this item".to_owned(),
            },
        }
    }
}

impl FaultError {
    /// One sentence for people, with the place where there is one.
    #[must_use]
    pub fn detail(&self, language: Language) -> String {
        let mut text = self.fault.explain(language);
        if self.line > 0 {
            let place = match language {
                Language::Vi => format!(" (dòng {}, cột {})", self.line, self.column),
                Language::En => format!(" (line {}, column {})", self.line, self.column),
            };
            text.push_str(&place);
        }
        text
    }
}

fn expected(field: &str, language: Language) -> &'static str {
    let (vi, en) = match field {
        "links" | "labels" => ("một mảng chuỗi", "an array of strings"),
        "author" => ("một đối tượng", "an object"),
        "author.verified" => ("true hoặc false", "true or false"),
        "author.age_days" | "author.violations_30d" | "author.violations_90d" | "author.locks" => {
            ("số nguyên từ 0 đến 4294967295", "a whole number from 0 to 4294967295")
        }
        "kind" => (
            "post, comment, message, listing, profile hoặc livestream_title",
            "post, comment, message, listing, profile or livestream_title",
        ),
        "time" => (
            "thời điểm theo RFC 3339, ví dụ 2026-11-23T08:30:00+07:00",
            "a time as in RFC 3339, for instance 2026-11-23T08:30:00+07:00",
        ),
        _ => ("một chuỗi", "a string"),
    };
    language.pick(vi, en)
}
