//! A statement of reasons that the database would take, and how it writes it.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::{
    AccountDecision, AccountType, ApplicationDate, AutomatedDecision, Category, Code, ContentDate, ContentType,
    Country, Ean13, EndDate, Keyword, Language, MonetaryDecision, ProvisionDecision, Puid, Text, Url, Visibility,
};

/// A statement of reasons. Each part keeps its own rule, so that whatever can be put together is a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The platform's own id of it.
    pub puid: Puid,
    /// What was done.
    pub restrictions: Restrictions,
    /// Whose account it was done to.
    pub account_type: Option<AccountType>,
    /// On what it rests.
    pub ground: Ground,
    /// Where the law or the terms can be read.
    pub ground_url: Option<Url>,
    /// What kind of content it was.
    pub content_type: Listed<ContentType>,
    /// The product, by its number.
    pub ean_13: Option<Ean13>,
    /// What the content is held to be.
    pub category: Category,
    /// What else it is held to be.
    pub further_categories: Vec<Category>,
    /// What it is in particular.
    pub keywords: Vec<Keyword>,
    /// A keyword that is none of the codes.
    pub keyword_other: Option<Text<500>>,
    /// Where the decision applies, within the European Economic Area.
    pub territorial_scope: Vec<Country>,
    /// The language of the content.
    pub content_language: Option<Language>,
    /// When the content was posted.
    pub content_date: ContentDate,
    /// From when the decision applies.
    pub application_date: ApplicationDate,
    /// Until when.
    pub end_dates: EndDates,
    /// The facts relied on.
    pub facts: Text<5000>,
    /// How the content came to be looked at.
    pub source: Source,
    /// Whether it was found by automated means.
    pub automated_detection: Answer,
    /// How far it was decided by automated means.
    pub automated_decision: AutomatedDecision,
}

/// Yes or no, as the database writes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// `Yes`
    Yes,
    /// `No`
    No,
}

/// What was done: at least one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restrictions {
    visibility: Option<Listed<Visibility>>,
    monetary: Option<Listed<MonetaryDecision>>,
    provision: Option<ProvisionDecision>,
    account: Option<AccountDecision>,
}

/// One or more codes, with the text that one of them may call for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<C> {
    codes: Vec<C>,
    other: Option<Text<500>>,
}

/// On what a decision rests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ground {
    /// On law.
    Illegal {
        /// Which.
        legal_ground: Text<500>,
        /// Why the content breaks it.
        explanation: Text<2000>,
    },
    /// On the platform's terms.
    Incompatible {
        /// Which.
        ground: Text<500>,
        /// Why the content breaks them.
        explanation: Text<2000>,
        /// Whether it is held to be illegal as well.
        is_illegal: Option<Answer>,
    },
}

/// How the content came to be looked at; with who told of it, where somebody did and that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// On the platform's own initiative.
    Voluntary,
    /// A notice of anybody (Article 16).
    Notice(Option<Text<500>>),
    /// A notice of a trusted flagger (Article 22).
    TrustedFlagger(Option<Text<500>>),
    /// Another notification, such as an authority's order.
    OtherNotification(Option<Text<500>>),
}

/// Until when each kind of restriction applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EndDates {
    /// Of the account.
    pub account: Option<EndDate>,
    /// Of payments.
    pub monetary: Option<EndDate>,
    /// Of the service.
    pub service: Option<EndDate>,
    /// Of visibility.
    pub visibility: Option<EndDate>,
}

impl Answer {
    /// The word.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Yes => "Yes",
            Self::No => "No",
        }
    }

    /// The answer that is written so.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Yes, Self::No].into_iter().find(|answer| answer.key() == key)
    }
}

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.key())
    }
}

