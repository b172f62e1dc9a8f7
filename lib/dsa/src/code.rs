//! The codes of the database. What each means is the Commission's to say; their names here are those of the codes.

use serde::{Serialize, Serializer};

/// A list of codes, one of which may call for a text beside it.
pub trait Code: Copy + Eq + Sized + 'static {
    /// Every code, in the order of the database.
    const ALL: &'static [Self];
    /// The one that needs a text to say what it is.
    const OTHER: Option<Self>;

    /// The code as the database writes it.
    fn key(self) -> &'static str;

    /// The code that is written so, if there is one.
    #[must_use]
    fn from_key(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.key() == key)
    }
}

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident $(, other = $other:ident)? { $($variant:ident = $key:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $(#[doc = concat!("`", $key, "`")] $variant,)+
        }

        impl Code for $name {
            const ALL: &'static [Self] = &[$(Self::$variant),+];
            const OTHER: Option<Self> = {
                let other: Option<Self> = None;
                $(let _ = other; let other = Some(Self::$other);)?
                other
            };

            fn key(self) -> &'static str {
                match self {
                    $(Self::$variant => $key,)+
                }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.key())
            }
        }
    };
}

codes! {
    /// What is done to the visibility of content.
    Visibility, other = Other {
        ContentRemoved = "DECISION_VISIBILITY_CONTENT_REMOVED",
        ContentDisabled = "DECISION_VISIBILITY_CONTENT_DISABLED",
        ContentDemoted = "DECISION_VISIBILITY_CONTENT_DEMOTED",
        ContentAgeRestricted = "DECISION_VISIBILITY_CONTENT_AGE_RESTRICTED",
        ContentInteractionRestricted = "DECISION_VISIBILITY_CONTENT_INTERACTION_RESTRICTED",
        ContentLabelled = "DECISION_VISIBILITY_CONTENT_LABELLED",
        Other = "DECISION_VISIBILITY_OTHER",
    }
}

codes! {
    /// What is done to payments.
    MonetaryDecision, other = Other {
        Suspension = "DECISION_MONETARY_SUSPENSION",
        Termination = "DECISION_MONETARY_TERMINATION",
        Other = "DECISION_MONETARY_OTHER",
    }
}

codes! {
    /// What is done to the service as it is provided.
    ProvisionDecision {
        PartialSuspension = "DECISION_PROVISION_PARTIAL_SUSPENSION",
        TotalSuspension = "DECISION_PROVISION_TOTAL_SUSPENSION",
        PartialTermination = "DECISION_PROVISION_PARTIAL_TERMINATION",
        TotalTermination = "DECISION_PROVISION_TOTAL_TERMINATION",
    }
}

codes! {
    /// What is done to the account.
    AccountDecision {
        Suspended = "DECISION_ACCOUNT_SUSPENDED",
        Terminated = "DECISION_ACCOUNT_TERMINATED",
    }
}

codes! {
    /// Whose account it is.
    AccountType {
        Business = "ACCOUNT_TYPE_BUSINESS",
        Private = "ACCOUNT_TYPE_PRIVATE",
    }
}

codes! {
    /// What kind of content it is.
    ContentType, other = Other {
        App = "CONTENT_TYPE_APP",
        Audio = "CONTENT_TYPE_AUDIO",
        Image = "CONTENT_TYPE_IMAGE",
        Product = "CONTENT_TYPE_PRODUCT",
        SyntheticMedia = "CONTENT_TYPE_SYNTHETIC_MEDIA",
        Text = "CONTENT_TYPE_TEXT",
        Video = "CONTENT_TYPE_VIDEO",
        Other = "CONTENT_TYPE_OTHER",
    }
}

codes! {
    /// How far the decision was taken without a person.
    AutomatedDecision {
        Fully = "AUTOMATED_DECISION_FULLY",
        Partially = "AUTOMATED_DECISION_PARTIALLY",
        NotAutomated = "AUTOMATED_DECISION_NOT_AUTOMATED",
    }
}

