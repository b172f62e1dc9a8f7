//! A form that was refused, as it was sent: whoever corrects one field does not write the others anew.

/// What was sent with one form of a page, and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct Sent {
    /// Which form of the page it was; empty where nothing was sent.
    pub form: String,
    /// What was filled in, in the order of the page.
    pub fields: Vec<(String, String)>,
    /// What is wrong, in a sentence.
    pub why: Option<String>,
    /// The field that it is about, where it is about one.
    pub field: Option<&'static str>,
}

impl Sent {
    /// Whether it was this form.
    #[must_use]
    pub fn is(&self, form: &str) -> bool {
        self.form == form
    }

    /// What was filled in for a field of a form; empty where it was another form.
    #[must_use]
    pub fn value(&self, form: &str, field: &str) -> &str {
        self.value_or(form, field, "")
    }

    /// The same, with what else stands there.
    #[must_use]
    pub fn value_or<'s>(&'s self, form: &str, field: &str, otherwise: &'s str) -> &'s str {
        if !self.is(form) {
            return otherwise;
        }
        let named = self.fields.iter().find(|(name, _)| name == field);
        named.map_or("", |(_, value)| value)
    }

    /// Whether this value was chosen.
    #[must_use]
    pub fn has(&self, form: &str, field: &str, value: &str) -> bool {
        self.is(form) && self.fields.iter().any(|(name, it)| name == field && it == value)
    }

    /// What is wrong with a field of a form.
    #[must_use]
    pub fn wrong(&self, form: &str, field: &str) -> Option<&str> {
        self.why
            .as_deref()
            .filter(|_| self.is(form) && self.field == Some(field))
    }

    /// Whether it was a button alone, or a form that is not on the page any more: what is wrong is said above everything.
    #[must_use]
    pub fn has_no_form(&self) -> bool {
        const FORMS: [&str; 8] = [
            "authenticate",
            "by_hand",
            "contest",
            "answer",
            "amend",
            "withdraw",
            "remind",
            "new",
        ];
        let form = self.form.split('-').next().unwrap_or_default();
        !FORMS.contains(&form)
    }

    /// What is wrong with a form as a whole.
    #[must_use]
    pub fn whole(&self, form: &str) -> Option<&str> {
        self.why.as_deref().filter(|_| self.is(form) && self.field.is_none())
    }
}
