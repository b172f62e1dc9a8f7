//! A statement from JSON, with every field that the database would refuse.
//!
//! As there, `null` and blank texts are as good as absent, fields that nobody asked for are passed over, and a field that
//! does not go with the ground, the source or the codes is dropped.

use serde_json::{Map, Value};

use crate::{
    Answer, ApplicationDate, Category, Code, ContentDate, Country, Date, Ean13, EndDate, EndDates, Fault, Ground,
    Keyword, Language, Listed, MonetaryDecision, NoList, Puid, Restrictions, Source, Statement, Text, Url, Why,
};

impl Statement {
    /// Reads a statement.
    ///
    /// # Errors
    /// Every field that is wrong, each once, in the order of their names.
    pub fn from_json(json: &Value) -> Result<Self, Vec<Fault>> {
        let Value::Object(fields) = json else {
            let (field, why) = ("statement", Why::WrongType);
            return Err(vec![Fault { field, why }]);
        };
        let mut reader = Reader {
            fields,
            faults: Vec::new(),
        };
        let statement = reader.statement();
        let mut faults = reader.faults;
        faults.sort();
        faults.dedup_by_key(|fault| fault.field);
        statement.filter(|_| faults.is_empty()).ok_or(faults)
    }
}

/// What stands in a field.
enum Found<T> {
    /// Nothing.
    Absent,
    /// What cannot be; that was noted.
    Bad,
    /// Something.
    Good(T),
}

impl<T> Found<T> {
    fn good(self) -> Option<T> {
        match self {
            Self::Good(value) => Some(value),
            Self::Absent | Self::Bad => None,
        }
    }

    const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

struct Reader<'a> {
    fields: &'a Map<String, Value>,
    faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    /// Reads every part before it gives up, so that every fault is found; gives none only where one was.
    fn statement(&mut self) -> Option<Statement> {
        let puid = self.required("puid", Puid::parse);
        let restrictions = self.restrictions();
        let account_type = self.optional("account_type", code);
        let ground = self.ground();
        let ground_url = self.optional("decision_ground_reference_url", Url::parse);
        let content_type = self.listed("content_type", "content_type_other");
        if content_type.is_absent() {
            self.note("content_type", Why::Missing);
        }
        let ean_13 = self.product();
        let category = self.required("category", code);
        let further_categories = self.list("category_addition", Category::from_key).good();
        let keywords = self.list("category_specification", Keyword::from_key).good();
        let keyword_other = self.optional("category_specification_other", Text::parse);
        let territorial_scope = self.list("territorial_scope", Country::from_key).good();
        let language = |text: &str| Language::from_key(text).ok_or(Why::UnknownCode);
        let content_language = self.optional("content_language", language);
        let content_date = self.required("content_date", |text| ContentDate::new(Date::parse(text)?));
        let application_date = self.required("application_date", |text| ApplicationDate::new(Date::parse(text)?));
        let end_dates = EndDates {
            account: self.end_date("end_date_account_restriction"),
            monetary: self.end_date("end_date_monetary_restriction"),
            service: self.end_date("end_date_service_restriction"),
            visibility: self.end_date("end_date_visibility_restriction"),
        };
        let facts = self.required("decision_facts", Text::parse);
        let source = self.source();
        let automated_detection = self.required("automated_detection", answer);
        let automated_decision = self.required("automated_decision", code);
        Some(Statement {
            puid: puid?,
            restrictions: restrictions?,
            account_type,
            ground: ground?,
            ground_url,
            content_type: content_type.good()?,
            ean_13,
            category: category?,
            further_categories: further_categories.unwrap_or_default(),
            keywords: keywords.unwrap_or_default(),
            keyword_other,
            territorial_scope: territorial_scope.unwrap_or_default(),
            content_language,
            content_date: content_date?,
            application_date: application_date?,
            end_dates,
            facts: facts?,
            source: source?,
            automated_detection: automated_detection?,
            automated_decision: automated_decision?,
        })
    }

    fn restrictions(&mut self) -> Option<Restrictions> {
        let visibility = self.listed("decision_visibility", "decision_visibility_other");
        let monetary = self.found("decision_monetary", code::<MonetaryDecision>);
        let other = match &monetary {
            Found::Good(MonetaryDecision::Other) => self.required("decision_monetary_other", Text::parse),
            Found::Good(MonetaryDecision::Suspension | MonetaryDecision::Termination) | Found::Absent | Found::Bad => {
                None
            }
        };
        let provision = self.found("decision_provision", code);
        let account = self.found("decision_account", code);
        if visibility.is_absent() && monetary.is_absent() && provision.is_absent() && account.is_absent() {
            for field in [
                "decision_visibility",
                "decision_monetary",
                "decision_provision",
                "decision_account",
            ] {
                self.note(field, Why::Missing);
            }
        }
        let monetary = monetary.good().map(|code| (code, other));
        Restrictions::new(visibility.good(), monetary, provision.good(), account.good())
    }