codes! {
    /// What the content is held to be.
    Category {
        AnimalWelfare = "STATEMENT_CATEGORY_ANIMAL_WELFARE",
        ConsumerInformation = "STATEMENT_CATEGORY_CONSUMER_INFORMATION",
        CyberViolence = "STATEMENT_CATEGORY_CYBER_VIOLENCE",
        CyberViolenceAgainstWomen = "STATEMENT_CATEGORY_CYBER_VIOLENCE_AGAINST_WOMEN",
        DataProtectionAndPrivacyViolations = "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
        IllegalOrHarmfulSpeech = "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH",
        IntellectualPropertyInfringements = "STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS",
        NegativeEffectsOnCivicDiscourseOrElections = "STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS",
        NotSpecifiedNotice = "STATEMENT_CATEGORY_NOT_SPECIFIED_NOTICE",
        OtherViolationTc = "STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
        ProtectionOfMinors = "STATEMENT_CATEGORY_PROTECTION_OF_MINORS",
        RiskForPublicSecurity = "STATEMENT_CATEGORY_RISK_FOR_PUBLIC_SECURITY",
        ScamsAndFraud = "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
        SelfHarm = "STATEMENT_CATEGORY_SELF_HARM",
        UnsafeAndProhibitedProducts = "STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS",
        Violence = "STATEMENT_CATEGORY_VIOLENCE",
    }
}

