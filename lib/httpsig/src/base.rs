//! Signature bases (RFC 9421 section 2.5): the text that is signed, the same for whoever signs and whoever verifies.

use sfv::InnerList;

use crate::component::{Component, ComponentError, IdentifierError};
use crate::message::Message;

/// Most components of one signature.
pub const MAX_COMPONENTS: usize = 64;

/// Most bytes of a signature base.
pub const MAX_BASE_BYTES: usize = 64 << 10;

/// Why there is no signature base.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BaseError {
    /// More than [`MAX_COMPONENTS`].
    #[error("a signature covers at most {MAX_COMPONENTS} components")]
    Components,
    /// A component is there twice.
    #[error("a signature covers {0} twice")]
    Twice(Component),
    /// A component is none that is supported.
    #[error("read the components of a signature")]
    Identifier(#[from] IdentifierError),
    /// The message has no value for a component.
    #[error("find what a signature covers")]
    Component(#[from] ComponentError),
    /// More than [`MAX_BASE_BYTES`].
    #[error("what a signature covers has at most {MAX_BASE_BYTES} bytes")]
    Long,
}

/// What a signature covers: each component, and its identifier as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Covered(Vec<(Component, String)>);

impl Covered {
    /// Of components that are to be signed.
    pub fn new(components: &[Component]) -> Result<Self, BaseError> {
        let written = components
            .iter()
            .map(|component| (component.clone(), component.to_string()));
        Self(written.take(MAX_COMPONENTS + 1).collect()).checked()
    }

    /// Of what a `Signature-Input` lists. Parameters stay in their order, which is part of what was signed.
    pub fn from_list(list: &InnerList) -> Result<Self, BaseError> {
        let mut written = Vec::new();
        for item in list.items.iter().take(MAX_COMPONENTS + 1) {
            let identifier = sfv::FieldType::serialize(item);
            written.push((Component::from_item(item)?, identifier));
        }
        Self(written).checked()
    }

    fn checked(self) -> Result<Self, BaseError> {
        if self.0.len() > MAX_COMPONENTS {
            return Err(BaseError::Components);
        }
        let mut known: Vec<&Component> = self.components().collect();
        known.sort();
        let twice = known.windows(2).find_map(|pair| match pair {
            [one, other] if one == other => Some((*one).clone()),
            _ => None,
        });
        match twice {
            Some(component) => Err(BaseError::Twice(component)),
            None => Ok(self),
        }
    }

    pub fn components(&self) -> impl Iterator<Item = &Component> {
        self.0.iter().map(|(component, _)| component)
    }

    /// The list of identifiers, without parameters of the signature.
    pub fn list(&self) -> String {
        let identifiers: Vec<&str> = self.0.iter().map(|(_, identifier)| identifier.as_str()).collect();
        format!("({})", identifiers.join(" "))
    }

    /// The signature base of a message; `parameters` is the value of `@signature-params`.
    pub fn base(&self, message: &Message<'_>, parameters: &str) -> Result<String, BaseError> {
        let mut base = String::new();
        for (component, identifier) in &self.0 {
            let value = component.value(message)?;
            base.extend([identifier.as_str(), ": ", &value, "\n"]);
            if base.len() > MAX_BASE_BYTES {
                return Err(BaseError::Long);
            }
        }
        base.extend(["\"@signature-params\": ", parameters]);
        if base.len() > MAX_BASE_BYTES {
            return Err(BaseError::Long);
        }
        Ok(base)
    }
}