impl<C: Code> Listed<C> {
    /// Puts codes together. The text is dropped where no code calls for it.
    ///
    /// # Errors
    /// Where there is no code ([`NoList::Empty`]), or one calls for a text that is not there ([`NoList::NoText`]).
    pub fn new(codes: Vec<C>, other: Option<Text<500>>) -> Result<Self, NoList> {
        if codes.is_empty() {
            return Err(NoList::Empty);
        }
        let calls_for_text = codes.iter().any(|code| C::OTHER == Some(*code));
        match (calls_for_text, other) {
            (true, None) => Err(NoList::NoText),
            (true, other) => Ok(Self { codes, other }),
            (false, _) => Ok(Self { codes, other: None }),
        }
    }

    /// The codes.
    #[must_use]
    pub fn codes(&self) -> &[C] {
        &self.codes
    }

    /// What the code for anything else stands for.
    #[must_use]
    pub fn other(&self) -> Option<&str> {
        self.other.as_ref().map(Text::as_str)
    }
}

/// Why codes do not make a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoList {
    /// There is none.
    #[error("a list needs at least one code")]
    Empty,
    /// The code for anything else says nothing by itself.
    #[error("the code for anything else needs a text")]
    NoText,
}

impl Restrictions {
    /// Puts together what was done; none where nothing was.
    #[must_use]
    pub fn new(
        visibility: Option<Listed<Visibility>>,
        monetary: Option<(MonetaryDecision, Option<Text<500>>)>,
        provision: Option<ProvisionDecision>,
        account: Option<AccountDecision>,
    ) -> Option<Self> {
        let monetary = match monetary {
            None => None,
            Some((code, other)) => Some(Listed::new(vec![code], other).ok()?),
        };
        let something = visibility.is_some() || monetary.is_some() || provision.is_some() || account.is_some();
        something.then_some(Self {
            visibility,
            monetary,
            provision,
            account,
        })
    }

    /// What was done to visibility.
    #[must_use]
    pub const fn visibility(&self) -> Option<&Listed<Visibility>> {
        self.visibility.as_ref()
    }

    /// What was done to payments.
    #[must_use]
    pub fn monetary(&self) -> Option<MonetaryDecision> {
        self.monetary.as_ref()?.codes.first().copied()
    }

    /// What was done to the service.
    #[must_use]
    pub const fn provision(&self) -> Option<ProvisionDecision> {
        self.provision
    }

    /// What was done to the account.
    #[must_use]
    pub const fn account(&self) -> Option<AccountDecision> {
        self.account
    }
}

impl Source {
    /// The code.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Voluntary => "SOURCE_VOLUNTARY",
            Self::Notice(_) => "SOURCE_ARTICLE_16",
            Self::TrustedFlagger(_) => "SOURCE_TRUSTED_FLAGGER",
            Self::OtherNotification(_) => "SOURCE_TYPE_OTHER_NOTIFICATION",
        }
    }

    const fn identity(&self) -> Option<&Text<500>> {
        match self {
            Self::Voluntary => None,
            Self::Notice(who) | Self::TrustedFlagger(who) | Self::OtherNotification(who) => who.as_ref(),
        }
    }
}

/// Every field that a statement may have, in the order in which it is written.
pub const FIELDS: [&str; 35] = [
    "puid",
    "decision_visibility",
    "decision_visibility_other",
    "decision_monetary",
    "decision_monetary_other",
    "decision_provision",
    "decision_account",
    "account_type",
    "decision_ground",
    "illegal_content_legal_ground",
    "illegal_content_explanation",
    "incompatible_content_ground",
    "incompatible_content_explanation",
    "incompatible_content_illegal",
    "decision_ground_reference_url",
    "content_type",
    "content_type_other",
    "content_id",
    "category",
    "category_addition",
    "category_specification",
    "category_specification_other",
    "territorial_scope",
    "content_language",
    "content_date",
    "application_date",
    "end_date_account_restriction",
    "end_date_monetary_restriction",
    "end_date_service_restriction",
    "end_date_visibility_restriction",
    "decision_facts",
    "source_type",
    "source_identity",
    "automated_detection",
    "automated_decision",
];