codes! {
    /// What it is in particular.
    Keyword {
        AdultSexualMaterial = "KEYWORD_ADULT_SEXUAL_MATERIAL",
        AgeSpecificRestrictions = "KEYWORD_AGE_SPECIFIC_RESTRICTIONS",
        AgeSpecificRestrictionsMinors = "KEYWORD_AGE_SPECIFIC_RESTRICTIONS_MINORS",
        AnimalHarm = "KEYWORD_ANIMAL_HARM",
        BiometricDataBreach = "KEYWORD_BIOMETRIC_DATA_BREACH",
        BullyingAgainstGirls = "KEYWORD_BULLYING_AGAINST_GIRLS",
        ChildSexualAbuseMaterial = "KEYWORD_CHILD_SEXUAL_ABUSE_MATERIAL",
        ChildSexualAbuseMaterialDeepfake = "KEYWORD_CHILD_SEXUAL_ABUSE_MATERIAL_DEEPFAKE",
        ContentPromotingEatingDisorders = "KEYWORD_CONTENT_PROMOTING_EATING_DISORDERS",
        CoordinatedHarm = "KEYWORD_COORDINATED_HARM",
        CopyrightInfringement = "KEYWORD_COPYRIGHT_INFRINGEMENT",
        CyberBullyingIntimidation = "KEYWORD_CYBER_BULLYING_INTIMIDATION",
        CyberHarassment = "KEYWORD_CYBER_HARASSMENT",
        CyberHarassmentAgainstWomen = "KEYWORD_CYBER_HARASSMENT_AGAINST_WOMEN",
        CyberIncitement = "KEYWORD_CYBER_INCITEMENT",
        CyberStalking = "KEYWORD_CYBER_STALKING",
        CyberStalkingAgainstWomen = "KEYWORD_CYBER_STALKING_AGAINST_WOMEN",
        DataFalsification = "KEYWORD_DATA_FALSIFICATION",
        Defamation = "KEYWORD_DEFAMATION",
        DesignInfringement = "KEYWORD_DESIGN_INFRINGEMENT",
        Discrimination = "KEYWORD_DISCRIMINATION",
        FemaleGenderedDisinformation = "KEYWORD_FEMALE_GENDERED_DISINFORMATION",
        GeographicIndicationsInfringement = "KEYWORD_GEOGRAPHIC_INDICATIONS_INFRINGEMENT",
        GeographicalRequirements = "KEYWORD_GEOGRAPHICAL_REQUIREMENTS",
        GoodsServicesNotPermitted = "KEYWORD_GOODS_SERVICES_NOT_PERMITTED",
        GroomingSexualEnticementMinors = "KEYWORD_GROOMING_SEXUAL_ENTICEMENT_MINORS",
        HateSpeech = "KEYWORD_HATE_SPEECH",
        HiddenAdvertisement = "KEYWORD_HIDDEN_ADVERTISEMENT",
        HumanExploitation = "KEYWORD_HUMAN_EXPLOITATION",
        HumanTrafficking = "KEYWORD_HUMAN_TRAFFICKING",
        IllegalOrganizations = "KEYWORD_ILLEGAL_ORGANIZATIONS",
        ImpersonationAccountHijacking = "KEYWORD_IMPERSONATION_ACCOUNT_HIJACKING",
        InauthenticAccounts = "KEYWORD_INAUTHENTIC_ACCOUNTS",
        InauthenticListings = "KEYWORD_INAUTHENTIC_LISTINGS",
        InauthenticUserReviews = "KEYWORD_INAUTHENTIC_USER_REVIEWS",
        IncitementAgainstWomen = "KEYWORD_INCITEMENT_AGAINST_WOMEN",
        IncitementViolenceHatred = "KEYWORD_INCITEMENT_VIOLENCE_HATRED",
        InsufficientInformationOnTraders = "KEYWORD_INSUFFICIENT_INFORMATION_ON_TRADERS",
        LanguageRequirements = "KEYWORD_LANGUAGE_REQUIREMENTS",
        MisinformationDisinformation = "KEYWORD_MISINFORMATION_DISINFORMATION",
        MisleadingInfoConsumerRights = "KEYWORD_MISLEADING_INFO_CONSUMER_RIGHTS",
        MisleadingInfoGoodsServices = "KEYWORD_MISLEADING_INFO_GOODS_SERVICES",
        MissingProcessingGround = "KEYWORD_MISSING_PROCESSING_GROUND",
        NonConsensualImageSharing = "KEYWORD_NON_CONSENSUAL_IMAGE_SHARING",
        NonConsensualImageSharingAgainstWomen = "KEYWORD_NON_CONSENSUAL_IMAGE_SHARING_AGAINST_WOMEN",
        NonConsensualMaterialDeepfake = "KEYWORD_NON_CONSENSUAL_MATERIAL_DEEPFAKE",
        NonConsensualMaterialDeepfakeAgainstWomen = "KEYWORD_NON_CONSENSUAL_MATERIAL_DEEPFAKE_AGAINST_WOMEN",
        NoncompliancePricing = "KEYWORD_NONCOMPLIANCE_PRICING",
        Nudity = "KEYWORD_NUDITY",
        PatentInfringement = "KEYWORD_PATENT_INFRINGEMENT",
        Phishing = "KEYWORD_PHISHING",
        ProhibitedProducts = "KEYWORD_PROHIBITED_PRODUCTS",
        PyramidSchemes = "KEYWORD_PYRAMID_SCHEMES",
        RightToBeForgotten = "KEYWORD_RIGHT_TO_BE_FORGOTTEN",
        RiskEnvironmentalDamage = "KEYWORD_RISK_ENVIRONMENTAL_DAMAGE",
        RiskPublicHealth = "KEYWORD_RISK_PUBLIC_HEALTH",
        SelfMutilation = "KEYWORD_SELF_MUTILATION",
        Stalking = "KEYWORD_STALKING",
        Suicide = "KEYWORD_SUICIDE",
        TerroristContent = "KEYWORD_TERRORIST_CONTENT",
        TradeSecretInfringement = "KEYWORD_TRADE_SECRET_INFRINGEMENT",
        TrademarkInfringement = "KEYWORD_TRADEMARK_INFRINGEMENT",
        TraffickingWomenGirls = "KEYWORD_TRAFFICKING_WOMEN_GIRLS",
        UnlawfulSaleAnimals = "KEYWORD_UNLAWFUL_SALE_ANIMALS",
        UnsafeChallenges = "KEYWORD_UNSAFE_CHALLENGES",
        UnsafeProducts = "KEYWORD_UNSAFE_PRODUCTS",
        ViolationEuLaw = "KEYWORD_VIOLATION_EU_LAW",
        ViolationNationalLaw = "KEYWORD_VIOLATION_NATIONAL_LAW",
        Other = "KEYWORD_OTHER",
    }
}

/// A country of the European Economic Area, by its code (ISO 3166-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Country(&'static str);

