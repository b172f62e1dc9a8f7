//! Components: the parts of a message that a signature covers, their identifiers and their values (RFC 9421 section 2).

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sfv::{Dictionary, FieldType as _, Item, List, ListEntry, Parser};

use crate::message::{Fields, Message, Request, lines};

/// Most bytes of one component's identifier.
pub const MAX_IDENTIFIER_BYTES: usize = 1024;

/// Fields that are dictionaries, and those that are lists: of others, `;sf` cannot tell how to write them.
const DICTIONARIES: [&str; 8] = [
    "accept-signature",
    "content-digest",
    "priority",
    "repr-digest",
    "signature",
    "signature-input",
    "want-content-digest",
    "want-repr-digest",
];
const LISTS: [&str; 2] = ["cache-status", "proxy-status"];

/// What a component is. Names of fields are in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// `@method` (section 2.2.1).
    Method,
    /// `@target-uri` (section 2.2.2).
    TargetUri,
    /// `@authority` (section 2.2.3).
    Authority,
    /// `@scheme` (section 2.2.4).
    Scheme,
    /// `@path` (section 2.2.6).
    Path,
    /// `@query` (section 2.2.7).
    Query,
    /// `@query-param` with `;name`, which is percent-encoded (section 2.2.8).
    QueryParam(String),
    /// `@status` (section 2.2.9).
    Status,
    /// A field, its lines joined (section 2.1).
    Field(String),
    /// A field with `;sf`, written in the one way that its structure has (section 2.1.1). For fields whose structure is
    /// known here: digests, signatures and `Priority`, `Cache-Status` and `Proxy-Status`.
    StructuredField(String),
    /// One member of a dictionary field: `;key` (section 2.1.2).
    Member {
        /// The field.
        field: String,
        /// The member.
        key: String,
    },
    /// A field with `;bs`, each line as bytes (section 2.1.3).
    WrappedField(String),
}

/// Which message a component is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Of {
    /// The one that is signed.
    This,
    /// The request that it answers: `;req` (section 2.4).
    Request,
}

/// A component. It shows itself as its identifier.
///
/// ```
/// use anlanh_httpsig::Component;
///
/// let component: Component = "\"signature\";key=\"sig1\";req".parse()?;
/// assert_eq!(component.to_string(), "\"signature\";key=\"sig1\";req");
/// assert_eq!(Component::named("@method")?.to_string(), "\"@method\"");
/// # Ok::<(), anlanh_httpsig::IdentifierError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Component {
    part: Part,
    of: Of,
}

/// Why a text identifies no component, or none that is supported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentifierError {
    /// More than [`MAX_IDENTIFIER_BYTES`].
    #[error("an identifier has at most {MAX_IDENTIFIER_BYTES} bytes")]
    Long,
    /// Not a string with parameters, or its name is none of a field.
    #[error("read the identifier of a component")]
    Form,
    /// A derived component that is not supported, such as `@request-target`.
    #[error("a derived component that is not supported")]
    Derived,
    /// A parameter that is not supported, such as `tr`, or that does not go with the rest.
    #[error("a parameter of a component that is not supported, or not here")]
    Parameter,
    /// `;sf` on a field whose structure is not known.
    #[error("the structure of a field that is not known")]
    Structure,
}

/// Why a message has no value for a component.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ComponentError {
    /// The message has nothing of that name.
    #[error("the message has no {0}")]
    Missing(Component),
    /// There is more than one where only one may be: of a query's parameters, or of cookies that are not wrapped.
    #[error("the message has more than one {0}")]
    Several(Component),
    /// The value has characters that a signature cannot cover, or is not of the structure that it must have.
    #[error("the message has {0} in a form that cannot be signed")]
    Form(Component),
    /// It is of another kind of message: a status in a request, or anything of a request that is not there.
    #[error("{0} is not of this kind of message")]
    Kind(Component),
}

