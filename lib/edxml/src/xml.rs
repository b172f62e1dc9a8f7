//! As much of XML as is written: elements with attributes, and in each either text or elements, without blanks between
//! them.
//!
//! An element is written in two ways: as it stands in the document, where the root declares the namespace of edXML, and in
//! the form that is hashed and signed, *exclusive canonical XML* (W3C, 18 July 2002), where each element declares what it
//! uses if none around it in the output did. Everything else is alike: attributes are given in the order of their names,
//! empty elements have two tags, and the same characters are written as references (Canonical XML 1.0, section 2.3).

/// The namespace that the names of an element are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Space {
    None,
    /// That of edXML, by its prefix.
    Edxml,
    /// That of XML-DSig, without a prefix.
    Dsig,
}

const EDXML_DECLARED: &str = " xmlns:edXML=\"http://www.mic.gov.vn/TBT/QCVN_102_2016\"";
const DSIG_DECLARED: &str = " xmlns=\"http://www.w3.org/2000/09/xmldsig#\"";

#[derive(Debug, Clone)]
pub(crate) struct Element {
    space: Space,
    name: &'static str,
    /// In the order of their names.
    attributes: Vec<(&'static str, String)>,
    text: String,
    children: Vec<Self>,
}

/// Which declarations are in force in what was written around an element.
#[derive(Debug, Clone, Copy, Default)]
struct Declared {
    edxml: bool,
    dsig: bool,
}

impl Element {
    pub(crate) const fn new(space: Space, name: &'static str) -> Self {
        Self {
            space,
            name,
            attributes: Vec::new(),
            text: String::new(),
            children: Vec::new(),
        }
    }

    pub(crate) fn with(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children.extend(children);
        self
    }

    pub(crate) fn holding(mut self, text: impl Into<String>) -> Self {
        self.text = text.into();
        self
    }

    /// With an attribute; they are kept in the order of their names.
    pub(crate) fn marked(mut self, name: &'static str, value: impl Into<String>) -> Self {
        let at = self.attributes.partition_point(|(other, _)| *other < name);
        self.attributes.insert(at, (name, value.into()));
        self
    }

    /// Puts an element behind those of the first child with this name.
    pub(crate) fn append_to(&mut self, name: &str, child: Self) {
        if let Some(parent) = self.children.iter_mut().find(|element| element.name == name) {
            parent.children.push(child);
        }
    }

    /// As the root of a document.
    pub(crate) fn document(&self) -> String {
        let mut out = String::new();
        let declared = Declared {
            edxml: true,
            dsig: false,
        };
        self.write(&mut out, declared, EDXML_DECLARED);
        out
    }

    /// In exclusive canonical form, as the outermost element of it.
    pub(crate) fn canonical(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, Declared::default(), "");
        out
    }

    fn write(&self, out: &mut String, mut declared: Declared, declarations: &str) {
        out.push('<');
        self.write_name(out);
        out.push_str(declarations);
        if self.space == Space::Edxml && !declared.edxml {
            out.push_str(EDXML_DECLARED);
            declared.edxml = true;
        }
        if self.space == Space::Dsig && !declared.dsig {
            out.push_str(DSIG_DECLARED);
            declared.dsig = true;
        }
        for (name, value) in &self.attributes {
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            escape(out, value, '"', "&quot;");
            out.push('"');
        }
        out.push('>');
        escape(out, &self.text, '>', "&gt;");
        for child in &self.children {
            child.write(out, declared, "");
        }
        out.push_str("</");
        self.write_name(out);
        out.push('>');
    }

    fn write_name(&self, out: &mut String) {
        if self.space == Space::Edxml {
            out.push_str("edXML:");
        }
        out.push_str(self.name);
    }
}

/// Writes a text with references for what would end it: ampersands, tags, and one more character.
fn escape(out: &mut String, text: &str, ending: char, reference: &str) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            _ if letter == ending => out.push_str(reference),
            _ => out.push(letter),
        }
    }
}