/// A language by the code of ISO 639-1 in capitals, as far as the database knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Language(&'static str);

impl Country {
    /// The country with this code, if it is one of the area's.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        find(COUNTRIES, key).map(Self)
    }

    /// Its code.
    #[must_use]
    pub const fn key(self) -> &'static str {
        self.0
    }
}

impl Language {
    /// The language with this code, if the database knows it.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        find(LANGUAGES, key).map(Self)
    }

    /// Its code.
    #[must_use]
    pub const fn key(self) -> &'static str {
        self.0
    }
}

/// One of the codes of two letters that stand in a list with spaces between them.
fn find(list: &'static str, key: &str) -> Option<&'static str> {
    list.split(' ').find(|code| *code == key)
}

const COUNTRIES: &str = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK";
const LANGUAGES: &str = "AA AB AE AF AK AM AN AR AS AV AY AZ BA BE BG BH BI BM BN BO BR BS CA CE CH CO CR CS CU CV CY DA DE \
    DV DZ EE EL EN EO ES ET EU FA FF FI FJ FO FR FY GA GD GL GN GU GV HA HE HI HO HR HT HU HY HZ IA ID \
    IE IG II IK IO IS IT IU JA JV KA KG KI KJ KK KL KM KN KO KR KS KU KV KW KY LA LB LG LI LN LO LT LU \
    LV MG MH MI MK ML MN MR MS MT MY NA NB ND NE NG NL NN NO NR NV NY OC OJ OM OR OS PA PI PL PS PT QU \
    RM RN RO RU RW SA SC SD SE SG SI SK SL SM SN SO SQ SR SS ST SU SV SW TA TE TG TH TI TK TL TN TO TR \
    TS TT TW TY UG UK UR UZ VE VI VO WA WO XH YI YO ZA ZH ZU";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn check<C: Code>(prefix: &str, expected: usize) {
        let keys: BTreeSet<&str> = C::ALL.iter().map(|code| code.key()).collect();
        assert_eq!((C::ALL.len(), keys.len()), (expected, expected), "{prefix}");
        for code in C::ALL {
            assert!(code.key().starts_with(prefix), "{}", code.key());
            assert!(C::from_key(code.key()) == Some(*code));
            assert!(C::from_key(&code.key().to_lowercase()).is_none());
        }
    }

    #[test]
    fn codes_are_read_as_they_are_written() {
        check::<Visibility>("DECISION_VISIBILITY_", 7);
        check::<MonetaryDecision>("DECISION_MONETARY_", 3);
        check::<ProvisionDecision>("DECISION_PROVISION_", 4);
        check::<AccountDecision>("DECISION_ACCOUNT_", 2);
        check::<AccountType>("ACCOUNT_TYPE_", 2);
        check::<ContentType>("CONTENT_TYPE_", 8);
        check::<AutomatedDecision>("AUTOMATED_DECISION_", 3);
        check::<Category>("STATEMENT_CATEGORY_", 16);
        check::<Keyword>("KEYWORD_", 69);
        assert_eq!(Visibility::OTHER, Some(Visibility::Other));
        assert_eq!(MonetaryDecision::OTHER, Some(MonetaryDecision::Other));
        assert_eq!(ContentType::OTHER, Some(ContentType::Other));
        assert_eq!((Category::OTHER, AccountDecision::OTHER), (None, None));
    }

    #[test]
    fn countries_and_languages_are_those_of_the_database() {
        assert_eq!(COUNTRIES.split(' ').collect::<BTreeSet<_>>().len(), 30);
        assert_eq!(LANGUAGES.split(' ').collect::<BTreeSet<_>>().len(), 184);
        assert_eq!(Country::from_key("FR").map(Country::key), Some("FR"));
        for key in ["VN", "fr", "F", "FR DE", "", " "] {
            assert_eq!(Country::from_key(key), None, "{key}");
        }
        assert_eq!(Language::from_key("VI").map(Language::key), Some("VI"));
        for key in ["vi", "XX", "V", "VI EN", ""] {
            assert_eq!(Language::from_key(key), None, "{key}");
        }
    }
}