impl Component {
    /// The component with this name and no parameters: a derived one, as `@method`, or a field's in lower case.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn named(name: &str) -> Result<Self, IdentifierError> {
        Self::new(part_named(name)?, Of::This)
    }

    /// A component.
    ///
    /// # Errors
    /// When the name of the field is none, or `;sf` is not known of it.
    pub fn new(part: Part, of: Of) -> Result<Self, IdentifierError> {
        let component = Self { part, of };
        let text = component.to_string();
        let read = Self::from_str(&text)?;
        if read == component {
            Ok(read)
        } else {
            Err(IdentifierError::Form)
        }
    }

    /// What it is.
    #[must_use]
    pub const fn part(&self) -> &Part {
        &self.part
    }

    /// Which message it is of.
    #[must_use]
    pub const fn of(&self) -> Of {
        self.of
    }

    pub(crate) fn from_item(item: &Item) -> Result<Self, IdentifierError> {
        let name = item.bare_item.as_string().ok_or(IdentifierError::Form)?.as_str();
        let (mut part, mut of) = (None, Of::This);
        // What `@query-param` is needs its name.
        if name != "@query-param" {
            part = Some(part_named(name)?);
        }
        for (key, value) in &item.params {
            let is_flag = value.as_boolean() == Some(true);
            let text = || value.as_string().map(|text| text.as_str().to_owned());
            let next = match (key.as_str(), &part) {
                ("req", _) if is_flag => {
                    of = Of::Request;
                    continue;
                }
                ("name", None) => text().map(Part::QueryParam),
                ("sf", Some(Part::Field(field))) if is_flag => {
                    let field = field.clone();
                    if !DICTIONARIES.contains(&field.as_str()) && !LISTS.contains(&field.as_str()) {
                        return Err(IdentifierError::Structure);
                    }
                    Some(Part::StructuredField(field))
                }
                ("bs", Some(Part::Field(field))) if is_flag => Some(Part::WrappedField(field.clone())),
                ("key", Some(Part::Field(field))) => text().map(|key| Part::Member {
                    field: field.clone(),
                    key,
                }),
                _ => None,
            };
            part = Some(next.ok_or(IdentifierError::Parameter)?);
        }
        let part = part.ok_or(IdentifierError::Parameter)?;
        Ok(Self { part, of })
    }

    /// Its value in a message (section 2), checked to be what a signature base can hold.
    pub(crate) fn value(&self, message: &Message<'_>) -> Result<String, ComponentError> {
        let (request, fields) = match (self.of, message) {
            (Of::This, Message::Request(request)) => (Some(request), request.fields),
            (Of::This, Message::Response(response)) => (None, response.fields),
            (Of::Request, Message::Response(response)) => {
                let request = response
                    .request
                    .as_ref()
                    .ok_or_else(|| ComponentError::Kind(self.clone()))?;
                (Some(request), request.fields)
            }
            (Of::Request, Message::Request(_)) => return Err(ComponentError::Kind(self.clone())),
        };
        let value = match (&self.part, request, message) {
            (Part::Status, None, Message::Response(response)) => response.status.to_string(),
            (Part::Field(name), ..) => self.joined(fields, name)?,
            (Part::StructuredField(name), ..) => self.structured(fields, name)?,
            (Part::Member { field, key }, ..) => self.member(fields, field, key)?,
            (Part::WrappedField(name), ..) => self.wrapped(fields, name)?,
            (_, Some(request), _) => self.derived(request)?,
            _ => return Err(ComponentError::Kind(self.clone())),
        };
        let is_plain = value.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\t'));
        if is_plain { Ok(value) } else { Err(self.form()) }
    }

    fn derived(&self, request: &Request<'_>) -> Result<String, ComponentError> {
        Ok(match &self.part {
            Part::Method => request.method.to_owned(),
            Part::TargetUri => request.target_uri(),
            Part::Authority => request.normal_authority(),
            Part::Scheme => request.normal_scheme(),
            Part::Path => request.normal_path().to_owned(),
            Part::Query => format!("?{}", request.query.unwrap_or_default()),
            Part::QueryParam(name) => {
                let mut values = request.query_values(name).into_iter();
                let value = values.next().ok_or_else(|| ComponentError::Missing(self.clone()))?;
                if values.next().is_some() {
                    return Err(ComponentError::Several(self.clone()));
                }
                value.ok_or_else(|| self.form())?
            }
            Part::Status | Part::Field(_) | Part::StructuredField(_) | Part::Member { .. } | Part::WrappedField(_) => {
                return Err(ComponentError::Kind(self.clone()));
            }
        })
    }

    fn lines<'a>(&self, fields: Fields<'a>, name: &str) -> Result<Vec<&'a [u8]>, ComponentError> {
        let lines = lines(fields, name);
        if lines.is_empty() {
            Err(ComponentError::Missing(self.clone()))
        } else {
            Ok(lines)
        }
    }

    fn joined(&self, fields: Fields<'_>, name: &str) -> Result<String, ComponentError> {
        let lines = self.lines(fields, name)?;
        // Joined, two cookies look like one (section 7.5.6).
        if name == "set-cookie" && lines.len() > 1 {
            return Err(ComponentError::Several(self.clone()));
        }
        String::from_utf8(lines.join(b", ".as_slice())).map_err(|_| self.form())
    }

    fn structured(&self, fields: Fields<'_>, name: &str) -> Result<String, ComponentError> {
        let joined = self.joined(fields, name)?;
        let parser = Parser::new(&joined);
        let value = if LISTS.contains(&name) {
            parser.parse::<List>().map(|list| list.serialize())
        } else {
            parser.parse::<Dictionary>().map(|dictionary| dictionary.serialize())
        };
        // An empty list or dictionary is written as nothing.
        value.map(Option::unwrap_or_default).map_err(|_| self.form())
    }

    fn member(&self, fields: Fields<'_>, name: &str, key: &str) -> Result<String, ComponentError> {
        let joined = self.joined(fields, name)?;
        let dictionary: Dictionary = Parser::new(&joined).parse().map_err(|_| self.form())?;
        let member = dictionary
            .get(key)
            .ok_or_else(|| ComponentError::Missing(self.clone()))?;
        let list: List = vec![ListEntry::clone(member)];
        list.serialize().ok_or_else(|| self.form())
    }

    fn wrapped(&self, fields: Fields<'_>, name: &str) -> Result<String, ComponentError> {
        let lines = self.lines(fields, name)?;
        let wrapped: Vec<String> = lines
            .iter()
            .map(|line| format!(":{}:", STANDARD.encode(line)))
            .collect();
        Ok(wrapped.join(", "))
    }

    fn form(&self) -> ComponentError {
        ComponentError::Form(self.clone())
    }
}

