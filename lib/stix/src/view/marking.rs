//! Markings: how far an object may go (section 7.2), and the colours of the Traffic Light Protocol.

use crate::check;
use crate::id::Id;
use crate::json::{Members, Value};
use crate::object::Object;

/// A colour of TLP, of version 1 (section 7.2.1.4) or 2 (the extension of OASIS). The order is that of strictness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tlp {
    /// TLP:WHITE of version 1.
    White,
    /// TLP:CLEAR of version 2.
    Clear,
    /// TLP:GREEN of version 1.
    Green1,
    /// TLP:GREEN of version 2.
    Green,
    /// TLP:AMBER of version 1.
    Amber1,
    /// TLP:AMBER of version 2.
    Amber,
    /// TLP:AMBER+STRICT of version 2.
    AmberStrict,
    /// TLP:RED of version 1.
    Red1,
    /// TLP:RED of version 2.
    Red,
}

impl Tlp {
    /// The extension in which version 2 is defined.
    pub const EXTENSION: &'static str = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";

    /// All of them, from the least strict on.
    pub const ALL: [Self; 9] = [
        Self::White,
        Self::Clear,
        Self::Green1,
        Self::Green,
        Self::Amber1,
        Self::Amber,
        Self::AmberStrict,
        Self::Red1,
        Self::Red,
    ];

    /// The UUID of its marking, the colour, and the version of TLP.
    const fn facts(self) -> (&'static str, &'static str, u8) {
        match self {
            Self::White => ("613f2e26-407d-48c7-9eca-b8e91df99dc9", "white", 1),
            Self::Green1 => ("34098fce-860f-48ae-8e50-ebd3cc5e41da", "green", 1),
            Self::Amber1 => ("f88d31f6-486f-44da-b317-01333bde0b82", "amber", 1),
            Self::Red1 => ("5e57c739-391a-4eb3-b6be-7d15ca92d5ed", "red", 1),
            Self::Clear => ("94868c89-83c2-464b-929b-a1a8aa3c8487", "clear", 2),
            Self::Green => ("bab4a63c-aed9-4cf5-a766-dfca5abac2bb", "green", 2),
            Self::Amber => ("55d920b0-5e8b-4f79-9ee9-91f868d9b421", "amber", 2),
            Self::AmberStrict => ("939a9414-2ddd-4d32-a0cd-375ea402b003", "amber+strict", 2),
            Self::Red => ("e828b379-4e03-4974-9ac4-e53a884c97c1", "red", 2),
        }
    }

    /// The colour that a marking of this identifier is; everybody uses the same identifiers.
    #[must_use]
    pub fn of(id: &Id) -> Option<Self> {
        let is = |tlp: &Self| id.uuid().eq_ignore_ascii_case(tlp.facts().0);
        Self::ALL
            .into_iter()
            .find(|tlp| id.type_name() == "marking-definition" && is(tlp))
    }

    /// The identifier of its marking.
    #[must_use]
    pub fn id(self) -> String {
        format!("marking-definition--{}", self.facts().0)
    }

    /// Its marking, as everybody has it.
    #[must_use]
    pub fn marking(self) -> Members {
        let (_, colour, version) = self.facts();
        let marking = Members::default()
            .with("type", "marking-definition")
            .with("spec_version", "2.1")
            .with("id", self.id())
            .with("name", format!("TLP:{}", colour.to_uppercase()));
        if version == 1 {
            let colour = Members::default().with("tlp", colour);
            return marking
                .with("created", "2017-01-20T00:00:00.000Z")
                .with("definition_type", "tlp")
                .with("definition", colour);
        }
        let colour = Members::default()
            .with("extension_type", "property-extension")
            .with("tlp_2_0", colour);
        let extensions = Members::default().with(Self::EXTENSION, colour);
        marking
            .with("created", "2022-10-01T00:00:00.000Z")
            .with("extensions", extensions)
    }

    /// The colour as it stands in a marking.
    #[must_use]
    pub const fn colour(self) -> &'static str {
        self.facts().1
    }

    /// The version of TLP.
    #[must_use]
    pub const fn version(self) -> u8 {
        self.facts().2
    }
}

/// Which markings an object and its parts have.
#[derive(Debug, Clone, Copy)]
pub struct Markings<'a> {
    object: &'a Object,
}

impl<'a> Markings<'a> {
    /// Of an object.
    #[must_use]
    pub fn of(object: &'a Object) -> Self {
        Self { object }
    }

    /// Of the whole object.
    pub fn whole(&self) -> impl Iterator<Item = Id> + use<'a> {
        self.object
            .texts("object_marking_refs")
            .filter_map(|id| id.parse().ok())
    }

    /// Of parts: the marking, and what its selectors select.
    pub fn parts(&self) -> impl Iterator<Item = (Id, Vec<&'a Value>)> + use<'a> {
        let object = self.object;
        let markings = object.members().get("granular_markings").and_then(Value::as_list);
        markings.unwrap_or_default().iter().filter_map(|marking| {
            let marking = marking.as_members()?;
            let id = marking.get("marking_ref")?.as_str()?.parse().ok()?;
            let selectors = marking.get("selectors")?.as_list()?.iter().filter_map(Value::as_str);
            let selected = selectors.filter_map(|selector| check::select(object.members(), selector));
            Some((id, selected.collect()))
        })
    }

    /// The strictest colour that the object or any part of it has.
    #[must_use]
    pub fn strictest_tlp(&self) -> Option<Tlp> {
        let of_parts = self.parts().map(|(id, _)| id);
        self.whole().chain(of_parts).filter_map(|id| Tlp::of(&id)).max()
    }
}
