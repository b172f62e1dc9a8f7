//! What tags say that STIX has a place for: the Traffic Light Protocol, and how sure somebody is.

use anlanh_stix::view::Tlp;

use crate::event::{Distribution, Tag};

/// The strictest colour of some tags. A colour that is not known is red: who set it meant to hold something back.
pub fn tlp_of(tags: &[Tag]) -> Option<Tlp> {
    let colour = |tag: &Tag| {
        let name = tag.name.to_ascii_lowercase();
        let colour = name.strip_prefix("tlp:")?.trim_matches('"');
        Some(match colour {
            "white" => Tlp::White,
            "clear" => Tlp::Clear,
            "green" => Tlp::Green,
            "amber" => Tlp::Amber,
            "amber+strict" => Tlp::AmberStrict,
            _ => Tlp::Red,
        })
    };
    tags.iter().filter_map(colour).max()
}

/// The colour that a distribution comes to, for what has no colour of its own.
pub const fn tlp_of_distribution(distribution: Distribution) -> Option<Tlp> {
    match distribution {
        Distribution::Organisation | Distribution::SharingGroup => Some(Tlp::AmberStrict),
        Distribution::Community => Some(Tlp::Amber),
        Distribution::Connected => Some(Tlp::Green),
        Distribution::All | Distribution::Inherit => None,
    }
}

/// The tag of a colour.
pub fn tag_of(tlp: Tlp) -> Tag {
    Tag::named(&format!("tlp:{}", tlp.colour()))
}

/// How sure one is who sets a tag, in percent: the tables of STIX 2.1, appendix A, and MISP's own words for it.
const CONFIDENCES: &[(&str, u8)] = &[
    ("misp:confidence-level=\"completely-confident\"", 100),
    ("misp:confidence-level=\"usually-confident\"", 75),
    ("misp:confidence-level=\"fairly-confident\"", 50),
    ("misp:confidence-level=\"rarely-confident\"", 25),
    ("misp:confidence-level=\"unconfident\"", 0),
    ("admiralty-scale:information-credibility=\"1\"", 90),
    ("admiralty-scale:information-credibility=\"2\"", 70),
    ("admiralty-scale:information-credibility=\"3\"", 50),
    ("admiralty-scale:information-credibility=\"4\"", 30),
    ("admiralty-scale:information-credibility=\"5\"", 10),
    ("estimative-language:likelihood-probability=\"almost-certain\"", 95),
    ("estimative-language:likelihood-probability=\"very-likely\"", 85),
    ("estimative-language:likelihood-probability=\"likely\"", 70),
    ("estimative-language:likelihood-probability=\"roughly-even-chance\"", 50),
    ("estimative-language:likelihood-probability=\"unlikely\"", 30),
    ("estimative-language:likelihood-probability=\"very-unlikely\"", 20),
    ("estimative-language:likelihood-probability=\"almost-no-chance\"", 5),
];

/// How sure somebody is, in percent; the least of several.
pub fn confidence_of(tags: &[Tag]) -> Option<u8> {
    let of = |tag: &Tag| {
        let found = CONFIDENCES
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(&tag.name));
        found.map(|(_, percent)| *percent)
    };
    tags.iter().filter_map(of).min()
}

/// MISP's word for how sure somebody is: the nearest of five.
pub fn confidence_tag(percent: u8) -> Tag {
    let of_misp = CONFIDENCES.iter().take(5);
    let nearest = of_misp.min_by_key(|(_, of)| of.abs_diff(percent));
    Tag::named(nearest.map_or("", |(name, _)| name))
}

/// Whether a tag says how far something may go.
pub fn is_tlp(name: &str) -> bool {
    name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("tlp:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(names: &[&str]) -> Vec<Tag> {
        names.iter().map(|name| Tag::named(name)).collect()
    }

    #[test]
    fn the_strictest_colour_holds() {
        let check = |names: &[&str], expected: Option<Tlp>| assert_eq!(tlp_of(&tags(names)), expected, "{names:?}");
        check(&[], None);
        check(&["osint", "PAP:RED"], None);
        check(&["tlp:white"], Some(Tlp::White));
        check(&["TLP:CLEAR", "tlp:green"], Some(Tlp::Green));
        check(&["tlp:amber+strict", "tlp:amber"], Some(Tlp::AmberStrict));
        check(&["tlp:clear", "tlp:unclear"], Some(Tlp::Red));
        for tlp in [
            Tlp::White,
            Tlp::Clear,
            Tlp::Green,
            Tlp::Amber,
            Tlp::AmberStrict,
            Tlp::Red,
        ] {
            assert_eq!(tlp_of(&[tag_of(tlp)]), Some(tlp));
        }
    }

    #[test]
    fn confidence_is_the_least() {
        let check = |names: &[&str], expected: Option<u8>| assert_eq!(confidence_of(&tags(names)), expected);
        check(&["tlp:red"], None);
        check(
            &[
                "misp:confidence-level=\"usually-confident\"",
                "Admiralty-Scale:information-credibility=\"4\"",
            ],
            Some(30),
        );
        for (percent, expected) in [(0, 0), (12, 0), (13, 25), (62, 50), (63, 75), (100, 100), (200, 100)] {
            assert_eq!(confidence_of(&[confidence_tag(percent)]), Some(expected), "{percent}");
        }
    }
}