/// The component of this name, without parameters.
fn part_named(name: &str) -> Result<Part, IdentifierError> {
    Ok(match name {
        "@method" => Part::Method,
        "@target-uri" => Part::TargetUri,
        "@authority" => Part::Authority,
        "@scheme" => Part::Scheme,
        "@path" => Part::Path,
        "@query" => Part::Query,
        "@status" => Part::Status,
        derived if derived.starts_with('@') => return Err(IdentifierError::Derived),
        field => {
            let is_field =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"!#$%&'*+-.^_`|~".contains(&byte);
            if field.is_empty() || !field.bytes().all(is_field) {
                return Err(IdentifierError::Form);
            }
            Part::Field(field.to_owned())
        }
    })
}

impl FromStr for Component {
    type Err = IdentifierError;

    /// Reads an identifier, with its quotation marks and parameters.
    fn from_str(text: &str) -> Result<Self, IdentifierError> {
        if text.len() > MAX_IDENTIFIER_BYTES {
            return Err(IdentifierError::Long);
        }
        let item: Item = Parser::new(text).parse().map_err(|_| IdentifierError::Form)?;
        Self::from_item(&item)
    }
}

impl fmt::Display for Component {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.part {
            Part::Method => out.write_str("\"@method\""),
            Part::TargetUri => out.write_str("\"@target-uri\""),
            Part::Authority => out.write_str("\"@authority\""),
            Part::Scheme => out.write_str("\"@scheme\""),
            Part::Path => out.write_str("\"@path\""),
            Part::Query => out.write_str("\"@query\""),
            Part::QueryParam(name) => write!(out, "\"@query-param\";name=\"{}\"", escaped(name)),
            Part::Status => out.write_str("\"@status\""),
            Part::Field(name) => write!(out, "\"{}\"", escaped(name)),
            Part::StructuredField(name) => write!(out, "\"{}\";sf", escaped(name)),
            Part::Member { field, key } => write!(out, "\"{}\";key=\"{}\"", escaped(field), escaped(key)),
            Part::WrappedField(name) => write!(out, "\"{}\";bs", escaped(name)),
        }?;
        match self.of {
            Of::This => Ok(()),
            Of::Request => out.write_str(";req"),
        }
    }
}

/// A string's characters as RFC 9651 section 4.1.6 writes them.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