    fn ground(&mut self) -> Option<Ground> {
        let known = |text: &str| match text {
            "DECISION_GROUND_ILLEGAL_CONTENT" => Ok(true),
            "DECISION_GROUND_INCOMPATIBLE_CONTENT" => Ok(false),
            _ => Err(Why::UnknownCode),
        };
        if self.required("decision_ground", known)? {
            let legal_ground = self.required("illegal_content_legal_ground", Text::parse);
            let explanation = self.required("illegal_content_explanation", Text::parse);
            return Some(Ground::Illegal {
                legal_ground: legal_ground?,
                explanation: explanation?,
            });
        }
        let ground = self.required("incompatible_content_ground", Text::parse);
        let explanation = self.required("incompatible_content_explanation", Text::parse);
        let is_illegal = self.optional("incompatible_content_illegal", answer);
        Some(Ground::Incompatible {
            ground: ground?,
            explanation: explanation?,
            is_illegal,
        })
    }

    fn source(&mut self) -> Option<Source> {
        let with_identity: fn(Option<Text<500>>) -> Source = match self.required("source_type", Ok)? {
            "SOURCE_VOLUNTARY" => return Some(Source::Voluntary),
            "SOURCE_ARTICLE_16" => Source::Notice,
            "SOURCE_TRUSTED_FLAGGER" => Source::TrustedFlagger,
            "SOURCE_TYPE_OTHER_NOTIFICATION" => Source::OtherNotification,
            _ => {
                self.note("source_type", Why::UnknownCode);
                return None;
            }
        };
        Some(with_identity(self.optional("source_identity", Text::parse)))
    }

    /// The product's number, inside an object of such numbers.
    fn product(&mut self) -> Option<Ean13> {
        const FIELD: &str = "content_id.EAN-13";
        let number = match self.fields.get("content_id") {
            None | Some(Value::Null) => return None,
            Some(Value::Object(numbers)) => numbers.get("EAN-13"),
            Some(_) => {
                self.note("content_id", Why::WrongType);
                return None;
            }
        };
        match number {
            None | Some(Value::Null) => None,
            Some(Value::String(number)) => self.noted(FIELD, Ean13::parse(number)).good(),
            Some(_) => {
                self.note(FIELD, Why::WrongType);
                None
            }
        }
    }

    fn end_date(&mut self, field: &'static str) -> Option<EndDate> {
        self.optional(field, |text| EndDate::new(Date::parse(text)?))
    }

    fn required<T>(&mut self, field: &'static str, parse: impl FnOnce(&'a str) -> Result<T, Why>) -> Option<T> {
        let found = self.found(field, parse);
        if found.is_absent() {
            self.note(field, Why::Missing);
        }
        found.good()
    }

    fn optional<T>(&mut self, field: &'static str, parse: impl FnOnce(&'a str) -> Result<T, Why>) -> Option<T> {
        self.found(field, parse).good()
    }

    fn found<T>(&mut self, field: &'static str, parse: impl FnOnce(&'a str) -> Result<T, Why>) -> Found<T> {
        match self.fields.get(field) {
            None | Some(Value::Null) => Found::Absent,
            Some(Value::String(text)) if text.trim().is_empty() => Found::Absent,
            Some(Value::String(text)) => self.noted(field, parse(text)),
            Some(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                self.noted(field, Err(Why::WrongType))
            }
        }
    }

    /// An array of codes; an empty one is as good as none.
    fn list<C>(&mut self, field: &'static str, read: fn(&str) -> Option<C>) -> Found<Vec<C>> {
        let values = match self.fields.get(field) {
            None | Some(Value::Null) => return Found::Absent,
            Some(Value::Array(values)) if values.is_empty() => return Found::Absent,
            Some(Value::Array(values)) => values,
            Some(Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_)) => {
                return self.noted(field, Err(Why::WrongType));
            }
        };
        let codes: Option<Vec<C>> = values.iter().map(|value| read(value.as_str()?)).collect();
        self.noted(field, codes.ok_or(Why::UnknownCode))
    }

    /// An array of codes, one of which may call for a text.
    fn listed<C: Code>(&mut self, field: &'static str, other: &'static str) -> Found<Listed<C>> {
        let codes = match self.list(field, C::from_key) {
            Found::Absent => return Found::Absent,
            Found::Bad => return Found::Bad,
            Found::Good(codes) => codes,
        };
        let calls_for_text = codes.iter().any(|code| C::OTHER == Some(*code));
        let text = if calls_for_text {
            self.required(other, Text::parse)
        } else {
            None
        };
        match Listed::new(codes, text) {
            Ok(listed) => Found::Good(listed),
            // That the text is missing was noted with its own field.
            Err(NoList::Empty | NoList::NoText) => Found::Bad,
        }
    }

    fn noted<T>(&mut self, field: &'static str, parsed: Result<T, Why>) -> Found<T> {
        match parsed {
            Ok(value) => Found::Good(value),
            Err(why) => {
                self.note(field, why);
                Found::Bad
            }
        }
    }

    fn note(&mut self, field: &'static str, why: Why) {
        self.faults.push(Fault { field, why });
    }
}

fn code<C: Code>(text: &str) -> Result<C, Why> {
    C::from_key(text).ok_or(Why::UnknownCode)
}

fn answer(text: &str) -> Result<Answer, Why> {
    Answer::from_key(text).ok_or(Why::UnknownCode)
}
