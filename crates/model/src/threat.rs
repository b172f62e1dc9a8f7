//! What an indicator stands for: campaigns, malware and who is behind them, as feeds name them, and how those stand to one another.

use crate::keys::keys;

/// What feeds give a name to beside values. The keys are the types of STIX 2.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ThreatKind {
    /// What somebody does for a while, against somebody.
    Campaign,
    /// What is known of one who acts, as what they leave behind.
    IntrusionSet,
    /// Harmful code, or a family of it.
    Malware,
    /// Who acts.
    ThreatActor,
    /// Software that also has a good use.
    Tool,
    /// A way to act.
    AttackPattern,
    /// Systems that are used to act.
    Infrastructure,
}

keys!(ThreatKind {
    Campaign = "campaign",
    IntrusionSet = "intrusion-set",
    Malware = "malware",
    ThreatActor = "threat-actor",
    Tool = "tool",
    AttackPattern = "attack-pattern",
    Infrastructure = "infrastructure",
});

impl ThreatKind {
    /// Where it stands among what alerts are grouped by, the first first; none where alerts of many who have nothing to do with each
    /// other would come together by it.
    #[must_use]
    pub const fn grouping_rank(self) -> Option<u8> {
        match self {
            Self::Campaign => Some(0),
            Self::IntrusionSet => Some(1),
            Self::Malware => Some(2),
            Self::ThreatActor | Self::Tool | Self::AttackPattern | Self::Infrastructure => None,
        }
    }
}

/// How one stands to another. The keys are the types of relationships in STIX 2.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RelationKind {
    /// An indicator shows it.
    Indicates,
    /// It is the work of.
    AttributedTo,
    /// It was written by.
    AuthoredBy,
    /// It makes use of.
    Uses,
    /// It is another form of.
    VariantOf,
}

keys!(RelationKind {
    Indicates = "indicates",
    AttributedTo = "attributed-to",
    AuthoredBy = "authored-by",
    Uses = "uses",
    VariantOf = "variant-of",
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alerts_are_grouped_by_what_is_one_thing() {
        let mut ranked: Vec<(u8, &str)> = ThreatKind::ALL
            .iter()
            .filter_map(|kind| Some((kind.grouping_rank()?, kind.key())))
            .collect();
        ranked.sort_unstable();
        assert_eq!(ranked, [(0, "campaign"), (1, "intrusion-set"), (2, "malware")]);
    }
}