/// Writes the fields of the database that have something to say, in its own order.
impl Serialize for Statement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = Out(serializer.serialize_map(None)?);
        out.some("puid", Some(&self.puid))?;
        self.write_restrictions(&mut out)?;
        out.some("account_type", self.account_type)?;
        self.write_ground(&mut out)?;
        out.some("decision_ground_reference_url", self.ground_url.as_ref())?;
        out.some("content_type", Some(self.content_type.codes()))?;
        out.some("content_type_other", self.content_type.other())?;
        let product = self.ean_13.as_ref().map(|number| [("EAN-13", number.as_str())]);
        out.some("content_id", product.map(std::collections::BTreeMap::from))?;
        out.some("category", Some(self.category))?;
        out.list("category_addition", &self.further_categories)?;
        out.list("category_specification", &self.keywords)?;
        out.some("category_specification_other", self.keyword_other.as_ref())?;
        out.list("territorial_scope", &self.territorial_scope)?;
        out.some("content_language", self.content_language)?;
        out.some("content_date", Some(self.content_date))?;
        out.some("application_date", Some(self.application_date))?;
        out.some("end_date_account_restriction", self.end_dates.account)?;
        out.some("end_date_monetary_restriction", self.end_dates.monetary)?;
        out.some("end_date_service_restriction", self.end_dates.service)?;
        out.some("end_date_visibility_restriction", self.end_dates.visibility)?;
        out.some("decision_facts", Some(&self.facts))?;
        out.some("source_type", Some(self.source.key()))?;
        out.some("source_identity", self.source.identity())?;
        out.some("automated_detection", Some(self.automated_detection))?;
        out.some("automated_decision", Some(self.automated_decision))?;
        out.0.end()
    }
}

impl Statement {
    fn write_restrictions<M: SerializeMap>(&self, out: &mut Out<M>) -> Result<(), M::Error> {
        let done = &self.restrictions;
        out.some("decision_visibility", done.visibility.as_ref().map(Listed::codes))?;
        out.some(
            "decision_visibility_other",
            done.visibility.as_ref().and_then(Listed::other),
        )?;
        out.some("decision_monetary", done.monetary())?;
        out.some(
            "decision_monetary_other",
            done.monetary.as_ref().and_then(Listed::other),
        )?;
        out.some("decision_provision", done.provision)?;
        out.some("decision_account", done.account)
    }

    fn write_ground<M: SerializeMap>(&self, out: &mut Out<M>) -> Result<(), M::Error> {
        match &self.ground {
            Ground::Illegal {
                legal_ground,
                explanation,
            } => {
                out.some("decision_ground", Some("DECISION_GROUND_ILLEGAL_CONTENT"))?;
                out.some("illegal_content_legal_ground", Some(legal_ground))?;
                out.some("illegal_content_explanation", Some(explanation))
            }
            Ground::Incompatible {
                ground,
                explanation,
                is_illegal,
            } => {
                out.some("decision_ground", Some("DECISION_GROUND_INCOMPATIBLE_CONTENT"))?;
                out.some("incompatible_content_ground", Some(ground))?;
                out.some("incompatible_content_explanation", Some(explanation))?;
                out.some("incompatible_content_illegal", *is_illegal)
            }
        }
    }
}

/// Writes a field that has a value, and leaves out one that has none.
struct Out<M>(M);

impl<M: SerializeMap> Out<M> {
    fn some(&mut self, field: &'static str, value: Option<impl Serialize>) -> Result<(), M::Error> {
        match value {
            Some(value) => self.0.serialize_entry(field, &value),
            None => Ok(()),
        }
    }

    fn list<T: Serialize>(&mut self, field: &'static str, values: &[T]) -> Result<(), M::Error> {
        self.some(field, (!values.is_empty()).then_some(values))
    }
}
