//! What tags of galaxies name: `misp-galaxy:threat-actor="APT32"`. MISP has a galaxy for each list that somebody keeps; here it
//! counts what a name stands for.

/// What a tag of a galaxy names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The type of STIX 2.1 that it is an object of.
    pub type_name: &'static str,
    /// What it is called.
    pub name: String,
}

/// Galaxies, and the types of STIX that their names are of.
const GALAXIES: &[(&str, &str)] = &[
    ("mitre-campaign", "campaign"),
    ("mitre-intrusion-set", "intrusion-set"),
    ("mitre-enterprise-attack-intrusion-set", "intrusion-set"),
    ("mitre-mobile-attack-intrusion-set", "intrusion-set"),
    ("threat-actor", "threat-actor"),
    ("360net-threat-actor", "threat-actor"),
    ("microsoft-activity-group", "threat-actor"),
    ("mitre-malware", "malware"),
    ("mitre-enterprise-attack-malware", "malware"),
    ("mitre-mobile-attack-malware", "malware"),
    ("malpedia", "malware"),
    ("android", "malware"),
    ("backdoor", "malware"),
    ("banker", "malware"),
    ("botnet", "malware"),
    ("cryptominers", "malware"),
    ("exploit-kit", "malware"),
    ("ransomware", "malware"),
    ("rat", "malware"),
    ("stealer", "malware"),
    ("tool", "tool"),
    ("mitre-tool", "tool"),
    ("mitre-enterprise-attack-tool", "tool"),
    ("mitre-attack-pattern", "attack-pattern"),
    ("mitre-enterprise-attack-attack-pattern", "attack-pattern"),
    ("mitre-mobile-attack-attack-pattern", "attack-pattern"),
];

/// What a tag names; none where it is of no galaxy, or of one of which the names are no threats.
#[must_use]
pub fn named_by(tag: &str) -> Option<Named> {
    let (galaxy, name) = tag.strip_prefix("misp-galaxy:")?.split_once('=')?;
    let galaxy = galaxy.trim().to_ascii_lowercase();
    let (_, type_name) = GALAXIES.iter().find(|(known, _)| *known == galaxy)?;
    let name = name.trim().trim_matches('"').trim();
    // MITRE's names end in the number of the entry, as in `Cobalt Strike - S0154`.
    let name = match name.rsplit_once(" - ") {
        Some((name, number)) if is_number_of_mitre(number) => name.trim(),
        Some(_) | None => name,
    };
    (!name.is_empty()).then(|| Named {
        type_name,
        name: name.to_owned(),
    })
}

fn is_number_of_mitre(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|first| first.is_ascii_uppercase())
        && text.len() > 4
        && letters.all(|letter| letter.is_ascii_digit() || letter == '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn galaxies_name_threats() {
        let check = |tag: &str, expected: Option<(&str, &str)>| {
            let named = named_by(tag);
            assert_eq!(
                named.as_ref().map(|named| (named.type_name, named.name.as_str())),
                expected,
                "{tag}"
            );
        };
        check("misp-galaxy:threat-actor=\"APT32\"", Some(("threat-actor", "APT32")));
        check("misp-galaxy:Ransomware=\"Lock Bit\"", Some(("malware", "Lock Bit")));
        check(
            "misp-galaxy:mitre-malware=\"Cobalt Strike - S0154\"",
            Some(("malware", "Cobalt Strike")),
        );
        check(
            "misp-galaxy:mitre-attack-pattern=\"Spearphishing Link - T1566.002\"",
            Some(("attack-pattern", "Spearphishing Link")),
        );
        check("misp-galaxy:malpedia=\"A - B\"", Some(("malware", "A - B")));
        check("misp-galaxy:sector=\"Bank\"", None);
        check("misp-galaxy:threat-actor=\"\"", None);
        check("misp-galaxy:threat-actor", None);
        check("tlp:amber", None);
    }
}
